# What the scripts of this directory share. To be sourced; sets `root`, the top of the repository.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# Runs a command as root, through sudo if need be. PATH stays, so that Swift is found.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo env "PATH=$PATH" "$@"; fi
}

# Installs those of the Debian packages named that are missing. Services that come with them are not started.
need_packages() {
  local package missing=()
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "Installing ${missing[*]}"
  local policy=/usr/sbin/policy-rc.d made_policy=
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    made_policy=yes
  fi
  local status=0
  { as_root apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null; } || status=$?
  if [ -n "$made_policy" ]; then as_root rm -f "$policy"; fi
  [ "$status" -eq 0 ] || fail "could not install ${missing[*]}"
}

# Makes the virtual environment .build/python with the packages of tools/python-packages, the controllers of the
# system tests, unless it is there already.
need_python_packages() {
  local list=$root/tools/python-packages environment=$root/.build/python
  cmp -s "$list" "$environment/packages" && return
  need_packages python3-venv
  say "Installing the Python packages of tools/python-packages"
  rm -rf "$environment"
  /usr/bin/python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$list" ||
    fail "could not install the Python packages"
  cp "$list" "$environment/packages"
}

need_swift() {
  command -v swift >/dev/null || fail "Swift 6.3 is needed: https://www.swift.org/install/linux/debian/12/"
}

# Builds programs, those of the switch unless others are named, with optimisation, the Swift runtime linked in.
build_release() {
  local product
  if [ $# -eq 0 ]; then set -- apusd apus; fi
  for product in "$@"; do
    swift build --package-path "$root" -c release --static-swift-stdlib --product "$product"
  done
}

# The process ID of the daemon whose run directory is $1; nothing when it does not run. A recorded number
# counts only while it belongs to an `apusd` of that directory.
daemon_pid() {
  local pid
  pid=$(cat "$1/apusd.pid" 2>/dev/null) || return 0
  [[ $pid =~ ^[0-9]+$ ]] || return 0
  tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF -- "$1" || return 0
  [ "$(basename "$(readlink "/proc/$pid/exe")" ' (deleted)')" = apusd ] && say "$pid"
  return 0
}

# Starts the daemon with the run directory $1, which is made anew, and waits until it answers.
start_daemon() {
  local i
  rm -rf "$1"
  mkdir -m 750 -p "$1"
  "$bin/apusd" --run-dir "$1" >"$1/log" 2>&1 &
  for ((i = 0; i < 100; i++)); do
    "$bin/apus" --run-dir "$1" version >/dev/null 2>&1 && return
    sleep 0.05
  done
  cat "$1/log" >&2
  fail "apusd did not start"
}

# Ends the daemon of run directory $1, if it runs, and removes the directory.
stop_daemon() {
  local pid i
  pid=$(daemon_pid "$1")
  if [ -n "$pid" ]; then
    kill "$pid"
    for ((i = 0; i < 100; i++)); do
      [ -n "$(daemon_pid "$1")" ] || break
      sleep 0.05
    done
    pid=$(daemon_pid "$1")
    if [ -n "$pid" ]; then kill -KILL "$pid"; fi
  fi
  rm -rf "$1"
}

# The network namespaces whose names start with $1, one a line.
namespaces() { ip netns list 2>/dev/null | awk -v prefix="$1" 'index($1, prefix) == 1 { print $1 }'; }

# Removes the network namespaces whose names start with $1, and ends what still runs in them.
remove_namespaces() {
  local name pids
  for name in $(namespaces "$1"); do
    pids=$(ip netns pids "$name" 2>/dev/null) || pids=
    # Only processes of this namespace, by number.
    if [ -n "$pids" ]; then kill $pids 2>/dev/null || true; fi
    ip netns delete "$name"
  done
}
