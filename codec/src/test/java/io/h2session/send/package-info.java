/**
 * Tests of single parts of sending. Most behaviour of sending is tested in {@code io.h2session}, where {@code SendStepsTest}
 * shows each step.
 */
package io.h2session.send;
