#!/bin/sh
# Starts Redis as what it is now: whoever the Sentinels name is the primary, the others follow it. Where no Sentinel
# answers, all of them are starting: the pod FIRST is the primary then.
# SELF: this pod's name in the network; PEERS: all of them, with blanks between; PASSWORD: of Redis and of the Sentinels.
set -eu
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
primary=${primary:-$FIRST}
umask 077
{
  echo "port ${REDIS_PORT:-6379}"
  echo "bind ${BIND:-* -::*}"
  echo "dir ${DATA:-/data}"
  echo "appendonly yes"
  echo "appendfsync everysec"
  echo "maxmemory ${MAXMEMORY:-512mb}"
  echo "maxmemory-policy noeviction"
  echo "requirepass $PASSWORD"
  echo "masterauth $PASSWORD"
  # A primary that lost its followers stops taking writes, which a failover would lose.
  echo "min-replicas-to-write 1"
  echo "min-replicas-max-lag 10"
  echo "replica-announce-ip $SELF"
  echo "replica-announce-port ${REDIS_PORT:-6379}"
  if [ "$primary" != "$SELF" ]; then
    echo "replicaof $primary ${REDIS_PORT:-6379}"
  fi
} >"${CONF:-/tmp}/redis.conf"
echo "redis: the primary is $primary"
exec redis-server "${CONF:-/tmp}/redis.conf"
