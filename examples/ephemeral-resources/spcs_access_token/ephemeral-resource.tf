# SPDX-License-Identifier: MPL-2.0

# A token for this run only. It is removed when the run ends, so it is of use during the run, as here, and not to be stored.
ephemeral "spcs_access_token" "this" {
  role = "DEPLOYER"
}

# Asks the chat page, as that role, whenever the page was made or changed.
resource "terraform_data" "chat_answers" {
  triggers_replace = spcs_service.chat.spec_digest

  provisioner "local-exec" {
    # The token reaches curl by its standard input: arguments are shown to everybody on the machine.
    command = "printf 'Authorization: Snowflake Token=\"%s\"' \"$TOKEN\" | curl -fsS -o /dev/null -H @- \"$URL\""
    environment = {
      TOKEN = ephemeral.spcs_access_token.this.token
      URL   = spcs_service.chat.endpoints["page"]
    }
  }
}
