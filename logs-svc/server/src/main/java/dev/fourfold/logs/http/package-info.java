/** What logs-svc answers to other services of ours, where it is a process of its own. */
@NullMarked
package dev.fourfold.logs.http;

import org.jspecify.annotations.NullMarked;
