/**
 * Meters of HTTP/2 sessions for Micrometer: {@link io.h2session.micrometer.Http2SessionMeters} counts what happens, {@link
 * io.h2session.micrometer.Http2SessionGauges} reads what the sessions of a registry hold, and {@link
 * io.h2session.micrometer.Http2Meter} lists all meters with their tags.
 */
@NullMarked
package io.h2session.micrometer;

import org.jspecify.annotations.NullMarked;
