package io.h2session.netty.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.inspect.Observed.Browser;
import io.h2session.netty.inspect.Observed.Connection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the page is told of sessions. */
class Http2InspectorTest {
    private Observed observed = new Observed(builder -> builder);

    @AfterEach
    void close() {
        observed.close();
    }

    private void with(UnaryOperator<Http2InspectorBuilder> settings) {
        observed.close();
        observed = new Observed(settings);
    }

    /** Someone watches the list. */
    private Browser watcher() {
        Browser browser = observed.browser();
        browser.get("/events");
        return browser;
    }

    // ---- the list --------------------------------------------------------------------------------------------------

    @Test
    void theListShowsEachSessionWithItsNumbers() {
        Connection connection = observed.connect();
        connection.request();
        connection.respond(0, 5000);
        observed.pass(30);

        String list = observed.browser().ask("/sessions");

        assertThat(list)
                .contains("200 OK", "application/json", "\"sessions\":1", "\"id\":1", "\"role\":\"server\"")
                .contains(
                        "\"peer\":\"embedded\"", "\"age\":30000", "\"active\":0", "\"streams\":1", "\"state\":\"open\"")
                .containsPattern("\"bytesOut\":50[0-9]{2}");
    }

    @Test
    void theListIsSortedByWhatIsAskedFor() {
        Connection busy = observed.connect();
        busy.request();
        busy.respond(0, 10_000);
        observed.pass(10);
        Connection suspicious = observed.connect();
        for (int i = 0; i < 3; i++) {
            suspicious.client.writeAndFlush(Http2SessionWrite.ping(i));
        }
        suspicious.exchange();

        assertThat(observed.browser().ask("/sessions?order=bytes")).containsPattern("rows.*\"id\":1.*\"id\":2");
        assertThat(observed.browser().ask("/sessions?order=ABUSE")).containsPattern("rows.*\"id\":2.*\"id\":1");
        assertThat(observed.browser().ask("/sessions?order=age")).containsPattern("rows.*\"id\":1.*\"id\":2");
        assertThat(observed.browser().ask("/sessions?order=streams")).containsPattern("rows.*\"id\":1.*\"id\":2");
        assertThat(observed.browser().ask("/sessions?order=unknown")).contains("\"order\":\"BYTES\"");
    }

    @Test
    void theListComesAgainAndAgain() {
        Browser browser = watcher();
        observed.pass(0);
        assertThat(browser.read()).contains("text/event-stream", "event: list\ndata: {\"sessions\":0");

        observed.connect();
        observed.pass(500);
        assertThat(browser.read())
                .contains("event: list\ndata: {\"sessions\":1")
                .doesNotContain("HTTP/1.1");
    }

    @Test
    void aSessionThatEndsUnwatchedIsForgotten() {
        observed.connect().close();

        assertThat(observed.browser().ask("/sessions")).contains("\"sessions\":0");
    }

    // ---- one session -----------------------------------------------------------------------------------------------

    @Test
    void nothingIsRecordedBeforeSomeoneWatches() {
        Connection connection = observed.connect();
        connection.request();
        connection.respond(0, 10);

        String detail = observed.browser().ask("/session?session=1");

        assertThat(detail)
                .contains("\"framesIn\":4", "\"streams\":1", "\"frames\":[]")
                .contains("\"streams\":[]");
    }

