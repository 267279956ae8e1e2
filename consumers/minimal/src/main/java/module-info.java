/** Needs no more of Netty than the codec itself. */
module com.example.minimal {
    requires io.h2session;
}
