package dev.fourfold.gateway.mlflow;

import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.http.Json;
import io.micronaut.http.HttpResponse;
import java.util.Collection;

/** The answer to a change that has nothing to tell. */
final class Done {

    private static final byte[] EMPTY_OBJECT = {'{', '}'};

    private Done() {}

    /** An empty object, after nothing. */
    static HttpResponse<byte[]> empty() {
        return Json.ok(EMPTY_OBJECT);
    }

    /** An empty object, after a change that makes what depends on the subjects worthless. */
    static HttpResponse<byte[]> after(HotAnswers answers, Collection<String> subjects, Runnable change) {
        answers.write(subjects, () -> {
            change.run();
            return Boolean.TRUE;
        });
        return empty();
    }
}
