package io.h2session;

import static io.h2session.frame.ErrorCode.ENHANCE_YOUR_CALM;
import static io.h2session.frame.ErrorCode.FLOW_CONTROL_ERROR;
import static io.h2session.frame.ErrorCode.PROTOCOL_ERROR;
import static io.h2session.frame.SettingId.ENABLE_CONNECT_PROTOCOL;
import static io.h2session.frame.SettingId.ENABLE_PUSH;
import static io.h2session.frame.SettingId.INITIAL_WINDOW_SIZE;
import static io.h2session.frame.SettingId.MAX_CONCURRENT_STREAMS;
import static io.h2session.frame.SettingId.MAX_FRAME_SIZE;
import static io.h2session.frame.SettingId.MAX_HEADER_LIST_SIZE;
import static io.h2session.frame.SettingId.NO_RFC7540_PRIORITIES;

import io.h2session.testing.Frames;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * SETTINGS (RFC 9113 section 6.5, RFC 8441 section 3, RFC 9218 section 2.1): each identifier with values of every
 * kind.
 */
final class SettingsFaults {
    private static final int[] IDS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0xffff};
    private static final long[] VALUES = {
        0, 1, 2, 16_383, 16_384, 16_777_215, 16_777_216, (1L << 31) - 1, 1L << 31, (1L << 32) - 1
    };

    private SettingsFaults() {}

    static Stream<Fault> rows() {
        List<Fault> rows = new ArrayList<>();
        for (int id : IDS) {
            for (long value : VALUES) {
                rows.add(judged(true, id, value));
                rows.add(judged(false, id, value));
            }
        }
        rows.addAll(history());
        return rows.stream();
    }

    private static Fault judged(boolean atServer, int id, long value) {
        String name = "setting " + id + " is " + value;
        Fault fault = atServer ? Fault.atServer(name) : Fault.atClient(name);
        fault.fromTheStart()
                .input(peer ->
                        (atServer ? peer.preface() : peer).settings(id, value).settingsAck());
        return switch (id) {
            case ENABLE_PUSH -> value > (atServer ? 1 : 0) ? protocolError(fault, "bad_enable_push") : fault;
            case INITIAL_WINDOW_SIZE ->
                value > Integer.MAX_VALUE ? fault.endsWith(FLOW_CONTROL_ERROR, "bad_initial_window_size") : fault;
            case MAX_FRAME_SIZE ->
                value < 16_384 || value > 16_777_215 ? protocolError(fault, "bad_max_frame_size") : fault;
            case ENABLE_CONNECT_PROTOCOL -> value > 1 ? protocolError(fault, "bad_enable_connect_protocol") : fault;
            case NO_RFC7540_PRIORITIES -> value > 1 ? protocolError(fault, "bad_no_rfc7540_priorities") : fault;
            // What carries on would wait for a stream to be allowed.
            case MAX_CONCURRENT_STREAMS ->
                atServer
                        ? fault
                        : fault.input(
                                peer -> peer.settings(id, value).settingsAck().settings(id, 1000));
            // What carries on would be larger.
            case MAX_HEADER_LIST_SIZE ->
                fault.input(peer -> (atServer ? peer.preface() : peer)
                        .settings(id, value)
                        .settingsAck()
                        .settings(id, 1000));
            default -> fault;
        };
    }

    private static Fault protocolError(Fault fault, String reason) {
        return fault.endsWith(PROTOCOL_ERROR, reason);
    }

    private static List<Fault> history() {
        return List.of(
                Fault.atServer("the priority scheme changes after the first SETTINGS")
                        .input(peer -> peer.settings(NO_RFC7540_PRIORITIES, 1))
                        .endsWith(PROTOCOL_ERROR, "bad_no_rfc7540_priorities"),
                Fault.atServer("the priority scheme is said again")
                        .input(peer -> peer.settings(NO_RFC7540_PRIORITIES, 0))
                        .isTolerated(),
                Fault.atClient("extended CONNECT is withdrawn")
                        .before(peer -> peer.settings(ENABLE_CONNECT_PROTOCOL, 1))
                        .input(peer -> peer.settings(ENABLE_CONNECT_PROTOCOL, 0))
                        .endsWith(PROTOCOL_ERROR, "bad_enable_connect_protocol"),
                Fault.atServer("a client changes its mind about extended CONNECT")
                        .before(peer -> peer.settings(ENABLE_CONNECT_PROTOCOL, 1))
                        .input(peer -> peer.settings(ENABLE_CONNECT_PROTOCOL, 0))
                        .isTolerated(),
                Fault.atServer("33 settings in a frame")
                        .input(peer -> peer.settings(same(33)))
                        .endsWith(ENHANCE_YOUR_CALM, "too_many_settings"),
                Fault.atServer("32 settings in a frame")
                        .input(peer -> peer.settings(same(32)))
                        .isTolerated(),
                Fault.atServer("no settings in a frame").input(Frames::settings).isTolerated(),
                Fault.atServer("acknowledged twice")
                        .input(Frames::settingsAck)
                        .endsWith(PROTOCOL_ERROR, "unexpected_settings_ack"),
                Fault.atClient("acknowledged twice")
                        .input(Frames::settingsAck)
                        .endsWith(PROTOCOL_ERROR, "unexpected_settings_ack"),
                Fault.atServer("a good setting before a bad one")
                        .input(peer ->
                                peer.settings(MAX_FRAME_SIZE, 20_000, MAX_FRAME_SIZE, 1, MAX_CONCURRENT_STREAMS, 5))
                        .endsWith(PROTOCOL_ERROR, "bad_max_frame_size"),
                Fault.atServer("a window grows past 2^31-1 by SETTINGS")
                        .before(peer -> peer.request(1, true, "/hold").windowUpdate(1, Integer.MAX_VALUE - 65_535))
                        .input(peer -> peer.settings(INITIAL_WINDOW_SIZE, 65_536))
                        .endsWith(FLOW_CONTROL_ERROR, "window_overflow"),
                Fault.atServer("a window grows to 2^31-1 by SETTINGS")
                        .before(peer -> peer.request(1, true, "/hold").windowUpdate(1, Integer.MAX_VALUE - 65_536))
                        .input(peer -> peer.settings(INITIAL_WINDOW_SIZE, 65_536))
                        .isTolerated(),
                Fault.atServer("an idle stream's window is no stream's: SETTINGS leave the connection's alone")
                        .before(peer -> peer.windowUpdate(0, Integer.MAX_VALUE - 65_535))
                        .input(peer -> peer.settings(INITIAL_WINDOW_SIZE, Integer.MAX_VALUE))
                        .isTolerated());
    }

    private static long[] same(int count) {
        long[] idsAndValues = new long[2 * count];
        for (int i = 0; i < count; i++) {
            idsAndValues[2 * i] = 4;
            idsAndValues[2 * i + 1] = 65_535L + i;
        }
        return idsAndValues;
    }
}
