# SPDX-License-Identifier: MPL-2.0

tofu import spcs_service.chat RAY.VICUNA.CHAT
