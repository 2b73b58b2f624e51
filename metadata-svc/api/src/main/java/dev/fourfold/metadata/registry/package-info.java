/** The model registry, on which prompts live too: the operations and their records. */
@NullMarked
package dev.fourfold.metadata.registry;

import org.jspecify.annotations.NullMarked;
