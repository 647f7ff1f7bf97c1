#!/usr/bin/env bash
#
# The one door for tools.
#
#   ./build.sh                      lists the targets (they live in build.cake)
#   ./build.sh Run                  builds the shop and runs it, with a PostgreSQL of its own
#   ./build.sh RunSplit             the same as four processes: three hosts and the database
#   ./build.sh Observe              the same as Run, watched by a Prometheus and an Alertmanager
#   ./build.sh Drill                lets the shop fail in every way it can, and waits for the alerts
#   ./build.sh Up                   starts the whole stack in containers; Doctor, Health, Logs and Down go with it
#   ./build.sh Test                 builds and tests; the last line counts
#   ./build.sh Test --filter Name   what follows a target is passed on
#
# It works from any directory, and installs the two things that the .NET SDK does not bring: Cake, for this checkout alone, and
# PostgreSQL's server binaries, if there are none; for Observe and Drill also Prometheus and Alertmanager, and in CI these, Chromium,
# PostgreSQL's exporter and Node, without which some tests are left out. It keeps to what bash 3.2 knows, which macOS still has.

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

# Installs Debian's packages, where they can be had. What needs them says so where they cannot.
install_packages() {
  if [ $# -gt 0 ] && command -v apt-get >/dev/null; then
    # Debian's packages start what they install, unless a policy says no (invoke-rc.d(8)). In a subshell, which as_root ends when it must.
    # shellcheck disable=SC2016 # $policy and $@ are for the inner shell to expand
    (as_root "$*" sh -euc '
      export DEBIAN_FRONTEND=noninteractive
      policy=/usr/sbin/policy-rc.d
      if [ ! -e "$policy" ]; then
        trap "rm -f $policy" EXIT
        printf "#!/bin/sh\nexit 101\n" > "$policy"
        chmod +x "$policy"
      fi
      apt-get -q update || true
      apt-get -qy install --no-install-recommends "$@"' sh "$@") || true
  fi
}

# What some tests need: of the page in a browser, and of the monitoring.
install_test_tools() {
  local missing=''
  command -v chromium >/dev/null || missing="$missing chromium"
  command -v promtool >/dev/null || missing="$missing prometheus"
  command -v amtool >/dev/null || missing="$missing prometheus-alertmanager"
  command -v prometheus-postgres-exporter >/dev/null || missing="$missing prometheus-postgres-exporter"
  { command -v node && command -v npm; } >/dev/null || missing="$missing nodejs npm"
  # shellcheck disable=SC2086 # several words
  install_packages $missing
}

# Where Alertmanager is: Debian's package has a name of its own for it.
alertmanager() {
  command -v prometheus-alertmanager || command -v alertmanager
}

install_watchers() {
  local missing=''
  command -v prometheus >/dev/null || missing="$missing prometheus"
  alertmanager >/dev/null || missing="$missing prometheus-alertmanager"
  # shellcheck disable=SC2086 # several words
  install_packages $missing
  { command -v prometheus && alertmanager; } >/dev/null ||
    die 'Prometheus and Alertmanager are missing. Install both from https://prometheus.io/download/, in a folder of the PATH.'
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
  Run | RunSplit | Observe | Drill | Test) has_postgres || install_postgres ;;
esac
case $target,${CI:-} in
  Observe,* | Drill,*) install_watchers ;;
  Test,true) install_test_tools ;;
esac

export LOG_FORMAT=${LOG_FORMAT:-text} # for people; containers print JSON

# Cake keeps the compiled build.cake there.
export CAKE_SETTINGS_ENABLESCRIPTCACHE=true CAKE_SETTINGS_SCRIPTCACHEPATH=$PWD/artifacts/cake CAKE_PATHS_TOOLS=$PWD/artifacts/cake

dotnet tool restore >/dev/null # errors go to standard error

case $target in
  # In place of this shell, so that Ctrl-C and SIGTERM reach the supervisor.
  Run | RunSplit | Observe)
    dotnet cake --target="$target"
    exec dotnet artifacts/bin/Shop.Run/release/Shop.Run.dll "$target" "$@"
    ;;
  Drill)
    dotnet cake --target=Drill
    exec dotnet artifacts/bin/Shop.Drill/release/Shop.Drill.dll
    ;;
  *) exec dotnet cake --target="$target" "$@" ;;
esac
