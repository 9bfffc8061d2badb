# SPDX-License-Identifier: MPL-2.0

import {
  to = spcs_stage_file.settings
  id = "RAY.VICUNA.CONFIG/settings.yaml"
}
