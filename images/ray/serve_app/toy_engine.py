# SPDX-License-Identifier: MPL-2.0
"""An engine without a model, for laptops and tests: it says so, and then repeats words of the prompt.

Deterministic: the same prompt, seed and parameters give the same words. Tokens are words. Like a real engine it goes on
with a generation nobody reads, so that a caller who forgets to abort is found out.
"""

import asyncio
import hashlib
import itertools
import re
from collections.abc import AsyncIterator, Iterator

from serve_app.engine import Chunk, Engine
from serve_app.requests import Request, RequestError
from serve_app.settings import Settings

DEFAULT_LENGTH = 32 * 1024
PREAMBLE = "This is the toy engine: there is no model behind it, it repeats words of the prompt.".split()
_SLICE = 4096  # words after which a long prompt lets others run


class ToyEngine(Engine):
    name = "toy"

    def __init__(self, settings: Settings):
        super().__init__(settings)
        self.length = settings.max_model_len or DEFAULT_LENGTH
        self._running: dict[str, asyncio.Task] = {}

    async def check(self, request: Request) -> None:
        tokens = sum(1 for _ in re.finditer(r"\S+", request.prompt))
        if tokens >= self.length:
            raise RequestError(
                f"the prompt has {tokens} tokens; the model takes {self.length} together with those of the answer"
            )

    async def generate(self, request_id: str, request: Request) -> AsyncIterator[Chunk]:
        queue: asyncio.Queue[Chunk | None] = asyncio.Queue()
        task = asyncio.create_task(self._produce(request, queue))
        self._running[request_id] = task
        self.counts.running += 1
        task.add_done_callback(lambda ended: self._ended(request_id, ended, queue))
        while (chunk := await queue.get()) is not None:
            yield chunk
        if not task.cancelled() and task.exception():
            raise task.exception()

    def abort(self, request_id: str) -> None:
        task = self._running.get(request_id)
        if task is not None:
            task.cancel()

    def _ended(self, request_id: str, task: asyncio.Task, queue: asyncio.Queue) -> None:
        del self._running[request_id]
        self.counts.running -= 1
        if task.cancelled():
            self.counts.aborted += 1
        elif task.exception():
            self.counts.failed += 1
        else:
            self.counts.finished += 1
        queue.put_nowait(None)

    async def _produce(self, request: Request, queue: asyncio.Queue) -> None:
        words = []
        for found in re.finditer(r"\S+", request.prompt):
            words.append(found.group())
            if len(words) % _SLICE == 0:
                await asyncio.sleep(0)
        if self.settings.prefill_seconds:
            await asyncio.sleep(self.settings.prefill_seconds)
        room = min(request.max_tokens, self.length - len(words))
        for index in range(request.sampling.get("n", 1)):
            await self._answer(index, itertools.islice(self._words(words, request, index), room), request, queue)

    async def _answer(self, index: int, words: Iterator[str], request: Request, queue: asyncio.Queue) -> None:
        said, told, stops = "", 0, request.sampling.get("stop", [])
        # A stop text may spread over words: as much is held back as could be its beginning.
        held_back = max(map(len, stops), default=1) - 1
        for position, word in enumerate(words):
            if self.settings.token_seconds:
                await asyncio.sleep(self.settings.token_seconds)
            self.counts.tokens += 1
            said += word if position == 0 else f" {word}"
            cut = min((place for stop in stops if (place := said.find(stop, max(told - held_back, 0))) >= 0), default=-1)
            if cut >= 0:
                queue.put_nowait(Chunk(said[told:cut], index, "stop"))
                return
            if len(said) - held_back > told:
                queue.put_nowait(Chunk(said[told : len(said) - held_back], index))
                told = len(said) - held_back
        queue.put_nowait(Chunk(said[told:], index, "length"))

    def _words(self, prompt: list[str], request: Request, index: int) -> Iterator[str]:
        """Without an end: the preamble, then words of the prompt in an order that the seed decides."""
        yield from PREAMBLE
        seed = request.sampling.get("seed", self.settings.seed)
        state = hashlib.sha256(f"{seed}/{index}/{len(prompt)}/{prompt[:8]}".encode()).digest()
        while True:
            for place in range(0, len(state), 4):
                yield prompt[int.from_bytes(state[place : place + 4], "big") % len(prompt)] if prompt else "…"
            state = hashlib.sha256(state).digest()
