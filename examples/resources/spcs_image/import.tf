# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_image.head
  id = "ray/vicuna/llm_repo/ray-head:1.4.0"
}
