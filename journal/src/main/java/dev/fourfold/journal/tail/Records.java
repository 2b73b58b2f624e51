package dev.fourfold.journal.tail;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.IntConsumer;

/** Records of one key that were appended in one moment, in their order, and the forms that they were brought into. */
public final class Records {

    private final List<byte[]> payloads;
    private final IntConsumer grown;
    private final ConcurrentMap<Object, byte[]> forms = new ConcurrentHashMap<>();

    Records(List<byte[]> payloads, IntConsumer grown) {
        this.payloads = List.copyOf(payloads);
        this.grown = grown;
    }

    /** The payloads; not to be changed. */
    public List<byte[]> payloads() {
        return payloads;
    }

    /**
     * The payloads in some form, made once for everybody who wants it.
     *
     * @param form what the form depends on besides the payloads, told apart by {@code equals}
     */
    public byte[] as(Object form, Function<List<byte[]>, byte[]> maker) {
        return forms.computeIfAbsent(form, _ -> {
            byte[] made = maker.apply(payloads);
            grown.accept(made.length);
            return made;
        });
    }
}
