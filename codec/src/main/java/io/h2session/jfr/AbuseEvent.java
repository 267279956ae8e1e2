package io.h2session.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("io.h2session.Abuse")
@Label("HTTP/2 Abuse")
@Description("The peer did something that is suspicious if it is frequent")
@Category({"h2session"})
@StackTrace(false)
final class AbuseEvent extends Event {
    @Label("Session")
    @Description("A number that all events of the session have")
    long session;

    @Label("Role")
    @Nullable
    String role;

    @Label("Cause")
    @Nullable
    String cause;
}
