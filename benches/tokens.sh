#!/usr/bin/env bash
# Access tokens: given, checked and asked about, beside npm's oidc-provider with its store in memory. Both are driven by
# wrk in the same way in the same run; Doorward has its data in SQLite, on disk. Run by `make bench`; prints a table.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "== access tokens: CPU and p99 of Doorward and of oidc-provider, about 2 minutes"
folder=$(mktemp -d "$PWD/target/bench.XXXXXX") # on a disk, which /tmp need not be
trap 'rm -rf "$folder"' EXIT
node benches/tokens/drive.js "$folder"
