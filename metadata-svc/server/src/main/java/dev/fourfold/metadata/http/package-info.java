/** The controllers that other services of ours reach this one by, present only in a process of its own. */
@NullMarked
package dev.fourfold.metadata.http;

import org.jspecify.annotations.NullMarked;
