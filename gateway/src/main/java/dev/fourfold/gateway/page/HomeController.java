package dev.fourfold.gateway.page;

import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.gateway.security.DoorConfiguration;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.http.server.types.files.StreamedFile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a browser that comes to the address finds out what is here: our own page, or MLflow's where its files are given,
 * laid out as MLflow's server does.
 */
@Controller
@Produces(MediaType.ALL)
final class HomeController {

    private static final byte[] PAGE = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Fourfold</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem }
            code { background: #8882; padding: .1em .3em; border-radius: .2em }
            </style>
            </head>
            <body>
            <h1>Fourfold</h1>
            <p>The metadata platform for machine learning that keeps each kind of data in the database made for it.</p>
            <ul>
            <li>Track with MLflow: <code>mlflow.set_tracking_uri("&lt;this address&gt;")</code></li>
            <li><a href="/api/v1/health">/api/v1/health</a>: this platform and its stores</li>
            <li><a href="/api/v1/openapi.yaml">/api/v1/openapi.yaml</a>: what programs call, as OpenAPI</li>
            <li><code>/api/v1/runs/{run_id}/logs</code>: the log lines of a training</li>
            <li><code>/api/v1/runs/{run_id}/metrics/{key}</code>: every point of a metric</li>
            <li><a href="/sign-in">/sign-in</a>: sign in and out with a browser, where everybody must</li>
            <li><a href="/version">/version</a>: the version of MLflow whose protocol is spoken here</li>
            </ul>
            </body>
            </html>
            """.getBytes(StandardCharsets.UTF_8);

    /** Where the door leaves who the caller is. */
    private static final String CALLER = "fourfold.user";

    /** The names of MLflow's files hold a digest of what is in them, so they never change. */
    private static final String FOR_FOUR_WEEKS = "public, max-age=2419200";

    private final MlflowPage mlflow;
    private final DoorConfiguration door;

    HomeController(MlflowPage mlflow, DoorConfiguration door) {
        this.mlflow = mlflow;
        this.door = door;
    }

    /**
     * Open to all: it shows no data. What it asks for then is asked of whoever looks at it; who is a stranger would see
     * nothing but errors of MLflow's page, and is sent to sign in. A browser keeps the place that is behind the hash.
     */
    @Access(AccessLevel.PUBLIC)
    @Get("/")
    HttpResponse<?> home(HttpRequest<?> request) throws IOException {
        if (mlflow.isPresent()) {
            return door.signInRequired() && request.getAttribute(CALLER).isEmpty()
                    ? HttpResponse.seeOther(URI.create(SignInController.PATH))
                            .header(HttpHeaders.CACHE_CONTROL, "no-store")
                    : file(MlflowPage.INDEX);
        }
        return HttpResponse.ok(PAGE)
                .contentType(PageTypes.of(MlflowPage.INDEX))
                .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    }

    @Access(AccessLevel.PUBLIC)
    @Get("/static-files/{+path}")
    HttpResponse<?> file(String path) throws IOException {
        Path file = mlflow.file(path).orElseThrow(() -> new HttpStatusException(HttpStatus.NOT_FOUND, "No such file."));
        var answer = HttpResponse.ok(new StreamedFile(
                Files.newInputStream(file),
                PageTypes.of(path),
                Files.getLastModifiedTime(file).toMillis(),
                Files.size(file)));
        // A page that a browser kept would ask for files of a version that is gone.
        return answer.header(HttpHeaders.CACHE_CONTROL, path.endsWith(MlflowPage.INDEX) ? "no-store" : FOR_FOUR_WEEKS);
    }
}
