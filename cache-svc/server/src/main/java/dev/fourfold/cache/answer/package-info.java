/** Hot answers: the rules, and the port that an engine fills. */
@NullMarked
package dev.fourfold.cache.answer;

import org.jspecify.annotations.NullMarked;
