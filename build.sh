#!/usr/bin/env bash
#
# The one door for tools.
#
#   ./build.sh                      lists the targets (they live in build.cake)
#   ./build.sh Run                  builds the shop and runs it, with a PostgreSQL of its own
#   ./build.sh RunSplit             the same as four processes: three hosts and the database
#   ./build.sh Test                 builds and tests; the last line counts
#   ./build.sh Test --filter Name   what follows a target is passed on
#
# It works from any directory, and installs the two things that the .NET SDK does not bring: Cake, for this checkout alone, and
# PostgreSQL's server binaries, if there are none; in CI also Chromium, Prometheus, Alertmanager, PostgreSQL's exporter and Node, without
# which some tests are left out. It keeps to what bash 3.2 knows, which macOS still has.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

die() {
  echo "build.sh: $1" >&2
  exit 1
}

# Whether PostgreSQL 15 or later is installed, in one of the places where the shop looks for its server binaries.
has_postgres() {
  local initdb version
  for initdb in \
    "$(pg_config --bindir 2>/dev/null)/initdb" \
    /usr/lib/postgresql/*/bin/initdb \
    /opt/homebrew/opt/postgresql@*/bin/initdb \
    /usr/local/opt/postgresql@*/bin/initdb \
    "$(command -v initdb)"; do
    version=$("$initdb" --version 2>/dev/null | sed -n 's/^initdb (PostgreSQL) \([0-9][0-9]*\).*/\1/p')
    if [ "${version:-0}" -ge 15 ]; then
      return 0
    fi
  done
  return 1
}

# Runs the command that installs a package as root: by sudo where that needs no password, or where somebody is there to type it.
as_root() {
  local package=$1
  shift
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    sudo "$@"
  else
    die "$package is missing, and installing it takes root. Type: sudo apt-get install $package"
  fi
}

install_postgres() {
  if command -v apt-get >/dev/null; then
    # Debian's package makes a cluster and starts it, unless its common part was there first and says no.
    # An update that fails for one of several sources is no reason to stop: if the package is out of reach, the install says so.
    # shellcheck disable=SC2016 # $settings is for the inner shell to expand
    as_root postgresql sh -euc '
      echo "PostgreSQL 15 or later is missing: installing its server, without a cluster."
      export DEBIAN_FRONTEND=noninteractive
      settings=/etc/postgresql-common/createcluster.conf
      apt-get -q update || true
      apt-get -qy install --no-install-recommends postgresql-common
      grep -q "^create_main_cluster = false" "$settings" || echo "create_main_cluster = false" >> "$settings"
      apt-get -qy install --no-install-recommends postgresql'
  elif command -v brew >/dev/null; then
    brew install postgresql@17
  fi
  has_postgres || die 'PostgreSQL 15 or later is missing. Install its server from https://www.postgresql.org/download/'
}

