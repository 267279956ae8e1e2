package io.h2session.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("io.h2session.Reset")
@Label("HTTP/2 Reset")
@Description("A stream was reset or refused")
@Category({"h2session"})
@StackTrace(false)
final class ResetEvent extends Event {
    @Label("Session")
    @Description("A number that all events of the session have")
    long session;

    @Label("Role")
    @Nullable
    String role;

    @Label("Direction")
    @Nullable
    String direction;

    @Label("Error Code")
    @Nullable
    String code;
}
