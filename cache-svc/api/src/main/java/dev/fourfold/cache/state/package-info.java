/** Training state that many workers share: leases, values, counters, in namespaces with limits. */
@NullMarked
package dev.fourfold.cache.state;

import org.jspecify.annotations.NullMarked;
