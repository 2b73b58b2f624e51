package dev.fourfold.metadata.postgres;

import org.postgresql.replication.LogSequenceNumber;

/**
 * A place in the primary's log.
 *
 * @param number all that was acknowledged before the place was asked for is in the log before it
 * @param mark which history of the log the number is of: after a failover the same number may be another place
 */
record LogPosition(LogSequenceNumber number, String mark) {}
