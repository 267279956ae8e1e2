/** The server of the README, whole: one class, to copy and to begin with. */
package io.h2session.examples.hello;
