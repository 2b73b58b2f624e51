package dev.fourfold.metadata.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.run.CreateRun;
import dev.fourfold.metadata.run.RunInfo;
import dev.fourfold.metadata.run.RunOperations;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the operations of the model registry promise, for every way to reach them. */
public abstract class RegistryOperationsContract {

    private static final String OPAQUE = "s3://bucket/model";
    private static final Tag PROMPT = new Tag("mlflow.prompt.is_prompt", "true");

    /** The operations under test. */
    protected abstract RegisteredModelOperations models();

    /** The operations under test. */
    protected abstract ModelVersionOperations versions();

    /** Makes the runs that versions come from. */
    protected abstract RunOperations runs();

    /** Where they keep what they keep. */
    protected abstract Map<String, Object> database();

    @Test
    void createdModel_isReadBackWhole() {
        var name = name();
        var created = models().create(new CreateRegisteredModel(
                name, "what it does", List.of(new Tag("k", "v"), new Tag("b", ""), new Tag("k", "ü"))));
        assertThat(created.name()).isEqualTo(name);
        assertThat(created.description()).isEqualTo("what it does");
        assertThat(created.tags()).containsExactly(new Tag("b", ""), new Tag("k", "ü"));
        assertThat(created.latestVersions()).isEmpty();
        assertThat(created.aliases()).isEmpty();
        assertThat(created.lastUpdatedTimeMillis()).isEqualTo(created.creationTimeMillis());
        assertThat(models().get(name)).isEqualTo(created);
        assertThat(search("name = '" + name + "'")).containsExactly(created);
    }

