#!/usr/bin/env bash
# Builds target/release/doorward: first the browser's files, compressed, then the server that holds them.
# Does nothing when the last build's binary is still there and no source is newer.
set -euo pipefail
cd "$(dirname "$0")/.."

sum=target/doorward.sha256
if sha256sum --status --check "$sum" 2>/dev/null &&
  [ -z "$(find Cargo.* src style public migrations build .ci/{build,api-docs,setup}.sh .ci/precompress.mjs \
    -newer "$sum" -print -quit)" ]; then
  exit
fi

if [ -d target/release ]; then about="up to 15 minutes"; else about="about 18 minutes the first time"; fi
echo "build: target/release/doorward, $about"
mkdir -p target
begun=$(mktemp target/begun.XXXXXX)
trap 'rm -f "$begun"' EXIT
.ci/styles.sh
.ci/api-docs.sh
echo "build: compiling what drives the build"
cargo build --locked --manifest-path build/Cargo.toml --target-dir target/driver
target/driver/debug/doorward-build
sha256sum target/release/doorward >"$sum"
touch -r "$begun" "$sum" # a file saved during the build is newer
