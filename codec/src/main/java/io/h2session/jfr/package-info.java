/**
 * Events of Java Flight Recorder: sessions, exchanges, stalls, resets, GOAWAY and abuse. {@link io.h2session.jfr.FlightRecording} makes
 * them. Needs the module {@code jdk.jfr}, which is optional for everything else: a module that uses this package requires it itself.
 */
@NullMarked
package io.h2session.jfr;

import org.jspecify.annotations.NullMarked;
