package io.h2session.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

@Name("io.h2session.Stall")
@Label("HTTP/2 Stall")
@Description("Something that could be sent waited")
@Category({"h2session"})
@StackTrace(false)
@Threshold("10 ms")
final class StallEvent extends Event {
    @Label("Session")
    @Description("A number that all events of the session have")
    long session;

    @Label("Role")
    @Nullable
    String role;

    @Label("Stream")
    @Description("0 for the connection")
    int stream;

    @Label("Cause")
    @Nullable
    String cause;
}
