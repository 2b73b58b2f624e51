/** The artifact operations and the port behind which a directory, or any other store of files, lies. */
@NullMarked
package dev.fourfold.artifacts.store;

import org.jspecify.annotations.NullMarked;
