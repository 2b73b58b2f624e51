package dev.fourfold.cache.redis;

import dev.fourfold.contract.meters.StoreCalls;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.net.SocketAddress;

/** Times the driver's commands, from sending one to its whole answer. */
record RedisMeasuring(StoreCalls calls) implements CommandLatencyRecorder {

    @Override
    public void recordCommandLatency(
            SocketAddress local,
            SocketAddress remote,
            ProtocolKeyword command,
            long firstResponseLatency,
            long completionLatency) {
        calls.succeeded(command.toString(), completionLatency);
    }
}
