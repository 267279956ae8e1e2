package io.h2session.submit;

import static io.h2session.submit.SubmitChecks.MAX_PAYLOAD;
import static io.h2session.submit.SubmitChecks.require;
import static io.h2session.submit.SubmitChecks.requireLive;

import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.connection.Connection;
import io.h2session.connection.Shutdown;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.PingFrame;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingsFrame;
import io.h2session.queue.Lane;
import io.h2session.queue.OutboundItem;
import java.util.List;

/** SETTINGS, PING and GOAWAY (RFC 9113 sections 6.5, 6.7 and 6.8). */
public final class ControlSubmissions {
    private final Connection connection;

    /** Control frames on this connection. */
    public ControlSubmissions(Connection connection) {
        this.connection = connection;
    }

    /** SETTINGS of the application, in flight from now on. */
    public void settings(List<Setting> settings) {
        settings(settings, true);
    }

    /** SETTINGS that the session submits itself, in flight from now on. */
    void ownSettings(List<Setting> settings) {
        settings(settings, false);
    }

    private void settings(List<Setting> settings, boolean fromApplication) {
        requireLive(connection);
        require(
                connection.local().inFlight() < connection.options().limits().maxSettingsInFlight(),
                Reason.TOO_MANY_INFLIGHT_SETTINGS,
                "too many settings are not acknowledged yet");
        List<Setting> copy = List.copyOf(settings);
        connection.local().submit(copy);
        SettingsFrame frame = new SettingsFrame(false, copy);
        connection
                .queue()
                .add(Lane.URGENT, fromApplication ? OutboundItem.ofApplication(frame) : OutboundItem.ofSession(frame));
    }

    /** PING (RFC 9113 section 6.7), or the acknowledgement of one. */
    public void ping(boolean ack, long opaqueData) {
        requireLive(connection);
        require(!ack || !connection.owedReplies().full(), Reason.FLOODED, "too many replies wait");
        connection.queue().add(Lane.URGENT, OutboundItem.ofApplication(new PingFrame(ack, opaqueData)));
    }

    /** GOAWAY (RFC 9113 section 6.8). */
    public void goAway(int lastStreamId, long errorCode, byte[] debugData) {
        if (!connection.shutdown().live()) {
            return;
        }
        boolean all =
                lastStreamId == Integer.MAX_VALUE && connection.semantics().anyLastIdFromClients();
        boolean ours = !all && connection.role().opens(lastStreamId);
        require(lastStreamId >= 0 && !ours, Reason.INVALID_ARGUMENT, "not a stream of the peer's: ", lastStreamId);
        require(
                debugData.length + 2 * Integer.BYTES <= MAX_PAYLOAD,
                Reason.INVALID_ARGUMENT,
                "more debug data than a frame holds: ",
                debugData.length);
        connection.shutdown().markGoAwaySubmitted();
        if (!all && !connection.role().isServer()) {
            connection.shutdown().askNoMore();
        }
        GoAwayFrame frame = new GoAwayFrame(lastStreamId, errorCode, debugData.clone());
        connection.queue().add(Lane.REGULAR, all ? OutboundItem.ofNotice(frame) : OutboundItem.ofApplication(frame));
    }

    /** The GOAWAY that announces a graceful shutdown and refuses no stream (RFC 9113 section 6.8). */
    public void shutdownNotice() {
        require(connection.role().isServer(), Reason.INVALID_STATE, "a client gives no shutdown notice");
        Shutdown shutdown = connection.shutdown();
        if (shutdown.live() && !shutdown.goAwaySubmitted() && !shutdown.noticeIsLate()) {
            shutdown.markGoAwaySubmitted();
            connection
                    .queue()
                    .add(Lane.REGULAR, OutboundItem.ofNotice(new GoAwayFrame(Integer.MAX_VALUE, 0, new byte[0])));
        }
    }
}
