# SPDX-License-Identifier: MPL-2.0
"""Resources of the closest peer, moved to ours: the state in testdata/peer, made by hand, becomes ours with no change."""

import json
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from driver.case import Case
from cases.kinds import GROUND, POOL

PEER = Path(__file__).parent.parent / "testdata" / "peer"
IN_SCHEMA = '  database = "ACC"\n  schema = "S"\n  name = "made"\n'
SPEC = """spec:
  containers:
  - name: main
    image: /acc/s/repo/plain:v1
    env: {LEVEL: "1"}
  endpoints:
  - name: web
    port: 8080
    public: true
"""
SERVICE = (
    IN_SCHEMA
    + '  compute_pool = "P"\n  comment = "one"\n  spec = provider::spcs::parse_service_spec(<<-EOT\n'
    + "".join(f"    {line}\n" for line in SPEC.splitlines())
    + "  EOT\n  )\n"
)
CREATE_SERVICE = f"CREATE SERVICE ACC.S.MADE IN COMPUTE POOL P FROM SPECIFICATION $${SPEC}$$ COMMENT = 'one'"


@dataclass
class Moved:
    peer: str  # file in testdata/peer; its type is what stands before the first dot
    type: str
    body: str
    make: list[str] = field(default_factory=list)  # what the peer has made


CASES = [
    Moved(
        "snowflake_compute_pool",
        "spcs_compute_pool",
        '  name = "made"\n  instance_family = "CPU_X64_XS"\n  min_nodes = 1\n  max_nodes = 2\n  comment = "one"\n'
        "  initially_suspended = true\n",
        ["CREATE COMPUTE POOL MADE MIN_NODES = 1 MAX_NODES = 2 INSTANCE_FAMILY = CPU_X64_XS COMMENT = 'one'"],
    ),
    Moved("snowflake_service", "spcs_service", SERVICE, [POOL, CREATE_SERVICE]),
    Moved("snowflake_service.template", "spcs_service", SERVICE, [POOL, CREATE_SERVICE]),
    Moved(
        "snowflake_job_service",
        "spcs_job",
        IN_SCHEMA + '  compute_pool = "P"\n  spec = { containers = { main = { image = "/acc/s/repo/once:v1" } } }\n',
        [POOL],  # its record has expired
    ),
    Moved(
        "snowflake_image_repository",
        "spcs_image_repository",
        IN_SCHEMA + '  comment = "one"\n',
        ["CREATE IMAGE REPOSITORY ACC.S.MADE COMMENT = 'one'"],
    ),
    Moved(
        "snowflake_secret_with_generic_string",
        "spcs_secret",
        IN_SCHEMA + '  comment = "one"\n  value_wo = "not-in-any-output"\n  value_wo_version = 1\n',
        ["CREATE SECRET ACC.S.MADE TYPE = GENERIC_STRING SECRET_STRING = 'not-in-any-output' COMMENT = 'one'"],
    ),
    Moved(
        "snowflake_network_rule",
        "spcs_network_rule",
        IN_SCHEMA
        + '  type = "HOST_PORT"\n  mode = "EGRESS"\n  comment = "one"\n'
        + '  value_list = ["example.com:443", "example.com:80"]\n',
        [
            "CREATE NETWORK RULE ACC.S.MADE TYPE = HOST_PORT MODE = EGRESS "
            "VALUE_LIST = ('example.com:443', 'example.com:80') COMMENT = 'one'"
        ],
    ),
    Moved(
        "snowflake_external_access_integration",
        "spcs_external_access_integration",
        '  name = "made"\n  allowed_network_rules = ["ACC.S.RULE"]\n'
        '  allowed_authentication_secrets = ["ACC.S.TOKEN"]\n  comment = "one"\n',
        [
            "CREATE NETWORK RULE ACC.S.RULE TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('example.com:443')",
            "CREATE SECRET ACC.S.TOKEN TYPE = GENERIC_STRING SECRET_STRING = 'x'",
            "CREATE EXTERNAL ACCESS INTEGRATION MADE ALLOWED_NETWORK_RULES = (ACC.S.RULE) "
            "ALLOWED_AUTHENTICATION_SECRETS = (ACC.S.TOKEN) ENABLED = TRUE COMMENT = 'one'",
        ],
    ),
    Moved(
        "snowflake_stage_internal",
        "spcs_stage",
        IN_SCHEMA + '  comment = "one"\n  directory_enabled = true\n',
        ["CREATE STAGE ACC.S.MADE ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE') DIRECTORY = (ENABLE = TRUE) COMMENT = 'one'"],
    ),
    Moved(
        "snowflake_table",
        "spcs_table",
        IN_SCHEMA
        + '  comment = "one"\n  columns = [\n    { name = "ID", type = "INTEGER", nullable = false },\n'
        + '    { name = "TEXT", type = "STRING", comment = "free text" },\n  ]\n',
        ["CREATE TABLE ACC.S.MADE (ID NUMBER(38,0) NOT NULL, TEXT VARCHAR COMMENT 'free text') COMMENT = 'one'"],
    ),
]


