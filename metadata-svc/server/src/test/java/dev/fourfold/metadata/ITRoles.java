package dev.fourfold.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.metadata.access.AccessOperations;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import dev.fourfold.metadata.feature.FeatureOperations;
import dev.fourfold.metadata.generation.CacheGenerationOperations;
import dev.fourfold.metadata.model.ModelOperations;
import dev.fourfold.metadata.purge.PurgeOperations;
import dev.fourfold.metadata.registry.ModelVersionOperations;
import dev.fourfold.metadata.registry.RegisteredModelOperations;
import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metadata.state.NamespaceOperations;
import dev.fourfold.metadata.work.WorkOperations;
import io.micronaut.context.ApplicationContext;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever the role of a process, it has each of the operations once. */
class ITRoles {

    private static final List<Class<?>> OPERATIONS = List.of(
            RunOperations.class,
            ModelOperations.class,
            ExperimentOperations.class,
            RegisteredModelOperations.class,
            ModelVersionOperations.class,
            AccessOperations.class,
            CacheGenerationOperations.class,
            PurgeOperations.class,
            FeatureOperations.class,
            NamespaceOperations.class,
            WorkOperations.class,
            StoreOperations.class);

    @Test
    void oneJvm_hasTheServiceItself_andNoRoute() {
        try (var context = OneProcess.start(TestPostgres.emptyDatabase())) {
            assertOneOfEach(context);
            assertThat(context.getBeanDefinitions(Object.class).stream()
                            .filter(bean -> bean.getBeanType().getPackageName().endsWith(".http")
                                    && bean.getBeanType().getSimpleName().endsWith("Controller")))
                    .isEmpty();
            var status = context.getBean(StoreOperations.class).status();
            assertThat(status.available()).isTrue();
            assertThat(status.part()).isEqualTo("postgresql");
            assertThat(status.version()).startsWith("18");
            assertThat(status.where()).matches("127\\.0\\.0\\.1:[0-9]+/test_.*");
        }
    }

    @Test
    void caller_hasTheClients() {
        try (var processes = new TwoProcesses(TestPostgres.emptyDatabase())) {
            assertOneOfEach(processes.caller());
            assertThat(processes
                            .caller()
                            .getBean(StoreOperations.class)
                            .status()
                            .available())
                    .isTrue();
        }
    }

    @Test
    void callerOfNobody_isToldThatTheServiceIsAway() {
        try (var context = ApplicationContext.run(Map.of("fourfold.metadata.url", "http://127.0.0.1:1"))) {
            StoreStatus status = context.getBean(StoreOperations.class).status();
            assertThat(status.available()).isFalse();
        }
    }

    private static void assertOneOfEach(ApplicationContext context) {
        assertThat(OPERATIONS)
                .allSatisfy(type -> assertThat(context.getBeansOfType(type))
                        .as(type.getSimpleName())
                        .hasSize(1));
    }
}
