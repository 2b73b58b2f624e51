package dev.fourfold.artifacts.s3;

import dev.fourfold.artifacts.ArtifactDefaults;
import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.TransferOperations;
import dev.fourfold.contract.StoreOperations;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class ITS3OverHttp extends S3TransferContract {

    private static EmbeddedServer server;
    private static ApplicationContext caller;

    @BeforeAll
    static void start() {
        server = ApplicationContext.builder()
                .propertySources(ArtifactDefaults.everywhere(), ArtifactDefaults.process())
                .properties(TestBucket.settings())
                .properties(Map.of("micronaut.server.port", -1))
                .run(EmbeddedServer.class);
        caller = ApplicationContext.builder()
                .properties(Map.of("fourfold.artifacts.url", server.getURI().toString()))
                .start();
    }

    @AfterAll
    static void stop() {
        caller.close();
        server.close();
    }

    @Override
    protected ArtifactOperations artifacts() {
        return caller.getBean(ArtifactOperations.class);
    }

    @Override
    protected TransferOperations transfers() {
        return caller.getBean(TransferOperations.class);
    }

    @Override
    protected StoreOperations store() {
        return caller.getBean(StoreOperations.class);
    }
}
