package dev.fourfold.metadata.work;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.state.NamespaceRules;
import dev.fourfold.metadata.text.Texts;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lists of work, by the rules of names, ids, workers and times. */
@Singleton
@ServesMetadata
final class WorkService implements WorkOperations {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:@=+-]{0,199}");
    private static final int LONGEST_WORKER = 250;
    private static final int MOST_ADDED = 1_000;
    private static final int MOST_TAKEN = 1_000;
    private static final int LARGEST_PAGE = 1_000;
    private static final long SHORTEST_LEASE_MILLIS = 100;
    private static final long LONGEST_LEASE_MILLIS = 86_400_000;
    private static final Duration LONGEST_REMOVING = Duration.ofSeconds(4);

    private final WorkStore store;

    WorkService(WorkStore store) {
        this.store = store;
    }

    @Override
    public AddedWork add(String namespace, String list, NewWork work) {
        checkList(namespace, list);
        checkSize("items", work.items().size(), MOST_ADDED);
        var items = new LinkedHashMap<String, NewItem>();
        for (NewItem item : work.items()) {
            checkName("id", item.id());
            Texts.storable("value", item.value());
            NewItem before = items.putIfAbsent(item.id(), item);
            if (before != null && !before.equals(item)) {
                throw Texts.invalid("The item '" + item.id() + "' is there twice, with two values.");
            }
        }
        return store.add(namespace, list, List.copyOf(items.values()));
    }

    @Override
    public TakenWork take(String namespace, String list, TakeWork request) {
        checkList(namespace, list);
        checkPrintable("worker", request.worker());
        checkSize("max", request.max(), MOST_TAKEN);
        checkLease(request.leaseMillis());
        if (request.requestId() != null) {
            checkPrintable("request_id", request.requestId());
        }
        return store.take(namespace, list, request);
    }

    @Override
    public RenewedWork renew(String namespace, String list, RenewWork request) {
        checkList(namespace, list);
        checkSize("ids", request.ids().size(), MOST_TAKEN);
        request.ids().forEach(id -> checkName("id", id));
        checkLease(request.leaseMillis());
        if (new HashSet<>(request.ids()).size() == request.ids().size()) {
            return store.renew(namespace, list, request);
        }
        var once = List.copyOf(new LinkedHashSet<>(request.ids()));
        return store.renew(namespace, list, new RenewWork(once, request.token(), request.leaseMillis()));
    }

    @Override
    public WorkItem finish(String namespace, String list, FinishItem item) {
        checkList(namespace, list);
        checkName("id", item.id());
        if (item.result() != null) {
            Texts.storable("result", item.result());
        }
        return store.finish(namespace, list, item);
    }

    @Override
    public GivenBack giveBack(String namespace, String list, String id, long token) {
        checkList(namespace, list);
        checkName("id", id);
        return store.giveBack(namespace, list, id, token);
    }

    @Override
    public WorkCounts counts(String namespace, String list) {
        checkList(namespace, list);
        return store.counts(namespace, list);
    }

    @Override
    public WorkItem get(String namespace, String list, String id) {
        checkList(namespace, list);
        checkName("id", id);
        return store.get(namespace, list, id);
    }

    @Override
    public WorkListPage lists(String namespace, @Nullable String after, int limit) {
        NamespaceRules.checkName(namespace);
        checkSize("limit", limit, LARGEST_PAGE);
        var found = store.lists(namespace, after == null ? null : Texts.storable("cursor", after), limit + 1);
        boolean more = found.size() > limit;
        var page = more ? found.subList(0, limit) : found;
        return new WorkListPage(page, more ? page.getLast() : null);
    }

    @Override
    public void delete(String namespace, String list) {
        checkList(namespace, list);
        long begin = System.nanoTime();
        while (!store.delete(namespace, list)) {
            if (System.nanoTime() - begin > LONGEST_REMOVING.toNanos()) {
                throw WorkProblems.notYetRemoved(list).toException();
            }
        }
    }

    private static void checkList(String namespace, String list) {
        NamespaceRules.checkName(namespace);
        checkName("list", list);
    }

    private static void checkName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw Texts.invalid("'" + what + "' has 1 to 200 characters of A-Z a-z 0-9 _ . : @ = + -, and begins with a"
                    + " letter, digit or underscore.");
        }
    }

    private static void checkPrintable(String what, String text) {
        boolean printable = Texts.isStorable(text) && text.codePoints().noneMatch(Character::isISOControl);
        if (text.isEmpty() || text.length() > LONGEST_WORKER || !printable) {
            throw Texts.invalid("'" + what + "' has 1 to " + LONGEST_WORKER + " printable characters.");
        }
    }

    private static void checkSize(String what, int size, int most) {
        if (size < 1 || size > most) {
            throw Texts.invalid("'" + what + "' is 1 to " + most + ", not " + size + ".");
        }
    }

    private static void checkLease(long millis) {
        if (millis < SHORTEST_LEASE_MILLIS || millis > LONGEST_LEASE_MILLIS) {
            throw Texts.invalid("'lease_ms' is a whole number from " + SHORTEST_LEASE_MILLIS + " to "
                    + LONGEST_LEASE_MILLIS + ", not " + millis + ".");
        }
    }
}
