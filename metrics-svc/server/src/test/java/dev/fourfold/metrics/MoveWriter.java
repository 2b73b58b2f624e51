package dev.fourfold.metrics;

import dev.fourfold.contract.ProblemException;
import dev.fourfold.metrics.point.Points;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Writes to runs of its own for as long as it may, as clients do: a request that is not answered is sent again, and some
 * that were answered too. The points are as odd as points can be.
 */
final class MoveWriter implements Runnable {

    private static final long NOW = 1_763_000_000_000L;
    private static final Duration PAUSE = Duration.ofMillis(30);
    private static final int POINTS_A_BATCH = 12;
    private static final int BATCHES_A_RUN = 150;
    private static final int AWKWARD_KEYS = 4;

    private final MetricOperations operations;
    private final Random random;
    private final CountDownLatch stop;
    private final List<String> keys;
    private final Map<RunRef, List<Point>> acknowledged = new LinkedHashMap<>();

    MoveWriter(MetricOperations operations, long seed, CountDownLatch stop) {
        this.operations = operations;
        this.random = new Random(seed);
        this.stop = stop;
        int first = random.nextInt(Points.KEYS.size() - AWKWARD_KEYS);
        this.keys = Points.KEYS.subList(first, first + AWKWARD_KEYS);
    }

    /** All points that were acknowledged, by run; once it has ended. */
    Map<RunRef, List<Point>> acknowledged() {
        return acknowledged;
    }

    @Override
    public void run() {
        RunRef run = newRun();
        try {
            // Once at least, however soon it is stopped.
            for (int i = 0; i == 0 || !stop.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS); i++) {
                if (i % BATCHES_A_RUN == BATCHES_A_RUN - 1) {
                    run = newRun();
                }
                List<Point> points = points(i);
                send(run, points);
                if (random.nextInt(5) == 0) {
                    send(run, points);
                }
                acknowledged.computeIfAbsent(run, key -> new ArrayList<>()).addAll(points);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until it is acknowledged. */
    private void send(RunRef run, List<Point> points) throws InterruptedException {
        while (true) {
            try {
                operations.append(new PointBatch(run.experimentId(), run.runId(), points));
                return;
            } catch (ProblemException e) {
                Thread.sleep(PAUSE); // Killed just now; sent again as a client does.
            }
        }
    }

    private RunRef newRun() {
        return new RunRef("moved-" + random.nextInt(2), MetricOperationsContract.newRun());
    }

    private List<Point> points(int batch) {
        var points = new ArrayList<Point>();
        for (int i = 0; i < POINTS_A_BATCH; i++) {
            long step = (long) batch * POINTS_A_BATCH + i;
            points.add(
                    switch (random.nextInt(10)) {
                        case 0 -> new Point("odd", NOW + random.nextInt(50), random.nextInt(4), special());
                        case 1 -> new Point("odd", NOW + batch, random.nextLong(), random.nextDouble());
                        case 2 -> new Point("far", Long.MAX_VALUE - random.nextInt(1_000), step, random.nextInt(3));
                        case 3 -> new Point("time", NOW - random.nextInt(100_000), step, random.nextInt(3));
                        case 4 ->
                            new Point(keys.get(random.nextInt(keys.size())), NOW + batch, step, random.nextGaussian());
                        default -> new Point("loss", NOW + step, step, random.nextGaussian());
                    });
        }
        return points;
    }

    private double special() {
        double[] values = {
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            0.0,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            1,
            2
        };
        return values[random.nextInt(values.length)];
    }
}
