# SPDX-License-Identifier: MPL-2.0
"""The pages under Streamlit's own AppTest, with a model and a connector that the tests play.

Run by the Python of venv-streamlit; elsewhere the tests are skipped.
"""

import contextlib
import json
import os
import tempfile
import threading
import time
import unittest
import urllib.request
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest import mock

import places
import stand_in
from ray_cluster import free_block

import model_client
import page_settings

try:
    import snowflake.connector
    from streamlit.testing.v1 import AppTest

    import feedback
except ImportError:
    AppTest = None

NASTY = "it's \"quoted\", $$dollars$$, 👍🏽, '); DROP TABLE ST_FEEDBACK; --\nand a second line \\ with ? and %s"
ENVIRONMENT = {
    "FEEDBACK_TABLE": "MYDB.SC.ST_FEEDBACK",
    "SNOWFLAKE_WAREHOUSE": "DEMO_WH",
    "SNOWFLAKE_HOST": "account.example",
    "SNOWFLAKE_ACCOUNT": "ORG_ACCT",
    "SNOWFLAKE_DATABASE": "MYDB",
    "SNOWFLAKE_SCHEMA": "SC",
}


class Model:
    """Answers each POST with the given status and raw parts; remembers requests and whether a client left early."""

    def __init__(self):
        self.status, self.parts, self.requests, self.left = 200, [], [], threading.Event()
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # noqa: N802
                model.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(model.status)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                try:
                    for part in model.parts:
                        if isinstance(part, float):
                            time.sleep(part)
                        else:
                            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
                            self.wfile.flush()
                    self.wfile.write(b"0\r\n\r\n")
                except OSError:
                    model.left.set()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/vicuna13bapi/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


def lines(*members: dict) -> bytes:
    return b"".join(json.dumps(m, ensure_ascii=False).encode() + b"\n" for m in members)


END = {"text": "", "finish_reason": "stop"}


class ModelCase(unittest.TestCase):
    def setUp(self):
        self.model = Model()
        self.addCleanup(self.model.stop)

    def answer(self) -> list:
        return list(model_client.stream(self.model.url, "x", max_tokens=3))


class Stream(ModelCase):
    def test_lines_are_found_however_they_are_cut(self):
        text = lines({"text": "Grüße"}, {"text": " 👋"}, {"text": "", "heartbeat": True}, {"text": ' "{}"'}, END)
        for size in (1, 2, 7, len(text)):
            self.model.parts = [text[place : place + size] for place in range(0, len(text), size)]
            self.assertEqual(self.answer(), ["Grüße", " 👋", None, ' "{}"'], size)
        self.assertEqual(self.model.requests[0], {"prompt": "x", "stream": True, "max_tokens": 3})

    def assert_fails(self, words: str, partial: bool):
        with self.assertRaises(model_client.ModelError) as caught:
            self.answer()
        self.assertIn(words, str(caught.exception))
        self.assertEqual(caught.exception.partial, partial)

    def test_faults(self):
        for status, parts, words, partial in (
            (400, [b'{"error": "prompt is missing"}'], "does not take this request: prompt is missing", False),
            (404, [b"Path not found"], "The model is not there yet", False),
            (503, [b"queue"], "The model is busy", False),
            (500, [b"Internal Server Error"], "status 500: Internal Server Error", False),
            (200, [lines({"text": "One"})], "ended before it was complete", True),
            (200, [], "ended before it was complete", False),
            (200, [lines({"text": "One"}, {"text": "", "error": "the engine failed"})], "stopped: the engine failed", True),
            (200, [b"<html>\n"], "no JSON object", False),
            (200, [b"[1]\n"], "no JSON object", False),
        ):
            with self.subTest(status=status, parts=parts):
                self.model.status, self.model.parts = status, parts
                self.assert_fails(words, partial)

    def test_nobody_listens(self):
        self.model.stop()
        self.assert_fails("cannot be reached", False)

    def test_leaving_closes_the_connection(self):
        self.model.parts = [lines({"text": "a"}), *([0.02, lines({"text": "b"})] * 200)]
        answer = model_client.stream(self.model.url, "x")
        self.assertEqual(next(answer), "a")
        answer.close()
        self.assertTrue(self.model.left.wait(5))