    @Test
    void framesStreamsAndGaugesAreRecordedWhileSomeoneWatches() {
        Browser watcher = watcher();
        Connection connection = observed.connect();
        connection.request("authorization", "hidden");
        observed.pass(7);
        connection.respond(0, 100);

        String detail = observed.browser().ask("/session?session=1");

        assertThat(detail)
                .contains("\"dir\":\"in\",\"type\":\"SETTINGS\",\"stream\":0")
                .contains("\"settings\":[\"")
                .contains("\"dir\":\"in\",\"type\":\"HEADERS\",\"stream\":1")
                .contains("\"flags\":\"END_STREAM|END_HEADERS\"")
                .contains("{\"name\":\":path\"},", "{\"name\":\"authorization\"}")
                .contains("\"dir\":\"out\",\"type\":\"DATA\",\"stream\":1,\"length\":100")
                .contains(
                        "{\"id\":1,\"local\":false,\"late\":false,\"opened\":0,\"closed\":7000,\"error\":\"NO_ERROR\"")
                .contains("\"out\":{\"bytes\":100,\"frames\":2,\"head\":7000,\"first\":7000,\"last\":7000,\"end\":7000")
                .contains("\"fields\":[{\"name\":\":status\",\"value\":\"200\"}]")
                .contains("\"samples\":[{\"t\":7000,\"streams\":0,\"sendWindow\":")
                .doesNotContain("hidden", "/p");
        assertThat(watcher.channel.isOpen()).isTrue();
    }

    @Test
    void valuesAreShownIfAskedForAndSecretsAreNot() {
        with(builder -> builder.headerValues(true).redact(List.of("X-Ours")));
        watcher();
        observed.connect().request("authorization", "hidden", "x-ours", "hidden", "x-plain", "seen");

        assertThat(observed.browser().ask("/session?session=1"))
                .contains("{\"name\":\":path\",\"value\":\"/p?[redacted]\"}", "\"value\":\"seen\"")
                .doesNotContain("hidden");
    }

    @Test
    void settingsAreShownOfBothEnds() {
        observed.connect(client -> client.initialWindowSize(100_000), server -> server.maxConcurrentStreams(7)
                .maxFrameSize(20_000));

        assertThat(observed.browser().ask("/session?session=1"))
                .contains("{\"name\":\"INITIAL_WINDOW_SIZE\",\"ours\":262144,\"peers\":100000}")
                .contains("{\"name\":\"MAX_CONCURRENT_STREAMS\",\"ours\":7,")
                .contains("{\"name\":\"MAX_FRAME_SIZE\",\"ours\":20000,\"peers\":16384}")
                .contains("\"unacknowledgedSettings\":0");
    }

    @Test
    void theDeadlinesThatRunAreShownWithTheTimeThatIsLeft() {
        Connection connection = observed.connect();
        observed.pass(1000);
        assertThat(observed.browser().ask("/session?session=1"))
                .contains(
                        "\"deadlines\":[{\"name\":\"IDLE\",\"stream\":0,\"left\":59000000,\"of\":60000000,\"held\":false}]");

        connection.open("content-length", "5");
        observed.pass(2000);
        assertThat(observed.browser().ask("/session?session=1"))
                .contains(
                        "\"runningDeadlines\":1,\"deadlines\":[{\"name\":\"STREAM_READ\",\"stream\":1,\"left\":28000000,\"of\":30000000,");

        connection.close();
        assertThat(observed.browser().ask("/session?session=1")).doesNotContain("STREAM_READ");
    }

    @Test
    void theDeadlinesThatAreDueFirstAreShown() {
        Connection connection = observed.connect();
        for (int i = 0; i < 25; i++) {
            connection.open("content-length", "5");
            observed.pass(10);
        }

        assertThat(observed.browser().ask("/session?session=1"))
                .contains("\"runningDeadlines\":25", "\"name\":\"STREAM_READ\",\"stream\":39,")
                .doesNotContain("\"name\":\"STREAM_READ\",\"stream\":41,");
    }

    @Test
    void theBudgetsAreShownWithWhatIsUsed() {
        Connection connection = observed.connect();
        for (int i = 0; i < 3; i++) {
            connection.client.writeAndFlush(Http2SessionWrite.ping(i));
        }
        connection.client.writeAndFlush(Http2SessionWrite.reset(connection.request(), ErrorCode.CANCEL));
        connection.exchange();

        assertThat(observed.browser().ask("/session?session=1"))
                .contains("\"budgets\":[{\"name\":\"ABUSE\",\"used\":10,\"limit\":10000,\"perSecond\":330}")
                .contains("{\"name\":\"STREAM_RESETS\",\"used\":1,\"limit\":1000,\"perSecond\":100}")
                .contains("{\"name\":\"SMALL_WINDOW_STEPS\",\"used\":0,");
    }

