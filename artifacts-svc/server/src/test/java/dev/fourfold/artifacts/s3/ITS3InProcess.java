package dev.fourfold.artifacts.s3;

import dev.fourfold.artifacts.ArtifactDefaults;
import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.TransferOperations;
import dev.fourfold.contract.StoreOperations;
import io.micronaut.context.ApplicationContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class ITS3InProcess extends S3TransferContract {

    private static ApplicationContext context;

    @BeforeAll
    static void start() {
        context = ApplicationContext.builder()
                .propertySources(ArtifactDefaults.everywhere())
                .properties(TestBucket.settings())
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
    protected StoreOperations store() {
        return context.getBean(StoreOperations.class);
    }
}
