package dev.fourfold.metadata.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of the names of lists; {@code next} is what to give as {@code after} for more, or null. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record WorkListPage(List<String> lists, @Nullable String next) {

    /** Copies the list. */
    public WorkListPage {
        lists = List.copyOf(lists);
    }
}
