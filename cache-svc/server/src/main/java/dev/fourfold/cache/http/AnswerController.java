package dev.fourfold.cache.http;

import dev.fourfold.cache.AnswerOperations;
import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.client.CacheRoutes;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Exposes hot answers to the gateway. */
@Controller(CacheRoutes.ANSWERS)
@Requires(property = "fourfold.service.separate", value = "true")
@Consumes(MediaType.ALL)
final class AnswerController {

    private final AnswerOperations answers;

    AnswerController(AnswerOperations answers) {
        this.answers = answers;
    }

    @Get("/incarnation")
    @Produces(MediaType.TEXT_PLAIN)
    String incarnation() {
        return answers.incarnation();
    }

    @Post("/lookup")
    HttpResponse<byte[]> lookup(
            @Header(CacheRoutes.GENERATION) long generation,
            @Header(CacheRoutes.INCARNATION) String incarnation,
            @QueryValue String key) {
        return switch (answers.lookup(new CacheView(generation, incarnation), key)) {
            case Lookup.Hit(byte[] answer) -> outcome("hit", answer);
            case Lookup.Miss(String token) -> outcome("miss", new byte[0]).header(CacheRoutes.TOKEN, token);
            case Lookup.Bypass(String reason) -> outcome("bypass", reason.getBytes(StandardCharsets.UTF_8));
        };
    }

    @Post("/fill")
    HttpResponse<?> fill(
            @Header(CacheRoutes.GENERATION) long generation,
            @Header(CacheRoutes.INCARNATION) String incarnation,
            @Header(CacheRoutes.TOKEN) String token,
            @QueryValue String key,
            @QueryValue long expiryMillis,
            @QueryValue List<String> subject,
            @Body byte[] answer) {
        answers.fill(
                new CacheView(generation, incarnation), key, token, subject, answer, Duration.ofMillis(expiryMillis));
        return HttpResponse.noContent();
    }

    @Post("/mark")
    @Produces(MediaType.TEXT_PLAIN)
    String mark(
            @Header(CacheRoutes.GENERATION) long generation,
            @Header(CacheRoutes.INCARNATION) String incarnation,
            @QueryValue List<String> subject,
            @QueryValue long longestMillis) {
        return answers.mark(new CacheView(generation, incarnation), subject, Duration.ofMillis(longestMillis));
    }

    @Post("/settle")
    HttpResponse<?> settle(
            @Header(CacheRoutes.GENERATION) long generation,
            @Header(CacheRoutes.INCARNATION) String incarnation,
            @QueryValue String mark,
            @QueryValue List<String> subject) {
        answers.settle(new CacheView(generation, incarnation), mark, subject);
        return HttpResponse.noContent();
    }

    private static MutableHttpResponse<byte[]> outcome(String outcome, byte[] body) {
        return HttpResponse.ok(body)
                .contentType(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .header(CacheRoutes.OUTCOME, outcome);
    }
}
