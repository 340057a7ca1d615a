#!/usr/bin/env bash
# Writes target/style/main.css: the files that style/main.css imports, in its order.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p target/style
sed -n 's/^@import "\(.*\)".*;$/\1/p' style/main.css | sed 's|^\./||; s|^|style/|' | xargs cat >target/main.css.new
cmp -s target/main.css.new target/style/main.css || mv target/main.css.new target/style/main.css
