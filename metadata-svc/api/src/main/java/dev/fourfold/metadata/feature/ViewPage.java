package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of views; {@code next} is what to give as {@code after} for more, or null. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ViewPage(List<ViewState> views, @Nullable String next) {

    /** Copies the list. */
    public ViewPage {
        views = List.copyOf(views);
    }
}
