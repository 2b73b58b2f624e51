/** The model registry: its rules, and the ports to the store that keeps it. */
@NullMarked
package dev.fourfold.metadata.registry;

import org.jspecify.annotations.NullMarked;
