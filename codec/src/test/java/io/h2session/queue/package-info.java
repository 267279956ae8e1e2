/**
 * Tests of the order of queued frames, and of both schedulers for DATA, without a session.
 */
package io.h2session.queue;
