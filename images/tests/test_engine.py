# SPDX-License-Identifier: MPL-2.0
import asyncio
import contextlib
import json
import sys
import types
import unittest

import places  # noqa: F401  makes the next imports possible
from serve_app import engine as engines
from serve_app import replies, settings
from serve_app.engine import Chunk
from serve_app.requests import Request, RequestError


def toy(**arguments):
    return engines.make(settings.parse({"model": "toy/words", "token_seconds": 0} | arguments))


def request(prompt: str = "red green blue", stream: bool = False, **sampling) -> Request:
    return Request(prompt, stream, {"max_tokens": 40} | sampling)


async def text_of(engine, wanted: Request) -> str:
    return (await replies.whole(engine, "id", wanted))["text"][0]


class ToyEngine(unittest.IsolatedAsyncioTestCase):
    async def test_says_what_it_is_and_repeats_words_of_the_prompt(self):
        text = await text_of(toy(), request())
        self.assertTrue(text.startswith("This is the toy engine: there is no model behind it"), text)
        self.assertEqual(len(text.split()), 40)
        self.assertLessEqual(set(text.split()[17:]), {"red", "green", "blue"})

    async def test_the_same_words_for_the_same_seed(self):
        texts = [await text_of(toy(seed=seed), request()) for seed in (1, 1, 2)]
        self.assertEqual(texts[0], texts[1])
        self.assertNotEqual(texts[0], texts[2])
        self.assertEqual(await text_of(toy(seed=1), request(seed=2)), texts[2])

    async def test_stop_and_n(self):
        stopped = await replies.whole(toy(), "id", request(stop=["no model"]))
        self.assertEqual(stopped, {"text": ["This is the toy engine: there is "], "finish_reason": ["stop"]})
        several = await replies.whole(toy(), "id", request(n=3))
        self.assertEqual(len(set(several["text"])), 3)

    async def test_a_prompt_that_is_too_long_is_refused_and_a_long_one_is_cut_at_the_end(self):
        engine = toy(max_model_len=10)
        with self.assertRaisesRegex(RequestError, "the prompt has 10 tokens; the model takes 10"):
            await engine.check(request("x " * 10))
        await engine.check(request("x " * 8))
        self.assertEqual(await text_of(engine, request("x " * 8)), "This is")

    async def test_an_unread_generation_goes_on_until_it_is_aborted(self):
        engine = toy(token_seconds=0.01)
        steps = engine.generate("one", request(max_tokens=10_000))
        await anext(steps)
        tokens = engine.counts.tokens
        await asyncio.sleep(0.1)
        self.assertGreater(engine.counts.tokens, tokens)
        self.assertEqual(engine.counts.running, 1)
        engine.abort("one")
        engine.abort("nobody")
        self.assertEqual([chunk async for chunk in steps][-1].finish_reason, None)
        self.assertEqual((engine.counts.running, engine.counts.aborted), (0, 1))


class Broken(engines.Engine):
    """Says one word, then fails."""

    name = "broken"

    async def check(self, wanted):
        pass

    async def generate(self, request_id, wanted):
        yield Chunk("one")
        raise RuntimeError("out of memory")

    def abort(self, request_id):
        self.counts.aborted += 1


class Replies(unittest.IsolatedAsyncioTestCase):
    async def lines(self, engine, wanted, heartbeat=15.0):
        return [json.loads(line) async for line in replies.stream(engine, "id", wanted, heartbeat)]

    async def test_a_stream_is_the_answer_in_pieces(self):
        lines = await self.lines(toy(), request(stream=True))
        self.assertEqual("".join(line["text"] for line in lines), await text_of(toy(), request()))
        self.assertEqual(lines[-1], {"text": "", "finish_reason": "length"})

    async def test_heartbeats_while_nothing_is_said(self):
        lines = await self.lines(toy(prefill_seconds=0.25), request(stream=True, max_tokens=1), heartbeat=0.05)
        self.assertGreaterEqual(lines.count({"text": "", "heartbeat": True}), 3)
        self.assertEqual(lines[-2:], [{"text": "This"}, {"text": "", "finish_reason": "length"}])

    async def test_an_engine_that_fails_says_so_in_the_stream(self):
        with self.assertLogs("ray.serve", "ERROR"):
            lines = await self.lines(Broken(settings.parse({"model": "x"})), request(stream=True))
        self.assertEqual(lines, [{"text": "one"}, {"text": "", "error": "the engine failed: RuntimeError: out of memory"}])

    async def test_leaving_at_any_point_aborts(self):
        """Closed while waiting for a word, cancelled while waiting, closed between two words, never begun."""
        for leave in ("waiting", "cancelled", "between", "before"):
            engine = toy(token_seconds=0.01, prefill_seconds=5 if leave in ("waiting", "cancelled") else 0)
            stream = replies.stream(engine, "id", request(stream=True, max_tokens=10_000), 0.02)
            if leave != "before":
                await anext(stream)
                self.assertEqual(engine.counts.running, 1, leave)
            if leave == "cancelled":
                step = asyncio.ensure_future(self.drain(stream))
                await asyncio.sleep(0.05)
                step.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await step
            await stream.aclose()
            await asyncio.sleep(0.05)
            self.assertEqual(engine.counts.running, 0, leave)
            self.assertEqual(engine.counts.aborted, 0 if leave == "before" else 1, leave)

    @staticmethod
    async def drain(stream):
        async for _ in stream:
            pass

    async def test_a_cancelled_answer_aborts(self):
        engine = toy(token_seconds=0.01)
        answer = asyncio.ensure_future(replies.whole(engine, "id", request(max_tokens=10_000)))
        await asyncio.sleep(0.05)
        self.assertEqual(engine.counts.running, 1)
        answer.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await answer
        await asyncio.sleep(0.05)
        self.assertEqual((engine.counts.running, engine.counts.aborted), (0, 1))

    async def test_an_answer_that_takes_long_has_spaces_in_front(self):
        engine = toy(prefill_seconds=0.2)
        answer = asyncio.ensure_future(replies.whole(engine, "id", request(max_tokens=2)))
        content = b"".join([part async for part in replies.padded(answer, 0.05)])
        self.assertTrue(content.startswith(b"   "))
        self.assertEqual(json.loads(content)["text"], ["This is"])


