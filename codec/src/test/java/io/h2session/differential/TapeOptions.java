package io.h2session.differential;

import io.h2session.api.Http2Limits;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.FrameType;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a tape says about a session when it begins. */
final class TapeOptions {
    private final Http2SessionOptions.Builder builder;
    private Http2Limits limits;
    private final Set<Integer> extensions = new HashSet<>();
    private Set<String> leftOut = Set.of();
    private String padding;
    private Integer readLength;

    /** @param preset what holds where the tape says nothing */
    TapeOptions(Http2SessionOptions preset, List<String> words, Trace trace) {
        builder = preset.toBuilder().clock(() -> 0);
        limits = preset.limits();
        for (String word : words) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            String value = equals < 0 ? "1" : word.substring(equals + 1);
            if (!harness(name, value) && !flag(name, value) && !number(name, value)) {
                trace.line("  unsupported option " + name);
            }
        }
    }

    Http2SessionOptions build() {
        // Without the callback that unpacks them frames of the application's types are ignored.
        if (!leftOut.contains("unpack_ext")) {
            extensions.forEach(builder::receiveExtension);
        }
        return builder.limits(limits).build();
    }

    Set<String> leftOut() {
        return leftOut;
    }

    /** How padding is selected, or null. */
    String padding() {
        return padding;
    }

    /** What is answered when asked how much of a body to send, or null. */
    Integer readLength() {
        return readLength;
    }

    private boolean harness(String name, String value) {
        switch (name) {
            case "nocb" -> leftOut = new HashSet<>(Arrays.asList(value.split(",", -1)));
            case "pad" -> padding = value;
            case "readlen" -> readLength = Integer.valueOf(value);
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean flag(String name, String value) {
        boolean on = !value.equals("0");
        switch (name) {
            case "no_auto_window_update" -> builder.automaticWindowUpdate(!on);
            case "no_recv_client_magic" -> builder.expectClientPreface(!on);
            case "no_http_messaging" -> builder.httpMessaging(!on);
            case "no_auto_ping_ack" -> builder.automaticPingAck(!on);
            case "no_rfc9113_ws" -> builder.allowEdgeWhitespace(on);
            // These have no effect in libnghttp2 any more.
            case "no_closed_streams", "server_fallback_rfc7540_priorities" -> {}
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean number(String name, String value) {
        switch (name) {
            case "peer_max_concurrent_streams" -> builder.assumedPeerMaxConcurrentStreams(Long.parseLong(value));
            case "max_reserved_remote_streams" -> limits = limits.withMaxReservedRemoteStreams(count(value));
            case "user_recv_ext" -> userExtension(Integer.decode(value));
            case "builtin_recv_ext" -> builtinExtension(Integer.decode(value));
            case "max_send_header_block_length" -> limits = limits.withMaxSendHeaderBlockLength(count(value));
            case "max_deflate_dynamic_table_size" -> limits = limits.withMaxEncoderTableSize(count(value));
            case "max_outbound_ack" -> limits = limits.withMaxOwedReplies(count(value));
            case "max_settings" -> {
                if (count(value) > 0) {
                    limits = limits.withMaxSettingsEntries(count(value));
                }
            }
            case "max_continuations" -> limits = limits.withMaxContinuations(count(value));
            case "max_outbound_queue_size" -> limits = limits.withMaxOutboundQueue(count(value));
            case "stream_reset_rate_limit" -> {
                limits = limits.withStreamResetBurst(count(value.substring(0, value.indexOf(':'))));
                limits = limits.withStreamResetRate(count(value.substring(value.indexOf(':') + 1)));
            }
            case "glitch_rate_limit" -> {
                limits = limits.withAbuseBurst(count(value.substring(0, value.indexOf(':'))));
                limits = limits.withAbuseRate(count(value.substring(value.indexOf(':') + 1)));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static int count(String value) {
        return (int) Math.min(Long.parseLong(value), Integer.MAX_VALUE);
    }

    private void userExtension(int type) {
        if (FrameType.isExtension(type)) {
            extensions.add(type);
        }
    }

    private void builtinExtension(int type) {
        switch (type) {
            case FrameType.ALTSVC -> builder.receiveAltSvc(true);
            case FrameType.ORIGIN -> builder.receiveOrigin(true);
            case FrameType.PRIORITY_UPDATE -> builder.receivePriorityUpdate(true);
            default -> {}
        }
    }
}
