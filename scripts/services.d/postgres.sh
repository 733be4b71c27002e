# PostgreSQL 17 with pgvector from Debian 13: a primary and a streaming hot standby.

readonly POSTGRES_FOLDER=$HOME_FOLDER/postgres
readonly POSTGRES_ROOT=$POSTGRES_FOLDER/root
readonly POSTGRES_PROGRAMS=$POSTGRES_ROOT/usr/lib/postgresql/17/bin
readonly POSTGRES_DATA=$HOME_FOLDER/postgres-data
readonly POSTGRES_RECIPE='trixie: postgresql-17 postgresql-17-pgvector patchelf; 1'

postgres_install() {
  installed "$POSTGRES_FOLDER" "$POSTGRES_RECIPE" && return
  unpack_packages "$POSTGRES_FOLDER" trixie postgresql-17 postgresql-17-pgvector patchelf
  bind_own_libraries "$POSTGRES_ROOT" "$POSTGRES_PROGRAMS"/*
  mark_installed "$POSTGRES_FOLDER" "$POSTGRES_RECIPE"
}

postgres_up() {
  is_running postgres-primary && is_running postgres-standby && return
  mkdir -p "$POSTGRES_DATA" && chown nobody "$POSTGRES_DATA"
  create_primary
  start_postgres primary
  create_standby
  start_postgres standby
}

postgres_down() {
  # The standby first, or the primary would wait for it to receive the last of its log.
  stop_process postgres-standby INT # INT is PostgreSQL's fast shutdown
  stop_process postgres-primary INT
}

postgres_wipe() { rm -rf "$POSTGRES_DATA"; }

postgres_processes() { echo postgres-primary; }
postgres-standby_processes() { echo postgres-standby; }

create_primary() {
  local data=$POSTGRES_DATA/primary
  [[ -f $data/.complete ]] && return
  rm -rf "$data"
  "${AS_NOBODY[@]}" "$POSTGRES_PROGRAMS/initdb" -D "$data" -U postgres -A trust --locale=C.UTF-8 --encoding=UTF8 >/dev/null
  cat >>"$data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $POSTGRES_PORT
unix_socket_directories = ''
shared_preload_libraries = 'pg_stat_statements'
wal_level = logical
max_wal_senders = 10
max_replication_slots = 10
wal_log_hints = on
max_connections = 200
fsync = $FSYNC
CONF
  "${AS_NOBODY[@]}" touch "$data/.complete"
}

create_standby() {
  local data=$POSTGRES_DATA/standby
  [[ -f $data/.complete ]] && return
  rm -rf "$data"
  "${AS_NOBODY[@]}" "$POSTGRES_PROGRAMS/psql" -qAt -h 127.0.0.1 -p "$POSTGRES_PORT" -U postgres -o /dev/null \
    -c "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = 'standby'"
  # 'fast' checkpoints at once instead of spreading it over minutes.
  "${AS_NOBODY[@]}" "$POSTGRES_PROGRAMS/pg_basebackup" -h 127.0.0.1 -p "$POSTGRES_PORT" -U postgres -D "$data" \
    --write-recovery-conf --wal-method=stream --create-slot --slot=standby --checkpoint=fast
  echo "port = $STANDBY_PORT" >>"$data/postgresql.conf"
  "${AS_NOBODY[@]}" touch "$data/.complete"
}

start_postgres() { # ROLE
  local role=$1 data=$POSTGRES_DATA/$1
  is_running "postgres-$role" && return
  clear_after_crash "$data"
  "${AS_NOBODY[@]}" "$POSTGRES_PROGRAMS/pg_ctl" --silent -D "$data" -l "$POSTGRES_DATA/$role.log" -w start {LOCK}>&- ||
    explain_failure "$POSTGRES_DATA/$role.log" "PostgreSQL ($role) does not start"
  record_process "postgres-$role" "$(head -n 1 "$data/postmaster.pid")"
}

# After a kill -9 the old lock file may name a pid that now belongs to a stranger (or to a zombie), which
# PostgreSQL takes for a living server. Its processes all work in the data folder: none there, none lives.
clear_after_crash() { # DATA
  [[ -f $1/postmaster.pid ]] || return 0
  wait_until 20 no_process_works_in "$1" || fail "a PostgreSQL that this script did not record still runs in $1"
  rm -f "$1/postmaster.pid"
}

no_process_works_in() { # FOLDER
  local link
  for link in /proc/[0-9]*/cwd; do
    [[ $(readlink "$link" 2>/dev/null) != "$1" ]] || return 1
  done
}
