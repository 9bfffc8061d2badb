# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_secret.hf_token
  id = "RAY.VICUNA.HF_TOKEN"
}
