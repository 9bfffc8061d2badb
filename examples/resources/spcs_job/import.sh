# SPDX-License-Identifier: MPL-2.0

tofu import spcs_job.fetch_model RAY.VICUNA.FETCH_MODEL