    @Test
    void takenName_saysByWhat() {
        var model = model();
        var prompt = name();
        models().create(new CreateRegisteredModel(prompt, null, List.of(PROMPT)));
        taken(() -> create(model), "Registered Model (name=" + model + ") already exists.");
        taken(
                () -> models().create(new CreateRegisteredModel(prompt, null, List.of(PROMPT))),
                "Prompt (name=" + prompt + ") already exists.");
        taken(
                () -> create(prompt),
                "Tried to create a registered model with name '" + prompt
                        + "', but the name is already taken by a prompt. MLflow does not allow creating a model and a"
                        + " prompt with the same name.");
        taken(
                () -> models().create(new CreateRegisteredModel(model, null, List.of(new Tag(PROMPT.key(), "True")))),
                "Tried to create a prompt with name '" + model
                        + "', but the name is already taken by a registered model. MLflow does not allow creating a"
                        + " model and a prompt with the same name.");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a/b", "a:b", ".", "..", "..x", "nul\u0000", "half\ud83d"})
    void badName_isRefusedEverywhere(String name) {
        invalid(() -> create(name));
        invalid(() -> models().get(name));
        invalid(() -> models().delete(name));
        invalid(() -> models().rename(new RenameRegisteredModel(model(), name)));
        invalid(() -> versions().get(new ModelVersionName(name, "1")));
        invalid(() -> versions().create(version(name, OPAQUE, null)));
        invalid(() -> models().setAlias(new SetAlias(name, "a", "1")));
    }

    @Test
    void nameOfAnyLength_isAnsweredAndNotLost() {
        invalid(() -> create("x".repeat(501)));
        invalid(() -> models().get("x".repeat(300_000)));
        assertThat(create("\ud83d\ude00".repeat(464) + UUID.randomUUID()).name())
                .hasSize(2 * 464 + 36);
    }

    @Test
    void absentModel_isNotFound() {
        var name = name();
        var message = "Registered Model with name=" + name + " not found";
        notFound(() -> models().get(name), message);
        notFound(() -> models().delete(name), message);
        notFound(() -> models().update(new UpdateRegisteredModel(name, "x")), message);
        notFound(() -> models().rename(new RenameRegisteredModel(name, name())), message);
        notFound(() -> models().setTag(new ModelTag(name, new Tag("k", "v"))), message);
        notFound(() -> models().deleteTag(new ModelTagKey(name, "k")), message);
        notFound(() -> models().deleteAlias(new AliasName(name, "a")), message);
        notFound(() -> models().latestVersions(new LatestVersions(name, List.of())), message);
        notFound(() -> versions().getByAlias(new AliasName(name, "a")), message);
        notFound(() -> versions().getByAlias(new AliasName(name, "latest")), message);
        notFound(() -> versions().create(version(name, OPAQUE, null)), message);
        var versionMessage = "Model Version (name=" + name + ", version=1) not found";
        notFound(() -> versions().get(new ModelVersionName(name, "1")), versionMessage);
        notFound(() -> versions().downloadUri(new ModelVersionName(name, "1")), versionMessage);
        notFound(() -> versions().delete(new ModelVersionName(name, "1")), versionMessage);
        notFound(() -> versions().update(new UpdateModelVersion(name, "1", "x")), versionMessage);
        notFound(() -> versions().moveToStage(new MoveToStage(name, "1", "Staging", true)), versionMessage);
        notFound(() -> versions().setTag(new ModelVersionTag(name, "1", new Tag("k", "v"))), versionMessage);
        notFound(() -> versions().deleteTag(new ModelVersionTagKey(name, "1", "k")), versionMessage);
        notFound(() -> models().setAlias(new SetAlias(name, "a", "1")), versionMessage);
    }

    @Test
    void description_isReplacedAndTakenAway() {
        var name = model();
        assertThat(models().update(new UpdateRegisteredModel(name, "new")).description())
                .isEqualTo("new");
        assertThat(models().update(new UpdateRegisteredModel(name, null)).description())
                .isNull();
        versions().create(version(name, OPAQUE, null));
        assertThat(versions().update(new UpdateModelVersion(name, "1", "v1")).description())
                .isEqualTo("v1");
        assertThat(versions().update(new UpdateModelVersion(name, "1", null)).description())
                .isNull();
        assertThat(versions().get(new ModelVersionName(name, "1")).description())
                .isNull();
    }

    @Test
    void tag_isSetReplacedAndRemoved_andRemovingTwiceDoesNothing() {
        var name = model();
        models().setTag(new ModelTag(name, new Tag("k", "1")));
        models().setTag(new ModelTag(name, new Tag("k", "2")));
        assertThat(models().get(name).tags()).containsExactly(new Tag("k", "2"));
        models().deleteTag(new ModelTagKey(name, "k"));
        models().deleteTag(new ModelTagKey(name, "k"));
        assertThat(models().get(name).tags()).isEmpty();

        versions().create(version(name, OPAQUE, null));
        versions().setTag(new ModelVersionTag(name, "1", new Tag("k", "1")));
        versions().setTag(new ModelVersionTag(name, "1", new Tag("k", "")));
        assertThat(versions().get(new ModelVersionName(name, "1")).tags()).containsExactly(new Tag("k", ""));
        versions().deleteTag(new ModelVersionTagKey(name, "1", "k"));
        versions().deleteTag(new ModelVersionTagKey(name, "1", "k"));
        assertThat(versions().get(new ModelVersionName(name, "1")).tags()).isEmpty();
    }

    @Test
    void tagOutOfBounds_isRefused() {
        var name = model();
        var tags = List.of(
                new Tag("", "v"),
                new Tag("a//b", "v"),
                new Tag("k".repeat(251), "v"),
                new Tag("k", "v".repeat(100_001)));
        for (var tag : tags) {
            invalid(() -> models().setTag(new ModelTag(name, tag)));
            invalid(() -> models().create(new CreateRegisteredModel(name(), null, List.of(tag))));
            invalid(() -> versions().create(new CreateModelVersion(name, OPAQUE, null, null, List.of(tag), "", "")));
        }
        assertThatThrownBy(() -> versions()
                        .create(new CreateModelVersion(
                                name,
                                OPAQUE,
                                null,
                                null,
                                List.of(new Tag("mlflow.prompt.text", "v".repeat(100_001))),
                                "",
                                "")))
                .hasMessage("Prompt text exceeds max length of 100000 characters.");
        models().setTag(new ModelTag(name, new Tag("k", "v".repeat(100_000))));
        assertThat(models().get(name).latestVersions()).isEmpty();
    }

    @Test
    void createdVersion_isReadBackWhole() {
        var name = model();
        var before = models().get(name);
        var created = versions()
                .create(new CreateModelVersion(
                        name,
                        OPAQUE,
                        "some run",
                        null,
                        List.of(new Tag("k", "v"), new Tag("k", "w")),
                        "http://link",
                        "first"));
        assertThat(created)
                .isEqualTo(new ModelVersion(
                        name,
                        1,
                        created.creationTimeMillis(),
                        created.creationTimeMillis(),
                        "first",
                        ModelStage.NONE,
                        OPAQUE,
                        "some run",
                        "http://link",
                        List.of(new Tag("k", "w")),
                        List.of()));
        for (var spelling : List.of("1", " 1 ", "01", "+1")) {
            assertThat(versions().get(new ModelVersionName(name, spelling))).isEqualTo(created);
        }
        assertThat(versions().downloadUri(new ModelVersionName(name, "1")).artifactUri())
                .isEqualTo(OPAQUE);
        var model = models().get(name);
        assertThat(model.latestVersions()).containsExactly(created);
        assertThat(model.lastUpdatedTimeMillis()).isGreaterThanOrEqualTo(before.lastUpdatedTimeMillis());
        assertThat(searchVersions("name = '" + name + "'")).containsExactly(created);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1.0", "1e3", "0x1"})
    void numberThatIsNone_isRefused(String version) {
        var name = model();
        assertThatThrownBy(() -> versions().get(new ModelVersionName(name, version)))
                .hasMessage("Parameter 'version' must be an integer, got '" + version + "'.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "2", "99999999999999999999"})
    void numberThatIsFree_isNotFound(String version) {
        var name = model();
        versions().create(version(name, OPAQUE, null));
        notFound(
                () -> versions().get(new ModelVersionName(name, version)),
                "Model Version (name=" + name + ", version=" + version + ") not found");
    }

    @Test
    void fiftyCreationsAtOnce_giveConsecutiveNumbers() throws Exception {
        var name = model();
        var calls = new ArrayList<Callable<Long>>();
        for (int i = 0; i < 50; i++) {
            calls.add(() -> versions().create(version(name, OPAQUE, null)).version());
        }
        var numbers = new ArrayList<Long>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var future : threads.invokeAll(calls)) {
                numbers.add(future.get());
            }
        }
        assertThat(numbers)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 50).boxed().toList());
        assertThat(searchVersions("name = '" + name + "'")).hasSize(50);
    }

