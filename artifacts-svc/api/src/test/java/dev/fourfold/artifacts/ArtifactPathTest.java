package dev.fourfold.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactPathTest {

    static List<String> hostile() {
        return List.of(
                // Plain ones.
                "..",
                ".",
                "../etc/passwd",
                "a/../../etc/passwd",
                "a/..",
                "a/./b",
                "a/b/..",
                "/etc/passwd",
                "/",
                "//",
                "//host/share",
                "a//b",
                "a//",
                // Percent-encoded once, twice, three times, in part and in both letter cases.
                "%2e%2e/etc/passwd",
                "%2E%2E/etc/passwd",
                ".%2e/etc/passwd",
                "%2e./etc/passwd",
                "..%2fetc%2fpasswd",
                "..%2Fetc",
                "%2e%2e%2fetc",
                "a%2f..%2f..%2fetc",
                "%252e%252e/etc/passwd",
                "%252e%252e%252fetc",
                "%25252e%25252e%25252fetc",
                "%2525252e%2525252e",
                "%2fetc/passwd",
                "%252fetc/passwd",
                "a%2f%2fb",
                "%25%32%65%25%32%65/etc",
                "%2525252525252525252525252525252e",
                // Other separators.
                "..\\windows",
                "a\\b",
                "\\\\host\\share",
                "..%5cwindows",
                "%2e%2e%5c",
                "%255c",
                "..%c1%9cwindows",
                "..%c0%afetc",
                // UTF-8 longer than it may be, which lax decoders read as dots and slashes.
                "%c0%ae%c0%ae/etc/passwd",
                "%C0%AE%C0%AE%C0%AFetc",
                "%e0%80%ae%e0%80%ae/etc",
                "%e0%80%af",
                "%f0%80%80%ae%f0%80%80%ae/etc",
                "%25c0%25ae",
                // What other parsers cut away.
                "..;/etc",
                "..;a=b/etc",
                ";/etc",
                "a/;x/b",
                ".;/etc",
                "%2e%2e;/etc",
                "..%3b/etc",
                ".. /etc",
                " ../etc",
                "..%20/etc",
                "a#b",
                "#",
                "#/../..",
                "a%23b",
                "a%2523b",
                "a?b",
                "?/../..",
                "a%3fb",
                "a%253Fb",
                // Control characters.
                "a\0",
                "\0",
                "a\0.txt",
                "a%00.txt",
                "a%2500.txt",
                "a\r\nb",
                "a\nb",
                "a\tb",
                "a%0d%0ab",
                "a%0Ab",
                "a\u007f",
                "a\u0085b",
                // Drive letters.
                "C:",
                "C:/windows",
                "c:\\windows",
                "C:a",
                "C%3a/windows",
                "%43:/windows",
                // What is not text.
                "\ufffd\ufffd/etc",
                "\ud800",
                "a\udc00b",
                "a/\udc00\ud800",
                // Too long.
                "a".repeat(256),
                "b/" + "ü".repeat(128),
                "a/".repeat(1024) + "a",
                "日".repeat(80) + ("/" + "日".repeat(80)).repeat(9));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void of_hostilePath_refused(String path) {
        assertThatThrownBy(() -> ArtifactPath.of(path))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem()).isEqualTo(new Problem.InvalidArgument("Invalid path")));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void resolve_hostilePath_refused(String path) {
        var parent = ArtifactPath.of("0/run/artifacts");

        assertThatThrownBy(() -> parent.resolve(drive(path) ? "x/../" + path : path))
                .isInstanceOf(ProblemException.class);
    }

    /** A drive letter means something only at the start of a path. */
    private static boolean drive(String path) {
        return path.startsWith("C:") || path.startsWith("C%3a") || path.startsWith("%43:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model/MLmodel",
                "a b/c d.txt",
                " leading and trailing ",
                "img+step+0+timestamp+1700000000000.png",
                "images/img%step%0.png",
                "100%.txt",
                "100%",
                "%",
                "%%",
                "50%zz",
                "50%de rabais.txt",
                "a%2Fb",
                "a..b",
                "..a",
                "a..",
                "...",
                ".hidden",
                "a.b.c",
                "Übergrößenträger.json",
                "日本語/モデル.bin",
                "😀.png",
                "שלום.txt",
                "e\u0301",
                "a;b.txt",
                "a;b=c/d",
                "ab:/c",
                "mlflow-artifacts:",
                "a'b\"c`d$e&f(g)h*i[j]k{l}m|n~o!p@q^r=s,t<u>v",
                "$(touch x)",
                "-rf",
                "~root",
                "١%٢٣",
                "con",
                "a%"
            })
    void of_oddButLegalName_kept(String path) {
        assertThat(ArtifactPath.of(path).value()).isEqualTo(path);
        assertThat(ArtifactPath.of("x").resolve(path).value()).isEqualTo("x/" + path);
    }

    @Test
    void of_longestLegal_kept() {
        String name = "n".repeat(255);

        assertThat(ArtifactPath.of(name + "/" + name).segments()).containsExactly(name, name);
    }

    @Test
    void of_trailingSlash_dropped() {
        assertThat(ArtifactPath.of("a/b/")).isEqualTo(ArtifactPath.of("a/b"));
    }

    @Test
    void root_hasNoSegments() {
        assertThat(ArtifactPath.of("")).isEqualTo(ArtifactPath.ROOT);
        assertThat(ArtifactPath.ROOT.segments()).isEmpty();
        assertThat(ArtifactPath.ROOT.name()).isEmpty();
        assertThat(ArtifactPath.ROOT.isRoot()).isTrue();
        assertThat(ArtifactPath.ROOT.resolve("a")).isEqualTo(ArtifactPath.of("a"));
    }

    @Test
    void parts_ofAPath() {
        var path = ArtifactPath.of("1/run/artifacts/model.pkl");

        assertThat(path.segments()).containsExactly("1", "run", "artifacts", "model.pkl");
        assertThat(path.name()).isEqualTo("model.pkl");
        assertThat(path.resolve("")).isEqualTo(path);
        assertThat(path).hasToString("1/run/artifacts/model.pkl");
    }
}
