package dev.fourfold.logs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** Which lines are wanted. A line without what a condition looks at does not meet it. */
@Serdeable
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
    @JsonSubTypes.Type(LogFilter.All.class),
    @JsonSubTypes.Type(LogFilter.Any.class),
    @JsonSubTypes.Type(LogFilter.Not.class),
    @JsonSubTypes.Type(LogFilter.MinimumLevel.class),
    @JsonSubTypes.Type(LogFilter.Rank.class),
    @JsonSubTypes.Type(LogFilter.Text.class)
})
public sealed interface LogFilter {

    /** Every line. */
    LogFilter EVERY_LINE = new All(List.of());

    /** Lines that meet all of these; of none, every line. */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @JsonTypeName("all")
    record All(List<LogFilter> of) implements LogFilter {
        /** Copies the list. */
        public All {
            of = List.copyOf(of);
        }
    }

    /** Lines that meet one of these; of none, no line. */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @JsonTypeName("any")
    record Any(List<LogFilter> of) implements LogFilter {
        /** Copies the list. */
        public Any {
            of = List.copyOf(of);
        }
    }

    /** Lines that do not meet this, those included that lack what it looks at. */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @JsonTypeName("not")
    record Not(LogFilter of) implements LogFilter {}

    /** Lines at least this grave. */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @JsonTypeName("minimum-level")
    record MinimumLevel(LogLevel level) implements LogFilter {}

    /** Lines of this worker. */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @JsonTypeName("rank")
    record Rank(int rank) implements LogFilter {}

    /**
     * Lines whose part matches a text.
     *
     * @param field of {@link Part#FIELD} its name, or a path through objects with dots between; empty for other parts
     */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @JsonTypeName("text")
    record Text(Part part, String field, Match match, String text) implements LogFilter {}

    /** What of a line is looked at. */
    enum Part {
        MESSAGE,
        STREAM,
        WRITER,
        /** The level's name. */
        LEVEL,
        /** The rank in decimal digits. */
        RANK,
        /** A free field: a text as it is, a number or a truth value as JSON writes it. */
        FIELD
    }

    /** How a text is compared. */
    enum Match {
        EQUALS,
        CONTAINS,
        /** Letter case aside. */
        CONTAINS_ANY_CASE,
        /** Each word of the text is a word of the part, letter case aside. */
        WORDS,
        /** A regular expression of RE2's syntax, which takes time in proportion to the text, finds something. */
        REGEX,
        /** Such an expression matches the whole. */
        REGEX_WHOLE
    }

    /** Messages that hold a text, letter case aside. */
    static LogFilter message(String text) {
        return new Text(Part.MESSAGE, "", Match.CONTAINS_ANY_CASE, text);
    }

    /** Lines of one stream. */
    static LogFilter stream(String name) {
        return new Text(Part.STREAM, "", Match.EQUALS, name);
    }

    /** Lines with this value of a free field. */
    static LogFilter field(String name, String value) {
        return new Text(Part.FIELD, name, Match.EQUALS, value);
    }
}
