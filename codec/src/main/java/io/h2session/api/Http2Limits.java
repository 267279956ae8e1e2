package io.h2session.api;

/**
 * How much a peer may cost and how much a session keeps: bounds on memory, queues, rates and header blocks, and the abuse
 * budgets. Immutable.
 *
 * <p>{@link #SAFE} is the default; {@link #NGHTTP2} has the limits of libnghttp2, and none where libnghttp2 has none. Other
 * limits are made from these:
 *
 * <pre>{@code
 * Http2SessionOptions options = Http2SessionOptions.builder()
 *         .limits(limits -> limits.withMaxHeaderFields(64).withAbuseBurst(5_000))
 *         .build();
 * }</pre>
 *
 * <p>A value outside its range is refused with an {@link IllegalArgumentException} that names the limit, the value and the
 * range.
 *
 * @since 0.1
 */
public final class Http2Limits {
    /** A count that is never reached: 2^31-1. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private static final OptionSet OPTIONS = new OptionSet();

    private final OptionValues values;

    private Http2Limits(OptionValues values) {
        this.values = values;
    }

    private Http2Limits with(Option option, long value) {
        return new Http2Limits(values.with(option, value));
    }

    // ---- Requests and streams ----

    private static final Option MAX_PENDING_REQUESTS = OPTIONS.number("maxPendingRequests", "requests")
            .range(0, UNLIMITED)
            .safe(1000)
            .nghttp2(UNLIMITED);

    /**
     * How many submitted requests may wait until the peer's limit on concurrent streams lets them open, or the transport accepts
     * more. Further submits are refused. A request does not wait if the next {@code send} can open it: with 0, requests are
     * accepted up to the peer's limit.
     *
     * <p>Default 1000; nghttp2: no limit; range 0 to 2^31-1 requests.
     */
    public int maxPendingRequests() {
        return values.number(MAX_PENDING_REQUESTS);
    }

    /** A copy with another {@link #maxPendingRequests()}. */
    public Http2Limits withMaxPendingRequests(int maxPendingRequests) {
        return with(MAX_PENDING_REQUESTS, maxPendingRequests);
    }

    private static final Option MAX_REQUESTS = OPTIONS.number("maxRequests", "requests")
            .range(1, UNLIMITED)
            .safe(UNLIMITED)
            .nghttp2(UNLIMITED);

    /**
     * How many requests one connection serves, or sends. Then the handler shuts it down gracefully: GOAWAY, the streams that are open
     * have {@link Http2Timeouts#maxAgeGrace()} to finish, and the channel is closed. It is checked after each read and each send: what
     * comes with the last request is served too. The engine alone does not enforce it.
     *
     * <p>Default no limit; nghttp2: no limit; range 1 to 2^31-1 requests.
     */
    public int maxRequests() {
        return values.number(MAX_REQUESTS);
    }

    /** A copy with another {@link #maxRequests()}. */
    public Http2Limits withMaxRequests(int maxRequests) {
        return with(MAX_REQUESTS, maxRequests);
    }

    private static final Option MAX_RESERVED_REMOTE_STREAMS = OPTIONS.number("maxReservedRemoteStreams", "streams")
            .range(0, UNLIMITED)
            .safe(100)
            .nghttp2(200);

    /**
     * How many promised streams a client keeps that the server has not opened yet ({@code
     * nghttp2_option_set_max_reserved_remote_streams}). Further promises are refused.
     *
     * <p>Default 100; nghttp2: 200; range 0 to 2^31-1 streams.
     */
    public int maxReservedRemoteStreams() {
        return values.number(MAX_RESERVED_REMOTE_STREAMS);
    }

    /** A copy with another {@link #maxReservedRemoteStreams()}. */
    public Http2Limits withMaxReservedRemoteStreams(int maxReservedRemoteStreams) {
        return with(MAX_RESERVED_REMOTE_STREAMS, maxReservedRemoteStreams);
    }

    private static final Option MAX_INFORMATIONAL_RESPONSES = OPTIONS.number("maxInformationalResponses", "responses")
            .range(0, UNLIMITED)
            .safe(16)
            .nghttp2(UNLIMITED);

    /**
     * How many 1xx responses a client accepts on one stream at once. {@link #informationalRate()} adds to them over
     * time. Any more reset the stream.
     *
     * <p>Default 16; nghttp2: no limit; range 0 to 2^31-1 responses.
     */
    public int maxInformationalResponses() {
        return values.number(MAX_INFORMATIONAL_RESPONSES);
    }

