package io.h2session.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

@Name("io.h2session.Exchange")
@Label("HTTP/2 Exchange")
@Description("From when a stream opened to when it closed")
@Category({"h2session"})
@StackTrace(false)
@Threshold("20 ms")
final class ExchangeEvent extends Event {
    @Label("Session")
    @Description("A number that all events of the session have")
    long session;

    @Label("Role")
    @Nullable
    String role;

    @Label("Stream")
    int stream;

    @Label("Opened By")
    @Description("local: this end opened the stream; remote: the peer did")
    @Nullable
    String openedBy;

    @Label("Error Code")
    @Nullable
    String code;

    @Label("Received Completely")
    @Description("Whether the message of the peer was received completely")
    boolean complete;

    @Label("First Byte")
    @Description("How long after the stream had opened the final response began; -1 if it did not")
    @Timespan
    long firstByte;

    @Label("Stalled")
    @Description("For how long its body waited for the window of the stream or for the application")
    @Timespan
    long stalled;

    @Label("Data Received")
    @DataAmount
    long received;

    @Label("Data Sent")
    @DataAmount
    long sent;
}
