# SPDX-License-Identifier: MPL-2.0

# What other roles get: the way to the services' endpoints, and the feedback.

resource "spcs_grant" "database" {
  for_each = var.reader_roles

  privilege   = "USAGE"
  object_type = "DATABASE"
  object_name = spcs_database.this.name
  role        = each.value
}

resource "spcs_grant" "schemas" {
  for_each = { for pair in setproduct(["SERVING", "APPS"], var.reader_roles) : join("/", pair) => pair }

  privilege   = "USAGE"
  object_type = "SCHEMA"
  object_name = { SERVING = spcs_schema.serving, APPS = spcs_schema.apps }[each.value[0]].qualified_name
  role        = each.value[1]
}

resource "spcs_grant" "feedback" {
  for_each = var.reader_roles

  privilege   = "SELECT"
  object_type = "TABLE"
  object_name = module.ray_serve.feedback_table
  role        = each.value
}

resource "spcs_service_role_grant" "summaries" {
  for_each = var.reader_roles

  service      = spcs_service.summaries.qualified_name
  service_role = "ALL_ENDPOINTS_USAGE"
  role         = each.value
}
