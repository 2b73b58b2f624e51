package dev.fourfold.gateway.fakes;

import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.work.AddedWork;
import dev.fourfold.metadata.work.FinishItem;
import dev.fourfold.metadata.work.GivenBack;
import dev.fourfold.metadata.work.ItemState;
import dev.fourfold.metadata.work.NewItem;
import dev.fourfold.metadata.work.NewWork;
import dev.fourfold.metadata.work.RenewWork;
import dev.fourfold.metadata.work.RenewedItem;
import dev.fourfold.metadata.work.RenewedWork;
import dev.fourfold.metadata.work.TakeWork;
import dev.fourfold.metadata.work.TakenItem;
import dev.fourfold.metadata.work.TakenWork;
import dev.fourfold.metadata.work.WorkCounts;
import dev.fourfold.metadata.work.WorkItem;
import dev.fourfold.metadata.work.WorkListPage;
import dev.fourfold.metadata.work.WorkOperations;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Lists of work in maps, whichever namespace they are in; nobody's time is ever over. */
@Singleton
public final class FakeWork implements WorkOperations {

    private final Map<String, Map<String, WorkItem>> lists = new TreeMap<>();
    private long tokens;

    @Override
    public synchronized AddedWork add(String namespace, String list, NewWork work) {
        if (work.items().isEmpty()) {
            throw new Problem.InvalidArgument("No items.").toException();
        }
        var items = lists.computeIfAbsent(list, _ -> new LinkedHashMap<>());
        int before = items.size();
        for (NewItem item : work.items()) {
            items.putIfAbsent(
                    item.id(),
                    new WorkItem(item.id(), item.value(), ItemState.WAITING, 0, null, null, null, null, null));
        }
        int added = items.size() - before;
        return new AddedWork(added, work.items().size() - added);
    }

    @Override
    public synchronized TakenWork take(String namespace, String list, TakeWork request) {
        if (request.max() < 1) {
            throw new Problem.InvalidArgument("Too few.").toException();
        }
        tokens++;
        var taken = new ArrayList<TakenItem>();
        items(list).replaceAll((id, item) -> {
            if (item.state() != ItemState.WAITING || taken.size() == request.max()) {
                return item;
            }
            taken.add(new TakenItem(id, item.value(), tokens, request.leaseMillis()));
            return new WorkItem(
                    id,
                    item.value(),
                    ItemState.TAKEN,
                    item.times() + 1,
                    tokens,
                    request.worker(),
                    request.leaseMillis(),
                    null,
                    null);
        });
        return new TakenWork(taken, items(list).values().stream().anyMatch(item -> item.state() != ItemState.DONE));
    }

    @Override
    public synchronized RenewedWork renew(String namespace, String list, RenewWork request) {
        var renewed = new ArrayList<RenewedItem>();
        var lost = new ArrayList<String>();
        for (String id : request.ids()) {
            if (isHeld(list, id, request.token())) {
                renewed.add(new RenewedItem(id, request.leaseMillis()));
            } else {
                lost.add(id);
            }
        }
        return new RenewedWork(renewed, lost);
    }

    @Override
    public synchronized WorkItem finish(String namespace, String list, FinishItem item) {
        if (!isHeld(list, item.id(), item.token())) {
            throw new Problem.InvalidState("Not held.").toException();
        }
        WorkItem before = get(namespace, list, item.id());
        var done = new WorkItem(
                before.id(),
                before.value(),
                ItemState.DONE,
                before.times(),
                before.token(),
                before.worker(),
                null,
                item.result(),
                7L);
        items(list).put(item.id(), done);
        return done;
    }

    @Override
    public synchronized GivenBack giveBack(String namespace, String list, String id, long token) {
        if (!isHeld(list, id, token)) {
            return new GivenBack(false);
        }
        WorkItem before = get(namespace, list, id);
        items(list)
                .put(
                        id,
                        new WorkItem(
                                id, before.value(), ItemState.WAITING, before.times(), null, null, null, null, null));
        return new GivenBack(true);
    }

    @Override
    public synchronized WorkCounts counts(String namespace, String list) {
        return new WorkCounts(
                count(list, ItemState.WAITING), count(list, ItemState.TAKEN), count(list, ItemState.DONE));
    }

    @Override
    public synchronized WorkItem get(String namespace, String list, String id) {
        WorkItem item = items(list).get(id);
        if (item == null) {
            throw new Problem.NotFound("No item.").toException();
        }
        return item;
    }

    @Override
    public synchronized WorkListPage lists(String namespace, @Nullable String after, int limit) {
        return new WorkListPage(List.copyOf(lists.keySet()), null);
    }

    @Override
    public synchronized void delete(String namespace, String list) {
        lists.remove(list);
    }

    private Map<String, WorkItem> items(String list) {
        return lists.getOrDefault(list, new LinkedHashMap<>());
    }

    private boolean isHeld(String list, String id, long token) {
        WorkItem item = items(list).get(id);
        return item != null && item.state() == ItemState.TAKEN && Objects.equals(item.token(), token);
    }

    private long count(String list, ItemState state) {
        return items(list).values().stream()
                .filter(item -> item.state() == state)
                .count();
    }
}
