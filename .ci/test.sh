#!/usr/bin/env bash
# Everything CI runs, stage by stage. One that fails lets the others run, as far as they can without it; the end names all
# that failed, with the times and the counts.
set -euo pipefail
cd "$(dirname "$0")/.."

logs=target/test-logs
rm -rf "$logs"
mkdir -p "$logs"
times=()
failed=() # also what could not run without a stage that failed
now=

# stage NAME AFTER COMMAND…: not begun when AFTER, the name of an earlier stage or nothing, failed.
stage() {
  now=$1
  local begin=$SECONDS ended=
  printf '\n\033[1m== %s\033[0m\n' "$now"
  if [ -n "$2" ] && [[ " ${failed[*]/%/,}" == *" $2,"* ]]; then
    ended=" NOT RUN, as the $2 failed"
  else
    "${@:3}" || ended=" FAILED"
  fi
  times+=("$(printf '%5d s  %s%s' $((SECONDS - begin)) "$now" "$ended")")
  [ -z "$ended" ] || failed+=("$now")
  now=
}

# logged NAME COMMAND…: the closing lines are counted from the log.
logged() { "${@:2}" 2>&1 | tee "$logs/$1"; }

rust_tests() { logged rust .ci/with-postgres.sh cargo test --locked --features ssr; }
browser_tests() { logged browser .ci/with-postgres.sh npm test --prefix end2end --silent; }
client_tests() { logged client .ci/with-postgres.sh npm test --prefix clients --silent; }

# As an installation that sets nothing prints it.
openapi_is_checked_in() { env -i target/release/doorward openapi | diff docs/openapi.json - | head -40; }

# sum FILE WORD: adds up the "N passed" or "N failed" of cargo's or Playwright's closing lines.
sum() {
  [ -f "$logs/$1" ] || { echo 0; return; }
  { grep -aE '^test result: |^ +[0-9]+ (passed|failed)' "$logs/$1" || true; } |
    { grep -oE "[0-9]+ $2" || true; } | awk '{ n += $1 } END { print n + 0 }'
}

# total WORD: of all stages.
total() { echo $(($(sum rust "$1") + $(sum browser "$1") + $(sum client "$1"))); }

close() {
  local status=$? part all
  printf '\n'
  ((!${#times[@]})) || printf '%s\n' "${times[@]}"
  [ -z "$now" ] || { printf '         %s ENDED EARLY\n' "$now"; failed+=("$now"); }
  printf '%5d s  in all\n\n' "$SECONDS"
  for part in rust browser client; do
    [ ! -f "$logs/$part" ] || echo "$part: $(sum $part passed) passed, $(sum $part failed) failed"
  done
  grep -ah '^test result: ' "$logs/rust" 2>/dev/null || true
  printf -v all '%s, ' "${failed[@]}"
  if ((${#failed[@]})); then echo "make test: FAILED in: ${all%, }"; else echo "make test: ok"; fi
  [ ! -f "$logs/rust" ] || echo "$(total passed) passed, $(total failed) failed"
  ((!${#failed[@]})) || exit $((status ? status : 1))
}
trap close EXIT

stage "set-up" "" .ci/setup.sh rust tools tests
stage "lints" "" .ci/lint.sh
stage "Rust tests, SQLite and PostgreSQL" "" rust_tests
stage "release build" "" .ci/build.sh
stage "size of the browser's files" "release build" .ci/wasm-size.sh
stage "description of the HTTP API" "release build" openapi_is_checked_in
stage "browser tests" "release build" browser_tests
stage "clients that nobody here wrote" "release build" client_tests
