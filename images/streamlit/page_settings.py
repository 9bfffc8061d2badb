# SPDX-License-Identifier: MPL-2.0
"""What the pages read from the environment. The module sets the first three, the platform those of Snowflake.

    RAY_API_URL              the model: http://<head>:8000/<application>/
    FEEDBACK_TABLE           full name of the table for feedback
    SNOWFLAKE_WAREHOUSE      warehouse for its statements; without one feedback is off
    SNOWFLAKE_HOST           SNOWFLAKE_ACCOUNT, SNOWFLAKE_DATABASE, SNOWFLAKE_SCHEMA: of the account, in every container
    SNOWFLAKE_PORT           SNOWFLAKE_PROTOCOL: where they differ from 443 and https
    SNOWFLAKE_TOKEN_FILE     default /snowflake/session/token
    CHAT_PROMPT_TEMPLATE     instruction around the user's text, with {text}
    CHAT_MAX_TOKENS          default 512
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TEMPLATE = "Read the text below and say in a few sentences what matters in it.\n\nText: {text}\n\nIn short:"
_PART = r'(?:"(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_$]*)'
_TABLE = re.compile(rf"{_PART}(?:\.{_PART}){{0,2}}")


class SettingsError(Exception):
    """A wrong variable; the text names it and says what it should be."""


@dataclass(frozen=True)
class Settings:
    """table: as SQL text, checked to be a name and nothing else. off: why there is no feedback; "" when there is."""

    api_url: str
    template: str
    max_tokens: int
    table: str
    warehouse: str
    off: str
    connection: dict
    token_file: Path

    def prompt(self, text: str) -> str:
        return self.template.replace("{text}", text)


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    url = environment.get("RAY_API_URL", "")
    if not re.match(r"https?://[^/]+", url):
        raise SettingsError(f"RAY_API_URL is {url!r}; it must be the URL of the model, such as http://head:8000/chat/")
    template = environment.get("CHAT_PROMPT_TEMPLATE") or _TEMPLATE
    if "{text}" not in template:
        raise SettingsError("CHAT_PROMPT_TEMPLATE has no {text}: the user's text would be lost")
    most = environment.get("CHAT_MAX_TOKENS") or "512"
    if not most.isdigit() or int(most) < 1:
        raise SettingsError(f"CHAT_MAX_TOKENS is {most!r}; it must be a whole number of at least 1")
    table, warehouse = environment.get("FEEDBACK_TABLE", ""), environment.get("SNOWFLAKE_WAREHOUSE", "")
    if table and not _TABLE.fullmatch(table):
        raise SettingsError(f"FEEDBACK_TABLE is {table!r}, which is no name of a table")
    return Settings(
        api_url=url,
        template=template,
        max_tokens=int(most),
        table=table,
        warehouse=warehouse,
        off=_why_off(environment, table, warehouse),
        connection=_connection(environment, warehouse),
        token_file=Path(environment.get("SNOWFLAKE_TOKEN_FILE") or "/snowflake/session/token"),
    )


def _why_off(environment: Mapping[str, str], table: str, warehouse: str) -> str:
    missing = [
        name
        for name, value in (("FEEDBACK_TABLE", table), ("SNOWFLAKE_WAREHOUSE", warehouse))
        if not value
    ] + [name for name in ("SNOWFLAKE_HOST", "SNOWFLAKE_ACCOUNT") if not environment.get(name)]
    return f"Feedback cannot be stored: {', '.join(missing)} not set." if missing else ""


def _connection(environment: Mapping[str, str], warehouse: str) -> dict:
    """Arguments of the connector, but for the token, which changes while we run."""
    named = {
        "host": environment.get("SNOWFLAKE_HOST"),
        "account": environment.get("SNOWFLAKE_ACCOUNT"),
        "port": environment.get("SNOWFLAKE_PORT"),
        "protocol": environment.get("SNOWFLAKE_PROTOCOL"),
        "database": environment.get("SNOWFLAKE_DATABASE"),
        "schema": environment.get("SNOWFLAKE_SCHEMA"),
        "warehouse": warehouse,
    }
    return {name: value for name, value in named.items() if value}
