#!/usr/bin/env bash
# Runs a command beside a PostgreSQL of its own: .ci/with-postgres.sh COMMAND…
# The cluster lives in a temporary folder, belongs to an unprivileged user, listens on a socket there and, with TLS, on
# this machine's TEST_POSTGRES_PORT, is named to the command by TEST_POSTGRES_URL, and is gone afterwards. A
# TEST_POSTGRES_URL that is already set is used instead.
# AUTOVACUUM=on lets it gather statistics by itself, as an installation does.
# Where POSTGRES_DATA names a folder, the data is kept in it for the next time.
set -euo pipefail
[ -z "${TEST_POSTGRES_URL:-}" ] || exec "$@"

if ! command -v initdb >/dev/null; then
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  [ -n "$bin" ] || { echo "with-postgres: PostgreSQL is missing, 'make setup' installs it" >&2; exit 1; }
  export PATH=$bin:$PATH
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/doorward-postgres.XXXXXX")
data=${POSTGRES_DATA:-$folder/data}
mkdir -p "$data"
as=() # PostgreSQL refuses to run as root
if [ "$(id -u)" = 0 ]; then
  chown nobody "$folder" "$data"
  as=(runuser -u nobody --)
fi
server() { (cd "$folder" && "${as[@]}" "$@"); }

how=immediate
[ -z "${POSTGRES_DATA:-}" ] || how=fast # what is kept is put in order

command=
stop() {
  trap '' INT TERM HUP
  [ -z "$command" ] || kill -TERM -- "-$command" 2>/dev/null || true
  server pg_ctl -D "$data" -m "$how" -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Sorted as people do, not by bytes: a query that forgets its collation shows here.
[ -e "$data/PG_VERSION" ] ||
  server initdb -D "$data" -U postgres -A trust -E UTF8 --no-sync \
    --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US >"$folder/initdb.log" 2>&1 ||
  { cat "$folder/initdb.log" >&2; exit 1; }

# An authority, a certificate of it for localhost, and an authority that signed nothing.
openssl() { command openssl "$@" 2>>"$folder/openssl.log" || { cat "$folder/openssl.log" >&2; exit 1; }; }
key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30)
for ca in ca foreign; do
  openssl req -x509 "${key[@]}" -subj "/CN=$ca" -keyout "$folder/$ca.key" -out "$folder/$ca.crt"
done
openssl req "${key[@]}" -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout "$folder/server.key" \
  -out "$folder/server.csr"
openssl x509 -req -in "$folder/server.csr" -CA "$folder/ca.crt" -CAkey "$folder/ca.key" -CAcreateserial -days 30 \
  -copy_extensions copy -out "$folder/server.crt"
chmod 600 "$folder"/*.key
[ "$(id -u)" != 0 ] || chown nobody "$folder"/server.*
server tee "$data/pg_hba.conf" >/dev/null <<'HBA'
local     all all                   trust
hostssl   all tls_only   localhost  trust
hostnossl all clear_only localhost  trust
HBA

# Tests ask for statistics when they want some; what came by itself after a minute would change plans between two lines.
port=
for _ in 1 2 3 4 5; do
  port=$((RANDOM % 20000 + 20000)) # one that is taken ends the start
  server pg_ctl -D "$data" -l "$folder/postgres.log" -w start >/dev/null -o "-k '$folder' -p $port \
    -c autovacuum=${AUTOVACUUM:-off} -c listen_addresses=localhost -c fsync=off -c full_page_writes=off -c max_connections=300 \
    -c ssl=on -c ssl_cert_file='$folder/server.crt' -c ssl_key_file='$folder/server.key'" && break
  port=
done
[ -n "$port" ] || { cat "$folder/postgres.log" >&2; exit 1; }
export TEST_POSTGRES_URL="postgres:///postgres?host=$folder&port=$port&user=postgres"
export TEST_POSTGRES_PORT=$port TEST_POSTGRES_CA=$folder/ca.crt TEST_POSTGRES_FOREIGN_CA=$folder/foreign.crt
psql -X -q -d "$TEST_POSTGRES_URL" -c 'do $$ begin create role tls_only login; create role clear_only login;
  exception when duplicate_object then null; end $$'

set -m # the command in its own process group, so that all of it can be ended
"$@" <&0 &
command=$!
set +m
status=0
wait "$command" || status=$?
command=
exit "$status"
