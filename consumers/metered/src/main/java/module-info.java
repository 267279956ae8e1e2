/** Meters of a server and a client; Micrometer comes with them. */
module com.example.metered {
    requires io.h2session.micrometer;
}
