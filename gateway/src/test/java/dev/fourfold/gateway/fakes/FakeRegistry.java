package dev.fourfold.gateway.fakes;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.registry.AliasName;
import dev.fourfold.metadata.registry.CreateModelVersion;
import dev.fourfold.metadata.registry.CreateRegisteredModel;
import dev.fourfold.metadata.registry.DownloadUri;
import dev.fourfold.metadata.registry.LatestVersions;
import dev.fourfold.metadata.registry.ModelAddress;
import dev.fourfold.metadata.registry.ModelAlias;
import dev.fourfold.metadata.registry.ModelStage;
import dev.fourfold.metadata.registry.ModelTag;
import dev.fourfold.metadata.registry.ModelTagKey;
import dev.fourfold.metadata.registry.ModelVersion;
import dev.fourfold.metadata.registry.ModelVersionName;
import dev.fourfold.metadata.registry.ModelVersionOperations;
import dev.fourfold.metadata.registry.ModelVersionPage;
import dev.fourfold.metadata.registry.ModelVersionQuery;
import dev.fourfold.metadata.registry.ModelVersionTag;
import dev.fourfold.metadata.registry.ModelVersionTagKey;
import dev.fourfold.metadata.registry.MoveToStage;
import dev.fourfold.metadata.registry.Promotion;
import dev.fourfold.metadata.registry.PromotionQuery;
import dev.fourfold.metadata.registry.RegisteredModel;
import dev.fourfold.metadata.registry.RegisteredModelOperations;
import dev.fourfold.metadata.registry.RegisteredModelPage;
import dev.fourfold.metadata.registry.RegisteredModelQuery;
import dev.fourfold.metadata.registry.RenameRegisteredModel;
import dev.fourfold.metadata.registry.ResolvedVersion;
import dev.fourfold.metadata.registry.SetAlias;
import dev.fourfold.metadata.registry.UpdateModelVersion;
import dev.fourfold.metadata.registry.UpdateRegisteredModel;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The model registry in maps; searching answers everything and keeps the query. Promotions happen at 2000. */
@Singleton
public final class FakeRegistry implements RegisteredModelOperations, ModelVersionOperations {

    private final Map<String, RegisteredModel> models = new ConcurrentSkipListMap<>();
    private final Map<String, List<ModelVersion>> versions = new ConcurrentSkipListMap<>();
    private final List<Promotion> promotions = new CopyOnWriteArrayList<>();
    private volatile @Nullable RegisteredModelQuery lastModelQuery;
    private volatile @Nullable ModelVersionQuery lastVersionQuery;
    private volatile @Nullable PromotionQuery lastPromotionQuery;
    private volatile @Nullable CreateModelVersion lastCreation;

    /** The query for models that was asked last. */
    public @Nullable RegisteredModelQuery lastModelQuery() {
        return lastModelQuery;
    }

    /** The query for versions that was asked last. */
    public @Nullable ModelVersionQuery lastVersionQuery() {
        return lastVersionQuery;
    }

    /** The query for promotions that was asked last. */
    public @Nullable PromotionQuery lastPromotionQuery() {
        return lastPromotionQuery;
    }

    /** The version that was asked for last. */
    public @Nullable CreateModelVersion lastCreation() {
        return lastCreation;
    }

    @Override
    public RegisteredModel create(CreateRegisteredModel request) {
        if (models.containsKey(request.name())) {
            throw new Problem.AlreadyExists("Registered Model (name=" + request.name() + ") already exists.")
                    .toException();
        }
        return put(new RegisteredModel(
                request.name(), 1000, 1000, request.description(), List.of(), request.tags(), List.of()));
    }

    @Override
    public RegisteredModel get(String name) {
        RegisteredModel model = models.get(name);
        if (model == null) {
            throw new Problem.NotFound("Registered Model with name=" + name + " not found").toException();
        }
        return new RegisteredModel(
                model.name(),
                model.creationTimeMillis(),
                model.lastUpdatedTimeMillis(),
                model.description(),
                of(name).isEmpty() ? List.of() : List.of(of(name).getLast()),
                model.tags(),
                model.aliases());
    }

    @Override
    public RegisteredModelPage search(RegisteredModelQuery query) {
        lastModelQuery = query;
        return new RegisteredModelPage(
                models.keySet().stream().map(this::get).toList(), query.maxResults() < 5 ? "next" : null);
    }

    @Override
    public RegisteredModel update(UpdateRegisteredModel request) {
        RegisteredModel old = get(request.name());
        put(new RegisteredModel(old.name(), 1000, 2000, request.description(), List.of(), old.tags(), old.aliases()));
        return get(old.name());
    }

    @Override
    public RegisteredModel rename(RenameRegisteredModel request) {
        RegisteredModel old = get(request.name());
        delete(request.name());
        return put(new RegisteredModel(
                request.newName(), 1000, 2000, old.description(), List.of(), old.tags(), old.aliases()));
    }

    @Override
    public void delete(String name) {
        get(name);
        models.remove(name);
        versions.remove(name);
    }

    @Override
    public List<ModelVersion> latestVersions(LatestVersions request) {
        return get(request.name()).latestVersions();
    }

    @Override
    public void setTag(ModelTag request) {
        RegisteredModel old = get(request.name());
        put(new RegisteredModel(
                old.name(), 1000, 1000, old.description(), List.of(), with(old.tags(), request.tag()), old.aliases()));
    }

