/** The reverse proxy of {@code docs/writing-a-proxy.md}: HTTP/2 on both sides, in less than 100 lines. */
package io.h2session.examples.smallproxy;
