package dev.fourfold.contract.live;

import dev.fourfold.contract.http.RequestThreads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The feeds of several instances as one. Its position is that of each instance, by number: {@code 1=...,3=...}.
 * A thread for each instance reads a few frames ahead and no further, so a slow reader is slow for every instance.
 */
final class JoinedFeed implements LiveFeed {

    private static final int FRAMES_AHEAD = 4;

    /** How long one wait for an instance lasts; it is repeated until something comes. */
    private static final Duration TURN = Duration.ofSeconds(5);

    /** How long a waiting reader takes to see that it was closed. */
    private static final long GLANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final Pattern JOINED = Pattern.compile("\\d+=[^,=]*(,\\d+=[^,=]*)*");

    private final Map<Integer, LiveFeed> parts;
    private final SortedMap<Integer, String> positions = new TreeMap<>();
    private final String begin;
    private final List<Thread> readers;
    private final LinkedBlockingQueue<Part> heard = new LinkedBlockingQueue<>(FRAMES_AHEAD);
    private volatile boolean closed;

    /** @param parts by the instances' numbers; closed with this */
    JoinedFeed(Map<Integer, LiveFeed> parts) {
        this.parts = Map.copyOf(parts);
        parts.forEach((number, part) -> positions.put(number, part.position()));
        this.begin = together();
        this.readers = parts.entrySet().stream()
                .map(part ->
                        RequestThreads.start("live-feed-" + part.getKey(), () -> read(part.getKey(), part.getValue())))
                .toList();
    }

    /**
     * The position of one instance within a position that was told. One without it is given to the instance as it is:
     * it goes on from its own and knows that another one is not.
     */
    static @Nullable String positionOf(int number, @Nullable String position) {
        if (position == null || !JOINED.matcher(position).matches()) {
            return position;
        }
        String start = number + "=";
        for (String part : position.split(",", -1)) {
            if (part.startsWith(start)) {
                return part.substring(start.length());
            }
        }
        return position;
    }

    @Override
    public List<String> missed() {
        return parts.values().stream().flatMap(part -> part.missed().stream()).toList();
    }

    @Override
    public String position() {
        return begin;
    }

    @Override
    public LiveNews next(Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            if (closed) {
                return new LiveNews.Ended("It was closed.");
            }
            long left = deadline - System.nanoTime();
            Part part = heard.poll(Math.clamp(left, 0, GLANCE_NANOS), TimeUnit.NANOSECONDS);
            if (part == null) {
                if (left <= 0) {
                    return new LiveNews.Quiet(together());
                }
                continue;
            }
            switch (part.news()) {
                case LiveNews.Fresh(String position, List<LiveNews.RunNews> runs) -> {
                    positions.put(part.number(), position);
                    return new LiveNews.Fresh(together(), runs);
                }
                case LiveNews.Quiet(String position) -> positions.put(part.number(), position);
                case LiveNews.Behind behind -> {
                    return behind;
                }
                case LiveNews.Ended ended -> {
                    return ended;
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        readers.forEach(Thread::interrupt);
        parts.values().forEach(LiveFeed::close);
    }

    private void read(int number, LiveFeed part) {
        try {
            LiveNews news;
            do {
                news = part.next(TURN);
                heard.put(new Part(number, news));
            } while (!(news instanceof LiveNews.Ended) && !(news instanceof LiveNews.Behind));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Closed: nobody listens any more.
        }
    }

    private String together() {
        return positions.entrySet().stream()
                .map(one -> one.getKey() + "=" + one.getValue())
                .collect(Collectors.joining(","));
    }

    /** What one instance told. */
    private record Part(int number, LiveNews news) {}
}