    /** A copy with another {@link #maxInformationalResponses()}. */
    public Http2Limits withMaxInformationalResponses(int maxInformationalResponses) {
        return with(MAX_INFORMATIONAL_RESPONSES, maxInformationalResponses);
    }

    private static final Option INFORMATIONAL_RATE = OPTIONS.number("informationalRate", "responses per second")
            .range(0, UNLIMITED)
            .safe(1)
            .nghttp2(UNLIMITED);

    /**
     * How many more 1xx responses a client accepts on one stream in each second, on average.
     *
     * <p>Default 1; nghttp2: no limit; range 0 to 2^31-1 responses per second.
     */
    public int informationalRate() {
        return values.number(INFORMATIONAL_RATE);
    }

    /** A copy with another {@link #informationalRate()}. */
    public Http2Limits withInformationalRate(int informationalRate) {
        return with(INFORMATIONAL_RATE, informationalRate);
    }

    private static final Option CLOSED_STREAM_HISTORY = OPTIONS.number("closedStreamHistory", "streams")
            .range(0, 1 << 30)
            .safe(1024)
            .nghttp2(0);

    /**
     * For how many closed streams of each direction the session remembers how they ended, so that it can tell a late
     * frame from a protocol error. Zero or a power of two.
     *
     * <p>Default 1024; nghttp2: 0; range 0 to 2^30 streams.
     */
    public int closedStreamHistory() {
        return values.number(CLOSED_STREAM_HISTORY);
    }

    /** A copy with another {@link #closedStreamHistory()}. */
    public Http2Limits withClosedStreamHistory(int closedStreamHistory) {
        Http2Limits changed = with(CLOSED_STREAM_HISTORY, closedStreamHistory);
        if (Integer.bitCount(closedStreamHistory) > 1) {
            throw new IllegalArgumentException(
                    "closedStreamHistory must be 0 or a power of two: " + closedStreamHistory);
        }
        return changed;
    }

    // ---- Header blocks ----

    private static final Option HEADER_LIST_ABORT_FACTOR = OPTIONS.number("headerListAbortFactor", "times")
            .range(0, UNLIMITED)
            .safe(2)
            .nghttp2(UNLIMITED);

    /**
     * How many times larger than {@link Http2SessionOptions#maxHeaderListSize()} a header list must be to end the
     * connection. A header list that exceeds the setting by less only fails its own request.
     *
     * <p>Default 2; nghttp2: no limit; range 0 to 2^31-1 times.
     */
    public int headerListAbortFactor() {
        return values.number(HEADER_LIST_ABORT_FACTOR);
    }

    /** A copy with another {@link #headerListAbortFactor()}. */
    public Http2Limits withHeaderListAbortFactor(int headerListAbortFactor) {
        return with(HEADER_LIST_ABORT_FACTOR, headerListAbortFactor);
    }

    private static final Option MAX_HEADER_FIELDS = OPTIONS.number("maxHeaderFields", "fields")
            .range(0, UNLIMITED)
            .safe(128)
            .nghttp2(UNLIMITED);

    /**
     * How many fields one header block may have, cookie fields not counted. A block with more fails its message.
     *
     * <p>Default 128; nghttp2: no limit; range 0 to 2^31-1 fields.
     */
    public int maxHeaderFields() {
        return values.number(MAX_HEADER_FIELDS);
    }

    /** A copy with another {@link #maxHeaderFields()}. */
    public Http2Limits withMaxHeaderFields(int maxHeaderFields) {
        return with(MAX_HEADER_FIELDS, maxHeaderFields);
    }

    private static final Option MAX_COOKIE_FIELDS = OPTIONS.number("maxCookieFields", "fields")
            .range(0, UNLIMITED)
            .safe(256)
            .nghttp2(UNLIMITED);

    /**
     * How many cookie fields one header block may have (RFC 9113 section 8.2.3). A block with more fails its message.
     *
     * <p>Default 256; nghttp2: no limit; range 0 to 2^31-1 fields.
     */
    public int maxCookieFields() {
        return values.number(MAX_COOKIE_FIELDS);
    }

    /** A copy with another {@link #maxCookieFields()}. */
    public Http2Limits withMaxCookieFields(int maxCookieFields) {
        return with(MAX_COOKIE_FIELDS, maxCookieFields);
    }

