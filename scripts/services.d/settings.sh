# Where the services live and listen. Ports differ from the usual ones, so that they meet no server of yours.

DEFAULT_HOME=/var/tmp/aquifer-services
HOME_FOLDER=${AQUIFER_SERVICES_HOME:-$DEFAULT_HOME}
RUN_FOLDER=$HOME_FOLDER/run

POSTGRES_PORT=${AQUIFER_SERVICES_POSTGRES_PORT:-5517}
STANDBY_PORT=${AQUIFER_SERVICES_POSTGRES_STANDBY_PORT:-5518}
REDIS_PORT=${AQUIFER_SERVICES_REDIS_PORT:-6479}
CHROMA_PORT=${AQUIFER_SERVICES_CHROMA_PORT:-8801}
S3_PORT=${AQUIFER_SERVICES_S3_PORT:-9605}
S3_DISK_GIB=${AQUIFER_SERVICES_S3_DISK_GIB:-4}
FSYNC=${AQUIFER_SERVICES_FSYNC:-off}

# What tests and the status probe read; the keys open nothing but this loopback server.
export AQUIFER_TEST_POSTGRES_URL=postgres://postgres@127.0.0.1:$POSTGRES_PORT/postgres
export AQUIFER_TEST_POSTGRES_STANDBY_URL=postgres://postgres@127.0.0.1:$STANDBY_PORT/postgres
export AQUIFER_TEST_REDIS_URL=redis://127.0.0.1:$REDIS_PORT
export AQUIFER_TEST_CHROMA_URL=http://127.0.0.1:$CHROMA_PORT
export AQUIFER_TEST_S3_URL=http://127.0.0.1:$S3_PORT
export AQUIFER_TEST_S3_ACCESS_KEY_ID=AQUIFERTEST
export AQUIFER_TEST_S3_SECRET_ACCESS_KEY=aquifer-test-secret

write_environment_file() {
  local name
  for name in "${!AQUIFER_TEST_@}"; do printf '%s=%s\n' "$name" "${!name}"; done >"$HOME_FOLDER/services.env"
  say "environment: $HOME_FOLDER/services.env"
}

# 'down' and 'status' follow the way 'up' went, even if a Docker engine has come or gone since.
choose_mode() {
  local recorded=$HOME_FOLDER/mode
  MODE=${AQUIFER_SERVICES_MODE:-auto}
  case $MODE in
    docker | native) ;;
    auto) if [[ -s $recorded ]]; then MODE=$(<"$recorded"); elif docker_answers; then MODE=docker; else MODE=native; fi ;;
    *) usage_error "AQUIFER_SERVICES_MODE is '$MODE', allowed: auto, docker, native" ;;
  esac
}
record_mode() { mkdir -p "$HOME_FOLDER" && echo "$MODE" >"$HOME_FOLDER/mode"; }
forget_mode() { rm -f "$HOME_FOLDER/mode"; }
