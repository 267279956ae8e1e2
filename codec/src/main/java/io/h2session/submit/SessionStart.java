package io.h2session.submit;

import static io.h2session.submit.SubmitChecks.require;
import static io.h2session.submit.SubmitChecks.requireLive;

import io.h2session.api.Http2Role;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.connection.Connection;
import io.h2session.connection.LocalSettings;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingsPayload;
import io.h2session.frame.WindowUpdateFrame;
import io.h2session.message.RequestKind;
import io.h2session.message.SubmittedPhase;
import io.h2session.queue.Lane;
import io.h2session.stream.OutboundPhase;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;
import java.util.List;

/**
 * The start of a session: the first SETTINGS and the connection's window (RFC 9113 section 3.4), and stream 1 after an
 * Upgrade from HTTP/1.1 (RFC 7540 section 3.2).
 */
public final class SessionStart {
    private static final int UPGRADED = 1;

    private final Connection connection;
    private final ControlSubmissions control;

    /** The start of this connection. */
    public SessionStart(Connection connection, ControlSubmissions control) {
        this.connection = connection;
        this.control = control;
    }

    /** The first SETTINGS and the connection's window, as in the options, unless the application submits them itself. */
    public void begin() {
        if (!connection.options().automaticSettings()) {
            return;
        }
        control.ownSettings(LocalSettings.first(connection.role(), connection.options()));
        int growth = connection.options().connectionWindowSize()
                - connection.receiveWindow().limit();
        if (growth > 0) {
            int increment = connection.receiveWindow().enlarge(growth);
            connection.queueOwn(Lane.REGULAR, new WindowUpdateFrame(0, increment));
        }
    }

    /**
     * Checks that an upgrade is possible, and decodes its settings.
     *
     * @param running whether a call of the session is running, so that this call comes from a callback
     */
    public List<Setting> upgradeSettings(byte[] payload, boolean running) {
        requireLive(connection);
        require(!running, Reason.INVALID_STATE, "an upgrade comes before everything else");
        boolean untouched = connection.role().isServer()
                ? connection.peerHistory().highest() == 0
                : connection.nextStreamId() == UPGRADED;
        require(untouched, Reason.PROTO, "there has been a stream already");
        List<Setting> settings;
        try {
            settings = SettingsPayload.unpack(payload);
        } catch (IllegalArgumentException badLength) {
            throw new Http2SubmitException(Reason.INVALID_ARGUMENT, badLength.getMessage());
        }
        require(
                settings.size() <= connection.options().limits().maxSettingsEntries(),
                Reason.TOO_MANY_SETTINGS,
                "more settings than a frame may have: ",
                settings.size());
        return settings;
    }

    /** The client's part of an upgrade: its settings, unless they are those of the first SETTINGS, and stream 1. */
    public void upgradeClient(List<Setting> settings, boolean headRequest, Object userData) {
        // They are not submitted twice if the first SETTINGS are the same.
        if (!connection.options().automaticSettings()
                || !settings.equals(LocalSettings.first(Http2Role.CLIENT, connection.options()))) {
            control.settings(settings);
        }
        beginUpgraded(headRequest, userData);
    }

    /** Stream 1, whose request was sent in HTTP/1.1. */
    public void beginUpgraded(boolean headRequest, Object userData) {
        boolean server = connection.role().isServer();
        Stream stream =
                connection.lifecycle().begin(UPGRADED, server ? StreamEvent.RECEIVE_HEADERS : StreamEvent.SEND_HEADERS);
        stream.userData(userData);
        stream.inbound().expectResponseTo(headRequest ? RequestKind.HEAD : RequestKind.NORMAL);
        if (server) {
            connection.processed(UPGRADED);
            stream.inbound().cameWhole();
            connection.lifecycle().move(stream, StreamEvent.RECEIVE_END_STREAM);
        } else {
            connection.nextStreamId(UPGRADED + 2);
            connection.lifecycle().opened(UPGRADED);
            stream.outboundPhase(OutboundPhase.HEADERS_SENT);
            stream.submitted(SubmittedPhase.ENDED);
            connection.lifecycle().move(stream, StreamEvent.SEND_END_STREAM);
        }
    }
}
