# SPDX-License-Identifier: MPL-2.0
"""The data sources in both clients: what they give of a small account, and what they say to what is not there."""

import http.server
import json
import threading

from driver.case import Case

SPECIFICATION = """$$
spec:
  containers:
  - name: main
    image: /acc/s/repo/{image}:v1
  endpoints:
  - name: web
    port: 8080
$$"""

GROUND = [
    "CREATE DATABASE ACC",
    "CREATE SCHEMA ACC.S",
    "CREATE IMAGE REPOSITORY ACC.S.REPO",
    "CREATE COMPUTE POOL DATA_A MIN_NODES = 1 MAX_NODES = 2 INSTANCE_FAMILY = CPU_X64_S COMMENT = 'first'",
    "CREATE COMPUTE POOL OTHER MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS INITIALLY_SUSPENDED = TRUE",
    "CREATE SERVICE ACC.S.WEB IN COMPUTE POOL DATA_A FROM SPECIFICATION " + SPECIFICATION.format(image="plain"),
    "EXECUTE JOB SERVICE IN COMPUTE POOL DATA_A NAME = ACC.S.LOAD ASYNC = TRUE FROM SPECIFICATION "
    + SPECIFICATION.split("  endpoints:")[0].format(image="once") + "$$",
]

LISTINGS = """
data "spcs_account" "this" {}

data "spcs_compute_pools" "all" {}

data "spcs_compute_pools" "some" {
  like = "data\\\\_%"
}

data "spcs_instance_families" "gpu" {
  like = "GPU%"
}

data "spcs_services" "services" {}

data "spcs_services" "jobs" {
  kind     = "jobs"
  database = "acc"
  schema   = "s"
}

data "spcs_services" "in_pool" {
  kind         = "all"
  compute_pool = "data_a"
}

data "spcs_images" "all" {
  database   = "acc"
  schema     = "s"
  repository = "repo"
}

output "account" {
  value = data.spcs_account.this
}

output "pools" {
  value = data.spcs_compute_pools.all.compute_pools
}

output "some_pools" {
  value = keys(data.spcs_compute_pools.some.compute_pools)
}

output "gpus" {
  value = data.spcs_instance_families.gpu.instance_families["GPU_NV_M"].gpu_count
}

output "services" {
  value = keys(data.spcs_services.services.services)
}

output "jobs" {
  value = keys(data.spcs_services.jobs.services)
}

output "in_pool" {
  value = { for name, service in data.spcs_services.in_pool.services : name => service.is_job }
}

output "images" {
  value = { for name, image in data.spcs_images.all.images : name => image.path }
}
"""

STATUSES = """
data "spcs_service_status" "web" {
  database = "acc"
  schema   = "s"
  service  = "web"
}

data "spcs_service_endpoints" "web" {
  database = "acc"
  schema   = "s"
  service  = "web"
}

data "spcs_service_logs" "web" {
  database  = "acc"
  schema    = "s"
  service   = "web"
  container = "main"
}

data "spcs_job_status" "load" {
  database = "acc"
  schema   = "s"
  job      = "load"
}

output "ready" {
  value = data.spcs_service_status.web.ready
}

output "container" {
  value = data.spcs_service_status.web.instances["0"].containers["main"].status
}

output "messages" {
  value = data.spcs_service_status.web.messages
}

output "port" {
  value = data.spcs_service_endpoints.web.endpoints["web"].port
}

output "log" {
  value = data.spcs_service_logs.web.log
}

output "job" {
  value = data.spcs_job_status.load
}
"""

# What is asked for that is not there -> what the error says.
MISSING = {
    'data "spcs_service_status" "x" {\n  database = "acc"\n  schema = "s"\n  service = "nothing"\n}\n': "Cannot read status of a service",
    'data "spcs_service_logs" "x" {\n  database = "acc"\n  schema = "s"\n  service = "web"\n  container = "none"\n}\n': "Container none",
    'data "spcs_job_status" "x" {\n  database = "acc"\n  schema = "s"\n  job = "web"\n}\n': "spcs_service_status",
    'data "spcs_images" "x" {\n  database = "acc"\n  schema = "s"\n  repository = "none"\n}\n': "Cannot read images",
    'data "spcs_services" "x" {\n  schema = "s"\n}\n': "set `database` too",
    'data "spcs_services" "x" {\n  kind = "both"\n}\n': "is not one of",
    'data "spcs_ray_cluster" "x" {\n  url = "http://head.example.com"\n}\n': "Use https",
}

