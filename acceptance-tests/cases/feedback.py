# SPDX-License-Identifier: MPL-2.0
"""Feedback of the chat page: the image's own code and Snowflake's own connector, against a table of the account."""

import json
import os
import subprocess
import unittest

from driver import places
from driver.case import Case

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
        cls.account = cls.class_emulator(granted=False)
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


class Tables(Case):
    """Rows by the connector alone: bindings of both styles, types, counts, and what is refused."""

    once = True

    def test_rows_and_refusals(self):
        snow = places.snow_program()
        if snow is None:
            raise unittest.SkipTest("Snowflake's CLI is not installed: script/bootstrap --test does that")
        account = self.emulator(granted=False)
        done = subprocess.run(
            [snow.parent / "python", places.ROOT / "acceptance-tests" / "driver" / "tables.py"],
            env={"PATH": os.environ.get("PATH", ""), "HOME": str(self.folder), **account.environment()},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        found = json.loads(done.stdout)
        for style in ("qmark", "pyformat"):
            came, went = found[style]["same"]
            self.assertEqual(came, went, style)
            self.assertEqual(set(found[style]["nulls"]), {None})
        self.assertEqual(
            found["zones"], ["2026-01-02T02:04:05+00:00", "2026-01-02T03:04:05+01:00", "2026-01-02T02:04:05"]
        )
        self.assertTrue(found["now"])
        self.assertEqual((found["many"], found["updated"], found["deleted"], found["left"]), (101, 10, 11, 90))
        self.assertEqual(found["grouped"][0], [None, 1, 100, 100])
        self.assertEqual([row[0] for row in found["grouped"]], [None, 0, 1, 2])
        self.assertEqual(found["columns"], ["Mixed Case", "C"])
        self.assertEqual(found["page"], [99, 98])
        self.assertEqual((found["pyformat"]["many"], found["pyformat"]["read"]), (2, ["a'b", "\\"]))
        self.assert_refusals(found["refused"])

    def assert_refusals(self, refused: dict):
        expected = {
            "column": (904, "invalid identifier 'NOTHING'"),
            "case": (904, "invalid identifier 'MIXED_CASE'"),
            "table": (2003, "does not exist or not authorized"),
            "type": (100038, "Numeric value 'seven' is not recognized"),
            "null": (100072, "NULL result in a non-nullable column ID"),
            "length": (100078, "String is too long"),
            "group": (979, "is not a valid group by expression"),
            "join": (2, "Unsupported feature"),
            "begin": (391911, "Unsupported statement type 'BEGIN'"),
            "autocommit": (2, "Unsupported feature 'AUTOCOMMIT = FALSE'"),
            "commit": (0, "accepted"),
        }
        self.assertEqual(set(refused), set(expected))
        for name, (code, text) in expected.items():
            self.assertEqual(refused[name][0], code, f"{name}: {refused[name]}")
            self.assertIn(text, refused[name][2], name)
