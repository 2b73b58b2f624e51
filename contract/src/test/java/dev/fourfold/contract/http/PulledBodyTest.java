package dev.fourfold.contract.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

@Timeout(60)
final class PulledBodyTest {

    private static final Duration LONG = Duration.ofSeconds(40);

    @Test
    void longPiece_isCutAndNothingGoesOutUnasked() throws Exception {
        var source = new Source(new byte[20_000], new byte[5]);
        var reader = new Reader();
        new PulledBody(source, LONG).subscribe(reader);
        reader.ask(2);
        assertThat(reader.next()).isEqualTo("8192");
        assertThat(reader.next()).isEqualTo("8192");
        assertThat(source.given).hasValue(1);
        reader.ask(3);
        assertThat(reader.next()).isEqualTo("3616");
        assertThat(reader.next()).isEqualTo("5");
        assertThat(reader.next()).isEqualTo("complete");
        assertThat(source.isClosed()).isTrue();
    }

    @Test
    void sourceThatFails_isTold_evenByAnError() throws Exception {
        for (Throwable failure :
                new Throwable[] {new IllegalStateException("a test"), new OutOfMemoryError("a test")}) {
            var source = new Source(new byte[1]);
            source.failure = failure;
            var reader = new Reader();
            new PulledBody(source, LONG).subscribe(reader);
            reader.ask(10);
            assertThat(reader.next()).isEqualTo("1");
            assertThat(reader.next()).isEqualTo("error " + failure);
            assertThat(source.isClosed()).isTrue();
        }
    }

    @Test
    void readerThatTakesNothing_isGivenUp() throws Exception {
        var source = new Source(new byte[1], new byte[2]);
        var reader = new Reader();
        new PulledBody(source, Duration.ofMillis(50)).subscribe(reader);
        assertThat(reader.next()).startsWith("error ").contains("took nothing");
        assertThat(source.isClosed()).isTrue();
    }

    @Test
    void readerThatLeaves_closesTheSource() throws Exception {
        var source = new Source(new byte[1]);
        source.waits = true;
        var reader = new Reader();
        new PulledBody(source, LONG).subscribe(reader);
        reader.ask(2);
        assertThat(reader.next()).isEqualTo("1");
        reader.leave();
        assertThat(source.isClosed()).isTrue();
        assertThat(reader.heard).isEmpty();
    }

    /** Some pieces, and then the end, a failure, or a wait for good. */
    private static final class Source implements PulledBody.Source {

        private final byte[][] pieces;
        private final CountDownLatch closed = new CountDownLatch(1);
        private final AtomicInteger given = new AtomicInteger();
        private @Nullable Throwable failure;
        private boolean waits;

        private Source(byte[]... pieces) {
            this.pieces = pieces;
        }

        @Override
        public byte @Nullable [] next() throws InterruptedException {
            if (given.get() < pieces.length) {
                return pieces[given.getAndIncrement()];
            }
            if (waits) {
                new CountDownLatch(1).await();
            }
            switch (failure) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case null, default -> {
                    return null;
                }
            }
        }

        @Override
        public void close() {
            closed.countDown();
        }

        private boolean isClosed() throws InterruptedException {
            return closed.await(20, TimeUnit.SECONDS);
        }
    }

    /** Notes what it is told. */
    private static final class Reader implements Subscriber<byte[]> {

        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private @Nullable Subscription subscription;

        private void ask(long pieces) {
            if (subscription != null) {
                subscription.request(pieces);
            }
        }

        private void leave() {
            if (subscription != null) {
                subscription.cancel();
            }
        }

        private @Nullable String next() throws InterruptedException {
            return heard.poll(20, TimeUnit.SECONDS);
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(byte[] piece) {
            heard.add(Integer.toString(piece.length));
        }

        @Override
        public void onError(Throwable failure) {
            heard.add("error " + failure);
        }

        @Override
        public void onComplete() {
            heard.add("complete");
        }
    }
}
