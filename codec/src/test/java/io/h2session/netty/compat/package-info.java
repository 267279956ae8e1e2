/** Netty's frames on this session, side by side with Netty's own codec. */
package io.h2session.netty.compat;
