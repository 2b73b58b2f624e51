package dev.fourfold.metrics.influx;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.influx.InfluxQuery.Field;
import dev.fourfold.metrics.point.HistoryCursor;
import dev.fourfold.metrics.point.PointOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads pages of histories, each by merging what is in the plain field, in the text field and at the side. Each of these is
 * read in pieces, and a piece says up to where it is complete; points up to the least of these bounds are in order.
 */
final class HistoryReader {

    private static final Point END = new Point("", Long.MAX_VALUE, Long.MAX_VALUE, Double.POSITIVE_INFINITY);

    private final InfluxReader reader;
    private final Policies policies;

    HistoryReader(InfluxReader reader, Policies policies) {
        this.reader = reader;
        this.policies = policies;
    }

    /** A page for each of the queries; what they all need next of InfluxDB is asked for in one request. */
    List<HistoryPage> read(List<HistoryQuery> queries) throws StoreUnavailableException {
        var readings = queries.stream().map(Reading::new).toList();
        while (true) {
            var statements = new InfluxQuery();
            for (Reading reading : readings) {
                reading.addTo(statements);
            }
            if (statements.size() == 0) {
                return readings.stream().map(reading -> reading.page.toPage()).toList();
            }
            reader.query(statements);
            for (Reading reading : readings) {
                reading.finishPieces();
            }
        }
    }

    /**
     * One page being read: first what lies at its own time, merged from three parts; then, where the page has room, the
     * side points at each scale that the key has some at.
     */
    private final class Reading {

        private final HistoryQuery query;
        private final @Nullable HistoryCursor cursor;
        private final int firstScale;
        private final Page page;
        private final TreeSet<Integer> scales = new TreeSet<>();

        /** What is being merged; empty while the scales are asked for. */
        private List<Part> parts;

        private boolean scalesKnown;
        private boolean done;

        private Reading(HistoryQuery query) {
            this.query = query;
            this.cursor = query.cursor() == null ? null : HistoryCursor.parse(query.cursor());
            this.page = new Page(query, cursor == null ? null : cursor.asPoint());
            this.firstScale = cursor == null ? 0 : Place.scale(cursor.timestampMillis());
            long fromMillis = cursor == null ? 0 : cursor.timestampMillis();
            this.parts = firstScale > 0
                    ? List.of()
                    : List.of(
                            new PlainPart(query, cursor),
                            new TextPart(query, fromMillis),
                            new SidePart(query, 0, fromMillis));
        }

        private void addTo(InfluxQuery statements) {
            if (done) {
                return;
            }
            for (Part part : parts) {
                if (part.isDrained()) {
                    part.addTo(statements);
                }
            }
            if (parts.isEmpty()) {
                askForScales(statements);
            }
        }

        private void finishPieces() {
            if (done) {
                return;
            }
            if (parts.isEmpty()) {
                scalesKnown = true;
                scales.headSet(Math.max(1, firstScale)).clear();
                goOn();
            } else if (merge()) {
                goOn();
            }
        }

        /** Moves what is in order to the page. Returns whether the parts hold nothing more that it needs. */
        private boolean merge() {
            Point bound = END;
            boolean more = false;
            for (Part part : parts) {
                part.finishPiece();
                more |= !part.isEnded();
                if (byPlace(part.bound, bound) < 0) {
                    bound = part.bound;
                }
            }
            var ready = new ArrayList<Point>();
            for (Part part : parts) {
                part.takeUpTo(bound, ready);
            }
            page.add(ready);
            return !more || page.isFull();
        }

        private void goOn() {
            parts = List.of();
            if (page.isFull()) {
                done = true;
            } else if (scalesKnown) {
                Integer scale = scales.pollFirst();
                if (scale == null) {
                    done = true;
                } else {
                    long from = cursor == null || scale > firstScale ? 0 : cursor.timestampMillis() >>> scale;
                    parts = List.of(new SidePart(query, scale, from));
                }
            }
        }

