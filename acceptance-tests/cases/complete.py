# SPDX-License-Identifier: MPL-2.0
"""Every attribute of every kind: given, changed and taken away again, in place and seen in the account; import behind it.

Creating, replacing, drift, and what is gone outside are kinds.py's.
"""

import json
from dataclasses import dataclass, field

from driver.case import TOKEN, Case
from cases.kinds import GROUND, IN_SCHEMA, POOL, changed_leaves

INTEGRATION = [
    "CREATE NETWORK RULE ACC.S.RULE TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('example.com:443')",
    "CREATE NETWORK RULE ACC.S.OTHER TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('example.com:80')",
    "CREATE EXTERNAL ACCESS INTEGRATION EAI ALLOWED_NETWORK_RULES = (ACC.S.RULE) ENABLED = TRUE",
]
SECRETS = [f"CREATE SECRET ACC.S.{name} TYPE = GENERIC_STRING SECRET_STRING = 'x'" for name in ("ONE", "TWO")]
SECURITY = [
    "CREATE SECURITY INTEGRATION GOOGLE TYPE = API_AUTHENTICATION AUTH_TYPE = OAUTH2 OAUTH_CLIENT_ID = 'id' "
    "OAUTH_CLIENT_SECRET = 'x' ENABLED = TRUE",
]


@dataclass
class Complete:
    """`given` has two values as HCL for each optional attribute; the first is not the default."""

    type: str
    body: str
    import_id: str
    given: dict[str, tuple[str, str]]
    ground: list[str] = field(default_factory=list)
    sort: str = ""  # where one type has several
    unread: tuple[str, ...] = ()  # kept by the client alone: behind an import they are planned, and nothing is sent

    @property
    def keyword(self) -> str:
        return self.type.removeprefix("spcs_").replace("_", " ").upper()

    @property
    def address(self) -> str:
        return f"{self.type}.this"

    def configuration(self, which: int | None = None) -> str:
        lines = [] if which is None else [f"  {name} = {values[which]}\n" for name, values in self.given.items()]
        return f'resource "{self.type}" "this" {{\n{self.body}{"".join(lines)}}}\n'


COMMENT = {"comment": ('"one"', '"two \\"and\\" more"')}
TAGGED = {
    **COMMENT,
    "tags": ('{ "ACC.S.COST" = "1" }', '{ "ACC.S.COST" = "2", "ACC.S.TEAM" = "x" }'),
}
UNSHOWN = {"tags", "log_level"}
TAGS = ["CREATE TAG ACC.S.COST", "CREATE TAG ACC.S.TEAM"]
KINDS = [
    Complete(
        "spcs_database",
        '  name = "made"\n',
        "MADE",
        {**TAGGED, "data_retention_time_in_days": ("0", "1"), "force_destroy": ("true", "true")},
        unread=("force_destroy",),
    ),
    Complete(
        "spcs_schema",
        '  database = "ACC"\n  name = "made"\n',
        "ACC.MADE",
        {**TAGGED, "data_retention_time_in_days": ("0", "1"), "managed_access": ("true", "true")},
    ),
    Complete(
        "spcs_stage",
        IN_SCHEMA + '  name = "made"\n',
        "ACC.S.MADE",
        {
            **TAGGED,
            "directory_enabled": ("true", "true"),
            "file_format": (
                '{ type = "CSV", options = { field_delimiter = "|", skip_header = 1 } }',
                '{ type = "JSON", options = { strip_outer_array = true }, null_if = ["x", ""] }',
            ),
        },
    ),
    Complete("spcs_image_repository", IN_SCHEMA + '  name = "made"\n', "ACC.S.MADE", TAGGED),
    Complete(
        "spcs_compute_pool",
        '  name = "made"\n  instance_family = "CPU_X64_XS"\n  min_nodes = 1\n  max_nodes = 2\n',
        "MADE",
        {
            **TAGGED,
            "auto_resume": ("false", "false"),
            "auto_suspend_secs": ("0", "600"),
            "backup_instance_families": ('["CPU_X64_S", "CPU_X64_M"]', '["CPU_X64_M"]'),
        },
    ),
    Complete(
        "spcs_service",
        IN_SCHEMA
        + """  name = "made"
  compute_pool = "P"
  spec = { containers = { main = { image = "/acc/s/repo/plain:v1" } } }
""",
        "ACC.S.MADE",
        {
            **TAGGED,
            "min_instances": ("2", "2"),
            "max_instances": ("2", "3"),
            "min_ready_instances": ("2", "2"),
            "auto_resume": ("false", "false"),
            "auto_suspend_secs": ("300", "600"),
            "log_level": ('"INFO"', '"ERROR"'),
            "query_warehouse": ('"DEMO_WH"', '"demo_wh"'),
            "external_access_integrations": ('["EAI"]', '["eai"]'),
        },
        ground=[POOL, *INTEGRATION],
    ),
    Complete(
        "spcs_table",
        IN_SCHEMA
        + """  name = "made"
  columns = [
    { name = "ID", type = "INTEGER", nullable = false },
    { name = "AT", type = "DATE", nullable = false },
  ]
""",
        "ACC.S.MADE",
        {
            **TAGGED,
            "data_retention_time_in_days": ("0", "1"),
            "change_tracking": ("true", "true"),
            "enable_schema_evolution": ("true", "true"),
            "primary_key": ('["ID"]', '["AT", "ID"]'),
            "unique_keys": ('[["ID"]]', '[["ID"], ["AT", "ID"]]'),
            "cluster_by": ('["ID"]', '["TO_DATE(AT)", "ID"]'),
        },
    ),
    Complete(
        "spcs_secret",
        IN_SCHEMA + f'  name = "made"\n  value_wo = "{TOKEN}"\n  value_wo_version = 1\n',
        "ACC.S.MADE",
        TAGGED,
        unread=("value_wo_version",),
    ),
    Complete(
        "spcs_secret",
        IN_SCHEMA + '  name = "made"\n  type = "OAUTH2"\n  api_authentication = "GOOGLE"\n',
        "ACC.S.MADE",
        {**COMMENT, "oauth_scopes": ('["a"]', '["a", "b"]')},
        ground=SECURITY,
        sort="OfScopes",
    ),
    Complete(
        "spcs_network_rule",
        IN_SCHEMA + '  name = "made"\n  type = "HOST_PORT"\n  mode = "EGRESS"\n  value_list = ["example.com:443"]\n',
        "ACC.S.MADE",
        COMMENT,
    ),
    Complete(
        "spcs_external_access_integration",
        '  name = "made"\n  allowed_network_rules = ["ACC.S.RULE"]\n',
        "MADE",
        {
            **TAGGED,
            "enabled": ("false", "false"),
            "allowed_authentication_secrets": ('["ACC.S.ONE"]', '["ALL"]'),
            "allowed_api_authentication_integrations": ('["GOOGLE"]', '["NONE"]'),
        },
        ground=[*INTEGRATION[:2], *SECRETS, *SECURITY],
    ),
]


