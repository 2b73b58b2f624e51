package dev.fourfold.metadata.registry;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.text.Texts;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a version may be made from a source, and finds out where its files are. Whoever may read a version may
 * read its files, so a source inside the artifact store must belong to the run or logged model that the caller names.
 */
@Singleton
@ServesMetadata
final class VersionSources {

    /** What MLflow's own clients give for prompts, which have no files. */
    private static final Set<String> OF_PROMPTS = Set.of("dummy-source", "prompt-template");

    /** Bounds what an index has to hold. */
    private static final int MAX_RUN_ID_LENGTH = 256;

    private final RegisteredModelStore models;
    private final ModelVersionStore versions;
    private final AliasStore aliases;
    private final SourceOwnerStore owners;

    VersionSources(
            RegisteredModelStore models, ModelVersionStore versions, AliasStore aliases, SourceOwnerStore owners) {
        this.models = models;
        this.versions = versions;
        this.aliases = aliases;
        this.owners = owners;
    }

    /** The origin, or the caller's mistake. */
    VersionOrigin resolve(CreateModelVersion request) {
        var source = Texts.storable("source", request.source());
        var runId = Texts.storable("run_id", Objects.requireNonNullElse(request.runId(), ""));
        Texts.atMost(MAX_RUN_ID_LENGTH, "run_id", runId);
        if (RegistryRules.isPrompt(request.tags())) {
            if (!OF_PROMPTS.contains(source)) {
                throw Texts.invalid(
                        "Invalid prompt source: '" + source + "'. Prompt sources must use an MLflow placeholder.");
            }
            return new VersionOrigin(source, source, runId, null);
        }
        var uri = SourceUri.parse(source);
        uri.refuseHost();
        if (uri.scheme().equals("models")) {
            return ofModel(uri, request, runId);
        }
        var modelId = request.modelId();
        return modelId == null || modelId.isEmpty() ? ofRun(uri, runId) : ofLoggedModel(uri, runId, modelId);
    }

    private VersionOrigin ofModel(SourceUri uri, CreateModelVersion request, String runId) {
        if (!uri.authority().isEmpty()) {
            throw Texts.invalid("Invalid model version source: '" + uri.text()
                    + "'. Registered model sources must use the active model registry.");
        }
        var reference = ModelReference.of(uri).orElseThrow(() -> foreign(uri, "model_id"));
        return switch (reference) {
            case ModelReference.Logged(var modelId) -> {
                uri.refuseClimbing();
                if (!modelId.equals(request.modelId())) {
                    throw foreign(uri, "model_id");
                }
                RegistryRules.checkedName(request.name()); // MLflow looks at it before it looks for the model.
                var model = loggedModel(modelId);
                yield new VersionOrigin(uri.text(), model.artifactUri(), orElse(runId, model.sourceRunId()), modelId);
            }
            case ModelReference.Version version -> ofVersion(uri, request, version.name(), reference);
            case ModelReference.Latest latest -> ofVersion(uri, request, latest.name(), reference);
            case ModelReference.Staged staged -> ofVersion(uri, request, staged.name(), reference);
            case ModelReference.Aliased aliased -> ofVersion(uri, request, aliased.name(), reference);
        };
    }

    /** The version that a whole address names. */
    StoredVersion named(String address) {
        var uri = SourceUri.parse(address);
        if (uri.scheme().equals("models") && uri.authority().isEmpty()) {
            var reference = ModelReference.of(uri);
            if (reference.isPresent() && !(reference.get() instanceof ModelReference.Logged)) {
                return named(reference.get());
            }
        }
        throw Texts.invalid("'" + address + "' names no version of a registered model: models:/name/version,"
                + " models:/name/stage, models:/name/latest and models:/name@alias do.");
    }

    private StoredVersion named(ModelReference reference) {
        return switch (reference) {
            case ModelReference.Logged(var modelId) -> throw RegistryProblems.loggedModelNotFound(modelId);
            case ModelReference.Version(var name, var version) -> {
                RegistryRules.checkedName(name);
                long number = RegistryRules.number(name, version);
                yield versions.find(name, number).orElseThrow(() -> RegistryProblems.versionNotFound(name, number));
            }
            case ModelReference.Latest(var name) -> newest(name, EnumSet.allOf(ModelStage.class), "");
            case ModelReference.Staged(var name, var stage) ->
                newest(name, EnumSet.of(RegistryRules.stage(stage)), " and stage '" + stage + "'");
            case ModelReference.Aliased(var name, var alias) -> {
                RegistryRules.checkedName(name);
                RegistryRules.checkedAlias(alias);
                yield alias.equalsIgnoreCase(RegistryRules.LATEST)
                        ? newest(name, EnumSet.allOf(ModelStage.class), "")
                        : aliases.find(name, alias).orElseThrow(() -> RegistryProblems.aliasNotFound(alias));
            }
        };
    }