    @Test
    void theTablesAreShownByNamesAndSizes() {
        Connection connection = observed.connect();
        connection.request("x-plain", "seen", "x-auth-token", "hidden");
        connection.respond(0, 1);

        assertThat(observed.browser().ask("/session?session=1"))
                .contains("\"tables\":{\"in\":{\"size\":")
                .contains(
                        "{\"index\":62,\"size\":50,\"name\":\"x-auth-token\"},{\"index\":63,\"size\":43,\"name\":\"x-plain\"}")
                .contains("\"out\":{\"size\":0,\"capacity\":4096,\"length\":0,\"entries\":[]}")
                .doesNotContain("hidden", "seen");
    }

    @Test
    void theTablesAreShownWithValuesIfAskedForAndSecretsAreNot() {
        with(builder -> builder.headerValues(true).redact(List.of("X-Ours")));
        observed.connect().request("x-plain", "seen", "x-auth-token", "hidden", "x-ours", "hidden");

        assertThat(observed.browser().ask("/session?session=1"))
                .contains("{\"index\":62,\"size\":44,\"name\":\"x-ours\",\"value\":\"[redacted]\"}")
                .contains(
                        "\"name\":\"x-auth-token\",\"value\":\"[redacted]\"", "\"name\":\"x-plain\",\"value\":\"seen\"")
                .doesNotContain("hidden");
    }

    @Test
    void theNewestEntriesOfALargeTableAreShown() {
        Connection connection = observed.connect();
        for (int i = 0; i < 105; i++) {
            connection.request("x" + i, "");
            connection.respond(i, 1);
        }

        assertThat(observed.browser().ask("/session?session=1"))
                .contains("\"index\":62,\"size\":36,\"name\":\"x104\"}", "\"index\":161,\"size\":34,\"name\":\"x5\"}")
                .doesNotContain("\"index\":162,");
    }

    @Test
    void aBodyThatWaitsForTheWindowOfItsStreamIsShownWithItsWait() {
        watcher();
        Connection connection = observed.connect(client -> client.initialWindowSize(1000), server -> server);
        connection.request();
        connection.respond(0, 3000);
        observed.pass(250);

        assertThat(observed.browser().ask("/session?session=1"))
                .contains("\"waiting\":\"STREAM_WINDOW\",\"waitingSince\":0", "\"sendWindow\":0")
                .contains("{\"cause\":\"STREAM_WINDOW\",\"count\":1,");

        connection.close();
        assertThat(observed.browser().ask("/session?session=1"))
                .contains("\"waits\":[[\"STREAM_WINDOW\",0,250000]]", "\"ended\":true");
    }

    @Test
    void bodiesThatWaitForTheWindowOfTheConnectionAreShownWithTheirWait() {
        watcher();
        Connection connection = observed.connect(client -> client.initialWindowSize(4_000_000), server -> server);
        connection.request();
        connection.respond(0, 3_000_000);
        observed.pass(40);

        assertThat(observed.browser().ask("/session?session=1"))
                .containsPattern("\"waiting\":\\[\\[\"CONNECTION_WINDOW\",0,4");
    }

    @Test
    void aStreamThatIsResetIsShownWithItsError() {
        watcher();
        Connection connection = observed.connect();
        connection.client.writeAndFlush(Http2SessionWrite.reset(connection.request(), ErrorCode.CANCEL));
        connection.exchange();

        assertThat(observed.browser().ask("/session?session=1"))
                .contains(
                        "\"error\":\"CANCEL\"",
                        "\"type\":\"RST_STREAM\",\"stream\":1,\"length\":4,\"error\":\"CANCEL\"")
                .contains("\"resetsIn\":1", "{\"cause\":\"RESET\",\"count\":1,\"points\":0}");
    }

