package dev.fourfold.gateway.fakes;

import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.feature.DefineView;
import dev.fourfold.metadata.feature.FeatureField;
import dev.fourfold.metadata.feature.FeatureOperations;
import dev.fourfold.metadata.feature.FeatureRow;
import dev.fourfold.metadata.feature.FeatureView;
import dev.fourfold.metadata.feature.FoundRows;
import dev.fourfold.metadata.feature.NewField;
import dev.fourfold.metadata.feature.PushOutcome;
import dev.fourfold.metadata.feature.PushRows;
import dev.fourfold.metadata.feature.ReadRows;
import dev.fourfold.metadata.feature.RemoveRows;
import dev.fourfold.metadata.feature.Removed;
import dev.fourfold.metadata.feature.RowMark;
import dev.fourfold.metadata.feature.ViewPage;
import dev.fourfold.metadata.feature.ViewState;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Views in a map, with rows as tests put them there; a push is only noted. */
@Singleton
public final class FakeFeatures implements FeatureOperations {

    private final Map<String, FeatureView> views = new TreeMap<>();
    private final Map<String, Map<String, FeatureRow>> rows = new LinkedHashMap<>();
    private final List<RowMark> removed = new ArrayList<>();
    private @Nullable PushRows lastPush;
    private @Nullable ReadRows lastReading;
    private List<RowMark> inTheWay = List.of();

    /** What was pushed last. */
    public synchronized @Nullable PushRows lastPush() {
        return lastPush;
    }

    /** What was asked for last. */
    public synchronized @Nullable ReadRows lastReading() {
        return lastReading;
    }

    /** What was removed so far. */
    public synchronized List<RowMark> removed() {
        return List.copyOf(removed);
    }

    /** What the next push is told to make room of. */
    public synchronized void fill(RowMark... marks) {
        inTheWay = List.of(marks);
    }

    /** Puts a row there. */
    public synchronized void put(String view, FeatureRow row) {
        rows.computeIfAbsent(view, _ -> new LinkedHashMap<>()).put(row.entity(), row);
    }

    @Override
    public synchronized ViewState define(DefineView view) {
        var fields = new ArrayList<FeatureField>();
        for (NewField field : view.fields()) {
            fields.add(new FeatureField(fields.size(), field.name(), field.type(), field.maxLength()));
        }
        views.put(
                view.name(),
                new FeatureView(
                        1,
                        1,
                        view.name(),
                        view.description(),
                        view.entity(),
                        fields,
                        view.ttlMillis(),
                        view.maxRows() == null ? 7 : view.maxRows(),
                        view.maxBytes() == null ? 8 : view.maxBytes(),
                        view.whenFull(),
                        3,
                        4));
        return get(view.name());
    }

    @Override
    public synchronized ViewState get(String name) {
        FeatureView view = views.get(name);
        if (view == null) {
            throw new Problem.NotFound("There is no feature view with name=" + name).toException();
        }
        return new ViewState(view, rows.getOrDefault(name, Map.of()).size(), 9);
    }

    @Override
    public synchronized ViewPage list(@Nullable String after, int limit) {
        return new ViewPage(views.keySet().stream().map(this::get).toList(), null);
    }

    @Override
    public synchronized void delete(String name) {
        get(name);
        views.remove(name);
    }

    @Override
    public synchronized PushOutcome push(PushRows push) {
        get(push.view());
        lastPush = push;
        return new PushOutcome(inTheWay.isEmpty() ? push.rows().size() : 0, 0, inTheWay);
    }

    @Override
    public synchronized Removed remove(RemoveRows asked) {
        removed.addAll(asked.rows());
        inTheWay = List.of();
        return new Removed(asked.rows().size());
    }

    @Override
    public synchronized FoundRows read(ReadRows question) {
        lastReading = question;
        var found = rows.getOrDefault(question.view(), Map.of());
        return new FoundRows(
                get(question.view()).view(),
                found.values().stream()
                        .filter(row -> question.entities().contains(row.entity()))
                        .toList());
    }
}
