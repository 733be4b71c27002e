# Entry point of the standby container: copies the primary once, then runs the given command on the copy.
set -euo pipefail

# Below the volume, as PostgreSQL wants its folder to be its user's alone.
export PGDATA=/var/lib/postgresql/data/standby

if [[ ! -f $PGDATA/.complete ]]; then
  rm -rf "$PGDATA"
  psql -qAt -h postgres -U postgres -o /dev/null \
    -c "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = 'standby'"
  pg_basebackup -h postgres -U postgres -D "$PGDATA" \
    --write-recovery-conf --wal-method=stream --create-slot --slot=standby --checkpoint=fast
  touch "$PGDATA/.complete"
fi
exec "$@"
