package dev.fourfold.metrics.influx;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.influx.SeriesMemory.FieldState;
import dev.fourfold.metrics.influx.SeriesMemory.KeyState;
import dev.fourfold.metrics.influx.SeriesMemory.RunState;
import dev.fourfold.metrics.point.PointOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every point its place and writes it, so that no place is ever written with another point than the one that it
 * has: what is replayed or comes late finds itself. One thread at a time.
 */
final class PointWriter {

    private static final Logger LOG = LoggerFactory.getLogger(PointWriter.class);

    /** What has one place and one policy is one row. */
    private static final Comparator<Placed> BY_PLACE = (a, b) -> a.policy() == b.policy()
            ? Long.compare(a.nanos(), b.nanos())
            : a.policy().name().compareTo(b.policy().name());

    private final Policies policies;
    private final SeriesMemory memory;
    private final StoredPlaces stored;
    private final InfluxWriter writer;

    PointWriter(Policies policies, SeriesMemory memory, StoredPlaces stored, InfluxWriter writer) {
        this.policies = policies;
        this.memory = memory;
        this.stored = stored;
        this.writer = writer;
    }

    /** Writes points in order. @return how many InfluxDB refused for good */
    long write(List<PointBatch> batches) throws StoreUnavailableException {
        memory.learn(batches);
        var wide = new LinkedHashMap<RunKey, List<Placed>>();
        var contested = new LinkedHashMap<RunKey, List<Placed>>();
        var side = new ArrayList<SidePoint>();
        long expired = 0;
        for (PointBatch batch : batches) {
            var run = new RunKey(batch.experimentId(), batch.runId());
            var wideOfRun = wide.computeIfAbsent(run, key -> new ArrayList<>());
            RunState state = memory.run(run);
            for (Point point : batch.points()) {
                if (point.timestampMillis() < policies.expiredBefore(batch.experimentId(), point.key())) {
                    expired++;
                    continue;
                }
                KeyState key = memory.key(run, state, point.key());
                FieldState field = Place.isPlain(point) ? key.plain() : key.text();
                if (Place.scale(point.timestampMillis()) > 0 || !memory.admits(field)) {
                    side.add(new SidePoint(run, key.encoded(), point));
                    continue;
                }
                Policy policy = policies.place(batch.experimentId(), point.key(), point.timestampMillis());
                var placed = new Placed(Place.wideNanos(point), policy, key.encoded(), field, point);
                if (field.takeNew(placed.nanos())) {
                    wideOfRun.add(placed);
                } else {
                    contested.computeIfAbsent(run, key1 -> new ArrayList<>()).add(placed);
                }
            }
        }
        if (expired > 0) {
            LOG.warn("metrics.expired points={} are older than the retention of their class", expired);
        }
        settle(contested, wide, side);
        long expiredBefore = writer.expired();
        writeWide(wide, side);
        long refused = expired + writeSide(side) + writer.expired() - expiredBefore;
        writer.checkRoom();
        return refused;
    }

    /** Points whose place may be taken: the same point is dropped, another one goes to the side. */
    private void settle(Map<RunKey, List<Placed>> contested, Map<RunKey, List<Placed>> wide, List<SidePoint> side)
            throws StoreUnavailableException {
        if (contested.isEmpty()) {
            return;
        }
        var wanted = new HashMap<RunKey, StoredPlaces.Wanted>();
        contested.forEach((run, points) -> {
            var places = new StoredPlaces.Wanted(new TreeSet<>(), new TreeSet<>());
            for (Placed placed : points) {
                places.fields().add(placed.field().name());
                places.nanos().add(placed.nanos());
            }
            wanted.put(run, places);
        });
        Map<RunKey, Map<FieldPlace, Point>> taken = stored.wide(wanted);
        for (var entry : contested.entrySet()) {
            RunKey run = entry.getKey();
            var takenOfRun = taken.computeIfAbsent(run, key -> new HashMap<>());
            var wantedNanos = wanted.get(run);
            var wideOfRun = wide.computeIfAbsent(run, key -> new ArrayList<>());
            for (Placed placed : wideOfRun) {
                if (wantedNanos != null && wantedNanos.nanos().contains(placed.nanos())) {
                    takenOfRun.putIfAbsent(placed.place(), placed.point());
                }
            }
            for (Placed placed : entry.getValue()) {
                Point there = takenOfRun.putIfAbsent(placed.place(), placed.point());
                if (there == null) {
                    wideOfRun.add(placed);
                } else if (PointOrder.INSTANCE.compare(there, placed.point()) != 0) {
                    side.add(new SidePoint(run, placed.encodedKey(), placed.point()));
                }
            }
        }
    }

