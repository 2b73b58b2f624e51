/** Lines: the rules, and the port that an engine fills. */
@NullMarked
package dev.fourfold.logs.line;

import org.jspecify.annotations.NullMarked;
