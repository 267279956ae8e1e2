package io.h2session.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.hpack.HeaderList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutboundRulesTest {
    private static final String GET = ":method: GET\n:scheme: https\n:authority: a\n:path: /";

    // Columns: problem, kind, request answered, what else counts (E: END_STREAM, X: extended CONNECT allowed), fields.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ok                                | REQUEST          | NORMAL  | E | {GET}
            ok                                | REQUEST          | NORMAL  | E | {GET} ; Accept: x ; USER-AGENT: y
            ok                                | REQUEST          | NORMAL  | - | {GET} ; content-length: 5
            less_than_content_length          | REQUEST          | NORMAL  | E | {GET} ; content-length: 5
            missing_path                      | REQUEST          | NORMAL  | E | :method: GET ; :scheme: https ; :authority: a
            response_pseudo_header_in_request | REQUEST          | NORMAL  | E | :status: 200
            pseudo_header_after_regular_field | REQUEST          | NORMAL  | E | x: y ; {GET}
            invalid_field_value               | REQUEST          | NORMAL  | E | {GET} ; x: a<CR><LF>b: c
            invalid_field_value               | REQUEST          | NORMAL  | E | {GET} ; X: a<SP>
            invalid_field_name                | REQUEST          | NORMAL  | E | {GET} ; a b: c
            connection_specific_field         | REQUEST          | NORMAL  | E | {GET} ; Connection: close
            connection_specific_field         | REQUEST          | NORMAL  | E | {GET} ; transfer-encoding: chunked
            te_not_trailers                   | REQUEST          | NORMAL  | E | {GET} ; TE: gzip
            host_differs_from_authority       | REQUEST          | NORMAL  | E | {GET} ; Host: b
            invalid_pseudo_header_value       | REQUEST          | NORMAL  | E | :method: GET ; :path: / HTTP/1.1<CR><LF>x: y
            extended_connect_not_enabled      | REQUEST          | NORMAL  | - | :method: CONNECT ; :protocol: ws
            ok                                | REQUEST          | NORMAL  | X | :method: CONNECT ; :protocol: ws ; :scheme: https ; :authority: a ; :path: /
            ok                                | PROMISED_REQUEST | NORMAL  | - | {GET}
            promised_connect                  | PROMISED_REQUEST | NORMAL  | - | :method: CONNECT ; :authority: a:1
            promised_method_not_safe          | PROMISED_REQUEST | NORMAL  | - | :method: POST ; :scheme: https ; :authority: a ; :path: /
            ok                                | RESPONSE         | NORMAL  | - | :status: 200 ; content-length: 5
            ok                                | RESPONSE         | NORMAL  | - | :status: 103 ; link: x
            status_101                        | RESPONSE         | NORMAL  | - | :status: 101
            end_stream_before_final_headers   | RESPONSE         | NORMAL  | E | :status: 103
            content_length_in_informational   | RESPONSE         | NORMAL  | - | :status: 100 ; content-length: 0
            content_length_in_204             | RESPONSE         | NORMAL  | E | :status: 204 ; content-length: 0
            content_length_in_tunnel          | RESPONSE         | CONNECT | - | :status: 200 ; content-length: 0
            less_than_content_length          | RESPONSE         | NORMAL  | E | :status: 200 ; content-length: 5
            ok                                | RESPONSE         | HEAD    | E | :status: 200 ; content-length: 5
            ok                                | RESPONSE         | NORMAL  | E | :status: 304 ; content-length: 5
            invalid_status                    | RESPONSE         | NORMAL  | - | :status: 200 OK
            missing_status                    | RESPONSE         | NORMAL  | - | x: y
            ok                                | TRAILERS         | NORMAL  | E | grpc-status: 0
            ok                                | TRAILERS         | NORMAL  | E |
            trailers_without_end_stream       | TRAILERS         | NORMAL  | - | grpc-status: 0
            pseudo_header_in_trailers         | TRAILERS         | NORMAL  | E | :status: 200
            content_length_in_trailers        | TRAILERS         | NORMAL  | E | content-length: 5
            connection_specific_field         | TRAILERS         | NORMAL  | E | upgrade: x
            """)
    void problems(String expected, BlockKind kind, RequestKind request, String flags, String fields) {
        HeaderList headers =
                Blocks.list(fields == null ? "" : fields.replace(" ; ", "\n").replace("{GET}", GET));
        OutboundRules rules = new OutboundRules(MessageRules.SAFE, kind == BlockKind.REQUEST);
        String problem = rules.problem(headers, kind, request, flags.contains("X"), flags.contains("E"));
        assertThat(problem == null ? "ok" : problem).isEqualTo(expected);
    }

    @Test
    void questionsDoNotInfluenceEachOther() {
        OutboundRules client = new OutboundRules(MessageRules.SAFE, true);
        HeaderList good = Blocks.list(GET + "\nhost: a\ncontent-length: 0");
        HeaderList bad = Blocks.list(GET + "\ncontent-length: 1\ncontent-length: 1");
        for (int i = 0; i < 3; i++) {
            assertThat(client.problem(good, BlockKind.REQUEST, RequestKind.NORMAL, false, true))
                    .isNull();
            assertThat(client.problem(bad, BlockKind.REQUEST, RequestKind.NORMAL, false, true))
                    .isEqualTo("duplicate_content_length");
        }
    }

    @Test
    void tellsWhatWasJudged() {
        OutboundRules server = new OutboundRules(MessageRules.SAFE, false);
        server.problem(Blocks.list(":status: 103"), BlockKind.RESPONSE, RequestKind.NORMAL, false, false);
        assertThat(server.informational()).isTrue();
        server.problem(Blocks.list(":status: 404"), BlockKind.RESPONSE, RequestKind.NORMAL, false, false);
        assertThat(server.informational()).isFalse();
        OutboundRules client = new OutboundRules(MessageRules.SAFE, true);
        client.problem(Blocks.list(GET.replace("GET", "HEAD")), BlockKind.REQUEST, RequestKind.NORMAL, false, true);
        assertThat(client.requestKind()).isEqualTo(RequestKind.HEAD);
    }

    @Test
    void withoutEnforcementNothingIsAProblem() {
        OutboundRules rules = new OutboundRules(MessageRules.SAFE.withEnforce(false), true);
        assertThat(rules.problem(Blocks.list("X Y: z\n:late: 1"), BlockKind.REQUEST, RequestKind.NORMAL, false, true))
                .isNull();
    }
}
