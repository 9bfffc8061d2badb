# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_image_repository.llm
  id = "RAY.VICUNA.LLM_REPO"
}
