# SPDX-License-Identifier: MPL-2.0

tofu import spcs_service_role_grant.analysts 'RAY.VICUNA.CHAT!ALL_ENDPOINTS_USAGE|ANALYST'