class Settings(unittest.TestCase):
    def load(self, **changes):
        environment = ENVIRONMENT | {"RAY_API_URL": "http://head:8000/chat/"} | changes
        return page_settings.load({name: value for name, value in environment.items() if value is not None})

    def test_what_the_module_and_the_platform_set(self):
        settings = self.load(SNOWFLAKE_PORT="8080", SNOWFLAKE_PROTOCOL="http")
        self.assertEqual((settings.off, settings.table), ("", "MYDB.SC.ST_FEEDBACK"))
        self.assertEqual(
            settings.connection,
            {"host": "account.example", "account": "ORG_ACCT", "port": "8080", "protocol": "http"}
            | {"database": "MYDB", "schema": "SC", "warehouse": "DEMO_WH"},
        )
        self.assertEqual(str(settings.token_file), "/snowflake/session/token")
        self.assertIn("A {text} B", settings.prompt("A {text} B"))

    def test_without_a_warehouse_feedback_is_off(self):
        self.assertEqual(self.load(SNOWFLAKE_WAREHOUSE=None).off, "Feedback cannot be stored: SNOWFLAKE_WAREHOUSE not set.")

    def test_faults(self):
        for changes, words in (
            ({"RAY_API_URL": None}, "RAY_API_URL"),
            ({"RAY_API_URL": "head:8000"}, "RAY_API_URL"),
            ({"FEEDBACK_TABLE": "T; DROP TABLE X"}, "FEEDBACK_TABLE"),
            ({"FEEDBACK_TABLE": 'A."b""; c".D.E'}, "FEEDBACK_TABLE"),
            ({"CHAT_MAX_TOKENS": "0"}, "CHAT_MAX_TOKENS"),
            ({"CHAT_PROMPT_TEMPLATE": "Hello"}, "CHAT_PROMPT_TEMPLATE"),
        ):
            with self.subTest(changes=changes), self.assertRaisesRegex(page_settings.SettingsError, words):
                self.load(**changes)
        self.assertEqual(self.load(FEEDBACK_TABLE='"a b".SC."t""x"').table, '"a b".SC."t""x"')


class Connector:
    """Plays the connector: remembers how it was called, keeps rows, fails when told to."""

    def __init__(self):
        self.connections, self.statements, self.rows, self.error = [], [], [], None

    def connect(self, **arguments):
        self.connections.append(arguments)
        connection, cursor = mock.MagicMock(), mock.MagicMock()
        connection.cursor.return_value = cursor
        cursor.execute.side_effect = self.execute
        cursor.fetchall.side_effect = lambda: self.rows
        return connection

    def execute(self, statement, parameters=()):
        if self.error:
            raise self.error
        self.statements.append((statement, tuple(parameters)))


