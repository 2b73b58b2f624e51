/** What others may know of logs-svc: the lines that trainings print and log. */
@NullMarked
package dev.fourfold.logs;

import org.jspecify.annotations.NullMarked;
