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
