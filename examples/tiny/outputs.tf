# SPDX-License-Identifier: MPL-2.0

output "urls" {
  value       = module.ray_serve.urls
  description = "URLs of all public endpoints."
}

output "chat" {
  value       = module.ray_serve.streamlit_url
  description = "URL of the chat page."
}

output "model_url" {
  value       = module.ray_serve.model_url
  description = "URL of the model's API."
}

output "model_status" {
  value       = module.ray_serve.model_status
  description = "Status of the Ray Serve application at the last deployment."
}

output "repository_url" {
  value       = module.ray_serve.repository_url
  description = "Where the images are pushed."
}