    private static final Option MAX_CONTINUATIONS = OPTIONS.number("maxContinuations", "frames")
            .range(0, UNLIMITED)
            .safe(8)
            .nghttp2(8);

    /**
     * How many CONTINUATION frames one header block may have ({@code nghttp2_option_set_max_continuations}). One more
     * ends the connection.
     *
     * <p>Default 8; nghttp2: 8; range 0 to 2^31-1 frames.
     */
    public int maxContinuations() {
        return values.number(MAX_CONTINUATIONS);
    }

    /** A copy with another {@link #maxContinuations()}. */
    public Http2Limits withMaxContinuations(int maxContinuations) {
        return with(MAX_CONTINUATIONS, maxContinuations);
    }

    private static final Option MAX_EMPTY_CONTINUATIONS = OPTIONS.number("maxEmptyContinuations", "frames")
            .range(0, UNLIMITED)
            .safe(1)
            .nghttp2(UNLIMITED);

    /**
     * How many CONTINUATION frames of one header block may be empty without END_HEADERS. One more ends the connection.
     *
     * <p>Default 1; nghttp2: no limit; range 0 to 2^31-1 frames.
     */
    public int maxEmptyContinuations() {
        return values.number(MAX_EMPTY_CONTINUATIONS);
    }

    /** A copy with another {@link #maxEmptyContinuations()}. */
    public Http2Limits withMaxEmptyContinuations(int maxEmptyContinuations) {
        return with(MAX_EMPTY_CONTINUATIONS, maxEmptyContinuations);
    }

    private static final Option MAX_SEND_HEADER_BLOCK_LENGTH = OPTIONS.number("maxSendHeaderBlockLength", "bytes")
            .range(0, UNLIMITED)
            .safe(65_536)
            .nghttp2(65_536);

    /**
     * The largest header block that is sent, by the encoder's upper estimate of its encoded length ({@code
     * nghttp2_option_set_max_send_header_block_length}).
     *
     * <p>Default 64 KiB; nghttp2: 64 KiB; range 0 to 2^31-1 bytes.
     */
    public int maxSendHeaderBlockLength() {
        return values.number(MAX_SEND_HEADER_BLOCK_LENGTH);
    }

    /** A copy with another {@link #maxSendHeaderBlockLength()}. */
    public Http2Limits withMaxSendHeaderBlockLength(int maxSendHeaderBlockLength) {
        return with(MAX_SEND_HEADER_BLOCK_LENGTH, maxSendHeaderBlockLength);
    }

    private static final Option MAX_ENCODER_TABLE_SIZE = OPTIONS.number("maxEncoderTableSize", "bytes")
            .range(0, UNLIMITED)
            .safe(4096)
            .nghttp2(4096);

    /**
     * The largest dynamic table that our encoder uses, even if the peer allows a larger one ({@code
     * nghttp2_option_set_max_deflate_dynamic_table_size}).
     *
     * <p>Default 4 KiB; nghttp2: 4 KiB; range 0 to 2^31-1 bytes.
     */
    public int maxEncoderTableSize() {
        return values.number(MAX_ENCODER_TABLE_SIZE);
    }

    /** A copy with another {@link #maxEncoderTableSize()}. */
    public Http2Limits withMaxEncoderTableSize(int maxEncoderTableSize) {
        return with(MAX_ENCODER_TABLE_SIZE, maxEncoderTableSize);
    }

    // ---- Settings, replies and the queue ----

    private static final Option MAX_SETTINGS_ENTRIES = OPTIONS.number("maxSettingsEntries", "entries")
            .range(0, UNLIMITED)
            .safe(32)
            .nghttp2(32);

    /**
     * How many entries one SETTINGS frame may have, received or sent ({@code nghttp2_option_set_max_settings}).
     *
     * <p>Default 32; nghttp2: 32; range 0 to 2^31-1 entries.
     */
    public int maxSettingsEntries() {
        return values.number(MAX_SETTINGS_ENTRIES);
    }

    /** A copy with another {@link #maxSettingsEntries()}. */
    public Http2Limits withMaxSettingsEntries(int maxSettingsEntries) {
        return with(MAX_SETTINGS_ENTRIES, maxSettingsEntries);
    }

