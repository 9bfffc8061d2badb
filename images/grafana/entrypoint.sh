#!/bin/sh
# SPDX-License-Identifier: MPL-2.0
# Becomes Grafana with our data source and dashboards, and with those that Ray writes into its own folder.
#   PROMETHEUS_URL        default http://127.0.0.1:9090
#   RAY_TEMP_DIR          default /tmp/ray
#   GRAFANA_HOST          default 0.0.0.0; GRAFANA_PORT default 3000
#   GRAFANA_DATA_DIR      default /var/lib/grafana
#   GRAFANA_PROVISIONING  default /opt/spcs/grafana/provisioning; GRAFANA_DASHBOARDS: .../dashboards
#   GRAFANA_HOME          default /usr/share/grafana
set -eu

export PROMETHEUS_URL="${PROMETHEUS_URL:-http://127.0.0.1:9090}"
export RAY_TEMP_DIR="${RAY_TEMP_DIR:-/tmp/ray}"
export GRAFANA_DASHBOARDS="${GRAFANA_DASHBOARDS:-/opt/spcs/grafana/dashboards}"

export GF_SERVER_HTTP_ADDR="${GRAFANA_HOST:-0.0.0.0}"
export GF_SERVER_HTTP_PORT="${GRAFANA_PORT:-3000}"
export GF_PATHS_DATA="${GRAFANA_DATA_DIR:-/var/lib/grafana}"
export GF_PATHS_LOGS="$GF_PATHS_DATA/log"
export GF_PATHS_PLUGINS="$GF_PATHS_DATA/plugins"
export GF_PATHS_PROVISIONING="${GRAFANA_PROVISIONING:-/opt/spcs/grafana/provisioning}"
export GF_LOG_MODE=console
# Whoever reaches the port has passed the ingress; Ray's dashboard shows panels inside its own pages.
export GF_AUTH_ANONYMOUS_ENABLED=true
export GF_AUTH_ANONYMOUS_ORG_ROLE=Viewer
export GF_AUTH_DISABLE_LOGIN_FORM=true
export GF_SECURITY_ALLOW_EMBEDDING=true
# The account's egress rules would stop these calls anyway.
export GF_ANALYTICS_REPORTING_ENABLED=false
export GF_ANALYTICS_CHECK_FOR_UPDATES=false
export GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES=false
export GF_PLUGINS_PREINSTALL_DISABLED=true
export GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH="$GRAFANA_DASHBOARDS/model.json"

mkdir -p "$GF_PATHS_DATA" "$GF_PATHS_LOGS" "$GF_PATHS_PLUGINS"
exec grafana server --homepath="${GRAFANA_HOME:-/usr/share/grafana}" --packaging=docker "$@"
