/**
 * The extensible priority of RFC 9218: how urgent a response is and whether it is useful piece by piece.
 *
 * <pre>
 *   priority: u=1, i            {@link io.h2session.priority.PriorityField}
 *             │    └ incremental: share the connection with equals of the same urgency
 *             └ urgency: 0 first ... 3 default ... 7 last
 *                               ⇣
 *                     {@link io.h2session.priority.Priority}
 * </pre>
 *
 * <p>The same field value comes in the {@code priority} field of a request (RFC 9218 section 5) and in PRIORITY_UPDATE
 * frames (section 7).
 */
@NullMarked
package io.h2session.priority;

import org.jspecify.annotations.NullMarked;
