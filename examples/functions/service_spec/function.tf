# SPDX-License-Identifier: MPL-2.0

output "specification" {
  value = provider::spcs::service_spec({
    containers = {
      web = {
        image = "/my_db/my_schema/images/web:1.0"
        env   = { GREETING = "hello" }
      }
    }
    endpoints = {
      ui = { port = 8080, public = true }
    }
  })
}