    private static final Option MAX_SETTINGS_IN_FLIGHT = OPTIONS.number("maxSettingsInFlight", "frames")
            .range(0, UNLIMITED)
            .safe(32)
            .nghttp2(UNLIMITED);

    /**
     * How many SETTINGS frames of ours may wait for the peer's acknowledgement. Further submits are refused.
     *
     * <p>Default 32; nghttp2: no limit; range 0 to 2^31-1 frames.
     */
    public int maxSettingsInFlight() {
        return values.number(MAX_SETTINGS_IN_FLIGHT);
    }

    /** A copy with another {@link #maxSettingsInFlight()}. */
    public Http2Limits withMaxSettingsInFlight(int maxSettingsInFlight) {
        return with(MAX_SETTINGS_IN_FLIGHT, maxSettingsInFlight);
    }

    private static final Option MAX_OWED_REPLIES = OPTIONS.number("maxOwedReplies", "frames")
            .range(0, UNLIMITED)
            .safe(1000)
            .nghttp2(1000);

    /**
     * How many replies to PING and SETTINGS may wait to be sent ({@code nghttp2_option_set_max_outbound_ack}). If more
     * are owed, the peer is flooding and the session ends.
     *
     * <p>Default 1000; nghttp2: 1000; range 0 to 2^31-1 frames.
     */
    public int maxOwedReplies() {
        return values.number(MAX_OWED_REPLIES);
    }

    /** A copy with another {@link #maxOwedReplies()}. */
    public Http2Limits withMaxOwedReplies(int maxOwedReplies) {
        return with(MAX_OWED_REPLIES, maxOwedReplies);
    }

    private static final Option OWED_REPLIES_BEFORE_SUSPEND = OPTIONS.number("owedRepliesBeforeSuspend", "frames")
            .range(0, UNLIMITED)
            .safe(64)
            .nghttp2(UNLIMITED);

    /**
     * How many replies to PING and SETTINGS must wait to be sent for the session to stop receiving. It continues when
     * some of them have been sent.
     *
     * <p>Default 64; nghttp2: no limit; range 0 to 2^31-1 frames.
     */
    public int owedRepliesBeforeSuspend() {
        return values.number(OWED_REPLIES_BEFORE_SUSPEND);
    }

    /** A copy with another {@link #owedRepliesBeforeSuspend()}. */
    public Http2Limits withOwedRepliesBeforeSuspend(int owedRepliesBeforeSuspend) {
        return with(OWED_REPLIES_BEFORE_SUSPEND, owedRepliesBeforeSuspend);
    }

    private static final Option MAX_OUTBOUND_QUEUE = OPTIONS.number("maxOutboundQueue", "frames")
            .range(0, UNLIMITED)
            .safe(5000)
            .nghttp2(5000);

    /**
     * How many frames may wait to be sent when {@code recv} returns ({@code
     * nghttp2_option_set_max_outbound_queue_size}). If more wait, the peer is flooding and the session ends. Requests
     * that wait for the peer's limit on concurrent streams do not count as long as {@link #maxPendingRequests()} bounds
     * them.
     *
     * <p>Default 5000; nghttp2: 5000; range 0 to 2^31-1 frames.
     */
    public int maxOutboundQueue() {
        return values.number(MAX_OUTBOUND_QUEUE);
    }

    /** A copy with another {@link #maxOutboundQueue()}. */
    public Http2Limits withMaxOutboundQueue(int maxOutboundQueue) {
        return with(MAX_OUTBOUND_QUEUE, maxOutboundQueue);
    }

    // ---- Abuse budgets ----

    private static final Option STREAM_RESET_BURST = OPTIONS.number("streamResetBurst", "resets")
            .range(0, UNLIMITED)
            .safe(1000)
            .nghttp2(1000);

    /**
     * How many streams that it opened itself the peer may reset at once before DATA was sent on them ({@code
     * nghttp2_option_set_stream_reset_rate_limit}). {@link #streamResetRate()} and each completed exchange refill the
     * budget. RST_STREAM on other streams is not counted, because it answers what we sent, or crosses it on the wire.
     * With {@link Http2SessionOptions#followNghttp2()} a server counts every RST_STREAM that it receives, and only time
     * refills the budget, as in nghttp2.
     *
     * <p>Default 1000; nghttp2: 1000; range 0 to 2^31-1 resets.
     */
    public int streamResetBurst() {
        return values.number(STREAM_RESET_BURST);
    }

