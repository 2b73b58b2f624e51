package dev.fourfold.metrics.influx;

import dev.fourfold.contract.http.RequestThreads;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.SeriesQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * Reads many series along an axis, some in one request. By time, InfluxDB itself chooses the extremes of the buckets of
 * long ones. By step, which InfluxDB knows nothing of, and for shorter ones they come from {@link Outlines}.
 */
final class SeriesReader {

    private static final int SERIES_A_REQUEST = 20;

    private final InfluxReader reader;
    private final Outlines outlines;
    private final Policies policies;

    SeriesReader(InfluxReader reader, Outlines outlines, Policies policies) {
        this.reader = reader;
        this.policies = policies;
        this.outlines = outlines;
    }

    List<MetricSeries> read(SeriesQuery query) throws StoreUnavailableException {
        var series = new ArrayList<MetricSeries>();
        var readings = new ArrayList<SeriesReading>();
        for (RunRange run : query.runs()) {
            for (String key : query.keys()) {
                readings.add(
                        switch (query.axis()) {
                            case TIME -> new TimeReading(run, key, query.maxPoints(), outlines, policies);
                            case STEP -> new StepReading(run, key, query.maxPoints(), outlines, policies);
                        });
                if (readings.size() == SERIES_A_REQUEST) {
                    read(readings, series);
                    readings.clear();
                }
            }
        }
        read(readings, series);
        return series;
    }

    private void read(List<SeriesReading> readings, List<MetricSeries> into) throws StoreUnavailableException {
        try {
            InfluxQuery one;
            InfluxQuery other;
            do {
                one = new InfluxQuery();
                other = new InfluxQuery();
                for (SeriesReading reading : readings) {
                    reading.ask(one, other);
                }
                both(one, other);
            } while (one.size() + other.size() > 0);
            for (SeriesReading reading : readings) {
                into.add(reading.answer());
            }
        } finally {
            readings.forEach(SeriesReading::close);
        }
    }

    /** InfluxDB runs the statements of a request one after another: two requests take half the time. */
    private void both(InfluxQuery one, InfluxQuery other) throws StoreUnavailableException {
        if (one.size() == 0 || other.size() == 0) {
            reader.queryNumbers(one);
            reader.queryNumbers(other);
            return;
        }
        try (var threads = RequestThreads.perTask()) {
            var asked = threads.submit(() -> {
                reader.queryNumbers(other);
                return true;
            });
            reader.queryNumbers(one);
            asked.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreUnavailableException away) {
                throw away;
            }
            if (e.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw new IllegalStateException("Reading a series failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("Interrupted while waiting for InfluxDB", e);
        }
    }
}
