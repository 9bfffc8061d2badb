# SPDX-License-Identifier: MPL-2.0
"""Each resource by itself: create, no-op plan, update in place, drift, import, gone outside, destroy."""

from dataclasses import dataclass, field

from driver.case import TOKEN, Case

# What the objects live in, made by the same role beforehand, so that only the resource at hand is in the configuration.
GROUND = ["CREATE DATABASE ACC", "CREATE SCHEMA ACC.S"]
POOL = "CREATE COMPUTE POOL P MIN_NODES = 1 MAX_NODES = 2 INSTANCE_FAMILY = CPU_X64_S"
SERVICE = """CREATE SERVICE ACC.S.BASE IN COMPUTE POOL P FROM SPECIFICATION $$
spec:
  containers:
  - name: main
    image: /acc/s/repo/plain:v1
  endpoints:
  - name: web
    port: 8080
$$"""
# Statements that change nothing.
READING = ("SHOW", "DESCRIBE", "SELECT", "CALL", "UNKNOWN")


@dataclass
class Kind:
    """One kind of resource: `body` is what stands in its block, with places for what tests change."""

    type: str
    body: str
    import_id: str
    kind: str = ""  # as the emulator's objects list it
    name: str = ""
    edit: tuple[str, str] = ()  # a text of the body and what it becomes: an update in place
    outside: tuple[str, object, str] = ()  # column, value and the attribute that the plan then names
    replace: tuple[str, str] = ()
    ground: list[str] = field(default_factory=list)
    drop: str = ""

    @property
    def address(self) -> str:
        return f"{self.type}.this"

    def configuration(self, edited=()) -> str:
        body = self.body.replace(*edited) if edited else self.body
        return f'resource "{self.type}" "this" {{\n{body}}}\n'


IN_SCHEMA = '  database = "ACC"\n  schema = "S"\n'
COMMENTED = {"edit": ('"one"', '"two"'), "outside": ("comment", "from outside", "comment")}

