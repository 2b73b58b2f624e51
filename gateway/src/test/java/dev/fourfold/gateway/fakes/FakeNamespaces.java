package dev.fourfold.gateway.fakes;

import dev.fourfold.metadata.state.DefineNamespace;
import dev.fourfold.metadata.state.NamespaceOperations;
import dev.fourfold.metadata.state.NamespacePage;
import dev.fourfold.metadata.state.StateNamespace;
import dev.fourfold.metadata.state.TokenBlock;
import dev.fourfold.metadata.state.WhenFull;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Namespaces in a map, and tokens by tens. */
@Singleton
public final class FakeNamespaces implements NamespaceOperations {

    private final Map<String, StateNamespace> namespaces = new TreeMap<>();
    private long next = 1;

    @Override
    public synchronized StateNamespace define(DefineNamespace namespace) {
        var defined = new StateNamespace(
                namespace.name(),
                true,
                Objects.requireNonNullElse(namespace.maxKeys(), 10L),
                Objects.requireNonNullElse(namespace.maxValueBytes(), 20L),
                Objects.requireNonNullElse(namespace.whenFull(), WhenFull.REFUSE),
                Objects.requireNonNullElse(namespace.maxLeaseMillis(), 30_000L),
                1,
                get(namespace.name()).lastToken());
        namespaces.put(namespace.name(), defined);
        return defined;
    }

    @Override
    public synchronized StateNamespace get(String name) {
        return namespaces.getOrDefault(name, new StateNamespace(name, false, 10, 20, WhenFull.REFUSE, 30_000, 0, null));
    }

    @Override
    public synchronized NamespacePage list(@Nullable String after, int limit) {
        return new NamespacePage(List.copyOf(namespaces.values()), null);
    }

    @Override
    public synchronized TokenBlock reserve(String name, String incarnation) {
        StateNamespace before = get(name);
        long first = next;
        next += 10;
        var after = new StateNamespace(
                name,
                before.defined(),
                before.maxKeys(),
                before.maxValueBytes(),
                before.whenFull(),
                before.maxLeaseMillis(),
                before.version(),
                first + 9);
        namespaces.put(name, after);
        return new TokenBlock(after, first, first + 9, before.lastToken() == null ? 0 : 1_000);
    }

    @Override
    public synchronized boolean delete(String name, @Nullable Long lastToken) {
        return namespaces.remove(name) != null;
    }
}
