package dev.fourfold.metadata.search;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a search, ready to run. The first column of its rows is the primary key, to be read as a long, the others
 * are what the order looks at, to be read as strings.
 */
public final class PagedQuery {

    private final Sql sql;
    private final int sortColumns;
    private final int maxResults;
    private final byte[] digest;
    private final String same;

    PagedQuery(Sql sql, List<SortKey> keys, int maxResults, byte[] digest) {
        this(sql, keys, maxResults, digest, null);
    }

    /**
     * A page that may be empty by the caller's wish.
     *
     * @param pageToken the page's own, which an empty page is followed by
     */
    PagedQuery(Sql sql, List<SortKey> keys, int maxResults, byte[] digest, @Nullable String pageToken) {
        this.sql = sql;
        this.sortColumns = keys.stream().mapToInt(SortKey::columns).sum();
        this.maxResults = maxResults;
        this.digest = digest.clone();
        this.same = pageToken == null || pageToken.isEmpty() ? PageToken.start(digest) : pageToken;
    }

    /** SQL with a question mark for each bind; it never holds anything that a caller wrote. */
    public String sql() {
        return sql.text();
    }

    /** Long, Double, Boolean, String, or arrays of Long, Boolean or String: to be set by {@code setObject}, in order. */
    public List<Object> binds() {
        return sql.binds();
    }

    /** How many columns follow the key. */
    public int sortColumns() {
        return sortColumns;
    }

    /** The page from all rows that the SQL gave: one row more than the page holds tells that another page exists. */
    public Page page(List<Row> rows) {
        if (maxResults <= 0) {
            return new Page(List.of(), rows.isEmpty() && maxResults == 0 ? null : same);
        }
        boolean more = rows.size() > maxResults;
        var keys = new ArrayList<Long>(Math.min(rows.size(), maxResults));
        for (var row : rows.subList(0, Math.min(rows.size(), maxResults))) {
            keys.add(row.key());
        }
        return new Page(
                keys, more ? PageToken.write(digest, rows.get(maxResults - 1).sortValues()) : null);
    }

    /**
     * A row of the result.
     *
     * @param sortValues the columns behind the key, as strings
     */
    public record Row(long key, List<@Nullable String> sortValues) {}

    /**
     * A page of primary keys, in order: {@code run_pk}, {@code experiment_id}, {@code model_pk},
     * {@code registered_pk} or {@code version_pk}.
     *
     * @param nextPageToken null where no further row exists
     */
    public record Page(List<Long> keys, @Nullable String nextPageToken) {}
}
