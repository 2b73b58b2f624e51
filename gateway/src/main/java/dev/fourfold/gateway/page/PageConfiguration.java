package dev.fourfold.gateway.page;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * Which page a browser sees.
 *
 * @param ui the folder of MLflow's built page, or empty for our own page
 */
@ConfigurationProperties("fourfold.mlflow")
record PageConfiguration(@Bindable(defaultValue = "") String ui) {}
