package dev.fourfold.examples;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.mlflow.api.proto.Service.FileInfo;
import org.mlflow.api.proto.Service.ListArtifacts;
import org.mlflow.tracking.MlflowClient;
import org.mlflow_project.google.protobuf.util.JsonFormat;

/** A run's files. */
sealed interface Artifacts {

    /** Stores a text as a file of the run. */
    void put(String run, String path, String text) throws IOException, InterruptedException;

    /** The file's text. */
    String get(String run, String path) throws IOException, InterruptedException;

    /** The names in one of the run's folders, separated by blanks. */
    String names(String run, String folder) throws IOException, InterruptedException;

    /** The text of a file of a model version. */
    String ofVersion(String model, String version, String path) throws IOException, InterruptedException;

    /**
     * By MLflow's Java client, which starts a Python program with the mlflow package for each call:
     * {@code MLFLOW_PYTHON_EXECUTABLE} names the interpreter.
     */
    record ByClient(MlflowClient client) implements Artifacts {

        @Override
        public void put(String run, String path, String text) throws IOException {
            Path folder = Files.createTempDirectory("java-example");
            Path file = folder.resolve(Path.of(path).getFileName());
            Path inside = Path.of(path).getParent();
            Files.writeString(file, text);
            if (inside == null) {
                client.logArtifact(run, file.toFile());
            } else {
                client.logArtifacts(run, folder.toFile(), inside.toString());
            }
            Files.delete(file);
            Files.delete(folder);
        }

        @Override
        public String get(String run, String path) throws IOException {
            return Files.readString(client.downloadArtifacts(run, path).toPath());
        }

        @Override
        public String names(String run, String folder) {
            List<FileInfo> files = folder.isEmpty() ? client.listArtifacts(run) : client.listArtifacts(run, folder);
            return sortedNames(files);
        }

        @Override
        public String ofVersion(String model, String version, String path) throws IOException {
            File folder = client.downloadModelVersion(model, version);
            return Files.readString(folder.toPath().resolve(path));
        }
    }

    /** By the REST calls that a Python client sends, for where there is no Python. */
    record ByRest(MlflowClient client, Door door) implements Artifacts {

        private static final String PROXY = "/api/2.0/mlflow-artifacts/artifacts/";
        private static final String SCHEME = "mlflow-artifacts:/";

        @Override
        public void put(String run, String path, String text) throws IOException, InterruptedException {
            door.put(at(client.getRun(run).getInfo().getArtifactUri(), path), text);
        }

        @Override
        public String get(String run, String path) throws IOException, InterruptedException {
            return door.get(at(client.getRun(run).getInfo().getArtifactUri(), path));
        }

        @Override
        public String names(String run, String folder) throws IOException {
            var listed = ListArtifacts.Response.newBuilder();
            String query = folder.isEmpty() ? "" : "&path=" + folder;
            JsonFormat.parser()
                    .ignoringUnknownFields()
                    .merge(client.sendGet("artifacts/list?run_id=" + run + query), listed);
            return sortedNames(listed.getFilesList());
        }

        @Override
        public String ofVersion(String model, String version, String path) throws IOException, InterruptedException {
            return door.get(at(client.getModelVersionDownloadUri(model, version), path));
        }

        private static String at(String root, String path) {
            if (!root.startsWith(SCHEME)) {
                throw new IllegalStateException("The files are not at the gateway but at " + root);
            }
            return PROXY + root.substring(SCHEME.length()) + "/" + path;
        }
    }

    private static String sortedNames(List<FileInfo> files) {
        return files.stream().map(FileInfo::getPath).sorted().collect(Collectors.joining(" "));
    }
}
