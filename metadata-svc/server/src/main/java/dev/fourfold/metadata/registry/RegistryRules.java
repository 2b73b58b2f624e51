package dev.fourfold.metadata.registry;

import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.text.Keys;
import dev.fourfold.metadata.text.Texts;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** MLflow's rules for names, tags, aliases, numbers and stages, checked before anything is stored. */
final class RegistryRules {

    static final String LATEST = "latest";

    private static final String IS_PROMPT = "mlflow.prompt.is_prompt";
    private static final String PROMPT_TEXT = "mlflow.prompt.text";
    private static final int MAX_NAME_LENGTH = 500;
    private static final int MAX_TAG_VALUE_LENGTH = 100_000;
    private static final int MAX_ALIAS_LENGTH = 255;
    private static final int MAX_DIGITS = 1000;
    private static final Pattern ALIAS = Pattern.compile("[\\w\\-]*", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern NUMBERED_ALIAS = Pattern.compile("[vV]\\d+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?[0-9]+(_[0-9]+)*");

    private RegistryRules() {}

    /** The name itself, where a model may have it. */
    static String checkedName(String name) {
        if (name.isBlank()) {
            throw missing("name");
        }
        if (name.indexOf('/') >= 0 || name.indexOf(':') >= 0) {
            throw Texts.invalid("Invalid model name '" + name + "'. Names cannot contain '/' or ':'.");
        }
        Keys.checkPath("name", name);
        return Texts.atMost(MAX_NAME_LENGTH, "name", Texts.storable("name", name));
    }

    /** The name itself, where a model may be renamed to it. */
    static String checkedNewName(String name) {
        if (name.isBlank()) {
            throw missing("new_name");
        }
        return checkedName(name);
    }

    /** The description itself, where it can be kept. */
    static @Nullable String checkedDescription(@Nullable String text) {
        return text == null ? null : Texts.storable("description", text);
    }

    /** A tag's key, where there may be a tag of it. */
    static String checkedKey(String key) {
        Keys.check("key", key);
        return key;
    }

    /** A tag of a model. */
    static Tag checkedModelTag(Tag tag) {
        checkedKey(tag.key());
        Texts.atMost(Keys.MAX_LENGTH, "key", tag.key());
        Texts.atMost(MAX_TAG_VALUE_LENGTH, "value", Texts.storable("value", tag.value()));
        return tag;
    }

    /** A tag of a version. */
    static Tag checkedVersionTag(Tag tag) {
        if (tag.key().equals(PROMPT_TEXT)
                && tag.value().codePointCount(0, tag.value().length()) > MAX_TAG_VALUE_LENGTH) {
            throw Texts.invalid("Prompt text exceeds max length of " + MAX_TAG_VALUE_LENGTH + " characters.");
        }
        return checkedModelTag(tag);
    }

    /** The tags, of a repeated key the last one. */
    static List<Tag> lastOfEachKey(Stream<Tag> tags) {
        var byKey = new LinkedHashMap<String, Tag>();
        tags.forEach(tag -> byKey.put(tag.key(), tag));
        return List.copyOf(byKey.values());
    }

    /** Whether tags make their owner a prompt. */
    static boolean isPrompt(List<Tag> tags) {
        return lastOfEachKey(tags.stream()).stream()
                .anyMatch(tag -> tag.key().equals(IS_PROMPT) && tag.value().equalsIgnoreCase("true"));
    }

    /** The alias itself, where it may be looked for. */
    static String checkedAlias(String alias) {
        if (alias.isEmpty()) {
            throw Texts.invalid("Registered model alias name cannot be empty.");
        }
        if (!ALIAS.matcher(alias).matches()) {
            throw Texts.invalid("Invalid alias name: '" + alias
                    + "'. Names may only contain alphanumerics, underscores (_), and dashes (-).");
        }
        return Texts.atMost(MAX_ALIAS_LENGTH, "Registered model alias name", alias);
    }

    /** The alias itself, where a model may have it. */
    static String checkedNewAlias(String alias) {
        checkedAlias(alias);
        if (alias.equalsIgnoreCase(LATEST)) {
            throw Texts.invalid("'latest' alias name (case insensitive) is reserved.");
        }
        if (NUMBERED_ALIAS.matcher(alias).matches()) {
            throw Texts.invalid("Version alias name '" + alias + "' is reserved.");
        }
        return alias;
    }

    /** The number of a version, read as Python reads it. {@code NotFound} for one that no version can have. */
    static long number(String name, String version) {
        var stripped = version.strip();
        if (stripped.length() > MAX_DIGITS || !WHOLE_NUMBER.matcher(stripped).matches()) {
            throw Texts.invalid("Parameter 'version' must be an integer, got '" + version + "'.");
        }
        var number = new BigInteger(stripped.replace("_", ""));
        if (number.bitLength() >= Long.SIZE) {
            throw RegistryProblems.versionNotFound(name, number);
        }
        return number.longValue();
    }

    /** The stage of a name in any case. */
    static ModelStage stage(String name) {
        for (var stage : ModelStage.values()) {
            if (stage.label().equalsIgnoreCase(name)) {
                return stage;
            }
        }
        throw Texts.invalid(
                "Invalid Model Version stage: " + name + ". Value must be one of None, Staging, Production, Archived.");
    }

    private static RuntimeException missing(String parameter) {
        return Texts.invalid("Missing value for required parameter '" + parameter + "'.");
    }
}
