package dev.fourfold.metadata;

import io.micronaut.context.annotation.Requires;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a bean that exists only where this process serves metadata itself. Where the address of a metadata-svc is given
 * ({@code fourfold.metadata.url}), the declarative clients are there instead.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Requires(missingProperty = "fourfold.metadata.url")
public @interface ServesMetadata {}
