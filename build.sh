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

# What runs side by side: the name of each and its process. The hosts among them are also here.
names=() processes=() hosts=()

# Why all of it is to end: it was asked for by a signal, or the name of what has ended by itself.
stop=''

# The first signal asks for the end; a further one tells the hosts to wait for nothing more.
heed_signals() {
  exec 3>&2 2>/dev/null # what becomes of the programs is told here, and not by the shell as well
  set +e                # Ctrl-C ends also the command that this shell waits for, which is no reason to end before the hosts have
  trap 'if [ -z "$stop" ]; then stop=asked; elif [ ${#hosts[@]} -gt 0 ]; then kill -TERM "${hosts[@]}" 2>/dev/null; fi' INT TERM HUP
}

# Starts a program under a name, in a process group of its own, so that Ctrl-C reaches this shell alone. Should this shell be killed, Linux
# tells the program to stop.
start() {
  local command=("${@:2}")
  if setpriv --pdeathsig TERM true 2>/dev/null; then
    command=(setpriv --pdeathsig TERM "${command[@]}")
  fi
  set -m
  "${command[@]}" </dev/null 2>&3 3>&- &
  set +m
  names+=("$1")
  processes+=($!)
}

# Starts a host under a name.
start_host() {
  start "$1" dotnet "artifacts/bin/$2/release/$2.dll" "${@:3}"
  hosts+=($!)
}

# Looks whether one of them has ended, and says so.
look() {
  local i
  for i in "${!processes[@]}"; do
    alive "${processes[i]}" || stop=${names[i]}
  done
  if [ -n "$stop" ] && [ "$stop" != asked ]; then
    echo "build.sh: $stop has ended; the others are stopped." >&3
  fi
}