        /** The scales that this key may have side points at. */
        private void askForScales(InfluxQuery statements) {
            statements.add(
                    (columns, values) -> {
                        String value = values[1];
                        if (value != null) {
                            scales.add(Integer.valueOf(value));
                        }
                    },
                    "SHOW TAG VALUES FROM ? WITH KEY = scale WHERE run = ? AND bucket = ?",
                    policies.side(query.experimentId(), query.key()),
                    Names.encode(query.runId()),
                    Integer.toString(Place.bucket(Names.encode(query.key()))));
        }
    }

    private static int byPlace(Point a, Point b) {
        int byTime = Long.compare(a.timestampMillis(), b.timestampMillis());
        return byTime != 0 ? byTime : Long.compare(a.step(), b.step());
    }

    /** The page as it grows; holds one point more than the limit, to know whether there is another page. */
    private static final class Page {

        private final HistoryQuery query;
        private final @Nullable Point after;
        private final List<Point> points = new ArrayList<>();

        private Page(HistoryQuery query, @Nullable Point after) {
            this.query = query;
            this.after = after;
        }

        private boolean isFull() {
            return points.size() > query.limit();
        }

        private void add(List<Point> ready) {
            ready.sort(PointOrder.INSTANCE);
            for (Point point : ready) {
                if (isFull()) {
                    return;
                }
                Point last = points.isEmpty() ? after : points.getLast();
                // A point may be stored twice, in a wide row and at the side, after InfluxDB refused the one for a
                // while.
                if (last == null || PointOrder.INSTANCE.compare(point, last) > 0) {
                    points.add(point);
                }
            }
        }

        private HistoryPage toPage() {
            boolean more = isFull();
            if (more) {
                points.removeLast();
            }
            return new HistoryPage(
                    new PointBatch(query.experimentId(), query.runId(), points),
                    more ? HistoryCursor.after(points.getLast()).toText() : null);
        }
    }

    /** One of the places that a history is read from, piece by piece. */
    private abstract static class Part implements InfluxQuery.Rows {

        protected final HistoryQuery query;
        protected final String encodedKey;

        /** Sorted by place once a piece is finished. */
        protected List<Point> piece = new ArrayList<>();

        /** Everything of this part up to here, this place included, was delivered or is in the piece. */
        protected Point bound = END;

        protected int rows;
        protected boolean asked;
        protected boolean ended;

        private Part(HistoryQuery query) {
            this.query = query;
            this.encodedKey = Names.encode(query.key());
        }

        abstract void addTo(InfluxQuery statements);

        abstract void finishPiece();

        final boolean isDrained() {
            return !ended && piece.isEmpty();
        }

        final boolean isEnded() {
            return ended;
        }

        final void takeUpTo(Point limit, List<Point> into) {
            int count = 0;
            while (count < piece.size() && byPlace(piece.get(count), limit) <= 0) {
                count++;
            }
            into.addAll(piece.subList(0, count));
            piece = new ArrayList<>(piece.subList(count, piece.size()));
        }

        final void end() {
            ended = true;
            bound = END;
        }
    }

    /** The plain field: the order of time is the order of the history, so a piece may end anywhere. */
    private final class PlainPart extends Part {

        private long fromNanos;

        private PlainPart(HistoryQuery query, @Nullable HistoryCursor cursor) {
            super(query);
            if (cursor != null) {
                long step = Math.clamp(cursor.step(), 0, Place.PLACES - 1);
                fromNanos = cursor.timestampMillis() * Place.PLACES + step;
            }
        }

        @Override
        void addTo(InfluxQuery statements) {
            asked = true;
            rows = 0;
            statements.add(
                    this,
                    "SELECT ? FROM ? WHERE ? = ? AND time >= ? LIMIT " + (query.limit() + 1),
                    Field.wide(Names.plainField(encodedKey)),
                    policies.wide(query.experimentId(), query.key()),
                    SeriesMemory.RUN,
                    Names.encode(query.runId()),
                    fromNanos);
        }

