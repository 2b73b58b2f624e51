/** The artifact operations across HTTP, for a process that does not hold the service itself. */
@NullMarked
package dev.fourfold.artifacts.client;

import org.jspecify.annotations.NullMarked;
