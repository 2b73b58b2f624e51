package dev.fourfold.examples;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.tracking.MlflowClient;

/**
 * Fits a line by stochastic gradient descent, tracks it with MLflow's Java client, and reads everything back. The client
 * uploads artifacts through a Python program; this one puts its file over REST itself.
 */
@SuppressWarnings("SystemOut") // A program for a person at a terminal.
public final class Train {

    private static final int EPOCHS = 100;
    private static final int SAMPLES = 200;
    private static final int BATCH = 1_000;

    private final String gateway;
    private final MlflowClient client;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Metric> waiting = new ArrayList<>();

    private Train(String gateway) {
        this.gateway = gateway;
        client = new MlflowClient(gateway);
    }

    /** Tracks at the server that {@code MLFLOW_TRACKING_URI} names; exits with 1 if anything differs when read back. */
    public static void main(String[] args) throws IOException, InterruptedException {
        String gateway = System.getenv().getOrDefault("MLFLOW_TRACKING_URI", "http://127.0.0.1:5000");
        int differences = new Train(gateway).run();
        System.exit(differences == 0 ? 0 : 1);
    }

    private int run() throws IOException, InterruptedException {
        String experiment = client.createExperiment("java-example-" + UUID.randomUUID());
        String run = client.createRun(experiment).getRunId();
        System.out.println("Training as run " + run + " of experiment " + experiment + " at " + gateway);
        client.logBatch(
                run,
                List.of(),
                List.of(param("optimizer", "sgd"), param("epochs", Integer.toString(EPOCHS))),
                List.of(RunTag.newBuilder().setKey("language").setValue("java").build()));
        double[] line = fit(run);
        flush(run);
        String model = String.format(Locale.ROOT, "{\"slope\": %.6f, \"intercept\": %.6f}%n", line[0], line[1]);
        URI artifact = URI.create(
                gateway + "/api/2.0/mlflow-artifacts/artifacts/" + experiment + "/" + run + "/artifacts/model.json");
        expect(200, send(HttpRequest.newBuilder(artifact).PUT(HttpRequest.BodyPublishers.ofString(model))));
        expect(
                200,
                send(HttpRequest.newBuilder(URI.create(gateway + "/api/v1/runs/" + run + "/logs"))
                        .header("Content-Type", "application/x-ndjson")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"stream\": \"stdout\", \"level\": \"INFO\", \"writer\": \"train\", \"sequence\": 0,"
                                        + " \"message\": \"trained\"}\n"))));
        client.setTerminated(run, RunStatus.FINISHED);
        return readBack(run, artifact, model);
    }

    /** Slope and intercept of 3x + 1 with noise; the loss of each sample is a point. */
    private double[] fit(String run) {
        var random = new Random(7);
        double slope = 0;
        double intercept = 0;
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            for (int sample = 0; sample < SAMPLES; sample++) {
                double x = random.nextDouble();
                double error = slope * x + intercept - (3 * x + 1 + 0.01 * random.nextGaussian());
                slope -= 0.1 * error * x;
                intercept -= 0.1 * error;
                log(run, "loss", error * error, (long) epoch * SAMPLES + sample);
            }
            log(run, "slope", slope, epoch);
        }
        return new double[] {slope, intercept};
    }

    private void log(String run, String key, double value, long step) {
        waiting.add(Metric.newBuilder()
                .setKey(key)
                .setValue(value)
                .setTimestamp(System.currentTimeMillis())
                .setStep(step)
                .build());
        if (waiting.size() == BATCH) {
            flush(run);
        }
    }

    private void flush(String run) {
        client.logBatch(run, List.copyOf(waiting), List.of(), List.of());
        waiting.clear();
    }

    private int readBack(String runId, URI artifact, String model) throws IOException, InterruptedException {
        Run run = client.getRun(runId);
        int differences = row("status", RunStatus.FINISHED, run.getInfo().getStatus());
        differences += row("params", 2, run.getData().getParamsCount());
        differences += row(
                "points of loss",
                EPOCHS * SAMPLES,
                client.getMetricHistory(runId, "loss").size());
        differences += row(
                "points of slope",
                EPOCHS,
                client.getMetricHistory(runId, "slope").size());
        differences += row(
                "model.json",
                model,
                send(HttpRequest.newBuilder(artifact).GET()).body());
        String logs = send(HttpRequest.newBuilder(URI.create(gateway + "/api/v1/runs/" + runId + "/logs"))
                        .GET())
                .body();
        differences += row("log lines", true, logs.contains("\"trained\""));
        return differences;
    }

    private static int row(String what, Object expected, Object found) {
        boolean same = expected.equals(found);
        System.out.printf(
                "  %-16s %s%s%n", what, String.valueOf(found).strip(), same ? "" : "  NOT AS LOGGED: " + expected);
        return same ? 0 : 1;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void expect(int status, HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() != status) {
            throw new IOException(answer.uri() + " answered " + answer.statusCode() + ": " + answer.body());
        }
    }

    private static Param param(String key, String value) {
        return Param.newBuilder().setKey(key).setValue(value).build();
    }
}
