# SPDX-License-Identifier: MPL-2.0

tofu import spcs_secret.hf_token RAY.VICUNA.HF_TOKEN
