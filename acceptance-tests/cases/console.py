# SPDX-License-Identifier: MPL-2.0
"""The emulator's web console in a real browser."""

import urllib.error
import urllib.request

from driver.browser import ENTER, ESCAPE, TAB, Browser
from driver.case import Case

SPECIFICATION = """FROM SPECIFICATION $$
spec:
  containers:
  - name: {container}
    image: /llm/ray/images/{image}:v1
    env:
      SPCS_RAY_DEPLOY_REQUEST: '{{"action":"apply","application":"vicuna","head":"head"}}'
{endpoints}$$"""
ENDPOINTS = """  endpoints:
  - name: dashboard
    port: 8265
    public: true
  - name: gcs
    port: 6379
    protocol: TCP
"""
MARKUP = "<script>document.title='caught'</script>"
GROUND = [
    "CREATE DATABASE LLM",
    "CREATE SCHEMA LLM.RAY",
    "CREATE IMAGE REPOSITORY LLM.RAY.IMAGES",
    f"CREATE DATABASE \"{MARKUP}\" COMMENT = '<img src=x onerror=document.title=1>'",
    "CREATE SECRET LLM.RAY.TOKEN TYPE = GENERIC_STRING SECRET_STRING = 'open sesame'",
    "CREATE COMPUTE POOL HEAD_POOL MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_M",
    "CREATE COMPUTE POOL WORKER_POOL MIN_NODES = 2 MAX_NODES = 4 INSTANCE_FAMILY = GPU_NV_M",
]


def service(name: str, pool: str, image: str, container: str, endpoints: str = "", instances: int = 1) -> str:
    specification = SPECIFICATION.format(container=container, image=image, endpoints=endpoints)
    count = f"MIN_INSTANCES = {instances} MAX_INSTANCES = {instances}"
    return f"CREATE SERVICE LLM.RAY.{name} IN COMPUTE POOL {pool} {specification} {count}"


