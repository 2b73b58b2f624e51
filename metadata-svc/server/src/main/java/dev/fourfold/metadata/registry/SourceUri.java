package dev.fourfold.metadata.registry;

import dev.fourfold.metadata.experiment.ArtifactLocation;
import dev.fourfold.metadata.text.Percent;
import dev.fourfold.metadata.text.Texts;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The address of a version's files, taken apart as Python's {@code urlparse} does it, which forgives much: every caller
 * of the registry is answered by these parts.
 *
 * @param text as the caller wrote it
 * @param scheme in lower case; empty for a path
 * @param authority what follows two slashes; empty where nothing does
 * @param path without query and fragment
 */
record SourceUri(String text, String scheme, String authority, String path) {

    private static final String PARAMETER = "source";
    private static final Pattern SCHEME = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*):");
    private static final Pattern SEPARATORS = Pattern.compile("[/\\\\?#;&]");
    private static final Pattern SLASHES = Pattern.compile("/+");

    static SourceUri parse(String text) {
        int start = 0;
        while (start < text.length() && text.charAt(start) <= ' ') {
            start++;
        }
        var rest = text.substring(start).replace("\t", "").replace("\r", "").replace("\n", "");
        var found = SCHEME.matcher(rest);
        var scheme = "";
        if (found.find()) {
            scheme = found.group(1).toLowerCase(Locale.ROOT);
            rest = rest.substring(found.end());
        }
        var authority = "";
        if (rest.startsWith("//")) {
            int end = firstOf(rest, "/?#", 2);
            authority = rest.substring(2, end);
            rest = rest.substring(end);
        }
        return new SourceUri(text, scheme, authority, rest.substring(0, firstOf(rest, "?#", 0)));
    }

    /** A path on a disk, of the server or of the caller. */
    boolean local() {
        return scheme.isEmpty() || scheme.equals("file");
    }

    /** Within the platform's own artifact store. */
    boolean proxied() {
        return scheme.equals("mlflow-artifacts");
    }

    /** Refuses an address that would make whoever reads it ask a host of the caller's choice. */
    void refuseHost() {
        if (ArtifactLocation.namesHost(scheme) || (proxied() && !authority.isEmpty())) {
            throw ArtifactLocation.hostNamed(PARAMETER, scheme);
        }
    }

    /**
     * Refuses a path that is not its own shortest form, in every encoding. Stricter than MLflow, a climb hidden in a
     * query, in parameters or behind backslashes is refused too.
     */
    void refuseClimbing() {
        var decoded = Percent.decoded(PARAMETER, text);
        var parsed = SLASHES.matcher(Percent.decoded(PARAMETER, path)).replaceAll("/");
        var trimmed = parsed.endsWith("/") ? parsed.substring(0, parsed.length() - 1) : parsed;
        if (decoded.chars().anyMatch(Character::isISOControl)
                || Arrays.asList(SEPARATORS.split(decoded, -1)).contains("..")
                || !trimmed.startsWith("/")
                || Arrays.asList(trimmed.split("/", -1)).contains(".")) {
            throw Texts.invalid("Invalid model version source: '" + text
                    + "'. If supplying a source as an http, https, local file path, ftp, objectstore, or"
                    + " mlflow-artifacts uri, an absolute path must be provided without relative path references"
                    + " present. Please provide an absolute path.");
        }
    }

    /** Whether it is the root or lies below it. */
    boolean within(String rootText) {
        var root = parse(rootText);
        var parts = parts();
        var rootParts = root.parts();
        return scheme.equals(root.scheme)
                && authority.equalsIgnoreCase(root.authority)
                && !rootParts.isEmpty()
                && parts.size() >= rootParts.size()
                && parts.subList(0, rootParts.size()).equals(rootParts);
    }

    private List<String> parts() {
        return Arrays.stream(path.split("/", -1))
                .filter(part -> !part.isEmpty())
                .map(part -> Percent.decoded(PARAMETER, part))
                .toList();
    }

    private static int firstOf(String text, String characters, int from) {
        for (int i = from; i < text.length(); i++) {
            if (characters.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }
}
