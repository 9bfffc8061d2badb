# SPDX-License-Identifier: MPL-2.0

variable "database" {
  type        = string
  default     = "tiny_llm"
  description = "Database that the example makes, and drops with all that is in it."
}

variable "model_name" {
  type        = string
  default     = "tinyapi"
  description = "Name of the Ray Serve application, which is also its route."
}

variable "query_warehouse" {
  type        = string
  default     = "DEMO_WH"
  description = "Warehouse for the chat page's feedback."
}

variable "head_node_type" {
  type        = string
  default     = "GPU_NV_S"
  description = "Instance family of the head's node."
}

variable "serve_worker_node_type" {
  type        = string
  default     = "GPU_NV_M"
  description = "Instance family of the workers' nodes; GPU_NV_S with gpus_per_worker = 1 is the cheapest."
}

variable "num_serve_workers" {
  type        = number
  default     = 2
  description = "How many workers the cluster has."
}

variable "gpus_per_worker" {
  type        = number
  default     = 4
  description = "GPUs that each worker declares; the toy engine uses none of them."
}

variable "images" {
  type        = map(map(string))
  default     = {}
  description = "Image names and tags that differ from the module's defaults, such as { streamlit = { tag = \"v2\" } }."
}

variable "services_enabled" {
  type        = bool
  default     = true
  description = "false drops the services and the model and keeps everything else."
}

variable "suspended" {
  type        = bool
  default     = null
  description = "true suspends services and pools, false resumes them; null leaves that to others."
}