    @Test
    void numberOfDeletedVersion_isNotGivenAgain_whileTheModelLives() {
        var name = model();
        versions().create(version(name, OPAQUE, null));
        versions().create(version(name, OPAQUE, null));
        models().setAlias(new SetAlias(name, "best", "2"));
        versions().delete(new ModelVersionName(name, "2"));
        notFound(
                () -> versions().delete(new ModelVersionName(name, "2")),
                "Model Version (name=" + name + ", version=2) not found");
        assertThat(models().get(name).aliases()).isEmpty();
        assertThat(versions().create(version(name, OPAQUE, null)).version()).isEqualTo(3);

        models().delete(name);
        assertThat(searchVersions("name = '" + name + "'")).isEmpty();
        create(name);
        assertThat(versions().create(version(name, OPAQUE, null)).version()).isEqualTo(1);
    }

    @Test
    void rename_takesVersionsTagsAndAliasesAlong() {
        var name = model();
        var newName = name();
        models().setTag(new ModelTag(name, new Tag("k", "v")));
        versions().create(new CreateModelVersion(name, OPAQUE, null, null, List.of(new Tag("t", "x")), "", ""));
        models().setAlias(new SetAlias(name, "best", "1"));
        var renamed = models().rename(new RenameRegisteredModel(name, newName));
        assertThat(renamed.name()).isEqualTo(newName);
        assertThat(renamed.tags()).containsExactly(new Tag("k", "v"));
        assertThat(renamed.aliases()).containsExactly(new ModelAlias("best", 1));
        assertThat(models().get(newName)).isEqualTo(renamed);
        var version = versions().getByAlias(new AliasName(newName, "best"));
        assertThat(version.name()).isEqualTo(newName);
        assertThat(version.tags()).containsExactly(new Tag("t", "x"));
        assertThat(version.lastUpdatedTimeMillis()).isEqualTo(renamed.lastUpdatedTimeMillis());
        notFound(() -> models().get(name), "Registered Model with name=" + name + " not found");

        var other = model();
        taken(
                () -> models().rename(new RenameRegisteredModel(newName, other)),
                "Registered Model (name=" + other + ") already exists.");
        assertThat(models().rename(new RenameRegisteredModel(newName, newName)).name())
                .isEqualTo(newName);
    }

