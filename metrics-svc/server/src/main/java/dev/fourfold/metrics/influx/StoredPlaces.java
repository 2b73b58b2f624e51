package dev.fourfold.metrics.influx;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.influx.InfluxQuery.Field;
import dev.fourfold.metrics.influx.PointWriter.FieldPlace;
import dev.fourfold.metrics.influx.PointWriter.SideMillis;
import dev.fourfold.metrics.influx.PointWriter.SideSeries;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * Looks up what is stored at given places. A range that holds far more than was asked for is halved and asked for again,
 * so a look costs by the places wanted and not by what lies between them.
 */
final class StoredPlaces {

    /** Stands for what another program wrote at a place of ours: no point of ours is the same. */
    private static final Point FOREIGN = new Point("", -1, 0, 0);

    private static final int STATEMENTS_A_REQUEST = 100;

    /** How many rows more than wanted are read before a range is halved. */
    private static final int SPARE_ROWS = 64;

    private final InfluxReader reader;
    private final Policies policies;

    StoredPlaces(InfluxReader reader, Policies policies) {
        this.reader = reader;
        this.policies = policies;
    }

    /** The fields and times that are looked up of one run. */
    record Wanted(SortedSet<String> fields, SortedSet<Long> nanos) {}

    /** What is stored in wide rows, at the wanted places and near them. */
    Map<RunKey, Map<FieldPlace, Point>> wide(Map<RunKey, Wanted> wanted) throws StoreUnavailableException {
        var found = new HashMap<RunKey, Map<FieldPlace, Point>>();
        var looks = new ArrayDeque<Look>();
        wanted.forEach((run, places) -> {
            var ofRun = new HashMap<FieldPlace, Point>();
            found.put(run, ofRun);
            var fields = List.copyOf(places.fields());
            long[] times = places.nanos().stream().mapToLong(Long::longValue).toArray();
            looks.add(new WideLook(run, fields, ofRun, times));
        });
        run(looks);
        return found;
    }

    /** The side points of these series at these milliseconds, and at some between them. */
    Map<SideSeries, Map<Long, SideMillis>> side(Map<SideSeries, List<Long>> wanted) throws StoreUnavailableException {
        var found = new HashMap<SideSeries, Map<Long, SideMillis>>();
        var looks = new ArrayDeque<Look>();
        wanted.forEach((series, millis) -> {
            var ofSeries = new HashMap<Long, SideMillis>();
            found.put(series, ofSeries);
            looks.add(new SideLook(
                    series, ofSeries, millis.stream().mapToLong(Long::longValue).toArray()));
        });
        run(looks);
        return found;
    }

    private void run(ArrayDeque<Look> looks) throws StoreUnavailableException {
        while (!looks.isEmpty()) {
            var query = new InfluxQuery();
            var asked = new ArrayList<Look>();
            while (!looks.isEmpty() && asked.size() < STATEMENTS_A_REQUEST) {
                Look look = looks.poll();
                look.addTo(query);
                asked.add(look);
            }
            reader.query(query);
            for (Look look : asked) {
                looks.addAll(look.halves());
            }
        }
    }

    /** One statement over a range of time. */
    private abstract static class Look implements InfluxQuery.Rows {

        protected final long[] times;
        private int rows;

        private Look(long[] times) {
            this.times = times;
        }

        abstract void addTo(InfluxQuery query);

        abstract Look part(long[] part);

        final int limit() {
            return times.length == 1 ? 0 : 2 * times.length + SPARE_ROWS;
        }

        final void count() {
            rows++;
        }

        /** The two halves where this look was cut short, else nothing. */
        final List<Look> halves() {
            if (limit() == 0 || rows < limit()) {
                return List.of();
            }
            int middle = times.length / 2;
            return List.of(
                    part(Arrays.copyOfRange(times, 0, middle)), part(Arrays.copyOfRange(times, middle, times.length)));
        }

        final String limitClause() {
            return limit() == 0 ? "" : " LIMIT " + limit();
        }
    }

    private final class WideLook extends Look {

        private final RunKey run;
        private final List<String> fields;
        private final Map<FieldPlace, Point> found;

        private WideLook(RunKey run, List<String> fields, Map<FieldPlace, Point> found, long[] nanos) {
            super(nanos);
            this.run = run;
            this.fields = fields;
            this.found = found;
        }

        @Override
        void addTo(InfluxQuery query) {
            query.add(
                    this,
                    "SELECT ? FROM ? WHERE ? = ? AND time >= ? AND time <= ?" + limitClause(),
                    fields.stream().map(Field::wide).toList(),
                    policies.wide(run.experimentId()),
                    SeriesMemory.RUN,
                    Names.encode(run.runId()),
                    times[0],
                    times[times.length - 1]);
        }

        @Override
        Look part(long[] part) {
            return new WideLook(run, fields, found, part);
        }

        @Override
        public void row(List<String> columns, String[] values) {
            count();
            long nanos = Long.parseLong(values[0]);
            for (int i = 1; i < values.length; i++) {
                String value = values[i];
                if (value != null) {
                    String field = fields.get(i - 1);
                    Point point = field.startsWith(Names.textField(""))
                            ? Place.parse("", value)
                            : Place.plain("", nanos, Double.parseDouble(value));
                    found.put(new FieldPlace(field, nanos), point == null ? FOREIGN : point);
                }
            }
        }
    }

    private final class SideLook extends Look {

        private final SideSeries series;
        private final Map<Long, SideMillis> found;

        private SideLook(SideSeries series, Map<Long, SideMillis> found, long[] millis) {
            super(millis);
            this.series = series;
            this.found = found;
        }

        @Override
        void addTo(InfluxQuery query) {
            query.add(
                    this,
                    "SELECT ?, floor FROM ? WHERE run = ? AND scale = ? AND bucket = ?" + " AND time >= ? AND time < ?"
                            + limitClause(),
                    Field.SIDE,
                    policies.side(series.run().experimentId()),
                    Names.encode(series.run().runId()),
                    Integer.toString(series.scale()),
                    Integer.toString(series.bucket()),
                    times[0] * Place.PLACES,
                    (times[times.length - 1] + 1) * Place.PLACES);
        }

        @Override
        Look part(long[] part) {
            return new SideLook(series, found, part);
        }

        @Override
        public void row(List<String> columns, String[] values) {
            count();
            String text = values[1];
            if (text != null) {
                long nanos = Long.parseLong(values[0]);
                long floor = values[2] == null || values[2].isEmpty() ? 0 : Long.parseLong(values[2]);
                found.computeIfAbsent(Math.floorDiv(nanos, Place.PLACES), key -> new SideMillis())
                        .note(Place.identity(text), floor * Place.PLACES + Math.floorMod(nanos, Place.PLACES));
            }
        }
    }
}
