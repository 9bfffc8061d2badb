# SPDX-License-Identifier: MPL-2.0

# The defaults are the original setup. The provider is mocked: nothing is sent anywhere.
mock_provider "spcs" {
  # Names that others refer to have to be names.
  mock_resource "spcs_stage" {
    defaults = { qualified_name = "MYDB.VICUNA.STAGE" }
  }
  mock_resource "spcs_network_rule" {
    defaults = { qualified_name = "MYDB.VICUNA.RULE" }
  }
}

variables {
  hf_token = "hf_test"
}

run "defaults" {
  command = plan

  assert {
    condition     = spcs_compute_pool.head.min_nodes == 1 && spcs_compute_pool.head.max_nodes == 1
    error_message = "The head has one node."
  }
  assert {
    condition     = spcs_compute_pool.serve_worker.min_nodes == 2 && spcs_compute_pool.serve_worker.max_nodes == 2
    error_message = "Two nodes hold the model."
  }
  assert {
    condition     = spcs_compute_pool.head.instance_family == "GPU_NV_S" && spcs_compute_pool.serve_worker.instance_family == "GPU_NV_M"
    error_message = "GPU_3 and GPU_7 become today's families."
  }
  assert {
    condition     = spcs_compute_pool.head.auto_suspend_secs == 120
    error_message = "Pools are kept alive for two minutes."
  }
  assert {
    condition     = length(spcs_database.this) == 0 && length(spcs_schema.this) == 0 && length(spcs_service.worker) == 0
    error_message = "Database and schema are there; there are no generic workers."
  }
  assert {
    condition     = spcs_ray_serve_model.this[0].llm.tensor_parallel_size == 8 && spcs_ray_serve_model.this[0].llm.bundle["GPU"] == 1
    error_message = "One bundle for each of the eight GPUs."
  }
  assert {
    condition     = spcs_service.head[0].spec.containers["head"].env["SERVE_RESTORE"] == "on"
    error_message = "A head that restarts puts the model back."
  }
}

run "no_gpus" {
  command = plan

  variables {
    head_node_type         = "CPU_X64_M"
    serve_worker_node_type = "CPU_X64_L"
    restore_model          = false
  }

  assert {
    condition     = spcs_service.head[0].spec.containers["head"].resources == null && spcs_service.serve_worker[0].spec.containers["worker"].resources == null
    error_message = "Families without GPUs are asked for none."
  }
  assert {
    condition     = keys(spcs_ray_serve_model.this[0].llm.bundle) == tolist(["CPU", "custom_llm_serving_label"])
    error_message = "The model is placed without GPUs."
  }
  assert {
    condition     = spcs_service.head[0].spec.containers["head"].env["SERVE_RESTORE"] == "off"
    error_message = "Restoring can be switched off."
  }
}

run "generic_workers" {
  command = plan

  variables {
    num_workers      = 1
    worker_node_type = "CPU_X64_M"
  }

  assert {
    condition     = spcs_compute_pool.worker[0].max_nodes == 1 && spcs_service.worker[0].min_instances == 1
    error_message = "One generic worker."
  }
}

run "generic_workers_without_gpus" {
  command = plan

  variables {
    num_workers      = 1
    worker_node_type = "CPU_X64_M"
    worker_gpus      = 1
  }

  assert {
    condition     = spcs_service.worker[0].spec.containers["worker"].resources == null
    error_message = "Generic workers, too, ask for no GPUs on a family that has none."
  }
}

run "generic_workers_with_gpus" {
  command = plan

  variables {
    num_workers      = 1
    worker_node_type = "GPU_NV_S"
    worker_gpus      = 1
  }

  assert {
    condition     = spcs_service.worker[0].spec.containers["worker"].resources.requests.gpu == 1
    error_message = "On a family with GPUs they get what is asked for."
  }
}

run "the_engine_and_its_copies" {
  command = plan

  variables {
    num_serve_workers = 4
    num_replicas      = 2
    max_model_len     = 8192
    engine_kwargs     = jsonencode({ gpu_memory_utilization = 0.85 })
  }

  assert {
    condition     = spcs_ray_serve_model.this[0].llm.num_replicas == 2 && spcs_ray_serve_model.this[0].llm.max_model_len == 8192
    error_message = "Number of copies and length reach the model."
  }
  assert {
    condition     = jsondecode(spcs_ray_serve_model.this[0].llm.engine_kwargs).gpu_memory_utilization == 0.85
    error_message = "So do the engine's arguments."
  }
}

run "services_off" {
  command = plan

  variables {
    services_enabled = false
  }

  assert {
    condition     = length(spcs_service.head) == 0 && length(spcs_ray_serve_model.this) == 0 && spcs_compute_pool.head.name != null
    error_message = "Services and model go, pools stay."
  }
}

run "generic_workers_need_a_family" {
  command = plan

  variables {
    num_workers = 1
  }

  expect_failures = [var.worker_node_type]
}

run "a_model_larger_than_the_cluster" {
  command = plan

  variables {
    num_serve_workers = 1
  }

  expect_failures = [spcs_ray_serve_model.this]
}

run "more_copies_than_the_cluster_holds" {
  command = plan

  variables {
    num_replicas = 2
  }

  expect_failures = [spcs_ray_serve_model.this]
}

run "wrong_numbers" {
  command = plan

  variables {
    head_gpus         = 0.5
    serve_worker_gpus = -1
    worker_gpus       = 1.5
    model_cache_gib   = 100.5
    num_replicas      = 0
    max_model_len     = 0
  }

  expect_failures = [
    var.head_gpus, var.serve_worker_gpus, var.worker_gpus, var.model_cache_gib, var.num_replicas, var.max_model_len,
  ]
}

run "a_cache_of_nothing" {
  command = plan

  variables {
    model_cache_gib = 0
  }

  expect_failures = [var.model_cache_gib]
}

run "wrong_texts" {
  command = plan

  variables {
    timeouts      = { service = "an hour" }
    engine_kwargs = "[1]"
  }

  expect_failures = [var.timeouts, var.engine_kwargs]
}
