package dev.fourfold.metadata.work;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * Limits of lists of work.
 *
 * @param maxLists the most lists of a namespace
 * @param maxItems the most items of a list, those that are done included
 * @param maxBytes the most bytes of the ids, values and results of a list
 */
@ConfigurationProperties("fourfold.metadata.work")
public record WorkConfiguration(
        @Bindable(defaultValue = "1000") long maxLists,
        @Bindable(defaultValue = "100000") long maxItems,
        @Bindable(defaultValue = "268435456") long maxBytes) {

    public WorkConfiguration {
        if (maxLists < 1 || maxItems < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("fourfold.metadata.work: a limit is below 1");
        }
    }
}
