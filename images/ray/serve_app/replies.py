# SPDX-License-Identifier: MPL-2.0
"""Answers to clients, each of which aborts its generation when the client is gone.

A stream is JSON lines: {"text": "new text"} … and at last {"text": "", "finish_reason": "stop"}, or {"text": "",
"error": "…"}. When nothing is to be said for a while, {"text": "", "heartbeat": true} keeps the connection alive.
Without a stream the answer is one object, {"text": ["…"], "finish_reason": ["stop"]}; one that takes long has spaces in
front, which JSON allows.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator

from serve_app.engine import Chunk, Engine
from serve_app.requests import Request

JSON_LINES = "application/x-ndjson"
_log = logging.getLogger("ray.serve")


def line(**members) -> bytes:
    return json.dumps(members, ensure_ascii=False).encode() + b"\n"


async def chunks(engine: Engine, request_id: str, request: Request) -> AsyncIterator[Chunk]:
    """A generation that is aborted when this iterator is left early, however that happens."""
    steps = engine.generate(request_id, request)
    try:
        async for chunk in steps:
            yield chunk
    finally:
        engine.abort(request_id)
        await steps.aclose()


async def with_heartbeats(source: AsyncIterator[Chunk], seconds: float) -> AsyncIterator[Chunk | None]:
    """The chunks, and None whenever there was none for so long."""
    step: asyncio.Task | None = None
    try:
        while True:
            if step is None:
                step = asyncio.ensure_future(anext(source))
            done, _ = await asyncio.wait({step}, timeout=seconds)
            if not done:
                yield None
                continue
            try:
                chunk = step.result()
            except StopAsyncIteration:
                return
            step = None
            yield chunk
    finally:
        if step is not None and not step.done():
            step.cancel()
            with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
                await step
        await source.aclose()


async def stream(engine: Engine, request_id: str, request: Request, heartbeat_seconds: float) -> AsyncIterator[bytes]:
    """The lines of a streamed answer."""
    source = with_heartbeats(chunks(engine, request_id, request), heartbeat_seconds)
    try:
        async for chunk in source:
            if chunk is None:
                yield line(text="", heartbeat=True)
                continue
            if chunk.text:
                yield line(text=chunk.text)
            if chunk.finish_reason:
                yield line(text="", finish_reason=chunk.finish_reason)
    except Exception as error:  # noqa: BLE001  the status line has gone out: what is left is to say it in the stream
        _log.exception("generation %s failed", request_id)
        yield line(text="", error=_reason(error))
    finally:
        await source.aclose()


async def whole(engine: Engine, request_id: str, request: Request) -> dict:
    """The answer in one piece; raises what the engine raises."""
    count = request.sampling.get("n", 1)
    texts, reasons = [""] * count, [None] * count
    source = chunks(engine, request_id, request)
    try:
        async for chunk in source:
            texts[chunk.index] += chunk.text
            reasons[chunk.index] = chunk.finish_reason or reasons[chunk.index]
    finally:
        await source.aclose()
    return {"text": texts, "finish_reason": reasons}


async def padded(answer: asyncio.Task, heartbeat_seconds: float) -> AsyncIterator[bytes]:
    """Spaces until the answer is there, then the answer. Too late for another status: errors are a member."""
    while True:
        done, _ = await asyncio.wait({answer}, timeout=heartbeat_seconds)
        if done:
            break
        yield b" "
    try:
        yield line(**answer.result())
    except Exception as error:  # noqa: BLE001
        _log.exception("generation failed")
        yield line(error=_reason(error))


def _reason(error: Exception) -> str:
    """For clients: what failed, without a traceback."""
    return f"the engine failed: {type(error).__name__}: {error}"
