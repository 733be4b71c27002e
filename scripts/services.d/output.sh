say() { printf 'services: %s\n' "$*"; }

fail() {
  printf 'services: %s\n' "$*" >&2
  exit 1
}

usage_error() {
  printf 'services: %s\nTry: scripts/services --help\n' "$*" >&2
  exit 2
}

# explain_failure LOG MESSAGE: the reason is usually in the last lines of the server's log.
explain_failure() {
  tail -n 15 "$1" >&2 2>/dev/null || true
  fail "$2 (log: $1)"
}
