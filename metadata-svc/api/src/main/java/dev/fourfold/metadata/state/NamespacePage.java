package dev.fourfold.metadata.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of namespaces; {@code next} is what to give as {@code after} for more, or null. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record NamespacePage(
        List<StateNamespace> namespaces, @Nullable String next) {

    /** Copies the list. */
    public NamespacePage {
        namespaces = List.copyOf(namespaces);
    }
}
