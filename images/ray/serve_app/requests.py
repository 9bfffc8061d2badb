# SPDX-License-Identifier: MPL-2.0
"""A client's request: one JSON object with `prompt`, `stream` and sampling parameters.

Wrong requests are answered with status 400 and a sentence that names the member, instead of a traceback.
"""

import json
import math
from dataclasses import dataclass, field


class RequestError(Exception):
    """A request that cannot be served: the HTTP status and what the client has to change."""

    def __init__(self, message: str, status: int = 400):
        super().__init__(message)
        self.status = status


@dataclass
class Request:
    """sampling: checked parameters under the names that vLLM has for them; max_tokens is always there."""

    prompt: str
    stream: bool = False
    sampling: dict = field(default_factory=dict)

    @property
    def max_tokens(self) -> int:
        return self.sampling["max_tokens"]


# Name -> (type, smallest, largest); None: no bound.
_NUMBERS = {
    "n": (int, 1, 16),
    "max_tokens": (int, 1, None),
    "min_tokens": (int, 0, None),
    "top_k": (int, -1, None),
    "seed": (int, None, None),
    "temperature": (float, 0, None),
    "top_p": (float, 0, 1),
    "min_p": (float, 0, 1),
    "presence_penalty": (float, -2, 2),
    "frequency_penalty": (float, -2, 2),
    "repetition_penalty": (float, 0, None),
}
_FLAGS = ("ignore_eos", "skip_special_tokens", "include_stop_str_in_output")
SAMPLING = (*_NUMBERS, *_FLAGS, "stop")


def parse(body: bytes, default_max_tokens: int) -> Request:
    """The request in `body`; RequestError when it is none."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):  # also bytes that are no UTF-8
        raise RequestError('the body is no JSON; send an object such as {"prompt": "Hello", "stream": true}') from None
    if not isinstance(given, dict):
        raise RequestError("the body must be a JSON object")
    unknown = sorted(set(given) - {"prompt", "stream", *SAMPLING})
    if unknown:
        raise RequestError(f"unknown member: {', '.join(unknown)}; there are prompt, stream, {', '.join(sorted(SAMPLING))}")
    prompt = given.get("prompt")
    if not isinstance(prompt, str) or not prompt:
        raise RequestError("prompt is missing" if prompt is None else "prompt must be a text that is not empty")
    try:
        prompt.encode()
    except UnicodeEncodeError:
        raise RequestError("prompt holds half of a surrogate pair, which is no text") from None
    stream = given.get("stream", False)
    if not isinstance(stream, bool):
        raise RequestError("stream must be true or false")
    sampling = {"max_tokens": default_max_tokens}
    for name, value in given.items():
        if name in SAMPLING and value is not None:
            sampling[name] = _parameter(name, value)
    if stream and sampling.get("n", 1) != 1:
        raise RequestError("n must be 1 when stream is true: the lines of a stream belong to one answer")
    return Request(prompt, stream, sampling)


def _parameter(name: str, value):
    if name == "stop":
        stops = [value] if isinstance(value, str) else value
        if not isinstance(stops, list) or not all(isinstance(stop, str) and stop for stop in stops):
            raise RequestError("stop must be a text or a list of texts, none of them empty")
        return stops
    if name in _FLAGS:
        if not isinstance(value, bool):
            raise RequestError(f"{name} must be true or false")
        return value
    kind, smallest, largest = _NUMBERS[name]
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not number or (kind is int and int(value) != value):
        raise RequestError(f"{name} must be a {'whole ' if kind is int else ''}number")
    if (smallest is not None and value < smallest) or (largest is not None and value > largest):
        bounds = f"at least {smallest}" if largest is None else f"from {smallest} to {largest}"
        raise RequestError(f"{name} is {value}; it must be {bounds}")
    return kind(value)
