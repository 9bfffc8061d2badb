# SPDX-License-Identifier: MPL-2.0

tofu import spcs_stage_file.settings RAY.VICUNA.CONFIG/settings.yaml