    /** A copy with another {@link #streamResetBurst()}. */
    public Http2Limits withStreamResetBurst(int streamResetBurst) {
        return with(STREAM_RESET_BURST, streamResetBurst);
    }

    private static final Option STREAM_RESET_RATE = OPTIONS.number("streamResetRate", "resets per second")
            .range(0, UNLIMITED)
            .safe(100)
            .nghttp2(33);

    /**
     * How many resets a second are forgiven in {@link #streamResetBurst()}.
     *
     * <p>Default 100; nghttp2: 33; range 0 to 2^31-1 resets per second.
     */
    public int streamResetRate() {
        return values.number(STREAM_RESET_RATE);
    }

    /** A copy with another {@link #streamResetRate()}. */
    public Http2Limits withStreamResetRate(int streamResetRate) {
        return with(STREAM_RESET_RATE, streamResetRate);
    }

    private static final Option ABUSE_BURST = OPTIONS.number("abuseBurst", "points")
            .range(0, UNLIMITED)
            .safe(10_000)
            .nghttp2(10_000);

    /**
     * The abuse budget: how many points a peer may spend at once ({@code nghttp2_option_set_glitch_rate_limit}). {@link
     * Http2Glitch} lists what costs points. A peer that exceeds the budget loses its connection.
     *
     * <p>Default 10000; nghttp2: 10000; range 0 to 2^31-1 points.
     */
    public int abuseBurst() {
        return values.number(ABUSE_BURST);
    }

    /** A copy with another {@link #abuseBurst()}. */
    public Http2Limits withAbuseBurst(int abuseBurst) {
        return with(ABUSE_BURST, abuseBurst);
    }

    private static final Option ABUSE_RATE = OPTIONS.number("abuseRate", "points per second")
            .range(0, UNLIMITED)
            .safe(330)
            .nghttp2(330);

    /**
     * How many points a second are forgiven in {@link #abuseBurst()}.
     *
     * <p>Default 330; nghttp2: 330; range 0 to 2^31-1 points per second.
     */
    public int abuseRate() {
        return values.number(ABUSE_RATE);
    }

    /** A copy with another {@link #abuseRate()}. */
    public Http2Limits withAbuseRate(int abuseRate) {
        return with(ABUSE_RATE, abuseRate);
    }

    private static final Option ABUSE_WEIGHTED =
            OPTIONS.flag("abuseWeighted").safe(true).nghttp2(false);

    /**
     * Whether a frame costs points in proportion to the work that it causes. Otherwise each costs one point, as in
     * nghttp2.
     *
     * <p>Default true; nghttp2: false.
     */
    public boolean abuseWeighted() {
        return values.flag(ABUSE_WEIGHTED);
    }

    /** A copy with another {@link #abuseWeighted()}. */
    public Http2Limits withAbuseWeighted(boolean abuseWeighted) {
        return with(ABUSE_WEIGHTED, abuseWeighted ? 1 : 0);
    }

    private static final Option MAX_EMPTY_DATA = OPTIONS.number("maxEmptyData", "frames")
            .range(0, UNLIMITED)
            .safe(100)
            .nghttp2(UNLIMITED);

    /**
     * How many DATA frames may arrive that are empty and do not end their stream. Each second adds one to this budget;
     * each header block and each DATA frame with content adds two. A peer that exceeds it loses its connection.
     *
     * <p>Default 100; nghttp2: no limit; range 0 to 2^31-1 frames.
     */
    public int maxEmptyData() {
        return values.number(MAX_EMPTY_DATA);
    }

    /** A copy with another {@link #maxEmptyData()}. */
    public Http2Limits withMaxEmptyData(int maxEmptyData) {
        return with(MAX_EMPTY_DATA, maxEmptyData);
    }

    private static final Option SMALL_WINDOW_UPDATE = OPTIONS.number("smallWindowUpdate", "bytes")
            .range(0, UNLIMITED)
            .safe(16)
            .nghttp2(0);

    /**
     * A WINDOW_UPDATE with a smaller increment counts as small if a body waits for it, because it makes us send a DATA
     * frame of that few bytes. With 0 none is small.
     *
     * <p>Default 16; nghttp2: 0; range 0 to 2^31-1 bytes.
     */
    public int smallWindowUpdate() {
        return values.number(SMALL_WINDOW_UPDATE);
    }

