/** What every service's contract is made of: the one vocabulary of problems, and the status of a store. */
@NullMarked
package dev.fourfold.contract;

import org.jspecify.annotations.NullMarked;
