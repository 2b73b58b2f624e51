package dev.fourfold.gateway.page;

import io.micronaut.http.MediaType;
import java.util.Locale;
import java.util.Map;

/** The types of the files that a built web page consists of; nosniff makes a browser insist on them. */
final class PageTypes {

    private static final MediaType SCRIPT = MediaType.of("text/javascript; charset=utf-8");

    private static final Map<String, MediaType> BY_EXTENSION = Map.ofEntries(
            Map.entry("html", MediaType.of("text/html; charset=utf-8")),
            Map.entry("js", SCRIPT),
            Map.entry("mjs", SCRIPT),
            Map.entry("cjs", SCRIPT),
            Map.entry("css", MediaType.of("text/css; charset=utf-8")),
            Map.entry("json", MediaType.APPLICATION_JSON_TYPE),
            Map.entry("map", MediaType.APPLICATION_JSON_TYPE),
            Map.entry("txt", MediaType.of("text/plain; charset=utf-8")),
            Map.entry("svg", MediaType.of("image/svg+xml")),
            Map.entry("png", MediaType.IMAGE_PNG_TYPE),
            Map.entry("jpg", MediaType.IMAGE_JPEG_TYPE),
            Map.entry("gif", MediaType.IMAGE_GIF_TYPE),
            Map.entry("webp", MediaType.IMAGE_WEBP_TYPE),
            Map.entry("ico", MediaType.of("image/x-icon")),
            Map.entry("woff", MediaType.of("font/woff")),
            Map.entry("woff2", MediaType.of("font/woff2")),
            Map.entry("ttf", MediaType.of("font/ttf")),
            Map.entry("eot", MediaType.of("application/vnd.ms-fontobject")),
            Map.entry("wasm", MediaType.of("application/wasm")));

    private PageTypes() {}

    static MediaType of(String name) {
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return BY_EXTENSION.getOrDefault(extension, MediaType.APPLICATION_OCTET_STREAM_TYPE);
    }
}
