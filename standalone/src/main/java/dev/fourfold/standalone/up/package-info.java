/** Starting the whole platform: stores, services and gateway, in one JVM or each a process. */
@NullMarked
package dev.fourfold.standalone.up;

import org.jspecify.annotations.NullMarked;
