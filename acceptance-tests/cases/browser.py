# SPDX-License-Identifier: MPL-2.0
"""The chat and monitoring pages in a real browser, through the ingress: real Streamlit, real connector, and a model that
says its prompt again (the same with a real Ray cluster: RealChat, with --long)."""

import json
import shutil
import socket
import time
import urllib.parse

from cases.processes import STAND_INS, processes_account
from driver import places
from driver.browser import ENTER, Browser
from driver.case import Case, long
from driver.client import Workspace
from driver.ingress import Endpoint

NASTY = "it's \"quoted\", $$dollars$$, 👍🏽, '); DROP TABLE ST_FEEDBACK; -- \\ with ? and %s"
TABLE = """CREATE TABLE CHAT.S.ST_FEEDBACK (RUN_ID VARCHAR, "TIMESTAMP" TIMESTAMP_NTZ, USER_PROMPT VARCHAR,
ASSISTANT_RESPONSE VARCHAR, SCORE NUMBER(38,0), "COMMENT" VARCHAR)"""
GROUND = [
    "CREATE DATABASE CHAT",
    "CREATE SCHEMA CHAT.S",
    "CREATE IMAGE REPOSITORY CHAT.S.IMAGES",
    "CREATE COMPUTE POOL CHAT_POOL MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_M",
    TABLE,
]
MODEL = """spec:
  containers:
  - {name: main, image: /chat/s/images/model:1, readinessProbe: {port: 8000, path: /}}
  endpoints:
  - {name: api, port: 8000, public: true}
"""
PAGE = """spec:
  containers:
  - name: main
    image: /chat/s/images/streamlit:1
    readinessProbe: {port: 8501, path: /_stcore/health}
    env:
      RAY_API_URL: http://model:8000/chat/
      FEEDBACK_TABLE: CHAT.S.ST_FEEDBACK
      SNOWFLAKE_WAREHOUSE: DEMO_WH
      CHAT_PROMPT_TEMPLATE: "{text}"
  endpoints:
  - {name: streamlit, port: 8501, public: true}
"""


