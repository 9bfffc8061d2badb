# SPDX-License-Identifier: MPL-2.0

# The life of a cluster in an account. Needs a connection: the project's tests give it the emulated account; in a real one
# it makes nodes with GPUs, which cost money until the last run has destroyed them.
provider "spcs" {}

variables {
  hf_token        = "hf_test"
  query_warehouse = "DEMO_WH"

  # Nothing is there before, nothing is left behind.
  create_database = true
  create_schema   = true
  force_destroy   = true

  # One node holds the model.
  num_serve_workers    = 1
  tensor_parallel_size = 4
}

run "everything" {
  assert {
    condition     = toset(keys(output.urls)) == toset(["streamlit", "notebook", "ray-dashboard", "prometheus", "grafana", "rayserveapi"])
    error_message = "Six endpoints are public, and each has a URL: ${join(", ", keys(output.urls))}."
  }
  assert {
    condition     = alltrue([for url in values(output.urls) : can(regex("^https?://[a-z0-9.:-]+$", url))])
    error_message = "A URL is a URL, not a sentence about one that will come."
  }
  assert {
    condition     = output.model_status == "RUNNING"
    error_message = "The model is served when the apply is over."
  }
  assert {
    condition     = output.services.worker == null && output.compute_pools.worker == null
    error_message = "There are no generic workers unless they are asked for."
  }
}

run "generic_workers_in_the_same_cluster" {
  variables {
    num_workers      = 1
    worker_node_type = "CPU_X64_M"
  }

  assert {
    condition     = output.services.worker != null && output.services.head != null
    error_message = "Head and workers are one cluster."
  }
}

run "another_chat_page" {
  variables {
    num_workers      = 1
    worker_node_type = "CPU_X64_M"
    images           = { streamlit = { tag = "v2" } }
  }

  assert {
    condition     = endswith(output.images["streamlit"], ":v2")
    error_message = "The page runs the new image."
  }
  assert {
    condition     = output.model_status == "RUNNING"
    error_message = "The model is served as before."
  }
}

run "suspended" {
  variables {
    suspended = true
  }

  assert {
    condition     = spcs_service.head[0].suspended && spcs_compute_pool.head.suspended
    error_message = "Services and pools are suspended."
  }
}

run "resumed" {
  variables {
    suspended = false
  }

  assert {
    condition     = output.model_status == "RUNNING"
    error_message = "A head that comes back knows no applications; the same apply serves the model again."
  }
}

run "without_services" {
  variables {
    services_enabled = false
  }

  assert {
    condition     = length(output.urls) == 0 && output.model_status == null && output.services.head == null
    error_message = "Services and model are gone."
  }
  assert {
    condition     = output.compute_pools.head == "VICUNA13B_RAY_HEAD_POOL" && output.feedback_table != null
    error_message = "Pools and feedback are kept."
  }
}
