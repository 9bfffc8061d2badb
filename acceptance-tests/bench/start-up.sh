#!/usr/bin/env bash
# SPDX-License-Identifier: MPL-2.0
# Measures the provider's start-up against a do-nothing provider in Go, both in the same run: JSON lines on stdout.
#   acceptance-tests/bench/start-up.sh [EXECUTABLE] [RUNS]
# Needs Go, from PATH or where script/bootstrap --test installs it. Everything that Go writes goes to the cache folder.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
provider="${1:-$here/../../build/release/bin/terraform-provider-spcs}"
runs="${2:-41}"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/spcs"
work="$cache/bench"
# Bootstrap installs Go only where that on PATH is missing or too old, so its own goes first.
PATH="$cache/go/bin:$PATH"

command -v go >/dev/null || { echo "start-up: no Go; run script/bootstrap --test" >&2; exit 1; }
[ -x "$provider" ] || { echo "start-up: no executable $provider; run script/build" >&2; exit 1; }

mkdir -p "$work"
for folder in go-provider start-up; do
  mkdir -p "$work/$folder"
  cp -u "$here/$folder/main.go" "$work/$folder/"
done
# go.sum is made here and not kept in the repository; the versions are pinned in go.mod.
if ! cmp -s "$here/go.mod" "$work/go.mod.original"; then
  cp "$here/go.mod" "$work/go.mod"
  (cd "$work" && go mod tidy) >&2
  cp "$here/go.mod" "$work/go.mod.original"
fi
(cd "$work" && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$work/bin/" ./go-provider ./start-up) >&2

"$work/bin/start-up" -runs "$runs" spcs="$provider" go-nothing="$work/bin/go-provider"
