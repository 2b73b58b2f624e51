#!/bin/sh
# Whether this Redis is the primary, or follows one. A follower whose primary is gone and whom no Sentinel told of the new
# one, as happens in the first ten seconds, is started again then, and asks.
REDISCLI_AUTH="$PASSWORD" redis-cli -h "${BIND:-127.0.0.1}" -p "${REDIS_PORT:-6379}" info replication |
  grep -Eq '^(role:master|master_link_status:up|master_sync_in_progress:1)'
