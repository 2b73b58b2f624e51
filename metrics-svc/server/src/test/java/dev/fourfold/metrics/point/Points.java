package dev.fourfold.metrics.point;

import java.util.List;

/** Names that stores have trouble with. */
public final class Points {

    /** Keys, none of them the same as another. */
    public static final List<String> KEYS = List.of(
            "time",
            "%74ime",
            "run",
            "%72un",
            "Time",
            "key",
            "point",
            "bucket",
            "_field",
            "_measurement",
            "~loss",
            "%7eloss",
            "a b",
            "a,b",
            "a=b",
            "a\"b",
            "a'b",
            "a;b",
            "a|b",
            "a\\",
            "\\",
            "a\\ b",
            "#comment",
            "a\nb",
            "a\r\nb",
            "a\tb",
            "$p0",
            "?",
            "*",
            "a/b/c:d.e-f",
            ".",
            "%",
            "%25",
            "потери",
            "損失",
            "😀",
            "e\u0301",
            "é",
            "\u202Ertl",
            "\u0085next",
            "\u2028line",
            "'; DROP DATABASE victim; --",
            "\"; DROP DATABASE victim",
            "x".repeat(250));

    private Points() {}
}
