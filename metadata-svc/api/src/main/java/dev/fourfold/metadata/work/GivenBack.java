package dev.fourfold.metadata.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** Whether the item was held under the token until now; giving it back again is harmless. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record GivenBack(boolean held) {}
