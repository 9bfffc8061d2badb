# SPDX-License-Identifier: MPL-2.0
"""The chat and monitoring pages in a real browser, through the ingress: real Streamlit, real connector, and a model that
says its prompt again (the same with a real Ray cluster: RealChat, with --long)."""

import shutil
import socket
import time

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

    def give_feedback(self, comment: str) -> None:
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

    def until_counted(self, api: Endpoint, **wanted) -> float:
        """Seconds until the engine counts so."""
        start = time.monotonic()
        while not wanted.items() <= (seen := api.json("/chat/stats")).items():
            self.assertLess(time.monotonic() - start, 10, seen)
            time.sleep(0.02)
        return time.monotonic() - start

    def test_a_client_that_goes_stops_its_generation(self):
        api = Endpoint(self.account, "CHAT.S.MODEL", "api", self.token)
        prompt = "word " * 500
        with api.request("POST", "/chat/", {"prompt": "a b", "stream": False}) as answer:
            self.assertEqual(answer.read(), b'{"text": "a b"}')
        with api.request("POST", "/chat/", {"prompt": prompt, "stream": True}) as answer:
            self.assertIn(b"word", answer.readline())
            answer.connection.sock.shutdown(socket.SHUT_RDWR)
        self.assertLess(self.until_counted(api, running=0, aborted=1), 1)
        asking = socket.create_connection(("127.0.0.1", api.port))
        body = b'{"prompt": "%s", "stream": false}' % prompt.encode()
        asking.sendall(
            f"POST /chat/ HTTP/1.1\r\nHost: {api.host}\r\nAuthorization: Snowflake Token={self.token}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode() + body
        )
        self.until_counted(api, running=1)
        asking.close()
        self.assertLess(self.until_counted(api, running=0, aborted=2), 1)

    def test_chat_and_monitoring(self):
        self.service("PAGE", PAGE)
        page = Endpoint(self.account, "CHAT.S.PAGE", "streamlit", self.token)
        self.sign_in(page.url)
        self.ask(NASTY)
        lengths = self.answer_lengths(60)
        self.assertGreater(len(lengths), 4, f"the answer came at once, not as a stream: {lengths}")
        self.assertIn("DROP TABLE ST_FEEDBACK", self.browser.text("[data-testid=stChatMessage]"))
        self.browser.screenshot("chat-answer")
        self.give_feedback(NASTY)
        self.browser.screenshot("chat")
        rows = self.account.sql('SELECT USER_PROMPT, SCORE, "COMMENT" FROM CHAT.S.ST_FEEDBACK', "emulator")
        self.assertEqual(len(rows), 1, rows)
        self.assertEqual((rows[0]["user_prompt"], rows[0]["comment"]), (NASTY, NASTY))
        self.assertEqual(int(rows[0]["score"]), 1)

        self.browser.open(page.url + "/Model_Monitoring")
        self.browser.wait_text("Score over time", seconds=60)
        self.browser.wait(lambda: self.browser.script("return document.querySelectorAll('canvas').length") >= 2, "charts")
        self.assertIn("100%", self.browser.text())
        time.sleep(1)  # the charts' own animation
        self.browser.screenshot("monitoring")


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
        urls = example.outputs()["urls"]
        self.browser = Browser(1180, 900)
        self.addCleanup(self.browser.stop)
        self.sign_in(urls["streamlit"])
        self.ask("The quick brown fox jumps over the lazy dog")
        self.answer_lengths(120)
        self.give_feedback("a real answer")