NODES = [
    {"node_id": "a", "node_ip": "10.0.0.1", "is_head_node": True, "state": "ALIVE", "resources_total": {"CPU": 2.0}},
    {"node_id": "b", "node_ip": "10.0.0.2", "is_head_node": False, "state": "ALIVE", "resources_total": {"GPU": 4.0}},
]
ANSWERS = {
    "/api/version": {"ray_version": "2.60.0", "session_name": "session_1"},
    "/api/v0/nodes?limit=1000": {"result": True, "data": {"result": {"result": NODES}}},
    "/api/serve/applications/": {
        "applications": {"llm": {"status": "RUNNING", "route_prefix": "/llm", "deployments": {}}}
    },
}


class Dashboard(http.server.BaseHTTPRequestHandler):
    """Answers as Ray's dashboard does."""

    seen: list[str] = []

    def do_GET(self):
        self.seen.append(self.headers.get("Authorization", ""))
        answer = ANSWERS.get(self.path)
        body = json.dumps(answer).encode()
        self.send_response(200 if answer else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Data(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        images = ["/acc/s/repo/plain:v1", "/acc/s/repo/once:v1"]
        cls.account = cls.class_emulator(GROUND, images=images)

    def test_listings(self):
        workspace = self.workspace(self.account, LISTINGS)
        self.account.call("POST", "stats:reset")
        self.assert_ok(workspace.apply())
        given = workspace.outputs()
        self.assertEqual(given["account"]["role"], "SPCS_DEMO")
        self.assertEqual(given["account"]["warehouse"], "DEMO_WH")
        self.assertEqual(sorted(given["pools"]), ["DATA_A", "OTHER"])
        self.assertEqual(given["pools"]["DATA_A"]["max_nodes"], 2)
        self.assertEqual(given["pools"]["OTHER"]["state"], "SUSPENDED")
        self.assertEqual(given["some_pools"], ["DATA_A"])
        self.assertEqual(given["gpus"], 4)
        self.assertEqual(given["services"], ["ACC.S.WEB"])
        self.assertEqual(given["jobs"], ["ACC.S.LOAD"])
        self.assertEqual(given["in_pool"], {"ACC.S.WEB": False, "ACC.S.LOAD": True})
        self.assertEqual(given["images"], {"once:v1": "acc/s/repo/once:v1", "plain:v1": "acc/s/repo/plain:v1"})
        self.assertNotIn("DESCRIBE", str(self.account.stats()), "listings need no DESCRIBE of a row")
        self.assert_no_changes(workspace)

    def test_statuses(self):
        workspace = self.workspace(self.account, STATUSES)
        self.assert_ok(workspace.apply())
        given = workspace.outputs()
        self.assertTrue(given["ready"])
        self.assertEqual(given["container"], "READY")
        self.assertEqual(given["messages"], [])
        self.assertEqual(given["port"], 8080)
        self.assertIsInstance(given["log"], str)
        self.assertIn(given["job"]["status"], ("RUNNING", "DONE"))
        self.assertEqual(given["job"]["finished"], given["job"]["status"] == "DONE")

    def test_ray_cluster(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Dashboard)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        configuration = """
variable "url" {
  type = string
}

data "spcs_ray_cluster" "this" {
  url = var.url
}

output "cluster" {
  value     = data.spcs_ray_cluster.this
  sensitive = true
}
"""
        Dashboard.seen.clear()
        workspace = self.workspace(self.account, configuration, url=f"http://127.0.0.1:{server.server_port}")
        self.assert_ok(workspace.apply())
        cluster = json.loads(workspace.checked("output", "-json", "cluster").out)
        self.assertEqual(cluster["ray_version"], "2.60.0")
        self.assertEqual(cluster["resources"], {"CPU": 2, "GPU": 4})
        self.assertTrue(cluster["nodes"]["a"]["is_head"])
        self.assertEqual(cluster["applications"]["llm"]["status"], "RUNNING")
        self.assertEqual(set(Dashboard.seen), {""}, "the account's token goes to the account's endpoints only")

    def test_what_is_not_there(self):
        for configuration, sentence in MISSING.items():
            with self.subTest(configuration):
                self.assert_fails(self.workspace(self.account, configuration).plan(), sentence)
