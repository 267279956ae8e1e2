/**
 * Tests of single receivers where the whole session would hide the cause. Most behaviour of receiving is tested in {@code
 * io.h2session}.
 */
package io.h2session.receive;
