package dev.fourfold.standalone.crash;

import java.time.Instant;
import java.util.List;

/**
 * One write, as its writer remembers it.
 *
 * @param writer whose it is, from 0
 * @param number the writer's 1, 2, 3 ...
 * @param attempts how often it was sent, always with the same body
 * @param answer the last answer, or why there was none
 */
record Write(int writer, int number, Form form, Outcome outcome, int attempts, Instant at, String answer) {

    private static final long FIRST_MILLIS = 1_700_000_000_000L;
    private static final long NANOS_A_MILLI = 1_000_000;

    /** What the client knows of a write. */
    enum Outcome {
        /** Acknowledged. */
        OK,
        /** Refused: it must not be there. */
        FAILED,
        /** No answer, or one that leaves it open. */
        UNKNOWN
    }

    /** The ways to write the number n. */
    enum Form {
        /** A point of the metric {@code m}. */
        METRIC {
            @Override
            String path(String run) {
                return "/api/2.0/mlflow/runs/log-metric";
            }

            @Override
            String body(String run, int writer, int n) {
                return "{\"run_id\":\"%s\",\"key\":\"m\",\"value\":%d,\"timestamp\":%d,\"step\":%d}"
                        .formatted(run, n, millis(n), n);
            }

            @Override
            List<String> elements(int writer, int n) {
                return List.of(point("m", n, millis(n), n));
            }
        },
        /** A param of its own and a point of the metric {@code b}, in one request. */
        BATCH {
            @Override
            String path(String run) {
                return "/api/2.0/mlflow/runs/log-batch";
            }

            @Override
            String body(String run, int writer, int n) {
                return """
                        {"run_id":"%s","metrics":[{"key":"b","value":%d,"timestamp":%d,"step":%d}],\
                        "params":[{"key":"p%d","value":"%d"}]}""".formatted(run, n, millis(n), n, n, n);
            }

            @Override
            List<String> elements(int writer, int n) {
                return List.of(param("p" + n, Integer.toString(n)), point("b", n, millis(n), n));
            }
        },
        /** The one tag {@code t}, overwritten; the last value is checked apart. */
        TAG {
            @Override
            String path(String run) {
                return "/api/2.0/mlflow/runs/set-tag";
            }

            @Override
            String body(String run, int writer, int n) {
                return "{\"run_id\":\"%s\",\"key\":\"t\",\"value\":\"%d\"}".formatted(run, n);
            }

            @Override
            List<String> elements(int writer, int n) {
                return List.of();
            }
        },
        /** A log line. */
        LINE {
            @Override
            String path(String run) {
                return "/api/v1/runs/" + run + "/logs";
            }

            @Override
            String body(String run, int writer, int n) {
                return "[{\"time\":%d,\"writer\":\"w%d\",\"sequence\":%d,\"message\":\"line %d\"}]"
                        .formatted(millis(n) * NANOS_A_MILLI, writer, n, n);
            }

            @Override
            List<String> elements(int writer, int n) {
                return List.of(line("w" + writer, n, millis(n) * NANOS_A_MILLI, "line " + n));
            }
        };

        abstract String path(String run);

        abstract String body(String run, int writer, int n);

        /** What must be found of it, exactly once each. */
        abstract List<String> elements(int writer, int n);
    }

    List<String> elements() {
        return form.elements(writer, number);
    }

    static String point(String key, double value, long millis, long step) {
        return "point %s=%s time=%d step=%d".formatted(key, value, millis, step);
    }

    static String param(String key, String value) {
        return "param %s=%s".formatted(key, value);
    }

    static String line(String writer, long sequence, long nanos, String message) {
        return "line %s/%d time=%d %s".formatted(writer, sequence, nanos, message);
    }

    private static long millis(int n) {
        return FIRST_MILLIS + n;
    }
}
