package io.h2session.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.hpack.HeaderField;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestRulesTest {
    private static final String HEAD = ":method: GET\n:scheme: https\n:authority: a.example\n:path: /";

    // Columns of the tables: result under SAFE, result under NGHTTP2 (= the same), fields separated by semicolons.

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ok                                            | =  | :method: GET ; :scheme: https ; :authority: a ; :path: /
            ok                                            | =  | :path: /x?y ; :authority: a ; :scheme: http ; :method: GET
            ok                                            | =  | :method: GET ; :scheme: https ; :path: / ; host: a
            MESSAGE missing_method                        | =  | :scheme: https ; :authority: a ; :path: /
            MESSAGE missing_scheme                        | =  | :method: GET ; :authority: a ; :path: /
            MESSAGE missing_path                          | =  | :method: GET ; :scheme: https ; :authority: a
            MESSAGE missing_authority                     | =  | :method: GET ; :scheme: https ; :path: /
            MALFORMED duplicate_pseudo_header             | =  | :method: GET ; :method: GET
            MALFORMED duplicate_pseudo_header             | =  | :path: / ; :path: /
            MALFORMED duplicate_pseudo_header             | =  | :scheme: a ; :scheme: a
            MALFORMED duplicate_pseudo_header             | =  | :authority: a ; :authority: a
            MALFORMED invalid_pseudo_header_value         | =  | :method: <EMPTY>
            MALFORMED invalid_pseudo_header_value         | =  | :scheme: <EMPTY>
            MALFORMED empty_pseudo_header                 | =  | :path: <EMPTY>
            MALFORMED empty_pseudo_header                 | =  | :authority: <EMPTY>
            MALFORMED unknown_pseudo_header               | =  | :foo: bar
            MALFORMED unknown_pseudo_header               | =  | :: bar
            MALFORMED unknown_pseudo_header               | =  | :fo o: bar
            MALFORMED uppercase_field_name                | =  | :Method: GET
            MALFORMED response_pseudo_header_in_request   | =  | :status: 200
            MALFORMED pseudo_header_after_regular_field   | =  | :method: GET ; x: y ; :path: /
            MALFORMED pseudo_header_after_regular_field   | =  | :method: GET ; cookie: y ; :path: /
            MALFORMED pseudo_header_after_regular_field   | =  | :method: GET ; host: y ; :path: /
            MALFORMED pseudo_header_after_regular_field   | =  | :method: GET ; content-length: 0 ; :path: /
            MALFORMED pseudo_header_after_regular_field   | =  | :method: GET ; te: trailers ; :path: /
            MALFORMED pseudo_header_after_regular_field   | =  | :method: GET ; priority: i ; :path: /
            MALFORMED invalid_pseudo_header_value         | =  | :method: G T
            MALFORMED invalid_pseudo_header_value         | =  | :method: GET /x
            MALFORMED invalid_pseudo_header_value         | =  | :method: GET<CR>
            MALFORMED invalid_pseudo_header_value         | =  | :path: /a b
            MALFORMED invalid_pseudo_header_value         | =  | :path: / HTTP/1.1<CR><LF>x: y
            MALFORMED invalid_pseudo_header_value         | =  | :path: /<NUL>
            MALFORMED invalid_pseudo_header_value         | =  | :scheme: https://evil/
            MALFORMED invalid_pseudo_header_value         | =  | :scheme: 1a
            MALFORMED invalid_pseudo_header_value         | =  | :scheme: a_b
            MALFORMED invalid_pseudo_header_value         | =  | :authority: user@a
            MALFORMED invalid_pseudo_header_value         | =  | :authority: a b
            MALFORMED invalid_pseudo_header_value         | =  | :authority: a/b
            """)
    void pseudoHeaders(String safe, String nghttp2, String fields) {
        assertBoth(safe, nghttp2, fields);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ok                                        | =  | :method: OPTIONS ; :scheme: https ; :authority: a ; :path: *
            ok                                        | =  | :path: * ; :scheme: HTTP ; :authority: a ; :method: OPTIONS
            MESSAGE invalid_path_form                 | =  | :method: GET ; :scheme: https ; :authority: a ; :path: *
            MESSAGE invalid_path_form                 | =  | :method: OPTIONS ; :scheme: https ; :authority: a ; :path: *x
            MESSAGE invalid_path_form                 | =  | :method: options ; :scheme: https ; :authority: a ; :path: *
            MESSAGE invalid_path_form                 | =  | :method: GET ; :scheme: http ; :authority: a ; :path: x
            MESSAGE invalid_path_form                 | =  | :method: GET ; :scheme: HTTPS ; :authority: a ; :path: https://a/
            ok                                        | =  | :method: GET ; :scheme: ftp ; :authority: a ; :path: x
            ok                                        | =  | :method: GET ; :scheme: ftp ; :authority: a ; :path: *
            MALFORMED invalid_pseudo_header_value     | ok | :method: GET ; :scheme: https ; :authority: a ; :path: /#f
            MALFORMED invalid_pseudo_header_value     | ok | :method: GET ; :scheme: https ; :authority: a ; :path: /\u00e9
            """)
    void paths(String safe, String nghttp2, String fields) {
        assertBoth(safe, nghttp2, fields);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ok                                        | =  | :method: CONNECT ; :authority: a:443
            ok                                        | =  | :authority: [::1]:8080 ; :method: CONNECT ; content-length: 5
            MESSAGE missing_authority                 | =  | :method: CONNECT
            MESSAGE missing_authority                 | =  | :method: CONNECT ; host: a:443
            MESSAGE connect_with_scheme_or_path       | =  | :method: CONNECT ; :authority: a:443 ; :path: /
            MESSAGE connect_with_scheme_or_path       | =  | :method: CONNECT ; :authority: a:443 ; :scheme: https
            MESSAGE connect_without_port              | ok | :method: CONNECT ; :authority: a
            MESSAGE connect_without_port              | ok | :method: CONNECT ; :authority: [::1]
            MESSAGE connect_without_port              | ok | :method: CONNECT ; :authority: a:
            MESSAGE connect_without_port              | ok | :method: CONNECT ; :authority: a:0
            ok                                        | =  | :method: CONNECT ; :authority: a:1
            ok                                        | =  | :method: CONNECT ; :authority: a:9090
            ok                                        | =  | :method: CONNECT ; :authority: a:65535
            ok                                        | =  | :method: CONNECT ; :authority: a:00443
            MALFORMED invalid_pseudo_header_value     | ok | :method: CONNECT ; :authority: :443
            MALFORMED invalid_pseudo_header_value     | ok | :method: CONNECT ; :authority: a:65536
            MALFORMED invalid_pseudo_header_value     | ok | :method: CONNECT ; :authority: a:4a
            MALFORMED invalid_pseudo_header_value     | ok | :method: CONNECT ; :authority: a:000443
            MALFORMED empty_pseudo_header             | =  | :method: CONNECT ; :authority: <EMPTY>
            MALFORMED extended_connect_not_enabled    | =  | :method: CONNECT ; :protocol: websocket
            MESSAGE missing_method                    | =  | :scheme: https ; :authority: a ; :path: /
            MESSAGE missing_scheme                    | =  | :method: connect ; :authority: a:443
            """)
    void connect(String safe, String nghttp2, String fields) {
        assertBoth(safe, nghttp2, fields);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ok                                    | =  | :method: CONNECT ; :protocol: ws ; :scheme: https ; :path: / ; :authority: a
            MESSAGE missing_scheme                | =  | :method: CONNECT ; :protocol: ws ; :path: / ; :authority: a
            MESSAGE missing_path                  | =  | :method: CONNECT ; :protocol: ws ; :scheme: https ; :authority: a
            MESSAGE missing_authority             | =  | :method: CONNECT ; :protocol: ws ; :scheme: https ; :path: /
            MESSAGE missing_authority             | =  | :method: CONNECT ; :protocol: ws ; :scheme: https ; :path: / ; host: a
            MESSAGE protocol_without_connect      | =  | :method: GET ; :protocol: ws ; :scheme: https ; :path: / ; :authority: a
            MESSAGE invalid_path_form             | =  | :method: CONNECT ; :protocol: ws ; :scheme: https ; :path: x ; :authority: a
            MALFORMED duplicate_pseudo_header     | =  | :method: CONNECT ; :protocol: ws ; :protocol: ws
            MALFORMED empty_pseudo_header         | =  | :method: CONNECT ; :protocol: <EMPTY>
            MALFORMED invalid_pseudo_header_value | =  | :method: CONNECT ; :protocol: <SP>
            MALFORMED invalid_pseudo_header_value | =  | :method: CONNECT ; :protocol: ws<NUL>
            MALFORMED invalid_pseudo_header_value | =  | :method: CONNECT ; :protocol: ws<TAB>
            MALFORMED invalid_pseudo_header_value | =  | :method: CONNECT ; :protocol: <SP>ws
            MALFORMED invalid_pseudo_header_value | ok | :method: CONNECT ; :protocol: w s ; :scheme: https ; :path: / ; :authority: a
            """)
    void extendedConnect(String safe, String nghttp2, String fields) {
        for (boolean strict : new boolean[] {true, false}) {
            String expected = strict || nghttp2.equals("=") ? safe : nghttp2;
            InboundMessage message = new InboundMessage(Blocks.rules(strict), true);
            assertThat(Blocks.play(message, true, false, false, lines(fields))).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ok                                   | =  | host: a.example
            ok                                   | =  | host: A.Example
            ok                                   | =  | host: a.example:443
            ok                                   | =  | host: a.example:
            MESSAGE host_differs_from_authority  | ok | host: a.example:80
            INVALID invalid_host                 | ok | host: a.example:443443
            INVALID invalid_host                 | ok | host: a.example,b.example
            INVALID invalid_host                 | ok | host: [::1
            MESSAGE host_differs_from_authority  | ok | host: b.example
            MESSAGE host_differs_from_authority  | ok | host: a.exampl
            MALFORMED duplicate_host             | =  | host: a.example ; host: a.example
            MALFORMED empty_host                 | =  | host: <EMPTY>
            INVALID invalid_host                 | =  | host: u@a.example
            INVALID invalid_host                 | =  | host: a/b
            INVALID invalid_host                 | =  | host: a\u00e9
            INVALID invalid_field_value          | =  | host: a b<NUL>
            INVALID invalid_host                 | =  | host: a b
            MALFORMED connection_specific_field  | =  | connection: close
            MALFORMED connection_specific_field  | =  | keep-alive: 5
            MALFORMED connection_specific_field  | =  | proxy-connection: x
            MALFORMED connection_specific_field  | =  | transfer-encoding: chunked
            MALFORMED connection_specific_field  | =  | upgrade: h2c
            MALFORMED connection_specific_field  | =  | upgrade: <EMPTY>
            ok                                   | =  | upgrade-insecure-requests: 1
            MALFORMED uppercase_field_name       | =  | Transfer-Encoding: chunked
            MALFORMED uppercase_field_name       | =  | x y Z: 1
            ok                                   | =  | te: trailers
            ok                                   | =  | te: TRAILERS
            ok                                   | =  | te: Trailers ; te: trailers
            MALFORMED te_not_trailers            | =  | te: gzip
            MALFORMED te_not_trailers            | =  | te: trailers, chunked
            MALFORMED te_not_trailers            | =  | te: <EMPTY>
            INVALID invalid_field_value          | =  | te: trailers<NUL>
            INVALID invalid_field_value          | =  | x: a<CR><LF>Transfer-Encoding: chunked
            INVALID invalid_field_value          | =  | x: <SP>a
            INVALID invalid_field_value          | =  | x: a<TAB>
            INVALID invalid_field_value          | =  | connection: close<NUL>
            INVALID invalid_field_name           | =  | f o: x
            INVALID invalid_field_name           | =  | a:b: x
            INVALID invalid_field_name           | =  | : x
            ok                                   | =  | x: <EMPTY>
            ok                                   | =  | x: \u00e9\u00ff<TAB>b
            ok                                   | =  | cookie: a=1 ; cookie: b=2 ; cookie: a=1
            ok                                   | =  | content-length: 0
            ok                                   | =  | content-length: 9223372036854775807
            ok                                   | =  | content-length: 00000000000000000000000005
            MALFORMED invalid_content_length     | =  | content-length: 9223372036854775808
            MALFORMED invalid_content_length     | =  | content-length: 18446744073709551616
            MALFORMED invalid_content_length     | =  | content-length: 99999999999999999999
            MALFORMED invalid_content_length     | =  | content-length: <EMPTY>
            MALFORMED invalid_content_length     | =  | content-length: +5
            MALFORMED invalid_content_length     | =  | content-length: -5
            MALFORMED invalid_content_length     | =  | content-length: 5,5
            MALFORMED invalid_content_length     | =  | content-length: 0x5
            MALFORMED invalid_content_length     | =  | content-length: 5a
            MALFORMED invalid_content_length     | =  | content-length: \u0665
            INVALID invalid_field_value          | =  | content-length: 5<TAB>
            MALFORMED duplicate_content_length   | =  | content-length: 5 ; content-length: 5
            """)
    void regularFields(String safe, String nghttp2, String fields) {
        assertBoth(safe, nghttp2, HEAD.replace("\n", " ; ") + " ; " + fields);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ok   | a.example | A.example:443 | https
            ok   | [::1]     | [::1]:443     | https
            ok   | a:80      | a             | http
            ok   | a:80      | a:            | HTTP
            ok   | a:080     | a             | http
            diff | a         | a:            | ftp
            ok   | a         | A             | ftp
            ok   | a:21      | A:21          | ftp
            diff | a:21      | a             | ftp
            diff | [::1]     | [::1]:80      | https
            diff | [::1]:1   | [::2]:1       | https
            diff | a:1       | a:2           | https
            diff | a:65535   | a:65534       | https
            ok   | a:9999    | A:09999       | https
            """)
    void hostMustNameTheAuthority(String expected, String authority, String host, String scheme) {
        String block =
                ":method: GET\n:scheme: %s\n:authority: %s\n:path: /\nhost: %s".formatted(scheme, authority, host);
        String result = Blocks.play(new InboundMessage(MessageRules.SAFE, true), false, false, true, block);
        assertThat(result).isEqualTo(expected.equals("ok") ? "ok" : "MESSAGE host_differs_from_authority");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/?a[b]={c|d}",
                "/^\\`",
                "/%zz",
                "/%",
                "/?q=100%",
                "//",
                "/a{b}",
                "/|",
                "/`",
                "/[x]?[y]",
                "/a?b?c^d"
            })
    void whatBrowsersSendInPathsAndQueriesIsAcceptedUnlessTheLetterOfRfc3986IsAskedFor(String path) {
        String block = HEAD.replace(":path: /", ":path: " + path);
        assertThat(Blocks.play(new InboundMessage(MessageRules.SAFE, true), false, false, true, block))
                .isEqualTo("ok");
        MessageRules letter = MessageRules.SAFE.withStrictUriSyntax(true);
        assertThat(Blocks.play(new InboundMessage(letter, true), false, false, true, block))
                .isEqualTo(path.equals("//") ? "ok" : "MALFORMED path_not_rfc3986");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a/b;c=1,2/~x?q=a+b&c=%20/?@:!$'()*", "/%e4%F6", "/..//.", "/index.html?", "/-._~"})
    void pathsByTheLetterOfRfc3986(String path) {
        String block = HEAD.replace(":path: /", ":path: " + path);
        MessageRules letter = MessageRules.SAFE.withStrictUriSyntax(true);
        for (MessageRules rules : new MessageRules[] {MessageRules.NGHTTP2, MessageRules.SAFE, letter}) {
            assertThat(Blocks.play(new InboundMessage(rules, true), false, false, true, block))
                    .isEqualTo("ok");
        }
        assertThat(Blocks.play(
                        new InboundMessage(letter, true),
                        false,
                        false,
                        true,
                        HEAD.replace("GET", "OPTIONS").replace(":path: /", ":path: *")))
                .isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\"", "<", ">", "#", "\0", "\t", "\u0001", "\u001f", "\u007f", "\u0080", "\u00ff"})
    void whatNoHonestClientSendsInAPathIsRefused(String character) {
        for (String path : new String[] {"/" + character, "/a" + character + "b", "/?q=" + character}) {
            for (boolean push : new boolean[] {false, true}) {
                String block = HEAD.replace(":path: /", ":path: " + path);
                assertThat(Blocks.play(new InboundMessage(MessageRules.SAFE, !push), false, push, true, block))
                        .isEqualTo("MALFORMED invalid_pseudo_header_value");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.example",
                "A.Example.",
                "a_b.example",
                "xn--bcher-kva.example",
                "127.0.0.1",
                "a~b",
                "%C3%BC.example",
                "a:",
                "a:0",
                "a:9",
                "a:80",
                "a:99",
                "a:65535",
                "a:00080",
                "[::]",
                "[::1]",
                "[::1]:8443",
                "[1::]:9",
                "[1:2:3:4:5:6:7:8]",
                "[1:2:3:4:5:6:1.2.3.4]",
                "[::ffff:1.2.3.4]:65535",
                "[2001:DB8::a:b]",
                "[1::2:3:4:5:6:7]",
                "[fe80::1%25eth0]",
                "[fe80::1%eth0]:80",
                "[v1.a:b]"
            })
    void whatHonestClientsSendAsAuthorityIsAccepted(String authority) {
        for (boolean push : new boolean[] {false, true}) {
            String block = HEAD.replace("a.example", authority);
            assertThat(Blocks.play(new InboundMessage(MessageRules.SAFE, !push), false, push, true, block))
                    .isEqualTo("ok");
            assertThat(Blocks.play(new InboundMessage(MessageRules.SAFE, !push), false, push, true, asHost(authority)))
                    .isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a:99999",
                "a:65536",
                "a:-1",
                "a:8o",
                "a:80:80",
                "a:80a",
                ":80",
                ":",
                "a,b",
                "a;b",
                "a=b",
                "a&b",
                "a!",
                "a(b)",
                "a'b",
                "a*",
                "a$",
                "a+b",
                "%",
                "a%2",
                "a%zz",
                "[::1",
                "::1",
                "]",
                "a]",
                "[",
                "[]",
                "[::1]x",
                "[::1]]",
                "[[::1]",
                "[a.example]",
                "[127.0.0.1]",
                "[1:2:3:4:5:6:7]",
                "[1:2:3:4:5:6:7:8:9]",
                "[1::2::3]",
                "[:1]",
                "[1:]",
                "[:::1]",
                "[12345::]",
                "[::g]",
                "[1:2:3:4:5:6:7::8]",
                "[::1.2.3]",
                "[::1.2.3.256]",
                "[::1.2.3.4.5]",
                "[::1.2.3.4:5]",
                "[::1%]",
                "[fe80::1%a%2]",
                "[v.a]",
                "[v1.]",
                "[v1]",
                "[vx.a]",
                "[v1.a%]",
                "[::1]:65536",
                "[::1]:x"
            })
    void whatIsNoHostAndPortIsNoAuthority(String authority) {
        for (boolean push : new boolean[] {false, true}) {
            String block = HEAD.replace("a.example", authority);
            assertThat(Blocks.play(new InboundMessage(MessageRules.SAFE, !push), false, push, true, block))
                    .isEqualTo("MALFORMED invalid_pseudo_header_value");
            assertThat(Blocks.play(new InboundMessage(MessageRules.SAFE, !push), false, push, true, asHost(authority)))
                    .isEqualTo("INVALID invalid_host");
            assertThat(Blocks.play(new InboundMessage(MessageRules.NGHTTP2, !push), false, push, true, block))
                    .isEqualTo("ok");
        }
    }

    private static String asHost(String authority) {
        return HEAD.replace("\n:authority: a.example", "") + "\nhost: " + authority;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 32, 33, 8192})
    void longMethodsAreRefusedWhenStrict(int length) {
        String block = HEAD.replace("GET", "M".repeat(length));
        assertThat(Blocks.play(new InboundMessage(MessageRules.SAFE, true), false, false, true, block))
                .isEqualTo(length <= 32 ? "ok" : "MALFORMED invalid_pseudo_header_value");
        assertThat(Blocks.play(new InboundMessage(MessageRules.NGHTTP2, true), false, false, true, block))
                .isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x:  a", "x: a ", "x: \ta", ":protocol:  ws"})
    void edgeWhitespaceMayBeAllowed(String line) {
        boolean pseudo = line.startsWith(":");
        String block = pseudo ? line + "\n" + HEAD.replace("GET", "CONNECT") : HEAD + "\n" + line;
        MessageRules lenient = MessageRules.NGHTTP2.withAllowEdgeWhitespace(true);
        assertThat(Blocks.play(new InboundMessage(lenient, true), true, false, true, block))
                .isEqualTo("ok");
        assertThat(Blocks.play(new InboundMessage(MessageRules.NGHTTP2, true), true, false, true, block))
                .isEqualTo(pseudo ? "MALFORMED invalid_pseudo_header_value" : "INVALID invalid_field_value");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\t", "  \t "})
    void aPseudoHeaderValueOfNothingButWhitespaceIsNoneEvenIfEdgesAreAllowed(String blank) {
        for (MessageRules rules : new MessageRules[] {MessageRules.NGHTTP2, MessageRules.SAFE}) {
            for (String name : new String[] {":method", ":scheme", ":authority", ":path", ":protocol", ":status"}) {
                InboundMessage message =
                        new InboundMessage(rules.withAllowEdgeWhitespace(true), !name.equals(":status"));
                message.beginBlock(true, false);
                assertThat(message.field(HeaderField.of(name, blank))).as(name).isEqualTo(FieldVerdict.MALFORMED);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyByteOfAValueInEveryPosition(boolean safe) {
        for (int character = 0; character < 256; character++) {
            boolean control = (character < 32 && character != 9) || character == 127;
            boolean white = character == 9 || character == 32;
            for (int position = 0; position < 3; position++) {
                HeaderField field = HeaderField.of(
                        FieldBytesTest.with("xxx", 0, 'x'), FieldBytesTest.with("abc", position, character), false);
                boolean fine = !control && !(white && position != 1);
                InboundMessage message = new InboundMessage(Blocks.rules(safe), true);
                message.beginBlock(false, false);
                assertThat(message.field(field))
                        .as("byte %x at %d", character, position)
                        .isEqualTo(fine ? FieldVerdict.ACCEPT : FieldVerdict.INVALID);
                assertThat(message.field(field))
                        .as("the second time, from the field's cache")
                        .isEqualTo(fine ? FieldVerdict.ACCEPT : FieldVerdict.INVALID);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyByteOfANameInEveryPosition(boolean safe) {
        for (int character = 0; character < 256; character++) {
            boolean upper = character >= 'A' && character <= 'Z';
            boolean token = character > 32 && character < 127 && "\"(),/:;<=>?@[\\]{}".indexOf(character) < 0;
            for (int position = 0; position < 3; position++) {
                HeaderField field = HeaderField.of(
                        FieldBytesTest.with("xyz", position, character), FieldBytesTest.with("abc", 0, 'a'), false);
                InboundMessage message = new InboundMessage(Blocks.rules(safe), true);
                message.beginBlock(false, false);
                boolean fatal = upper || (character == ':' && position == 0);
                FieldVerdict expected =
                        fatal ? FieldVerdict.MALFORMED : token ? FieldVerdict.ACCEPT : FieldVerdict.INVALID;
                assertThat(message.field(field))
                        .as("byte %x at %d", character, position)
                        .isEqualTo(expected);
            }
        }
    }

    private static void assertBoth(String safe, String nghttp2, String fields) {
        for (boolean strict : new boolean[] {true, false}) {
            String expected = strict || nghttp2.equals("=") ? safe : nghttp2;
            InboundMessage message = new InboundMessage(Blocks.rules(strict), true);
            assertThat(Blocks.play(message, false, false, false, lines(fields)))
                    .as("%s under %s", fields, strict ? "SAFE" : "NGHTTP2")
                    .isEqualTo(expected);
        }
    }

    private static String lines(String fields) {
        return fields.replace(" ; ", "\n");
    }
}