class MovedCase(Case):
    """The state names the peer's own address. Both clients refuse to plan over a state whose provider they cannot install,
    so a stand-in is installed there; only our provider is asked to move the state."""

    abstract = True
    item: Moved

    def account(self):
        ground = GROUND + ["CREATE IMAGE REPOSITORY ACC.S.REPO"] + self.item.make
        return self.emulator(ground, images=[f"/acc/s/repo/{name}:v1" for name in ("plain", "once")])

    def peer_state(self, emulator) -> dict:
        text = (PEER / f"{self.item.peer}.json").read_text()
        if "@SPEC" in text:
            described = emulator.sql("DESCRIBE SERVICE ACC.S.MADE", connection="emulator")[0]
            text = text.replace("@SPEC_DIGEST@", described["spec_digest"])
            text = text.replace('"@SPEC@"', json.dumps(described["spec"]))
        return json.loads(text)

    def moved(self, emulator):
        """A workspace whose state is the peer's and whose configuration is ours."""
        item = self.item
        source = item.peer.split(".")[0]
        address = self.client.install("snowflakedb/snowflake")
        workspace = self.workspace(
            emulator,
            f'resource "{item.type}" "this" {{\n{item.body}}}\n\n'
            f"moved {{\n  from = {source}.this\n  to   = {item.type}.this\n}}\n",
            init=False,
        )
        state = {
            "version": 4,
            "terraform_version": "1.11.0",
            "serial": 1,
            "lineage": str(uuid.uuid4()),
            "outputs": {},
            "resources": [
                {
                    "mode": "managed",
                    "type": source,
                    "name": "this",
                    "provider": f'provider["{address}"]',
                    "instances": [{"schema_version": 0, "attributes": self.peer_state(emulator)}],
                }
            ],
        }
        workspace.write("terraform.tfstate", json.dumps(state))
        self.assertIn("snowflakedb/snowflake", workspace.init().text)
        return workspace

    def test_moves_with_no_change(self):
        emulator = self.account()
        workspace = self.moved(emulator)
        log = self.folder / "debug.log"
        plan = workspace.plan_json(environment={"TF_LOG_PROVIDER": "DEBUG", "TF_LOG_PATH": str(log)})
        moving = [line for line in log.read_text(errors="replace").splitlines() if "moving a state" in line]
        self.assertTrue(moving, "our provider was not asked")
        for part in (f"provider={self.client.host}/snowflakedb/snowflake", f"from={self.item.peer.split('.')[0]}", f"to={self.item.type}"):
            self.assertIn(part, moving[0])
        change = next(c for c in plan["resource_changes"] if c["address"] == f"{self.item.type}.this")
        self.assertEqual(change["change"]["actions"], ["no-op"], json.dumps(change["change"], indent=1))
        self.assertEqual(change["previous_address"], f"{self.item.peer.split('.')[0]}.this")
        last = emulator.last_statement()
        self.assert_ok(workspace.apply())
        kinds = {entry["kind"] for entry in emulator.statements(last)}
        self.assertFalse([k for k in kinds if k.startswith(("CREATE", "ALTER", "DROP", "EXECUTE"))], kinds)
        self.assert_no_changes(workspace)
        self.assertNotIn("not-in-any-output", workspace.state_text())
        self.assert_ok(workspace.destroy())


def _class_of(item: Moved) -> type:
    name = "".join(part.capitalize() for part in item.peer.replace(".", "_").split("_"))
    return type(name, (MovedCase,), {"item": item, "abstract": False, "__module__": __name__})


for _item in CASES:
    _cls = _class_of(_item)
    globals()[_cls.__name__] = _cls
del _cls


class StageFile(MovedCase):
    abstract = False
    item = Moved("snowflake_service.stage_file", "spcs_service", SERVICE, [POOL, CREATE_SERVICE])
    test_moves_with_no_change = None

    def test_is_refused_with_the_text_to_paste(self):
        workspace = self.moved(self.account())
        result = workspace.plan()
        self.assert_fails(result, "is a file on a stage", "parse_service_spec(<<-EOT", 'id = "ACC.S.MADE"', "plain:v1")
