# SPDX-License-Identifier: MPL-2.0

tofu import spcs_schema.vicuna RAY.VICUNA