    @Test
    void alias_namesOneVersion_andMoves() {
        var name = model();
        versions().create(version(name, OPAQUE, null));
        versions().create(version(name, OPAQUE, null));
        models().setAlias(new SetAlias(name, "best", "1"));
        models().setAlias(new SetAlias(name, "Best", "2"));
        models().setAlias(new SetAlias(name, "é-1_x", "1"));
        assertThat(versions().getByAlias(new AliasName(name, "best")).version()).isEqualTo(1);
        assertThat(versions().get(new ModelVersionName(name, "1")).aliases()).containsExactly("best", "é-1_x");
        models().setAlias(new SetAlias(name, "best", "2"));
        var second = versions().getByAlias(new AliasName(name, "best"));
        assertThat(second.version()).isEqualTo(2);
        assertThat(second.aliases()).containsExactly("Best", "best");
        assertThat(models().get(name).aliases())
                .containsExactly(new ModelAlias("Best", 2), new ModelAlias("best", 2), new ModelAlias("é-1_x", 1));
        assertThat(models().get(name).latestVersions().getFirst().aliases()).isEmpty();
        assertThat(searchVersions("name = '" + name + "'").getFirst().aliases()).isEmpty();
        models().deleteAlias(new AliasName(name, "best"));
        models().deleteAlias(new AliasName(name, "best"));
        assertThatThrownBy(() -> versions().getByAlias(new AliasName(name, "best")))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem())
                                .isEqualTo(new Problem.InvalidArgument("Registered model alias best not found.")));
    }

    @Test
    void alias_promotesWhereItIsNewOrMoves_andThenOnly() {
        var name = model();
        versions().create(version(name, OPAQUE, null));
        versions().create(version(name, OPAQUE, "some run"));
        long before = System.currentTimeMillis();
        models().setAlias(new SetAlias(name, "best", "1"));
        models().setAlias(new SetAlias(name, "best", "1"));
        models().setAlias(new SetAlias(name, "best", "2"));
        models().deleteAlias(new AliasName(name, "best"));
        models().setAlias(new SetAlias(name, "best", "2"));
        models().setAlias(new SetAlias(name, "é-1_x", "1"));
        notFound(
                () -> models().setAlias(new SetAlias(name, "best", "9")),
                "Model Version (name=" + name + ", version=9) not found");
        long after = System.currentTimeMillis();
        assertThat(told(name)).containsExactly("1 ALIAS é-1_x", "2 ALIAS best", "2 ALIAS best", "1 ALIAS best");
        var promotions = promotions(name);
        assertThat(promotions).extracting(Promotion::runId).containsExactly("", "some run", "some run", "");
        assertThat(promotions)
                .extracting(Promotion::timeMillis)
                .allSatisfy(time -> assertThat(time).isBetween(before, after));
    }

    @Test
    void stage_promotesWhereItChanges_alsoWhatIsArchivedAlong() {
        var name = model();
        for (int i = 0; i < 4; i++) {
            versions().create(version(name, OPAQUE, null));
        }
        versions().moveToStage(new MoveToStage(name, "2", "Production", false));
        versions().moveToStage(new MoveToStage(name, "1", "production", false));
        versions().moveToStage(new MoveToStage(name, "1", "Production", false));
        versions().moveToStage(new MoveToStage(name, "4", "None", false));
        assertThat(told(name)).containsExactly("1 STAGE Production", "2 STAGE Production");
        var third = versions().moveToStage(new MoveToStage(name, "3", "Production", true));
        assertThat(told(name))
                .startsWith("3 STAGE Production", "2 STAGE Archived", "1 STAGE Archived", "1 STAGE Production");
        assertThat(promotions(name).subList(0, 3))
                .extracting(Promotion::timeMillis)
                .containsOnly(third.lastUpdatedTimeMillis());
        versions().moveToStage(new MoveToStage(name, "1", "Production", false));
        versions().moveToStage(new MoveToStage(name, "3", "Production", true)); // is there: only the other one changes
        versions().moveToStage(new MoveToStage(name, "3", "None", false));
        versions().moveToStage(new MoveToStage(name, "3", "Staging", false));
        assertThat(told(name))
                .startsWith("3 STAGE Staging", "1 STAGE Archived", "1 STAGE Production", "3 STAGE Production")
                .hasSize(8);
    }

    @Test
    void promotions_goWithTheirModelAndTheirVersion() {
        var name = model();
        var newName = name();
        for (int i = 0; i < 2; i++) {
            versions().create(version(name, OPAQUE, null));
        }
        models().setAlias(new SetAlias(name, "best", "1"));
        models().setAlias(new SetAlias(name, "best", "2"));
        var recorded = promotions(name);
        models().rename(new RenameRegisteredModel(name, newName));
        versions().update(new UpdateModelVersion(newName, "1", "changed"));
        assertThat(promotions(name)).isEmpty();
        assertThat(told(newName)).containsExactly("2 ALIAS best", "1 ALIAS best");
        assertThat(promotions(newName))
                .extracting(Promotion::timeMillis)
                .isEqualTo(recorded.stream().map(Promotion::timeMillis).toList());
        versions().delete(new ModelVersionName(newName, "2"));
        assertThat(told(newName)).containsExactly("1 ALIAS best");
        models().setAlias(new SetAlias(newName, "best", "1"));
        assertThat(told(newName)).containsExactly("1 ALIAS best", "1 ALIAS best");
        models().delete(newName);
        assertThat(promotions(newName)).isEmpty();
        create(newName);
        versions().create(version(newName, OPAQUE, null));
        assertThat(promotions(newName)).isEmpty();
    }

    @Test
    void promotions_areFoundByTimeRunAndExperiment() {
        var first = run();
        var second = run();
        var name = model();
        versions().create(version(name, OPAQUE, first.runId()));
        versions().create(version(name, OPAQUE, second.runId()));
        versions().create(version(name, OPAQUE, "no run"));
        for (var number : List.of("1", "2", "3")) {
            models().setAlias(new SetAlias(name, "a" + number, number));
        }
        var prompt = name();
        models().create(new CreateRegisteredModel(prompt, null, List.of(PROMPT)));
        versions().create(new CreateModelVersion(prompt, "dummy-source", null, null, List.of(PROMPT), "", ""));
        models().setAlias(new SetAlias(prompt, "best", "1"));
        assertThat(promotions(prompt)).isEmpty();

        var all = promotions(name);
        assertThat(all).extracting(Promotion::version).containsExactly(3L, 2L, 1L);
        long from = all.getLast().timeMillis();
        long to = all.getFirst().timeMillis();
        assertThat(promotions(name, new PromotionQuery(from, to, List.of(), List.of(), 50_000)))
                .isEqualTo(all);
        assertThat(promotions(name, new PromotionQuery(to + 1, to + 9, List.of(), List.of(), 50_000)))
                .isEmpty();
        assertThat(promotions(name, new PromotionQuery(from - 9, from - 1, List.of(), List.of(), 50_000)))
                .isEmpty();
        assertThat(promotions(name, new PromotionQuery(from, to, List.of(), List.of("0"), 50_000)))
                .extracting(Promotion::version)
                .containsExactly(2L, 1L);
        assertThat(promotions(name, new PromotionQuery(from, to, List.of(), List.of("1", "-1"), 50_000)))
                .isEmpty();
        assertThat(promotions(name, new PromotionQuery(from, to, List.of(first.runId(), "no run"), List.of(), 50_000)))
                .extracting(Promotion::version)
                .containsExactly(3L, 1L);
        assertThat(promotions(
                        name, new PromotionQuery(from, to, List.of(first.runId(), "no run"), List.of("0"), 50_000)))
                .extracting(Promotion::version)
                .containsExactly(1L);
        assertThat(versions()
                        .promotions(new PromotionQuery(from, to, List.of(first.runId(), second.runId()), List.of(), 1)))
                .extracting(Promotion::version)
                .containsExactly(2L);
        for (int most : List.of(0, 50_001)) {
            invalid(() -> versions().promotions(new PromotionQuery(from, to, List.of(), List.of(), most)));
        }
        invalid(() -> versions().promotions(new PromotionQuery(from, to, List.of(), List.of("x"), 1)));
        invalid(() -> versions().promotions(new PromotionQuery(from, to, List.of("nul\u0000"), List.of(), 1)));
    }

    @Test
    void promotionsPastTheNewestFiveThousand_areForgotten() throws SQLException {
        var name = model();
        versions().create(version(name, OPAQUE, null));
        versions().create(version(name, OPAQUE, null));
        models().setAlias(new SetAlias(name, "best", "1"));
        try (var connection = TestPostgres.connect(database());
                var statement = connection.prepareStatement("""
                        INSERT INTO model_promotions (registered_pk, number, version, kind, name, time)
                        SELECT registered_pk, i, 1, 'ALIAS', 'flaps' || i, i
                        FROM registered_models, generate_series(2, 5001) i WHERE name = ?""")) {
            statement.setString(1, name);
            statement.executeUpdate();
        }
        models().setAlias(new SetAlias(name, "best", "2"));
        assertThat(promotions(name)).hasSize(5_000);
        assertThat(told(name)).startsWith("2 ALIAS best", "1 ALIAS flaps5001").endsWith("1 ALIAS flaps3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "latest", "LATEST", "v1", "V23", "a b", "a.b", "a/b", "nl\n"})
    void badAlias_isRefused(String alias) {
        var name = model();
        versions().create(version(name, OPAQUE, null));
        invalid(() -> models().setAlias(new SetAlias(name, alias, "1")));
        invalid(() -> models().setAlias(new SetAlias(name, "x".repeat(256), "1")));
    }

    @Test
    void latest_isTheHighestVersionWhateverItsStage() {
        var name = model();
        assertThatThrownBy(() -> versions().getByAlias(new AliasName(name, "Latest")))
                .hasMessage("Latest version not found for model " + name + ".");
        for (int i = 0; i < 3; i++) {
            versions().create(version(name, OPAQUE, null));
        }
        versions().moveToStage(new MoveToStage(name, "3", "archived", false));
        assertThat(versions().getByAlias(new AliasName(name, "latest")).version())
                .isEqualTo(3);
        assertThat(latest(name)).containsExactly(2L, 3L);
    }

    @Test
    void stage_movesAndArchivesTheOthers() {
        var name = model();
        for (int i = 0; i < 4; i++) {
            versions().create(version(name, OPAQUE, null));
        }
        versions().moveToStage(new MoveToStage(name, "1", "Production", false));
        versions().moveToStage(new MoveToStage(name, "2", "production", false));
        var third = versions().moveToStage(new MoveToStage(name, "3", "PRODUCTION", true));
        assertThat(third.stage()).isEqualTo(ModelStage.PRODUCTION);
        assertThat(IntStream.rangeClosed(1, 4)
                        .mapToObj(i -> versions()
                                .get(new ModelVersionName(name, String.valueOf(i)))
                                .stage()))
                .containsExactly(ModelStage.ARCHIVED, ModelStage.ARCHIVED, ModelStage.PRODUCTION, ModelStage.NONE);
        assertThat(latest(name)).containsExactly(2L, 3L, 4L);
        assertThat(latest(name, "archived", "None")).containsExactly(2L, 4L);
        assertThat(latest(name, "Staging")).isEmpty();
        invalid(() -> latest(name, "bogus"));
        invalid(() -> versions().moveToStage(new MoveToStage(name, "1", "bogus", false)));
        invalid(() -> versions().moveToStage(new MoveToStage(name, "1", "Archived", true)));
        notFound(
                () -> versions().moveToStage(new MoveToStage(name, "9", "Production", true)),
                "Model Version (name=" + name + ", version=9) not found");
        assertThat(versions().get(new ModelVersionName(name, "3")).stage()).isEqualTo(ModelStage.PRODUCTION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "file:///etc/passwd",
                "file://localhost/etc",
                "file://evil/x",
                "FILE:/x",
                "\n/etc",
                "//host/x",
                "etc",
                "./x",
                "..\\x",
                "dummy-source",
                "http://h/x",
                "https://h/x",
                "ftp://h/x",
                "hdfs://h/x",
                "mlflow-artifacts://evil/x",
                "mlflow-artifacts:/x",
                "mlflow-artifacts:/..",
                "s3:/b/../x",
                "s3://b/../x",
                "s3://b/%2e%2e/x",
                "s3://b/%252e%252e/x",
                "s3://b/x?../y",
                "s3://b/x;../y",
                "s3://b/x#/../y",
                "s3://b/a\\..\\y",
                "s3://b/x%00",
                "s3://b/./x",
                "s3://b",
                "s3:x",
                "runs:/some/model",
                "runs:/",
                "models:/",
                "models:/a/b/c",
                "models:/m-00000000000000000000000000000000",
                "models://other/m",
                "models:/x@"
            })
    void sourceThatMayNotBe_isRefused(String source) {
        var name = model();
        invalid(() -> versions().create(version(name, source, null)));
        assertThat(models().get(name).latestVersions()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://b/x", "S3://b/x/", "gs:///x", "dbfs:/x", "wasbs://c@a/x", "s3://b//a+b c", "c:/x"})
    void opaqueSource_isKept(String source) {
        var name = model();
        assertThat(versions().create(version(name, source, null)).source()).isEqualTo(source);
    }

    @Test
    void sourceInsideRun_belongsToTheRunThatIsGiven() {
        var name = model();
        var run = run();
        var other = run();
        var root = run.artifactUri();
        for (var source : List.of("runs:/" + run.runId() + "/model", root, root + "/model", root + "/%6dodel/")) {
            assertThat(versions().create(version(name, source, run.runId())).runId())
                    .isEqualTo(run.runId());
            invalid(() -> versions().create(version(name, source, null)));
            invalid(() -> versions().create(version(name, source, other.runId())));
            invalid(() -> versions().create(version(name, source, "unknown")));
        }
        for (var source :
                List.of(root + "x", root + "/../x", root.replace(":/", "://"), "runs://" + run.runId() + "/x")) {
            invalid(() -> versions().create(version(name, source, run.runId())));
        }
    }

    @Test
    void sourceThatIsAnotherVersion_givesItsFilesAndItsRun() {
        var from = model();
        var name = model();
        versions().create(version(from, OPAQUE, null));
        versions().create(version(from, "s3://b/second", "r2"));
        models().setAlias(new SetAlias(from, "best", "2"));
        versions().moveToStage(new MoveToStage(from, "1", "Staging", false));
        for (var source : List.of("/2", "@best", "/latest", "/None", "@latest")) {
            var made = versions().create(version(name, "models:/" + from + source, null));
            assertThat(made.source()).isEqualTo("models:/" + from + "/2");
            assertThat(made.runId()).isEqualTo("r2");
            assertThat(versions()
                            .downloadUri(new ModelVersionName(name, String.valueOf(made.version())))
                            .artifactUri())
                    .isEqualTo("s3://b/second");
        }
        assertThat(versions()
                        .create(version(name, "models:/" + from + "/staging", ""))
                        .source())
                .isEqualTo("models:/" + from + "/1");
        invalid(() -> versions().create(version(name, "models:/" + from + "/2", "r1")));
        invalid(() -> versions().create(version(name, "models:/" + from + "@none", null)));
        invalid(() -> versions().create(version(name, "models:/" + from + "/bogus", null)));
        assertThatThrownBy(() -> versions().create(version(name, "models:/" + from + "/Production", null)))
                .hasMessage("No versions of model with name '" + from + "' and stage 'Production' found");
        notFound(
                () -> versions().create(version(name, "models:/" + from + "/9", null)),
                "Model Version (name=" + from + ", version=9) not found");
        var prompt = name();
        models().create(new CreateRegisteredModel(prompt, null, List.of(PROMPT)));
        assertThatThrownBy(() -> versions().create(version(name, "models:/" + prompt + "/1", null)))
                .hasMessage("Invalid model version source: 'models:/" + prompt
                        + "/1'. Prompt versions cannot be used as model version sources.");
    }

    @Test
    void address_namesAVersionAndItsFiles() {
        var name = model();
        for (int i = 0; i < 3; i++) {
            versions().create(version(name, OPAQUE + i, null));
        }
        versions().moveToStage(new MoveToStage(name, "1", "Staging", false));
        versions().moveToStage(new MoveToStage(name, "2", "Staging", false));
        models().setAlias(new SetAlias(name, "best", "1"));
        resolves("models:/" + name + "/2", 2);
        resolves("models:/" + name + "@best", 1);
        resolves("models:/" + name + "/Staging", 2);
        resolves("models:/" + name + "/staging", 2);
        resolves("models:/" + name + "/latest", 3);
        resolves("models:/" + name + "@latest", 3);
        assertThat(resolve("models:/" + name + "@best").version().aliases()).containsExactly("best");
        models().setAlias(new SetAlias(name, "best", "3"));
        resolves("models:/" + name + "@best", 3);
        var loggedModel = "m-0123456789abcdef0123456789abcdef";
        for (var wrong : List.of(
                name,
                "models:/",
                "models:/" + name,
                "models:/" + loggedModel,
                "models://host/" + name + "/1",
                "models:/" + name + "/1/2",
                "models:/" + name + "/Bogus",
                "models:/" + name + "@none",
                "models:/" + name + "@a b",
                "models:/nul\u0000/1",
                "runs:/" + name + "/1",
                "")) {
            invalid(() -> resolve(wrong));
        }
        notFound(() -> resolve("models:/" + name + "/9"), "Model Version (name=" + name + ", version=9) not found");
        notFound(
                () -> resolve("models:/" + name + "/Production"),
                "No versions of model with name '" + name + "' and stage 'Production' found");
        var absent = name();
        notFound(() -> resolve("models:/" + absent + "@best"), "Registered Model with name=" + absent + " not found");
    }

    private void resolves(String address, long version) {
        var resolved = resolve(address);
        assertThat(resolved.version().version()).as(address).isEqualTo(version);
        assertThat(resolved.artifactUri()).isEqualTo(OPAQUE + (version - 1));
    }

    private ResolvedVersion resolve(String address) {
        return versions().resolve(new ModelAddress(address));
    }

    @Test
    void sourceThatIsLoggedModel_givesItsFilesAndItsRun_andIsToldOfTheVersion() throws SQLException {
        var name = model();
        var run = run();
        var modelId = loggedModel(run.runId());
        var root = "mlflow-artifacts:/0/models/" + modelId + "/artifacts";
        var made = versions().create(logged(name, "models:/" + modelId, modelId));
        assertThat(made.runId()).isEqualTo(run.runId());
        assertThat(made.source()).isEqualTo("models:/" + modelId);
        assertThat(versions().downloadUri(new ModelVersionName(name, "1")).artifactUri())
                .isEqualTo(root);
        assertThat(versions().create(logged(name, root + "/x", modelId)).runId())
                .isEqualTo(run.runId());
        assertThat(toldOf(modelId))
                .isEqualTo(
                        "[{\"name\": \"" + name + "\", \"version\": 1}, {\"name\": \"" + name + "\", \"version\": 2}]");

        invalid(() -> versions().create(logged(name, "models:/" + modelId, null)));
        invalid(() -> versions().create(logged(name, "models:/" + modelId, "m-other")));
        invalid(() -> versions().create(logged(name, root, "m-other")));
        invalid(() -> versions().create(logged(name, root + "/../x", modelId)));
        invalid(() -> versions().create(logged(name, "runs:/" + run.runId() + "/x", modelId)));
        notFound(() -> versions().create(logged(name, OPAQUE, "m-none")), "Logged model with ID 'm-none' not found.");
        notFound(
                () -> versions().create(logged(name, "models:/m-none", "m-none")),
                "Logged model with ID 'm-none' not found.");
        assertThat(latest(name)).containsExactly(2L);
    }

    @Test
    void prompt_isHiddenUnlessAskedFor() {
        var name = name();
        models().create(new CreateRegisteredModel(name, null, List.of(PROMPT)));
        var text = new Tag("mlflow.prompt.text", "hello {{who}}");
        versions().create(new CreateModelVersion(name, "dummy-source", null, null, List.of(PROMPT, text), "", ""));
        assertThatThrownBy(() -> versions()
                        .create(new CreateModelVersion(name, OPAQUE, null, null, List.of(PROMPT, text), "", "")))
                .hasMessage("Invalid prompt source: '" + OPAQUE + "'. Prompt sources must use an MLflow placeholder.");
        var named = "name = '" + name + "'";
        var asked = " AND tags.`mlflow.prompt.is_prompt` = 'true'";
        for (var filter : List.of(
                named,
                named + " AND tags.`mlflow.prompt.is_prompt` != 'true'",
                named + " AND tags.`mlflow.prompt.is_prompt` = 'false'",
                named + " AND tags.`mlflow.prompt.is_prompt` LIKE 'true'")) {
            assertThat(search(filter)).as(filter).isEmpty();
            assertThat(searchVersions(filter)).as(filter).isEmpty();
        }
        assertThat(search(named + asked)).extracting(RegisteredModel::name).containsExactly(name);
        assertThat(searchVersions(named + asked)).hasSize(1);
        assertThat(search(named + " AND tags.`mlflow.prompt.is_prompt` != 'false'"))
                .hasSize(1);
        var model = model();
        assertThat(search("name = '" + model + "' AND tags.`mlflow.prompt.is_prompt` != 'true'"))
                .hasSize(1);
    }

    @Test
    void pages_joinToTheWholeSearch_whileModelsAreAdded() {
        var prefix = name();
        var expected = new ArrayList<String>();
        for (int i = 0; i < 7; i++) {
            expected.add(create(prefix + "-" + i).name());
        }
        var filter = "name LIKE '" + prefix + "-%'";
        var found = new ArrayList<String>();
        String token = null;
        do {
            var page = models().search(new RegisteredModelQuery(filter, List.of("name DESC"), 3, token));
            page.models().forEach(model -> found.add(model.name()));
            token = page.nextPageToken();
            create(prefix + "-later" + found.size());
        } while (token != null);
        assertThat(found).containsExactlyElementsOf(expected.reversed());

        var none = models().search(new RegisteredModelQuery(filter, List.of(), 0, null));
        assertThat(none.models()).isEmpty();
        assertThat(models().search(new RegisteredModelQuery(filter, List.of(), 1, none.nextPageToken()))
                        .models())
                .extracting(RegisteredModel::name)
                .containsExactly(prefix + "-0");
        assertThat(models().search(new RegisteredModelQuery("name = 'none of this'", List.of(), 0, null))
                        .nextPageToken())
                .isNull();
        // As with MLflow, which takes the none that it found for one more than was asked for.
        assertThat(models().search(new RegisteredModelQuery("name = 'none of this'", List.of(), -1, null))
                        .nextPageToken())
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version_number > 2                      | 4, 3",
                "version_number <= '2'                   | 2, 1",
                "version_number != 2                     | 4, 3, 1",
                "version_number = 99999999999999999999   | ",
                "run_id = 'r1'                           | 3, 1",
                "run_id IN ('r1', 'r2')                  | 3, 2, 1",
                "run_id NOT IN ('r1')                    | 4, 2",
                "run_id = ''                             | 4",
                "source_path = 's3://b/2'                | 2",
                "source_path LIKE 's3://b/%'             | 4, 3, 2, 1",
                "source_path ILIKE 'S3://B/3'            | 3",
                "tags.k = 'v1'                           | 1",
                "tags.k != 'v1'                          | 4, 3, 2",
                "tags.none != 'v1'                       | ",
                "tag.k LIKE 'v%' AND version_number < 3  | 2, 1",
                "attribute.run_id = 'r2'                 | 2"
            })
    void versionSearch_findsByFilter(String filter, @Nullable String expected) {
        var name = model();
        var runs = List.of("r1", "r2", "r1", "");
        for (int i = 1; i <= 4; i++) {
            versions()
                    .create(new CreateModelVersion(
                            name, "s3://b/" + i, runs.get(i - 1), null, List.of(new Tag("k", "v" + i)), "", ""));
        }
        var found = versions()
                .search(new ModelVersionQuery(
                        "name = '" + name + "' AND " + filter, List.of("version_number DESC"), 100, null))
                .versions();
        assertThat(String.join(
                        ", ",
                        found.stream()
                                .map(version -> String.valueOf(version.version()))
                                .toList()))
                .isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void versionSearch_pagesByLastUpdateNameAndNumber() {
        var prefix = name();
        for (var suffix : List.of("-b", "-a")) {
            create(prefix + suffix);
            for (int i = 0; i < 3; i++) {
                versions().create(version(prefix + suffix, OPAQUE, null));
            }
        }
        versions().update(new UpdateModelVersion(prefix + "-b", "1", "touched"));
        var found = new ArrayList<ModelVersion>();
        String token = null;
        do {
            var page = versions().search(new ModelVersionQuery("name LIKE '" + prefix + "%'", List.of(), 2, token));
            found.addAll(page.versions());
            token = page.nextPageToken();
        } while (token != null);
        assertThat(found).hasSize(6).doesNotHaveDuplicates();
        assertThat(found)
                .isSortedAccordingTo(java.util.Comparator.comparingLong(ModelVersion::lastUpdatedTimeMillis)
                        .reversed()
                        .thenComparing(ModelVersion::name)
                        .thenComparing(java.util.Comparator.comparingLong(ModelVersion::version)
                                .reversed()));
        invalid(() -> versions().search(new ModelVersionQuery(null, List.of(), 0, null)));
        invalid(() -> versions().search(new ModelVersionQuery(null, List.of(), 200_001, null)));
        invalid(() -> models().search(new RegisteredModelQuery(null, List.of(), 1001, null)));
    }

    private RegisteredModel create(String name) {
        return models().create(new CreateRegisteredModel(name, null, List.of()));
    }

    private String model() {
        return create(name()).name();
    }

    private static String name() {
        return "model-" + UUID.randomUUID();
    }

    private static CreateModelVersion version(String name, String source, @Nullable String runId) {
        return new CreateModelVersion(name, source, runId, null, List.of(), "", "");
    }

    private static CreateModelVersion logged(String name, String source, @Nullable String modelId) {
        return new CreateModelVersion(name, source, null, modelId, List.of(), "", "");
    }

    private RunInfo run() {
        return runs().create(new CreateRun("0", "", null, 1, List.of())).info();
    }

    private List<RegisteredModel> search(String filter) {
        return models().search(new RegisteredModelQuery(filter, List.of(), 1000, null))
                .models();
    }

    private List<ModelVersion> searchVersions(String filter) {
        return versions()
                .search(new ModelVersionQuery(filter, List.of(), 1000, null))
                .versions();
    }

    private List<Promotion> promotions(String name) {
        return promotions(name, new PromotionQuery(0, Long.MAX_VALUE, List.of(), List.of(), 50_000));
    }

    private List<Promotion> promotions(String name, PromotionQuery query) {
        return versions().promotions(query).stream()
                .filter(promotion -> promotion.model().equals(name))
                .toList();
    }

    /** A model's promotions, the newest first, in short. */
    private List<String> told(String name) {
        return promotions(name).stream()
                .map(promotion -> promotion.version() + " " + promotion.kind() + " " + promotion.name())
                .toList();
    }

    private List<Long> latest(String name, String... stages) {
        return models().latestVersions(new LatestVersions(name, List.of(stages))).stream()
                .map(ModelVersion::version)
                .toList();
    }

    /** A logged model as their own operations leave one. */
    private String loggedModel(String runId) throws SQLException {
        var modelId = "m-" + UUID.randomUUID().toString().replace("-", "");
        try (var connection = TestPostgres.connect(database());
                var statement = connection.prepareStatement("""
                        INSERT INTO logged_models (model_id, experiment_id, name, artifact_uri, creation_time,
                            last_updated_time, status, source_run_id)
                        VALUES (?, 0, 'm', 'mlflow-artifacts:/0/models/' || ? || '/artifacts', 1, 1, 'READY', ?)""")) {
            statement.setString(1, modelId);
            statement.setString(2, modelId);
            statement.setString(3, runId);
            statement.executeUpdate();
        }
        return modelId;
    }

    private @Nullable String toldOf(String modelId) throws SQLException {
        try (var connection = TestPostgres.connect(database());
                var statement = connection.prepareStatement("""
                        SELECT value FROM logged_model_tags JOIN logged_models USING (model_pk)
                        WHERE model_id = ? AND key = 'mlflow.modelVersions'""")) {
            statement.setString(1, modelId);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }

    private static void invalid(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem()).isInstanceOf(Problem.InvalidArgument.class));
    }

    private static void notFound(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isEqualTo(new Problem.NotFound(message)));
    }

    private static void taken(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem()).isEqualTo(new Problem.AlreadyExists(message)));
    }
}
