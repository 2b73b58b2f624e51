package dev.fourfold.artifacts.store;

import dev.fourfold.artifacts.ArtifactContent;
import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.ByteRange;
import dev.fourfold.artifacts.ServesArtifacts;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.util.List;

/** The artifact operations in the process that holds the store; absent where the service's address is given. */
@Singleton
@ServesArtifacts
final class ArtifactService implements ArtifactOperations, StoreOperations {

    private final ArtifactStore store;

    ArtifactService(ArtifactStore store) {
        this.store = store;
    }

    @Override
    public void put(ArtifactPath path, InputStream content, long size) {
        if (path.isRoot()) {
            throw new Problem.InvalidArgument("A file needs a name").toException();
        }
        store.put(path, content, size);
    }

    @Override
    public ArtifactContent get(ArtifactPath path, ByteRange range) {
        if (path.isRoot()) {
            throw new Problem.InvalidArgument("The root is a directory").toException();
        }
        return store.get(path, range);
    }

    @Override
    public List<ArtifactEntry> list(ArtifactPath path) {
        return store.list(path);
    }

    @Override
    public void delete(ArtifactPath path) {
        if (path.isRoot()) {
            throw new Problem.InvalidArgument("The root cannot be deleted").toException();
        }
        if (!store.delete(path)) {
            throw new Problem.NotFound("No artifact at " + path).toException();
        }
    }

    @Override
    public StoreStatus status() {
        return store.status();
    }
}
