# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_secret.hf_token
  identity = {
    database = "RAY"
    schema   = "VICUNA"
    name     = "HF_TOKEN"
  }
}
