package dev.fourfold.metadata.http;

import dev.fourfold.metadata.generation.CacheGeneration;
import dev.fourfold.metadata.generation.CacheGenerationOperations;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;

/** The generation of cached answers, for other services of ours. */
@Controller("/metadata/cache-generation")
@AsProcess
final class CacheGenerationController {

    private final CacheGenerationOperations generation;

    CacheGenerationController(CacheGenerationOperations generation) {
        this.generation = generation;
    }

    @Get
    CacheGeneration read() {
        return generation.read();
    }

    @Post("/advance")
    CacheGeneration advance(@QueryValue long seenNumber, @QueryValue String incarnation) {
        return generation.advance(seenNumber, incarnation);
    }

    @Post("/switch-off")
    CacheGeneration switchOff() {
        return generation.switchOff();
    }
}
