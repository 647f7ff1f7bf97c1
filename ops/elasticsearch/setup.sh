#!/bin/sh
# Prepares an Elasticsearch for the log lines of the Shop: the fields they have, the data stream they go to, and for how long it keeps them.
# It can be run again and again. It needs curl and a POSIX shell, nothing else: it is made for the image curlimages/curl.

set -eu

url=${ELASTICSEARCH_URL:-http://elasticsearch:9200}
url=${url%/}
days=${LOG_RETENTION_DAYS:-7}
patience=${SETUP_TIMEOUT_SECONDS:-120}
stream=logs-shop-default
early=logs-shop-early
here=$(cd "$(dirname "$0")" && pwd)
answer=$(mktemp)
settings=$(mktemp)
# What was blocked is not to stay so where this fails.
blocked=
trap 'if [ -n "$blocked" ]; then ask PUT "/$blocked/_settings" "{ \"index.blocks.read_only_allow_delete\": null }"; fi; rm -f "$answer" "$settings"' EXIT

fail() {
  echo "elasticsearch setup: $*" >&2
  exit 1
}

# secret NAME: the variable, or what stands in the file that NAME_FILE names.
secret() {
  eval "value=\${$1:-} file=\${$1_FILE:-}"
  if [ -z "$value" ] && [ -n "$file" ]; then
    value=$(cat "$file") || fail "$1_FILE names a file that cannot be read: $file"
  fi
  printf '%s' "$value"
}

# Passwords go to curl by a file: its command line is for all to see. Quotes and backslashes are escaped there.
quoted() { printf '%s' "$1" | sed 's/[\\"]/\\&/g'; }

case $days in
  '' | *[!0-9]* | 0*) fail "LOG_RETENTION_DAYS is \"$days\": it must be a whole number of days." ;;
esac
password=$(secret ELASTICSEARCH_PASSWORD)
api_key=$(secret ELASTICSEARCH_API_KEY)
if [ -n "$api_key" ]; then
  printf 'header = "Authorization: ApiKey %s"\n' "$(quoted "$api_key")" >"$settings"
elif [ -n "${ELASTICSEARCH_USERNAME:-}" ]; then
  printf 'user = "%s:%s"\n' "$(quoted "$ELASTICSEARCH_USERNAME")" "$(quoted "$password")" >"$settings"
fi
if [ -n "${ELASTICSEARCH_CA_FILE:-}" ]; then
  printf 'cacert = "%s"\n' "$(quoted "$ELASTICSEARCH_CA_FILE")" >>"$settings"
fi

# ask METHOD PATH [BODY]: sets $status, which is 000 where nobody answers; the answer itself is in $answer.
ask() {
  if [ $# -gt 2 ]; then
    set -- "$1" "$2" -H 'Content-Type: application/json' --data-binary "$3"
  fi
  method=$1 path=$2
  shift 2
  status=$(curl -sS -K "$settings" -m 120 -o "$answer" -w '%{http_code}' -X "$method" "$@" "$url$path" 2>"$answer.error") || status=000
  if [ "$status" = 000 ]; then mv "$answer.error" "$answer"; else rm -f "$answer.error"; fi
}

said() { tr -s '\n ' '  ' <"$answer" | cut -c 1-400; }

# do_it WHAT METHOD PATH [BODY]: fails unless it is answered with a 2xx.
do_it() {
  what=$1
  shift
  ask "$@"
  case $status in
    2??) echo "$what: done" ;;
    *) fail "$what was refused ($1 $2: $status): $(said)" ;;
  esac
}

# copy FROM TO: all lines; those that are there already stay as they are.
copy() {
  do_it "all lines of $1 can be found" POST "/$1/_refresh"
  do_it "lines of $1, copied to $2" POST '/_reindex?refresh=true' "{
    \"conflicts\": \"proceed\",
    \"source\": { \"index\": \"$1\" },
    \"dest\": { \"index\": \"$2\", \"op_type\": \"create\" }
  }"
  grep -q '"failures":\[\]' "$answer" || fail "not all lines of $1 could be copied to $2: $(said)"
}

