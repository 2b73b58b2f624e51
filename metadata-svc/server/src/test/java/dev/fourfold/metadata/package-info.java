/** Tests of metadata-svc on a real PostgreSQL. */
@NullMarked
package dev.fourfold.metadata;

import org.jspecify.annotations.NullMarked;
