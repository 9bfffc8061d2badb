# SPDX-License-Identifier: MPL-2.0

# --- Where ---------------------------------------------------------------------------------------------------------

variable "database" {
  type        = string
  default     = "mydb"
  nullable    = false
  description = "Database that holds the schema. Names of this database and of the schema cannot be quoted ones: services do not support them."

  validation {
    condition     = can(regex("^[A-Za-z_][A-Za-z0-9_$]*$", var.database))
    error_message = "database must be a plain identifier: letters, digits, underscores, not starting with a digit."
  }
}

variable "schema" {
  type        = string
  default     = "vicuna13bonrayserve"
  nullable    = false
  description = "Schema that holds the stages, the image repository, the secret, the table and the services."

  validation {
    condition     = can(regex("^[A-Za-z_][A-Za-z0-9_$]*$", var.schema))
    error_message = "schema must be a plain identifier: letters, digits, underscores, not starting with a digit."
  }
}

variable "create_database" {
  type        = bool
  default     = false
  nullable    = false
  description = "Whether the module creates the database; false uses the one that is there."
}

variable "create_schema" {
  type        = bool
  default     = false
  nullable    = false
  description = "Whether the module creates the schema; false uses the one that is there."
}

variable "query_warehouse" {
  type        = string
  default     = null
  description = "Warehouse in which the notebook and the chat page run their queries; null gives them none, so that no feedback can be stored."
}

variable "comment" {
  type        = string
  default     = null
  description = "Comment on every object that the module creates."
}

# --- What runs -----------------------------------------------------------------------------------------------------

variable "services_enabled" {
  type        = bool
  default     = true
  nullable    = false
  description = "false drops the services and the model and keeps pools, stages, repository, secret and table; the pools then suspend after compute_pool_keep_alive_secs."
}

variable "suspended" {
  type        = bool
  default     = null
  description = "true suspends all services and pools, false resumes them; null leaves that to others."
}

variable "force_destroy" {
  type        = bool
  default     = false
  nullable    = false
  description = "Whether destroying also drops what the module did not create: foreign objects in the database and schema, rows of the feedback table, services in the pools, block volumes."
}

variable "timeouts" {
  type = object({
    service = optional(string, "60m")
    model   = optional(string, "60m")
  })
  default     = {}
  nullable    = false
  description = "How long an apply waits until a service is READY and until the model is served. Nodes with scarce GPUs can take long to come."

  validation {
    condition     = alltrue([for limit in values(var.timeouts) : can(regex("^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$", limit))])
    error_message = "A timeout is a duration such as 90s, 30m or 1h30m."
  }
}

# --- Secret and egress -----------------------------------------------------------------------------------------------

variable "hf_token" {
  type        = string
  ephemeral   = true
  sensitive   = true
  nullable    = false
  description = "Hugging Face token with which the model is fetched. It goes into a Snowflake secret and into neither state nor plan; the containers get it from there as HF_TOKEN."
}

variable "hf_token_version" {
  type        = number
  default     = 1
  nullable    = false
  description = "Raise it to store a changed hf_token."
}

variable "hf_token_secret_name" {
  type        = string
  default     = "HF_TOKEN"
  nullable    = false
  description = "Name of the secret that holds hf_token."
}

variable "egress_hosts" {
  type        = set(string)
  default     = ["0.0.0.0:443", "0.0.0.0:80"]
  nullable    = false
  description = "Hosts with ports that head and workers may call; 0.0.0.0 stands for every host."

  validation {
    condition     = length(var.egress_hosts) > 0 && alltrue([for host in var.egress_hosts : can(regex("^[^\\s:*]+:[0-9]+$", host))])
    error_message = "egress_hosts needs at least one entry, each a host and a port such as huggingface.co:443, without wildcards."
  }
}

variable "network_rule_name" {
  type        = string
  default     = "RAY_EGRESS_RULE"
  nullable    = false
  description = "Name of the network rule for egress_hosts."
}

variable "external_access_integration_name" {
  type        = string
  default     = "VICUNA13B_RAY_EGRESS"
  nullable    = false
  description = "Name of the external access integration; such names belong to the whole account."
}

# --- Pools ---------------------------------------------------------------------------------------------------------

variable "head_node_type" {
  type        = string
  default     = "GPU_3"
  nullable    = false
  description = "Instance family of the head's node, which also runs the chat page and the deployment jobs: a name of today (GPU_NV_S) or an older one (GPU_3), which the plan shows translated."
}

variable "serve_worker_node_type" {
  type        = string
  default     = "GPU_7"
  nullable    = false
  description = "Instance family of the nodes that hold the model: a name of today (GPU_NV_M) or an older one (GPU_7)."
}

variable "worker_node_type" {
  type        = string
  default     = null
  description = "Instance family of the generic workers' nodes; needed when num_workers is not 0."

  validation {
    condition     = var.num_workers == 0 || var.worker_node_type != null
    error_message = "worker_node_type must be set when num_workers is not 0."
  }
}

