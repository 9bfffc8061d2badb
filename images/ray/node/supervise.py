# SPDX-License-Identifier: MPL-2.0
"""Several programs as one container: one is the reason for it and its end is ours, the others are started again.

Each has a process group of its own, so that one signal reaches all that it started. Should this process be killed, the
programs get SIGTERM from the kernel.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping

_RESTART_SECONDS = (1, 2, 5, 10, 30, 60)
_STEADY_SECONDS = 120  # a program that ran for so long begins again with the shortest pause
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _end_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def say(text: str) -> None:
    """A line of the container's log."""
    print(text, flush=True)


class Program:
    """A command that runs. log: a file for its outputs; None: the container's log. may_start: asked each second before
    the start until it says yes."""

    def __init__(
        self,
        name: str,
        command: list[str],
        environment: Mapping[str, str],
        log: str | None = None,
        may_start: Callable[[], bool] = lambda: True,
    ):
        self.name, self._command, self._environment, self._log = name, command, environment, log
        self.may_start = may_start
        self._process: subprocess.Popen | None = None
        self._started = 0.0
        self._failures = 0

    def start(self) -> None:
        output = open(self._log, "ab") if self._log else None  # noqa: SIM115  closed below
        try:
            self._process = subprocess.Popen(
                self._command,
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,
                preexec_fn=_end_with_parent,
            )
        finally:
            if output:
                output.close()
        self._started = time.monotonic()

    def ended(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.poll() if self._process else None

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def pause(self) -> float:
        """Seconds to wait before it is started again."""
        if time.monotonic() - self._started > _STEADY_SECONDS:
            self._failures = 0
        self._failures += 1
        return _RESTART_SECONDS[min(self._failures, len(_RESTART_SECONDS)) - 1]

    def signal(self, number: int) -> None:
        """To the program and to all that it started; those it left behind may still be there when it has ended."""
        if self._process:
            try:
                os.killpg(self._process.pid, number)
            except ProcessLookupError:
                pass

    def wait(self, seconds: float) -> bool:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


class Supervisor:
    """main: its end ends the container, with its exit code. helpers: programs that are kept running beside it.

    At the end the helpers stop first: they may still have something to ask the main program.
    patience: seconds until SIGKILL. is_up: whether the main program works; as long as it has not said yes once, a main
    program that ends is started again, up to `attempts` times in all: a container that exits counts as broken.
    """

    def __init__(
        self,
        main: Program,
        helpers: list[Program],
        patience: float = 15,
        is_up: Callable[[], bool] | None = None,
        attempts: int = 4,
    ):
        self._main, self._helpers, self._patience = main, helpers, patience
        self._is_up, self._attempts, self._was_up = is_up, attempts, is_up is None
        self._stop = threading.Event()
        self._due: dict[Program, float] = {}

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        self._main.start()
        for helper in self._helpers:
            self._start(helper)
        asked = 0.0
        while not self._stop.wait(0.2):
            if self._main.ended() is not None and not self._start_again():
                break
            if not self._was_up and time.monotonic() - asked >= 1:
                self._was_up, asked = self._is_up(), time.monotonic()
            self._look_after_helpers()
        code = self._main.ended()
        if code is None:
            say("stopping")
        else:
            say(f"{self._main.name} ended with {code}")
        self._end()
        # A signal from outside is no failure; a program that was killed by one is.
        return 0 if code is None else code if code >= 0 else 128 - code

    def _start_again(self) -> bool:
        """The main program after a start that failed; False when its end is to be ours."""
        self._attempts -= 1
        if self._was_up or self._attempts < 1:
            return False
        self._main.signal(signal.SIGKILL)  # what it left behind
        pause = self._main.pause() + 2
        say(f"{self._main.name} did not come up ({self._main.ended()}); it is started again in {pause:g} s")
        if not self._stop.wait(pause):
            self._main.start()
        return True

    def _start(self, helper: Program) -> None:
        if not helper.may_start():
            self._due[helper] = time.monotonic() + 1
            return
        try:
            helper.start()
            self._due.pop(helper, None)
        except OSError as error:
            say(f"{helper.name} cannot be started: {error}")
            self._due[helper] = time.monotonic() + helper.pause()

    def _look_after_helpers(self) -> None:
        now = time.monotonic()
        for helper in self._helpers:
            if helper in self._due:
                if now >= self._due[helper]:
                    self._start(helper)
            elif (code := helper.ended()) is not None:
                pause = helper.pause()
                self._due[helper] = now + pause
                say(f"{helper.name} ended with {code}; it is started again in {pause:g} s")

    def _end(self) -> None:
        self._stop_all(self._helpers, self._patience / 3)
        self._stop_all([self._main], self._patience)

    @staticmethod
    def _stop_all(programs: list[Program], patience: float) -> None:
        deadline = time.monotonic() + patience
        for program in programs:
            program.signal(signal.SIGTERM)
        for program in programs:
            if program.running() and not program.wait(max(0.1, deadline - time.monotonic())):
                say(f"{program.name} did not end within {patience:g} s and is killed")
            program.signal(signal.SIGKILL)


def fail(text: str) -> int:
    """What an entrypoint returns when it cannot begin."""
    print(text, file=sys.stderr, flush=True)
    return 2
