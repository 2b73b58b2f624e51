package dev.fourfold.logs.mongo;

import com.mongodb.event.CommandFailedEvent;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandSucceededEvent;
import com.mongodb.event.ConnectionCheckedInEvent;
import com.mongodb.event.ConnectionCheckedOutEvent;
import com.mongodb.event.ConnectionPoolListener;
import dev.fourfold.contract.meters.StoreCalls;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Times the driver's commands, and counts its connections in use. */
final class MongoMeasuring implements CommandListener, ConnectionPoolListener {

    private final StoreCalls calls;
    private final AtomicInteger inUse = new AtomicInteger();

    MongoMeasuring(StoreCalls calls) {
        this.calls = calls;
        calls.connections("logs", inUse::get);
    }

    @Override
    public void commandSucceeded(CommandSucceededEvent event) {
        calls.succeeded(event.getCommandName(), event.getElapsedTime(TimeUnit.NANOSECONDS));
    }

    @Override
    public void commandFailed(CommandFailedEvent event) {
        calls.failed(event.getCommandName(), event.getThrowable(), event.getElapsedTime(TimeUnit.NANOSECONDS));
    }

    @Override
    public void connectionCheckedOut(ConnectionCheckedOutEvent event) {
        inUse.incrementAndGet();
    }

    @Override
    public void connectionCheckedIn(ConnectionCheckedInEvent event) {
        inUse.decrementAndGet();
    }
}
