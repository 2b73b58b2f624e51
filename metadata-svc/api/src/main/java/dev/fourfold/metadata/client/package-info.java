/** The operations of metadata-svc, reached over HTTP; there only where {@code fourfold.metadata.url} is set. */
@NullMarked
package dev.fourfold.metadata.client;

import org.jspecify.annotations.NullMarked;
