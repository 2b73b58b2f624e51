package dev.fourfold.metadata.registry;

import dev.fourfold.metadata.ServesMetadata;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;

/** Registered models, by MLflow's rules. */
@Singleton
@ServesMetadata
final class RegisteredModelService implements RegisteredModelOperations {

    private final RegisteredModelStore store;
    private final ModelVersionStore versions;
    private final AliasStore aliases;
    private final InstantSource clock;

    @Inject
    RegisteredModelService(RegisteredModelStore store, ModelVersionStore versions, AliasStore aliases) {
        this(store, versions, aliases, InstantSource.system());
    }

    RegisteredModelService(
            RegisteredModelStore store, ModelVersionStore versions, AliasStore aliases, InstantSource clock) {
        this.store = store;
        this.versions = versions;
        this.aliases = aliases;
        this.clock = clock;
    }

    @Override
    public RegisteredModel create(CreateRegisteredModel request) {
        var name = RegistryRules.checkedName(request.name());
        var tags = RegistryRules.lastOfEachKey(request.tags().stream().map(RegistryRules::checkedModelTag));
        return store.create(
                name,
                RegistryRules.checkedDescription(request.description()),
                tags,
                RegistryRules.isPrompt(tags),
                clock.millis());
    }

    @Override
    public RegisteredModel get(String name) {
        RegistryRules.checkedName(name);
        return store.find(name).orElseThrow(() -> RegistryProblems.modelNotFound(name));
    }

    @Override
    public RegisteredModelPage search(RegisteredModelQuery query) {
        return store.search(query);
    }

    @Override
    public RegisteredModel update(UpdateRegisteredModel request) {
        return store.update(
                RegistryRules.checkedName(request.name()),
                RegistryRules.checkedDescription(request.description()),
                clock.millis());
    }

    @Override
    public RegisteredModel rename(RenameRegisteredModel request) {
        var newName = RegistryRules.checkedNewName(request.newName());
        return store.rename(RegistryRules.checkedName(request.name()), newName, clock.millis());
    }

    @Override
    public void delete(String name) {
        store.delete(RegistryRules.checkedName(name));
    }

    @Override
    public List<ModelVersion> latestVersions(LatestVersions request) {
        var name = RegistryRules.checkedName(request.name());
        var stages = EnumSet.noneOf(ModelStage.class);
        request.stages().forEach(stage -> stages.add(RegistryRules.stage(stage)));
        return versions.latest(name, stages.isEmpty() ? EnumSet.allOf(ModelStage.class) : stages).stream()
                .map(StoredVersion::version)
                .toList();
    }

    @Override
    public void setTag(ModelTag request) {
        store.setTag(RegistryRules.checkedName(request.name()), RegistryRules.checkedModelTag(request.tag()));
    }

    @Override
    public void deleteTag(ModelTagKey request) {
        store.deleteTag(RegistryRules.checkedName(request.name()), RegistryRules.checkedKey(request.key()));
    }

    @Override
    public void setAlias(SetAlias request) {
        var name = RegistryRules.checkedName(request.name());
        var alias = RegistryRules.checkedNewAlias(request.alias());
        aliases.set(name, alias, RegistryRules.number(name, request.version()), clock.millis());
    }

    @Override
    public void deleteAlias(AliasName request) {
        aliases.delete(RegistryRules.checkedName(request.name()), RegistryRules.checkedAlias(request.alias()));
    }
}
