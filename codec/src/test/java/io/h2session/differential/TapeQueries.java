package io.h2session.differential;

import io.h2session.Http2Session;

/** What a tape asks of a session. */
final class TapeQueries {
    private static final int[] SETTINGS = {1, 2, 3, 4, 5, 6, 8, 9};

    private final Http2Session session;

    TapeQueries(Http2Session session) {
        this.session = session;
    }

    String query(String[] words) {
        boolean argued = words.length > 2;
        int argument = argued ? Integer.parseInt(words[2]) : 0;
        return "query " + words[1] + (argued ? " " + words[2] : "") + " = " + value(words[1], argument);
    }

    private String value(String name, int argument) {
        return switch (name) {
            case "want_read" -> bit(session.wantRead());
            case "want_write" -> bit(session.wantWrite());
            case "queue_size" -> Integer.toString(session.outboundQueueSize());
            case "local_window" -> Integer.toString(session.localWindow(argument));
            case "effective_local_window" -> Integer.toString(session.effectiveLocalWindow(argument));
            case "effective_recv" -> Integer.toString(session.effectiveReceived(argument));
            case "remote_window" -> Integer.toString(session.remoteWindow(argument));
            case "local_settings" -> Long.toString(session.localSetting(argument));
            case "remote_settings" -> Long.toString(session.remoteSetting(argument));
            case "next_stream_id" -> Integer.toUnsignedString(session.nextStreamId());
            case "last_proc_stream_id" -> Integer.toString(session.lastProcessedStreamId());
            case "local_close" -> Integer.toString(session.localClosed(argument));
            case "remote_close" -> Integer.toString(session.remoteClosed(argument));
            case "request_allowed" -> bit(session.requestAllowed());
            case "server_session" -> bit(session.role().isServer());
            case "ud" -> {
                Object userData = session.userData(argument);
                yield userData == null ? "0" : userData.toString();
            }
            case "hd_inflate_size" -> Integer.toString(session.decoderTableSize());
            case "stream_state" -> state(argument);
            default -> Result.UNSUPPORTED;
        };
    }

    /** Whether it has windows: it is there, and not just idle with a priority. */
    private boolean live(int streamId) {
        return session.effectiveLocalWindow(streamId) >= 0 && streamId != 0;
    }

    private String state(int streamId) {
        return streamId == 0 || session.hasStream(streamId)
                ? session.streamState(streamId).name()
                : "NONE";
    }

    private static String bit(boolean set) {
        return set ? "1" : "0";
    }

    void state(String streams, Trace trace) {
        trace.line("state session want=" + (session.wantRead() ? "r" : "-") + (session.wantWrite() ? "w" : "-")
                + " queue=" + session.outboundQueueSize()
                + " next_id=" + Integer.toUnsignedString(session.nextStreamId())
                + " last_proc=" + session.lastProcessedStreamId()
                + " req_allowed=" + bit(session.requestAllowed())
                + " server=" + bit(session.role().isServer())
                + " hd_in=" + session.decoderTableSize());
        trace.line("~ hd_out=" + session.encoderTableSize());
        trace.line("state conn" + windows(0));
        StringBuilder local = new StringBuilder("state local_settings");
        StringBuilder remote = new StringBuilder("state remote_settings");
        for (int id : SETTINGS) {
            local.append(' ').append(id).append('=').append(session.localSetting(id));
            remote.append(' ').append(id).append('=').append(session.remoteSetting(id));
        }
        trace.line(local.toString());
        trace.line(remote.toString());
        for (String word : streams.split(",", -1)) {
            int streamId = Integer.parseInt(word);
            trace.line("state stream " + word + " st=" + state(streamId)
                    + (live(streamId)
                            ? " lc=" + session.localClosed(streamId) + " rc=" + session.remoteClosed(streamId)
                                    + windows(streamId)
                            : ""));
        }
    }

    private String windows(int streamId) {
        return " local=" + session.localWindow(streamId) + " eff_local=" + session.effectiveLocalWindow(streamId)
                + " eff_recv=" + session.effectiveReceived(streamId) + " remote=" + session.remoteWindow(streamId);
    }
}
