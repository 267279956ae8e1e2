/** A small level above the handler, in a package of its own: it shows that the public API of {@code netty} suffices for one. */
package io.h2session.toy;
