# SPDX-License-Identifier: MPL-2.0
"""Asks the model through its public endpoint, as a program with a token does, and gives its answer as it comes."""

import http.client
import json
from collections.abc import Iterator
from urllib.parse import urlsplit


class ModelError(Exception):
    pass


def stream(url: str, token: str, body: dict, timeout: float = 120) -> Iterator[dict]:
    """POSTs the body and yields the lines of the answer, JSON each, as they come.

    Names under .localhost are this machine, which Python's resolver does not know.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=timeout)
    try:
        headers = {
            "Host": parts.netloc,
            "Authorization": f'Snowflake Token="{token}"',
            "Content-Type": "application/json",
        }
        connection.request("POST", parts.path or "/", json.dumps(body), headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise ModelError(f"{url} answers {answer.status}: {answer.read().decode(errors='replace')[:300]}")
        for line in answer:
            yield json.loads(line)
    except OSError as error:
        raise ModelError(f"{url} cannot be asked: {error}") from None
    finally:
        connection.close()
