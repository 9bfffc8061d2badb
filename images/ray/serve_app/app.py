# SPDX-License-Identifier: MPL-2.0
"""What Ray Serve runs: import_path "serve_app.app:build", one deployment called LLM.

    POST <route>         a generation: see requests.py and replies.py
    GET  <route>         what is served: model, engine
    GET  <route>/stats   the engine's counts: how many generations run, have ended, were aborted
"""

import asyncio
import uuid

from fastapi import FastAPI
from fastapi.responses import JSONResponse, StreamingResponse
from ray import serve
from ray.serve import metrics
from starlette.requests import Request as HttpRequest

from serve_app import engine as engines
from serve_app import replies, requests
from serve_app import settings as arguments

# Proxies on the way must neither keep nor collect what a stream says.
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_METRICS_SECONDS = 2

api = FastAPI(title="spcs model", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)


class RootPath:
    """Answers at the route with and without a slash at its end: a redirect would lose bodies with some clients."""

    def __init__(self, app):
        self._app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http" and scope["path"] in ("", scope.get("root_path", "")):
            scope = {**scope, "path": scope["path"] + "/"}
        await self._app(scope, receive, send)


api.add_middleware(RootPath)


class ClosedStream(StreamingResponse):
    """Ends what it streams together with itself. A client may go while a line is being sent: then nobody is inside the
    iterator who would notice."""

    async def __call__(self, scope, receive, send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await asyncio.shield(self.body_iterator.aclose())


class PaddedReply(ClosedStream):
    """One JSON object that takes long. The generation ends with the response, also with one that never begins."""

    def __init__(self, answer: asyncio.Task, heartbeat_seconds: float):
        super().__init__(replies.padded(answer, heartbeat_seconds), media_type="application/json", headers=_HEADERS)
        self._answer = answer

    async def __call__(self, scope, receive, send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._answer.cancel()


# Ray's own default of max_ongoing_requests, 5, would leave an engine that batches idle.
@serve.deployment(name="LLM", max_ongoing_requests=100, health_check_period_s=10, health_check_timeout_s=30)
@serve.ingress(api)
class LLM:
    def __init__(self, given: dict):
        self.settings = arguments.parse(given)
        self.engine = engines.make(self.settings)
        self._gauges = {
            name: metrics.Gauge(f"spcs_generations_{name}", description=f"Generations: {name}.")
            for name in ("running", "finished", "aborted", "failed")
        }
        self._gauges["tokens"] = metrics.Gauge("spcs_generated_tokens", description="Tokens made since the start.")
        self._reporter: asyncio.Task | None = None

    def reconfigure(self, user_config: dict | None) -> None:
        self.settings = arguments.changed(self.settings, user_config)
        self.engine.reconfigure(self.settings)

    async def check_health(self) -> None:
        if self._reporter is None or self._reporter.done():
            self._reporter = asyncio.create_task(self._report())
        await self.engine.check_health()

    async def _report(self) -> None:
        while True:
            for name, value in self.engine.counts.plain().items():
                self._gauges[name].set(value)
            await asyncio.sleep(_METRICS_SECONDS)

    @api.get("/")
    async def about(self) -> dict:
        return {"model": self.settings.model, "engine": self.engine.name}

    @api.get("/stats")
    async def stats(self) -> dict:
        return self.engine.counts.plain()

    @api.post("/")
    async def generate(self, http: HttpRequest):
        try:
            request = requests.parse(await self._body(http), self.settings.default_max_tokens)
            await self.engine.check(request)
        except requests.RequestError as error:
            return JSONResponse({"error": str(error)}, status_code=error.status)
        request_id = uuid.uuid4().hex
        seconds = self.settings.heartbeat_seconds
        if request.stream:
            lines = replies.stream(self.engine, request_id, request, seconds)
            return ClosedStream(lines, media_type=replies.JSON_LINES, headers=_HEADERS)
        return await self._whole(request_id, request, seconds)

    async def _whole(self, request_id: str, request: requests.Request, seconds: float):
        answer = asyncio.create_task(replies.whole(self.engine, request_id, request))
        try:
            # Serve cancels this coroutine when the client goes.
            done, _ = await asyncio.wait({answer}, timeout=seconds)
        except asyncio.CancelledError:
            answer.cancel()
            raise
        if not done:
            return PaddedReply(answer, seconds)
        try:
            return JSONResponse(answer.result(), headers=_HEADERS)
        except Exception as error:  # noqa: BLE001
            return JSONResponse({"error": f"the engine failed: {type(error).__name__}: {error}"}, status_code=500)

    async def _body(self, http: HttpRequest) -> bytes:
        """The body, as long as it is not larger than it may be."""
        parts, size, limit = [], 0, self.settings.max_body_bytes
        async for part in http.stream():
            size += len(part)
            if size > limit:
                raise requests.RequestError(f"the body has more than {limit} bytes", status=413)
            parts.append(part)
        return b"".join(parts)


def build(given: dict) -> serve.Application:
    """The application. A placement that the configuration gives goes over the one made here."""
    settings = arguments.parse(given)
    options: dict = {}
    if settings.engine_name == "vllm":
        # The replica itself takes no GPU: it runs in the first bundle, beside the first rank.
        options["ray_actor_options"] = {"num_cpus": 1, "num_gpus": 0}
        options["placement_group_bundles"] = [{"CPU": 1, "GPU": 1}] * settings.tensor_parallel_size
        options["placement_group_strategy"] = "PACK"
    return LLM.options(**options).bind(given)