# What some tests need: of the page in a browser, and of the monitoring. Where it cannot be had, they say so.
install_test_tools() {
  local missing=''
  command -v chromium >/dev/null || missing="$missing chromium"
  command -v promtool >/dev/null || missing="$missing prometheus"
  command -v amtool >/dev/null || missing="$missing prometheus-alertmanager"
  command -v prometheus-postgres-exporter >/dev/null || missing="$missing prometheus-postgres-exporter"
  { command -v node && command -v npm; } >/dev/null || missing="$missing nodejs npm"
  if [ -n "$missing" ] && command -v apt-get >/dev/null; then
    # Debian's packages start what they install, unless a policy says no (invoke-rc.d(8)). In a subshell, which as_root ends when it must.
    # shellcheck disable=SC2016,SC2086 # $policy and $@ are for the inner shell to expand; $missing is several words
    (as_root "${missing# }" sh -euc '
      export DEBIAN_FRONTEND=noninteractive
      policy=/usr/sbin/policy-rc.d
      if [ ! -e "$policy" ]; then
        trap "rm -f $policy" EXIT
        printf "#!/bin/sh\nexit 101\n" > "$policy"
        chmod +x "$policy"
      fi
      apt-get -q update || true
      apt-get -qy install --no-install-recommends "$@"' sh $missing) || true
  fi
}

alive() {
  kill -0 "$1" 2>/dev/null
}

# Waits for a process to end, also when a signal interrupts the waiting, and returns its exit code.
await() {
  while alive "$1"; do
    wait "$1"
  done
  wait "$1"
}

# Starts a program in a process group of its own, so that Ctrl-C reaches this shell alone. Should this shell be killed, Linux tells the
# program to stop.
start() {
  local command=(dotnet "artifacts/bin/$1/release/$1.dll" "${@:2}")
  if setpriv --pdeathsig TERM true 2>/dev/null; then
    command=(setpriv --pdeathsig TERM "${command[@]}")
  fi
  set -m
  "${command[@]}" </dev/null &
  set +m
}

# Runs the database and each host as a process. When one ends, or this shell is told to, all end: the hosts first.
run_split() {
  local connections database host role i modules=(Product Order User) hosts=() stop='' status=0
  connections=$(mktemp) # readable for this user alone
  set +e                # Ctrl-C ends also the command that this shell waits for, which is no reason to end before the hosts have
  # The first signal ends the loops below; a further one tells the hosts to wait for nothing more.
  trap 'if [ -z "$stop" ]; then stop=asked; elif [ ${#hosts[@]} -gt 0 ]; then kill -TERM "${hosts[@]}" 2>/dev/null; fi' INT TERM HUP

  start Shop.Database serve >"$connections"
  database=$!
  until [ -n "$stop" ] || ! alive $database || grep -q '^ready$' "$connections"; do
    sleep 0.1
  done
  if [ -z "$stop" ] && alive $database; then
    for host in "${modules[@]}"; do
      role=shop_$(tr '[:upper:]' '[:lower:]' <<<"$host")
      ConnectionStrings__Shop=$(sed -n "s/^$role=//p" "$connections") start "Shop.$host.Host" "$@"
      hosts+=($!)
    done
  else
    stop=${stop:-failed} # and it has said why
  fi
  rm "$connections"

  exec 3>&2 2>/dev/null # what follows is told here, and not by the shell as well
  while [ -z "$stop" ]; do
    sleep 0.2
    alive $database || stop='The database'
    for i in "${!hosts[@]}"; do
      alive "${hosts[i]}" || stop="The ${modules[i]} host"
    done
    if [ -n "$stop" ] && [ "$stop" != asked ]; then
      echo "build.sh: $stop has ended; the others are stopped." >&3
      status=1
    fi
  done

  if [ ${#hosts[@]} -gt 0 ]; then
    kill -TERM "${hosts[@]}"
    for i in "${hosts[@]}"; do
      await "$i" || status=1
    done
  fi
  kill -TERM $database
  await $database || status=1
  return $status
}

case "${1:-}" in
  '' | -h | --help) set -- Default --no-report --verbosity=minimal ;; # the list alone, without Cake's account of itself
esac
target=$1
shift

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
if [ ! -t 1 ]; then
  export NO_COLOR=1 # Cake would colour also what goes to a file
fi

# In this directory `dotnet` heeds global.json, so this tells an older SDK as well as none.
dotnet --version >/dev/null 2>&1 || die 'The .NET 10 SDK is missing: https://dotnet.microsoft.com/download'

shopt -s nocasematch # as Cake reads a target's name
case $target in
  Run | RunSplit | Test) has_postgres || install_postgres ;;
esac
case $target,${CI:-} in
  Test,true) install_test_tools ;;
esac

export LOG_FORMAT=${LOG_FORMAT:-text} # somebody reads along; in containers, programs do

dotnet tool restore >/dev/null # what goes wrong is said on the error output

case $target in
  Run)
    dotnet cake --target=Run
    # In place of this shell, so that Ctrl-C and SIGTERM reach the host itself.
    exec dotnet artifacts/bin/Shop.All.Host/release/Shop.All.Host.dll "$@"
    ;;
  RunSplit)
    dotnet cake --target=RunSplit
    run_split "$@"
    ;;
  *) exec dotnet cake --target="$target" "$@" ;;
esac
