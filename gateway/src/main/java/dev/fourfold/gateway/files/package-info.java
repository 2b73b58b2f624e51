/** Where the files of runs lie, and whose are not taken any more: for every family that deals with files. */
@NullMarked
package dev.fourfold.gateway.files;

import org.jspecify.annotations.NullMarked;
