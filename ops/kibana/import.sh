#!/bin/sh
#
# Gives Kibana at KIBANA_URL the objects beside this script, and opens it on them. It waits until Kibana can take them, for
# PATIENCE_SECONDS. Run again, it puts the objects back as they are here, and leaves alone what somebody has chosen in Kibana's settings.
#
# It needs sh and curl alone.

set -eu

: "${KIBANA_URL:?is to be the address of Kibana}"
patience=${PATIENCE_SECONDS:-300}

die() {
  echo "import.sh: $1" >&2
  exit 1
}

# The body of an answer. Without that header Kibana takes nothing that changes it.
ask() {
  path=$1
  shift
  curl -sS --max-time 60 -H 'kbn-xsrf: true' "$@" "$KIBANA_URL$path"
}

# The same, of a request that must succeed.
must() {
  body=$(ask "$@" --fail-with-body) || die "$1 failed: $body"
  printf '%s\n' "$body"
}

waited=0
until ask /api/status 2>/dev/null | grep -q '"overall":{"level":"available"'; do
  [ "$waited" -lt "$patience" ] || die "Kibana at $KIBANA_URL has not become available within $patience s."
  sleep 1
  waited=$((waited + 1))
done

# It answers 200 also where it refuses.
answer=$(must '/api/saved_objects/_import?overwrite=true' -F "file=@$(dirname "$0")/objects.ndjson")
case $answer in
  *'"success":true'*) ;;
  *) die "Kibana refuses the objects: $answer" ;;
esac

# Only where there is none yet.
must /api/data_views/default -H 'Content-Type: application/json' -d '{"data_view_id": "logs-shop", "force": false}' >/dev/null

# It lists what was chosen, and nothing else.
settings=$(must /api/kibana/settings)
case $settings in
  *'"defaultRoute"'*) ;;
  *) must /api/kibana/settings -H 'Content-Type: application/json' -d '{"changes": {"defaultRoute": "/app/discover#/"}}' >/dev/null ;;
esac

echo "Kibana at $KIBANA_URL has the data view and the searches of the shop."
