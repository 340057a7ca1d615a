#!/usr/bin/env bash
# The users list at a million: that every sort and filter still walks one index, and how fast the users get there.
# Run by `make bench`, beside a PostgreSQL of its own (.ci/with-postgres.sh). Prints; fails only where a plan does.
set -euo pipefail
cd "$(dirname "$0")/.."
users=${USERS:-1000000}

echo "== every sort, alone and with one filter, over $users users: at most 4 pages read"
DOORWARD_PLAN_USERS=$users cargo test --locked --release --features ssr --lib -- users::tests::plans --nocapture

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
echo "== doorward seed --users $users"
for engine in sqlite postgres; do
  case $engine in
    sqlite) url=sqlite://$folder/seed.db ;;
    postgres)
      psql -X -q -d "$TEST_POSTGRES_URL" -c "create database seed"
      url=${TEST_POSTGRES_URL/\/postgres?//seed?}
      ;;
  esac
  printf '%-9s' "$engine"
  DOORWARD_DATABASE_URL=$url DOORWARD_LOG=warn target/release/doorward seed --users "$users" 2>/dev/null | tail -1
done
