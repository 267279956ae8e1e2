/** Meters of HTTP/2 sessions for Micrometer. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Micrometer's jars have a module name only.
module io.h2session.micrometer {
    requires transitive io.h2session;
    requires transitive micrometer.core;
    requires transitive micrometer.commons;
    requires static org.jspecify;

    exports io.h2session.micrometer;
}