    private void writeWide(Map<RunKey, List<Placed>> wide, List<SidePoint> side) throws StoreUnavailableException {
        List<WideLine> lines = new ArrayList<>();
        wide.forEach((run, points) -> {
            points.sort(BY_PLACE);
            int from = 0;
            for (int to = 1; to <= points.size(); to++) {
                if (to == points.size() || BY_PLACE.compare(points.get(to), points.get(from)) != 0) {
                    lines.add(new WideLine(run, points.subList(from, to)));
                    from = to;
                }
            }
        });
        lines.sort(InfluxWriter.BY_POLICY);
        List<WideLine> left = lines;
        for (var refusal = writer.write(left); refusal != null; refusal = writer.write(left)) {
            writeFieldByField(refusal.line(), side);
            left = withoutClosedFields(left.subList(refusal.index() + 1, left.size()), side);
        }
    }

    /** InfluxDB refuses a whole row for one field: the others are good, and the one fits the side measurement. */
    private void writeFieldByField(WideLine row, List<SidePoint> side) throws StoreUnavailableException {
        for (Placed placed : row.points) {
            var refusal = writer.write(List.of(new WideLine(row.run, List.of(placed))));
            if (refusal != null) {
                if (refusal.isOfType()) {
                    memory.close(row.run, placed.field());
                }
                LOG.warn("influxdb.refused {} reason={}", refusal.line().describe(), refusal.reason());
                side.add(new SidePoint(row.run, placed.encodedKey(), placed.point()));
            }
        }
    }

    private List<WideLine> withoutClosedFields(List<WideLine> lines, List<SidePoint> side) {
        var kept = new ArrayList<WideLine>(lines.size());
        for (WideLine line : lines) {
            var points = new ArrayList<Placed>(line.points.size());
            for (Placed placed : line.points) {
                if (memory.admits(placed.field())) {
                    points.add(placed);
                } else {
                    side.add(new SidePoint(line.run, placed.encodedKey(), placed.point()));
                }
            }
            if (points.size() == line.points.size()) {
                kept.add(line);
            } else if (!points.isEmpty()) {
                kept.add(new WideLine(line.run, points));
            }
        }
        return kept;
    }

    private long writeSide(List<SidePoint> side) throws StoreUnavailableException {
        if (side.isEmpty()) {
            return 0;
        }
        var bySeries = new LinkedHashMap<SideSeries, TreeMap<Long, List<SidePoint>>>();
        for (SidePoint point : side) {
            bySeries.computeIfAbsent(point.series(), key -> new TreeMap<>())
                    .computeIfAbsent(point.cutMillis(), key -> new ArrayList<>())
                    .add(point);
        }
        var wanted = new LinkedHashMap<SideSeries, List<Long>>();
        bySeries.forEach((series, byMillis) -> wanted.put(series, List.copyOf(byMillis.keySet())));
        var taken = stored.side(wanted);
        var lines = new ArrayList<SideLine>();
        bySeries.forEach((series, byMillis) -> byMillis.forEach((millis, points) -> {
            SideMillis there = taken.getOrDefault(series, Map.of()).getOrDefault(millis, new SideMillis());
            for (SidePoint point : points) {
                if (there.add(Place.identity(point.encodedKey(), point.point()))) {
                    Policy policy = policies.place(
                            point.run().experimentId(), point.point().key(), point.cutMillis());
                    lines.add(new SideLine(point, policy, there.takeNext()));
                }
            }
        }));
        lines.sort(InfluxWriter.BY_POLICY);
        long refused = 0;
        List<SideLine> left = lines;
        for (var refusal = writer.write(left); refusal != null; refusal = writer.write(left)) {
            LOG.error("metrics.lost {} reason={}", refusal.line().describe(), refusal.reason());
            refused++;
            left = left.subList(refusal.index() + 1, left.size());
        }
        return refused;
    }

