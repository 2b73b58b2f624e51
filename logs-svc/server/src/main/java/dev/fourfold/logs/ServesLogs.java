package dev.fourfold.logs;

import io.micronaut.context.annotation.Requires;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a bean that exists only where this process serves lines itself. Where the address of a logs-svc is given
 * ({@code fourfold.logs.url}), the client is there instead.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Requires(missingProperty = "fourfold.logs.url")
public @interface ServesLogs {}
