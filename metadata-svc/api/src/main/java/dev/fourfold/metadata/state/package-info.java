/** What must be known of shared training state when Redis forgets: namespaces, their limits and blocks of tokens. */
@NullMarked
package dev.fourfold.metadata.state;

import org.jspecify.annotations.NullMarked;
