# SPDX-License-Identifier: MPL-2.0
"""What an engine is. `replies` consumes one, `make` makes the one that the settings ask for."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass

from serve_app.requests import Request
from serve_app.settings import Settings


@dataclass
class Chunk:
    """New text of answer `index`; `finish_reason` ("stop", "length") is set in its last chunk."""

    text: str
    index: int = 0
    finish_reason: str | None = None


@dataclass
class Counts:
    """Generations: those that run now, and how those before have ended. `tokens` were made in all of them."""

    running: int = 0
    finished: int = 0
    aborted: int = 0
    failed: int = 0
    tokens: int = 0

    def plain(self) -> dict[str, int]:
        return asdict(self)


class Engine(ABC):
    """Runs generations in the event loop of the replica. A generation goes on until it ends or `abort` is called for it:
    whoever stops reading it has to say so."""

    name: str

    def __init__(self, settings: Settings):
        self.settings = settings
        self.counts = Counts()

    @abstractmethod
    async def check(self, request: Request) -> None:
        """RequestError when the prompt does not fit, before anything is answered."""

    @abstractmethod
    def generate(self, request_id: str, request: Request) -> AsyncIterator[Chunk]:
        """Starts the generation at the first step of the iterator. Ends without an error after an abort."""

    @abstractmethod
    def abort(self, request_id: str) -> None:
        """Ends a generation at once; nothing when it has ended. Never waits: it is called from cancelled tasks."""

    async def check_health(self) -> None:
        """Raises when the engine cannot go on; Serve then replaces the replica."""

    def reconfigure(self, settings: Settings) -> None:
        """Settings that may change while it runs."""
        self.settings = settings


def make(settings: Settings) -> Engine:
    """The engine by name. vLLM is imported only when it is asked for: it needs GPUs and a large image."""
    if settings.engine_name == "toy":
        from serve_app.toy_engine import ToyEngine

        return ToyEngine(settings)
    from serve_app.vllm_engine import VllmEngine

    return VllmEngine(settings)
