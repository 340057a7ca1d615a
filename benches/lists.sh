#!/usr/bin/env bash
# The list of users with 2,000 and with 1,000,000 of them, on both engines, and better-auth's beside it. Prints tables.
#
#   USERS=N           instead of the million
#   BENCH_DATA=FOLDER keeps the databases there, for the next run; a million users take minutes to make
#   ENGINES=SQLite    that one only (or PostgreSQL)
#   EACH=0.2          seconds for each measurement, instead of one
#   ROUNDS=1          measurements of each row and of better-auth's beside it, instead of three, of which the middle counts
#   ONLY=manager      the rows with this in their name, without the aims
#   DOORWARD_BINARY   instead of target/release/doorward
#
# `benches/lists.sh seed` only makes the databases.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${TEST_POSTGRES_URL:-}" ]; then
  export POSTGRES_DATA=${BENCH_DATA:+$(realpath -m "$BENCH_DATA")/postgres}
  AUTOVACUUM=on exec .ci/with-postgres.sh "$0" "$@"
fi

echo "== the list of users on SQLite and PostgreSQL, beside better-auth: about 25 minutes and the seeding"
temporary=$(mktemp -d "$PWD/target/bench.XXXXXX") # on a disk, which /tmp need not be
trap 'rm -rf "$temporary"' EXIT
folder=${BENCH_DATA:-$temporary}
mkdir -p "$folder"
node benches/lists/drive.js "$(realpath "$folder")" "$temporary" "$@"
