package dev.fourfold.artifacts.store;

import dev.fourfold.artifacts.ArtifactDefaults;
import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.TransferOperations;
import dev.fourfold.contract.StoreOperations;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITArtifactsInProcess extends ArtifactOperationsContract {

    @TempDir
    static Path folder;

    private static ApplicationContext context;

    @BeforeAll
    static void start() {
        context = ApplicationContext.builder()
                .propertySources(ArtifactDefaults.everywhere())
                .properties(Map.of("fourfold.artifacts.folder", folder.toString()))
                .start();
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @Override
    protected ArtifactOperations artifacts() {
        return context.getBean(ArtifactOperations.class);
    }

    @Override
    protected TransferOperations transfers() {
        return context.getBean(TransferOperations.class);
    }

    @Override
    protected String engine() {
        return "directory";
    }

    @Override
    protected StoreOperations store() {
        return context.getBean(StoreOperations.class);
    }

    @Test
    void transfers_ofADirectory_areNotOffered() {
        assertNoTransfers();
    }
}
