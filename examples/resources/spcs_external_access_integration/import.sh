# SPDX-License-Identifier: MPL-2.0

tofu import spcs_external_access_integration.model_hub MODEL_HUB_ACCESS
