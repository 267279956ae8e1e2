/** Tests of what several commands share. */
package io.h2session.examples.net;
