/** What the operations of logged models promise, in process and over HTTP. */
@NullMarked
package dev.fourfold.metadata.model;

import org.jspecify.annotations.NullMarked;