        @Override
        public void row(List<String> columns, String[] values) {
            rows++;
            String value = values[1];
            if (value != null) {
                piece.add(Place.plain(query.key(), Long.parseLong(values[0]), Double.parseDouble(value)));
            }
        }

        @Override
        void finishPiece() {
            if (!asked) {
                return;
            }
            asked = false;
            if (rows <= query.limit() || piece.isEmpty()) {
                end();
            } else {
                bound = piece.getLast();
                fromNanos = Place.wideNanos(bound) + 1;
            }
        }
    }

    /**
     * A part in which points of one (cut) millisecond are in no order: a piece ends between two of them. Where one
     * millisecond alone holds more than a piece, the piece grows until it has all of it.
     */
    private abstract static class MillisPart extends Part {

        private final int scale;
        private long fromMillis;
        private long lastMillis;
        private long limit;

        private MillisPart(HistoryQuery query, int scale, long fromMillis) {
            super(query);
            this.scale = scale;
            this.fromMillis = fromMillis;
            this.limit = query.limit() + 1L;
        }

        final long fromNanos() {
            return fromMillis * Place.PLACES;
        }

        final long limit() {
            asked = true;
            rows = 0;
            return limit;
        }

        final void addText(@Nullable String text) {
            Point point = text == null ? null : Place.parse(query.key(), text);
            if (point != null) {
                piece.add(point);
            }
        }

        final void count(String nanos) {
            rows++;
            lastMillis = Math.floorDiv(Long.parseLong(nanos), Place.PLACES);
        }

        @Override
        final void finishPiece() {
            if (!asked) {
                return;
            }
            asked = false;
            if (rows < limit) {
                end();
            } else if (lastMillis == fromMillis) {
                piece.clear();
                limit *= 4;
                bound = new Point("", (fromMillis << scale) - 1, Long.MAX_VALUE, 0);
            } else {
                bound = new Point("", (lastMillis << scale) - 1, Long.MAX_VALUE, 0);
                piece.removeIf(point -> byPlace(point, bound) > 0);
                fromMillis = lastMillis;
                limit = query.limit() + 1L;
            }
            piece.sort(PointOrder.INSTANCE);
        }
    }

    /** The text field of the wide rows. */
    private final class TextPart extends MillisPart {

        private TextPart(HistoryQuery query, long fromMillis) {
            super(query, 0, fromMillis);
        }

        @Override
        void addTo(InfluxQuery statements) {
            statements.add(
                    this,
                    "SELECT ? FROM ? WHERE ? = ? AND time >= ? LIMIT " + limit(),
                    Field.wide(Names.textField(encodedKey)),
                    policies.wide(query.experimentId(), query.key()),
                    SeriesMemory.RUN,
                    Names.encode(query.runId()),
                    fromNanos());
        }

        @Override
        public void row(List<String> columns, String[] values) {
            count(values[0]);
            addText(values[1]);
        }
    }

    /** The side points at one scale. */
    private final class SidePart extends MillisPart {

        private final int scale;

        private SidePart(HistoryQuery query, int scale, long fromMillis) {
            super(query, scale, fromMillis);
            this.scale = scale;
        }

        @Override
        void addTo(InfluxQuery statements) {
            statements.add(
                    this,
                    "SELECT ? FROM ? WHERE run = ? AND scale = ? AND bucket = ? AND time >= ? LIMIT " + limit(),
                    Field.SIDE,
                    policies.side(query.experimentId(), query.key()),
                    Names.encode(query.runId()),
                    Integer.toString(scale),
                    Integer.toString(Place.bucket(encodedKey)),
                    fromNanos());
        }

        @Override
        public void row(List<String> columns, String[] values) {
            count(values[0]);
            String text = values[1];
            if (text != null && Place.isOfKey(text, encodedKey)) {
                addText(text);
            }
        }
    }
}
