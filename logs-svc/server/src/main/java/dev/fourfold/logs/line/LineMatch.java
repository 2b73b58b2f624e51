package dev.fourfold.logs.line;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.fourfold.contract.Problem;
import dev.fourfold.logs.LogFilter;
import dev.fourfold.logs.LogFilter.Match;
import dev.fourfold.logs.LogFilter.Part;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A filter, made ready to look at many lines, or at what many lines have in common. */
public sealed interface LineMatch {

    /** Whether a line meets the filter. */
    boolean holds(LogLine line);

    /** What can be said of all lines of which no more than this is known. */
    Verdict judge(Known known);

    /**
     * What lines have in common.
     *
     * @param writer null where they are of several
     * @param trigrams those of all their messages, or null where that is not known
     */
    record Known(
            String stream,
            @Nullable String writer,
            LogLevel level,
            @Nullable Trigrams trigrams) {}

    /** Whether all, none or perhaps some of several lines meet a filter. */
    enum Verdict {
        ALL,
        NONE,
        PERHAPS
    }

    /** Makes it ready. @throws dev.fourfold.contract.ProblemException where a regular expression is none */
    static LineMatch of(LogFilter filter) {
        return switch (filter) {
            case LogFilter.All all ->
                new All(all.of().stream().map(LineMatch::of).toList());
            case LogFilter.Any any ->
                new Not(new All(any.of().stream()
                        .<LineMatch>map(one -> new Not(of(one)))
                        .toList()));
            case LogFilter.Not not -> new Not(of(not.of()));
            case LogFilter.MinimumLevel minimum -> new MinimumLevel(minimum.level());
            case LogFilter.Rank rank -> new Rank(rank.rank());
            case LogFilter.Text text ->
                new Text(
                        text.part(),
                        text.field(),
                        comparing(text.match(), text.text()),
                        neededFor(text.match(), text.text()));
        };
    }

    private static BitSet neededFor(Match match, String text) {
        return switch (match) {
            case EQUALS, CONTAINS, CONTAINS_ANY_CASE -> Trigrams.neededFor(text);
            case WORDS -> Trigrams.neededFor(wordsOf(text));
            case REGEX, REGEX_WHOLE -> new BitSet();
        };
    }

    private static Predicate<String> comparing(Match match, String text) {
        return switch (match) {
            case EQUALS -> text::equals;
            case CONTAINS -> found -> found.contains(text);
            case CONTAINS_ANY_CASE -> {
                String lower = text.toLowerCase(Locale.ROOT);
                yield found -> found.toLowerCase(Locale.ROOT).contains(lower);
            }
            case WORDS -> {
                List<String> wanted = List.copyOf(wordsOf(text));
                yield found -> hasWords(found, wanted);
            }
            case REGEX -> {
                Pattern pattern = pattern(text);
                yield found -> pattern.matcher(found).find();
            }
            case REGEX_WHOLE -> {
                Pattern pattern = pattern(text);
                yield found -> pattern.matcher(found).matches();
            }
        };
    }

    private static Pattern pattern(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new Problem.InvalidArgument("Not a regular expression of RE2: " + e.getMessage()).toException(e);
        }
    }

    /** The words of a text, in small letters: what stands between anything but letters, digits and underscores. */
    static Set<String> wordsOf(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        var words = new HashSet<String>();
        int start = -1;
        for (int i = 0; i <= lower.length(); i++) {
            boolean inside = i < lower.length() && isWord(lower.charAt(i));
            if (inside && start < 0) {
                start = i;
            } else if (!inside && start >= 0) {
                words.add(lower.substring(start, i));
                start = -1;
            }
        }
        return words;
    }

    private static boolean hasWords(String text, List<String> wanted) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (String word : wanted) {
            int at = lower.indexOf(word);
            while (at >= 0 && !standsAlone(lower, at, at + word.length())) {
                at = lower.indexOf(word, at + 1);
            }
            if (at < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean standsAlone(String text, int from, int to) {
        return (from == 0 || !isWord(text.charAt(from - 1))) && (to == text.length() || !isWord(text.charAt(to)));
    }

    private static boolean isWord(char c) {
        return c == '_' || Character.isLetterOrDigit(c) || Character.isSurrogate(c) || isMark(c);
    }

    private static boolean isMark(char c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    /** Meets all of these. */
    record All(List<LineMatch> of) implements LineMatch {

        @Override
        public boolean holds(LogLine line) {
            for (LineMatch one : of) {
                if (!one.holds(line)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Verdict judge(Known known) {
            var verdict = Verdict.ALL;
            for (LineMatch one : of) {
                switch (one.judge(known)) {
                    case NONE -> {
                        return Verdict.NONE;
                    }
                    case PERHAPS -> verdict = Verdict.PERHAPS;
                    case ALL -> {}
                }
            }
            return verdict;
        }
    }

    /** Does not meet this. */
    record Not(LineMatch of) implements LineMatch {

        @Override
        public boolean holds(LogLine line) {
            return !of.holds(line);
        }

        @Override
        public Verdict judge(Known known) {
            return switch (of.judge(known)) {
                case ALL -> Verdict.NONE;
                case NONE -> Verdict.ALL;
                case PERHAPS -> Verdict.PERHAPS;
            };
        }
    }

    /** Is at least so grave. */
    record MinimumLevel(LogLevel level) implements LineMatch {

        @Override
        public boolean holds(LogLine line) {
            return line.level().compareTo(level) >= 0;
        }

        @Override
        public Verdict judge(Known known) {
            return known.level().compareTo(level) >= 0 ? Verdict.ALL : Verdict.NONE;
        }
    }

    /** Is of this worker. */
    record Rank(int rank) implements LineMatch {

        @Override
        public boolean holds(LogLine line) {
            Integer of = line.rank();
            return of != null && of == rank;
        }

        @Override
        public Verdict judge(Known known) {
            return Verdict.PERHAPS;
        }
    }

    /** Has a part that compares well. @param needed trigrams that a part has which does */
    record Text(Part part, String field, Predicate<String> comparing, BitSet needed) implements LineMatch {

        @Override
        public boolean holds(LogLine line) {
            String text = switch (part) {
                case MESSAGE -> line.message();
                case STREAM -> line.stream();
                case WRITER -> line.writer();
                case LEVEL -> line.level().name();
                case RANK -> line.rank() == null ? null : Integer.toString(line.rank());
                case FIELD -> LineFields.valueOf(line.fields(), field);
            };
            return text != null && comparing.test(text);
        }

        @Override
        public Verdict judge(Known known) {
            String text = switch (part) {
                case STREAM -> known.stream();
                case WRITER -> known.writer();
                case LEVEL -> known.level().name();
                case MESSAGE, RANK, FIELD -> null;
            };
            if (text == null) {
                Trigrams trigrams = known.trigrams();
                boolean lacks = part == Part.MESSAGE && trigrams != null && !trigrams.hold(needed);
                return lacks ? Verdict.NONE : Verdict.PERHAPS;
            }
            return comparing.test(text) ? Verdict.ALL : Verdict.NONE;
        }
    }
}
