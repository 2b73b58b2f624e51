package dev.fourfold.artifacts.directory;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.nio.file.Path;

/**
 * Where the artifacts lie.
 *
 * @param folder made if absent, readable for its owner alone
 */
@ConfigurationProperties("fourfold.artifacts")
public record DirectorySettings(
        @Bindable(defaultValue = "data/artifacts") Path folder) {}