# Watches what was started. When one ends, or this shell is told to, all end: the first one last, for it holds the database.
supervise() {
  local i status=0
  while [ -z "$stop" ]; do
    sleep 0.2
    look
  done
  [ "$stop" = asked ] || status=1

  if [ ${#processes[@]} -gt 1 ]; then
    kill -TERM "${processes[@]:1}"
    for i in "${processes[@]:1}"; do
      # 143 is one that was told to stop before it had learned to listen.
      await "$i" || [ $? -eq 143 ] || status=1
    done
  fi
  kill -TERM "${processes[0]}"
  await "${processes[0]}" || status=1
  return $status
}

# Runs the database and each host as a process.
run_split() {
  local connections host role
  connections=$(mktemp) # readable for this user alone
  heed_signals

  start 'The database' dotnet artifacts/bin/Shop.Database/release/Shop.Database.dll serve >"$connections"
  until [ -n "$stop" ] || ! alive "${processes[0]}" || grep -q '^ready$' "$connections"; do
    sleep 0.1
  done
  if [ -z "$stop" ] && alive "${processes[0]}"; then
    for host in Product Order User; do
      role=shop_$(tr '[:upper:]' '[:lower:]' <<<"$host")
      ConnectionStrings__Shop=$(sed -n "s/^$role=//p" "$connections") start_host "The $host host" "Shop.$host.Host" "$@"
    done
  else
    stop=${stop:-failed} # and it has said why
  fi
  rm "$connections"
  supervise
}

# Whether somebody listens at an address and port.
listens() {
  (exec 4<>"/dev/tcp/$1/$2") 2>/dev/null
}

# Whether what listens there has a page at a path.
serves() {
  (
    exec 4<>"/dev/tcp/$1/$2"
    printf 'GET %s HTTP/1.0\r\n\r\n' "$3" >&4
    read -r -t 5 status <&4
    [[ $status == *' 200 '* ]]
  ) 2>/dev/null
}

# Writes what Prometheus and Alertmanager are to do: whom to tell as the environment says, and what to scrape at the ports of this run. In a
# subshell, of whose end by a signal this shell says nothing.
configure_watchers() (
  exec 2>&3
  data=$1 shop=$2 prometheus=$3 alertmanager=$4
  mkdir -p "$data/alertmanager" "$data/prometheus" &&
    (umask 077 && sh ops/alertmanager/configure.sh >"$data/alertmanager/alertmanager.yml") &&
    # The rules are looked for beside the configuration.
    ln -sfn "$PWD/ops/prometheus/rules" "$data/prometheus/rules" &&
    ln -sfn "$PWD/ops/prometheus/expected" "$data/prometheus/expected" &&
    # A line has one address, and is done once that is replaced.
    sed -e "s/127\.0\.0\.1:5000/'$shop'/" -e t -e "s/127\.0\.0\.1:9090/127.0.0.1:$prometheus/" -e t \
      -e "s/127\.0\.0\.1:9093/127.0.0.1:$alertmanager/" ops/prometheus/single.yml >"$data/prometheus/prometheus.yml"
)

# Runs all modules in one process, and beside it Prometheus and Alertmanager, on loopback.
observe() {
  local data=${DATA_FOLDER:-.data} address=${BIND_ADDRESS:-0.0.0.0} shop pages='' notifier
  local port=${PRODUCT_PORT:-5000} prometheus=${PROMETHEUS_PORT:-9090} alertmanager=${ALERTMANAGER_PORT:-9093}
  case $address in
    0.0.0.0 | ::) address=127.0.0.1 ;;
  esac
  case $address in
    *:*) shop="[$address]:$port" ;;
    *) shop=$address:$port ;;
  esac
  notifier=$(alertmanager)
  heed_signals

  start_host 'The shop' Shop.All.Host
  until [ -n "$stop" ] || ! alive "${processes[0]}" || serves "$address" "$port" /health/live; do
    sleep 0.2
  done
  if [ -z "$stop" ]; then
    # Where it has ended, it has said why; and a signal to all of the group ends also what is done just then.
    alive "${processes[0]}" && configure_watchers "$data" "$shop" "$prometheus" "$alertmanager" || stop=${stop:-failed}
  fi
  if [ -z "$stop" ]; then
    start Alertmanager "$notifier" --log.level=warn "--config.file=$data/alertmanager/alertmanager.yml" \
      "--storage.path=$data/alertmanager/data" "--web.listen-address=127.0.0.1:$alertmanager" --cluster.listen-address=
    start Prometheus prometheus --log.level=warn "--config.file=$data/prometheus/prometheus.yml" \
      "--storage.tsdb.path=$data/prometheus/data" --storage.tsdb.retention.time=31d --enable-feature=exemplar-storage \
      "--web.listen-address=127.0.0.1:$prometheus" "--web.external-url=http://localhost:$prometheus" --web.console.templates=ops
    until [ -n "$stop" ] || serves 127.0.0.1 "$prometheus" /-/ready; do
      sleep 0.2
      look
    done
    # Debian's package has the pages of Prometheus' first interface alone.
    serves 127.0.0.1 "$prometheus" /targets || pages=/classic
  fi
  if [ -z "$stop" ]; then
    cat <<END
  prometheus   http://localhost:$prometheus
  targets      http://localhost:$prometheus$pages/targets
  alerts       http://localhost:$prometheus$pages/alerts
  runbooks     http://localhost:$prometheus/consoles/runbooks/README.md
  alertmanager http://localhost:$alertmanager

END
  fi
  supervise
}

# Refuses what observe cannot do, before anything is built.
check_observe() {
  [ $# -eq 0 ] || die 'Observe takes its settings from the environment alone.'
  [ "${PRODUCT_PORT:-5000}" != 0 ] || die 'PRODUCT_PORT is 0, a port that nobody knows beforehand, and Prometheus must.'
  ! listens 127.0.0.1 "${PROMETHEUS_PORT:-9090}" || die "Port ${PROMETHEUS_PORT:-9090} is taken: set PROMETHEUS_PORT to another."
  ! listens 127.0.0.1 "${ALERTMANAGER_PORT:-9093}" || die "Port ${ALERTMANAGER_PORT:-9093} is taken: set ALERTMANAGER_PORT to another."
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
  Observe) check_observe "$@" ;;
esac
case $target in
  Run | RunSplit | Observe | Drill | Test) has_postgres || install_postgres ;;
esac
case $target,${CI:-} in
  Observe,* | Drill,*) install_watchers ;;
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
  Observe)
    dotnet cake --target=Observe
    observe
    ;;
  Drill)
    dotnet cake --target=Drill
    exec dotnet artifacts/bin/Shop.Drill/release/Shop.Drill.dll
    ;;
  *) exec dotnet cake --target="$target" "$@" ;;
esac
