package dev.fourfold.gateway.security;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/** The route verifies what the request shows by itself; nobody need have looked at it before. */
@Documented
@Retention(RUNTIME)
@Target(ElementType.METHOD)
public @interface SignsIn {}
