/** The stores that Fourfold starts by itself when nobody gives it their addresses. */
@NullMarked
package dev.fourfold.embedded;

import org.jspecify.annotations.NullMarked;
