# SPDX-License-Identifier: MPL-2.0

variable "database" {
  type        = string
  default     = "LLM_STACK"
  description = "Database of the stack; names of account-wide objects start with it."
}

variable "hf_token" {
  type        = string
  ephemeral   = true
  sensitive   = true
  description = "Hugging Face token; set it as TF_VAR_hf_token."
}

variable "query_warehouse" {
  type        = string
  default     = "DEMO_WH"
  description = "Warehouse for the chat page's feedback."
}

variable "reader_roles" {
  type        = set(string)
  default     = []
  description = "Roles that may open the chat page and the summaries, and read the feedback."
}

variable "summaries_tag" {
  type        = string
  default     = "v1"
  description = "Tag of the summaries' image."
}

variable "force_destroy" {
  type        = bool
  default     = true
  description = "Whether destroying takes along what was put there by others."
}