@unittest.skipIf(AppTest is None, "Streamlit is not installed in this Python: run script/bootstrap --test")
class Pages(ModelCase):
    def setUp(self):
        super().setUp()
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        token = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "token"
        token.write_text("secret-token\n")
        self.token = token
        environment = ENVIRONMENT | {"RAY_API_URL": self.model.url, "SNOWFLAKE_TOKEN_FILE": str(token)}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SNOWFLAKE_")}
        stack.enter_context(mock.patch.dict(os.environ, kept | environment, clear=True))
        self.connector = Connector()
        stack.enter_context(mock.patch.object(snowflake.connector, "connect", self.connector.connect))

    def page(self, name: str = "chat.py"):
        page = AppTest.from_file(str(places.CHAT_CODE / name), default_timeout=30).run()
        self.assertFalse(page.exception, page.exception)
        return page

    def ask(self, text: str, page=None):
        page = page or self.page()
        page.chat_input[0].set_value(text).run()
        self.assertFalse(page.exception, page.exception)
        return page

    def thumb(self, page, label: str):
        next(button for button in page.button if button.label == label).click().run()
        self.assertFalse(page.exception, page.exception)
        return page

    def test_an_answer_streams_onto_the_page(self):
        self.model.parts = [lines({"text": "It costs"}, {"text": "", "heartbeat": True}, {"text": " $5 or $6."}, END)]
        page = self.ask(NASTY)
        self.assertEqual([message.name for message in page.chat_message], ["user", "assistant"])
        self.assertEqual(page.text[0].value, NASTY)
        self.assertEqual(page.chat_message[1].markdown[0].value, "It costs \\$5 or \\$6.")
        request = self.model.requests[0]
        self.assertEqual((request["max_tokens"], request["temperature"], request["stream"]), (512, 0, True))
        self.assertIn(NASTY, request["prompt"])
        self.assertNotEqual(NASTY, request["prompt"])

    def test_one_thumb_one_row_whatever_the_text(self):
        self.model.parts = [lines({"text": NASTY}, END)]
        page = self.ask(NASTY)
        page.text_input[0].set_value(NASTY)
        self.thumb(page, "👍")
        self.assertEqual(len(self.connector.statements), 1)
        statement, (run_id, prompt, answer, score, comment) = self.connector.statements[0]
        self.assertEqual((prompt, answer, score, comment), (NASTY, NASTY, 1, NASTY))
        self.assertRegex(run_id, r"^[0-9a-f-]{36}$")
        self.assertTrue(statement.startswith("INSERT INTO MYDB.SC.ST_FEEDBACK ("), statement)
        self.assertEqual(statement.count("?"), 5)
        self.assertNotIn("DROP", statement)
        connection = self.connector.connections[0]
        self.assertEqual((connection["paramstyle"], connection["authenticator"]), ("qmark", "oauth"))
        self.assertEqual((connection["token"], connection["warehouse"]), ("secret-token", "DEMO_WH"))
        # Asked once: the buttons are gone, and another run stores nothing.
        self.assertFalse([button for button in page.button if button.label in "👍👎"])
        self.assertIn("Thank you", page.caption[0].value)
        page.run()
        self.assertEqual(len(self.connector.statements), 1)

    def test_thumb_down_and_a_new_token(self):
        self.model.parts = [lines({"text": "a"}, END)]
        page = self.ask("x")
        self.token.write_text("later-token")
        self.thumb(page, "👎")
        self.assertEqual(self.connector.statements[0][1][3:], (0, ""))
        self.assertEqual(self.connector.connections[0]["token"], "later-token")

    def test_a_refusal_is_shown_and_can_be_tried_again(self):
        self.model.parts = [lines({"text": "a"}, END)]
        page = self.ask("x")
        self.connector.error = snowflake.connector.errors.ProgrammingError("no privilege")
        self.thumb(page, "👍")
        self.assertIn("Snowflake refused: ", page.error[0].value)
        self.assertNotIn("secret-token", page.error[0].value)
        self.connector.error = None
        self.thumb(page, "👍")
        self.assertEqual(len(self.connector.statements), 1)
        self.token.unlink()

    def test_a_model_that_fails_leaves_no_thumbs(self):
        self.model.parts = [lines({"text": "Half"}, {"text": "", "error": "out of memory"})]
        page = self.ask("x")
        self.assertIn("out of memory", page.error[0].value)
        self.assertEqual(page.chat_message[1].markdown[0].value, "Half")
        self.assertFalse([button for button in page.button if button.label in "👍👎"])
        self.model.status, self.model.parts = 404, [b"Path '/vicuna13bapi' not found"]
        self.ask("y", page)
        self.assertIn("The model is not there yet", page.error[1].value)

    def test_without_a_warehouse(self):
        del os.environ["SNOWFLAKE_WAREHOUSE"]
        self.model.parts = [lines({"text": "a"}, END)]
        page = self.ask("x")
        self.assertIn("SNOWFLAKE_WAREHOUSE not set", page.caption[0].value)
        self.assertIn("SNOWFLAKE_WAREHOUSE not set", self.page("pages/1_Model_Monitoring.py").info[0].value)

    def test_set_up_wrongly(self):
        os.environ["RAY_API_URL"] = "head"
        self.assertIn("RAY_API_URL is 'head'", self.page().error[0].value)

    def test_monitoring(self):
        days = [datetime(2026, 11, day, 12, tzinfo=timezone.utc) for day in (3, 3, 2, 1)]
        self.connector.rows = [
            (f"id{number}", day, NASTY, "answer", score, NASTY)
            for number, (day, score) in enumerate(zip(days, (1, 0, 1, 1), strict=True))
        ]
        page = self.page("pages/1_Model_Monitoring.py")
        self.assertEqual([metric.value for metric in page.metric], ["3", "1", "75%"])
        table = page.dataframe[0].value
        self.assertEqual(list(table["COMMENT"]), [NASTY] * 4)
        self.assertEqual(list(table["SCORE"]), ["👍", "👎", "👍", "👍"])
        self.assertEqual(list(table.columns), list(feedback.COLUMNS))
        statement = self.connector.statements[0][0]
        self.assertTrue(statement.endswith('FROM MYDB.SC.ST_FEEDBACK ORDER BY "TIMESTAMP" DESC LIMIT 5000'), statement)

    def test_monitoring_of_nothing_and_of_a_refusal(self):
        self.assertIn("Nobody has given feedback yet", self.page("pages/1_Model_Monitoring.py").info[0].value)
        self.connector.error = snowflake.connector.errors.DatabaseError("no such table")
        self.assertIn("no such table", self.page("pages/1_Model_Monitoring.py").error[0].value)


@unittest.skipIf(AppTest is None, "Streamlit is not installed in this Python: run script/bootstrap --test")
class Entrypoint(unittest.TestCase):
    def test_the_stand_in_serves_the_page_and_ends_on_sigterm(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        port = free_block(10)
        environment = {"RAY_API_URL": "http://head:8000/x/", "STREAMLIT_HOST": "127.0.0.1", "STREAMLIT_PORT": str(port)}
        process = stand_in.start("streamlit", Path(place.name), environment=environment)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        def get(path: str) -> str:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.read().decode()

        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):
                if get("/_stcore/health") == "ok":
                    break
            log = (Path(place.name) / "log").read_text()
            self.assertLess(time.monotonic(), deadline, log)
            self.assertIsNone(process.poll(), log)
            time.sleep(0.2)
        self.assertIn("<title>", get("/"))
        process.terminate()
        self.assertEqual(process.wait(15), 0, (Path(place.name) / "log").read_text())


if __name__ == "__main__":
    unittest.main()