class CompleteCase(Case):
    """The classes made below run these methods, one class for each kind."""

    abstract = True
    item: Complete

    def account(self):
        ground = GROUND + TAGS + ["CREATE IMAGE REPOSITORY ACC.S.REPO"] + self.item.ground
        return self.emulator(ground, images=["/acc/s/repo/plain:v1"])

    def change(self, workspace, which: int | None) -> set[str]:
        """Applies a configuration; it is one update in place. Returns the attributes that it moved."""
        workspace.write("main.tf", self.item.configuration(which))
        plan = workspace.plan_json()
        found = next(c["change"] for c in plan["resource_changes"] if c["address"] == self.item.address)
        self.assertEqual(found["actions"], ["update"], json.dumps(found, indent=1))
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)
        return {path.split("[")[0].split(".")[0] for path in changed_leaves(found)}

    def test_each_attribute(self):
        item, emulator = self.item, self.account()
        workspace = self.workspace(emulator, item.configuration())
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)
        before = workspace.state()[item.address]
        given = set(item.given)
        self.assertEqual(self.change(workspace, 0), given)
        changing = {name for name, (one, two) in item.given.items() if one.lower() != two.lower()}
        self.assertEqual(self.change(workspace, 1), changing)
        self.assertEqual(self.change(workspace, None), given)
        self.assertEqual(workspace.state()[item.address], before, "what is taken away is not at its default again")
        self.assert_ok(workspace.destroy())

    def test_import_with_everything_given(self):
        item, emulator = self.item, self.account()
        configuration = item.configuration(0)
        workspace = self.workspace(emulator, configuration)
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)
        other = self.workspace(emulator, configuration)
        other.write("import.tf", f'import {{\n  to = {item.address}\n  id = "{item.import_id}"\n}}\n')
        plan = other.plan_json()
        found = next(c["change"] for c in plan["resource_changes"] if c["address"] == item.address)
        moved = {path.split("[")[0].split(".")[0] for path in changed_leaves(found)}
        # Tags and the like the account does not show: an import gives them once more.
        self.assertEqual(moved, {*item.unread, *(UNSHOWN & set(item.given))}, json.dumps(found, indent=1))
        last = emulator.last_statement()
        self.assert_ok(other.apply())
        kinds = [entry["kind"] for entry in emulator.statements(last)]
        altered = {kind for kind in kinds if kind.startswith(("CREATE", "ALTER", "DROP"))}
        self.assertLessEqual(altered, {f"ALTER {item.keyword}"}, kinds)
        self.assert_no_changes(other)
        self.assert_ok(other.destroy())


def _class_of(item: Complete) -> type:
    name = "".join(part.capitalize() for part in item.type.removeprefix("spcs_").split("_")) + item.sort
    return type(name, (CompleteCase,), {"item": item, "abstract": False, "__module__": __name__})


for _item in KINDS:
    _cls = _class_of(_item)
    globals()[_cls.__name__] = _cls
del _cls


class Rename(Case):
    """A name that the service can change is changed in place, with the identity; what refers to it follows."""

    def test_in_place(self):
        for type, more in (
            ("spcs_stage", '  comment = "kept"\n'),
            ("spcs_table", '  comment = "kept"\n  columns = [{ name = "ID", type = "INTEGER" }]\n'),
        ):
            with self.subTest(type):
                emulator = self.emulator(GROUND)
                body = IN_SCHEMA + more
                workspace = self.workspace(emulator, f'resource "{type}" "this" {{\n{body}  name = "made"\n}}\n')
                self.assert_ok(workspace.apply())
                workspace.write("main.tf", f'resource "{type}" "this" {{\n{body}  name = "renamed"\n}}\n')
                self.assertEqual(workspace.changes(), {f"{type}.this": ["update"]})
                last = emulator.last_statement()
                self.assert_ok(workspace.apply())
                kinds = [entry["kind"] for entry in emulator.statements(last)]
                self.assertEqual([k for k in kinds if k.startswith(("CREATE", "ALTER", "DROP"))], [f"ALTER {type[5:].upper()}"])
                self.assert_no_changes(workspace)
                self.assertEqual(workspace.state()[f"{type}.this"]["qualified_name"], "ACC.S.RENAMED")
                self.assert_ok(workspace.destroy())
