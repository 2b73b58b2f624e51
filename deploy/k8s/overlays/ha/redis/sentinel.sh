#!/bin/sh
# Starts a Sentinel with what it knew before, or, the first time, with the primary that the others name, else FIRST.
set -eu
file=${CONF:-/sentinel}/sentinel.conf
if [ ! -s "$file" ]; then
  primary=
  for peer in $PEERS; do
    answer=$(REDISCLI_AUTH="$PASSWORD" timeout 3 redis-cli -h "$peer" -p "${SENTINEL_PORT:-26379}" \
      sentinel get-master-addr-by-name fourfold 2>/dev/null || true)
    primary=$(printf '%s\n' "$answer" | head -n 1)
    case "$primary" in
      "" | *ERR* | *WRONGPASS* | *NOAUTH*) primary= ;;
      *) break ;;
    esac
  done
  umask 077
  {
    echo "port ${SENTINEL_PORT:-26379}"
    echo "bind ${BIND:-* -::*}"
    echo "dir /tmp"
    echo "requirepass $PASSWORD"
    # Pods keep their names and change their addresses.
    echo "sentinel resolve-hostnames yes"
    echo "sentinel announce-hostnames yes"
    echo "sentinel announce-ip $SELF"
    echo "sentinel announce-port ${SENTINEL_PORT:-26379}"
    echo "sentinel monitor fourfold ${primary:-$FIRST} ${REDIS_PORT:-6379} 2"
    echo "sentinel auth-pass fourfold $PASSWORD"
    echo "sentinel sentinel-pass $PASSWORD"
    echo "sentinel down-after-milliseconds fourfold 5000"
    echo "sentinel failover-timeout fourfold 30000"
    echo "sentinel parallel-syncs fourfold 1"
  } >"$file"
fi
exec redis-sentinel "$file"