    /** A point and its place in a wide row. */
    private record Placed(long nanos, Policy policy, String encodedKey, FieldState field, Point point) {

        FieldPlace place() {
            return new FieldPlace(field.name(), nanos);
        }
    }

    /** A place of one run: at most one point is there. */
    record FieldPlace(String field, long nanos) {}

    /** A point that goes to the side. */
    private record SidePoint(RunKey run, String encodedKey, Point point) {

        SideSeries series() {
            return new SideSeries(run, Place.scale(point.timestampMillis()), Place.bucket(encodedKey));
        }

        long cutMillis() {
            return point.timestampMillis() >>> Place.scale(point.timestampMillis());
        }
    }

    /** One series of side points. */
    record SideSeries(RunKey run, int scale, int bucket) {}

    /** The side points of one series at one millisecond. */
    static final class SideMillis {

        private final Set<String> identities = new HashSet<>();
        private long next;

        /** Notes a point that is stored at a place. */
        void note(String identity, long place) {
            identities.add(identity);
            next = Math.max(next, place + 1);
        }

        private boolean add(String identity) {
            return identities.add(identity);
        }

        private long takeNext() {
            return next++;
        }
    }

    /** A wide row, or a part of one. */
    private static final class WideLine implements InfluxWriter.Line {

        private final RunKey run;
        private final List<Placed> points;
        private final String text;

        private WideLine(RunKey run, List<Placed> points) {
            this.run = run;
            this.points = Collections.unmodifiableList(points);
            var line = new StringBuilder(64 + 40 * points.size())
                    .append(Names.wideMeasurement(run.experimentId()))
                    .append(",run=")
                    .append(Names.encode(run.runId()));
            char separator = ' ';
            for (Placed placed : points) {
                line.append(separator).append(placed.field().name()).append('=');
                if (Place.isPlain(placed.point())) {
                    line.append(placed.point().value());
                } else {
                    line.append('"').append(Place.text(placed.point())).append('"');
                }
                separator = ',';
            }
            this.text = line.append(' ').append(points.getFirst().nanos()).toString();
        }

        @Override
        public String text() {
            return text;
        }

        @Override
        public Policy policy() {
            return points.getFirst().policy();
        }

        @Override
        public String describe() {
            return "experiment " + run.experimentId() + ", run " + run.runId() + ", " + points.size()
                    + " points, field " + points.getFirst().field().name();
        }
    }

    /** One side point. */
    private static final class SideLine implements InfluxWriter.Line {

        private final SidePoint point;
        private final Policy policy;
        private final String text;

        private SideLine(SidePoint point, Policy policy, long place) {
            this.point = point;
            this.policy = policy;
            var line = new StringBuilder(160)
                    .append(Names.sideMeasurement(point.run().experimentId()))
                    .append(",bucket=")
                    .append(point.series().bucket());
            // More points than places at one millisecond: further ones go to a series of their own.
            if (place >= Place.PLACES) {
                line.append(",floor=").append(place / Place.PLACES);
            }
            this.text = line.append(",run=")
                    .append(Names.encode(point.run().runId()))
                    .append(",scale=")
                    .append(point.series().scale())
                    .append(" point=\"")
                    .append(Place.sideText(point.encodedKey(), point.point()))
                    .append("\" ")
                    .append(point.cutMillis() * Place.PLACES + place % Place.PLACES)
                    .toString();
        }

        @Override
        public String text() {
            return text;
        }

        @Override
        public Policy policy() {
            return policy;
        }

        @Override
        public String describe() {
            return "experiment " + point.run().experimentId() + ", run "
                    + point.run().runId() + ", side point of key " + point.encodedKey();
        }
    }
}
