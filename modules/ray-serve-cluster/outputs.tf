# SPDX-License-Identifier: MPL-2.0

locals {
  urls = merge(concat(
    [for service in spcs_service.head : service.endpoints],
    [for service in spcs_service.streamlit : service.endpoints],
  )...)
}

output "urls" {
  value       = local.urls
  description = "URLs of all public endpoints by name: streamlit, notebook, ray-dashboard, prometheus, grafana, rayserveapi. Empty while the services are off."
}

output "streamlit_url" {
  value       = lookup(local.urls, "streamlit", null)
  description = "URL of the chat page."
}

output "notebook_url" {
  value       = lookup(local.urls, "notebook", null)
  description = "URL of the notebook on the head."
}

output "ray_dashboard_url" {
  value       = lookup(local.urls, "ray-dashboard", null)
  description = "URL of Ray's dashboard."
}

output "grafana_url" {
  value       = lookup(local.urls, "grafana", null)
  description = "URL of Grafana."
}

output "prometheus_url" {
  value       = lookup(local.urls, "prometheus", null)
  description = "URL of Prometheus."
}

output "model_url" {
  value       = try("${local.urls["rayserveapi"]}${one(spcs_ray_serve_model.this).url_path}", null)
  description = "Public URL of the model's API."
}

output "model_internal_url" {
  value       = one([for model in spcs_ray_serve_model.this : "http://${spcs_service.head[0].dns_name}:8000${model.url_path}"])
  description = "URL of the model's API for other services of the account, in whatever schema they are."
}

output "model_status" {
  value       = one([for model in spcs_ray_serve_model.this : model.status])
  description = "Status of the Ray Serve application at the last deployment."
}

output "repository_url" {
  value       = spcs_image_repository.this.repository_url
  description = "Where the images are pushed."
}

output "images" {
  value       = local.images
  description = "Path of each container's image in the account."
}

output "compute_pools" {
  value = {
    head         = spcs_compute_pool.head.name
    serve_worker = spcs_compute_pool.serve_worker.name
    worker       = one([for pool in spcs_compute_pool.worker : pool.name])
  }
  description = "Names of the compute pools; worker is null without generic workers."
}

output "services" {
  value = {
    head         = one([for service in spcs_service.head : service.qualified_name])
    serve_worker = one([for service in spcs_service.serve_worker : service.qualified_name])
    worker       = one([for service in spcs_service.worker : service.qualified_name])
    streamlit    = one([for service in spcs_service.streamlit : service.qualified_name])
  }
  description = "Full names of the services; null while they are off."
}

output "feedback_table" {
  value       = spcs_table.feedback.qualified_name
  description = "Full name of the feedback table."
}

output "stages" {
  value       = { for purpose, stage in spcs_stage.this : purpose => stage.qualified_name }
  description = "Full names of the stages by purpose: home, logs."
}
