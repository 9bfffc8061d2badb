# SPDX-License-Identifier: MPL-2.0
"""The Serve configuration that the keeper keeps: taken from Serve's own answer, hashed as the provider hashes it, stored
in a folder for each application, so that the provider can take one away while the head does not run (it removes
`app-<name>/`, provider/resources/ray_kept.cc). A folder has two files that are written in turn, because a stage knows
neither append nor rename."""

import hashlib
import json
import os
import time
import urllib.parse
from pathlib import Path

# What the deployer adds to an application is an environment variable of this prefix: no part of the configuration.
ADDED_PREFIX = "SPCS_"
_PARTS = ("name", "route_prefix", "import_path", "runtime_env", "args", "deployments")
_REDACTED = "<redacted>"


def from_answer(answer: dict) -> dict | None:
    """The body of a PUT that would make what `GET /api/serve/applications/` shows; None when it hides a value."""
    applications = [
        shown["deployed_app_config"]
        for _, shown in sorted(answer.get("applications", {}).items())
        if shown.get("status") != "DELETING" and shown.get("deployed_app_config")
    ]
    config: dict = {"applications": applications}
    if applications:
        for part in ("proxy_location", "http_options", "grpc_options", "target_capacity"):
            if answer.get(part) is not None:
                config[part] = answer[part]
    return None if _REDACTED in json.dumps(config) else config


def application_hash(application: dict) -> str:
    """SHA-256 of the application as `spcs_ray_serve_model` writes it: sorted keys, no spaces, whole numbers as such."""
    plain = {part: application[part] for part in _PARTS if part in application}
    environment = plain.get("runtime_env")
    if isinstance(environment, dict) and isinstance(environment.get("env_vars"), dict):
        kept = {k: v for k, v in environment["env_vars"].items() if not k.startswith(ADDED_PREFIX)}
        environment = {**environment, "env_vars": kept}
        if not kept:
            del environment["env_vars"]
        plain["runtime_env"] = environment
    if not plain.get("runtime_env"):
        plain.pop("runtime_env", None)
    if plain.get("args") in ({}, None):
        plain.pop("args", None)
    text = json.dumps(_whole(plain), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _whole(value):
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_whole(member) for member in value]
    return value


class Store:
    """`app-<name>/` for each application and `options/` for the rest of the configuration."""

    def __init__(self, folder: Path):
        self._folder = Path(folder)

    def load(self) -> dict | None:
        """The configuration last saved; None when there is none."""
        kept = [_Record(folder).load() for folder in self._folders()]
        options = _Record(self._folder / "options").load()
        if options is None and not kept:
            return None
        return {"applications": [application for application in kept if application], **(options or {})}

    def save(self, config: dict) -> None:
        applications = {self._folder_of(application): application for application in config["applications"]}
        options = {name: value for name, value in config.items() if name != "applications"}
        # Without an application nothing of Serve is worth keeping.
        if applications:
            _Record(self._folder / "options").save(options)
        for folder in self._folders():
            if folder not in applications:
                _Record(folder).save(None)
        for folder, application in applications.items():
            _Record(folder).save(application)

    def _folder_of(self, application: dict) -> Path:
        return self._folder / ("app-" + urllib.parse.quote(application.get("name", ""), safe=""))

    def _folders(self) -> list[Path]:
        return sorted(self._folder.glob("app-*"))


class _Record:
    """A value in two files of a folder; the newer whole one counts. A write that is cut off leaves the other."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._files = [folder / f"serve-{number}.json" for number in (0, 1)]

    def load(self) -> dict | None:
        """The value last saved; None when there is none."""
        newest = self._newest()
        return newest["config"] if newest else None

    def save(self, value: dict | None) -> None:
        newest = self._newest()
        if (newest["config"] if newest else None) == value:
            return
        sequence = newest["sequence"] + 1 if newest else 1
        self._folder.mkdir(parents=True, exist_ok=True)
        record = {"sequence": sequence, "saved": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "config": value}
        record["check"] = _check(record)
        with open(self._files[sequence % 2], "w", encoding="utf-8") as file:
            file.write(json.dumps(record))
            file.flush()
            os.fsync(file.fileno())

    def _newest(self) -> dict | None:
        records = [record for record in map(_read, self._files) if record]
        return max(records, key=lambda record: record["sequence"], default=None)


def _check(record: dict) -> str:
    text = json.dumps([record["sequence"], record["config"]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _read(file: Path) -> dict | None:
    """A record; None when the file is absent, cut off or not ours."""
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        whole = isinstance(record, dict) and isinstance(record["config"], dict | None) and record["check"] == _check(record)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return record if whole else None