class FakeVllm:
    """The part of vLLM that the adapter uses, recorded. What it proves is our side only."""

    def __init__(self):
        self.arguments, self.aborted, self.parameters = None, [], []
        self.go_on = asyncio.Event()
        self.model_config = types.SimpleNamespace(max_model_len=12)

    def modules(self) -> dict:
        fake = self

        def sampling_params(**parameters):
            if parameters.get("top_k") == 0:
                raise ValueError("top_k must be -1 or at least 1")
            fake.parameters.append(parameters)
            return parameters

        engine = types.SimpleNamespace(from_engine_args=lambda arguments: setattr(fake, "arguments", arguments) or fake)
        named = {
            "vllm": {"SamplingParams": sampling_params},
            "vllm.engine": {},
            "vllm.engine.arg_utils": {"AsyncEngineArgs": lambda **arguments: arguments},
            "vllm.sampling_params": {"RequestOutputKind": types.SimpleNamespace(DELTA="delta")},
            "vllm.v1": {},
            "vllm.v1.engine": {},
            "vllm.v1.engine.async_llm": {"AsyncLLM": engine},
        }
        modules = {}
        for name, members in named.items():
            modules[name] = types.ModuleType(name)
            vars(modules[name]).update(members)
        return modules

    async def get_tokenizer(self):
        return types.SimpleNamespace(encode=str.split)

    async def generate(self, prompt, parameters, request_id):
        yield self.output("Hel", None)
        await self.go_on.wait()
        yield self.output("lo", "stop")

    @staticmethod
    def output(text, reason):
        answer = types.SimpleNamespace(text=text, index=0, token_ids=[1], finish_reason=reason)
        return types.SimpleNamespace(outputs=[answer], finished=reason is not None)

    async def abort(self, request_id):
        self.aborted.append(request_id)


class VllmEngine(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.assertNotIn("vllm", sys.modules, "something imports vLLM that must not")

    async def asyncSetUp(self):
        self.fake = FakeVllm()
        modules = self.fake.modules()
        sys.modules.update(modules)
        self.addCleanup(lambda: [sys.modules.pop(name) for name in modules])
        self.engine = engines.make(settings.parse({"model": "m", "tensor_parallel_size": 8, "seed": 123, "max_model_len": 16}))

    async def test_arguments(self):
        wanted = {"model": "m", "seed": 123, "tensor_parallel_size": 8, "max_model_len": 16, "distributed_executor_backend": "ray"}
        self.assertEqual(self.fake.arguments, wanted)
        with self.assertRaisesRegex(settings.SettingsError, "engine_kwargs may not hold seed"):
            engines.make(settings.parse({"model": "m", "engine_kwargs": {"seed": 1}}))

    async def test_a_whole_answer(self):
        self.fake.go_on.set()
        self.assertEqual(await replies.whole(self.engine, "id", request()), {"text": ["Hello"], "finish_reason": ["stop"]})
        self.assertEqual(self.fake.parameters, [{"output_kind": "delta", "max_tokens": 40}])
        self.assertEqual(self.engine.counts.plain(), {"running": 0, "finished": 1, "aborted": 0, "failed": 0, "tokens": 2})
        self.assertEqual(self.fake.aborted, [])

    async def test_leaving_aborts_in_vllm_too(self):
        stream = replies.stream(self.engine, "id", request(stream=True), 15)
        self.assertEqual(json.loads(await anext(stream)), {"text": "Hel"})
        await stream.aclose()
        await asyncio.sleep(0.05)
        self.assertEqual(self.fake.aborted, ["id"])
        self.assertEqual((self.engine.counts.running, self.engine.counts.aborted), (0, 1))

    async def test_requests_that_vllm_would_refuse(self):
        with self.assertRaisesRegex(RequestError, "sampling parameters: top_k must be"):
            await self.engine.check(request(top_k=0))
        with self.assertRaisesRegex(RequestError, "the prompt has 12 tokens; the model takes 12"):
            await self.engine.check(request("x " * 12))


if __name__ == "__main__":
    unittest.main()
