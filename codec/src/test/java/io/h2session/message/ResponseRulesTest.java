package io.h2session.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseRulesTest {
    // Columns: result under SAFE and NGHTTP2, kind of the request, fields separated by semicolons.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ok                                            | NORMAL   | :status: 200
            ok                                            | NORMAL   | :status: 100
            ok                                            | NORMAL   | :status: 999
            MESSAGE missing_status                        | NORMAL   | x: y
            MESSAGE missing_status                        | NORMAL   | content-length: 5
            MALFORMED empty_pseudo_header                 | NORMAL   | :status: <EMPTY>
            MALFORMED invalid_status                      | NORMAL   | :status: 20
            MALFORMED invalid_status                      | NORMAL   | :status: 2000
            MALFORMED invalid_status                      | NORMAL   | :status: 099
            MALFORMED invalid_status                      | NORMAL   | :status: 2a0
            MALFORMED invalid_status                      | NORMAL   | :status: +20
            MALFORMED invalid_status                      | NORMAL   | :status: 200 OK
            MALFORMED invalid_pseudo_header_value         | NORMAL   | :status: 200<NUL>
            MALFORMED invalid_pseudo_header_value         | NORMAL   | :status: <SP>200
            MALFORMED status_101                          | NORMAL   | :status: 101
            MALFORMED duplicate_pseudo_header             | NORMAL   | :status: 200 ; :status: 200
            MALFORMED pseudo_header_after_regular_field   | NORMAL   | x: y ; :status: 200
            MALFORMED pseudo_header_after_regular_field   | NORMAL   | content-length: 5 ; :status: 200
            MALFORMED request_pseudo_header_in_response   | NORMAL   | :status: 200 ; :path: /
            MALFORMED request_pseudo_header_in_response   | NORMAL   | :method: GET
            MALFORMED request_pseudo_header_in_response   | NORMAL   | :scheme: https
            MALFORMED request_pseudo_header_in_response   | NORMAL   | :authority: a
            MALFORMED request_pseudo_header_in_response   | NORMAL   | :protocol: ws
            MALFORMED unknown_pseudo_header               | NORMAL   | :foo: bar
            MALFORMED uppercase_field_name                | NORMAL   | :status: 200 ; Server: x
            MALFORMED connection_specific_field           | NORMAL   | :status: 200 ; connection: close
            MALFORMED connection_specific_field           | NORMAL   | :status: 200 ; transfer-encoding: chunked
            MALFORMED te_not_trailers                     | NORMAL   | :status: 200 ; te: gzip
            ok                                            | NORMAL   | :status: 200 ; te: trailers
            ok                                            | NORMAL   | :status: 200 ; host: u@a b ; host: <EMPTY>
            INVALID invalid_field_value                   | NORMAL   | :status: 200 ; host: a<NUL>
            INVALID invalid_field_value                   | NORMAL   | :status: 200 ; x: a<CR><LF>set-cookie: b
            INVALID invalid_field_name                    | NORMAL   | :status: 200 ; x y: a
            ok                                            | NORMAL   | :status: 200 ; set-cookie: a ; set-cookie: a
            MALFORMED duplicate_content_length            | NORMAL   | :status: 200 ; content-length: 5 ; content-length: 5
            MALFORMED invalid_content_length              | NORMAL   | :status: 200 ; content-length: 5, 5
            ok -content-length                            | NORMAL   | :status: 204 ; content-length: 0
            ok -content-length                            | CONNECT  | :status: 200 ; content-length: 5
            ok -content-length -content-length            | CONNECT  | :status: 299 ; content-length: 5 ; content-length: x
            ok                                            | CONNECT  | :status: 403 ; content-length: 5
            ok                                            | HEAD     | :status: 200 ; content-length: 5
            ok                                            | UPGRADED | :status: 200 ; content-length: 5
            ok                                            | NORMAL   | :status: 304 ; content-length: 5
            ok                                            | NORMAL   | :status: 200 ; priority: u=9
            """)
    void fields(String expected, RequestKind request, String fields) {
        for (boolean safe : new boolean[] {true, false}) {
            InboundMessage message = new InboundMessage(Blocks.rules(safe), false);
            message.expectResponseTo(request);
            assertThat(Blocks.play(message, false, false, false, fields.replace(" ; ", "\n")))
                    .as("%s, safe: %s", fields, safe)
                    .isEqualTo(expected);
            assertThat(message.priority()).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ok -content-length                 | MALFORMED content_length_in_informational | :status: 100 ; content-length: 0
            ok -content-length                 | MALFORMED content_length_in_informational | :status: 103 ; content-length: 5
            ok -content-length                 | MALFORMED content_length_in_204           | :status: 204 ; content-length: 5
            ok -content-length                 | MALFORMED content_length_in_204           | :status: 204 ; content-length: 00
            MALFORMED invalid_content_length   | MALFORMED content_length_in_204           | :status: 204 ; content-length: x
            MALFORMED invalid_content_length   | MALFORMED content_length_in_informational | :status: 102 ; content-length: -1
            MALFORMED duplicate_content_length | MALFORMED content_length_in_204           | :status: 204 ; content-length: 0 ; content-length: 0
            MALFORMED duplicate_content_length | MALFORMED content_length_in_informational | :status: 103 ; content-length: 5 ; content-length: 6
            """)
    void aLengthWhereNoContentCanComeIsLeftOut(String safe, String nghttp2, String fields) {
        for (boolean strict : new boolean[] {true, false}) {
            InboundMessage message = new InboundMessage(Blocks.rules(strict), false);
            assertThat(Blocks.play(message, false, false, false, fields.replace(" ; ", "\n")))
                    .isEqualTo(strict ? safe : nghttp2);
        }
    }

    @Test
    void statusAndLengthAreKept() {
        InboundMessage message = new InboundMessage(MessageRules.SAFE, false);
        assertThat(message.status()).isZero();
        assertThat(message.expectedLength()).isEqualTo(-1);
        Blocks.play(message, false, false, false, ":status: 404\ncontent-length: 12");
        assertThat(message.status()).isEqualTo(404);
        assertThat(message.expectedLength()).isEqualTo(12);
        assertThat(message.informational()).isFalse();
        assertThat(message.reason()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ok                                        | ok | :method: GET ; :scheme: https ; :authority: a ; :path: /
            ok                                        | ok | :method: HEAD ; :scheme: https ; :authority: a ; :path: / ; content-length: 0
            MESSAGE promised_content                  | ok | :method: GET ; :scheme: https ; :authority: a ; :path: / ; content-length: 5
            MESSAGE promised_method_not_safe          | ok | :method: POST ; :scheme: https ; :authority: a ; :path: /
            MESSAGE promised_method_not_safe          | ok | :method: OPTIONS ; :scheme: https ; :authority: a ; :path: *
            MALFORMED promised_connect                | =  | :method: CONNECT ; :authority: a:443
            MESSAGE missing_path                      | =  | :method: GET ; :scheme: https ; :authority: a
            MALFORMED response_pseudo_header_in_request | = | :status: 200
            INVALID invalid_host                      | =  | :method: GET ; :scheme: https ; :path: / ; host: u@a
            MALFORMED duplicate_host                  | =  | :method: GET ; :scheme: https ; :path: / ; host: a ; host: a
            MALFORMED extended_connect_not_enabled    | =  | :method: GET ; :protocol: ws
            """)
    void promisedRequests(String safe, String nghttp2, String fields) {
        for (boolean strict : new boolean[] {true, false}) {
            InboundMessage message = new InboundMessage(Blocks.rules(strict), false);
            assertThat(Blocks.play(message, false, true, false, fields.replace(" ; ", "\n")))
                    .as("%s, safe: %s", fields, strict)
                    .isEqualTo(strict || nghttp2.equals("=") ? safe : nghttp2);
        }
    }
}
