#!/usr/bin/env bash
# Prints what the browser loads of the application, raw and brotli, and each file's share, and fails where .ci/wasm-budget is outgrown.
# `.ci/wasm-size.sh --record` writes the sizes reached into the budget.
set -euo pipefail
cd "$(dirname "$0")/.."
shopt -s nullglob

pkg=target/site/pkg
main=("$pkg"/{doorward.{js,wasm},page.js}.br)
all=("$pkg"/*.{js,wasm}.br)
[ -f "$pkg/doorward.wasm.br" ] || { echo "wasm-size: no $pkg/doorward.wasm.br, run 'make build'" >&2; exit 1; }

over=0
for part in main all; do
  declare -n files=$part
  raw=$(gzip -dc "${files[@]/%.br/.gz}" | wc -c) brotli=$(cat "${files[@]}" | wc -c)
  budget=$(awk -v part="$part" '$1 == part { print $2 }' .ci/wasm-budget)
  printf '%-5s %3d files  %8d raw  %8d brotli  %8d budget\n' "$part" "${#files[@]}" "$raw" "$brotli" "$budget"
  if [ "${1:-}" = --record ]; then
    sed -i "s/^$part .*/$part $brotli/" .ci/wasm-budget
  elif ((brotli > budget)); then
    echo "wasm-size: '$part' is $((brotli - budget)) bytes over the budget in .ci/wasm-budget" >&2
    over=1
  fi
done
for file in "${all[@]}"; do printf '%46d brotli  %s\n' "$(wc -c <"$file")" "$(basename "$file" .br)"; done
exit $over
