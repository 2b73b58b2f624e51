package dev.fourfold.metadata.experiment;

import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.text.Percent;
import dev.fourfold.metadata.text.Texts;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where an experiment's artifacts are. Stricter than MLflow: a place on the server's own disk and any path that climbs
 * are refused, in every encoding.
 */
public final class ArtifactLocation {

    private static final String PARAMETER = "artifact_location";
    private static final int MAX_LENGTH = 2048;
    private static final Pattern SCHEME = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*):");

    /** An address there would make the server, or each client, fetch from a host of the caller's choice. */
    private static final Set<String> HOST_SCHEMES =
            Set.of("http", "https", "ftp", "sftp", "hdfs", "viewfs", "r2", "b2", "abfss");

    private ArtifactLocation() {}

    /** The location itself, where it may be used. */
    static String checked(String location) {
        Texts.storable(PARAMETER, location);
        if (location.startsWith("runs:")) {
            throw Texts.invalid("Artifact location cannot be a runs:/ URI. Given: '" + location + "'");
        }
        if (location.length() > MAX_LENGTH) {
            throw Texts.invalid("Invalid artifact path length. The length of the artifact path cannot be greater than "
                    + MAX_LENGTH + " characters.");
        }
        int query = location.indexOf('?');
        if (query >= 0 && Percent.decoded(PARAMETER, location.substring(query)).contains("..")) {
            throw Texts.invalid("Invalid query string");
        }
        if (location.indexOf('#') >= 0) {
            throw Texts.invalid("'artifact_location' URL can't include fragments or params.");
        }
        var path = Percent.decoded(PARAMETER, query < 0 ? location : location.substring(0, query))
                .replace('\\', '/');
        if (path.chars().anyMatch(Character::isISOControl)
                || Arrays.asList(path.split("[/;?#:]", -1)).contains("..")) {
            throw invalid(location, "its path must not contain '..' or control characters");
        }
        var scheme = SCHEME.matcher(path);
        if (!scheme.find() || scheme.group(1).length() == 1) {
            throw invalid(location, "it must be a URI, for example s3://bucket/path");
        }
        var name = scheme.group(1).toLowerCase(Locale.ROOT);
        if (name.equals("file")) {
            throw invalid(location, "a folder of the server cannot be given");
        }
        if (namesHost(name) || path.toLowerCase(Locale.ROOT).matches("mlflow-artifacts://+[^/].*")) {
            throw hostNamed(PARAMETER, name);
        }
        return location;
    }

    /** Whether addresses of the scheme name the host to ask, with or without saying so. */
    public static boolean namesHost(String scheme) {
        return HOST_SCHEMES.contains(scheme);
    }

    /** The refusal of such an address. */
    public static ProblemException hostNamed(String parameter, String scheme) {
        return Texts.invalid("'" + parameter + "' cannot use the '" + scheme
                + "' scheme: it addresses a host other than the platform's artifact store.");
    }

    /** The default location. */
    public static String ofExperiment(long experimentId) {
        return "mlflow-artifacts:/" + experimentId;
    }

    /** Where a run's artifacts are: a folder below the location, before its query string. */
    public static String ofRun(String location, String runId) {
        return below(location, runId + "/artifacts");
    }

    /** Where a logged model's artifacts are: a folder below the location, before its query string. */
    public static String ofModel(String location, String modelId) {
        return below(location, "models/" + modelId + "/artifacts");
    }

    private static String below(String location, String folder) {
        int query = location.indexOf('?');
        var path = query < 0 ? location : location.substring(0, query);
        var rest = query < 0 ? "" : location.substring(query);
        return path + (path.endsWith("/") ? "" : "/") + folder + rest;
    }

    private static RuntimeException invalid(String location, String why) {
        return Texts.invalid("Invalid value '" + location + "' for parameter '" + PARAMETER + "' supplied: " + why);
    }
}