class Pages(Case):
    """What the pages do, whatever model is behind them."""

    abstract = True
    browser: Browser

    def sign_in(self, url: str) -> None:
        self.browser.open(url)
        self.browser.wait_text("Sign in to the emulated account")
        self.browser.click("button[value=SPCS_DEMO_USER]")
        self.browser.wait_text("Chat with the model", seconds=60)

    def ask(self, text: str) -> None:
        self.browser.wait(lambda: self.browser.script("return !!document.querySelector('[data-testid=stChatInput] textarea')"), "input")
        self.browser.type(text + ENTER, "[data-testid=stChatInput] textarea")

    def answer_lengths(self, seconds: float) -> list[int]:
        """Lengths of the newest answer on the page as it grows, until feedback can be given."""
        lengths: list[int] = []

        def done():
            text = self.browser.text("[data-testid=stChatMessage]:last-of-type")
            if not lengths or len(text) != lengths[-1]:
                lengths.append(len(text))
            return "👍" in self.browser.text("button")

        self.browser.wait(done, "end of the answer", seconds)
        return lengths

    def until_counted(self, api: Endpoint, route: str, **wanted) -> float:
        """Seconds until the engine counts so."""
        start = time.monotonic()
        while not wanted.items() <= (seen := api.json(route + "stats")).items():
            self.assertLess(time.monotonic() - start, 20, seen)
            time.sleep(0.02)
        return time.monotonic() - start

    def leave_in_both_modes(self, api: Endpoint, route: str) -> None:
        """A client goes in the middle of its answer, streamed and not: within a second the engine has aborted it."""
        aborted = api.json(route + "stats")["aborted"]
        request = {"prompt": "word " * 500, "max_tokens": 4000, "stream": True}
        with api.request("POST", route, request) as answer:
            self.assertTrue(answer.readline())
            answer.connection.sock.shutdown(socket.SHUT_RDWR)
        self.assertLess(self.until_counted(api, route, running=0, aborted=aborted + 1), 1)
        body = json.dumps(request | {"stream": False})
        asking = socket.create_connection(("127.0.0.1", api.port))
        asking.sendall(
            f"POST {route} HTTP/1.1\r\nHost: {api.host}\r\nAuthorization: Snowflake Token={api.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        self.until_counted(api, route, running=1)
        asking.close()
        self.assertLess(self.until_counted(api, route, running=0, aborted=aborted + 2), 1)

    def give_feedback(self, comment: str) -> None:
        self.browser.wait(lambda: self.browser.script("return !!document.querySelector('input[aria-label=Comment]')"), "comment")
        # Characters beyond the keyboard are set as a paste would set them.
        self.browser.script(
            """const box = document.querySelector('input[aria-label=Comment]');
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(box, arguments[0]);
            box.dispatchEvent(new Event('input', {bubbles: true}));""",
            comment,
        )
        self.browser.script("[...document.querySelectorAll('button')].find(b => b.innerText.includes('👍')).click()")
        self.browser.wait_text("your 👍 is stored")


class ChatPage(Pages):
    once = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not (places.cache_folder() / "venv-streamlit" / "installed").exists():
            raise places.Missing("Streamlit is missing: run script/images --local")
        cls.browser = Browser(1180, 900)
        cls.addClassCleanup(cls.browser.stop)

    def service(self, name: str, specification: str) -> None:
        self.account.sql(
            f"CREATE SERVICE CHAT.S.{name} IN COMPUTE POOL CHAT_POOL FROM SPECIFICATION $${specification}$$", "emulator"
        )

    def setUp(self):
        super().setUp()
        stand_ins = self.folder / "stand-ins"
        shutil.copytree(places.ROOT / "images" / "streamlit", stand_ins / "streamlit")
        shutil.copytree(STAND_INS / "model", stand_ins / "model")
        self.account = processes_account(self, stand_ins)
        for statement in GROUND:
            self.account.sql(statement, "emulator")
        self.service("MODEL", MODEL)
        self.token = self.account.token(
            type="PROGRAMMATIC_ACCESS_TOKEN", user="SPCS_DEMO_USER", role_restriction="SPCS_DEMO"
        )

    def test_a_client_that_goes_stops_its_generation(self):
        api = Endpoint(self.account, "CHAT.S.MODEL", "api", self.token)
        with api.request("POST", "/chat/", {"prompt": "a b", "stream": False}) as answer:
            self.assertEqual(answer.read(), b'{"text": "a b"}')
        self.leave_in_both_modes(api, "/chat/")

    def test_chat_and_monitoring(self):
        self.service("PAGE", PAGE)
        page = Endpoint(self.account, "CHAT.S.PAGE", "streamlit", self.token)
        self.sign_in(page.url)
        self.ask(NASTY)
        lengths = self.answer_lengths(60)
        self.assertGreater(len(lengths), 4, f"the answer came at once, not as a stream: {lengths}")
        self.assertIn("DROP TABLE ST_FEEDBACK", self.browser.text("[data-testid=stChatMessage]"))
        self.give_feedback(NASTY)
        rows = self.account.sql('SELECT USER_PROMPT, SCORE, "COMMENT" FROM CHAT.S.ST_FEEDBACK', "emulator")
        self.assertEqual(len(rows), 1, rows)
        self.assertEqual((rows[0]["user_prompt"], rows[0]["comment"]), (NASTY, NASTY))
        self.assertEqual(int(rows[0]["score"]), 1)

        self.browser.open(page.url + "/Model_Monitoring")
        self.browser.wait_text("Score over time", seconds=60)
        self.browser.wait(lambda: self.browser.script("return document.querySelectorAll('canvas').length") >= 2, "charts")
        self.assertIn("100%", self.browser.text())
        for day, scores in ((20, (0, 1)), (21, (1, 0, 1)), (22, (1, 1, 1, 0))):
            for number, score in enumerate(scores):
                self.account.sql(
                    f"INSERT INTO CHAT.S.ST_FEEDBACK VALUES ('{day}-{number}', '2026-11-{day} 10:0{number}:00',"
                    f" 'A question', 'An answer', {score}, 'for the charts')",
                    "emulator",
                )
        self.browser.script("[...document.querySelectorAll('button')].find(b => b.innerText == 'Read again').click()")
        self.browser.wait_text("70%")
        time.sleep(1)  # the charts' own animation
        self.browser.screenshot("monitoring")
        self.browser.open(page.url)
        self.ask("A compute pool is a set of nodes of one size on which the services and jobs of an account run.")
        self.answer_lengths(60)
        self.browser.screenshot("chat")


@long
class RealChat(Pages):
    """The same against examples/tiny: a real Ray cluster of a head and two workers."""

    once = True

    def test_a_real_model_answers_in_the_browser(self):
        account = processes_account(self, places.ROOT / "images", speed=50)
        example = Workspace.of_example(self.client, self.folder / "work", "tiny", account.environment())
        example.init()
        self.assert_ok(example.apply(timeout=900))
        self.addCleanup(example.destroy, timeout=600)
        outputs = example.outputs()
        token = account.token(type="PROGRAMMATIC_ACCESS_TOKEN", user="SPCS_DEMO_USER", role_restriction="SPCS_DEMO")
        head = next(name for name in account.names("SERVICE") if "HEAD" in name)
        self.leave_in_both_modes(
            Endpoint(account, head, "rayserveapi", token), urllib.parse.urlsplit(outputs["model_url"]).path.rstrip("/") + "/"
        )
        self.browser = Browser(1180, 900)
        self.addCleanup(self.browser.stop)
        self.sign_in(outputs["chat"])
        self.ask("The quick brown fox jumps over the lazy dog")
        self.answer_lengths(120)
        self.give_feedback("a real answer")
