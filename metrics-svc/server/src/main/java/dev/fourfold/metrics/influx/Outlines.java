package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Outlines of series that were read, chunk after chunk in the order of time, so that drawing one again reads only what came
 * since. InfluxDB knows nothing of steps, and needs a second of a core to choose by time from some million points.
 *
 * <p>An outline is right up to its end: the writer, who is the only one that writes a run's points, tells of each point,
 * and what lies at or behind it is forgotten. All of it may be lost at any time. Of a series either all points are kept
 * or none.
 */
final class Outlines {

    /**
     * Past this the points of long series not asked for or written to for longest are forgotten, and where that is not
     * enough, runs. As much again is held by readers under way.
     */
    private static final long MOST_BYTES = 60_000_000;

    private static final int POINT_BYTES = 40;

    private final int chunkPoints;
    private final int shortChunks;
    private final int chunksWithPoints;
    private final LinkedHashMap<RunKey, Map<String, Outline>> runs = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;
    private long bytesUnderWay;

    /**
     * @param chunkPoints how many points a chunk has
     * @param shortChunks a series with no more chunks is worth nothing without its points: parts of its charts are shorter
     *     than a chunk
     * @param chunksWithPoints of a series with no more chunks the points are kept too
     */
    Outlines(int chunkPoints, int shortChunks, int chunksWithPoints) {
        this.chunkPoints = chunkPoints;
        this.shortChunks = shortChunks;
        this.chunksWithPoints = chunksWithPoints;
    }

    int chunkPoints() {
        return chunkPoints;
    }

    /**
     * Begins to read on from where an outline ends; must be closed.
     *
     * @param expiredBefore the timestamp before which InfluxDB may have dropped points: of an outline's first chunks those
     *     that end before it are forgotten
     */
    synchronized Extension extend(RunKey run, String key, long expiredBefore) {
        var outline = runs.computeIfAbsent(run, _ -> new HashMap<>()).computeIfAbsent(key, _ -> new Outline());
        List<Chunk> notExpired = from(expiredBefore, outline.chunks);
        if (notExpired != outline.chunks) {
            outline.reopen(); // Of a tail some may be expired too.
            replace(outline, notExpired);
        }
        if (outline.lacksPoints() && couldKeep(outline.chunks.size())) {
            outline.reopen();
            replace(outline, List.of());
        }
        var extension = new Extension(run, key, outline);
        outline.extensions.add(extension);
        return extension;
    }

    /** Points are in the store, or may be. */
    synchronized void wrote(List<PointBatch> batches) {
        if (runs.isEmpty()) {
            return;
        }
        for (PointBatch batch : batches) {
            Map<String, Outline> ofRun = runs.get(new RunKey(batch.experimentId(), batch.runId()));
            if (ofRun == null) {
                continue;
            }
            for (Point point : batch.points()) {
                Outline outline = ofRun.get(point.key());
                if (outline != null && Place.isPlain(point) && Place.scale(point.timestampMillis()) == 0) {
                    long nanos = Place.wideNanos(point);
                    outline.reopen();
                    outline.extensions.forEach(extension -> extension.wrote(nanos));
                    if (!outline.chunks.isEmpty() && outline.chunks.getLast().endNanos() >= nanos) {
                        replace(outline, before(nanos, outline.chunks));
                    }
                }
            }
        }
    }

    /** All points of a run are gone. */
    synchronized void forget(RunKey run) {
        Map<String, Outline> ofRun = runs.remove(run);
        if (ofRun != null) {
            for (Outline outline : ofRun.values()) {
                bytes -= bytes(outline.chunks);
            }
        }
    }

    /** How many chunks there are in all. */
    synchronized int size() {
        return runs.values().stream()
                .flatMap(ofRun -> ofRun.values().stream())
                .mapToInt(outline -> outline.chunks.size())
                .sum();
    }

    private synchronized void close(Extension extension, boolean complete) {
        Outline outline = extension.outline;
        outline.extensions.remove(extension);
        bytesUnderWay -= extension.bytes;
        Map<String, Outline> ofRun = runs.get(extension.run);
        if (ofRun == null || ofRun.get(extension.key) != outline) {
            return; // Forgotten meanwhile.
        }
        if (complete) {
            List<Chunk> chunks = before(extension.disturbedFrom, extension.chunks);
            if (chunks.size() > outline.chunks.size()) {
                replace(outline, List.copyOf(chunks));
            }
            if (extension.disturbedFrom == Long.MAX_VALUE
                    && extension.toTheEnd
                    && chunks.size() == outline.chunks.size()) {
                outline.tail = List.copyOf(extension.tail);
                outline.upToDate = true;
            }
        }
        if (outline.chunks.isEmpty() && outline.extensions.isEmpty()) {
            ofRun.remove(extension.key);
            if (ofRun.isEmpty()) {
                runs.remove(extension.run);
            }
        }
        forgetOldest();
    }

    /** Whether a reader may hold some more bytes until it is done. */
    private synchronized boolean reserve(Extension extension, int more) {
        if (bytesUnderWay + more > MOST_BYTES) {
            return false;
        }
        bytesUnderWay += more;
        extension.bytes += more;
        return true;
    }

    /** Whether points of so many chunks would not be at the cost of others. */
    private boolean couldKeep(int chunks) {
        return chunks < chunksWithPoints && bytes < MOST_BYTES / 2;
    }

