package dev.fourfold.logs.mongo;

import dev.fourfold.logs.line.Trigrams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/**
 * What names a run's buckets: a head, whose {@code _id} is the run's, and chunks of up to {@link #CHUNK_BUCKETS} buckets
 * each. A reader that has the run's id finds the head, from there the chunks that matter and from there the buckets, each
 * by its {@code _id}.
 */
final class RunIndex {

    /** So many buckets are in a chunk, or a few more. */
    static final int CHUNK_BUCKETS = 256;

    /** The fields of a head: what is known of its chunks, and of all its lines; of a chunk: its run, its buckets. */
    static final String CHUNKS = "chunks";

    static final String LINES = "lines";
    static final String BYTES = "bytes";
    static final String BUCKETS = "buckets";
    static final String TRIGRAMS = "trigrams";

    /** How long the run's lines are kept: that its end is kept an eye on. */
    static final String CLASS = "class";

    private final String run;
    private @Nullable String retentionClass;
    private final List<Extent> chunks = new ArrayList<>();
    private boolean changed;

    RunIndex(String run) {
        this.run = run;
    }

    static RunIndex from(Document head) {
        var index = new RunIndex(head.getString("_id"));
        index.retentionClass = head.getString(CLASS);
        byte[] packed = Packed.unpack(head.get(CHUNKS, Binary.class).getData());
        try (var in = new DataInputStream(new ByteArrayInputStream(packed))) {
            for (int n = in.readInt(); n > 0; n--) {
                index.chunks.add(Extent.readFrom(in));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The index of run " + index.run + " is malformed", e);
        }
        return index;
    }

    String run() {
        return run;
    }

    /** Null where nothing is kept an eye on yet. */
    @Nullable
    String retentionClass() {
        return retentionClass;
    }

    void belongTo(String name) {
        retentionClass = name;
        changed = true;
    }

    /** What is known of each chunk, by its number. */
    List<Extent> chunks() {
        return chunks;
    }

    Extent total() {
        return Extent.ofAll(chunks);
    }

    boolean changed() {
        return changed;
    }

    /** The store has it as it is. */
    void isWritten() {
        changed = false;
    }

    boolean saysTheSame(@Nullable RunIndex other) {
        return other != null && chunks.equals(other.chunks);
    }

    /** The number of a chunk with room. */
    int openChunk() {
        boolean full = chunks.isEmpty() || chunks.getLast().buckets() >= CHUNK_BUCKETS;
        return full ? chunks.size() : chunks.size() - 1;
    }

    void put(int number, Extent extent) {
        while (chunks.size() <= number) {
            chunks.add(Extent.NONE);
            changed = true;
        }
        if (!extent.equals(chunks.get(number))) {
            chunks.set(number, extent);
            changed = true;
        }
    }

    Document toDocument() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(chunks.size());
            for (Extent chunk : chunks) {
                chunk.writeTo(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Cannot be: the bytes stay in memory.
        }
        var total = total();
        return new Document("_id", run)
                .append(LINES, total.lines())
                .append(BYTES, total.bytes())
                .append(CLASS, retentionClass)
                .append(CHUNKS, new Binary(Packed.pack(bytes.toByteArray())));
    }

    /** The {@code _id} of a chunk. */
    static String chunkId(String run, int number) {
        return run + Bucket.BETWEEN + number;
    }

    /** Some buckets of a run, and what is known of each. */
    static final class Chunk {

        private final String run;
        private final int number;
        private final Map<String, Extent> buckets = new LinkedHashMap<>();
        /** Of the messages of each bucket, where they are of use. */
        private final Map<String, Trigrams> trigrams = new HashMap<>();

        private boolean changed;

        Chunk(String run, int number) {
            this.run = run;
            this.number = number;
        }

        static Chunk from(Document document) {
            String id = document.getString("_id");
            int at = id.lastIndexOf(Bucket.BETWEEN);
            var chunk = new Chunk(id.substring(0, at), Integer.parseInt(id.substring(at + 1)));
            byte[] packed = Packed.unpack(document.get(BUCKETS, Binary.class).getData());
            try (var in = new DataInputStream(new ByteArrayInputStream(packed))) {
                for (int n = in.readInt(); n > 0; n--) {
                    chunk.buckets.put(chunk.run + Bucket.BETWEEN + in.readUTF(), Extent.readFrom(in));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Chunk " + id + " of the index is malformed", e);
            }
            Binary trigrams = document.get(TRIGRAMS, Binary.class);
            if (trigrams != null) { // Chunks of an early version have none.
                chunk.readTrigrams(Packed.unpack(trigrams.getData()));
            }
            return chunk;
        }

        private void readTrigrams(byte[] bytes) {
            try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
                for (String bucket : buckets.keySet()) {
                    int length = in.readShort();
                    if (length >= 0) {
                        trigrams.put(bucket, Trigrams.fromBytes(in.readNBytes(length)));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Chunk " + number + " of run " + run + " has malformed trigrams", e);
            }
        }

        String run() {
            return run;
        }

        int number() {
            return number;
        }

        /** What is known of each bucket, by its id. */
        Map<String, Extent> buckets() {
            return buckets;
        }

        boolean changed() {
            return changed;
        }

        /** The store has it as it is. */
        void isWritten() {
            changed = false;
        }

        /** About what it takes here. */
        long bytesInMemory() {
            return 350L * buckets.size()
                    + trigrams.values().stream()
                            .mapToLong(one -> 100 + one.length())
                            .sum();
        }

        void put(Bucket bucket) {
            var extent = bucket.extent();
            changed |= !extent.equals(buckets.put(bucket.id(), extent));
            var found = bucket.trigrams();
            if (found == null) {
                trigrams.remove(bucket.id());
            } else {
                trigrams.put(bucket.id(), found);
            }
        }

        /** Its buckets, with all that is known of each. */
        Stream<NamedBucket> named() {
            return buckets.entrySet().stream()
                    .map(bucket ->
                            new NamedBucket(run, bucket.getKey(), bucket.getValue(), trigrams.get(bucket.getKey())));
        }

        void remove(Collection<String> ids) {
            changed |= buckets.keySet().removeAll(ids);
            trigrams.keySet().removeAll(ids);
        }

        Extent total() {
            return Extent.ofAll(buckets.values());
        }

        Document toDocument() {
            var bytes = new ByteArrayOutputStream();
            try (var out = new DataOutputStream(bytes)) {
                out.writeInt(buckets.size());
                for (var bucket : buckets.entrySet()) {
                    out.writeUTF(bucket.getKey().substring(run.length() + 1));
                    bucket.getValue().writeTo(out);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e); // Cannot be: the bytes stay in memory.
            }
            return new Document("_id", chunkId(run, number))
                    .append(BUCKETS, new Binary(Packed.pack(bytes.toByteArray())))
                    .append(TRIGRAMS, new Binary(Packed.pack(trigramsInOrder())));
        }

        private byte[] trigramsInOrder() {
            var bytes = new ByteArrayOutputStream();
            try (var out = new DataOutputStream(bytes)) {
                for (String bucket : buckets.keySet()) {
                    var one = trigrams.get(bucket);
                    byte[] distances = one == null ? null : one.toBytes();
                    out.writeShort(distances == null ? -1 : distances.length);
                    if (distances != null) {
                        out.write(distances);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e); // Cannot be: the bytes stay in memory.
            }
            return bytes.toByteArray();
        }
    }
}
