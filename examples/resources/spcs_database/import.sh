# SPDX-License-Identifier: MPL-2.0

tofu import spcs_database.ray RAY
