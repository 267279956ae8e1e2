/**
 * Tests of the rules for requests, responses and trailers. {@code Blocks} builds header blocks in one line each. {@code
 * MessageSequenceTest} tries every order of the parts of a message.
 */
package io.h2session.message;
