/** What others may know of artifacts-svc: files and models as opaque bytes. */
@NullMarked
package dev.fourfold.artifacts;

import org.jspecify.annotations.NullMarked;
