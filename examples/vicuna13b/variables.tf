# SPDX-License-Identifier: MPL-2.0

variable "hf_token" {
  type        = string
  ephemeral   = true
  sensitive   = true
  description = "Hugging Face token; set it as TF_VAR_hf_token."
}

variable "hf_token_version" {
  type        = number
  default     = 1
  description = "Raise it to store a changed hf_token."
}

variable "query_warehouse" {
  type        = string
  default     = "DEMO_WH"
  description = "Warehouse for the chat page's feedback and the notebook's queries."
}

variable "images" {
  type        = map(map(string))
  default     = {}
  description = "Image names and tags that differ from the module's defaults, such as { streamlit = { tag = \"v2\" } }."
}

variable "num_serve_workers" {
  type        = number
  default     = 2
  description = "How many four-GPU nodes the cluster has."
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
