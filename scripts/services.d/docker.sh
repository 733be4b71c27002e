# All services as containers, where a Docker engine answers.

docker_answers() {
  timeout 5 docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1
}

compose() {
  POSTGRES_PORT=$POSTGRES_PORT STANDBY_PORT=$STANDBY_PORT REDIS_PORT=$REDIS_PORT CHROMA_PORT=$CHROMA_PORT \
    S3_PORT=$S3_PORT FSYNC=$FSYNC docker compose --file "$library/../services.compose.yaml" "$@"
}

docker_install() { compose pull --quiet; }

docker_up() {
  record_mode
  compose up --detach --wait
  write_environment_file
  docker_status
}

docker_down() {
  compose down
  forget_mode
}

docker_wipe() {
  compose down --volumes
  forget_mode
}

docker_status() { node "$library/status.mjs" "$@"; }
