# SPDX-License-Identifier: MPL-2.0

tofu import spcs_image_repository.llm RAY.VICUNA.LLM_REPO
