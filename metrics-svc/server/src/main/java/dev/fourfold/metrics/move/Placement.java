package dev.fourfold.metrics.move;

import java.util.List;

/**
 * Where points are.
 *
 * @param reads the store that reads ask
 * @param writes the stores that new points go to, in this order
 */
record Placement(Engine reads, List<Engine> writes) {

    Placement {
        writes = List.copyOf(writes);
    }

    /** One store for all. */
    static Placement only(Engine engine) {
        return new Placement(engine, List.of(engine));
    }

    /** What a move's phase says. */
    static Placement of(Move move) {
        return switch (move.phase()) {
            case COPYING, COMPARING, DIFFERENT -> new Placement(move.from(), List.of(move.from(), move.to()));
            case WATCHING -> new Placement(move.to(), List.of(move.from(), move.to()));
            case SETTLED, RETIRING, RETIRED -> only(move.to());
            case ABORTED -> only(move.from());
        };
    }
}
