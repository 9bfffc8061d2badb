# SPDX-License-Identifier: MPL-2.0

tofu import spcs_network_rule.model_hub RAY.VICUNA.MODEL_HUB
