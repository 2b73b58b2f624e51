package dev.fourfold.gateway.page;

import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Where people sign in and out with a browser: a form and its script, which use the sessions of {@code /api/v1}. */
@Controller
@Produces(MediaType.ALL)
final class SignInController {

    /** Where the form is. */
    static final String PATH = "/sign-in";

    private static final String FORM = "sign-in.html";
    private static final String SCRIPT = "sign-in.js";

    /** The form's own script, which asks this server, and nothing else; and in nobody's frame. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; connect-src 'self';"
            + " style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final byte[] form = resource(FORM);
    private final byte[] script = resource(SCRIPT);

    @Access(AccessLevel.PUBLIC)
    @Get(PATH)
    HttpResponse<byte[]> form() {
        return HttpResponse.ok(form)
                .contentType(PageTypes.of(FORM))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("Referrer-Policy", "no-referrer")
                .header("Content-Security-Policy", POLICY);
    }

    @Access(AccessLevel.PUBLIC)
    @Get(PATH + ".js")
    HttpResponse<byte[]> script() {
        return HttpResponse.ok(script).contentType(PageTypes.of(SCRIPT)).header(HttpHeaders.CACHE_CONTROL, "no-cache");
    }

    private static byte[] resource(String name) {
        try (var in = SignInController.class.getResourceAsStream("/page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("A file of the page is missing: " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
