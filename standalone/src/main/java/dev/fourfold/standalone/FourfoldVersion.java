package dev.fourfold.standalone;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class FourfoldVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        @Nullable String version = FourfoldVersion.class.getPackage().getImplementationVersion();
        return new String[] {"fourfold " + (version == null ? "(not from a jar)" : version)};
    }
}