KINDS = [
    Kind(
        "spcs_database",
        '  name = "made"\n  comment = "one"\n',
        "MADE",
        kind="DATABASE",
        name="MADE",
        replace=('"made"', '"other"'),
        drop="DROP DATABASE MADE",
        **COMMENTED,
    ),
    Kind(
        "spcs_schema",
        '  database = "ACC"\n  name = "made"\n  comment = "one"\n',
        "ACC.MADE",
        kind="SCHEMA",
        name="ACC.MADE",
        replace=('"made"', '"other"'),
        drop="DROP SCHEMA ACC.MADE",
        **COMMENTED,
    ),
    Kind(
        "spcs_stage",
        IN_SCHEMA + '  name = "made"\n  comment = "one"\n',
        "ACC.S.MADE",
        kind="STAGE",
        name="ACC.S.MADE",
        replace=('"one"', '"one"\n  encryption = "SNOWFLAKE_FULL"'),
        drop="DROP STAGE ACC.S.MADE",
        **COMMENTED,
    ),
    Kind(
        "spcs_image_repository",
        IN_SCHEMA + '  name = "made"\n  comment = "one"\n',
        "ACC.S.MADE",
        kind="IMAGE REPOSITORY",
        name="ACC.S.MADE",
        replace=('"made"', '"other"'),
        drop="DROP IMAGE REPOSITORY ACC.S.MADE",
        **COMMENTED,
    ),
    Kind(
        "spcs_compute_pool",
        '  name = "made"\n  instance_family = "CPU_X64_XS"\n  min_nodes = 1\n  max_nodes = 2\n  comment = "one"\n',
        "MADE",
        kind="COMPUTE POOL",
        name="MADE",
        edit=("max_nodes = 2", "max_nodes = 3"),
        outside=("auto_suspend_secs", 77, "auto_suspend_secs"),
        replace=("CPU_X64_XS", "CPU_X64_S"),
        drop="DROP COMPUTE POOL MADE",
    ),
    Kind(
        "spcs_service",
        IN_SCHEMA
        + """  name = "made"
  compute_pool = "P"
  comment = "one"
  spec = {
    containers = {
      main = {
        image = "/acc/s/repo/plain:v1"
        env   = { COUNTRY = "NO", LEVEL = "1" }
      }
    }
    endpoints = {
      web = { port = 8080, public = true }
      raw = { port = 9000, protocol = "TCP" }
    }
  }
""",
        "ACC.S.MADE",
        kind="SERVICE",
        name="ACC.S.MADE",
        edit=("plain:v1", "plain:v2"),
        outside=("comment", "from outside", "comment"),
        replace=('"made"', '"other"'),
        ground=[POOL],
        drop="DROP SERVICE ACC.S.MADE",
    ),
    Kind(
        "spcs_job",
        IN_SCHEMA
        + """  name = "made"
  compute_pool = "P"
  triggers = null
  spec = {
    containers = {
      main = { image = "/acc/s/repo/once:v1" }
    }
  }
""",
        "ACC.S.MADE",
        edit=("triggers = null", 'triggers = { run = "1" }'),
        replace=("once:v1", "once:v2"),
        ground=[POOL],
    ),
    Kind(
        "spcs_table",
        IN_SCHEMA
        + """  name = "made"
  comment = "one"
  columns = [
    { name = "ID", type = "INTEGER", nullable = false },
    { name = "TEXT", type = "STRING", comment = "free text" },
    { name = "AT", type = "TIMESTAMP_LTZ" },
  ]
""",
        "ACC.S.MADE",
        kind="TABLE",
        name="ACC.S.MADE",
        drop="DROP TABLE ACC.S.MADE",
        **COMMENTED,
    ),
    Kind(
        "spcs_secret",
        IN_SCHEMA
        + f'  name = "made"\n  comment = "one"\n  value_wo = "{TOKEN}"\n  value_wo_version = 1\n',
        "ACC.S.MADE",
        kind="SECRET",
        name="ACC.S.MADE",
        replace=('"made"', '"other"'),
        drop="DROP SECRET ACC.S.MADE",
        **COMMENTED,
    ),
    Kind(
        "spcs_network_rule",
        IN_SCHEMA
        + """  name = "made"
  type = "HOST_PORT"
  mode = "EGRESS"
  value_list = ["example.com:443", "example.com:80"]
""",
        "ACC.S.MADE",
        kind="NETWORK RULE",
        name="ACC.S.MADE",
        edit=('"example.com:80"', '"example.org:443"'),
        outside=("comment", "from outside", "comment"),
        replace=('"made"', '"other"'),
        drop="DROP NETWORK RULE ACC.S.MADE",
    ),
    Kind(
        "spcs_external_access_integration",
        '  name = "made"\n  allowed_network_rules = ["ACC.S.RULE"]\n  comment = "one"\n',
        "MADE",
        kind="INTEGRATION",
        name="MADE",
        replace=('"made"', '"other"'),
        ground=["CREATE NETWORK RULE ACC.S.RULE TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('example.com:443')"],
        drop="DROP INTEGRATION MADE",
        **COMMENTED,
    ),
    Kind(
        "spcs_service_role_grant",
        '  service = "ACC.S.BASE"\n  service_role = "ALL_ENDPOINTS_USAGE"\n  role = "PUBLIC"\n',
        "ACC.S.BASE!ALL_ENDPOINTS_USAGE|PUBLIC",
        ground=[POOL, SERVICE],
        drop="REVOKE SERVICE ROLE ACC.S.BASE!ALL_ENDPOINTS_USAGE FROM ROLE PUBLIC",
    ),
    Kind(
        "spcs_grant",
        '  privilege = "USAGE"\n  object_type = "SCHEMA"\n  object_name = "ACC.S"\n  role = "PUBLIC"\n',
        "USAGE|SCHEMA|ACC.S|PUBLIC",
        replace=('"USAGE"', '"CREATE TABLE"'),
        drop="REVOKE USAGE ON SCHEMA ACC.S FROM ROLE PUBLIC",
    ),
]


def leaves(value, path="") -> dict[str, object]:
    """Path -> value of every leaf of a JSON value."""
    if isinstance(value, dict):
        return {k: v for key, one in value.items() for k, v in leaves(one, f"{path}.{key}").items()}
    if isinstance(value, list):
        return {k: v for i, one in enumerate(value) for k, v in leaves(one, f"{path}[{i}]").items()}
    return {path.lstrip("."): value}