    private VersionOrigin ofVersion(SourceUri uri, CreateModelVersion request, String name, ModelReference reference) {
        requireModel(uri, name);
        return ofVersion(uri, request, named(reference));
    }

    /** A version made from another one has its files, and its run. */
    private static VersionOrigin ofVersion(SourceUri uri, CreateModelVersion request, StoredVersion from) {
        var version = from.version();
        boolean otherRun = request.runId() != null && !request.runId().equals(version.runId());
        boolean someModel = request.modelId() != null && !request.modelId().isEmpty();
        if (otherRun || someModel) {
            throw Texts.invalid("Invalid model version source: '" + uri.text()
                    + "'. The run_id and model_id request parameters must match the referenced model version.");
        }
        return new VersionOrigin(
                "models:/" + version.name() + "/" + version.version(), from.storageLocation(), version.runId(), null);
    }

    private void requireModel(SourceUri uri, String name) {
        RegistryRules.checkedName(name);
        var model = models.find(name).orElseThrow(() -> RegistryProblems.modelNotFound(name));
        if (RegistryRules.isPrompt(model.tags())) {
            throw Texts.invalid("Invalid model version source: '" + uri.text()
                    + "'. Prompt versions cannot be used as model version sources.");
        }
    }

    private StoredVersion newest(String name, Set<ModelStage> stages, String where) {
        return versions.latest(RegistryRules.checkedName(name), stages).stream()
                .max(Comparator.comparingLong(stored -> stored.version().version()))
                .orElseThrow(
                        () -> new Problem.NotFound("No versions of model with name '" + name + "'" + where + " found")
                                .toException());
    }

    private VersionOrigin ofRun(SourceUri uri, String runId) {
        refuseLocal(uri, "run_id");
        uri.refuseClimbing();
        if (uri.scheme().equals("runs")) {
            var path = uri.path().substring(1);
            int end = path.indexOf('/');
            var named = end < 0 ? path : path.substring(0, end);
            if (!uri.authority().isEmpty() || runId.isEmpty() || !named.equals(runId)) {
                throw foreign(uri, "run_id");
            }
        }
        if (uri.proxied()) {
            var root = runId.isEmpty() ? null : owners.artifactUriOfRun(runId).orElse(null);
            requireWithin(uri, root, "run_id");
        }
        return new VersionOrigin(uri.text(), uri.text(), runId, null);
    }

    private VersionOrigin ofLoggedModel(SourceUri uri, String runId, String modelId) {
        refuseLocal(uri, "model_id");
        uri.refuseClimbing();
        if (uri.scheme().equals("runs")) {
            throw foreign(uri, "model_id");
        }
        var model = owners.loggedModel(Texts.storable("model_id", modelId));
        if (uri.proxied()) {
            requireWithin(
                    uri,
                    model.map(SourceOwnerStore.LoggedModelOrigin::artifactUri).orElse(null),
                    "model_id");
        }
        var known = model.orElseThrow(() -> RegistryProblems.loggedModelNotFound(modelId));
        return new VersionOrigin(uri.text(), uri.text(), orElse(runId, known.sourceRunId()), modelId);
    }

    private SourceOwnerStore.LoggedModelOrigin loggedModel(String modelId) {
        return owners.loggedModel(modelId).orElseThrow(() -> RegistryProblems.loggedModelNotFound(modelId));
    }

    private static void refuseLocal(SourceUri uri, String parameter) {
        if (uri.local()) {
            throw Texts.invalid("Invalid model version source: '" + uri.text()
                    + "'. To use a local path as a model version source, the " + parameter
                    + " request parameter has to be specified and the local path has to be contained within the"
                    + " artifact directory of the run specified by the " + parameter + ".");
        }
    }

    private static void requireWithin(SourceUri uri, @Nullable String root, String parameter) {
        if (root == null || !uri.within(root)) {
            throw foreign(uri, parameter);
        }
    }

    private static ProblemException foreign(SourceUri uri, String parameter) {
        return Texts.invalid("Invalid model version source: '" + uri.text() + "'. The " + parameter
                + " request parameter must identify the resource that contains the source.");
    }

    private static String orElse(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
