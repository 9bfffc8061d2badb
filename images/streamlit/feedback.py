# SPDX-License-Identifier: MPL-2.0
"""Feedback in a table, through Snowflake's own Python connector. Values are bound by the server, never put into SQL text.

The token of the container changes from time to time, so each use connects anew with the token of the moment.
"""

import contextlib
from dataclasses import astuple, dataclass

import snowflake.connector

from page_settings import Settings

COLUMNS = ("RUN_ID", "TIMESTAMP", "USER_PROMPT", "ASSISTANT_RESPONSE", "SCORE", "COMMENT")
_MOST_ROWS = 5000
_NAMES = ", ".join(f'"{column}"' for column in COLUMNS)


class FeedbackError(Exception):
    """What went wrong, for the user."""


@dataclass(frozen=True)
class Feedback:
    """One answer's verdict. score: 1 thumb up, 0 thumb down."""

    run_id: str
    user_prompt: str
    assistant_response: str
    score: int
    comment: str


def store(settings: Settings, feedback: Feedback) -> None:
    """Adds one row; its time is the server's."""
    statement = f"INSERT INTO {settings.table} ({_NAMES}) VALUES (?, CURRENT_TIMESTAMP(), ?, ?, ?, ?)"
    with _cursor(settings) as cursor:
        cursor.execute(statement, astuple(feedback))


def newest(settings: Settings) -> list[dict]:
    """The newest rows first, by column; at most 5000."""
    with _cursor(settings) as cursor:
        cursor.execute(f'SELECT {_NAMES} FROM {settings.table} ORDER BY "TIMESTAMP" DESC LIMIT {_MOST_ROWS}')
        return [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]


@contextlib.contextmanager
def _cursor(settings: Settings):
    try:
        token = settings.token_file.read_text().strip()
    except OSError as error:
        raise FeedbackError(f"The container's token cannot be read: {error}") from None
    try:
        connection = snowflake.connector.connect(
            **settings.connection,
            authenticator="oauth",
            token=token,
            paramstyle="qmark",
            login_timeout=30,
            network_timeout=60,
            client_session_keep_alive=False,
        )
        with contextlib.closing(connection), contextlib.closing(connection.cursor()) as cursor:
            yield cursor
    except snowflake.connector.errors.Error as error:
        raise FeedbackError(f"Snowflake refused: {error.msg or type(error).__name__}") from None