variable "num_serve_workers" {
  type        = number
  default     = 2
  nullable    = false
  description = "How many nodes hold the model. Change it together with tensor_parallel_size or num_replicas: nodes that neither needs stay idle."

  validation {
    condition     = var.num_serve_workers >= 1 && floor(var.num_serve_workers) == var.num_serve_workers
    error_message = "num_serve_workers must be a whole number of at least 1."
  }
}

variable "num_workers" {
  type        = number
  default     = 0
  nullable    = false
  description = "How many generic workers the cluster has besides; 0 makes neither their pool nor their service."

  validation {
    condition     = var.num_workers >= 0 && floor(var.num_workers) == var.num_workers
    error_message = "num_workers must be a whole number of at least 0."
  }
}

variable "head_pool_name" {
  type        = string
  default     = "VICUNA13B_RAY_HEAD_POOL"
  nullable    = false
  description = "Compute pool of the head, the chat page and the deployment jobs."
}

variable "serve_worker_pool_name" {
  type        = string
  default     = "VICUNA13B_RAY_SERVE_POOL"
  nullable    = false
  description = "Compute pool of the workers that hold the model."
}

variable "worker_pool_name" {
  type        = string
  default     = "VICUNA13B_RAY_WORKER_POOL"
  nullable    = false
  description = "Compute pool of the generic workers."
}

variable "compute_pool_keep_alive_secs" {
  type        = number
  default     = 120
  nullable    = false
  description = "Seconds after which a pool without services suspends; 0 for never."

  validation {
    condition     = var.compute_pool_keep_alive_secs >= 0
    error_message = "compute_pool_keep_alive_secs cannot be negative."
  }
}

# --- Objects -------------------------------------------------------------------------------------------------------

variable "stage_names" {
  type = object({
    home = optional(string, "SNOWML_HOME")
    logs = optional(string, "RAY_LOGS")
  })
  default     = {}
  nullable    = false
  description = "Stages for the notebook's home folder and for copies of Ray's logs."
}

variable "image_repository_name" {
  type        = string
  default     = "LLM_REPO"
  nullable    = false
  description = "Image repository from which every container's image comes."
}

variable "images" {
  type = object({
    head         = optional(object({ name = optional(string, "ray-head"), tag = optional(string, "v1") }), {})
    prometheus   = optional(object({ name = optional(string, "prometheus"), tag = optional(string, "v1") }), {})
    grafana      = optional(object({ name = optional(string, "grafana"), tag = optional(string, "v1") }), {})
    worker       = optional(object({ name = optional(string, "ray-worker"), tag = optional(string, "v1") }), {})
    serve_worker = optional(object({ name = optional(string, "ray-llm-worker"), tag = optional(string, "v1") }), {})
    deployer     = optional(object({ name = optional(string, "spcs-ray-deploy"), tag = optional(string, "v1") }), {})
    streamlit    = optional(object({ name = optional(string, "streamlit"), tag = optional(string, "v1") }), {})
  })
  default     = {}
  nullable    = false
  description = "Name and tag of each container's image in the repository; say only what differs from the defaults."

  validation {
    condition     = alltrue([for image in values(var.images) : can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", image.name)) && can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", image.tag))])
    error_message = "An image's name has lower-case letters, digits and single separators; its tag letters, digits, dots, dashes and underscores."
  }
}

variable "feedback_table_name" {
  type        = string
  default     = "ST_FEEDBACK"
  nullable    = false
  description = "Table in which the chat page stores thumbs and comments."
}

# --- Services ------------------------------------------------------------------------------------------------------

variable "head_service_name" {
  type        = string
  default     = "spcs_ray_custom_head_service"
  nullable    = false
  description = "Service of the Ray head."
}

variable "serve_worker_service_name" {
  type        = string
  default     = "spcs_rayserve_custom_worker_service"
  nullable    = false
  description = "Service of the workers that hold the model."
}

variable "worker_service_name" {
  type        = string
  default     = "spcs_ray_custom_worker_service"
  nullable    = false
  description = "Service of the generic workers."
}

variable "streamlit_service_name" {
  type        = string
  default     = "streamlit"
  nullable    = false
  description = "Service of the chat page."
}

variable "head_gpus" {
  type        = number
  default     = 1
  nullable    = false
  description = "GPUs of the head's container; none are asked for on a family that has none."

  validation {
    condition     = var.head_gpus >= 0 && floor(var.head_gpus) == var.head_gpus
    error_message = "head_gpus must be a whole number of at least 0."
  }
}

variable "serve_worker_gpus" {
  type        = number
  default     = 4
  nullable    = false
  description = "GPUs of each worker that holds the model; all that its node has. None are asked for on a family that has none."

  validation {
    condition     = var.serve_worker_gpus >= 0 && floor(var.serve_worker_gpus) == var.serve_worker_gpus
    error_message = "serve_worker_gpus must be a whole number of at least 0."
  }
}

variable "worker_gpus" {
  type        = number
  default     = 0
  nullable    = false
  description = "GPUs of each generic worker; none are asked for on a family that has none."

  validation {
    condition     = var.worker_gpus >= 0 && floor(var.worker_gpus) == var.worker_gpus
    error_message = "worker_gpus must be a whole number of at least 0."
  }
}