    @Test
    void aRequestThatWaitsForThePeersLimitIsShownWithItsWait() {
        watcher();
        Connection connection = observed.connectBothObserved(server -> server.maxConcurrentStreams(1));
        connection.request();
        connection.request();
        observed.pass(100);
        assertThat(observed.browser().ask("/session?session=1"))
                .contains("\"role\":\"client\"", "\"waiting\":[[\"PEER_STREAM_LIMIT\",0,100000]]")
                .contains("{\"name\":\"REQUEST_WAIT\",\"stream\":3,\"left\":59900000,\"of\":60000000,");

        connection.respond(0, 5);
        observed.settle();
        assertThat(observed.browser().ask("/session?session=1"))
                .contains("\"waits\":[[\"PEER_STREAM_LIMIT\",0,100000]]", "\"waiting\":[]")
                .contains("{\"id\":3,\"local\":true,", "\"queued\":100000");
    }

    @Test
    void aStreamThatTheServerResetsIsCounted() {
        watcher();
        Connection connection = observed.connect();
        connection.request();
        connection.server.writeAndFlush(
                Http2SessionWrite.reset(connection.requests.get(0).stream(), ErrorCode.REFUSED_STREAM));
        connection.exchange();

        assertThat(observed.browser().ask("/session?session=1"))
                .contains("\"resetsOut\":1", "\"dir\":\"out\",\"type\":\"RST_STREAM\"", "\"error\":\"REFUSED_STREAM\"");
    }

    @Test
    void aPromiseIsShownWithItsFields() {
        watcher();
        Connection connection = observed.connect(client -> client.enablePush(true), server -> server);
        connection.request();
        Http2StreamHandle promised = new Http2StreamHandle();
        connection.server.writeAndFlush(Http2SessionWrite.pushPromise(
                connection.requests.get(0).stream(),
                promised,
                HeaderList.of(":method", "GET", ":scheme", "http", ":path", "/pushed", ":authority", "a")));
        connection.exchange();

        assertThat(observed.browser().ask("/session?session=1"))
                .containsPattern("\"type\":\"PUSH_PROMISE\",\"stream\":1,.*\"name\":\":path\"")
                .doesNotContain("/pushed");
    }

    @Test
    void settingsThatAreNotAcknowledgedAreShownAsSent() {
        Connection connection = observed.connect();
        connection.server.writeAndFlush(
                Http2SessionWrite.settings(List.of(new Setting(SettingId.MAX_CONCURRENT_STREAMS, 5))));
        // It is lost.
        connection.server.releaseOutbound();

        assertThat(observed.browser().ask("/session?session=1"))
                .contains("\"unacknowledgedSettings\":1")
                .contains("{\"name\":\"MAX_CONCURRENT_STREAMS\",\"ours\":100,\"peers\":100,\"sent\":5}")
                .contains("{\"name\":\"SETTINGS_ACK\",\"stream\":0,");
    }

    @Test
    void anAddressIsShownWithoutALookUp() throws Exception {
        byte[] four = {10, 0, 0, 1};
        byte[] six = new byte[16];
        six[15] = 1;
        assertThat(SessionRow.address(new InetSocketAddress(InetAddress.getByAddress("name.example", four), 80)))
                .isEqualTo("10.0.0.1:80");
        assertThat(SessionRow.address(new InetSocketAddress(InetAddress.getByAddress(six), 80)))
                .isEqualTo("[0:0:0:0:0:0:0:1]:80");
        assertThat(SessionRow.address(InetSocketAddress.createUnresolved("name.example", 80)))
                .contains("name.example");
        assertThat(SessionRow.address(null)).isEqualTo("-");
    }

