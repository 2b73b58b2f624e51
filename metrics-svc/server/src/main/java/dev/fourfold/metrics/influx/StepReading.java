package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.RunRange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A series along steps, by its outline. Where the points of chunks are not kept, those of chunks longer than a bucket are
 * read again.
 */
final class StepReading extends SeriesReading {

    /** Stretches of time to be read are taken together until they are no more than this. */
    private static final int MOST_STRETCHES = 20;

    private final Drawing drawing;
    private int round;

    StepReading(RunRange run, String key, int maxPoints, Outlines outlines, Policies policies) {
        super(Axis.STEP, run, key, maxPoints, outlines, policies);
        this.drawing = new Drawing(Axis.STEP, run, key, maxPoints, outlines.chunkPoints());
    }

    @Override
    void ask(InfluxQuery one, InfluxQuery other) {
        round++;
        switch (round) {
            case 1 -> askForEnd(one, other);
            case 2 -> {
                outline.complete(true);
                if (!measure(one, other)) {
                    round++;
                    askForPoints(one, other);
                }
            }
            case 3 -> askForPoints(one, other);
            default -> {}
        }
    }

    private void askForEnd(InfluxQuery one, InfluxQuery other) {
        InfluxQuery statements = shorter(one, other);
        askOutline(statements, "");
        askText(statements, 0, Place.FAR * Place.PLACES);
        askSide(statements);
    }

    /** Where the points in the range begin and end. Returns whether points are asked for. */
    private boolean measure(InfluxQuery one, InfluxQuery other) {
        odd.forEach(drawing::measure);
        outline.tail().forEach(drawing::measure);
        var asked = new ArrayList<Stretch>();
        for (Chunk chunk : outline.chunks()) {
            if (!drawing.measure(chunk)) {
                asked.add(new Stretch(chunk.startNanos(), chunk.endNanos()));
            }
        }
        ask(asked, drawing::measure, one, other);
        return !asked.isEmpty();
    }

    private void askForPoints(InfluxQuery one, InfluxQuery other) {
        drawing.begin(isFinite());
        odd.forEach(drawing::add);
        outline.tail().forEach(drawing::add);
        var stretches = new ArrayList<Stretch>();
        int lastRead = -2;
        var chunks = outline.chunks();
        for (int i = 0; i < chunks.size(); i++) {
            Chunk chunk = chunks.get(i);
            if (!drawing.add(chunk, true)) {
                long start = i == lastRead + 1 ? stretches.removeLast().start : chunk.startNanos();
                stretches.add(new Stretch(start, chunk.endNanos()));
                lastRead = i;
            }
        }
        ask(stretches, drawing::add, one, other);
    }

    @Override
    MetricSeries answer() {
        return series(drawing.isReduced(), drawing.points());
    }

    /** Asks for the points of these stretches, and of what lies between some of them. */
    private void ask(List<Stretch> stretches, Consumer<Point> receiver, InfluxQuery one, InfluxQuery other) {
        int together = Math.ceilDiv(stretches.size(), MOST_STRETCHES);
        for (int i = 0; i < stretches.size(); i += together) {
            Stretch end = stretches.get(Math.min(i + together, stretches.size()) - 1);
            askPlain(
                    i / together % 2 == 0 ? one : other,
                    points(receiver),
                    "SELECT ?",
                    "",
                    stretches.get(i).start,
                    end.end);
        }
    }

    /** From one place to another, both included. */
    private record Stretch(long start, long end) {}
}
