/** What every API family needs of HTTP: bounded bodies, request ids, and one place where errors become answers. */
@NullMarked
package dev.fourfold.gateway.http;

import org.jspecify.annotations.NullMarked;