    @Override
    public void deleteTag(ModelTagKey request) {
        RegisteredModel old = get(request.name());
        put(new RegisteredModel(
                old.name(),
                1000,
                1000,
                old.description(),
                List.of(),
                without(old.tags(), request.key()),
                old.aliases()));
    }

    @Override
    public void setAlias(SetAlias request) {
        RegisteredModel old = get(request.name());
        ModelVersion version = find(request.name(), request.version());
        var alias = new ModelAlias(request.alias(), version.version());
        promote(version, Promotion.Kind.ALIAS, request.alias());
        put(new RegisteredModel(old.name(), 1000, 1000, old.description(), List.of(), old.tags(), List.of(alias)));
    }

    @Override
    public void deleteAlias(AliasName request) {
        RegisteredModel old = get(request.name());
        put(new RegisteredModel(old.name(), 1000, 1000, old.description(), List.of(), old.tags(), List.of()));
    }

    @Override
    public ModelVersion create(CreateModelVersion request) {
        lastCreation = request;
        get(request.name());
        return add(new ModelVersion(
                request.name(),
                of(request.name()).size() + 1L,
                1000,
                1000,
                request.description(),
                ModelStage.NONE,
                request.source(),
                Objects.requireNonNullElse(request.runId(), ""),
                request.runLink(),
                request.tags(),
                List.of()));
    }

    @Override
    public ModelVersion get(ModelVersionName version) {
        return find(version.name(), version.version());
    }

    @Override
    public ModelVersion getByAlias(AliasName alias) {
        return get(alias.name()).aliases().stream()
                .filter(known -> known.alias().equals(alias.alias()))
                .findFirst()
                .map(known -> find(alias.name(), Long.toString(known.version())))
                .orElseThrow(
                        () -> new Problem.InvalidArgument("Registered model alias " + alias.alias() + " not found.")
                                .toException());
    }

    @Override
    public DownloadUri downloadUri(ModelVersionName version) {
        return new DownloadUri(get(version).source());
    }

    @Override
    public ResolvedVersion resolve(ModelAddress address) {
        String path = address.uri().replaceFirst("^models:/", "");
        int at = path.indexOf('@');
        int slash = path.indexOf('/');
        if (path.length() == address.uri().length() || (at < 0 && slash < 0)) {
            throw new Problem.InvalidArgument("'" + address.uri() + "' names no version of a registered model")
                    .toException();
        }
        ModelVersion version = at < 0
                ? find(path.substring(0, slash), path.substring(slash + 1))
                : getByAlias(new AliasName(path.substring(0, at), path.substring(at + 1)));
        return new ResolvedVersion(version, version.source());
    }

    @Override
    public ModelVersionPage search(ModelVersionQuery query) {
        lastVersionQuery = query;
        return new ModelVersionPage(
                versions.values().stream().flatMap(List::stream).toList(), null);
    }

    @Override
    public ModelVersion update(UpdateModelVersion request) {
        ModelVersion old = find(request.name(), request.version());
        return replace(old, request.description(), old.stage(), old.tags());
    }

    @Override
    public ModelVersion moveToStage(MoveToStage request) {
        ModelVersion old = find(request.name(), request.version());
        var stage = ModelStage.valueOf(request.stage().toUpperCase(Locale.ROOT));
        promote(old, Promotion.Kind.STAGE, stage.label());
        return replace(old, old.description(), stage, old.tags());
    }

    @Override
    public List<Promotion> promotions(PromotionQuery query) {
        lastPromotionQuery = query;
        return List.copyOf(promotions).reversed();
    }

    private void promote(ModelVersion version, Promotion.Kind kind, String name) {
        promotions.add(new Promotion(version.name(), version.version(), version.runId(), kind, name, 2000));
    }

    @Override
    public void delete(ModelVersionName version) {
        ModelVersion old = get(version);
        of(version.name()).remove(old);
    }

    @Override
    public void setTag(ModelVersionTag request) {
        ModelVersion old = find(request.name(), request.version());
        replace(old, old.description(), old.stage(), with(old.tags(), request.tag()));
    }

    @Override
    public void deleteTag(ModelVersionTagKey request) {
        ModelVersion old = find(request.name(), request.version());
        replace(old, old.description(), old.stage(), without(old.tags(), request.key()));
    }

    private RegisteredModel put(RegisteredModel model) {
        models.put(model.name(), model);
        return model;
    }

    private ModelVersion add(ModelVersion version) {
        of(version.name()).add(version);
        return version;
    }

    private ModelVersion replace(ModelVersion old, @Nullable String description, ModelStage stage, List<Tag> tags) {
        of(old.name()).remove(old);
        return add(new ModelVersion(
                old.name(),
                old.version(),
                1000,
                2000,
                description,
                stage,
                old.source(),
                old.runId(),
                old.runLink(),
                tags,
                old.aliases()));
    }

    private List<ModelVersion> of(String name) {
        return versions.computeIfAbsent(name, none -> new ArrayList<>());
    }

    private ModelVersion find(String name, String version) {
        return of(name).stream()
                .filter(known -> Long.toString(known.version()).equals(version))
                .findFirst()
                .orElseThrow(() -> absent(name, version));
    }

    private static ProblemException absent(String name, String version) {
        return new Problem.NotFound("Model Version (name=" + name + ", version=" + version + ") not found")
                .toException();
    }

    private static List<Tag> with(List<Tag> tags, Tag tag) {
        var changed = new ArrayList<>(without(tags, tag.key()));
        changed.add(tag);
        return changed;
    }

    private static List<Tag> without(List<Tag> tags, String key) {
        return tags.stream().filter(tag -> !tag.key().equals(key)).toList();
    }
}
