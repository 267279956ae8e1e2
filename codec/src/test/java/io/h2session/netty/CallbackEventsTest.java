package io.h2session.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionListener;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A callback without an event, or an event without a callback, is a thing an application cannot learn. */
class CallbackEventsTest {
    private static final Map<String, List<Class<? extends Http2SessionEvent>>> EVENTS = Map.ofEntries(
            Map.entry("onBeginFrame", List.of(Http2SessionEvent.FrameBegin.class)),
            Map.entry("onBeginHeaders", List.of(Http2SessionEvent.HeadersBegin.class)),
            Map.entry("onHeader", List.of(Http2SessionEvent.HeaderFieldReceived.class)),
            Map.entry("onInvalidHeader", List.of(Http2SessionEvent.InvalidHeaderField.class)),
            Map.entry("onDataChunk", List.of(Http2SessionEvent.Data.class)),
            Map.entry(
                    "onFrameReceived",
                    List.of(
                            Http2SessionEvent.Headers.class,
                            Http2SessionEvent.Settings.class,
                            Http2SessionEvent.Ping.class,
                            Http2SessionEvent.PushPromise.class,
                            Http2SessionEvent.Extension.class,
                            Http2SessionEvent.Reset.class,
                            Http2SessionEvent.GoAway.class,
                            Http2SessionEvent.WindowUpdate.class,
                            Http2SessionEvent.FrameReceived.class)),
            Map.entry("onInvalidFrameReceived", List.of(Http2SessionEvent.InvalidFrame.class)),
            Map.entry("onExtensionChunk", List.of(Http2SessionEvent.ExtensionChunk.class)),
            Map.entry("beforeFrameSend", List.of(Http2SessionEvent.BeforeFrameSend.class)),
            Map.entry("onFrameSent", List.of(Http2SessionEvent.FrameSent.class)),
            Map.entry("onFrameNotSent", List.of(Http2SessionEvent.FrameNotSent.class)),
            Map.entry("onStreamClosed", List.of(Http2SessionEvent.StreamClosed.class)),
            Map.entry("onError", List.of(Http2SessionEvent.SessionError.class)));

    /** What only asks for an answer, which no event can give. */
    private static final Set<String> QUESTIONS =
            Set.of("unpackExtension", "selectPadding", "dataReadLength", "packExtension", "packsExtensions");

    /** What the handler itself has to say. */
    private static final Set<Class<?>> HANDLERS_OWN = Set.of(
            Http2SessionEvent.StreamWritability.class,
            Http2SessionEvent.SessionEnded.class,
            Http2SessionEvent.FactChanged.class,
            Http2SessionEvent.Upgraded.class,
            Http2SessionEvent.WriteRefused.class);

    @Test
    void everyCallbackIsAnEventOrAQuestion() {
        Set<String> known = new HashSet<>(EVENTS.keySet());
        known.addAll(QUESTIONS);
        assertThat(Arrays.stream(Http2SessionListener.class.getDeclaredMethods())
                        .map(Method::getName)
                        .filter(name -> !name.contains("$"))
                        .collect(Collectors.toSet()))
                .isEqualTo(known);
    }

    @Test
    void everyEventIsOfACallbackOrOfTheHandlerItself() {
        Set<Class<?>> known = EVENTS.values().stream().flatMap(List::stream).collect(Collectors.toSet());
        known.addAll(HANDLERS_OWN);
        assertThat(Set.<Class<?>>of(Http2SessionEvent.class.getPermittedSubclasses()))
                .isEqualTo(known);
    }
}
