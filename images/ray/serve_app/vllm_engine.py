# SPDX-License-Identifier: MPL-2.0
"""vLLM on GPUs. Written against the version that images/ray-llm-worker pins; no machine of ours could run it.

The replica's placement group holds one bundle with a GPU for each rank; vLLM finds the group by itself and puts its
workers there, so a tensor-parallel model spans nodes.
"""

import asyncio
from collections.abc import AsyncIterator

from serve_app.engine import Chunk, Engine
from serve_app.requests import Request, RequestError
from serve_app.settings import Settings, SettingsError

# Said by the settings or by us; a second value under engine_kwargs would win silently.
_OURS = ("model", "seed", "tensor_parallel_size", "max_model_len", "distributed_executor_backend")


def engine_arguments(settings: Settings) -> dict:
    """The members of vLLM's AsyncEngineArgs."""
    clash = sorted(set(_OURS) & set(settings.engine_kwargs))
    if clash:
        raise SettingsError(f"engine_kwargs may not hold {', '.join(clash)}: that is for the arguments of the same name")
    arguments = {
        "model": settings.model,
        "seed": settings.seed,
        "tensor_parallel_size": settings.tensor_parallel_size,
        **settings.engine_kwargs,
    }
    if settings.max_model_len is not None:
        arguments["max_model_len"] = settings.max_model_len
    if settings.tensor_parallel_size * int(settings.engine_kwargs.get("pipeline_parallel_size", 1)) > 1:
        arguments["distributed_executor_backend"] = "ray"
    return arguments


class VllmEngine(Engine):
    name = "vllm"

    def __init__(self, settings: Settings):
        super().__init__(settings)
        # Here and nowhere else: nothing of the toy engine or of the tests may need vLLM.
        from vllm import SamplingParams
        from vllm.engine.arg_utils import AsyncEngineArgs
        from vllm.sampling_params import RequestOutputKind
        from vllm.v1.engine.async_llm import AsyncLLM

        self._sampling_params = SamplingParams
        self._delta = RequestOutputKind.DELTA
        self._engine = AsyncLLM.from_engine_args(AsyncEngineArgs(**engine_arguments(settings)))
        self._live: set[str] = set()
        self._aborts: set[asyncio.Task] = set()  # a task that nobody holds may be collected before it has run

    async def check(self, request: Request) -> None:
        try:
            self._parameters(request)
        except (TypeError, ValueError) as error:
            raise RequestError(f"sampling parameters: {error}") from None
        length = self._engine.model_config.max_model_len
        tokenizer = await _awaited(self._engine.get_tokenizer())
        tokens = await asyncio.to_thread(lambda: len(tokenizer.encode(request.prompt)))
        if tokens >= length:
            raise RequestError(f"the prompt has {tokens} tokens; the model takes {length} together with those of the answer")

    async def generate(self, request_id: str, request: Request) -> AsyncIterator[Chunk]:
        self._live.add(request_id)
        self.counts.running += 1
        finished = False
        try:
            async for output in self._engine.generate(request.prompt, self._parameters(request), request_id):
                for answer in output.outputs:
                    self.counts.tokens += len(answer.token_ids)
                    yield Chunk(answer.text, answer.index, answer.finish_reason)
                finished = output.finished
        except Exception:
            self.counts.failed += 1
            self._live.discard(request_id)
            raise
        finally:
            self.counts.running -= 1
            if request_id in self._live:
                self._live.discard(request_id)
                self.counts.finished += finished
                self.counts.aborted += not finished

    def abort(self, request_id: str) -> None:
        if request_id not in self._live:
            return
        task = asyncio.get_running_loop().create_task(_awaited(self._engine.abort(request_id)))
        self._aborts.add(task)
        task.add_done_callback(self._aborts.discard)

    async def check_health(self) -> None:
        await self._engine.check_health()

    def _parameters(self, request: Request):
        return self._sampling_params(output_kind=self._delta, **request.sampling)


async def _awaited(value):
    """Some of vLLM's methods became coroutines, or ceased to be, between versions."""
    return await value if asyncio.iscoroutine(value) or isinstance(value, asyncio.Future) else value
