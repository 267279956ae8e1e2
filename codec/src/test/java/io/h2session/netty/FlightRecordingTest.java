package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.jfr.FlightRecording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Flight Recorder has of a client and a server. */
class FlightRecordingTest {
    private static final List<String> EVENTS = List.of("Session", "Exchange", "Stall", "Reset", "GoAway", "Abuse");

    @TempDir
    private Path directory;

    private final FlightRecording metrics = new FlightRecording();
    private final Recording recording = new Recording();
    private SessionPair pair;

    @AfterEach
    void stop() {
        recording.close();
    }

    private void record(String... names) {
        EVENTS.forEach(name -> recording.disable("io.h2session." + name));
        for (String name : names) {
            recording.enable("io.h2session." + name).withoutThreshold();
        }
        recording.start();
    }

    private void pair() {
        pair = new SessionPair(
                builder -> builder.metrics(metrics)
                        .options(Http2SessionOptions.builder()
                                .initialWindowSize(10)
                                .build()),
                builder -> builder.metrics(metrics));
        pair.exchange();
    }

    private Http2StreamHandle request(Function<Http2StreamHandle, Http2SessionWrite> answer) {
        Http2StreamHandle[] asked = new Http2StreamHandle[1];
        pair.serverEvents.on((ctx, event) -> {
            if (event instanceof Http2SessionEvent.Headers request) {
                asked[0] = request.stream();
                ctx.writeAndFlush(answer.apply(request.stream()));
            }
        });
        pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
        return asked[0];
    }