    /** A copy with another {@link #smallWindowUpdate()}. */
    public Http2Limits withSmallWindowUpdate(int smallWindowUpdate) {
        return with(SMALL_WINDOW_UPDATE, smallWindowUpdate);
    }

    private static final Option MAX_SMALL_WINDOW_UPDATES = OPTIONS.number("maxSmallWindowUpdates", "frames")
            .range(0, UNLIMITED)
            .safe(1024 * 1024)
            .nghttp2(UNLIMITED);

    /**
     * How many small WINDOW_UPDATE frames ({@link #smallWindowUpdate()}) a peer may send. Every {@code
     * smallWindowUpdate} bytes of DATA that we send allow one more. With the default, a peer with the smallest windows
     * receives at least 1 MiB, and a peer that opens its windows by 16 bytes or more at a time any amount.
     *
     * <p>Default 1048576; nghttp2: no limit; range 0 to 2^31-1 frames.
     */
    public int maxSmallWindowUpdates() {
        return values.number(MAX_SMALL_WINDOW_UPDATES);
    }

    /** A copy with another {@link #maxSmallWindowUpdates()}. */
    public Http2Limits withMaxSmallWindowUpdates(int maxSmallWindowUpdates) {
        return with(MAX_SMALL_WINDOW_UPDATES, maxSmallWindowUpdates);
    }

    private static final Option MAX_SMALL_WINDOW_STEPS = OPTIONS.number("maxSmallWindowSteps", "frames")
            .range(0, UNLIMITED)
            .safe(10)
            .nghttp2(UNLIMITED);

    /**
     * How many SETTINGS frames may raise the stream windows by so little that the waiting bodies send less than 1 KiB
     * each. Each second adds one. Afterwards such a body waits until its window reaches 1 KiB or its stream receives a
     * WINDOW_UPDATE.
     *
     * <p>Default 10; nghttp2: no limit; range 0 to 2^31-1 frames.
     */
    public int maxSmallWindowSteps() {
        return values.number(MAX_SMALL_WINDOW_STEPS);
    }

    /** A copy with another {@link #maxSmallWindowSteps()}. */
    public Http2Limits withMaxSmallWindowSteps(int maxSmallWindowSteps) {
        return with(MAX_SMALL_WINDOW_STEPS, maxSmallWindowSteps);
    }

    private static final Option MAX_PING_STRIKES = OPTIONS.number("maxPingStrikes", "pings")
            .range(0, UNLIMITED)
            .safe(2)
            .nghttp2(2);

    /**
     * How many PINGs of a client may come earlier than {@link Http2Timeouts#minPingInterval()} allows; one more ends the connection.
     *
     * <p>Default 2; nghttp2: 2; range 0 to 2^31-1 pings.
     */
    public int maxPingStrikes() {
        return values.number(MAX_PING_STRIKES);
    }

    /** A copy with another {@link #maxPingStrikes()}. */
    public Http2Limits withMaxPingStrikes(int maxPingStrikes) {
        return with(MAX_PING_STRIKES, maxPingStrikes);
    }

    private static final Option PING_WITHOUT_STREAMS =
            OPTIONS.flag("pingWithoutStreams").safe(false).nghttp2(false);

    /**
     * Whether {@link Http2Timeouts#minPingInterval()} also applies while no streams are open. Otherwise PINGs must be two hours apart
     * then.
     *
     * <p>Default false; nghttp2: false.
     */
    public boolean pingWithoutStreams() {
        return values.flag(PING_WITHOUT_STREAMS);
    }

    /** A copy with another {@link #pingWithoutStreams()}. */
    public Http2Limits withPingWithoutStreams(boolean pingWithoutStreams) {
        return with(PING_WITHOUT_STREAMS, pingWithoutStreams ? 1 : 0);
    }

    // ---- Presets: below the options, which must be declared first ----

    /** The default: holds under attack. */
    public static final Http2Limits SAFE = new Http2Limits(OPTIONS.safe());

    /** The limits of libnghttp2 with its default options. */
    public static final Http2Limits NGHTTP2 = new Http2Limits(OPTIONS.nghttp2());

    /** The declarations of all limits. */
    static OptionSet options() {
        return OPTIONS;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Http2Limits limits && values.equals(limits.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** All limits by name. */
    @Override
    public String toString() {
        return "Http2Limits[" + values + "]";
    }
}
