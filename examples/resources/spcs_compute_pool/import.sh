# SPDX-License-Identifier: MPL-2.0

tofu import spcs_compute_pool.workers RAY_WORKERS
