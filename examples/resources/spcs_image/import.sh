# SPDX-License-Identifier: MPL-2.0

tofu import spcs_image.head ray/vicuna/llm_repo/ray-head:1.4.0