    private void replace(Outline outline, List<Chunk> chunks) {
        if (chunks != outline.chunks) {
            bytes += bytes(chunks) - bytes(outline.chunks);
            outline.chunks = chunks;
        }
    }

    /** With those of a tail. */
    private long bytes(List<Chunk> chunks) {
        return chunks.isEmpty() ? 0 : chunks.stream().mapToLong(Chunk::bytes).sum() + (long) chunkPoints * POINT_BYTES;
    }

    private void forgetOldest() {
        var outlines =
                runs.values().stream().flatMap(ofRun -> ofRun.values().stream()).iterator();
        while (bytes > MOST_BYTES && outlines.hasNext()) {
            Outline outline = outlines.next();
            if (outline.chunks.size() > shortChunks && !outline.lacksPoints()) {
                replace(outline, withoutPoints(outline.chunks));
            }
        }
        var oldest = runs.values().iterator();
        while (bytes > MOST_BYTES && oldest.hasNext()) {
            for (Outline outline : oldest.next().values()) {
                bytes -= bytes(outline.chunks);
            }
            oldest.remove();
        }
    }

    private static List<Chunk> withoutPoints(List<Chunk> chunks) {
        return chunks.stream().map(Chunk::withoutPoints).toList();
    }

    /** The chunks that do not end before a timestamp. */
    private static List<Chunk> from(long millis, List<Chunk> chunks) {
        int count = 0;
        while (count < chunks.size() && Math.floorDiv(chunks.get(count).endNanos(), Place.PLACES) < millis) {
            count++;
        }
        return count == 0 ? chunks : List.copyOf(chunks.subList(count, chunks.size()));
    }

    /** The chunks that end before a place. */
    private static List<Chunk> before(long nanos, List<Chunk> chunks) {
        int count = chunks.size();
        while (count > 0 && chunks.get(count - 1).endNanos() >= nanos) {
            count--;
        }
        return count == chunks.size() ? chunks : List.copyOf(chunks.subList(0, count));
    }

    /** What is known of one series; guarded by the outlines' lock. */
    private static final class Outline {

        private List<Chunk> chunks = List.of();

        /** The points behind the last chunk, where it is known that these are all. */
        private List<Point> tail = List.of();

        private boolean upToDate;
        private final Set<Extension> extensions = new HashSet<>();

        /** There may be more points behind the last chunk. */
        private void reopen() {
            tail = List.of();
            upToDate = false;
        }

        private boolean lacksPoints() {
            return !chunks.isEmpty() && chunks.getFirst().kept() == null;
        }
    }

    /** One reader's way from the end of an outline to the end of the series. */
    final class Extension implements InfluxQuery.Rows, AutoCloseable {

        private final RunKey run;
        private final String key;
        private final Outline outline;
        private final List<Chunk> chunks;
        private final long fromNanos;
        private final boolean upToDate;
        private final List<Point> tail;
        private boolean keep;
        private long disturbedFrom = Long.MAX_VALUE;
        private boolean complete;
        private boolean toTheEnd;

        /** What it holds beside the outline; guarded by the outlines' lock. */
        private long bytes;

        private Extension(RunKey run, String key, Outline outline) {
            this.run = run;
            this.key = key;
            this.outline = outline;
            this.chunks = new ArrayList<>(outline.chunks);
            this.tail = new ArrayList<>(outline.tail);
            this.upToDate = outline.upToDate;
            this.keep = chunksWithPoints > 0 && !outline.lacksPoints();
            this.fromNanos = chunks.isEmpty() ? 0 : chunks.getLast().endNanos() + 1;
        }

        /** How many points a chunk has. */
        int chunkPoints() {
            return chunkPoints;
        }

        /** Whether there is nothing to be read. */
        boolean isUpToDate() {
            return upToDate;
        }

        /** From where on points are to be read. */
        long fromNanos() {
            return fromNanos;
        }

        @Override
        public void row(List<String> columns, String[] values) {
            String value = values[1];
            if (value != null) {
                number(columns, Long.parseLong(values[0]), Double.parseDouble(value));
            }
        }

        @Override
        public void number(List<String> columns, long nanos, double value) {
            tail.add(Place.plain(key, nanos, value));
            if (tail.size() == chunkPoints) {
                chunks.add(Chunk.of(tail, keep));
                tail.clear();
                if (keep
                        && (chunks.size() >= chunksWithPoints
                                || !reserve(this, chunks.getLast().bytes()))) {
                    keep = false;
                    chunks.replaceAll(Chunk::withoutPoints);
                }
            }
        }

        /** How many more points can be read until there are too many to be kept; 0 where they are not. */
        int room() {
            return keep ? (chunksWithPoints - chunks.size()) * chunkPoints - tail.size() : 0;
        }

        /** Everything was read, or everything up to some place. */
        void complete(boolean toTheEnd) {
            complete = true;
            this.toTheEnd = toTheEnd;
        }

        /** The whole series but for the tail. */
        List<Chunk> chunks() {
            return chunks;
        }

        /** The points that no chunk has. */
        List<Point> tail() {
            return tail;
        }

        @Override
        public void close() {
            Outlines.this.close(this, complete);
        }

        /** What was read from there on may lack the point. */
        private void wrote(long nanos) {
            disturbedFrom = Math.min(disturbedFrom, nanos);
        }
    }
}
