# SPDX-License-Identifier: MPL-2.0

data "spcs_account" "this" {}

output "where" {
  value = "${data.spcs_account.this.identifier} in ${data.spcs_account.this.region}, as ${data.spcs_account.this.role}"
}
