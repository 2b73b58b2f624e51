package dev.fourfold.metadata.experiment;

import dev.fourfold.metadata.text.Texts;
import java.nio.charset.StandardCharsets;
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
    private static final int MAX_DECODINGS = 10;
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
        if (query >= 0 && decoded(location.substring(query)).contains("..")) {
            throw Texts.invalid("Invalid query string");
        }
        if (location.indexOf('#') >= 0) {
            throw Texts.invalid("'artifact_location' URL can't include fragments or params.");
        }
        var path = decoded(query < 0 ? location : location.substring(0, query)).replace('\\', '/');
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
        if (HOST_SCHEMES.contains(name) || path.toLowerCase(Locale.ROOT).matches("mlflow-artifacts://+[^/].*")) {
            throw Texts.invalid("'" + PARAMETER + "' cannot use the '" + name
                    + "' scheme: it addresses a host other than" + " the platform's artifact store.");
        }
        return location;
    }

    /** The default location. */
    public static String ofExperiment(long experimentId) {
        return "mlflow-artifacts:/" + experimentId;
    }

    /** Where a run's artifacts are: a folder below the location, before its query string. */
    public static String ofRun(String location, String runId) {
        int query = location.indexOf('?');
        var path = query < 0 ? location : location.substring(0, query);
        var rest = query < 0 ? "" : location.substring(query);
        return path + (path.endsWith("/") ? "" : "/") + runId + "/artifacts" + rest;
    }

    private static RuntimeException invalid(String location, String why) {
        return Texts.invalid("Invalid value '" + location + "' for parameter '" + PARAMETER + "' supplied: " + why);
    }

    /** Percent-decoded until nothing changes, so that no number of encodings hides a path. */
    private static String decoded(String text) {
        var last = text;
        for (int i = 0; i < MAX_DECODINGS; i++) {
            var next = decodedOnce(last);
            if (next.equals(last)) {
                return next;
            }
            last = next;
        }
        throw Texts.invalid("Invalid value for parameter '" + PARAMETER + "' supplied: encoded too many times");
    }

    private static String decodedOnce(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            int high = i + 2 < bytes.length && bytes[i] == '%' ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
            if (low >= 0) {
                bytes[length++] = (byte) (high * 16 + low);
                i += 2;
            } else {
                bytes[length++] = bytes[i];
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
