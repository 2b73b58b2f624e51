package dev.fourfold.artifacts.directory;

import dev.fourfold.artifacts.ServesArtifacts;
import dev.fourfold.contract.meters.Disk;
import dev.fourfold.contract.meters.Figure;
import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreFigures;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How full the volume of the artifacts is: adding up millions of files would take too long. */
@Singleton
@ServesArtifacts
@Requires(missingProperty = "fourfold.s3.url")
final class DirectoryFigures implements StoreFigures {

    private final Path folder;

    DirectoryFigures(DirectorySettings settings) {
        this.folder = settings.folder().toAbsolutePath().normalize();
    }

    @Override
    public String name() {
        return "artifacts";
    }

    @Override
    public List<Figure> ask() throws IOException {
        return Disk.volumeOf(Store.ARTIFACTS, folder);
    }
}
