package io.h2session.frame;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.h2session.testing.Frames;
import java.util.ArrayList;
import java.util.List;

/** Frames of every type with what a reader must find in them. */
final class FrameSamples {
    /** Bytes, and the lines {@link Findings} writes of them when it wants extension frames like this. */
    record Sample(String name, ExtensionPayload wanted, byte[] bytes, List<String> findings) {
        @Override
        public String toString() {
            return name;
        }

        Findings read(int... cuts) {
            return new Findings().wanting(wanted).read(bytes, cuts);
        }
    }

    private static final int PADDED = FrameFlags.PADDED;
    private static final PrioritySpec PRIORITY = new PrioritySpec(3, 256, true);

    private FrameSamples() {}

    static List<Sample> all() {
        return List.of(
                sample("empty DATA", Frames.script().data(1, "", true), "> DATA 1 1 0", "data end 1 1 0 0"),
                sample(
                        "DATA",
                        Frames.script().data(5, "hello", false),
                        "> DATA 0 5 5",
                        "data bytes 5 0 68656c6c6f",
                        "data end 5 0 5 0"),
                sample(
                        "padded DATA",
                        Frames.script().data(0x7fffffff, bytes("hi"), true, 4),
                        "> DATA 9 2147483647 6",
                        "data padding 2147483647 1",
                        "data bytes 2147483647 9 6869",
                        "data padding 2147483647 3",
                        "data end 2147483647 9 6 4"),
                sample(
                        "DATA of padding alone",
                        Frames.script().data(1, bytes(""), false, 3),
                        "> DATA 8 1 3",
                        "data padding 1 3",
                        "data end 1 8 3 3"),
                sample(
                        "DATA with a Pad Length of 0",
                        Frames.script().data(1, bytes("x"), false, 1),
                        "> DATA 8 1 2",
                        "data padding 1 1",
                        "data bytes 1 8 78",
                        "data end 1 8 2 1"),
                sample(
                        "HEADERS",
                        Frames.script().headers(1, true, hex(0x82, 0x84)),
                        "> HEADERS 5 1 2",
                        "headers 1 5 2 0",
                        "fragment 8284 LAST",
                        "block end 2 0"),
                sample(
                        "HEADERS with nothing in them",
                        Frames.script().headers(1, false, new byte[0]),
                        "> HEADERS 4 1 0",
                        "headers 1 4 0 0",
                        "fragment LAST",
                        "block end 0 0"),
                sample(
                        "HEADERS with padding and priority",
                        Frames.script().headers(9, true, PRIORITY, 3, hex(0x82)),
                        "> HEADERS 45 9 9",
                        "headers 9 45 9 3 on 3 weight 256 exclusive",
                        "fragment 82 LAST",
                        "block end 9 0"),
                sample(
                        "HEADERS with priority",
                        Frames.script().headers(9, false, new PrioritySpec(0, 1, false), 0, hex(0x82)),
                        "> HEADERS 36 9 6",
                        "headers 9 36 6 0 on 0 weight 1",
                        "fragment 82 LAST",
                        "block end 6 0"),
                sample(
                        "HEADERS with CONTINUATIONs",
                        Frames.script()
                                .headersBegin(1, true, hex(0x82))
                                .continuation(1, false, hex(0x84, 0x86))
                                .continuation(1, true, hex(0x87)),
                        "> HEADERS 1 1 1",
                        "headers 1 1 1 0",
                        "fragment 82",
                        "> CONTINUATION 0 1 2",
                        "fragment 8486",
                        "> CONTINUATION 4 1 1",
                        "fragment 87 LAST",
                        "block end 4 2"),
                sample(
                        "padded HEADERS, then a last CONTINUATION that is empty",
                        Frames.script()
                                .frame(FrameType.HEADERS, PADDED, 1, hex(2, 0x82, 0, 0))
                                .continuation(1, true, hex()),
                        "> HEADERS 8 1 4",
                        "headers 1 8 4 3",
                        "fragment 82",
                        "> CONTINUATION 4 1 0",
                        "fragment LAST",
                        "block end 4 1"),
                sample(
                        "HEADERS without a fragment, then CONTINUATION",
                        Frames.script().headersBegin(1, false, hex()).continuation(1, true, hex(0x82)),
                        "> HEADERS 0 1 0",
                        "headers 1 0 0 0",
                        "> CONTINUATION 4 1 1",
                        "fragment 82 LAST",
                        "block end 1 1"),
                sample(
                        "PRIORITY",
                        Frames.script().priority(5, 3, 17, true).priority(7, 0, 256, false),
                        "> PRIORITY 0 5 5",
                        "priority 5 on 3 weight 17 exclusive",
                        "> PRIORITY 0 7 5",
                        "priority 7 on 0 weight 256"),
                sample(
                        "RST_STREAM",
                        Frames.script()
                                .reset(3, ErrorCode.CANCEL)
                                .frame(FrameType.RST_STREAM, 0, 3, hex(255, 255, 255, 255)),
                        "> RST_STREAM 0 3 4",
                        "reset 3 8",
                        "> RST_STREAM 0 3 4",
                        "reset 3 4294967295"),
                sample(
                        "SETTINGS",
                        Frames.script()
                                .settings(1, 0, 4, 0xffffffffL, 4, 7, 0xffff, 1)
                                .settings()
                                .settingsAck(),
                        "> SETTINGS 0 0 24",
                        "settings 1=0 4=4294967295 4=7 65535=1",
                        "> SETTINGS 0 0 0",
                        "settings",
                        "> SETTINGS 1 0 0",
                        "settings ack"),
                sample(
                        "PUSH_PROMISE",
                        Frames.script().pushPromise(1, 2, hex(0x82, 0x84)),
                        "> PUSH_PROMISE 4 1 6",
                        "promise 1 4 6 0 of 2",
                        "fragment 8284 LAST",
                        "block end 6 0"),
                sample(
                        "padded PUSH_PROMISE with CONTINUATION",
                        Frames.script()
                                .frame(FrameType.PUSH_PROMISE, PADDED, 1, hex(1, 0x80, 0, 0, 4, 0x82, 0))
                                .continuation(1, true, hex(0x84)),
                        "> PUSH_PROMISE 8 1 7",
                        "promise 1 8 7 2 of 4",
                        "fragment 82",
                        "> CONTINUATION 4 1 1",
                        "fragment 84 LAST",
                        "block end 8 1"),
                sample(
                        "PING",
                        Frames.script().ping(0x0102030405060708L).pingAck(-1),
                        "> PING 0 0 8",
                        "ping 0102030405060708",
                        "> PING 1 0 8",
                        "ping ack ffffffffffffffff"),
                sample(
                        "GOAWAY",
                        Frames.script()
                                .goAway(7, ErrorCode.ENHANCE_YOUR_CALM, "")
                                .goAway(0x7fffffff, ErrorCode.NO_ERROR, "bye"),
                        "> GOAWAY 0 0 8",
                        "goaway 7 11",
                        "> GOAWAY 0 0 11",
                        "goaway 2147483647 0 627965"),
                sample(
                        "WINDOW_UPDATE",
                        Frames.script()
                                .windowUpdate(0, 0x7fffffff)
                                .windowUpdate(1, 1)
                                .windowUpdate(3, 0),
                        "> WINDOW_UPDATE 0 0 4",
                        "window 0 2147483647",
                        "> WINDOW_UPDATE 0 1 4",
                        "window 1 1",
                        "> WINDOW_UPDATE 0 3 4",
                        "window 3 0"),
                wanted(
                        ExtensionPayload.PARSE,
                        "ALTSVC",
                        Frames.script()
                                .altSvc(0, "https://a.example", "h2=\":8000\"")
                                .altSvc(3, "", ""),
                        "> ALTSVC 0 0 29",
                        "altsvc 0 [https://a.example] [h2=\":8000\"]",
                        "> ALTSVC 0 3 2",
                        "altsvc 3 [] []"),
                wanted(
                        ExtensionPayload.PARSE,
                        "ORIGIN",
                        Frames.script()
                                .origin("https://a.example", "", "https://b.example")
                                .origin(),
                        "> ORIGIN 0 0 40",
                        "origin 0 0 [https://a.example, https://b.example]",
                        "> ORIGIN 0 0 0",
                        "origin 0 0 []"),
                wanted(
                        ExtensionPayload.PARSE,
                        "ORIGIN that does not parse",
                        Frames.script()
                                .frame(FrameType.ORIGIN, 0xff, 1, hex(0))
                                .frame(FrameType.ORIGIN, 0, 0, hex(0, 1, 'a', 0, 2, 'b')),
                        "> ORIGIN 255 1 1",
                        "origin 1 255 null",
                        "> ORIGIN 0 0 6",
                        "origin 0 0 null"),
                wanted(
                        ExtensionPayload.PARSE,
                        "PRIORITY_UPDATE",
                        Frames.script()
                                .priorityUpdate(1, "u=1, i")
                                .frame(FrameType.PRIORITY_UPDATE, 0, 0, hex(0x80, 0, 0, 3)),
                        "> PRIORITY_UPDATE 0 0 10",
                        "update 1 [u=1, i]",
                        "> PRIORITY_UPDATE 0 0 4",
                        "update 3 []"),
                wanted(
                        ExtensionPayload.PARSE,
                        "an unknown type wanted parsed comes raw",
                        Frames.script().frame(0xfe, 0xff, 1, hex(1, 2)),
                        "> EXT_fe 255 1 2",
                        "raw 254 255 1 0102",
                        "raw end 254 255 1 2"),
                wanted(
                        ExtensionPayload.RAW,
                        "raw frames",
                        Frames.script().altSvc(0, "a", "b").frame(0x0b, 5, 0, hex()),
                        "> ALTSVC 0 0 4",
                        "raw 10 0 0 00016162",
                        "raw end 10 0 0 4",
                        "> EXT_0b 5 0 0",
                        "raw end 11 5 0 0"),
                sample(
                        "unwanted frames",
                        Frames.script()
                                .frame(0x0a, 0, 0, hex(1))
                                .frame(0xff, 0xff, 1, hex(1, 2, 3))
                                .frame(0x20, 0, 0),
                        "> ALTSVC 0 0 1",
                        "skipped 1",
                        "> EXT_ff 255 1 3",
                        "skipped 3",
                        "> EXT_20 0 0 0"),
                sample(
                        "reserved bits and undefined flags",
                        Frames.script()
                                .frame(FrameType.PING, 0xfe, 0x80000000, new byte[8])
                                .frame(FrameType.DATA, 0xf6, 0x80000001)
                                .frame(FrameType.WINDOW_UPDATE, 0xff, 0, hex(0x80, 0, 0, 1))
                                .frame(FrameType.PRIORITY, 0xff, 5, hex(0, 0, 0, 0, 0)),
                        "> PING 0 0 8",
                        "ping 0000000000000000",
                        "> DATA 0 1 0",
                        "data end 1 0 0 0",
                        "> WINDOW_UPDATE 0 0 4",
                        "window 0 1",
                        "> PRIORITY 0 5 5",
                        "priority 5 on 0 weight 1"));
    }

    /** All samples that want extension frames the same way, one after the other. */
    static Sample together() {
        Frames script = Frames.script();
        List<String> findings = new ArrayList<>();
        for (Sample sample : all()) {
            if (sample.wanted() == ExtensionPayload.SKIP) {
                script.raw(sample.bytes());
                findings.addAll(sample.findings());
            }
        }
        return new Sample("together", ExtensionPayload.SKIP, script.bytes(), findings);
    }

    static byte[] hex(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    private static Sample sample(String name, Frames script, String... findings) {
        return wanted(ExtensionPayload.SKIP, name, script, findings);
    }

    private static Sample wanted(ExtensionPayload wanted, String name, Frames script, String... findings) {
        return new Sample(name, wanted, script.bytes(), List.of(findings));
    }
}
