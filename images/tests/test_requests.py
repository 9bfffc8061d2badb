# SPDX-License-Identifier: MPL-2.0
import json
import unittest

import places  # noqa: F401  makes the next imports possible
from serve_app import requests, settings


def parse(**members) -> requests.Request:
    return requests.parse(json.dumps(members).encode(), 256)


class Requests(unittest.TestCase):
    def test_the_least_that_is_needed(self):
        request = parse(prompt="Hello")
        self.assertEqual((request.prompt, request.stream, request.sampling), ("Hello", False, {"max_tokens": 256}))

    def test_what_the_chat_page_sends(self):
        request = parse(prompt="Sum up: …", stream=True, max_tokens=512, temperature=0)
        self.assertTrue(request.stream)
        self.assertEqual(request.sampling, {"max_tokens": 512, "temperature": 0.0})

    def test_null_is_left_out_and_one_stop_is_a_list(self):
        self.assertEqual(parse(prompt="x", top_p=None, stop="END").sampling, {"max_tokens": 256, "stop": ["END"]})

    def test_each_fault_is_named(self):
        for members, words in (
            ({"prompt": ""}, "prompt must be a text that is not empty"),
            ({"stream": True}, "prompt is missing"),
            ({"prompt": "x", "stream": "yes"}, "stream must be true or false"),
            ({"prompt": "x", "max_tokens": 0}, "max_tokens is 0; it must be at least 1"),
            ({"prompt": "x", "max_tokens": 1.5}, "max_tokens must be a whole number"),
            ({"prompt": "x", "max_tokens": True}, "max_tokens must be a whole number"),
            ({"prompt": "x", "top_p": 1.1}, "top_p is 1.1; it must be from 0 to 1"),
            ({"prompt": "x", "stop": [""]}, "stop must be a text or a list of texts"),
            ({"prompt": "x", "ignore_eos": 1}, "ignore_eos must be true or false"),
            ({"prompt": "x", "stream": True, "n": 2}, "n must be 1 when stream is true"),
            ({"prompt": "x", "best": 1, "also": 2}, "unknown member: also, best"),
        ):
            with self.subTest(members=members), self.assertRaises(requests.RequestError) as caught:
                parse(**members)
            self.assertIn(words, str(caught.exception))
            self.assertEqual(caught.exception.status, 400)

    def test_bodies_that_are_no_request(self):
        for body in (b"", b"{", b"[]", b'"prompt"', b"\xff\xfe", b"[" * 100_000, b'{"prompt": "\\ud800"}', b'{"prompt":"x","top_p":NaN}'):
            with self.subTest(body=body[:20]), self.assertRaises(requests.RequestError):
                requests.parse(body, 256)


class Settings(unittest.TestCase):
    def test_the_arguments_of_the_module(self):
        found = settings.parse({"model": "lmsys/vicuna-13b-v1.5-16k", "tensor_parallel_size": 8.0, "seed": 123})
        self.assertEqual((found.engine_name, found.tensor_parallel_size, found.seed), ("vllm", 8, 123))
        self.assertIs(type(found.tensor_parallel_size), int)
        self.assertEqual(settings.parse({"model": "toy/words"}).engine_name, "toy")
        self.assertEqual(settings.parse({"model": "toy/words", "engine": "vllm"}).engine_name, "vllm")

    def test_heartbeats_stay_well_inside_the_idle_limit(self):
        self.assertLessEqual(settings.parse({"model": "toy/x"}).heartbeat_seconds, 30)
        for seconds in (0, 46, 90, "15", True):
            with self.subTest(seconds=seconds), self.assertRaisesRegex(settings.SettingsError, "heartbeat_seconds"):
                settings.parse({"model": "toy/x", "heartbeat_seconds": seconds})

    def test_faults(self):
        for arguments, words in (
            ({}, "args.model"),
            ({"model": "x", "engin": "toy"}, "unknown argument: engin"),
            ({"model": "x", "engine": "llama"}, "args.engine is 'llama'"),
            ({"model": "x", "tensor_parallel_size": 0}, "tensor_parallel_size is 0"),
            ({"model": "x", "seed": 0.5}, "seed is 0.5"),
            ({"model": "x", "engine_kwargs": []}, "args.engine_kwargs must be an object"),
        ):
            with self.subTest(arguments=arguments), self.assertRaises(settings.SettingsError) as caught:
                settings.parse(arguments)
            self.assertIn(words, str(caught.exception))

    def test_a_change_keeps_the_rest(self):
        first = settings.parse({"model": "toy/x", "token_seconds": 0.5})
        self.assertEqual(settings.changed(first, {"heartbeat_seconds": 5}).token_seconds, 0.5)
        self.assertEqual(settings.changed(first, None), first)
        with self.assertRaisesRegex(settings.SettingsError, "unknown member of user_config: model"):
            settings.changed(first, {"model": "y"})


if __name__ == "__main__":
    unittest.main()
