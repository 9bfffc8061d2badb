# SPDX-License-Identifier: MPL-2.0
"""Runs the real clients (OpenTofu, Terraform) with the built provider against the built emulator.

Standard library only. `acceptance-tests/run` and `script/demo` are its callers:

    places      where binaries, clients and sources are
    processes   starting programs so that none outlives us
    account     SQL statements with a signed token, as any other client of the account sends them
    emulator    starting spcs-emulator, and its admin API
    client      a client with a filesystem mirror of the provider; workspaces in temporary folders
    case        base classes of the cases
    runner      finds cases, runs them for each client, counts
"""
