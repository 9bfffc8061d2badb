# SPDX-License-Identifier: MPL-2.0
"""What a reviewer sees of typical edits of examples/vicuna13b: each plan, changed paths and warnings, is kept in
testdata/plans/EDIT.txt and compared whole, so that nothing comes in which the edit does not touch. With
SPCS_UPDATE_GOLDEN=1 the files are written anew; read them before they are committed."""

import json
import os
import re
from pathlib import Path

from driver.case import ExampleCase

GOLDEN = Path(__file__).resolve().parent.parent / "testdata" / "plans"
UNKNOWN = "(known after apply)"

# Name of the edit -> the module's arguments that it changes, as HCL.
EDITS = {
    "streamlit_tag": {"images": '{ streamlit = { tag = "v2" } }'},
    "streamlit_moving_tag": {"images": '{ streamlit = { tag = "latest" } }'},
    "head_tag": {"images": '{ head = { tag = "v2" } }'},
    "serve_worker_tag": {"images": '{ serve_worker = { tag = "v2" } }'},
    "prometheus_tag": {"images": '{ prometheus = { tag = "v3.0.0" } }'},
    "one_more_worker": {"num_serve_workers": "3"},
    "twice_the_model": {"num_serve_workers": "4", "num_replicas": "2"},
    "one_worker_less": {"num_serve_workers": "1", "tensor_parallel_size": "4"},
    "generic_workers": {"num_workers": "1", "worker_node_type": '"CPU_X64_M"'},
    "larger_head": {"head_node_type": '"GPU_NV_M"'},
    "keep_alive": {"compute_pool_keep_alive_secs": "600"},
    "comment": {"comment": '"Team NLP"'},
    "another_egress_host": {"egress_hosts": '["huggingface.co:443", "models.example.com:443"]'},
    "token_rotation": {"hf_token_version": "2"},
    "chat_role": {"chat_roles": '["ANALYST"]'},
    "operator_role": {"operator_roles": '["OPERATOR"]'},
    "shared_memory": {"shared_memory_size": '"20Gi"'},
    "model_seed": {"model_seed": "7"},
    "model_parallelism": {"tensor_parallel_size": "4"},
    "model_requests": {"max_ongoing_requests": "50"},
    "streamlit_renamed": {"streamlit_service_name": '"CHAT"'},
    "table_renamed": {"feedback_table_name": '"RATINGS"'},
    "services_off": {"services_enabled": "false"},
    "suspend_all": {"suspended": "true"},
    "no_warehouse": {"query_warehouse": "null"},
    "timeouts": {"timeouts": '{ service = "90m" }'},
}


def leaves(value, path: str = "") -> dict[str, object]:
    """Path -> value of every leaf."""
    if isinstance(value, dict) and value:
        found = {}
        for key, member in value.items():
            found |= leaves(member, f"{path}.{key}" if path else key)
        return found
    if isinstance(value, list) and value and any(isinstance(member, dict) for member in value):
        found = {}
        for index, member in enumerate(value):
            found |= leaves(member, f"{path}[{index}]")
        return found
    return {path: value}


def rendered(change: dict) -> list[str]:
    """The changed leaves of one resource, as a reviewer reads them; of a creation or a destruction only the fact."""
    actions = change["actions"]
    if actions in (["create"], ["delete"]):
        return []
    before, after = leaves(change["before"]), leaves(change["after"])
    unknown = {path for path, value in leaves(change.get("after_unknown") or {}).items() if value is True}
    hidden = leaves(change.get("after_sensitive") or {})
    lines = []
    for path in sorted(before.keys() | after.keys() | unknown):
        if not path:
            continue
        was = before.get(path)
        now = UNKNOWN if path in unknown else after.get(path)
        if was == now or (was in ({}, [], None) and now in ({}, [], None)):
            continue
        if hidden.get(path) is True:
            lines.append(f"    {path}: (sensitive)")
            continue
        lines.append(f"    {path}: {json.dumps(was)} -> {now if now == UNKNOWN else json.dumps(now)}")
    return lines


def without_times(text: str) -> str:
    """Times and what the emulator draws differ from run to run."""
    text = re.sub(r'"\d{4}-\d\d-\d\d[T ][^"]*"', '"TIME"', text)
    text = re.sub(r'"[0-9a-f]{64}"', '"DIGEST"', text)
    text = re.sub(r'"https?://[^"]*"', '"URL"', text)
    text = re.sub(r'"[0-9a-f]{64}/[^"]*"', '"REVISION"', text)
    text = re.sub(r'"session_[-0-9_]+"', '"SESSION"', text)
    return re.sub(r"\.[0-9a-z]{6}\.svc\.", ".HASH.svc.", text)


class GoldenPlans(ExampleCase):
    maxDiff = None

    def shown(self, edit: dict[str, str]) -> str:
        override = "\n".join(f"  {name} = {value}" for name, value in edit.items())
        self.example.write("edit_override.tf", f'module "ray_serve" {{\n{override}\n}}\n')
        try:
            planned = self.example.checked("plan", "-no-color", "-out=plan.out")
            plan = json.loads(self.example.checked("show", "-json", "plan.out").out)
        finally:
            self.example.remove("edit_override.tf")
        lines = []
        for resource in sorted(plan["resource_changes"], key=lambda resource: resource["address"]):
            actions = resource["change"]["actions"]
            if actions in (["no-op"], ["read"]):
                continue
            lines.append(f"{'+'.join(actions)} {resource['address']}")
            lines += rendered(resource["change"])
        warnings = sorted(set(re.findall(r"(?m)^[│ ]*Warning: (.*)$", planned.text)))
        lines += [f"warning: {summary}" for summary in warnings]
        return without_times("\n".join(lines)) + "\n"

    def test_every_edit_shows_what_it_touches_and_nothing_else(self):
        for name, edit in EDITS.items():
            with self.subTest(edit=name):
                golden = GOLDEN / f"{name}.txt"
                shown = self.shown(edit)
                if os.environ.get("SPCS_UPDATE_GOLDEN"):
                    golden.parent.mkdir(parents=True, exist_ok=True)
                    golden.write_text(shown)
                self.assertEqual(golden.read_text(), shown)

    def test_the_kept_plans_are_those_of_the_edits(self):
        self.assertEqual(sorted(file.stem for file in GOLDEN.glob("*.txt")), sorted(EDITS))
