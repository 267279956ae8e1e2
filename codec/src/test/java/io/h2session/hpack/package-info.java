/**
 * Tests of HPACK with the examples of RFC 7541 appendix C, with malformed blocks, and against {@code NaiveDecoder}, a second
 * decoder that follows the RFC word by word. {@code Blocks} writes header blocks in hexadecimal, and decodes them whole and
 * in pieces.
 */
package io.h2session.hpack;
