package dev.fourfold.contract.http;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;

/**
 * What a service answers where the framework itself refuses: nobody but a developer reads it. Absent where the gateway
 * answers.
 */
@Singleton
@Replaces(ErrorResponseProcessor.class)
@Requires(property = ProblemHandler.SEPARATE, value = "true")
final class ServerErrors implements ErrorResponseProcessor<byte[]> {

    private static final int SERVER_ERROR = 500;

    @Override
    @SuppressWarnings("unchecked") // The framework's own answer is given a body of ours.
    public MutableHttpResponse<byte[]> processResponse(ErrorContext context, MutableHttpResponse<?> response) {
        String message = context.getErrors().stream()
                .map(Error::getMessage)
                .filter(_ -> response.code() < SERVER_ERROR) // Of a failure it may tell too much.
                .findFirst()
                .orElse(response.status().getReason());
        // No filter sees what is answered to something that is hardly a request.
        return RequestId.of(context.getRequest())
                .on(((MutableHttpResponse<byte[]>) response)
                        .contentType(MediaType.TEXT_PLAIN_TYPE)
                        .body(message.getBytes(StandardCharsets.UTF_8)));
    }
}
