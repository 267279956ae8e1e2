package io.h2session.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

@Name("io.h2session.Session")
@Label("HTTP/2 Session")
@Description("From the begin of a session to its end")
@Category({"h2session"})
@StackTrace(false)
final class SessionEvent extends Event {
    @Label("Session")
    @Description("A number that all events of the session have")
    long session;

    @Label("Role")
    @Nullable
    String role;

    @Label("Age")
    @Description("How long ago the session had begun; longer than the event if the recording was started later")
    @Timespan
    long age;

    @Label("Reason")
    @Nullable
    String reason;

    @Label("Ended By")
    @Nullable
    String endedBy;

    @Label("Streams")
    @Description("Streams that were opened by either end while it was recorded")
    long streams;

    @Label("Glitches")
    @Description("What the peer did while it was recorded that is suspicious if it is frequent")
    long glitches;
}
