package dev.fourfold.metadata.registry;

import java.util.Optional;
import java.util.regex.Pattern;

/** What the path of a {@code models:/} address names. */
sealed interface ModelReference {

    Pattern DIGITS = Pattern.compile("[0-9]+");

    /** {@code models:/m-…}: a logged model. */
    record Logged(String modelId) implements ModelReference {}

    /** {@code models:/name/7}: a version. */
    record Version(String name, String version) implements ModelReference {}

    /** {@code models:/name/latest}: the highest version. */
    record Latest(String name) implements ModelReference {}

    /** {@code models:/name/Production}: the highest version of a stage. */
    record Staged(String name, String stage) implements ModelReference {}

    /** {@code models:/name@alias}: a version by alias. */
    record Aliased(String name, String alias) implements ModelReference {}

    /** Empty where the path names nothing of these. */
    static Optional<ModelReference> of(SourceUri uri) {
        var path = uri.path();
        if (!path.startsWith("/") || path.length() == 1) {
            return Optional.empty();
        }
        int start = 0;
        while (start < path.length() && path.charAt(start) == '/') {
            start++;
        }
        var parts = path.substring(start).split("/", -1);
        if (parts.length > 2 || parts[0].isBlank()) {
            return Optional.empty();
        }
        var name = parts[0];
        if (parts.length == 2) {
            var suffix = parts[1];
            if (suffix.isBlank()) {
                return Optional.empty();
            }
            if (DIGITS.matcher(suffix).matches()) {
                return Optional.of(new Version(name, suffix));
            }
            return Optional.of(
                    suffix.equalsIgnoreCase(RegistryRules.LATEST) ? new Latest(name) : new Staged(name, suffix));
        }
        int at = name.lastIndexOf('@');
        if (at < 0) {
            return Optional.of(new Logged(name));
        }
        var alias = name.substring(at + 1);
        return alias.isBlank() ? Optional.empty() : Optional.of(new Aliased(name.substring(0, at), alias));
    }
}
