/**
 * Tests of the parts of a connection alone, with numbers for time. {@code InterruptionTest} lets an application interrupt a
 * session from inside each callback in turn, and checks that each body is closed once and each stream ends once.
 */
package io.h2session.connection;
