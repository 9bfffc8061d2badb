# SPDX-License-Identifier: MPL-2.0

tofu import spcs_grant.analysts_see_the_schema 'USAGE|SCHEMA|RAY.VICUNA|ANALYST'
