package dev.fourfold.artifacts.http;

import dev.fourfold.artifacts.ArtifactListing;
import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.ByteRange;
import dev.fourfold.artifacts.client.ArtifactRoutes;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.http.server.types.files.StreamedFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Internal routes: a path is a query value, so that no router, proxy or normaliser ever reads it as part of a route. */
@Controller(ArtifactRoutes.FILES)
@Requires(property = "fourfold.service.separate", value = "true")
final class ArtifactController {

    private final ArtifactOperations artifacts;
    private final StoreOperations store;

    ArtifactController(ArtifactOperations artifacts, StoreOperations store) {
        this.artifacts = artifacts;
        this.store = store;
    }

    /** Takes the body as it comes: Micronaut's binder of a body waits for ever where one in chunks is empty. */
    @Put(consumes = MediaType.ALL)
    @Status(HttpStatus.NO_CONTENT)
    void put(@QueryValue String path, ServerHttpRequest<?> request) throws IOException {
        try (var content = request.byteBody().move().toInputStream()) {
            artifacts.put(
                    ArtifactPath.of(path),
                    content,
                    request.getHeaders().contentLength().orElse(-1));
        }
    }

    @Get(produces = MediaType.APPLICATION_OCTET_STREAM)
    HttpResponse<?> get(@QueryValue String path, @Header(HttpHeaders.RANGE) @Nullable String range) {
        ByteRange wanted =
                range == null ? ByteRange.WHOLE : ByteRange.parse(range).orElse(ByteRange.WHOLE);
        var content = artifacts.get(ArtifactPath.of(path), wanted);
        var body = new StreamedFile(content.stream(), MediaType.APPLICATION_OCTET_STREAM_TYPE, 0, content.length());
        return HttpResponse.ok(body)
                .header(HttpHeaders.ETAG, content.tag())
                .header(ArtifactRoutes.FIRST, Long.toString(content.first()))
                .header(ArtifactRoutes.SIZE, Long.toString(content.size()));
    }

    @Get("/list")
    ArtifactListing list(@QueryValue(defaultValue = "") String path) {
        return new ArtifactListing(artifacts.list(ArtifactPath.of(path)));
    }

    @Delete
    @Status(HttpStatus.NO_CONTENT)
    void delete(@QueryValue String path) {
        artifacts.delete(ArtifactPath.of(path));
    }

    @Get("/store")
    StoreStatus store() {
        return store.status();
    }
}
