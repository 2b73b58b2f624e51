package dev.fourfold.artifacts;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an artifact store offers to clients directly.
 *
 * @param direct whether it signs addresses and takes uploads in parts
 * @param root the address of the store's root, for example {@code s3://bucket/prefix}; null where it has none
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TransferOffer(boolean direct, @Nullable String root) {

    /** A store that is reached through us alone. */
    public static final TransferOffer NONE = new TransferOffer(false, null);

    /** The path of what has this address, where it is in this store. */
    public Optional<ArtifactPath> locate(String uri) {
        if (root == null || !(uri.equals(root) || uri.startsWith(root + "/"))) {
            return Optional.empty();
        }
        return Optional.of(uri.equals(root) ? ArtifactPath.ROOT : ArtifactPath.of(uri.substring(root.length() + 1)));
    }
}