class Console(Case):
    once = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.stop)

    def setUp(self):
        super().setUp()
        # At real speed nothing moves by itself within a test: the clock is advanced instead.
        self.account = self.emulator(speed=1)
        self.page = f"http://127.0.0.1:{self.account.port}/"
        for statement in GROUND:
            self.account.sql(statement)

    def head(self) -> None:
        self.account.sql(service("HEAD", "HEAD_POOL", "ray-head", "head", ENDPOINTS))

    def test_a_service_becomes_ready_before_the_eyes(self):
        browser = self.browser
        browser.open(self.page)
        browser.wait_text("There is no service.", "#services")
        browser.script("window.sameDocument = true")
        self.head()
        browser.wait_text("PENDING", "#services")
        self.account.advance(600)
        browser.wait_text("RUNNING", "#services")
        browser.wait_text("0/head READY", "#services")
        browser.wait_text("5.58", "#summary")  # one CPU_X64_M, and two GPU_NV_M that are idle but up
        self.assertTrue(browser.script("return window.sameDocument"))
        link = browser.wait(
            lambda: browser.script("const a = document.querySelector('#services a'); return a && [a.href, a.rel]"),
            "address of the endpoint",
        )
        self.assertRegex(link[0], rf"^http://[a-z0-9]+-spcs-emulator\.localhost:{self.account.port}/$")
        self.assertIn("noopener", link[1])
        self.account.sql("DROP SERVICE LLM.RAY.HEAD")
        self.account.advance(600)
        browser.wait_text("There is no service.", "#services")
        self.assertEqual(browser.complaints(), [])

    def test_logs_open_by_keyboard_and_follow(self):
        browser = self.browser
        self.head()
        self.account.advance(600)
        browser.open(self.page)
        browser.wait_text("0/head READY", "#services")
        browser.script("document.getElementById('filter').focus()")
        browser.type(TAB)
        self.assertEqual(browser.script("return document.activeElement.dataset.container"), "head")
        browser.type(ENTER)
        browser.wait_text("Ray runtime started.", "#log[open]")
        self.assertIn("LLM.RAY.HEAD 0/head", browser.text("#log-title"))
        self.assertTrue(browser.url().endswith("#log=LLM.RAY.HEAD/0/head"))
        browser.type(ESCAPE)
        browser.wait(lambda: not browser.script("return document.getElementById('log').open"), "closed log")
        self.assertNotIn("#log", browser.url())
        browser.open(self.page + "console#log=LLM.RAY.NOBODY/0/head")
        browser.wait_text("there is no such service", "#log-note")

    def test_jobs_tell_their_progress(self):
        text = SPECIFICATION.format(container="deploy", image="spcs-ray-deploy", endpoints="")
        self.account.sql(f"EXECUTE JOB SERVICE IN COMPUTE POOL HEAD_POOL NAME = LLM.RAY.LOADER ASYNC = TRUE {text}")
        self.browser.open(self.page)
        self.browser.wait_text("PENDING", "#jobs")
        log = "CALL SYSTEM$GET_SERVICE_LOGS('LLM.RAY.LOADER', 0, 'deploy')"
        for _ in range(300):
            if self.account.sql(log)[0].popitem()[1]:
                break
            self.account.advance(2)
        self.account.advance(5)  # of the 15 s that it runs
        self.browser.wait_text("application is DEPLOYING", "#jobs .progress")
        self.browser.wait_text("RUNNING", "#jobs")
        self.account.advance(600)
        self.browser.wait_text("DONE", "#jobs")

    def test_names_are_texts_and_secrets_are_nowhere(self):
        browser = self.browser
        browser.open(self.page)
        browser.wait_text("DATABASE 2", "#others")
        browser.script("document.querySelectorAll('details').forEach((one) => one.open = true)")
        browser.wait_text(MARKUP, "#others")
        self.assertEqual(browser.script("return document.title"), "spcs emulator")
        self.assertEqual(browser.script("return document.querySelectorAll('#others img, #others script').length"), 0)
        self.assertNotIn("open sesame", browser.script("return document.documentElement.innerHTML"))
        browser.type("LLM.RAY.TOK", "#filter")
        browser.wait(lambda: MARKUP not in browser.text("#others"), "filtered list")
        self.assertIn("TOKEN", browser.text("#others"))

    def test_other_hosts_and_pages_are_refused(self):
        for header in ({"Host": "rebound.example"}, {"Origin": "http://elsewhere.example"}):
            for path in ("console", "console/state.json", "emulator/objects"):
                with self.subTest(path=path, **header), self.assertRaises(urllib.error.HTTPError) as refused:
                    urllib.request.urlopen(urllib.request.Request(self.page + path, headers=header))
                self.assertEqual(refused.exception.code, 403)
                refused.exception.close()

    def test_it_fits_narrow_and_dark(self):
        browser = self.browser
        self.head()
        self.account.sql(service("WORKERS", "WORKER_POOL", "ray-llm-worker", "worker", instances=2))
        self.account.sql(service("CHAT", "HEAD_POOL", "streamlit", "streamlit", ENDPOINTS.replace("dashboard", "chat")))
        self.account.advance(300)
        text = SPECIFICATION.format(container="deploy", image="spcs-ray-deploy", endpoints="")
        self.account.sql(f"EXECUTE JOB SERVICE IN COMPUTE POOL HEAD_POOL NAME = LLM.RAY.LOADER ASYNC = TRUE {text}")
        self.account.advance(12)
        for scheme, width in (("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)):
            with self.subTest(scheme=scheme, width=width):
                browser.colours(scheme)
                browser.resize(width, 800)
                browser.open(self.page)
                browser.wait_text("0/head READY", "#services")
                self.assertFalse(browser.overflows())
                browser.screenshot("console" if (scheme, width) == ("light", 1280) else f"console-{scheme}-{width}")
        browser.colours("light")
        browser.resize(1280, 800)
