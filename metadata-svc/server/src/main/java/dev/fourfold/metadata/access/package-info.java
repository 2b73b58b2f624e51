/** Users and tokens: who may come in, decided in constant time and kept as hashes. */
@NullMarked
package dev.fourfold.metadata.access;

import org.jspecify.annotations.NullMarked;
