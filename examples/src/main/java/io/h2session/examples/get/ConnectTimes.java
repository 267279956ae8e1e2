package io.h2session.examples.get;

/** When the steps to a connection were done, by {@link System#nanoTime}; 0 for a step that there was not. */
final class ConnectTimes {
    volatile long resolved;
    volatile long connected;
    volatile long secured;
}