    /** The events of one type and role, in the order of their ends: a file may have them in another. */
    private List<RecordedEvent> recorded(String name, String role) throws IOException {
        Path file = directory.resolve(name + role + ".jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("io.h2session." + name))
                .filter(event -> event.getString("role").equals(role))
                .sorted(Comparator.comparing(RecordedEvent::getEndTime))
                .toList();
    }

    @Test
    void aSessionWithItsExchangesAndStalls() throws Exception {
        record(EVENTS.toArray(String[]::new));
        pair();
        pair.clientEvents.keepData = true;
        request(stream -> Http2SessionWrite.response(stream, status(200), text("x".repeat(15))));
        pair.pass(30, MILLISECONDS);
        pair.clientEvents.releaseKept();
        pair.clientEvents.keepData = false;
        pair.exchange();
        request(stream -> Http2SessionWrite.reset(stream, ErrorCode.REFUSED_STREAM));
        pair.close();

        assertThat(recorded("Exchange", "SERVER"))
                .satisfiesExactlyInAnyOrder(
                        event -> {
                            assertThat(event.getInt("stream")).isEqualTo(1);
                            assertThat(event.getString("openedBy")).isEqualTo("remote");
                            assertThat(event.getString("code")).isEqualTo("NO_ERROR");
                            assertThat(event.getBoolean("complete")).isTrue();
                            assertThat(event.getDuration("firstByte").toMillis())
                                    .isZero();
                            assertThat(event.getDuration("stalled").toMillis()).isEqualTo(30);
                            assertThat(event.getLong("sent")).isEqualTo(15);
                            assertThat(event.getLong("received")).isZero();
                        },
                        event -> {
                            assertThat(event.getInt("stream")).isEqualTo(3);
                            assertThat(event.getString("code")).isEqualTo("REFUSED_STREAM");
                            assertThat(event.getLong("firstByte")).isEqualTo(-1);
                            assertThat(event.getLong("sent")).isZero();
                        });
        assertThat(recorded("Exchange", "CLIENT"))
                .hasSize(2)
                .allMatch(event -> event.getString("openedBy").equals("local"))
                .anyMatch(event -> event.getLong("received") == 15);
        assertThat(recorded("Stall", "SERVER")).singleElement().satisfies(event -> {
            assertThat(event.getInt("stream")).isEqualTo(1);
            assertThat(event.getString("cause")).isEqualTo("STREAM_WINDOW");
        });
        assertThat(recorded("Reset", "SERVER")).singleElement().satisfies(event -> {
            assertThat(event.getString("direction")).isEqualTo("sent");
            assertThat(event.getString("code")).isEqualTo("REFUSED_STREAM");
        });
        assertThat(recorded("Reset", "CLIENT"))
                .singleElement()
                .satisfies(event -> assertThat(event.getString("direction")).isEqualTo("received"));
        List<RecordedEvent> sessions = recorded("Session", "SERVER");
        assertThat(sessions).singleElement().satisfies(event -> {
            assertThat(event.getString("reason")).isEqualTo("transport_closed");
            assertThat(event.getString("endedBy")).isEqualTo("TRANSPORT");
            assertThat(event.getDuration("age").toMillis()).isEqualTo(30);
            assertThat(event.getLong("streams")).isEqualTo(2);
        });
        assertThat(recorded("Exchange", "SERVER"))
                .allMatch(event -> event.getLong("session") == sessions.get(0).getLong("session"));
    }

    @Test
    void goAwayAndAbuse() throws Exception {
        record(EVENTS.toArray(String[]::new));
        pair();
        Http2StreamHandle client = new Http2StreamHandle();
        pair.request(Http2SessionWrite.request(client, get("/")));
        pair.request(Http2SessionWrite.reset(client, ErrorCode.CANCEL));
        pair.server.writeAndFlush(Http2SessionWrite.shutdownNotice());
        pair.exchange();
        pair.server.writeAndFlush(Http2SessionWrite.terminate(ErrorCode.ENHANCE_YOUR_CALM.code()));
        pair.exchange();
        pair.close();

        assertThat(recorded("GoAway", "SERVER"))
                .allMatch(event -> event.getString("direction").equals("sent"))
                .extracting(event -> event.getInt("lastStream") + " " + event.getString("code"))
                .containsExactly("2147483647 NO_ERROR", "1 ENHANCE_YOUR_CALM");
        assertThat(recorded("GoAway", "CLIENT"))
                .extracting(event -> event.getString("direction") + " " + event.getInt("lastStream"))
                .containsExactly("received 2147483647");
        assertThat(recorded("Abuse", "SERVER"))
                .extracting(event -> event.getString("cause"))
                .containsExactly("RESET");
        assertThat(recorded("Session", "SERVER"))
                .singleElement()
                .satisfies(event -> assertThat(event.getLong("glitches")).isEqualTo(1));
    }

    @Test
    void whatWaitsForTheConnectionIsOfNoStream() throws Exception {
        record("Stall");
        pair = new SessionPair(
                builder -> builder.options(Http2SessionOptions.builder()
                        .initialWindowSize(1_000_000)
                        .connectionWindowSize(1_000_000)
                        .build()),
                builder -> builder.metrics(metrics));
        pair.exchange();
        pair.server.shut();
        request(stream -> Http2SessionWrite.response(stream, status(200), text("x".repeat(500_000))));
        pair.server.open();
        pair.exchange();
        pair.close();
        assertThat(recorded("Stall", "SERVER")).singleElement().satisfies(event -> {
            assertThat(event.getInt("stream")).isZero();
            assertThat(event.getString("cause")).isEqualTo("SOCKET");
        });
    }

    /** A recording that begins in the middle has what begins after it. */
    @Test
    void aRecordingMayBeginInTheMiddle() throws Exception {
        pair();
        pair.clientEvents.keepData = true;
        request(stream -> Http2SessionWrite.response(stream, status(200), text("x".repeat(15))));
        pair.pass(10, MILLISECONDS);
        record(EVENTS.toArray(String[]::new));
        pair.pass(10, MILLISECONDS);
        pair.clientEvents.releaseKept();
        pair.clientEvents.keepData = false;
        pair.exchange();
        request(stream -> Http2SessionWrite.response(stream, status(200)));
        pair.close();

        assertThat(recorded("Exchange", "SERVER"))
                .extracting(event -> event.getInt("stream"))
                .containsExactly(3);
        assertThat(recorded("Stall", "SERVER")).isEmpty();
        assertThat(recorded("Session", "SERVER")).singleElement().satisfies(event -> {
            assertThat(event.getDuration("age").toMillis()).isEqualTo(20);
            assertThat(event.getLong("streams")).isEqualTo(1);
        });
    }

    /** Each type of event is switched on for itself. */
    @Test
    void onlyWhatIsEnabledIsRecorded() throws Exception {
        record("Reset");
        pair();
        request(stream -> Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
        pair.server.writeAndFlush(Http2SessionWrite.terminate(0));
        pair.exchange();
        pair.close();
        Path file = directory.resolve("all.jfr");
        recording.dump(file);
        assertThat(RecordingFile.readAllEvents(file))
                .extracting(event -> event.getEventType().getName())
                .filteredOn(name -> name.startsWith("io.h2session."))
                .containsExactly("io.h2session.Reset", "io.h2session.Reset");
        assertThat(FlightRecording.started()).isTrue();
    }
}
