package dev.fourfold.examples;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/**
 * Fits a line by stochastic gradient descent, tracks it with MLflow's Java client, registers the model, and reads
 * everything back. Then it does what else that client offers, each with a look at what came of it.
 */
@SuppressWarnings("SystemOut") // A program for a person at a terminal.
public final class Train {

    private static final int EPOCHS = 100;
    private static final int SAMPLES = 200;
    private static final int BATCH = 1_000;

    private final MlflowClient client;
    private final Door door;
    private final Artifacts artifacts;
    private final Report report = new Report();
    private final List<Metric> waiting = new ArrayList<>();

    private Train(MlflowClient client, Door door, Artifacts artifacts) {
        this.client = client;
        this.door = door;
        this.artifacts = artifacts;
    }

    /**
     * Tracks at the server that {@code MLFLOW_TRACKING_URI} names, signed in by {@code MLFLOW_TRACKING_TOKEN} or
     * {@code MLFLOW_TRACKING_USERNAME} and {@code MLFLOW_TRACKING_PASSWORD}; exits with 1 if anything differs when read
     * back.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Map<String, String> environment = System.getenv();
        String gateway = environment.getOrDefault("MLFLOW_TRACKING_URI", "http://127.0.0.1:5000");
        int differences;
        try (var client = new MlflowClient(credentials(gateway, environment))) {
            var door = new Door(gateway, environment);
            boolean python = environment.containsKey("MLFLOW_PYTHON_EXECUTABLE");
            Artifacts artifacts = python ? new Artifacts.ByClient(client) : new Artifacts.ByRest(client, door);
            System.out.println("Files go " + (python ? "through the client's Python program" : "over REST"));
            differences = new Train(client, door, artifacts).run(gateway);
        }
        System.out.println(differences == 0 ? "All is as written." : differences + " differ from what was written.");
        System.exit(differences == 0 ? 0 : 1);
    }

    /** Unlike the Python client, this one does not look at these variables by itself. */
    private static BasicMlflowHostCreds credentials(String gateway, Map<String, String> environment) {
        String user = environment.get("MLFLOW_TRACKING_USERNAME");
        String password = environment.get("MLFLOW_TRACKING_PASSWORD");
        String token = environment.get("MLFLOW_TRACKING_TOKEN");
        if (user != null && password != null) {
            return new BasicMlflowHostCreds(gateway, user, password);
        }
        return token == null ? new BasicMlflowHostCreds(gateway) : new BasicMlflowHostCreds(gateway, token);
    }

    private int run(String gateway) throws IOException, InterruptedException {
        String name = "java-example-" + UUID.randomUUID();
        String experiment = client.createExperiment(name);
        String run = client.createRun(CreateRun.newBuilder()
                        .setExperimentId(experiment)
                        .setRunName("line")
                        .setStartTime(System.currentTimeMillis())
                        .build())
                .getRunId();
        System.out.println("Training as run " + run + " of experiment " + experiment + " at " + gateway);
        client.logBatch(
                run,
                List.of(),
                List.of(param("optimizer", "sgd"), param("epochs", Integer.toString(EPOCHS))),
                List.of(RunTag.newBuilder().setKey("language").setValue("java").build()));
        double[] line = fit(run);
        flush(run);
        String model = String.format(Locale.ROOT, "{\"slope\": %.6f, \"intercept\": %.6f}%n", line[0], line[1]);
        artifacts.put(run, "model.json", model);
        artifacts.put(run, "notes/data.txt", "3x + 1 with noise\n");
        door.post(
                "/api/v1/runs/" + run + "/logs",
                "application/x-ndjson",
                "{\"stream\": \"stdout\", \"level\": \"INFO\", \"writer\": \"train\", \"sequence\": 0,"
                        + " \"message\": \"trained\"}\n");
        client.setTerminated(run, RunStatus.FINISHED);
        readBack(run, model);
        new Runs(client, report, experiment).check();
        new Experiments(client, report, experiment, name).check();
        new Models(client, report, artifacts).check(run, "model.json", model);
        return report.differences();
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

    private void readBack(String runId, String model) throws IOException, InterruptedException {
        report.section("The training");
        Run run = client.getRun(runId);
        report.row("name", "line", run.getInfo().getRunName());
        report.row("status", RunStatus.FINISHED, run.getInfo().getStatus());
        report.row("params", 2, run.getData().getParamsCount());
        report.row(
                "points of loss",
                EPOCHS * SAMPLES,
                client.getMetricHistory(runId, "loss").size());
        report.row(
                "points of slope",
                EPOCHS,
                client.getMetricHistory(runId, "slope").size());
        report.row("model.json", model, artifacts.get(runId, "model.json"));
        report.row("files", "model.json notes", artifacts.names(runId, ""));
        report.row("files in notes", "notes/data.txt", artifacts.names(runId, "notes"));
        String logs = door.get("/api/v1/runs/" + runId + "/logs");
        report.row("log lines", true, logs.contains("\"trained\""));
    }

    private static Param param(String key, String value) {
        return Param.newBuilder().setKey(key).setValue(value).build();
    }
}
