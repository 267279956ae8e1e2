package io.h2session.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.priority.Priority;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageSequenceTest {
    private static final String POST = ":method: POST\n:scheme: https\n:authority: a\n:path: /";
    private static final String CONNECT = ":method: CONNECT\n:authority: a:443";

    @Test
    void blocksAreJudgedByWhatCameBefore() {
        InboundMessage server = new InboundMessage(MessageRules.SAFE, true);
        assertThat(server.beginBlock(false, false)).isEqualTo(BlockKind.REQUEST);
        Blocks.fields(POST).forEach(server::field);
        assertThat(server.endBlock(false)).isTrue();
        assertThat(server.beginBlock(false, false)).isEqualTo(BlockKind.TRAILERS);

        InboundMessage client = new InboundMessage(MessageRules.SAFE, false);
        for (String status : new String[] {"103", "100", "199"}) {
            assertThat(client.beginBlock(false, false)).isEqualTo(BlockKind.RESPONSE);
            Blocks.fields(":status: " + status).forEach(client::field);
            assertThat(client.endBlock(false)).isTrue();
            assertThat(client.informational()).isTrue();
            assertThat(client.status()).isEqualTo(Integer.parseInt(status));
        }
        assertThat(client.beginBlock(false, false)).isEqualTo(BlockKind.RESPONSE);
        Blocks.fields(":status: 200").forEach(client::field);
        assertThat(client.endBlock(false)).isTrue();
        assertThat(client.informational()).isFalse();
        assertThat(client.beginBlock(false, false)).isEqualTo(BlockKind.TRAILERS);
    }

    @Test
    void promiseAndItsResponseAreOneMessage() {
        InboundMessage client = new InboundMessage(MessageRules.NGHTTP2, false);
        assertThat(client.beginBlock(false, true)).isEqualTo(BlockKind.PROMISED_REQUEST);
        Blocks.fields(POST.replace("POST", "HEAD") + "\ncontent-length: 5").forEach(client::field);
        assertThat(client.endBlock(false)).isTrue();
        assertThat(client.requestKind()).isEqualTo(RequestKind.HEAD);
        assertThat(client.expectedLength()).isEqualTo(-1);
        assertThat(client.beginBlock(false, false)).isEqualTo(BlockKind.RESPONSE);
        Blocks.fields(":status: 200\ncontent-length: 7").forEach(client::field);
        assertThat(client.endBlock(false)).isTrue();
        assertThat(client.data(1)).isFalse();
        assertThat(client.reason()).isEqualTo("content_not_allowed");
    }

    // Script: blocks in brackets, numbers are bytes of DATA, "!" is END_STREAM on what stands before it.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ok                                | =  | [POST]!
            ok                                | =  | [POST] 5 7!
            ok                                | =  | [POST] 5 [x: y]!
            ok                                | =  | [POST ; content-length: 12] 5 0 7!
            ok                                | =  | [POST ; content-length: 12] 5 7 [x: y]!
            ok                                | =  | [POST ; content-length: 0]!
            ok                                | =  | [POST ; content-length: 0] 0!
            less_than_content_length          | =  | [POST ; content-length: 1]!
            less_than_content_length          | =  | [POST ; content-length: 12] 5 6!
            less_than_content_length          | =  | [POST ; content-length: 12] 5 6 [x: y]!
            more_than_content_length          | =  | [POST ; content-length: 12] 5 8
            more_than_content_length          | =  | [POST ; content-length: 0] 1
            trailers_without_end_stream       | =  | [POST] [x: y]
            trailers_without_end_stream       | =  | [POST] []
            pseudo_header_in_trailers         | =  | [POST] [:path: /]!
            pseudo_header_in_trailers         | =  | [POST] [:status: 200]!
            pseudo_header_in_trailers         | =  | [POST] [:protocol: ws]!
            unknown_pseudo_header             | =  | [POST] [:x: y]!
            connection_specific_field         | =  | [POST] [connection: close]!
            connection_specific_field         | =  | [POST] [transfer-encoding: chunked]!
            te_not_trailers                   | =  | [POST] [te: gzip]!
            uppercase_field_name              | =  | [POST] [X: y]!
            invalid_field_value               | =  | [POST] [x: y<NUL>]!
            invalid_field_name                | =  | [POST] [x y: z]!
            content_length_in_trailers        | ok | [POST] 5 [content-length: 5]!
            content_length_in_trailers        | trailer_content_length_differs | [POST] 5 [content-length: 6]!
            content_length_in_trailers        | duplicate_content_length | [POST ; content-length: 5] 5 [content-length: 5]!
            content_length_in_trailers        | duplicate_content_length | [POST] 5 [content-length: 5 ; content-length: 5]!
            content_length_in_trailers        | invalid_content_length | [POST] 5 [content-length: x]!
            host_in_trailers                  | ok | [POST] [host: b]!
            host_in_trailers                  | duplicate_host | [POST ; host: a] [host: a]!
            host_in_trailers                  | empty_host | [POST] [host: <EMPTY>]!
            ok                                | =  | [CONNECT] 5 7!
            ok                                | =  | [CONNECT ; content-length: 5] 7!
            trailers_on_tunnel                | ok | [CONNECT] 5 [x: y]!
            """)
    void requests(String safe, String nghttp2, String script) {
        assertBoth(safe, nghttp2, script, true, RequestKind.NORMAL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ok                              | =  | NORMAL   | [200]!
            ok                              | =  | NORMAL   | [100] [103] [200] 5!
            ok                              | =  | NORMAL   | [200] 5 [x: y]!
            end_stream_before_final_headers | =  | NORMAL   | [100]!
            missing_status                  | =  | NORMAL   | [100] [x: y]!
            data_before_final_headers       | =  | NORMAL   | 1
            data_before_final_headers       | =  | NORMAL   | 0
            data_before_final_headers       | =  | NORMAL   | [100] 1
            data_before_final_headers       | ok | NORMAL   | [100] 0 [200]!
            data_before_final_headers       | end_stream_before_final_headers | NORMAL | [100] 0!
            pseudo_header_in_trailers       | =  | NORMAL   | [200] [:status: 200]!
            pseudo_header_in_trailers       | =  | NORMAL   | [200] 5 [:status: 200]
            trailers_without_end_stream     | =  | NORMAL   | [200] [x: y]
            ok                              | =  | NORMAL   | [200 ; content-length: 5] 5!
            ok                              | =  | NORMAL   | [100] [200 ; content-length: 5] 5!
            more_than_content_length        | =  | NORMAL   | [200 ; content-length: 5] 6
            less_than_content_length        | =  | NORMAL   | [200 ; content-length: 5]!
            less_than_content_length        | =  | NORMAL   | [200 ; content-length: 5] 4!
            ok                              | =  | HEAD     | [200 ; content-length: 5]!
            ok                              | =  | HEAD     | [200 ; content-length: 5] 0!
            content_not_allowed             | =  | HEAD     | [200 ; content-length: 5] 5
            content_not_allowed             | =  | HEAD     | [200] 1
            ok                              | =  | HEAD     | [200] [x: y]!
            content_not_allowed             | =  | NORMAL   | [204] 1
            ok                              | =  | NORMAL   | [204] 0!
            content_not_allowed             | more_than_content_length | NORMAL | [204 ; content-length: 0] 1
            ok                              | content_length_in_204 | NORMAL | [204 ; content-length: 5]!
            ok                              | content_length_in_204 | NORMAL | [204 ; content-length: 5] 0!
            content_not_allowed             | content_length_in_204 | NORMAL | [204 ; content-length: 5] 5
            ok                              | content_length_in_informational | NORMAL | [103 ; content-length: 5] [200] 7!
            ok                              | content_length_in_informational | NORMAL | [100 ; content-length: 0] [200 ; content-length: 7] 7!
            content_not_allowed             | =  | NORMAL   | [304 ; content-length: 5] 5
            ok                              | =  | NORMAL   | [304 ; content-length: 5]!
            ok                              | =  | CONNECT  | [200 ; content-length: 5] 9!
            ok                              | =  | CONNECT  | [403 ; content-length: 5] 5!
            more_than_content_length        | ok | CONNECT  | [403 ; content-length: 5] 9!
            less_than_content_length        | ok | CONNECT  | [403 ; content-length: 5]!
            content_not_allowed             | =  | CONNECT  | [204] 9
            ok                              | =  | UPGRADED | [200 ; content-length: 5] 9!
            ok                              | =  | UPGRADED | [200 ; content-length: 5]!
            content_not_allowed             | =  | UPGRADED | [304] 9
            trailers_on_tunnel              | ok | CONNECT  | [200] 5 [x: y]!
            ok                              | =  | CONNECT  | [403] 5 [x: y]!
            content_length_in_trailers      | trailer_content_length_differs | NORMAL | [200] 5 [content-length: 99]!
            content_length_in_trailers      | ok | NORMAL | [200] 99 [content-length: 99]!
            content_length_in_trailers      | duplicate_content_length | HEAD | [200] [content-length: 0]!
            content_length_in_trailers      | content_length_in_204 | NORMAL | [204] [content-length: 0]!
            content_length_in_trailers      | ok | CONNECT | [200] [content-length: 7]!
            host_in_trailers                | ok | NORMAL | [200] [host: a ; host: a]!
            """)
    void responses(String safe, String nghttp2, RequestKind request, String script) {
        assertBoth(safe, nghttp2, script, false, request);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingIsJudgedWhenNotEnforced(boolean server) {
        InboundMessage message = new InboundMessage(MessageRules.SAFE.withEnforce(false), server);
        assertThat(message.data(1)).isTrue();
        assertThat(Blocks.play(message, false, false, false, "Bad: 1\n:late: 2\ncontent-length: 3\nconnection: x\n: "))
                .isEqualTo("ok");
        assertThat(message.data(10)).isTrue();
        assertThat(message.beginBlock(false, false)).isEqualTo(BlockKind.TRAILERS);
        assertThat(message.endBlock(false)).isTrue();
        assertThat(message.data(10)).isTrue();
        assertThat(message.endStream()).isTrue();
        assertThat(message.reason()).isNull();
    }

    @Test
    void lengthsBeyondAnIntAreCounted() {
        InboundMessage message = new InboundMessage(MessageRules.SAFE, true);
        assertThat(Blocks.play(message, false, false, false, POST + "\ncontent-length: 4294967294"))
                .isEqualTo("ok");
        assertThat(message.data(Integer.MAX_VALUE)).isTrue();
        assertThat(message.data(Integer.MAX_VALUE)).isTrue();
        assertThat(message.receivedLength()).isEqualTo(4294967294L);
        assertThat(message.data(1)).isFalse();
    }

    @Test
    void aTrailersLengthRedefinesNothing() {
        InboundMessage message = new InboundMessage(MessageRules.NGHTTP2, false);
        assertThat(play(message, "[200] 5 [content-length: 5]!")).isEqualTo("ok");
        assertThat(message.expectedLength()).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void aTunnelNeedsConnectAndAtAClientConsent(RequestKind kind) {
        InboundMessage client = new InboundMessage(MessageRules.SAFE, false);
        client.expectResponseTo(kind);
        assertThat(play(client, "[103]")).isEqualTo("ok");
        assertThat(client.isTunnel()).isFalse();
        assertThat(play(client, "[200]")).isEqualTo("ok");
        assertThat(client.isTunnel()).isEqualTo(kind == RequestKind.CONNECT);
        InboundMessage refused = new InboundMessage(MessageRules.SAFE, false);
        refused.expectResponseTo(kind);
        assertThat(play(refused, "[407]")).isEqualTo("ok");
        assertThat(refused.isTunnel()).isFalse();
    }

    @Test
    void aServerLearnsTheKindOfRequest() {
        for (String method : new String[] {"GET", "POST", "HEAD", "head", "CONNECT", "OPTIONS", "HEADX", "CONNEXT"}) {
            InboundMessage message = new InboundMessage(MessageRules.SAFE, true);
            String block = method.equals("CONNECT") ? CONNECT : POST.replace("POST", method);
            assertThat(Blocks.play(message, false, false, true, block)).isEqualTo("ok");
            assertThat(message.requestKind().name())
                    .isEqualTo(method.equals("HEAD") || method.equals("CONNECT") ? method : "NORMAL");
            assertThat(message.isTunnel()).isEqualTo(method.equals("CONNECT"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            u=1, i | priority: u=1, i
            u=2, i | priority: u=2 ; priority: i
            u=4    | priority: u=2 ; priority: u=4
            u=3    | priority: a=1
            none   | x: y
            none   | priority: u=9
            none   | priority: u=1 ; priority: u=9
            none   | priority: u=9 ; priority: u=1
            """)
    void priorityLinesOfARequestAreJoined(String expected, String fields) {
        InboundMessage message = new InboundMessage(MessageRules.SAFE, true);
        assertThat(Blocks.play(message, false, false, true, POST + "\n" + fields.replace(" ; ", "\n")))
                .isEqualTo("ok");
        Priority priority = message.priority();
        assertThat(priority == null ? "none" : priority.toFieldValue().toString())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"priority: u=1\npriority: u=2<NUL>", "priority: u=2<NUL>\npriority: u=1"})
    void aPriorityLineWithBadBytesSpoilsTheOthersEvenIfIgnored(String fields) {
        InboundMessage message = new InboundMessage(MessageRules.NGHTTP2, true);
        message.beginBlock(false, false);
        int invalid = 0;
        for (var field : Blocks.fields(POST + "\n" + fields)) {
            invalid += message.field(field) == FieldVerdict.INVALID ? 1 : 0;
        }
        assertThat(invalid).isOne();
        assertThat(message.endBlock(true)).isTrue();
        assertThat(message.priority()).isNull();
    }

    @Test
    void priorityInTrailersPromisesAndResponsesMeansNothing() {
        InboundMessage request = new InboundMessage(MessageRules.SAFE, true);
        assertThat(play(request, "[POST ; priority: u=1] [priority: u=5]!")).isEqualTo("ok");
        assertThat(request.priority()).isEqualTo(new Priority(1, false));
        InboundMessage promise = new InboundMessage(MessageRules.SAFE, false);
        assertThat(Blocks.play(promise, false, true, false, POST.replace("POST", "GET") + "\npriority: u=1"))
                .isEqualTo("ok");
        assertThat(play(promise, "[200 ; priority: u=5]")).isEqualTo("ok");
        assertThat(promise.priority()).isNull();
    }

    @Test
    void anIgnoredInvalidFieldEndsThePseudoHeaders() {
        InboundMessage message = new InboundMessage(MessageRules.NGHTTP2, true);
        message.beginBlock(false, false);
        var fields = Blocks.fields(":method: GET\nx y: z\n:path: /");
        assertThat(message.field(fields.get(0))).isEqualTo(FieldVerdict.ACCEPT);
        assertThat(message.field(fields.get(1))).isEqualTo(FieldVerdict.INVALID);
        assertThat(message.field(fields.get(2))).isEqualTo(FieldVerdict.MALFORMED);
        assertThat(message.reason()).isEqualTo("pseudo_header_after_regular_field");
    }

    @Test
    void judgingAllocatesNothing() {
        HeaderList request = Blocks.list(POST
                + "\nhost: A\ncontent-length: 5\nuser-agent: x\naccept: */*\npriority: u=1, i\nx-unknown: y"
                + "\ncookie: a=b\nte: trailers");
        InboundMessage message = new InboundMessage(MessageRules.SAFE, true);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 20 && allocated != 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) {
                judge(message, request);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(message.reason()).isNull();
        assertThat(message.priority()).isEqualTo(new Priority(1, true));
        assertThat(allocated).isZero();
    }

    private static void judge(InboundMessage message, HeaderList request) {
        message.restart(BlockKind.REQUEST, RequestKind.NORMAL, false);
        for (int i = 0; i < request.size(); i++) {
            HeaderField field = request.get(i);
            field.validity((byte) 0); // as if it were new
            message.field(field);
        }
        boolean ended = message.endBlock(false) && message.data(5) && message.endStream();
        assert ended : message.reason();
    }

    private static void assertBoth(String safe, String nghttp2, String script, boolean server, RequestKind request) {
        for (boolean strict : new boolean[] {true, false}) {
            InboundMessage message = new InboundMessage(Blocks.rules(strict), server);
            if (!server) {
                message.expectResponseTo(request);
            }
            assertThat(play(message, script))
                    .as("%s under %s", script, strict ? "SAFE" : "NGHTTP2")
                    .isEqualTo(strict || nghttp2.equals("=") ? safe : nghttp2);
        }
    }

    private static String play(InboundMessage message, String script) {
        for (String step : script.split(" (?=\\[|\\d+!?( |$))(?![^\\[]*\\])", -1)) {
            boolean end = step.endsWith("!");
            String text = end ? step.substring(0, step.length() - 1) : step;
            if (text.startsWith("[")) {
                String block = text.substring(1, text.length() - 1)
                        .replaceFirst("^POST", POST)
                        .replaceFirst("^CONNECT", CONNECT)
                        .replaceFirst("^(\\d\\d\\d)", ":status: $1")
                        .replace(" ; ", "\n");
                String result = Blocks.play(message, false, false, end, block);
                if (!result.startsWith("ok")) {
                    return result.substring(result.indexOf(' ') + 1);
                }
            } else if (!message.data(Integer.parseInt(text)) || (end && !message.endStream())) {
                return message.reason();
            }
        }
        return "ok";
    }
}
