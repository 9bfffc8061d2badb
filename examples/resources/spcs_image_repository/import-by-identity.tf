# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_image_repository.llm
  identity = {
    database = "RAY"
    schema   = "VICUNA"
    name     = "LLM_REPO"
  }
}
