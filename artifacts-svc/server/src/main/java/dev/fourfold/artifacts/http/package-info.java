/** The artifact operations for other processes; present only where the service is a process of its own. */
@NullMarked
package dev.fourfold.artifacts.http;

import org.jspecify.annotations.NullMarked;
