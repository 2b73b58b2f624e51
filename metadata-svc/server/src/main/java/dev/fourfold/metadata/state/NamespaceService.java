package dev.fourfold.metadata.state;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.text.Texts;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Namespaces of training state, by the rules of what they may be called and have. */
@Singleton
@ServesMetadata
final class NamespaceService implements NamespaceOperations {

    private static final int LONGEST_INCARNATION = 250;
    private static final int LARGEST_PAGE = 1_000;

    private final NamespaceStore store;
    private final StateConfiguration configuration;

    NamespaceService(NamespaceStore store, StateConfiguration configuration) {
        this.store = store;
        this.configuration = configuration;
    }

    @Override
    public StateNamespace define(DefineNamespace namespace) {
        NamespaceRules.check(namespace);
        return store.define(namespace);
    }

    @Override
    public StateNamespace get(String name) {
        NamespaceRules.checkName(name);
        return store.find(name)
                .orElseGet(() -> new StateNamespace(
                        name,
                        false,
                        configuration.maxKeys(),
                        configuration.maxValueBytes(),
                        WhenFull.REFUSE,
                        configuration.maxLease().toMillis(),
                        0,
                        null));
    }

    @Override
    public NamespacePage list(@Nullable String after, int limit) {
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw Texts.invalid("There are 1 to " + LARGEST_PAGE + " namespaces in a page, not " + limit + ".");
        }
        var found = store.list(after == null ? null : Texts.storable("cursor", after), limit + 1);
        boolean more = found.size() > limit;
        var page = more ? found.subList(0, limit) : found;
        return new NamespacePage(page, more ? page.getLast().name() : null);
    }

    @Override
    public TokenBlock reserve(String name, String incarnation) {
        NamespaceRules.checkName(name);
        Texts.atMost(LONGEST_INCARNATION, "incarnation", Texts.required("incarnation", incarnation));
        return store.reserve(name, incarnation);
    }

    @Override
    public boolean delete(String name, @Nullable Long lastToken) {
        NamespaceRules.checkName(name);
        return store.delete(name, lastToken);
    }
}