# What no waiting mends ends it at once: a wrong password, an address that is no Elasticsearch.
waited=0
until ask GET '/_cluster/health?wait_for_status=yellow&timeout=5s'; [ "$status" = 200 ]; do
  case $status in
    000 | 408 | 429 | 5??) ;;
    *) fail "$url does not let us in, or is no Elasticsearch ($status): $(said)" ;;
  esac
  [ "$waited" -lt "$patience" ] || fail "$url is not ready after $patience s ($status): $(said)"
  sleep 2
  waited=$((waited + 2))
done
echo "$url is ready"

do_it 'who it is' GET /
if grep -q '"distribution"[ ]*:[ ]*"opensearch"' "$answer"; then
  echo 'It is OpenSearch, which has no lifecycle of data streams: nothing deletes old lines there.'
  lifecycle=
else
  lifecycle="\"lifecycle\": { \"data_retention\": \"${days}d\" },"
fi

do_it 'component template shop-logs-fields' PUT /_component_template/shop-logs-fields "$(cat "$here/component-template.json")"
# 500 is above every template that is built in, such as logs with 100. Not made of logs@settings, whose policy would win over the lifecycle and delete
# nothing. A single node has no place for a replica.
do_it 'index template shop-logs' PUT /_index_template/shop-logs "{
  \"index_patterns\": [\"logs-shop-*\"],
  \"data_stream\": {},
  \"priority\": 500,
  \"composed_of\": [\"shop-logs-fields\"],
  \"template\": {
    $lifecycle
    \"settings\": { \"index.number_of_replicas\": 0 }
  },
  \"_meta\": { \"description\": \"The log lines of the Shop.\" }
}"

# A template reaches new data streams only, and hosts do not wait for this script: their lines may have been there first. Elasticsearch has then
# made a stream of its template logs, whose policy deletes nothing; without such a template, a plain index.
ask GET "/_data_stream/$stream"
case $status in
  200 | 404) ;;
  *) fail "data stream $stream cannot be looked up ($status): $(said)" ;;
esac
if grep -q "\"name\":\"$stream\"" "$answer"; then
  echo "data stream $stream: is there already"
  if grep -q '"managed_by":"Index Lifecycle Management"' "$answer"; then
    # In this order, so that it is seen again where this ends in between.
    do_it 'next index, of the new template' POST "/$stream/_rollover"
    do_it 'earlier indices, without their policy' POST "/$stream/_ilm/remove"
  fi
  if [ -n "$lifecycle" ]; then
    do_it "retention of $days days" PUT "/_data_stream/$stream/_lifecycle" "{ \"data_retention\": \"${days}d\" }"
  fi
else
  ask GET "/$stream/_settings"
  if [ "$status" = 200 ]; then
    # This block answers 429, so the hosts keep their lines and come again; and it lets the index be deleted.
    do_it "plain index $stream takes no more lines" PUT "/$stream/_settings" '{ "index.blocks.read_only_allow_delete": true }'
    blocked=$stream
    copy "$stream" "$early"
    do_it "plain index $stream is deleted" DELETE "/$stream"
    blocked=
  fi
  ask PUT "/_data_stream/$stream"
  case $status in
    2??) echo "data stream $stream: done" ;;
    # A host was first, with a stream of our template.
    400) grep -q 'resource_already_exists_exception' "$answer" || fail "data stream $stream was refused ($status): $(said)" ;;
    *) fail "data stream $stream was refused ($status): $(said)" ;;
  esac
fi

# Back from where they were put, in this run or in one that was cut off.
ask GET "/_data_stream/$early"
if grep -q "\"name\":\"$early\"" "$answer"; then
  copy "$early" "$stream"
  do_it "$early is deleted" DELETE "/_data_stream/$early"
fi
echo 'elasticsearch setup: done'