def changed_leaves(change: dict) -> set[str]:
    """Paths whose value differs between before and after of a change, unknown ones too."""
    before, after = leaves(change["before"]), leaves(change["after"])
    unknown = {path for path, value in leaves(change.get("after_unknown", {})).items() if value is True}
    return unknown | {path for path in before | after if before.get(path) != after.get(path)}


class KindCase(Case):
    """The classes made below run these methods, one class for each kind."""

    abstract = True
    item: Kind

    def account(self):
        images = [f"/acc/s/repo/{name}:v{n}" for name in ("plain", "once") for n in (1, 2)]
        scenarios = self.folder / "scenarios"
        scenarios.mkdir(exist_ok=True)
        (scenarios / "once.json").write_text('{"exit": {"after": 1, "code": 0}, "log": ["done"]}')
        ground = GROUND + ["CREATE IMAGE REPOSITORY ACC.S.REPO"] + self.item.ground
        return self.emulator(ground, images=images, scenarios=scenarios)

    def changing(self, emulator, after: int) -> list[str]:
        """Kinds of the statements since `after` that change something."""
        return [entry["kind"] for entry in emulator.statements(after) if not entry["kind"].startswith(READING)]

    def test_life(self):
        item, emulator = self.item, self.account()
        workspace = self.workspace(emulator, item.configuration())
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)
        if item.edit:
            workspace.write("main.tf", item.configuration(item.edit))
            self.assertEqual(workspace.changes(), {item.address: ["update"]})
            self.assert_ok(workspace.apply())
            self.assert_no_changes(workspace)
        if item.replace:
            workspace.write("main.tf", item.configuration(item.replace))
            self.assertEqual(sorted(workspace.changes()[item.address]), ["create", "delete"])
            self.assert_ok(workspace.apply())
            self.assert_no_changes(workspace)
        self.assert_ok(workspace.destroy())
        if item.kind:
            self.assertNotIn(item.name, emulator.names(item.kind))

    def test_outside_change(self):
        item, emulator = self.item, self.account()
        column, value, attribute = item.outside
        workspace = self.workspace(emulator, item.configuration())
        self.assert_ok(workspace.apply())
        emulator.mutate(item.kind, item.name, set={column: value})
        plan = workspace.plan_json()
        change = next(c["change"] for c in plan["resource_changes"] if c["address"] == item.address)
        self.assertEqual(change["actions"], ["update"])
        self.assertEqual(changed_leaves(change), {attribute})
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)

    def test_gone_outside(self):
        item, emulator = self.item, self.account()
        workspace = self.workspace(emulator, item.configuration())
        self.assert_ok(workspace.apply())
        emulator.sql(item.drop)
        self.assertEqual(workspace.changes(), {item.address: ["create"]})
        self.assert_ok(workspace.apply())
        self.assert_no_changes(workspace)
        emulator.sql(item.drop)
        self.assert_ok(workspace.destroy())

    def test_import(self):
        item, emulator = self.item, self.account()
        workspace = self.workspace(emulator, item.configuration())
        self.assert_ok(workspace.apply())

        other = self.workspace(emulator, item.configuration())
        other.write("import.tf", f'import {{\n  to = {item.address}\n  id = "{item.import_id}"\n}}\n')
        last = emulator.last_statement()
        result = other.apply()
        self.assert_ok(result)
        self.assert_says(result, "1 imported, 0 added", "0 destroyed")
        self.assertEqual(self.changing(emulator, last), [], "an import changed something")
        self.assert_no_changes(other)
        self.assert_ok(other.destroy())

    def test_import_of_what_is_not_there(self):
        item, emulator = self.item, self.account()
        workspace = self.workspace(emulator, item.configuration())
        workspace.write("import.tf", f'import {{\n  to = {item.address}\n  id = "{item.import_id}"\n}}\n')
        self.assert_fails(workspace.plan())


def _class_of(item: Kind) -> type:
    name = "".join(part.capitalize() for part in item.type.removeprefix("spcs_").split("_"))
    cls = type(name, (KindCase,), {"item": item, "abstract": False, "__module__": __name__})
    for test, needed in (("test_outside_change", item.outside), ("test_gone_outside", item.drop)):
        if not needed:
            setattr(cls, test, None)
    return cls


for _item in KINDS:
    _cls = _class_of(_item)
    globals()[_cls.__name__] = _cls
del _cls
