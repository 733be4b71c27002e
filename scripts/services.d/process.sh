# Background processes, each recorded in a file under $RUN_FOLDER.

# A pid may have been given to a stranger since; with its start time and the boot it is unique.
# Prints nothing and fails for a process that is gone or a zombie.
process_identity() { # PID
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  local -a fields
  read -ra fields <<<"${stat##*) }" # the name in parentheses may contain spaces
  [[ ${fields[0]} != Z ]] || return 1
  echo "$1 ${fields[19]} $(</proc/sys/kernel/random/boot_id)"
}

record_process() { # NAME PID
  mkdir -p "$RUN_FOLDER"
  process_identity "$2" >"$RUN_FOLDER/$1.pid"
}

# The pid of a recorded process that still runs.
recorded_pid() { # NAME
  local recorded
  recorded=$(cat "$RUN_FOLDER/$1.pid" 2>/dev/null) || return 1
  [[ -n $recorded && $(process_identity "${recorded%% *}") == "$recorded" ]] || return 1
  echo "${recorded%% *}"
}

is_running() { recorded_pid "$1" >/dev/null; } # NAME

# Detached from the terminal and without our lock, which a server would otherwise hold as long as it lives.
start_process() { # NAME LOG COMMAND...
  local name=$1 log=$2
  shift 2
  setsid "$@" >>"$log" 2>&1 </dev/null {LOCK}>&- &
  record_process "$name" $! || true # gone already: the caller's wait for an answer reports it
}

# Waits for the process to end, and kills it after ten seconds.
stop_process() { # NAME [SIGNAL]
  local name=$1 signal=${2:-TERM} pid
  if pid=$(recorded_pid "$name"); then
    kill -s "$signal" "$pid" 2>/dev/null || true
    wait_until 10 process_ended "$name" || kill -s KILL "$pid" 2>/dev/null || true
    wait_until 5 process_ended "$name" || fail "$name (pid $pid) does not end"
  fi
  rm -f "$RUN_FOLDER/$name.pid"
}
process_ended() { ! is_running "$1"; }

wait_until() { # SECONDS CONDITION...
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

# Fails at once when the process has ended, as it will never answer then.
wait_for_answer() { # NAME CONDITION...
  local name=$1
  shift
  wait_until 30 answered_or_ended "$name" "$@" && is_running "$name"
}
answered_or_ended() { # NAME CONDITION...
  is_running "$1" || return 0
  "${@:2}"
}

# Any HTTP answer counts; needs neither curl nor wget, which a fresh machine may lack.
http_answers() { # PORT PATH
  timeout 2 bash -c '
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf "GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n" "$2" >&3
    read -r line <&3 && [[ $line == HTTP/* ]]' _ "$1" "$2" 2>/dev/null
}

# Loopback servers need no rights of root, and PostgreSQL refuses them. A prefix and no function: setsid starts it.
readonly AS_NOBODY=(setpriv --reuid=nobody --regid=nogroup --clear-groups
  env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 HOME=/tmp)
