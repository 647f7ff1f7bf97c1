#!/bin/sh
#
# Prints alertmanager.yml with the receivers that the environment asks for; Alertmanager itself reads no environment. In a container:
#
#   sh /etc/alertmanager/configure.sh > /tmp/alertmanager.yml && exec alertmanager --config.file=/tmp/alertmanager.yml
#
# README.md lists the variables. Mail is for what is critical or a warning; what is only good to know goes to the webhook and to Slack.
# It runs in busybox, which is what the image has.

set -eu

die() {
  echo "configure.sh: $1" >&2
  exit 1
}

# secret NAME: the variable, or else what stands in the file that NAME_FILE names.
secret() {
  eval "value=\${$1:-} file=\${$1_FILE:-}"
  if [ -z "$value" ] && [ -n "$file" ]; then
    value=$(cat "$file") || die "$1_FILE names a file that cannot be read: $file"
  fi
  printf %s "$value"
}

# A value as YAML takes it whatever is in it.
quoted() {
  printf "'%s'" "$(printf %s "$1" | sed "s/'/''/g")"
}

webhook() {
  cat <<END
    webhook_configs:
      - url: $(quoted "$1")
        send_resolved: true
END
}

slack() {
  cat <<END
    slack_configs:
      - api_url: $(quoted "$slack_url")
        channel: $(quoted "${ALERT_SLACK_CHANNEL:-}")
        send_resolved: true
        title: '{{ if eq .Status "firing" }}{{ .CommonLabels.severity }}{{ else }}over{{ end }}: {{ .GroupLabels.alertname }} {{ .GroupLabels.job }}'
        text: '{{ range .Alerts }}{{ .Annotations.description }} <{{ .Annotations.runbook_url }}|What to do>{{ "\n" }}{{ end }}'
END
}

email() {
  cat <<END
    email_configs:
      - to: $(quoted "$ALERT_EMAIL_TO")
        from: $(quoted "$ALERT_EMAIL_FROM")
        smarthost: $(quoted "$ALERT_SMTP_SERVER")
        require_tls: ${ALERT_SMTP_TLS:-true}
        send_resolved: true
END
  if [ -n "${ALERT_SMTP_USER:-}" ]; then
    cat <<END
        auth_username: $(quoted "$ALERT_SMTP_USER")
        auth_password: $(quoted "$smtp_password")
END
  fi
}

webhook_url=$(secret ALERT_WEBHOOK_URL)
watchdog_url=$(secret ALERT_WATCHDOG_URL)
slack_url=$(secret ALERT_SLACK_URL)
smtp_password=$(secret ALERT_SMTP_PASSWORD)

if [ -n "${ALERT_EMAIL_TO:-}" ]; then
  [ -n "${ALERT_SMTP_SERVER:-}" ] || die 'ALERT_EMAIL_TO needs ALERT_SMTP_SERVER'
  [ -n "${ALERT_EMAIL_FROM:-}" ] || die 'ALERT_EMAIL_TO needs ALERT_EMAIL_FROM'
fi
case ${ALERT_SMTP_TLS:-true} in
  true | false) ;;
  *) die 'ALERT_SMTP_TLS is true or false' ;;
esac

sed '/^receivers:/,$d' "$(dirname "$0")/alertmanager.yml"
echo 'receivers:'
for severity in critical warning info; do
  echo "  - name: $severity"
  if [ -n "$webhook_url" ]; then webhook "$webhook_url"; fi
  if [ -n "$slack_url" ]; then slack; fi
  if [ -n "${ALERT_EMAIL_TO:-}" ] && [ $severity != info ]; then email; fi
done
echo '  - name: none'
if [ -n "$watchdog_url" ]; then webhook "$watchdog_url"; fi
