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
 * Outlines of series that were read by step, chunk after chunk in the order of time. InfluxDB knows nothing of steps, and
 * without these every such question would read the whole history.
 *
 * <p>An outline is right up to its end: the writer, who is the only one that writes a run's points, tells of each point,
 * and what lies at or behind it is forgotten. All of it may be lost at any time.
 */
final class Outlines {

    /** Past this weight of chunks the runs not asked for or written to for longest are forgotten: some 60 MB. */
    private static final int MOST_WEIGHT = 300_000;

    private final int chunkPoints;
    private final int chunksWithPoints;
    private final LinkedHashMap<RunKey, Map<String, Outline>> runs = new LinkedHashMap<>(64, 0.75f, true);
    private long weight;

    /**
     * @param chunkPoints how many points a chunk has
     * @param chunksWithPoints of a series with no more chunks the points are kept too: parts of its charts are shorter
     *     than a chunk
     */
    Outlines(int chunkPoints, int chunksWithPoints) {
        this.chunkPoints = chunkPoints;
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
        replace(outline, from(expiredBefore, outline.chunks));
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
                weight -= weight(outline.chunks);
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
        Map<String, Outline> ofRun = runs.get(extension.run);
        if (ofRun == null || ofRun.get(extension.key) != outline) {
            return; // Forgotten meanwhile.
        }
        if (complete) {
            List<Chunk> chunks = before(extension.disturbedFrom, extension.chunks);
            if (chunks.size() > outline.chunks.size()) {
                boolean keep = chunks.size() <= chunksWithPoints;
                replace(
                        outline,
                        keep
                                ? List.copyOf(chunks)
                                : chunks.stream().map(Chunk::withoutPoints).toList());
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

    private void replace(Outline outline, List<Chunk> chunks) {
        weight += weight(chunks) - weight(outline.chunks);
        outline.chunks = chunks;
    }

    private static long weight(List<Chunk> chunks) {
        return chunks.stream().mapToLong(Chunk::weight).sum();
    }

    private void forgetOldest() {
        var oldest = runs.values().iterator();
        while (weight > MOST_WEIGHT && oldest.hasNext()) {
            for (Outline outline : oldest.next().values()) {
                weight -= weight(outline.chunks);
            }
            oldest.remove();
        }
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
        private final Set<Extension> extensions = new HashSet<>();
    }

    /** One reader's way from the end of an outline to the end of the series. */
    final class Extension implements InfluxQuery.Rows, AutoCloseable {

        private final RunKey run;
        private final String key;
        private final Outline outline;
        private final List<Chunk> chunks;
        private final long fromNanos;
        private final boolean pointsMissing;
        private final List<Point> tail = new ArrayList<>();
        private long disturbedFrom = Long.MAX_VALUE;
        private boolean complete;

        private Extension(RunKey run, String key, Outline outline) {
            this.run = run;
            this.key = key;
            this.outline = outline;
            this.chunks = new ArrayList<>(outline.chunks);
            // Of a series that was long until late points made its outline shorter.
            this.pointsMissing = chunks.stream().anyMatch(chunk -> chunk.kept() == null);
            this.fromNanos = chunks.isEmpty() ? 0 : chunks.getLast().endNanos() + 1;
        }

        /** How many points a chunk has. */
        int chunkPoints() {
            return chunkPoints;
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
                chunks.add(Chunk.of(tail, chunks.size() < chunksWithPoints));
                tail.clear();
            }
        }

        /** How many more points can be read until there are too many to be kept; 0 where some are not. */
        int room() {
            return pointsMissing ? 0 : Math.max(0, chunksWithPoints - chunks.size()) * chunkPoints - tail.size();
        }

        /** Everything was read, or everything up to some place. */
        void complete() {
            complete = true;
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