    @Test
    void aNameThatIsAllowedIsAnswered() {
        with(builder -> builder.allowedHosts(List.of("Admin.Example")));
        Browser browser = observed.browser();
        browser.send("GET /sessions HTTP/1.1\r\nHost: admin.example:9000\r\n\r\n");
        assertThat(browser.read()).startsWith("HTTP/1.1 200 OK");
        browser.send("GET /sessions HTTP/1.1\r\nHost: other.example:9000\r\n\r\n");
        assertThat(browser.read()).startsWith("HTTP/1.1 4");
    }

    @Test
    void aStreamThatWasOpenBeforeIsMarked() {
        Connection connection = observed.connect();
        connection.request();
        watcher();
        observed.settle();

        assertThat(observed.browser().ask("/session?session=1")).contains("{\"id\":1,\"local\":false,\"late\":true");
    }

    @Test
    void theEventsOfOneSessionAreWhatIsNew() {
        Connection connection = observed.connect();
        Browser browser = observed.browser();
        browser.get("/events?session=1");
        observed.pass(0);
        assertThat(browser.read()).contains("event: session", "\"frames\":[]");

        connection.request();
        observed.pass(250);
        assertThat(browser.read()).contains("\"type\":\"HEADERS\",\"stream\":1").contains("{\"id\":1,");

        connection.respond(0, 5);
        observed.pass(250);
        assertThat(browser.read()).contains("\"type\":\"DATA\"").doesNotContain("\"frames\":[{\"n\":0,");

        observed.pass(250);
        assertThat(browser.read()).contains("\"frames\":[]", "\"streams\":[]}");
    }

    @Test
    void thereAreNoEventsOfASessionThatDoesNotExist() {
        Browser browser = observed.browser();
        browser.get("/events?session=7");
        observed.pass(0);

        assertThat(browser.read()).contains("event: gone");
    }

    // ---- bounds ----------------------------------------------------------------------------------------------------

    @Test
    void theLatestFramesAndStreamsAreKept() {
        with(builder -> builder.frames(4).streams(2));
        watcher();
        Connection connection = observed.connect();
        for (int i = 0; i < 5; i++) {
            connection.request();
            connection.respond(i, 1);
        }

        assertThat(observed.browser().ask("/session?session=1"))
                .contains("\"frames\":[{\"n\":1")
                .contains("{\"id\":7,", "{\"id\":9,")
                .doesNotContain("{\"id\":5,", "{\"id\":3,");
    }

    @Test
    void anOpenStreamIsKeptBeforeOneThatIsOver() {
        with(builder -> builder.streams(2));
        watcher();
        Connection connection = observed.connect();
        connection.request();
        for (int i = 1; i < 4; i++) {
            connection.request();
            connection.respond(i, 1);
        }

        assertThat(observed.browser().ask("/session?session=1"))
                .contains("{\"id\":1,", "{\"id\":7,")
                .doesNotContain("{\"id\":3,", "{\"id\":5,");
    }

    @Test
    void soManySessionsAreRecordedAndOneThatIsLookedAt() {
        with(builder -> builder.recordedSessions(1));
        watcher();
        observed.connect().request();
        Connection second = observed.connect();
        second.request();

        assertThat(observed.browser().ask("/session?session=1")).contains("{\"n\":0,");
        assertThat(observed.browser().ask("/session?session=2")).contains("\"frames\":[]");
        second.request();
        assertThat(observed.browser().ask("/session?session=2")).contains("\"type\":\"HEADERS\",\"stream\":3");
    }

    @Test
    void theLatestSessionsThatHaveEndedCanBeLookedAt() {
        with(builder -> builder.endedSessions(1));
        watcher();
        observed.connect().close();
        observed.connect().close();

        assertThat(observed.browser().ask("/sessions"))
                .contains("\"sessions\":1", "\"id\":2", "ended: transport_closed");
        assertThat(observed.browser().ask("/session?session=2")).contains("{\"n\":0,", "\"ended\":true");
        assertThat(observed.browser().ask("/session?session=1")).contains("404 Not Found");
    }

