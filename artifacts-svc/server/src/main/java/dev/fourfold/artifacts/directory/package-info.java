/** Artifacts in a directory of a local or mounted file system. */
@NullMarked
package dev.fourfold.artifacts.directory;

import org.jspecify.annotations.NullMarked;
