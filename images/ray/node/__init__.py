# SPDX-License-Identifier: MPL-2.0
"""Entrypoints of the containers that run Ray. Standard library only; Ray is a program that they start.

    head        python -m node.head [options of `ray start`]: Ray's head, Jupyter, the keeper, copies of logs
    worker      python -m node.worker [options of `ray start`]: waits for the head, then runs `ray start`
    ray_start   the command line of `ray start`: pinned ports, paths, this node's address
    slow_start  keeps Ray's node alive on a busy machine
    supervise   runs several programs as one container: signals, restarts, exit code
    keeper      keeps the Serve configuration and puts it back after a restart of the head
    config      what the keeper keeps: its form, its hash, its two files
    log_copies  copies Ray's logs to a stage

Every path and port comes from the environment, with the container's own as default, so the same code runs as a local
process: images/README.md lists the variables.
"""
