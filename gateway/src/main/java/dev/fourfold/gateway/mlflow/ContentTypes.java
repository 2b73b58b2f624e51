package dev.fourfold.gateway.mlflow;

import io.micronaut.http.MediaType;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The type of a file, told by its name alone: what the client that stored it said of it is never repeated. */
final class ContentTypes {

    /** What MLflow's page shows as text. */
    private static final Set<String> TEXT = Set.of(
            "txt",
            "log",
            "err",
            "cfg",
            "conf",
            "cnf",
            "cf",
            "ini",
            "properties",
            "prop",
            "hocon",
            "toml",
            "yaml",
            "yml",
            "xml",
            "json",
            "js",
            "py",
            "py3",
            "csv",
            "tsv",
            "md",
            "rst",
            "lock",
            "jsonnet",
            "mlmodel",
            "mlproject");

    private static final Map<String, MediaType> OTHERS = Map.of(
            "html", MediaType.TEXT_HTML_TYPE,
            "htm", MediaType.TEXT_HTML_TYPE,
            "png", MediaType.IMAGE_PNG_TYPE,
            "jpg", MediaType.IMAGE_JPEG_TYPE,
            "jpeg", MediaType.IMAGE_JPEG_TYPE,
            "gif", MediaType.IMAGE_GIF_TYPE,
            "svg", MediaType.of("image/svg+xml"),
            "webp", MediaType.IMAGE_WEBP_TYPE,
            "pdf", MediaType.APPLICATION_PDF_TYPE,
            "zip", MediaType.of("application/zip"));

    private ContentTypes() {}

    static MediaType of(String name) {
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (TEXT.contains(extension)) {
            return MediaType.TEXT_PLAIN_TYPE;
        }
        return OTHERS.getOrDefault(extension, MediaType.APPLICATION_OCTET_STREAM_TYPE);
    }
}
