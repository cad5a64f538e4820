#!/bin/bash
# Makes the data directory if there is none, and brings databases, roles and passwords to what roles.sql says,
# with a server that only listens on a local socket. The real server starts after this, from the next container.
set -euo pipefail

here=$(dirname "$0")
export PATH="$POSTGRES_BINARIES:$PATH"

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # A directory of its own until it is whole: an interrupted initdb is started afresh.
  rm -rf "$PGDATA.new"
  initdb --pgdata "$PGDATA.new" --username postgres --encoding UTF8 --locale C.UTF-8 \
    --auth-local trust --auth-host scram-sha-256 --data-checksums
  mv "$PGDATA.new" "$PGDATA"
fi

pg_ctl start --wait --pgdata "$PGDATA" -o "-c listen_addresses='' -c unix_socket_directories=/tmp -c hba_file=$here/pg_hba.conf"
trap 'pg_ctl stop --wait --mode fast --pgdata "$PGDATA"' EXIT
psql --no-psqlrc --host /tmp --username postgres --dbname postgres --file "$here/roles.sql"
