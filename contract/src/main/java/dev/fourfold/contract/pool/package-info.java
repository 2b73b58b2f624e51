/** Whether pools of connections fit into their server. */
@NullMarked
package dev.fourfold.contract.pool;

import org.jspecify.annotations.NullMarked;
