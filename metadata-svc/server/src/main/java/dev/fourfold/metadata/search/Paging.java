package dev.fourfold.metadata.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Order and keyset paging, the same for everything that can be searched: the columns that an order needs, the order
 * itself, and the rows behind a given place. Stable while rows are added, because a place is a value and not a count.
 */
final class Paging {

    private static final int MOST_RESULTS = 50_000;

    private final List<SortKey> keys;

    Paging(List<SortKey> keys) {
        this.keys = List.copyOf(keys);
    }

    static int checkedMaxResults(int maxResults) {
        if (maxResults < 1) {
            throw Refusal.because("Invalid value " + maxResults
                    + " for parameter 'max_results' supplied. It must be a positive integer");
        }
        if (maxResults > MOST_RESULTS) {
            throw Refusal.because("Invalid value " + maxResults
                    + " for parameter 'max_results' supplied. It must be at most " + MOST_RESULTS);
        }
        return maxResults;
    }

    /** The places that the token names, or null for the first page. */
    @Nullable
    List<Place> after(@Nullable String token, byte[] digest) {
        if (token == null || token.isEmpty()) {
            return null;
        }
        var places = PageToken.read(token, digest, keys);
        return places.isEmpty() ? null : places;
    }

    /** {@code , expression AS name} for each column. */
    String columns() {
        var columns = new StringBuilder();
        for (int i = 0; i < keys.size(); i++) {
            var key = keys.get(i);
            if (key.rank() != null) {
                columns.append(", ").append(key.rank()).append(" AS rank").append(i);
            }
            columns.append(", ").append(key.value()).append(" AS value").append(i);
        }
        return columns.toString();
    }

    /** {@code , s.name} for each column. */
    String names() {
        var names = new StringBuilder();
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).rank() != null) {
                names.append(", s.rank").append(i);
            }
            names.append(", s.value").append(i);
        }
        return names.toString();
    }

    Sql joins() {
        var joins = new Sql();
        for (var key : keys) {
            if (key.join() != null) {
                joins.add(" ").add(key.join());
            }
        }
        return joins;
    }

    Sql orderBy() {
        var order = new Sql().add(" ORDER BY ");
        for (int i = 0; i < keys.size(); i++) {
            var key = keys.get(i);
            order.add(i == 0 ? "" : ", ");
            if (key.rank() != null) {
                order.add("s.rank" + i + ", ");
            }
            order.add("s.value" + i + (key.ascending() ? "" : " DESC"));
        }
        return order;
    }

    /** The rows behind a place; all rows where there is none. */
    Sql where(@Nullable List<Place> after) {
        var where = new Sql();
        if (after != null) {
            where.add(" WHERE ");
            behind(where, after, 0);
        }
        return where;
    }

    private void behind(Sql where, List<Place> after, int i) {
        if (i == keys.size()) {
            where.add("FALSE");
            return;
        }
        var key = keys.get(i);
        var place = after.get(i);
        if (key.rank() == null) {
            behindValue(where, after, i);
        } else {
            where.add("(s.rank" + i + " > ? OR (s.rank" + i + " = ? AND ", (long) place.rank(), (long) place.rank());
            if (place.value() == null) {
                behind(where, after, i + 1);
            } else {
                behindValue(where, after, i);
            }
            where.add("))");
        }
    }

    /** The first condition follows from the second; it is there because an index can use it. */
    private void behindValue(Sql where, List<Place> after, int i) {
        var key = keys.get(i);
        var value = after.get(i).value();
        if (value == null) {
            throw new IllegalStateException("a place of rank 0 has a value");
        }
        var sign = key.ascending() ? ">" : "<";
        var bind = "?::" + key.type().sql();
        where.add(
                "(s.value" + i + " " + sign + "= " + bind + " AND (s.value" + i + " " + sign + " " + bind
                        + " OR (s.value" + i + " = " + bind + " AND ",
                value,
                value,
                value);
        behind(where, after, i + 1);
        where.add(")))");
    }
}
