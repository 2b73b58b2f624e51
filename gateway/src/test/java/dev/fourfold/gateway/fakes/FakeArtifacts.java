package dev.fourfold.gateway.fakes;

import dev.fourfold.artifacts.ArtifactContent;
import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.ByteRange;
import dev.fourfold.contract.Problem;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Files in a map; those under {@code sink/} are counted and thrown away; reads that are still open are counted. */
@Singleton
public final class FakeArtifacts implements ArtifactOperations {

    private final Map<String, byte[]> files = new ConcurrentSkipListMap<>();
    private final Map<String, Long> sunk = new ConcurrentSkipListMap<>();
    private final AtomicInteger open = new AtomicInteger();

    /** The path of every file. */
    public java.util.Set<String> paths() {
        return files.keySet();
    }

    /** How many bytes went to a file under {@code sink/}. */
    public long sunk(String path) {
        return sunk.getOrDefault(path, -1L);
    }

    /** How many contents were given out and not closed. */
    public int open() {
        return open.get();
    }

    @Override
    public void put(ArtifactPath path, InputStream content, long size) {
        try {
            if (path.value().startsWith("sink/")) {
                sunk.put(path.value(), content.transferTo(java.io.OutputStream.nullOutputStream()));
            } else {
                files.put(path.value(), content.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ArtifactContent get(ArtifactPath path, ByteRange range) {
        byte[] bytes = files.get(path.value());
        if (bytes == null) {
            if (!list(path).isEmpty()) {
                throw new Problem.InvalidArgument("Artifact path refers to a directory, not a file: '" + path + "'")
                        .toException();
            }
            throw new Problem.NotFound("No such artifact: '" + path + "'").toException();
        }
        open.incrementAndGet();
        var stream =
                new FilterInputStream(new ByteArrayInputStream(
                        bytes, (int) range.first(bytes.length), (int) range.length(bytes.length))) {
                    private boolean closed;

                    @Override
                    public void close() {
                        if (!closed) {
                            closed = true;
                            open.decrementAndGet();
                        }
                    }
                };
        return new ArtifactContent(
                stream,
                range.first(bytes.length),
                range.length(bytes.length),
                bytes.length,
                Integer.toHexString(Arrays.hashCode(bytes)));
    }

    @Override
    public List<ArtifactEntry> list(ArtifactPath path) {
        String prefix = path.value().isEmpty() ? "" : path.value() + "/";
        var entries = new TreeMap<String, ArtifactEntry>();
        files.forEach((name, bytes) -> {
            if (name.startsWith(prefix)) {
                String rest = name.substring(prefix.length());
                int slash = rest.indexOf('/');
                String first = slash < 0 ? rest : rest.substring(0, slash);
                entries.put(first, new ArtifactEntry(first, slash >= 0, slash < 0 ? bytes.length : 0));
            }
        });
        return List.copyOf(entries.values());
    }

    @Override
    public void delete(ArtifactPath path) {
        boolean removed =
                files.keySet().removeIf(name -> name.equals(path.value()) || name.startsWith(path.value() + "/"));
        if (!removed) {
            throw new Problem.NotFound("No such artifact: '" + path + "'").toException();
        }
    }
}
