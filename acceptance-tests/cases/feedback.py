# SPDX-License-Identifier: MPL-2.0
"""Feedback of the chat page: the image's own code and Snowflake's own connector, against a table of the account."""

import json
import subprocess

from driver import places
from driver.case import Case
from driver.emulator import Emulator

# What users type, and what must stay text.
ROWS = [
    ["run-1", "plain", "answer", 1, ""],
    ["run-2", "it's \"quoted\"", "$$ ... $$", 0, "'); DROP TABLE FEEDBACK.S.FEEDBACK; --"],
    ["run-3", "line\none\\two\ttab", "ünïcödé 👍🏽 中文", 1, "?, :1, %s, {{x}}, ${y}"],
]
TABLE = """CREATE TABLE FEEDBACK.S.FEEDBACK (RUN_ID STRING, "TIMESTAMP" TIMESTAMP_LTZ, USER_PROMPT STRING,
  ASSISTANT_RESPONSE STRING, SCORE INTEGER, COMMENT STRING)"""


class Feedback(Case):
    once = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = Emulator(cls.class_folder / "account")
        cls.addClassCleanup(cls.account.stop)
        for statement in (
            "CREATE DATABASE FEEDBACK",
            "CREATE SCHEMA FEEDBACK.S",
            TABLE,
            "GRANT USAGE ON DATABASE FEEDBACK TO ROLE SPCS_DEMO",
            "GRANT USAGE ON SCHEMA FEEDBACK.S TO ROLE SPCS_DEMO",
            "GRANT USAGE ON WAREHOUSE DEMO_WH TO ROLE SPCS_DEMO",
            "GRANT SELECT, INSERT ON TABLE FEEDBACK.S.FEEDBACK TO ROLE SPCS_DEMO",
        ):
            cls.account.sql(statement)

    def run_pages(self, rows, table: str = "FEEDBACK.S.FEEDBACK") -> dict:
        token = self.folder / "token"
        token.write_text(self.account.token(type="OAUTH", user="SPCS_DEMO_USER", role_restriction="SPCS_DEMO"))
        variables = {
            "RAY_API_URL": "http://head.example:8000/llm/",
            "FEEDBACK_TABLE": table,
            "SNOWFLAKE_WAREHOUSE": "DEMO_WH",
            "SNOWFLAKE_HOST": "127.0.0.1",
            "SNOWFLAKE_PORT": str(self.account.port),
            "SNOWFLAKE_PROTOCOL": "http",
            "SNOWFLAKE_ACCOUNT": "EMULATOR",
            "SNOWFLAKE_TOKEN_FILE": str(token),
        }
        done = subprocess.run(
            [
                places.cache_folder() / "venv-streamlit" / "bin" / "python",
                places.ROOT / "acceptance-tests" / "driver" / "feedback_pages.py",
            ],
            input=json.dumps(rows),
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder), **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        return json.loads(done.stdout)

    def test_what_users_type_is_stored_once_and_shown(self):
        found = self.run_pages(ROWS)
        self.assertEqual(found["errors"], [])
        self.assertEqual(found["rows"], list(reversed(ROWS)))
        self.assertEqual(sorted(found["times"], reverse=True), found["times"])
        self.assertEqual(found["metrics"], ["2", "1", "67%"])
        self.assertEqual(found["shown"], [[row[4] for row in reversed(ROWS)]])

    def test_refusal_reaches_the_user(self):
        with self.assertRaisesRegex(AssertionError, r"'FEEDBACK\.S\.NOTHING' does not exist or not authorized"):
            self.run_pages([], table="FEEDBACK.S.NOTHING")
