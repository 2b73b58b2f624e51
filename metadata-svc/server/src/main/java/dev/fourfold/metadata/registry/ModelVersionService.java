package dev.fourfold.metadata.registry;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.text.Texts;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;

/** Versions of registered models, by MLflow's rules. */
@Singleton
@ServesMetadata
final class ModelVersionService implements ModelVersionOperations {

    private static final int MOST_PROMOTIONS = 50_000;

    private final ModelVersionStore store;
    private final AliasStore aliases;
    private final PromotionStore promotions;
    private final VersionSources sources;
    private final InstantSource clock;

    @Inject
    ModelVersionService(
            ModelVersionStore store, AliasStore aliases, PromotionStore promotions, VersionSources sources) {
        this(store, aliases, promotions, sources, InstantSource.system());
    }

    ModelVersionService(
            ModelVersionStore store,
            AliasStore aliases,
            PromotionStore promotions,
            VersionSources sources,
            InstantSource clock) {
        this.store = store;
        this.aliases = aliases;
        this.promotions = promotions;
        this.sources = sources;
        this.clock = clock;
    }

    @Override
    public ModelVersion create(CreateModelVersion request) {
        var origin = sources.resolve(request);
        var name = RegistryRules.checkedName(request.name());
        var tags = RegistryRules.lastOfEachKey(request.tags().stream().map(RegistryRules::checkedVersionTag));
        return store.create(new NewModelVersion(
                name,
                origin,
                Texts.storable("run_link", request.runLink()),
                Texts.storable("description", request.description()),
                tags,
                clock.millis()));
    }

    @Override
    public ModelVersion get(ModelVersionName version) {
        return find(version).version();
    }

    @Override
    public ModelVersion getByAlias(AliasName request) {
        var name = RegistryRules.checkedName(request.name());
        var alias = RegistryRules.checkedAlias(request.alias());
        if (alias.equalsIgnoreCase(RegistryRules.LATEST)) {
            return store.latest(name, EnumSet.allOf(ModelStage.class)).stream()
                    .map(StoredVersion::version)
                    .max(Comparator.comparingLong(ModelVersion::version))
                    .orElseThrow(() -> RegistryProblems.noLatestVersion(name));
        }
        return aliases.find(name, alias)
                .orElseThrow(() -> RegistryProblems.aliasNotFound(alias))
                .version();
    }

    @Override
    public DownloadUri downloadUri(ModelVersionName version) {
        return new DownloadUri(find(version).storageLocation());
    }

    @Override
    public ResolvedVersion resolve(ModelAddress address) {
        var stored = sources.named(address.uri());
        return new ResolvedVersion(stored.version(), stored.storageLocation());
    }

    @Override
    public ModelVersionPage search(ModelVersionQuery query) {
        return store.search(query);
    }

    @Override
    public ModelVersion update(UpdateModelVersion request) {
        var name = RegistryRules.checkedName(request.name());
        long number = RegistryRules.number(name, request.version());
        return store.update(name, number, RegistryRules.checkedDescription(request.description()), clock.millis());
    }

    @Override
    public ModelVersion moveToStage(MoveToStage request) {
        var stage = RegistryRules.stage(request.stage());
        if (request.archiveOthers() && stage != ModelStage.STAGING && stage != ModelStage.PRODUCTION) {
            throw Texts.invalid("Model version transition cannot archive existing model versions because '"
                    + request.stage() + "' is not an Active stage. Valid stages are ['Staging', 'Production']");
        }
        var name = RegistryRules.checkedName(request.name());
        long number = RegistryRules.number(name, request.version());
        return store.moveToStage(name, number, stage, request.archiveOthers(), clock.millis());
    }

    @Override
    public List<Promotion> promotions(PromotionQuery query) {
        if (query.maxResults() < 1 || query.maxResults() > MOST_PROMOTIONS) {
            throw Texts.invalid(
                    "Promotions are asked for 1 to " + MOST_PROMOTIONS + " at a time, not " + query.maxResults() + ".");
        }
        return promotions.find(query);
    }

    @Override
    public void delete(ModelVersionName version) {
        var name = RegistryRules.checkedName(version.name());
        store.delete(name, RegistryRules.number(name, version.version()), clock.millis());
    }

    @Override
    public void setTag(ModelVersionTag request) {
        var name = RegistryRules.checkedName(request.name());
        long number = RegistryRules.number(name, request.version());
        store.setTag(name, number, RegistryRules.checkedVersionTag(request.tag()));
    }

    @Override
    public void deleteTag(ModelVersionTagKey request) {
        var name = RegistryRules.checkedName(request.name());
        long number = RegistryRules.number(name, request.version());
        store.deleteTag(name, number, RegistryRules.checkedKey(request.key()));
    }

    private StoredVersion find(ModelVersionName version) {
        var name = RegistryRules.checkedName(version.name());
        long number = RegistryRules.number(name, version.version());
        return store.find(name, number).orElseThrow(() -> RegistryProblems.versionNotFound(name, number));
    }
}