variable "serve_worker_resources" {
  type        = map(number)
  default     = { custom_llm_serving_label = 1 }
  nullable    = false
  description = "Ray resources that a worker for the model announces; the model's placement asks for a little of each, so that it lands there."
}

variable "worker_resources" {
  type        = map(number)
  default     = { generic_label = 1 }
  nullable    = false
  description = "Ray resources that a generic worker announces."
}

variable "shared_memory_size" {
  type        = string
  default     = "20644Mi"
  nullable    = false
  description = "Size of /dev/shm in the Ray containers, where Ray keeps its objects."

  validation {
    condition     = can(regex("^[0-9]+(\\.[0-9]+)?(M|Mi|G|Gi)$", var.shared_memory_size))
    error_message = "shared_memory_size must be a number with a unit (M, Mi, G or Gi), such as 20644Mi."
  }
}

variable "model_cache_gib" {
  type        = number
  default     = null
  description = "Size in whole GiB of a block volume for each node's model cache, which survives restarts; null keeps the cache on the node's own disk."

  validation {
    condition     = var.model_cache_gib == null || try(var.model_cache_gib >= 1 && floor(var.model_cache_gib) == var.model_cache_gib, false)
    error_message = "model_cache_gib must be a whole number of at least 1, or null."
  }
}

# --- Model ---------------------------------------------------------------------------------------------------------

variable "model_name" {
  type        = string
  default     = "vicuna13bapi"
  nullable    = false
  description = "Name of the Ray Serve application, which is also its route."

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9_-]*$", var.model_name))
    error_message = "model_name must start with a letter and have letters, digits, dashes and underscores only: it becomes part of a URL."
  }
}

variable "model_id" {
  type        = string
  default     = "lmsys/vicuna-13b-v1.5-16k"
  nullable    = false
  description = "Hugging Face id of the model."
}

variable "model_transport" {
  type        = string
  default     = "job"
  nullable    = false
  description = "How the model is put on the cluster: by a \"job\" in the account, or through the public \"endpoint\" of Ray's dashboard, which also shows at each refresh what became of it."

  validation {
    condition     = contains(["job", "endpoint"], var.model_transport)
    error_message = "model_transport must be job or endpoint."
  }
}

variable "restore_model" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether a head that restarts puts the model back by itself. Otherwise the next plan says that it is gone, and an apply restores it."
}

variable "model_runtime_env" {
  type        = string
  default     = null
  description = "Ray runtime environment of the application as JSON; null when the images bring all that it needs. Not for secrets: the dashboard shows it to whoever may open it."
}

variable "model_seed" {
  type        = number
  default     = 123
  nullable    = false
  description = "Seed of the engine."
}

variable "max_model_len" {
  type        = number
  default     = null
  description = "Tokens of prompt and answer together; null for what the model has."

  validation {
    condition     = var.max_model_len == null || try(var.max_model_len >= 1 && floor(var.max_model_len) == var.max_model_len, false)
    error_message = "max_model_len must be a whole number of at least 1, or null."
  }
}

variable "engine_kwargs" {
  type        = string
  default     = null
  description = "More arguments of the engine as a JSON object, such as jsonencode({ gpu_memory_utilization = 0.85 }); null for none."

  validation {
    condition     = var.engine_kwargs == null || can(keys(jsondecode(var.engine_kwargs)))
    error_message = "engine_kwargs must be the text of a JSON object; jsonencode({ ... }) writes one."
  }
}

variable "num_replicas" {
  type        = number
  default     = 1
  nullable    = false
  description = "Copies of the model, each with tensor_parallel_size GPUs of its own."

  validation {
    condition     = var.num_replicas >= 1 && floor(var.num_replicas) == var.num_replicas
    error_message = "num_replicas must be a whole number of at least 1."
  }
}

variable "tensor_parallel_size" {
  type        = number
  default     = 8
  nullable    = false
  description = "GPUs over which each layer of a copy of the model is split; the default spans two nodes with four GPUs each."

  validation {
    condition     = var.tensor_parallel_size >= 1 && floor(var.tensor_parallel_size) == var.tensor_parallel_size
    error_message = "tensor_parallel_size must be a whole number of at least 1."
  }
}

variable "max_ongoing_requests" {
  type        = number
  default     = 100
  nullable    = false
  description = "Requests that the model works on at the same time. Ray's own default of 5 would leave the engine idle."

  validation {
    condition     = var.max_ongoing_requests >= 1
    error_message = "max_ongoing_requests must be at least 1."
  }
}

# --- Access --------------------------------------------------------------------------------------------------------

variable "chat_roles" {
  type        = set(string)
  default     = []
  nullable    = false
  description = "Roles, besides the owner's, that may open the chat page."
}

variable "operator_roles" {
  type        = set(string)
  default     = []
  nullable    = false
  description = "Roles, besides the owner's, that may open the head's endpoints: notebook, dashboards and the model's API."
}
