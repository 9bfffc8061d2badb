# SPDX-License-Identifier: MPL-2.0

# The chat page. It needs the table and the head; that the model is still loading is for the page to say.
resource "spcs_service" "streamlit" {
  count = var.services_enabled ? 1 : 0

  database                = local.database
  schema                  = local.schema
  name                    = var.streamlit_service_name
  compute_pool            = spcs_compute_pool.head.name
  compute_pool_created_on = spcs_compute_pool.head.created_on
  instance_family         = spcs_compute_pool.head.instance_family
  query_warehouse         = var.query_warehouse
  suspended               = var.suspended
  force_destroy           = var.force_destroy
  comment                 = var.comment
  timeouts                = local.service_timeouts

  spec = {
    containers = {
      streamlit = {
        image = local.images["streamlit"]
        env = merge(
          {
            RAY_API_URL    = "http://${local.head_host}:8000/${var.model_name}/"
            FEEDBACK_TABLE = spcs_table.feedback.qualified_name
          },
          var.query_warehouse == null ? {} : { SNOWFLAKE_WAREHOUSE = var.query_warehouse },
        )
        readiness_probe = { port = 8501, path = "/_stcore/health" }
      }
    }
    endpoints = {
      streamlit = { port = 8501, public = true }
    }
  }
}
