# Debian packages unpacked into a folder beside the system: no maintainer script runs, the system's dpkg is not
# touched, no lock of it is taken, no server is started by its package, and versions of two releases live together.

require_debian_root() {
  local name='' version=''
  [[ -r /etc/os-release ]] && name=$(. /etc/os-release && echo "${ID:-} ${ID_LIKE:-}") &&
    version=$(. /etc/os-release && echo "${PRETTY_NAME:-}")
  [[ " $name " == *' debian '* ]] ||
    fail "no Docker engine answers, and without one only Debian is supported (this is ${version:-no Linux known to us})"
  [[ $(dpkg --print-architecture) == amd64 ]] ||
    fail "without a Docker engine only amd64 is supported (this is $(dpkg --print-architecture))"
  [[ $(id -u) == 0 ]] ||
    fail 'without a Docker engine this needs root: the S3 server runs in a chroot, PostgreSQL as user nobody'
}

# The mirror that this machine uses; its first Debian source, in either of apt's two formats.
debian_mirror() {
  local mirror
  mirror=$(sed -nE 's#^URIs:[[:space:]]*([^[:space:]]*/debian/?)([[:space:]].*)?$#\1#p; s#^deb[[:space:]]+(\[[^]]*\][[:space:]]+)?([^[:space:]]+/debian/?)[[:space:]].*#\2#p' \
    /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | head -n 1)
  echo "${mirror:-http://deb.debian.org/debian}"
}

# Not needed to run the servers: the JIT compiler, cluster tools, and what serves a whole system.
readonly UNWANTED='^(libllvm|libz3-4|perl-modules|postgresql-common|dpkg|locales|libc-l10n|systemd)'

# unpack_packages FOLDER RELEASE PACKAGE...: the packages with all their dependencies, below FOLDER/root.
unpack_packages() {
  local folder=$1 release=$2 apt=$1/apt
  shift 2
  rm -rf "$folder"
  mkdir -p "$apt"/state/lists/partial "$apt"/cache/archives/partial "$folder/root"
  : >"$apt/status" # nothing counts as installed, so that every dependency is fetched
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(debian_mirror) $release main" >"$apt/sources.list"
  local -a options=(
    -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::Etc::preferencesparts=/dev/null -o "Dir::State=$apt/state" -o "Dir::State::status=$apt/status"
    -o "Dir::Cache=$apt/cache" -o APT::Install-Recommends=0 -o APT::Sandbox::User=root -o Debug::NoLocking=1
    -o Acquire::Languages=none -o Acquire::Retries=5 -o APT::Update::Error-Mode=any -qq)
  apt-get "${options[@]}" update
  local -a archives
  mapfile -t archives < <(apt-get "${options[@]}" -y --print-uris install "$@" | awk '{print $2}' | grep -vE "$UNWANTED")
  ((${#archives[@]} > 0)) || fail "Debian $release offers none of: $*"
  apt-get "${options[@]}" -y --download-only install "$@" >/dev/null
  local archive
  for archive in "${archives[@]}"; do
    dpkg-deb --fsys-tarfile "$apt/cache/archives/$archive" | tar -x -C "$folder/root" \
      --exclude=./usr/share/{doc,man,locale} --exclude=./usr/lib/postgresql/17/lib/{bitcode,llvmjit.so}
  done
  rm -rf "$apt"
}

# Debian 12 still has part of its libraries in /lib, Debian 13 all in /usr/lib.
library_path() { echo "$1/usr/lib/x86_64-linux-gnu:$1/lib/x86_64-linux-gnu"; } # ROOT
loader() {                                                                     # ROOT
  local file
  for file in "$1"/{usr/,}lib64/ld-linux-x86-64.so.2; do
    if [[ -e $file ]]; then echo "$file" && return; fi
  done
  fail "no C library was unpacked in $1"
}

# with_own_libraries ROOT: the prefix of a command that runs a program on the C library it was unpacked with.
with_own_libraries() {
  OWN_LIBRARIES=("$(loader "$1")" --library-path "$(library_path "$1")")
}

# bind_own_libraries ROOT PROGRAM...: the same for programs that start each other by name.
bind_own_libraries() {
  local root=$1 program
  shift
  with_own_libraries "$root"
  for program in "$@"; do
    "${OWN_LIBRARIES[@]}" "$root/usr/bin/patchelf" --set-interpreter "$(loader "$root")" \
      --force-rpath --set-rpath "$(library_path "$root")" "$program"
  done
}

# An installation is complete when its recipe is written down; a changed recipe installs anew.
installed() { [[ $(cat "$1/.installed" 2>/dev/null) == "$2" ]]; } # FOLDER RECIPE
mark_installed() { echo "$2" >"$1/.installed"; }                 # FOLDER RECIPE
