# SPDX-License-Identifier: MPL-2.0
"""Tests of what the images hold; images/README.md says how they are run."""
