# SPDX-License-Identifier: MPL-2.0

output "chat_url" {
  value       = module.ray_serve.streamlit_url
  description = "URL of the chat page."
}

output "summaries_url" {
  value       = spcs_service.summaries.endpoints["api"]
  description = "URL of the summaries' API."
}

output "push_to" {
  value = {
    model = module.ray_serve.repository_url
    apps  = spcs_image_repository.apps.repository_url
  }
  description = "Where the images are pushed."
}
