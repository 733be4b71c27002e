# PgBouncer from Debian 13. It is only installed: tests start it themselves, each with a configuration of its own.

readonly PGBOUNCER_FOLDER=$HOME_FOLDER/pgbouncer
readonly PGBOUNCER_ROOT=$PGBOUNCER_FOLDER/root
readonly PGBOUNCER_RECIPE='trixie: pgbouncer patchelf; 1'

pgbouncer_install() {
  installed "$PGBOUNCER_FOLDER" "$PGBOUNCER_RECIPE" && return
  unpack_packages "$PGBOUNCER_FOLDER" trixie pgbouncer patchelf
  bind_own_libraries "$PGBOUNCER_ROOT" "$PGBOUNCER_ROOT/usr/sbin/pgbouncer"
  mark_installed "$PGBOUNCER_FOLDER" "$PGBOUNCER_RECIPE"
}

pgbouncer_up() { :; }
pgbouncer_down() { :; }
pgbouncer_wipe() { :; }
