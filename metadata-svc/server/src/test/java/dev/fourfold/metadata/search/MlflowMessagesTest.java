package dev.fourfold.metadata.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.search.SearchCases.ExperimentCase;
import dev.fourfold.metadata.search.SearchCases.Outcome;
import dev.fourfold.metadata.search.SearchCases.RunCase;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What MLflow accepts is accepted, what it refuses is refused with its message; the differences are named here. */
class MlflowMessagesTest {

    /**
     * Messages that name what could not be parsed: MLflow's lists the tokens of its SQL parser, which knows hundreds of
     * keywords, so only what the message complains of is compared, not how it quotes it.
     */
    private static final Set<String> SYNTAX =
            Set.of("Invalid clause(s) in filter string: ", "Invalid comparison clause");

    /** To MLflow these bare names are keywords; here they are attributes that do not exist. */
    private static final Set<String> UNKNOWN = Set.of("'timestamp'", "'max'");

    static Stream<RunCase> runs() {
        return SearchCases.MLFLOW.runCases().stream();
    }

    static Stream<ExperimentCase> experiments() {
        return SearchCases.MLFLOW.experimentCases().stream();
    }

    @ParameterizedTest
    @MethodSource("runs")
    void run_search_is_judged_as_by_mlflow(RunCase example) {
        compare(example.outcome(), () -> RunSearch.compile(example.query()));
    }

    @ParameterizedTest
    @MethodSource("experiments")
    void experiment_search_is_judged_as_by_mlflow(ExperimentCase example) {
        compare(example.outcome(), () -> ExperimentSearch.compile(example.query()));
    }

    private static void compare(Outcome expected, Runnable compile) {
        String refusal = null;
        try {
            compile.run();
        } catch (ProblemException e) {
            assertThat(e.problem()).isInstanceOf(Problem.InvalidArgument.class);
            refusal = e.problem().message();
        }
        switch (expected) {
            case Outcome.Found _ -> assertThat(refusal).isNull();
            case Outcome.Faulted _ -> assertThat(refusal).isNotNull();
            case Outcome.Refused(var message) -> {
                if (refusal == null) {
                    fail("accepted, but MLflow says: " + message);
                } else {
                    sameMessage(message, refusal);
                }
            }
        }
    }

    private static void sameMessage(String message, String refusal) {
        boolean syntax = SYNTAX.stream().anyMatch(message::startsWith);
        if (syntax) {
            assertThat(SYNTAX.stream().anyMatch(refusal::startsWith)
                            || UNKNOWN.stream().anyMatch(name -> refusal.startsWith("Invalid attribute key " + name)))
                    .as(refusal)
                    .isTrue();
        } else {
            assertThat(SearchCases.comparable(refusal)).isEqualTo(SearchCases.comparable(message));
        }
    }
}
