/** Tests of answers that are kept hot. */
@NullMarked
package dev.fourfold.gateway.answers;

import org.jspecify.annotations.NullMarked;
