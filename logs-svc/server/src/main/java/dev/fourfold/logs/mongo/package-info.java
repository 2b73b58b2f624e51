/** Lines in MongoDB: the only package that knows the driver. */
@NullMarked
package dev.fourfold.logs.mongo;

import org.jspecify.annotations.NullMarked;
