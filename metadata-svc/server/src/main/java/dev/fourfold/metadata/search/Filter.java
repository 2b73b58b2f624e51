package dev.fourfold.metadata.search;

import java.util.List;

/** A parsed filter: all clauses must hold; no clause at all means everything. */
record Filter(List<Clause> clauses) {

    static final Filter EVERYTHING = new Filter(List.of());

    Filter {
        clauses = List.copyOf(clauses);
    }
}
