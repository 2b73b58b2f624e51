package dev.fourfold.logs.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.logs.LogFilter;
import dev.fourfold.logs.LogFilter.Match;
import dev.fourfold.logs.LogFilter.Part;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.line.LineMatch.Known;
import dev.fourfold.logs.line.LineMatch.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class TrigramsTest {

    /** Messages, and a text to look for: a part of one of them as often as not, in other letters perhaps. */
    record Question(List<String> messages, LogFilter.Text text) {}

    /** What a plain look at every message finds is never skipped, nor is what is skipped ever found. */
    @Property(tries = 5_000)
    void judge_ofMessages_neverDeniesWhatALookFinds(@ForAll("questions") Question question) {
        var match = LineMatch.of(question.text());
        boolean found = question.messages().stream().anyMatch(message -> match.holds(line(message)));

        if (found) {
            assertThat(match.judge(known(question.messages()))).isNotEqualTo(Verdict.NONE);
        }
        assertThat(LineMatch.of(new LogFilter.Not(question.text())).judge(known(question.messages())))
                .isIn(found ? List.of(Verdict.PERHAPS) : List.of(Verdict.PERHAPS, Verdict.ALL));
    }

    @Property
    void bytes_sayTheSame(@ForAll("questions") Question question) {
        var trigrams = collected(question.messages());
        var again = Trigrams.fromBytes(trigrams.toBytes());
        var needed = Trigrams.neededFor(question.text().text());

        assertThat(again.toBytes()).isEqualTo(trigrams.toBytes());
        assertThat(again.hold(needed)).isEqualTo(trigrams.hold(needed));
        for (String message : question.messages()) {
            assertThat(again.hold(Trigrams.neededFor(message))).isTrue();
        }
    }

    @Example
    void textThatIsInNone_isDenied() {
        var messages = List.of("epoch 3 loss=0.25", "zzz aaa");

        assertThat(judge(messages, Match.CONTAINS, "checkpoint")).isEqualTo(Verdict.NONE);
        assertThat(judge(messages, Match.CONTAINS_ANY_CASE, "LOSSES")).isEqualTo(Verdict.NONE);
        assertThat(judge(messages, Match.WORDS, "epoch saved")).isEqualTo(Verdict.NONE);
        assertThat(judge(messages, Match.EQUALS, "loss")).isEqualTo(Verdict.PERHAPS);
        assertThat(judge(messages, Match.CONTAINS, "0.5")).isEqualTo(Verdict.PERHAPS);
        assertThat(judge(messages, Match.REGEX, "checkpoint")).isEqualTo(Verdict.PERHAPS);
        assertThat(judge(List.of(), Match.CONTAINS, "any")).isEqualTo(Verdict.NONE);
    }

    @Example
    void letterWhoseSmallOneIsOfAscii_countsAsThat() {
        var kelvin = List.of("10 \u212Aelvin");

        assertThat(LineMatch.of(text(Match.CONTAINS_ANY_CASE, "kelvin")).holds(line(kelvin.getFirst())))
                .isTrue();
        assertThat(judge(kelvin, Match.CONTAINS_ANY_CASE, "kelvin")).isEqualTo(Verdict.PERHAPS);
    }

    @Example
    void manyTrigrams_areNotKept() {
        var collector = new Trigrams.Collector();
        for (char a = 'a'; a <= 'z'; a++) {
            for (char b = 'a'; b <= 'z'; b++) {
                collector.add("" + a + b + a);
            }
        }

        assertThat(collector.collected()).isNull();
    }

    @Provide
    Arbitrary<Question> questions() {
        Arbitrary<String> messages = Arbitraries.strings()
                .withChars("abcDEZz 09_=\u212A\u0130ß\u03A3é😀")
                .ofMaxLength(14);
        return messages.list().ofMinSize(1).ofMaxSize(5).flatMap(all -> {
            Arbitrary<String> parts = Combinators.combine(
                            Arbitraries.of(all),
                            Arbitraries.integers().between(0, 14),
                            Arbitraries.integers().between(0, 14))
                    .as((message, from, to) -> message.substring(
                            Math.min(Math.min(from, to), message.length()),
                            Math.min(Math.max(from, to), message.length())));
            Arbitrary<String> cases = Combinators.combine(
                            parts, Arbitraries.integers().between(0, 2))
                    .as((part, form) -> switch (form) {
                        case 0 -> part.toUpperCase(Locale.ROOT);
                        case 1 -> part.toLowerCase(Locale.ROOT);
                        default -> part;
                    });
            Arbitrary<Match> matches =
                    Arbitraries.of(Match.EQUALS, Match.CONTAINS, Match.CONTAINS_ANY_CASE, Match.WORDS);
            return Combinators.combine(matches, Arbitraries.oneOf(cases, messages))
                    .as((match, text) -> new Question(all, text(match, text)));
        });
    }

    private static Verdict judge(List<String> messages, Match match, String text) {
        return LineMatch.of(text(match, text)).judge(known(messages));
    }

    private static LogFilter.Text text(Match match, String text) {
        return new LogFilter.Text(Part.MESSAGE, "", match, text);
    }

    private static Known known(List<String> messages) {
        return new Known("stdout", "w", LogLevel.INFO, collected(messages));
    }

    private static Trigrams collected(List<String> messages) {
        var collector = new Trigrams.Collector();
        messages.forEach(collector::add);
        @Nullable Trigrams collected = collector.collected();
        return Objects.requireNonNull(collected);
    }

    private static LogLine line(String message) {
        return new LogLine("w", "stdout", 0, 0, LogLevel.INFO, message, null, null);
    }
}
