/**
 * Tests of reading and writing frames. {@code FrameSamples} has a sample of every frame type, {@code Findings} records what
 * the reader reports. Each sample is read whole, byte by byte, and at every pair of cuts. {@code FrameVerdictTest} has the
 * frames that must be refused.
 */
package io.h2session.frame;
