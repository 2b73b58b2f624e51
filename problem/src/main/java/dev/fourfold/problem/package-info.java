/** The one vocabulary of errors that every service speaks, and how it crosses HTTP between services. */
@NullMarked
package dev.fourfold.problem;

import org.jspecify.annotations.NullMarked;
