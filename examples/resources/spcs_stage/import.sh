# SPDX-License-Identifier: MPL-2.0

tofu import spcs_stage.logs RAY.VICUNA.RAY_LOGS
