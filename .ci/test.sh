#!/usr/bin/env bash
# Everything CI runs, stage by stage; stops at the first that fails and closes with the times and the counts.
set -euo pipefail
cd "$(dirname "$0")/.."

logs=target/test-logs
rm -rf "$logs"
mkdir -p "$logs"
times=()
now=

stage() {
  now=$1
  local begin=$SECONDS
  printf '\n\033[1m== %s\033[0m\n' "$now"
  "${@:2}"
  times+=("$(printf '%5d s  %s' $((SECONDS - begin)) "$now")")
  now=
}

# logged NAME COMMAND…: the closing lines are counted from the log.
logged() { "${@:2}" 2>&1 | tee "$logs/$1"; }

rust_tests() { logged rust .ci/with-postgres.sh cargo test --locked --features ssr; }
browser_tests() { logged browser .ci/with-postgres.sh npm test --prefix end2end --silent; }
client_tests() { logged client .ci/with-postgres.sh npm test --prefix clients --silent; }

# sum FILE WORD: adds up the "N passed" or "N failed" of cargo's or Playwright's closing lines.
sum() {
  [ -f "$logs/$1" ] || { echo 0; return; }
  { grep -aE '^test result: |^ +[0-9]+ (passed|failed)' "$logs/$1" || true; } |
    { grep -oE "[0-9]+ $2" || true; } | awk '{ n += $1 } END { print n + 0 }'
}

# total WORD: of all stages.
total() { echo $(($(sum rust "$1") + $(sum browser "$1") + $(sum client "$1"))); }

close() {
  local status=$? part
  printf '\n'
  ((!${#times[@]})) || printf '%s\n' "${times[@]}"
  [ -z "$now" ] || printf '         %s FAILED\n' "$now"
  printf '%5d s  in all\n\n' "$SECONDS"
  for part in rust browser client; do
    [ ! -f "$logs/$part" ] || echo "$part: $(sum $part passed) passed, $(sum $part failed) failed"
  done
  grep -ah '^test result: ' "$logs/rust" 2>/dev/null || true
  if ((status)); then echo "make test: FAILED${now:+ in: $now}"; else echo "make test: ok"; fi
  [ ! -f "$logs/rust" ] || echo "$(total passed) passed, $(total failed) failed"
}
trap close EXIT

stage "set-up" .ci/setup.sh rust tools tests
stage "lints" .ci/lint.sh
stage "Rust tests, SQLite and PostgreSQL" rust_tests
stage "release build" .ci/build.sh
stage "size of the browser's files" .ci/wasm-size.sh
stage "browser tests" browser_tests
stage "clients that nobody here wrote" client_tests
