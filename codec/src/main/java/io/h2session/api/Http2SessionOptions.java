package io.h2session.api;

import io.h2session.hpack.NeverIndexed;
import io.netty.buffer.ByteBufAllocator;
import java.util.BitSet;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * How a session behaves and what it puts up with. Immutable; one value may serve any number of sessions.
 *
 * <p>Two presets: {@link #safe()}, the default, holds under attack and follows RFC 9113 to the letter; {@link #nghttp2()}
 * behaves as libnghttp2 with its default options wherever RFC 9113 allows, for those who migrate.
 *
 * <table>
 * <caption>The presets, field by field</caption>
 * <tr><th>option</th><th>safe</th><th>nghttp2</th></tr>
 * <tr><td>{@link #automaticSettings()}</td><td>true</td><td>false</td></tr>
 * <tr><td>{@link #maxConcurrentStreams()}</td><td>100</td><td>no limit</td></tr>
 * <tr><td>{@link #initialWindowSize()}</td><td>256 * 1024</td><td>65535</td></tr>
 * <tr><td>{@link #connectionWindowSize()}</td><td>1024 * 1024</td><td>65535</td></tr>
 * <tr><td>{@link #maxFrameSize()}</td><td>16384</td><td>16384</td></tr>
 * <tr><td>{@link #maxHeaderListSize()}</td><td>16 * 1024</td><td>no limit</td></tr>
 * <tr><td>{@link #headerTableSize()}</td><td>4096</td><td>4096</td></tr>
 * <tr><td>{@link #enablePush()}</td><td>false</td><td>true</td></tr>
 * <tr><td>{@link #enableConnectProtocol()}</td><td>false</td><td>false</td></tr>
 * <tr><td>{@link #noRfc7540Priorities()}</td><td>true</td><td>false</td></tr>
 * <tr><td>{@link #automaticWindowUpdate()}</td><td>true</td><td>true</td></tr>
 * <tr><td>{@link #automaticPingAck()}</td><td>true</td><td>true</td></tr>
 * <tr><td>{@link #expectClientPreface()}</td><td>true</td><td>true</td></tr>
 * <tr><td>{@link #httpMessaging()}</td><td>true</td><td>true</td></tr>
 * <tr><td>{@link #strictMessages()}</td><td>true</td><td>false</td></tr>
 * <tr><td>{@link #strictUriSyntax()}</td><td>false</td><td>false</td></tr>
 * <tr><td>{@link #invalidFieldsMalformed()}</td><td>true</td><td>false</td></tr>
 * <tr><td>{@link #allowEdgeWhitespace()}</td><td>false</td><td>false</td></tr>
 * <tr><td>{@link #validateOutbound()}</td><td>true</td><td>false</td></tr>
 * <tr><td>{@link #trailersAfterBody()}</td><td>true</td><td>false</td></tr>
 * <tr><td>{@link #emptyEndIgnoresWindow()}</td><td>true</td><td>false</td></tr>
 * <tr><td>{@link #refuseExcessStreams()}</td><td>true</td><td>false</td></tr>
 * <tr><td>{@link #windowOverflowResetsStream()}</td><td>false</td><td>false</td></tr>
 * <tr><td>{@link #heedPeerHeaderListSize()}</td><td>true</td><td>false</td></tr>
 * <tr><td>{@link #goodbyeOnFlood()}</td><td>true</td><td>false</td></tr>
 * <tr><td>{@link #sameForAnySplit()}</td><td>true</td><td>false</td></tr>
 * <tr><td>{@link #followNghttp2()}</td><td>false</td><td>true</td></tr>
 * <tr><td>{@link #assumedPeerMaxConcurrentStreams()}</td><td>100</td><td>100</td></tr>
 * <tr><td>{@link #maxPendingRequests()}</td><td>1000</td><td>no limit</td></tr>
 * <tr><td>{@link #maxReservedRemoteStreams()}</td><td>100</td><td>200</td></tr>
 * <tr><td>{@link #maxSettingsInFlight()}</td><td>32</td><td>no limit</td></tr>
 * <tr><td>{@link #maxSendHeaderBlockLength()}</td><td>65536</td><td>65536</td></tr>
 * <tr><td>{@link #maxEncoderTableSize()}</td><td>4096</td><td>4096</td></tr>
 * <tr><td>{@link #headerListAbortFactor()}</td><td>2</td><td>no limit</td></tr>
 * <tr><td>{@link #maxHeaderFields()}</td><td>128</td><td>no limit</td></tr>
 * <tr><td>{@link #maxCookieFields()}</td><td>256</td><td>no limit</td></tr>
 * <tr><td>{@link #maxInformationalResponses()}</td><td>16</td><td>no limit</td></tr>
 * <tr><td>{@link #informationalRate()}</td><td>1</td><td>no limit</td></tr>
 * <tr><td>{@link #maxSettingsEntries()}</td><td>32</td><td>32</td></tr>
 * <tr><td>{@link #maxContinuations()}</td><td>8</td><td>8</td></tr>
 * <tr><td>{@link #maxEmptyContinuations()}</td><td>1</td><td>no limit</td></tr>
 * <tr><td>{@link #maxOwedReplies()}</td><td>1000</td><td>1000</td></tr>
 * <tr><td>{@link #owedRepliesBeforeSuspend()}</td><td>64</td><td>no limit</td></tr>
 * <tr><td>{@link #maxOutboundQueue()}</td><td>5000</td><td>5000</td></tr>
 * <tr><td>{@link #streamResetBurst()}</td><td>1000</td><td>1000</td></tr>
 * <tr><td>{@link #streamResetRate()}</td><td>100</td><td>33</td></tr>
 * <tr><td>{@link #abuseBurst()}</td><td>10000</td><td>10000</td></tr>
 * <tr><td>{@link #abuseRate()}</td><td>330</td><td>330</td></tr>
 * <tr><td>{@link #abuseWeighted()}</td><td>true</td><td>false</td></tr>
 * <tr><td>{@link #maxRunningExchanges()}</td><td>200</td><td>no limit</td></tr>
 * <tr><td>{@link #maxEmptyData()}</td><td>100</td><td>no limit</td></tr>
 * <tr><td>{@link #smallWindowUpdate()}</td><td>16</td><td>0</td></tr>
 * <tr><td>{@link #maxSmallWindowUpdates()}</td><td>1024 * 1024</td><td>no limit</td></tr>
 * <tr><td>{@link #maxSmallWindowSteps()}</td><td>10</td><td>no limit</td></tr>
 * <tr><td>{@link #pingEveryBytes()}</td><td>256 * 1024</td><td>0</td></tr>
 * <tr><td>{@link #closedStreamHistory()}</td><td>1024</td><td>0</td></tr>
 * <tr><td>{@link #receiveAltSvc()}</td><td>false</td><td>false</td></tr>
 * <tr><td>{@link #receiveOrigin()}</td><td>false</td><td>false</td></tr>
 * <tr><td>{@link #receivePriorityUpdate()}</td><td>true</td><td>false</td></tr>
 * </table>
 *
 * <p>{@link #neverIndexed()} are {@link NeverIndexed#SECRETS} and {@link NeverIndexed#NONE}.
 *
 * <p>{@link #timeouts()} are {@link Http2Timeouts#SAFE} and {@link Http2Timeouts#NONE}.
 */
public final class Http2SessionOptions {
    /** A setting's value that means there is no limit: 2^32-1. */
    public static final long NO_LIMIT = 0xffff_ffffL;

    /** A count that is never reached. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private static final int TWICE_THE_STREAMS = -1;

    private static final Http2SessionOptions SAFE = new Builder().build();
    private static final Http2SessionOptions NGHTTP2 = Builder.likeNghttp2().build();

    private final boolean automaticSettings;
    private final long maxConcurrentStreams;
    private final int initialWindowSize;
    private final int connectionWindowSize;
    private final int maxFrameSize;
    private final long maxHeaderListSize;
    private final int headerTableSize;
    private final boolean enablePush;
    private final boolean enableConnectProtocol;
    private final boolean noRfc7540Priorities;
    private final boolean automaticWindowUpdate;
    private final boolean automaticPingAck;
    private final boolean expectClientPreface;
    private final boolean httpMessaging;
    private final boolean strictMessages;
    private final boolean strictUriSyntax;
    private final boolean invalidFieldsMalformed;
    private final boolean allowEdgeWhitespace;
    private final boolean validateOutbound;
    private final boolean trailersAfterBody;
    private final boolean emptyEndIgnoresWindow;
    private final boolean refuseExcessStreams;
    private final boolean windowOverflowResetsStream;
    private final boolean heedPeerHeaderListSize;
    private final boolean goodbyeOnFlood;
    private final boolean sameForAnySplit;
    private final boolean followNghttp2;
    private final long assumedPeerMaxConcurrentStreams;
    private final int maxPendingRequests;
    private final int maxReservedRemoteStreams;
    private final int maxSettingsInFlight;
    private final int maxSendHeaderBlockLength;
    private final int maxEncoderTableSize;
    private final NeverIndexed neverIndexed;
    private final int headerListAbortFactor;
    private final int maxHeaderFields;
    private final int maxCookieFields;
    private final int maxInformationalResponses;
    private final int informationalRate;
    private final int maxSettingsEntries;
    private final int maxContinuations;
    private final int maxEmptyContinuations;
    private final int maxOwedReplies;
    private final int owedRepliesBeforeSuspend;
    private final int maxOutboundQueue;
    private final int streamResetBurst;
    private final int streamResetRate;
    private final int abuseBurst;
    private final int abuseRate;
    private final boolean abuseWeighted;
    private final int maxRunningExchanges;
    private final int maxEmptyData;
    private final int smallWindowUpdate;
    private final int maxSmallWindowUpdates;
    private final int maxSmallWindowSteps;
    private final int pingEveryBytes;
    private final int closedStreamHistory;
    private final boolean receiveAltSvc;
    private final boolean receiveOrigin;
    private final boolean receivePriorityUpdate;
    private final Http2Timeouts timeouts;
    private final BitSet extensionTypes;
    private final ByteBufAllocator allocator;
    private final LongSupplier clock;
    private final Http2SessionMetrics metrics;

    private Http2SessionOptions(Builder builder) {
        automaticSettings = builder.automaticSettings;
        maxConcurrentStreams = builder.maxConcurrentStreams;
        initialWindowSize = builder.initialWindowSize;
        connectionWindowSize = builder.connectionWindowSize;
        maxFrameSize = builder.maxFrameSize;
        maxHeaderListSize = builder.maxHeaderListSize;
        headerTableSize = builder.headerTableSize;
        enablePush = builder.enablePush;
        enableConnectProtocol = builder.enableConnectProtocol;
        noRfc7540Priorities = builder.noRfc7540Priorities;
        automaticWindowUpdate = builder.automaticWindowUpdate;
        automaticPingAck = builder.automaticPingAck;
        expectClientPreface = builder.expectClientPreface;
        httpMessaging = builder.httpMessaging;
        strictMessages = builder.strictMessages;
        strictUriSyntax = builder.strictUriSyntax;
        invalidFieldsMalformed = builder.invalidFieldsMalformed;
        allowEdgeWhitespace = builder.allowEdgeWhitespace;
        validateOutbound = builder.validateOutbound;
        trailersAfterBody = builder.trailersAfterBody;
        emptyEndIgnoresWindow = builder.emptyEndIgnoresWindow;
        refuseExcessStreams = builder.refuseExcessStreams;
        windowOverflowResetsStream = builder.windowOverflowResetsStream;
        heedPeerHeaderListSize = builder.heedPeerHeaderListSize;
        goodbyeOnFlood = builder.goodbyeOnFlood;
        sameForAnySplit = builder.sameForAnySplit;
        followNghttp2 = builder.followNghttp2;
        assumedPeerMaxConcurrentStreams = builder.assumedPeerMaxConcurrentStreams;
        maxPendingRequests = builder.maxPendingRequests;
        maxReservedRemoteStreams = builder.maxReservedRemoteStreams;
        maxSettingsInFlight = builder.maxSettingsInFlight;
        maxSendHeaderBlockLength = builder.maxSendHeaderBlockLength;
        maxEncoderTableSize = builder.maxEncoderTableSize;
        neverIndexed = builder.neverIndexed;
        headerListAbortFactor = builder.headerListAbortFactor;
        maxHeaderFields = builder.maxHeaderFields;
        maxCookieFields = builder.maxCookieFields;
        maxInformationalResponses = builder.maxInformationalResponses;
        informationalRate = builder.informationalRate;
        maxSettingsEntries = builder.maxSettingsEntries;
        maxContinuations = builder.maxContinuations;
        maxEmptyContinuations = builder.maxEmptyContinuations;
        maxOwedReplies = builder.maxOwedReplies;
        owedRepliesBeforeSuspend = builder.owedRepliesBeforeSuspend;
        maxOutboundQueue = builder.maxOutboundQueue;
        streamResetBurst = builder.streamResetBurst;
        streamResetRate = builder.streamResetRate;
        abuseBurst = builder.abuseBurst;
        abuseRate = builder.abuseRate;
        abuseWeighted = builder.abuseWeighted;
        maxRunningExchanges = builder.maxRunningExchanges;
        maxEmptyData = builder.maxEmptyData;
        smallWindowUpdate = builder.smallWindowUpdate;
        maxSmallWindowUpdates = builder.maxSmallWindowUpdates;
        maxSmallWindowSteps = builder.maxSmallWindowSteps;
        pingEveryBytes = builder.pingEveryBytes;
        closedStreamHistory = builder.closedStreamHistory;
        receiveAltSvc = builder.receiveAltSvc;
        receiveOrigin = builder.receiveOrigin;
        receivePriorityUpdate = builder.receivePriorityUpdate;
        timeouts = builder.timeouts;
        extensionTypes = (BitSet) builder.extensionTypes.clone();
        allocator = builder.allocator;
        clock = builder.clock;
        metrics = builder.metrics;
    }

    /** The default. */
    public static Http2SessionOptions safe() {
        return SAFE;
    }

    /** As libnghttp2 behaves. */
    public static Http2SessionOptions nghttp2() {
        return NGHTTP2;
    }

    /** A builder that begins with the {@link #safe()} values. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    // ---- What we tell the peer ----

    /**
     * Whether the first SETTINGS, made from the values below, are queued by the session itself, before anything else.
     * Otherwise the application submits them.
     */
    public boolean automaticSettings() {
        return automaticSettings;
    }

    /** SETTINGS_MAX_CONCURRENT_STREAMS: how many streams the peer may have open. From 0. */
    public long maxConcurrentStreams() {
        return maxConcurrentStreams;
    }

    /** SETTINGS_INITIAL_WINDOW_SIZE: how many octets a stream may bring before credit is given. 0 to 2^31-1. */
    public int initialWindowSize() {
        return initialWindowSize;
    }

    /**
     * How many octets all streams together may bring before credit is given; this bounds the memory bodies take.
     * 65535 to 2^31-1.
     */
    public int connectionWindowSize() {
        return connectionWindowSize;
    }

    /** SETTINGS_MAX_FRAME_SIZE we accept, in octets. 16384 to 2^24-1. */
    public int maxFrameSize() {
        return maxFrameSize;
    }

    /** SETTINGS_MAX_HEADER_LIST_SIZE (RFC 9113 section 6.5.2): names, values and 32 for each field. Enforced. */
    public long maxHeaderListSize() {
        return maxHeaderListSize;
    }

    /** SETTINGS_HEADER_TABLE_SIZE of our decoder, in octets. */
    public int headerTableSize() {
        return headerTableSize;
    }

    /** SETTINGS_ENABLE_PUSH of a client. */
    public boolean enablePush() {
        return enablePush;
    }

    /** SETTINGS_ENABLE_CONNECT_PROTOCOL of a server (RFC 8441). */
    public boolean enableConnectProtocol() {
        return enableConnectProtocol;
    }

    /** SETTINGS_NO_RFC7540_PRIORITIES (RFC 9218 section 2.1). */
    public boolean noRfc7540Priorities() {
        return noRfc7540Priorities;
    }

    // ---- How we behave ----

    /**
     * Whether window credit is given when a DATA frame has arrived and was delivered; otherwise as the application
     * consumes ({@code nghttp2_option_set_no_auto_window_update}).
     */
    public boolean automaticWindowUpdate() {
        return automaticWindowUpdate;
    }

    /** Whether PING is answered by the session ({@code nghttp2_option_set_no_auto_ping_ack}). */
    public boolean automaticPingAck() {
        return automaticPingAck;
    }

    /** Whether a server expects the client's 24 octets ({@code nghttp2_option_set_no_recv_client_magic}). */
    public boolean expectClientPreface() {
        return expectClientPreface;
    }

    /**
     * Whether the rules of RFC 9113 section 8 are enforced on what is received
     * ({@code nghttp2_option_set_no_http_messaging}).
     */
    public boolean httpMessaging() {
        return httpMessaging;
    }

    /**
     * Whether the rules that nghttp2 does not enforce are enforced too. Refused is what no honest client sends: in
     * {@code :path} a space, {@code "}, {@code <}, {@code >}, {@code #}, controls and bytes above 0x7e; in {@code :authority}
     * and {@code host} what is no host with, perhaps, a port; a host that differs from {@code :authority}; methods of more
     * than 32 bytes. What browsers send in paths and queries against RFC 3986 is accepted: see
     * {@link #strictUriSyntax()}.
     */
    public boolean strictMessages() {
        return strictMessages;
    }

    /**
     * Whether {@code :path} must be a path and query by the letter of RFC 3986 besides. Browsers do not keep to it: they send
     * vertical bars, brackets, braces, carets, backticks and a {@code %} that encodes nothing. It holds for received
     * requests and promises, and with {@link #validateOutbound()} for those that are sent.
     */
    public boolean strictUriSyntax() {
        return strictUriSyntax;
    }

    /**
     * Whether a field with forbidden octets makes its message malformed (RFC 9113 section 8.2.1) or is dropped as
     * nghttp2 does; the listener may decide otherwise.
     */
    public boolean invalidFieldsMalformed() {
        return invalidFieldsMalformed;
    }

    /**
     * Whether values may begin or end with whitespace
     * ({@code nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation}).
     */
    public boolean allowEdgeWhitespace() {
        return allowEdgeWhitespace;
    }

    /**
     * Whether what the application submits is held to the same rules: fields before an octet of them is encoded, the order of a
     * message's parts, and the length of its body ({@link Http2SessionContext#submitResponse}). In nghttp2's way
     * ({@link #followNghttp2()}) only the fields.
     */
    public boolean validateOutbound() {
        return validateOutbound;
    }

    /** Whether trailers wait for a body being sent; nghttp2 lets them overtake and drops the rest of the body. */
    public boolean trailersAfterBody() {
        return trailersAfterBody;
    }

    /**
     * Whether DATA without octets that ends its stream is sent though a window is 0 (RFC 9113 section 6.9.1 allows
     * it).
     */
    public boolean emptyEndIgnoresWindow() {
        return emptyEndIgnoresWindow;
    }

    /**
     * Whether streams beyond our limit are refused one by one; nghttp2 ends the connection once the limit was
     * acknowledged.
     */
    public boolean refuseExcessStreams() {
        return refuseExcessStreams;
    }

    /**
     * Whether WINDOW_UPDATE beyond 2^31-1 on a stream resets that stream alone (RFC 9113 section 6.9.1). Otherwise the
     * connection ends after the RST_STREAM, as RFC 9113 section 5.4.1 allows: no honest peer sends it, and a peer that does
     * makes this end reset a request it has begun to work for.
     */
    public boolean windowOverflowResetsStream() {
        return windowOverflowResetsStream;
    }

    /**
     * Whether a request or a promise larger than the peer's SETTINGS_MAX_HEADER_LIST_SIZE is not sent (RFC 9113 section
     * 6.5.2). A response is sent all the same: the setting is advice, and a client could make each of its requests run and
     * fail.
     */
    public boolean heedPeerHeaderListSize() {
        return heedPeerHeaderListSize;
    }

    /** Whether GOAWAY is sent before giving up on a peer that floods or has no HTTP/2 preface. */
    public boolean goodbyeOnFlood() {
        return goodbyeOnFlood;
    }

    /**
     * Whether the same comes of the input however it is cut: DATA are judged and credited by the frame. Otherwise piece by piece
     * as they arrive, as nghttp2 does; and a {@code recv} that finds nothing is to be read any more takes no notice of its input.
     */
    public boolean sameForAnySplit() {
        return sameForAnySplit;
    }

    /**
     * Whether nghttp2 is followed where no other option decides.
     *
     * <ul>
     *   <li>A session that was terminated, or broken by its peer, keeps its streams and bodies until {@code close()}, and its
     *       GOAWAY waits its turn; otherwise all ends with it.
     *   <li>A frame counts as sent when the sink has taken its last octet, and may be cut where the sink is full; otherwise a
     *       frame that was begun is handed over whole.
     *   <li>A body that gives nothing is an empty DATA frame; otherwise it is deferred.
     *   <li>A header block that was cancelled, or is too large, leaves its stream as it is; otherwise the stream is reset.
     *   <li>Too many RST_STREAM are answered with a GOAWAY alone; otherwise they end the connection.
     *   <li>A client sends its bodies one after the other; otherwise it heeds their priorities.
     *   <li>A client's GOAWAY must name a stream of the server's; PRIORITY may name its own stream.
     * </ul>
     */
    public boolean followNghttp2() {
        return followNghttp2;
    }

    // ---- Limits ----

    /**
     * How many streams we open before the peer's SETTINGS say
     * ({@code nghttp2_option_set_peer_max_concurrent_streams}).
     */
    public long assumedPeerMaxConcurrentStreams() {
        return assumedPeerMaxConcurrentStreams;
    }

    /** How many requests may wait for the peer's stream limit; beyond, submits are refused. */
    public int maxPendingRequests() {
        return maxPendingRequests;
    }

    /** How many streams the peer may promise and not open ({@code nghttp2_option_set_max_reserved_remote_streams}). */
    public int maxReservedRemoteStreams() {
        return maxReservedRemoteStreams;
    }

    /** How many of our SETTINGS may wait for the peer's acknowledgement; beyond, submits are refused. */
    public int maxSettingsInFlight() {
        return maxSettingsInFlight;
    }

    /**
     * The largest header block sent, by the encoder's upper estimate, in octets
     * ({@code nghttp2_option_set_max_send_header_block_length}).
     */
    public int maxSendHeaderBlockLength() {
        return maxSendHeaderBlockLength;
    }

    /**
     * How large a dynamic table our encoder uses, whatever the peer allows
     * ({@code nghttp2_option_set_max_deflate_dynamic_table_size}).
     */
    public int maxEncoderTableSize() {
        return maxEncoderTableSize;
    }

    /**
     * The names of fields that never enter a table, ours or that of a hop behind the peer, besides those that nghttp2 keeps out
     * of it. For more: {@code NeverIndexed.SECRETS.plus("x-api-key")}.
     */
    public NeverIndexed neverIndexed() {
        return neverIndexed;
    }

    /**
     * A header list this many times {@link #maxHeaderListSize()} ends the connection; a smaller excess costs only its
     * request.
     */
    public int headerListAbortFactor() {
        return headerListAbortFactor;
    }

    /** How many fields one header block may have, cookie fields apart. */
    public int maxHeaderFields() {
        return maxHeaderFields;
    }

    /** How many cookie fields one header block may have (RFC 9113 section 8.2.3). */
    public int maxCookieFields() {
        return maxCookieFields;
    }

    /**
     * How many 1xx responses a client accepts on one stream at once; {@link #informationalRate()} allows more. One too many
     * resets the stream. From 0.
     */
    public int maxInformationalResponses() {
        return maxInformationalResponses;
    }

    /** How many more 1xx responses a client accepts on one stream each second, in the long run. From 0. */
    public int informationalRate() {
        return informationalRate;
    }

    /** How many settings one frame may carry ({@code nghttp2_option_set_max_settings}). */
    public int maxSettingsEntries() {
        return maxSettingsEntries;
    }

    /** How many CONTINUATION frames one header block may have ({@code nghttp2_option_set_max_continuations}). */
    public int maxContinuations() {
        return maxContinuations;
    }

    /** How many of them may be empty without ending the block. */
    public int maxEmptyContinuations() {
        return maxEmptyContinuations;
    }

    /**
     * How many answers to PING and SETTINGS may wait; beyond, the peer is flooding
     * ({@code nghttp2_option_set_max_outbound_ack}).
     */
    public int maxOwedReplies() {
        return maxOwedReplies;
    }

    /** From how many waiting answers on nothing more is read until some were sent. */
    public int owedRepliesBeforeSuspend() {
        return owedRepliesBeforeSuspend;
    }

    /**
     * How many frames may wait when {@code recv} is done, requests that {@link #maxPendingRequests()} bounds not counted;
     * beyond, the peer is flooding
     * ({@code nghttp2_option_set_max_outbound_queue_size}).
     */
    public int maxOutboundQueue() {
        return maxOutboundQueue;
    }

    /**
     * How many of its own streams a peer may reset at once before any DATA was sent on them; refilled by
     * {@link #streamResetRate()}, and by one for each exchange that is completed. RST_STREAM of other streams is not counted:
     * it answers what we sent, or comes late. Like nghttp2, a session with {@link #followNghttp2()} counts each RST_STREAM that
     * a server receives, and time alone refills it ({@code nghttp2_option_set_stream_reset_rate_limit}).
     */
    public int streamResetBurst() {
        return streamResetBurst;
    }

    /** How many a second in the long run, completed exchanges apart. */
    public int streamResetRate() {
        return streamResetRate;
    }

    /** How many points of suspicious work a peer may cause at once ({@code nghttp2_option_set_glitch_rate_limit}). */
    public int abuseBurst() {
        return abuseBurst;
    }

    /** How many points a second are forgiven. */
    public int abuseRate() {
        return abuseRate;
    }

    /** Whether suspicious frames cost points by the work they cause; nghttp2 counts each as one. */
    public boolean abuseWeighted() {
        return abuseWeighted;
    }

    /** Of how many past streams of each direction it is remembered how they ended. A power of two, or 0. */
    public int closedStreamHistory() {
        return closedStreamHistory;
    }

    /**
     * How many exchanges of the peer's may be running; a request beyond is refused with REFUSED_STREAM. Running are the streams
     * the peer has open, and those that are closed while the application still works for them and says so ({@link
     * Http2SessionContext#holdExchange}). Twice {@link #maxConcurrentStreams()} unless it is set: a client that cancels requests
     * and sends others may do so without being refused. 0 to 2^31-1.
     */
    public int maxRunningExchanges() {
        return maxRunningExchanges == TWICE_THE_STREAMS
                ? (int) Math.min(2 * maxConcurrentStreams, UNLIMITED)
                : maxRunningExchanges;
    }

    /**
     * How many DATA frames may come that are empty and end nothing; each second allows another, and each header block and
     * each DATA frame that is not empty another two. From 0.
     */
    public int maxEmptyData() {
        return maxEmptyData;
    }

    /**
     * Below how many bytes a WINDOW_UPDATE is small that a waiting body needs: it makes us send a frame of that few bytes. From
     * 0: none is.
     */
    public int smallWindowUpdate() {
        return smallWindowUpdate;
    }

    /**
     * How many small WINDOW_UPDATE frames ({@link #smallWindowUpdate()}) a peer may send; as many bytes of DATA as make one
     * that is not small allow another. The default serves at least 1 MiB to a peer with the smallest windows, and any
     * amount where windows grow by 16 bytes or more at a time. From 0.
     */
    public int maxSmallWindowUpdates() {
        return maxSmallWindowUpdates;
    }

    /**
     * How many SETTINGS may raise the windows of all streams by so little that bodies which wait for them send less than 1 KiB
     * each; one more each second. Beyond, such a body waits until its window has 1 KiB, or a WINDOW_UPDATE of its stream
     * comes. From 0.
     */
    public int maxSmallWindowSteps() {
        return maxSmallWindowSteps;
    }

    /**
     * After how many bytes of DATA a server sends a PING, the answer to which shows that the client still reads ({@link
     * Http2Timeouts}); 0 for never. Only where the transport may hold bytes unseen ({@link ByteSink#hidesPending()}), as
     * TCP does. A client with less than this to read in one and a half times {@link Http2Timeouts#streamWrite()} may be
     * taken for one that has gone, if its transport does not tell. Clients send none: some servers count them as abuse.
     */
    public int pingEveryBytes() {
        return pingEveryBytes;
    }

    /** How long the peer may keep us waiting. */
    public Http2Timeouts timeouts() {
        return timeouts;
    }

    // ---- Extension frames ----

    /**
     * Whether ALTSVC frames are parsed; otherwise they are unknown frames
     * ({@code nghttp2_option_set_builtin_recv_extension_type}).
     */
    public boolean receiveAltSvc() {
        return receiveAltSvc;
    }

    /** Whether ORIGIN frames are parsed. */
    public boolean receiveOrigin() {
        return receiveOrigin;
    }

    /** Whether PRIORITY_UPDATE frames are parsed (RFC 9218 section 7.1). */
    public boolean receivePriorityUpdate() {
        return receivePriorityUpdate;
    }

    /**
     * Whether extension frames of a type are handed to the application
     * ({@code nghttp2_option_set_user_recv_extension_type}).
     */
    public boolean receivesExtension(int type) {
        return extensionTypes.get(type);
    }

    /**
     * Where buffers come from; null, the default, is the channel's allocator in a pipeline and Netty's default
     * otherwise.
     */
    public ByteBufAllocator allocator() {
        return allocator;
    }

    /**
     * A monotonic clock, in nanoseconds, read once for each {@code recv} and {@code send}. Where a look at the clock is dear, as
     * on many virtual machines, a loop may look once in each turn and answer the same until the next.
     */
    public LongSupplier clock() {
        return clock;
    }

    /** Who counts what the session does; null, the default, is nobody. */
    public Http2SessionMetrics metrics() {
        return metrics;
    }

    /** Collects options; not safe for use by several threads. */
    public static final class Builder {
        private boolean automaticSettings = true;
        private long maxConcurrentStreams = 100;
        private int initialWindowSize = 256 * 1024;
        private int connectionWindowSize = 1024 * 1024;
        private int maxFrameSize = 16_384;
        private long maxHeaderListSize = 16 * 1024;
        private int headerTableSize = 4096;
        private boolean enablePush = false;
        private boolean enableConnectProtocol = false;
        private boolean noRfc7540Priorities = true;
        private boolean automaticWindowUpdate = true;
        private boolean automaticPingAck = true;
        private boolean expectClientPreface = true;
        private boolean httpMessaging = true;
        private boolean strictMessages = true;
        private boolean strictUriSyntax = false;
        private boolean invalidFieldsMalformed = true;
        private boolean allowEdgeWhitespace = false;
        private boolean validateOutbound = true;
        private boolean trailersAfterBody = true;
        private boolean emptyEndIgnoresWindow = true;
        private boolean refuseExcessStreams = true;
        private boolean windowOverflowResetsStream = false;
        private boolean heedPeerHeaderListSize = true;
        private boolean goodbyeOnFlood = true;
        private boolean sameForAnySplit = true;
        private boolean followNghttp2 = false;
        private long assumedPeerMaxConcurrentStreams = 100;
        private int maxPendingRequests = 1000;
        private int maxReservedRemoteStreams = 100;
        private int maxSettingsInFlight = 32;
        private int maxSendHeaderBlockLength = 65_536;
        private int maxEncoderTableSize = 4096;
        private NeverIndexed neverIndexed = NeverIndexed.SECRETS;
        private int headerListAbortFactor = 2;
        private int maxHeaderFields = 128;
        private int maxCookieFields = 256;
        private int maxInformationalResponses = 16;
        private int informationalRate = 1;
        private int maxSettingsEntries = 32;
        private int maxContinuations = 8;
        private int maxEmptyContinuations = 1;
        private int maxOwedReplies = 1000;
        private int owedRepliesBeforeSuspend = 64;
        private int maxOutboundQueue = 5000;
        private int streamResetBurst = 1000;
        private int streamResetRate = 100;
        private int abuseBurst = 10_000;
        private int abuseRate = 330;
        private boolean abuseWeighted = true;
        private int maxRunningExchanges = TWICE_THE_STREAMS;
        private int maxEmptyData = 100;
        private int smallWindowUpdate = 16;
        private int maxSmallWindowUpdates = 1024 * 1024;
        private int maxSmallWindowSteps = 10;
        private int pingEveryBytes = 256 * 1024;
        private int closedStreamHistory = 1024;
        private boolean receiveAltSvc = false;
        private boolean receiveOrigin = false;
        private boolean receivePriorityUpdate = true;
        private Http2Timeouts timeouts = Http2Timeouts.SAFE;
        private final BitSet extensionTypes = new BitSet(256);
        private ByteBufAllocator allocator;
        private LongSupplier clock = System::nanoTime;
        private Http2SessionMetrics metrics;

        private Builder() {}

        private Builder(Http2SessionOptions options) {
            automaticSettings = options.automaticSettings;
            maxConcurrentStreams = options.maxConcurrentStreams;
            initialWindowSize = options.initialWindowSize;
            connectionWindowSize = options.connectionWindowSize;
            maxFrameSize = options.maxFrameSize;
            maxHeaderListSize = options.maxHeaderListSize;
            headerTableSize = options.headerTableSize;
            enablePush = options.enablePush;
            enableConnectProtocol = options.enableConnectProtocol;
            noRfc7540Priorities = options.noRfc7540Priorities;
            automaticWindowUpdate = options.automaticWindowUpdate;
            automaticPingAck = options.automaticPingAck;
            expectClientPreface = options.expectClientPreface;
            httpMessaging = options.httpMessaging;
            strictMessages = options.strictMessages;
            strictUriSyntax = options.strictUriSyntax;
            invalidFieldsMalformed = options.invalidFieldsMalformed;
            allowEdgeWhitespace = options.allowEdgeWhitespace;
            validateOutbound = options.validateOutbound;
            trailersAfterBody = options.trailersAfterBody;
            emptyEndIgnoresWindow = options.emptyEndIgnoresWindow;
            refuseExcessStreams = options.refuseExcessStreams;
            windowOverflowResetsStream = options.windowOverflowResetsStream;
            heedPeerHeaderListSize = options.heedPeerHeaderListSize;
            goodbyeOnFlood = options.goodbyeOnFlood;
            sameForAnySplit = options.sameForAnySplit;
            followNghttp2 = options.followNghttp2;
            assumedPeerMaxConcurrentStreams = options.assumedPeerMaxConcurrentStreams;
            maxPendingRequests = options.maxPendingRequests;
            maxReservedRemoteStreams = options.maxReservedRemoteStreams;
            maxSettingsInFlight = options.maxSettingsInFlight;
            maxSendHeaderBlockLength = options.maxSendHeaderBlockLength;
            maxEncoderTableSize = options.maxEncoderTableSize;
            neverIndexed = options.neverIndexed;
            headerListAbortFactor = options.headerListAbortFactor;
            maxHeaderFields = options.maxHeaderFields;
            maxCookieFields = options.maxCookieFields;
            maxInformationalResponses = options.maxInformationalResponses;
            informationalRate = options.informationalRate;
            maxSettingsEntries = options.maxSettingsEntries;
            maxContinuations = options.maxContinuations;
            maxEmptyContinuations = options.maxEmptyContinuations;
            maxOwedReplies = options.maxOwedReplies;
            owedRepliesBeforeSuspend = options.owedRepliesBeforeSuspend;
            maxOutboundQueue = options.maxOutboundQueue;
            streamResetBurst = options.streamResetBurst;
            streamResetRate = options.streamResetRate;
            abuseBurst = options.abuseBurst;
            abuseRate = options.abuseRate;
            abuseWeighted = options.abuseWeighted;
            maxRunningExchanges = options.maxRunningExchanges;
            maxEmptyData = options.maxEmptyData;
            smallWindowUpdate = options.smallWindowUpdate;
            maxSmallWindowUpdates = options.maxSmallWindowUpdates;
            maxSmallWindowSteps = options.maxSmallWindowSteps;
            pingEveryBytes = options.pingEveryBytes;
            closedStreamHistory = options.closedStreamHistory;
            receiveAltSvc = options.receiveAltSvc;
            receiveOrigin = options.receiveOrigin;
            receivePriorityUpdate = options.receivePriorityUpdate;
            timeouts = options.timeouts;
            extensionTypes.or(options.extensionTypes);
            allocator = options.allocator;
            clock = options.clock;
            metrics = options.metrics;
        }

        private static Builder likeNghttp2() {
            Builder builder = new Builder();
            builder.automaticSettings = false;
            builder.maxConcurrentStreams = NO_LIMIT;
            builder.initialWindowSize = 65_535;
            builder.connectionWindowSize = 65_535;
            builder.maxHeaderListSize = NO_LIMIT;
            builder.enablePush = true;
            builder.noRfc7540Priorities = false;
            builder.strictMessages = false;
            builder.invalidFieldsMalformed = false;
            builder.validateOutbound = false;
            builder.neverIndexed = NeverIndexed.NONE;
            builder.trailersAfterBody = false;
            builder.emptyEndIgnoresWindow = false;
            builder.refuseExcessStreams = false;
            builder.heedPeerHeaderListSize = false;
            builder.goodbyeOnFlood = false;
            builder.sameForAnySplit = false;
            builder.followNghttp2 = true;
            builder.maxPendingRequests = UNLIMITED;
            builder.maxReservedRemoteStreams = 200;
            builder.maxSettingsInFlight = UNLIMITED;
            builder.headerListAbortFactor = UNLIMITED;
            builder.maxHeaderFields = UNLIMITED;
            builder.maxCookieFields = UNLIMITED;
            builder.maxInformationalResponses = UNLIMITED;
            builder.informationalRate = UNLIMITED;
            builder.maxEmptyContinuations = UNLIMITED;
            builder.owedRepliesBeforeSuspend = UNLIMITED;
            builder.streamResetRate = 33;
            builder.abuseWeighted = false;
            builder.closedStreamHistory = 0;
            builder.receivePriorityUpdate = false;
            builder.maxRunningExchanges = UNLIMITED;
            builder.maxEmptyData = UNLIMITED;
            builder.smallWindowUpdate = 0;
            builder.maxSmallWindowUpdates = UNLIMITED;
            builder.maxSmallWindowSteps = UNLIMITED;
            builder.pingEveryBytes = 0;
            builder.timeouts = Http2Timeouts.NONE;
            return builder;
        }

        /** Sets {@link Http2SessionOptions#automaticSettings()}. */
        public Builder automaticSettings(boolean automaticSettings) {
            this.automaticSettings = automaticSettings;
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxConcurrentStreams()}. */
        public Builder maxConcurrentStreams(long maxConcurrentStreams) {
            this.maxConcurrentStreams = inRange("maxConcurrentStreams", maxConcurrentStreams, 0, NO_LIMIT);
            return this;
        }

        /** Sets {@link Http2SessionOptions#initialWindowSize()}. */
        public Builder initialWindowSize(int initialWindowSize) {
            this.initialWindowSize = (int) inRange("initialWindowSize", initialWindowSize, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#connectionWindowSize()}. */
        public Builder connectionWindowSize(int connectionWindowSize) {
            this.connectionWindowSize =
                    (int) inRange("connectionWindowSize", connectionWindowSize, 65_535, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxFrameSize()}. */
        public Builder maxFrameSize(int maxFrameSize) {
            this.maxFrameSize = (int) inRange("maxFrameSize", maxFrameSize, 16_384, 16_777_215);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxHeaderListSize()}. */
        public Builder maxHeaderListSize(long maxHeaderListSize) {
            this.maxHeaderListSize = inRange("maxHeaderListSize", maxHeaderListSize, 0, NO_LIMIT);
            return this;
        }

        /** Sets {@link Http2SessionOptions#headerTableSize()}. */
        public Builder headerTableSize(int headerTableSize) {
            this.headerTableSize = (int) inRange("headerTableSize", headerTableSize, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#enablePush()}. */
        public Builder enablePush(boolean enablePush) {
            this.enablePush = enablePush;
            return this;
        }

        /** Sets {@link Http2SessionOptions#enableConnectProtocol()}. */
        public Builder enableConnectProtocol(boolean enableConnectProtocol) {
            this.enableConnectProtocol = enableConnectProtocol;
            return this;
        }

        /** Sets {@link Http2SessionOptions#noRfc7540Priorities()}. */
        public Builder noRfc7540Priorities(boolean noRfc7540Priorities) {
            this.noRfc7540Priorities = noRfc7540Priorities;
            return this;
        }

        /** Sets {@link Http2SessionOptions#automaticWindowUpdate()}. */
        public Builder automaticWindowUpdate(boolean automaticWindowUpdate) {
            this.automaticWindowUpdate = automaticWindowUpdate;
            return this;
        }

        /** Sets {@link Http2SessionOptions#automaticPingAck()}. */
        public Builder automaticPingAck(boolean automaticPingAck) {
            this.automaticPingAck = automaticPingAck;
            return this;
        }

        /** Sets {@link Http2SessionOptions#expectClientPreface()}. */
        public Builder expectClientPreface(boolean expectClientPreface) {
            this.expectClientPreface = expectClientPreface;
            return this;
        }

        /** Sets {@link Http2SessionOptions#httpMessaging()}. */
        public Builder httpMessaging(boolean httpMessaging) {
            this.httpMessaging = httpMessaging;
            return this;
        }

        /** Sets {@link Http2SessionOptions#strictMessages()}. */
        public Builder strictMessages(boolean strictMessages) {
            this.strictMessages = strictMessages;
            return this;
        }

        /** Sets {@link Http2SessionOptions#strictUriSyntax()}. */
        public Builder strictUriSyntax(boolean strictUriSyntax) {
            this.strictUriSyntax = strictUriSyntax;
            return this;
        }

        /** Sets {@link Http2SessionOptions#invalidFieldsMalformed()}. */
        public Builder invalidFieldsMalformed(boolean invalidFieldsMalformed) {
            this.invalidFieldsMalformed = invalidFieldsMalformed;
            return this;
        }

        /** Sets {@link Http2SessionOptions#allowEdgeWhitespace()}. */
        public Builder allowEdgeWhitespace(boolean allowEdgeWhitespace) {
            this.allowEdgeWhitespace = allowEdgeWhitespace;
            return this;
        }

        /** Sets {@link Http2SessionOptions#validateOutbound()}. */
        public Builder validateOutbound(boolean validateOutbound) {
            this.validateOutbound = validateOutbound;
            return this;
        }

        /** Sets {@link Http2SessionOptions#trailersAfterBody()}. */
        public Builder trailersAfterBody(boolean trailersAfterBody) {
            this.trailersAfterBody = trailersAfterBody;
            return this;
        }

        /** Sets {@link Http2SessionOptions#emptyEndIgnoresWindow()}. */
        public Builder emptyEndIgnoresWindow(boolean emptyEndIgnoresWindow) {
            this.emptyEndIgnoresWindow = emptyEndIgnoresWindow;
            return this;
        }

        /** Sets {@link Http2SessionOptions#refuseExcessStreams()}. */
        public Builder refuseExcessStreams(boolean refuseExcessStreams) {
            this.refuseExcessStreams = refuseExcessStreams;
            return this;
        }

        /** Sets {@link Http2SessionOptions#windowOverflowResetsStream()}. */
        public Builder windowOverflowResetsStream(boolean windowOverflowResetsStream) {
            this.windowOverflowResetsStream = windowOverflowResetsStream;
            return this;
        }

        /** Sets {@link Http2SessionOptions#heedPeerHeaderListSize()}. */
        public Builder heedPeerHeaderListSize(boolean heedPeerHeaderListSize) {
            this.heedPeerHeaderListSize = heedPeerHeaderListSize;
            return this;
        }

        /** Sets {@link Http2SessionOptions#goodbyeOnFlood()}. */
        public Builder goodbyeOnFlood(boolean goodbyeOnFlood) {
            this.goodbyeOnFlood = goodbyeOnFlood;
            return this;
        }

        /** Sets {@link Http2SessionOptions#sameForAnySplit()}. */
        public Builder sameForAnySplit(boolean sameForAnySplit) {
            this.sameForAnySplit = sameForAnySplit;
            return this;
        }

        /** Sets {@link Http2SessionOptions#followNghttp2()}. */
        public Builder followNghttp2(boolean followNghttp2) {
            this.followNghttp2 = followNghttp2;
            return this;
        }

        /** Sets {@link Http2SessionOptions#assumedPeerMaxConcurrentStreams()}. */
        public Builder assumedPeerMaxConcurrentStreams(long assumedPeerMaxConcurrentStreams) {
            this.assumedPeerMaxConcurrentStreams =
                    inRange("assumedPeerMaxConcurrentStreams", assumedPeerMaxConcurrentStreams, 0, NO_LIMIT);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxPendingRequests()}. */
        public Builder maxPendingRequests(int maxPendingRequests) {
            this.maxPendingRequests = (int) inRange("maxPendingRequests", maxPendingRequests, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxReservedRemoteStreams()}. */
        public Builder maxReservedRemoteStreams(int maxReservedRemoteStreams) {
            this.maxReservedRemoteStreams =
                    (int) inRange("maxReservedRemoteStreams", maxReservedRemoteStreams, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxSettingsInFlight()}. */
        public Builder maxSettingsInFlight(int maxSettingsInFlight) {
            this.maxSettingsInFlight = (int) inRange("maxSettingsInFlight", maxSettingsInFlight, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxSendHeaderBlockLength()}. */
        public Builder maxSendHeaderBlockLength(int maxSendHeaderBlockLength) {
            this.maxSendHeaderBlockLength =
                    (int) inRange("maxSendHeaderBlockLength", maxSendHeaderBlockLength, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxEncoderTableSize()}. */
        public Builder maxEncoderTableSize(int maxEncoderTableSize) {
            this.maxEncoderTableSize = (int) inRange("maxEncoderTableSize", maxEncoderTableSize, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#neverIndexed()}. */
        public Builder neverIndexed(NeverIndexed neverIndexed) {
            this.neverIndexed = Objects.requireNonNull(neverIndexed, "neverIndexed");
            return this;
        }

        /** Sets {@link Http2SessionOptions#headerListAbortFactor()}. */
        public Builder headerListAbortFactor(int headerListAbortFactor) {
            this.headerListAbortFactor =
                    (int) inRange("headerListAbortFactor", headerListAbortFactor, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxHeaderFields()}. */
        public Builder maxHeaderFields(int maxHeaderFields) {
            this.maxHeaderFields = (int) inRange("maxHeaderFields", maxHeaderFields, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxCookieFields()}. */
        public Builder maxCookieFields(int maxCookieFields) {
            this.maxCookieFields = (int) inRange("maxCookieFields", maxCookieFields, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxInformationalResponses()}. */
        public Builder maxInformationalResponses(int maxInformationalResponses) {
            this.maxInformationalResponses =
                    (int) inRange("maxInformationalResponses", maxInformationalResponses, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#informationalRate()}. */
        public Builder informationalRate(int informationalRate) {
            this.informationalRate = (int) inRange("informationalRate", informationalRate, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxSettingsEntries()}. */
        public Builder maxSettingsEntries(int maxSettingsEntries) {
            this.maxSettingsEntries = (int) inRange("maxSettingsEntries", maxSettingsEntries, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxContinuations()}. */
        public Builder maxContinuations(int maxContinuations) {
            this.maxContinuations = (int) inRange("maxContinuations", maxContinuations, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxEmptyContinuations()}. */
        public Builder maxEmptyContinuations(int maxEmptyContinuations) {
            this.maxEmptyContinuations =
                    (int) inRange("maxEmptyContinuations", maxEmptyContinuations, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxOwedReplies()}. */
        public Builder maxOwedReplies(int maxOwedReplies) {
            this.maxOwedReplies = (int) inRange("maxOwedReplies", maxOwedReplies, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#owedRepliesBeforeSuspend()}. */
        public Builder owedRepliesBeforeSuspend(int owedRepliesBeforeSuspend) {
            this.owedRepliesBeforeSuspend =
                    (int) inRange("owedRepliesBeforeSuspend", owedRepliesBeforeSuspend, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxOutboundQueue()}. */
        public Builder maxOutboundQueue(int maxOutboundQueue) {
            this.maxOutboundQueue = (int) inRange("maxOutboundQueue", maxOutboundQueue, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#streamResetBurst()}. */
        public Builder streamResetBurst(int streamResetBurst) {
            this.streamResetBurst = (int) inRange("streamResetBurst", streamResetBurst, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#streamResetRate()}. */
        public Builder streamResetRate(int streamResetRate) {
            this.streamResetRate = (int) inRange("streamResetRate", streamResetRate, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#abuseBurst()}. */
        public Builder abuseBurst(int abuseBurst) {
            this.abuseBurst = (int) inRange("abuseBurst", abuseBurst, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#abuseRate()}. */
        public Builder abuseRate(int abuseRate) {
            this.abuseRate = (int) inRange("abuseRate", abuseRate, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#abuseWeighted()}. */
        public Builder abuseWeighted(boolean abuseWeighted) {
            this.abuseWeighted = abuseWeighted;
            return this;
        }

        /** Sets {@link Http2SessionOptions#closedStreamHistory()}. */
        public Builder closedStreamHistory(int closedStreamHistory) {
            this.closedStreamHistory = (int) inRange("closedStreamHistory", closedStreamHistory, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#receiveAltSvc()}. */
        public Builder receiveAltSvc(boolean receiveAltSvc) {
            this.receiveAltSvc = receiveAltSvc;
            return this;
        }

        /** Sets {@link Http2SessionOptions#receiveOrigin()}. */
        public Builder receiveOrigin(boolean receiveOrigin) {
            this.receiveOrigin = receiveOrigin;
            return this;
        }

        /** Sets {@link Http2SessionOptions#receivePriorityUpdate()}. */
        public Builder receivePriorityUpdate(boolean receivePriorityUpdate) {
            this.receivePriorityUpdate = receivePriorityUpdate;
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxRunningExchanges()}. */
        public Builder maxRunningExchanges(int maxRunningExchanges) {
            this.maxRunningExchanges = (int) inRange("maxRunningExchanges", maxRunningExchanges, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxEmptyData()}. */
        public Builder maxEmptyData(int maxEmptyData) {
            this.maxEmptyData = (int) inRange("maxEmptyData", maxEmptyData, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#smallWindowUpdate()}. */
        public Builder smallWindowUpdate(int smallWindowUpdate) {
            this.smallWindowUpdate = (int) inRange("smallWindowUpdate", smallWindowUpdate, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxSmallWindowUpdates()}. */
        public Builder maxSmallWindowUpdates(int maxSmallWindowUpdates) {
            this.maxSmallWindowUpdates =
                    (int) inRange("maxSmallWindowUpdates", maxSmallWindowUpdates, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#maxSmallWindowSteps()}. */
        public Builder maxSmallWindowSteps(int maxSmallWindowSteps) {
            this.maxSmallWindowSteps = (int) inRange("maxSmallWindowSteps", maxSmallWindowSteps, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#pingEveryBytes()}. */
        public Builder pingEveryBytes(int pingEveryBytes) {
            this.pingEveryBytes = (int) inRange("pingEveryBytes", pingEveryBytes, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Sets {@link Http2SessionOptions#timeouts()}. */
        public Builder timeouts(Http2Timeouts timeouts) {
            this.timeouts = Objects.requireNonNull(timeouts, "timeouts");
            return this;
        }

        /** Hands extension frames of a type, 10 to 255, to the application. */
        public Builder receiveExtension(int type) {
            extensionTypes.set((int) inRange("extension type", type, 10, 255));
            return this;
        }

        /** Sets {@link Http2SessionOptions#allocator()}. */
        public Builder allocator(ByteBufAllocator allocator) {
            this.allocator = Objects.requireNonNull(allocator, "allocator");
            return this;
        }

        /** Sets {@link Http2SessionOptions#clock()}. */
        public Builder clock(LongSupplier clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /** Sets {@link Http2SessionOptions#metrics()}; may be null. */
        public Builder metrics(Http2SessionMetrics metrics) {
            this.metrics = metrics;
            return this;
        }

        /** The options. */
        public Http2SessionOptions build() {
            if (Integer.bitCount(closedStreamHistory) > 1) {
                throw new IllegalArgumentException(
                        "closedStreamHistory must be a power of two or 0: " + closedStreamHistory);
            }
            return new Http2SessionOptions(this);
        }

        private static long inRange(String name, long value, long min, long max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(name + " must be from " + min + " to " + max + ": " + value);
            }
            return value;
        }
    }
}
