# All services as plain processes of this machine.

readonly PARTS=(postgres pgbouncer redis chroma s3)
readonly SERVICES=(postgres postgres-standby redis chroma s3)

# each_part ACTION: in parallel, as the parts do not depend on each other; fails if one does.
each_part() {
  local part pid failed=0
  local -a pids=()
  for part in "${PARTS[@]}"; do
    "${part}_$1" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
  ((failed == 0)) || fail "$1 failed, see above"
}

native_install() {
  require_debian_root
  umask 022 # the servers' user must be able to read what is unpacked
  cd /
  each_part install
}

native_up() {
  local started=$SECONDS
  native_install
  record_mode
  each_part up
  write_environment_file
  native_status
  say "up after $((SECONDS - started)) s"
}

native_down() {
  each_part down
  forget_mode
  say 'down'
}

native_wipe() {
  native_down
  each_part wipe
  say "data deleted, installation kept in $HOME_FOLDER"
}

# A service may answer although a part of it is dead (the S3 gateway without its storage), so both are looked at.
native_status() {
  local service process
  local -a stopped=()
  for service in "${SERVICES[@]}"; do
    for process in $("${service}_processes"); do
      is_running "$process" || stopped+=("--stopped=$service:$process")
    done
  done
  node "$library/status.mjs" "${stopped[@]}" "$@"
}
