package dev.fourfold.artifacts;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which bytes of a file are wanted; what comes of it depends on the file's size. */
public sealed interface ByteRange {

    /** All of it. */
    ByteRange WHOLE = new Whole();

    /** The position of the first byte wanted, in a file of this size. */
    long first(long size);

    /** How many bytes a file of this size has to give; of a part, 0 means that nothing of the file is in it. */
    long length(long size);

    /** As HTTP's {@code Range} header says it; empty for the whole. */
    Optional<String> header();

    /** The one range that HTTP's {@code Range} header asks for; empty where it is none that is understood. */
    static Optional<ByteRange> parse(String header) {
        Matcher matcher = Between.HEADER.matcher(header.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String first = matcher.group(1);
        String last = matcher.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? Optional.empty() : Optional.of(new Last(Long.parseLong(last)));
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? Between.END : Long.parseLong(last);
        return to < from ? Optional.empty() : Optional.of(new Between(from, to));
    }

    /** The whole file. */
    record Whole() implements ByteRange {

        @Override
        public long first(long size) {
            return 0;
        }

        @Override
        public long length(long size) {
            return size;
        }

        @Override
        public Optional<String> header() {
            return Optional.empty();
        }
    }

    /**
     * From one byte to another.
     *
     * @param first counted from 0
     * @param last is wanted too; {@link #END} for all that follows
     */
    record Between(long first, long last) implements ByteRange {

        /** The end of the file, wherever that is. */
        public static final long END = Long.MAX_VALUE;

        private static final Pattern HEADER = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

        /** Refuses what runs backwards. */
        public Between {
            if (first < 0 || last < first) {
                throw new IllegalArgumentException("No range: " + first + " to " + last);
            }
        }

        @Override
        public long first(long size) {
            return Math.min(first, size);
        }

        @Override
        public long length(long size) {
            return Math.max(0, Math.min(last, size - 1) - first + 1);
        }

        @Override
        public Optional<String> header() {
            return Optional.of("bytes=" + first + "-" + (last == END ? "" : Long.toString(last)));
        }
    }

    /** The last so many bytes. */
    record Last(long count) implements ByteRange {

        /** Refuses fewer than none. */
        public Last {
            if (count < 0) {
                throw new IllegalArgumentException("No range: the last " + count);
            }
        }

        @Override
        public long first(long size) {
            return Math.max(0, size - count);
        }

        @Override
        public long length(long size) {
            return Math.min(count, size);
        }

        @Override
        public Optional<String> header() {
            return Optional.of("bytes=-" + count);
        }
    }
}
