# SPDX-License-Identifier: MPL-2.0
"""Programs that are started here end here: at the end, on an error, on Ctrl-C, and when we are killed."""

import atexit
import ctypes
import os
import signal
import subprocess

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
_running: list[subprocess.Popen] = []


def _die_with_parent() -> None:
    _listen()
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _listen() -> None:
    """A shell starts what runs in the background deaf to Ctrl-C, and programs inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(command, outlive: bool = False, **options) -> subprocess.Popen:
    """Starts a program in a session of its own: a Ctrl-C in the terminal reaches us alone, and we pass it on.

    outlive: the program may go on after us, once `finished` has been called for it.
    """
    process = subprocess.Popen(
        [str(part) for part in command],
        start_new_session=True,
        preexec_fn=_listen if outlive else _die_with_parent,
        **options,
    )
    _running.append(process)
    return process


def finished(process: subprocess.Popen) -> None:
    """Forgets a program that has ended."""
    if process in _running:
        _running.remove(process)


def stop(process: subprocess.Popen, patience: float = 20, first=signal.SIGTERM) -> int:
    """Asks a program to end, then ends it. Returns its exit code."""
    if process.poll() is None:
        process.send_signal(first)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    finished(process)
    return process.returncode


def kill_session(process: subprocess.Popen) -> None:
    """SIGKILL for the program alone; what it started has to notice by itself."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    finished(process)


def stop_all() -> None:
    """Newest first: clients before the emulator that they talk to."""
    for process in reversed(list(_running)):
        stop(process)


def end_on_signals() -> None:
    """Makes SIGTERM and SIGHUP end us as Ctrl-C does, so that `finally` and stop_all() run."""

    def interrupt(number, frame):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)


atexit.register(stop_all)
