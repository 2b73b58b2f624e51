/** What is measured of stores and requests, for whoever scrapes {@code /prometheus}. */
@NullMarked
package dev.fourfold.contract.meters;

import org.jspecify.annotations.NullMarked;
