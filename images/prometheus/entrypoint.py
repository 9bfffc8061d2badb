# SPDX-License-Identifier: MPL-2.0
"""Writes Prometheus' configuration and becomes Prometheus.

    RAY_TEMP_DIR          default /tmp/ray: where Ray's head lists its nodes
    PROMETHEUS_HOST       default 0.0.0.0; PROMETHEUS_PORT default 9090
    PROMETHEUS_DATA_DIR   default /tmp/prometheus; PROMETHEUS_RETENTION default 2d
    PROMETHEUS_BIN        default: the one on PATH
"""

import os
import shutil
import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def main(arguments: list[str]) -> int:
    environment = os.environ
    wanted = environment.get("PROMETHEUS_BIN") or "prometheus"
    program = shutil.which(wanted)
    if program is None:
        print(f"prometheus: there is no program {wanted}; Debian has it in the package prometheus", file=sys.stderr)
        return 2
    data = Path(environment.get("PROMETHEUS_DATA_DIR", "/tmp/prometheus"))
    data.mkdir(parents=True, exist_ok=True)
    text = (_HERE / "prometheus.yml").read_text()
    configuration = data / "prometheus.yml"
    configuration.write_text(text.replace("${RAY_TEMP_DIR}", environment.get("RAY_TEMP_DIR", "/tmp/ray")))
    host, port = environment.get("PROMETHEUS_HOST", "0.0.0.0"), environment.get("PROMETHEUS_PORT", "9090")
    command = [
        program,
        f"--config.file={configuration}",
        f"--storage.tsdb.path={data / 'tsdb'}",
        f"--storage.tsdb.retention.time={environment.get('PROMETHEUS_RETENTION', '2d')}",
        f"--web.listen-address={host}:{port}",
        *arguments,
    ]
    os.execv(program, command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
