package dev.fourfold.contract.http;

import io.micronaut.core.propagation.PropagatedContext;
import io.micronaut.core.propagation.ThreadPropagatedContextElement;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The id under which a request is found: in its answer, in the log lines of every process that worked for it, and with the
 * calls that it makes of other services of ours. Where work changes threads, {@link PropagatedContext} takes it along.
 *
 * @param value a plain word, which no log and no header misreads
 */
public record RequestId(String value) implements ThreadPropagatedContextElement<@Nullable String> {

    /** Carries the id both ways. */
    public static final String HEADER = "X-Request-Id";

    /** Its name among what the log knows of a line; Elastic's common schema calls it so. */
    static final String LOG_KEY = "http.request.id";

    /** The longest that is taken over. */
    static final int LONGEST = 128;

    private static final String ATTRIBUTE = "fourfold.request-id";

    /** The id that the caller gave, where it is a plain word; else one that is made at the first call. */
    public static RequestId of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, RequestId.class).orElseGet(() -> {
            String given = request.getHeaders().get(HEADER);
            var id = given != null && isPlainWord(given) ? new RequestId(given) : fresh();
            request.setAttribute(ATTRIBUTE, id);
            return id;
        });
    }

    /** That of the request which this thread works for; null where it works for none. */
    public static @Nullable RequestId current() {
        return PropagatedContext.getOrEmpty().find(RequestId.class).orElse(null);
    }

    /** Sends the current one, if there is one, along with a request of the JDK's client. */
    public static java.net.http.HttpRequest.Builder along(java.net.http.HttpRequest.Builder request) {
        RequestId id = current();
        return id == null ? request : request.header(HEADER, id.value());
    }

    /** Makes it this thread's own until the scope is closed: where errors become answers the framework has left it already. */
    public PropagatedContext.Scope inThisThread() {
        return PropagatedContext.getOrEmpty().plus(this).propagate();
    }

    /** Tells it in an answer. */
    public <B> MutableHttpResponse<B> on(MutableHttpResponse<B> answer) {
        answer.getHeaders().set(HEADER, value);
        return answer;
    }

    /** Unlikely to come twice within a log, and quickly made: it is no secret. */
    private static RequestId fresh() {
        return new RequestId(
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    }

    private static boolean isPlainWord(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c >= '0' && c <= '9'
                    || c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c == '-'
                    || c == '_'
                    || c == '.';
            if (!plain) {
                return false;
            }
        }
        return true;
    }

    @Override
    public @Nullable String updateThreadContext() {
        String before = MDC.get(LOG_KEY);
        MDC.put(LOG_KEY, value);
        return before;
    }

    @Override
    public void restoreThreadContext(@Nullable String before) {
        if (before == null) {
            MDC.remove(LOG_KEY);
        } else {
            MDC.put(LOG_KEY, before);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
