# SPDX-License-Identifier: MPL-2.0

tofu import spcs_table.feedback RAY.VICUNA.FEEDBACK