    @Test
    void recordingEndsSomeTimeAfterTheLastWatcherHasLeft() {
        Browser watcher = watcher();
        Connection connection = observed.connect();
        observed.connect().close();
        connection.request();
        watcher.channel.pipeline().removeLast();

        watcher.channel.advanceTimeBy(9, TimeUnit.SECONDS);
        watcher.channel.runScheduledPendingTasks();
        observed.settle();
        assertThat(observed.browser().ask("/sessions")).contains("\"sessions\":2");

        watcher.channel.advanceTimeBy(2, TimeUnit.SECONDS);
        watcher.channel.runScheduledPendingTasks();
        observed.settle();
        assertThat(observed.browser().ask("/sessions")).contains("\"sessions\":1");
        assertThat(observed.browser().ask("/session?session=1")).contains("\"frames\":[]");
    }

    @Test
    void aPageThatIsLoadedAgainFindsWhatWasRecorded() {
        Browser watcher = watcher();
        Connection connection = observed.connect();
        watcher.channel.pipeline().removeLast();
        watcher();
        watcher.channel.advanceTimeBy(11, TimeUnit.SECONDS);
        watcher.channel.runScheduledPendingTasks();
        connection.request();

        assertThat(observed.browser().ask("/session?session=1")).contains("{\"n\":0,", "\"type\":\"HEADERS\"");
    }

    @Test
    void numbersHaveLimits() {
        assertThatThrownBy(() -> Http2Inspector.builder().frames(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Http2Inspector.builder().streams(1_000_001))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Http2Inspector.builder().endedSessions(-1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Http2Inspector.builder().endedSessions(0).build()).isNotNull();
    }

    // ---- qlog ------------------------------------------------------------------------------------------------------

    @Test
    void aSessionIsExportedAsQlog() {
        watcher();
        Connection connection = observed.connect();
        connection.client.writeAndFlush(Http2SessionWrite.reset(connection.request(), ErrorCode.CANCEL));
        connection.client.writeAndFlush(Http2SessionWrite.windowUpdate(null, 77));
        connection.client.writeAndFlush(Http2SessionWrite.goAway(ErrorCode.NO_ERROR.code(), new byte[0]));
        connection.exchange();

        String qlog = observed.browser().ask("/session?session=1&format=qlog");

        assertThat(qlog).contains("application/qlog+json-seq", "attachment; filename=\"session-1.sqlog\"");
        String[] records = qlog.substring(qlog.indexOf('\u001e') + 1).split("\u001e");
        assertThat(records).allMatch(record -> record.startsWith("{") && record.endsWith("}\n"));
        assertThat(records[0])
                .contains("urn:ietf:params:qlog:file:sequential", "urn:ietf:params:qlog:events:http2-00")
                .contains("\"vantage_point\":{\"name\":\"h2session\",\"type\":\"server\"}")
                .contains("\"wall_clock_time\":\"1970-01-01T00:18:20Z\"");
        assertThat(qlog)
                .contains("\"name\":\"http2:frame_created\",\"data\":{\"stream_id\":0,")
                .contains(
                        "\"frame\":{\"frame_type\":\"headers\",\"flags\":\"END_STREAM|END_HEADERS\",\"headers\":[{\"name\":")
                .contains("{\"frame_type\":\"rst_stream\",\"error_code\":\"cancel\"}")
                .contains("{\"frame_type\":\"window_update\",\"window_size_increment\":77}")
                .contains("{\"frame_type\":\"goaway\",\"last_stream_id\":0,\"error_code\":\"no_error\"}")
                .contains("{\"name\":\"max_concurrent_streams\",\"value\":");
    }
}
