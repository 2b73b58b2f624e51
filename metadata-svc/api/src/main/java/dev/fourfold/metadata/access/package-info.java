/** Users and tokens: who is at the door. */
@NullMarked
package dev.fourfold.metadata.access;

import org.jspecify.annotations.NullMarked;
