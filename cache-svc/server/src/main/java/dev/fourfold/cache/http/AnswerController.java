package dev.fourfold.cache.http;

import dev.fourfold.cache.AnswerOperations;
import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.ManyLookup;
import dev.fourfold.cache.client.AnswerFrames;
import dev.fourfold.cache.client.CacheRoutes;
import dev.fourfold.contract.Problem;
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
import java.io.IOException;
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
            @Body byte[] subjectsAndAnswer) {
        try {
            var parts = AnswerFrames.answers(subjectsAndAnswer);
            byte[] subjects = parts.isEmpty() ? null : parts.getFirst();
            byte[] answer = parts.size() == 2 ? parts.getLast() : null;
            if (subjects == null || answer == null) {
                throw new IOException("Subjects or answer are missing");
            }
            answers.fill(
                    new CacheView(generation, incarnation),
                    key,
                    token,
                    AnswerFrames.names(subjects),
                    answer,
                    Duration.ofMillis(expiryMillis));
        } catch (IOException e) {
            throw new Problem.InvalidArgument("The answer cannot be read.").toException(e);
        }
        return HttpResponse.noContent();
    }

    @Post("/lookup-all")
    HttpResponse<byte[]> lookupAll(
            @Header(CacheRoutes.GENERATION) long generation,
            @Header(CacheRoutes.INCARNATION) String incarnation,
            @Body byte[] groupAndKeys) {
        List<String> names = AnswerFrames.names(groupAndKeys);
        var found = answers.lookupAll(
                new CacheView(generation, incarnation), names.getFirst(), names.subList(1, names.size()));
        return switch (found) {
            case ManyLookup.Found(var all, String token) ->
                outcome("found", AnswerFrames.ofAnswers(all)).header(CacheRoutes.TOKEN, token);
            case ManyLookup.Bypass(String reason) -> outcome("bypass", reason.getBytes(StandardCharsets.UTF_8));
        };
    }

    @Post("/fill-all")
    HttpResponse<?> fillAll(
            @Header(CacheRoutes.GENERATION) long generation,
            @Header(CacheRoutes.INCARNATION) String incarnation,
            @Header(CacheRoutes.TOKEN) String token,
            @QueryValue String group,
            @QueryValue long expiryMillis,
            @Body byte[] named) {
        try {
            answers.fillAll(
                    new CacheView(generation, incarnation),
                    group,
                    token,
                    AnswerFrames.named(named),
                    Duration.ofMillis(expiryMillis));
        } catch (IOException e) {
            throw new Problem.InvalidArgument("The answers cannot be read.").toException(e);
        }
        return HttpResponse.noContent();
    }

    @Post("/mark")
    @Produces(MediaType.TEXT_PLAIN)
    String mark(
            @Header(CacheRoutes.GENERATION) long generation,
            @Header(CacheRoutes.INCARNATION) String incarnation,
            @QueryValue long longestMillis,
            @Body byte[] subjects) {
        return answers.mark(
                new CacheView(generation, incarnation), AnswerFrames.names(subjects), Duration.ofMillis(longestMillis));
    }

    @Post("/settle")
    HttpResponse<?> settle(
            @Header(CacheRoutes.GENERATION) long generation,
            @Header(CacheRoutes.INCARNATION) String incarnation,
            @QueryValue String mark,
            @Body byte[] subjects) {
        answers.settle(new CacheView(generation, incarnation), mark, AnswerFrames.names(subjects));
        return HttpResponse.noContent();
    }

    private static MutableHttpResponse<byte[]> outcome(String outcome, byte[] body) {
        return HttpResponse.ok(body)
                .contentType(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .header(CacheRoutes.OUTCOME, outcome);
    }
}
