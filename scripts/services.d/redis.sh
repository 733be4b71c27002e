# Redis 7 from Debian 12 (Debian 13 has Redis 8).

readonly REDIS_FOLDER=$HOME_FOLDER/redis
readonly REDIS_ROOT=$REDIS_FOLDER/root
readonly REDIS_DATA=$HOME_FOLDER/redis-data
readonly REDIS_RECIPE='bookworm: redis-server; 1'

redis_install() {
  installed "$REDIS_FOLDER" "$REDIS_RECIPE" && return
  unpack_packages "$REDIS_FOLDER" bookworm redis-server
  mark_installed "$REDIS_FOLDER" "$REDIS_RECIPE"
}

# 'noeviction' because queues live here: with allkeys-lru Redis silently drops jobs.
redis_up() {
  is_running redis && return
  mkdir -p "$REDIS_DATA" && chown nobody "$REDIS_DATA"
  with_own_libraries "$REDIS_ROOT"
  start_process redis "$REDIS_DATA/log" "${AS_NOBODY[@]}" "${OWN_LIBRARIES[@]}" \
    "$REDIS_ROOT/usr/bin/redis-server" --bind 127.0.0.1 --port "$REDIS_PORT" --dir "$REDIS_DATA" \
    --appendonly yes --maxmemory-policy noeviction --repl-diskless-sync-delay 0
  wait_for_answer redis redis_answers || explain_failure "$REDIS_DATA/log" 'Redis does not start'
}

redis_answers() {
  timeout 2 bash -c \
    'exec 3<>"/dev/tcp/127.0.0.1/$1" && printf "PING\r\n" >&3 && read -r line <&3 && [[ $line == +PONG* ]]' _ "$REDIS_PORT" 2>/dev/null
}

redis_down() { stop_process redis; }
redis_wipe() { rm -rf "$REDIS_DATA"; }
redis_processes() { echo redis; }
