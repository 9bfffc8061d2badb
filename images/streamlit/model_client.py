# SPDX-License-Identifier: MPL-2.0
"""The model's stream, read by line: proxies on the way may cut and join what was sent as they like.

    for piece in stream(url, prompt, max_tokens=512, temperature=0):
        ...  # a text, or None for a heartbeat
"""

import http.client
import json
import urllib.parse
from collections.abc import Iterator

_CONNECT_SECONDS = 10
# Heartbeats come at least each 45 s; whoever says nothing for longer is gone.
_SILENCE_SECONDS = 100


class ModelError(Exception):
    """What went wrong, for the user. `partial`: some of the answer had come."""

    def __init__(self, message: str, partial: bool = False):
        super().__init__(message)
        self.partial = partial


def stream(url: str, prompt: str, **parameters) -> Iterator[str | None]:
    """The pieces of the answer. Leaving the iterator closes the connection, and the model then stops."""
    connection = _connect(url)
    try:
        answer = _send(connection, url, {"prompt": prompt, "stream": True, **parameters})
        yield from _pieces(answer)
    finally:
        connection.close()


def _connect(url: str) -> http.client.HTTPConnection:
    parts = urllib.parse.urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=_CONNECT_SECONDS)
    try:
        connection.connect()
    except OSError as error:
        raise ModelError(f"The model's cluster cannot be reached ({error}). It may still be starting.") from None
    connection.sock.settimeout(_SILENCE_SECONDS)
    return connection


def _send(connection, url: str, body: dict) -> http.client.HTTPResponse:
    parts = urllib.parse.urlsplit(url)
    path = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
    try:
        connection.request("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise ModelError(_refusal(answer.status, answer.read(10_000)))
    except (OSError, http.client.HTTPException) as error:
        raise ModelError(f"The model did not answer: {error or type(error).__name__}") from None
    return answer


def _refusal(status: int, content: bytes) -> str:
    try:
        reason = json.loads(content)["error"]
    except (ValueError, KeyError, TypeError):
        reason = content.decode(errors="replace").strip()[:300]
    if status == 404:
        return f"The model is not there yet: it is still being deployed, or it failed to start. ({reason})"
    if status in (429, 503):
        return f"The model is busy; try again in a moment. ({reason})"
    if status == 400:
        return f"The model does not take this request: {reason}"
    return f"The model answered with status {status}: {reason}"


def _pieces(answer: http.client.HTTPResponse) -> Iterator[str | None]:
    said, finished = False, False
    while True:
        try:
            line = answer.readline()
        except (OSError, http.client.HTTPException) as error:
            raise ModelError(f"The connection broke off: {error or type(error).__name__}", said) from None
        if not line:
            break
        if not line.strip():
            continue
        try:
            piece = json.loads(line)
            text = piece.get("text", "")
        except (ValueError, AttributeError):
            raise ModelError(f"The model sent a line that is no JSON object: {line[:100]!r}", said) from None
        if piece.get("error"):
            raise ModelError(f"The model stopped: {piece['error']}", said)
        finished = finished or bool(piece.get("finish_reason"))
        said = said or bool(text)
        if text:
            yield text
        elif piece.get("heartbeat"):
            yield None
    if not finished:
        raise ModelError("The answer ended before it was complete.", said)
