package dev.fourfold.artifacts.s3;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What the store's failures are for the caller. The store's own words may name keys and hosts, so they go to the log. */
final class S3Problems {

    static final String PART = "artifact-store";

    private static final Logger LOG = LoggerFactory.getLogger(S3Problems.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final int NOT_FOUND = 404;
    private static final Set<String> IN_THE_WAY =
            Set.of("ExistingObjectIsDirectory", "ObjectParentIsFile", "ObjectExistsAsDirectory");

    private S3Problems() {}

    static boolean isAbsent(S3Exception e) {
        return e.statusCode() == NOT_FOUND && !"NoSuchBucket".equals(code(e));
    }

    static String code(S3Exception e) {
        var details = e.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    /**
     * Whether a store that keeps its objects in directories says that one is in the way. Who has looked before knows
     * better: another delete is just removing it.
     */
    static boolean isInTheWay(SdkException e) {
        return e instanceof S3Exception answer && IN_THE_WAY.contains(code(answer));
    }

    static ProblemException of(SdkException e) {
        if (e instanceof S3Exception answer) {
            switch (code(answer)) {
                case "KeyTooLongError" -> {
                    return tooLong(e);
                }
                case "EntityTooSmall", "InvalidPart", "InvalidPartOrder" -> {
                    return new Problem.InvalidArgument("The parts are not those that the artifact store has")
                            .toException(e);
                }
                default -> LOG.warn("store={} status={} code={}", PART, answer.statusCode(), code(answer));
            }
        } else {
            LOG.warn("store={} problem={}", PART, e.getMessage());
        }
        return new Problem.Unavailable(PART, "The artifact store cannot be read or written", RETRY_AFTER)
                .toException(e);
    }

    static ProblemException absent(Object path) {
        return new Problem.NotFound("No artifact at " + path).toException();
    }

    static ProblemException tooLong(Throwable cause) {
        return new Problem.InvalidArgument("The path is too long for this artifact store").toException(cause);
    }
}
