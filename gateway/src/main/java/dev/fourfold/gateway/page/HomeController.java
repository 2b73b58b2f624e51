package dev.fourfold.gateway.page;

import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.nio.charset.StandardCharsets;

/** Where a browser that comes to the address finds out what is here. */
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
            <li><code>/api/v1/runs/{run_id}/logs</code>: the log lines of a training</li>
            <li><code>/api/v1/runs/{run_id}/metrics/{key}</code>: every point of a metric</li>
            <li><a href="/version">/version</a>: the version of MLflow whose protocol is spoken here</li>
            </ul>
            </body>
            </html>
            """.getBytes(StandardCharsets.UTF_8);

    @Access(AccessLevel.PUBLIC)
    @Get("/")
    HttpResponse<byte[]> home() {
        return HttpResponse.ok(PAGE)
                .contentType(MediaType.of("text/html; charset=utf-8"))
                .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    }
}
