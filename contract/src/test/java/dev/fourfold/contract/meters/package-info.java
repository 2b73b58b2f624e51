@NullMarked
package dev.fourfold.contract.meters;

import org.jspecify.annotations.NullMarked;
