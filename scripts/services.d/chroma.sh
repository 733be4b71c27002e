# Chroma's server from the npm package, installed in the state folder: it is none of the project's dependencies.

readonly CHROMA_FOLDER=$HOME_FOLDER/chroma
readonly CHROMA_DATA=$HOME_FOLDER/chroma-data
readonly CHROMA_PACKAGE=chromadb@3.5.0
readonly CHROMA_RECIPE="npm: $CHROMA_PACKAGE; 1"

chroma_install() {
  installed "$CHROMA_FOLDER" "$CHROMA_RECIPE" && return
  command -v npm >/dev/null || fail 'Chroma comes from npm, which is not installed'
  rm -rf "$CHROMA_FOLDER" && mkdir -p "$CHROMA_FOLDER"
  echo '{ "private": true }' >"$CHROMA_FOLDER/package.json"
  (cd "$CHROMA_FOLDER" && npm install --silent --no-fund --no-audit --ignore-scripts "$CHROMA_PACKAGE" >/dev/null) ||
    fail "npm could not install $CHROMA_PACKAGE"
  mark_installed "$CHROMA_FOLDER" "$CHROMA_RECIPE"
}

# The server inside the package wants glibc ≥ 2.39 and Debian 12 has 2.36, so Node starts on PostgreSQL's C library.
chroma_up() {
  is_running chroma && return
  mkdir -p "$CHROMA_DATA"
  with_own_libraries "$POSTGRES_ROOT"
  start_process chroma "$CHROMA_DATA/log" "${OWN_LIBRARIES[@]}" "$(readlink -f "$(command -v node)")" \
    "$CHROMA_FOLDER/node_modules/chromadb/dist/cli.mjs" run --path "$CHROMA_DATA" --host 127.0.0.1 --port "$CHROMA_PORT"
  wait_for_answer chroma http_answers "$CHROMA_PORT" /api/v2/heartbeat || explain_failure "$CHROMA_DATA/log" 'Chroma does not start'
}

chroma_down() { stop_process chroma KILL; } # it ignores TERM and INT
chroma_wipe() { rm -rf "$CHROMA_DATA"; }
chroma_processes() { echo chroma; }
