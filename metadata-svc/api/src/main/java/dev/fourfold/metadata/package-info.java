/** What others may know of metadata-svc: terms that its features share. */
@NullMarked
package dev.fourfold.metadata;

import org.jspecify.annotations.NullMarked;
