# SPDX-License-Identifier: MPL-2.0
"""The grants of docs/guides/privileges.md are enough, and each is needed and named when it is missing."""

import re

from driver import places
from driver.case import TOKEN, Case
from driver.client import Workspace


class Privileges(Case):
    def test_without_each_grant_in_turn(self):
        grants = places.guide_statements()
        self.assertGreater(len(grants), 3)
        for missing in grants:
            with self.subTest(missing=missing):
                self.applies_without(missing, grants)

    def applies_without(self, missing: str, grants: list[str]) -> None:
        emulator = self.emulator(granted=False, images=places.example_images())
        emulator.grant([grant for grant in grants if grant != missing])
        number = len(list(self.folder.glob("work*")))
        workspace = Workspace.of_example(
            self.client,
            self.folder / f"work{number}",
            "vicuna13b",
            emulator.environment() | {"TF_VAR_hf_token": TOKEN},
        )
        workspace.init()
        result = workspace.apply(timeout=300)
        privilege, kind, role = re.fullmatch(r"GRANT (.+) ON (.+) TO ROLE (\S+)", missing).groups()
        self.assert_fails(result, privilege, kind.split()[0], role)
        # The missing grant is all that stood in the way.
        emulator.grant([missing])
        self.assert_ok(workspace.apply(timeout=300))
        self.assert_ok(workspace.destroy(timeout=300))
        emulator.stop()
