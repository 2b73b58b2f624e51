@NullMarked
package dev.fourfold.contract.log;

import org.jspecify.annotations.NullMarked;
