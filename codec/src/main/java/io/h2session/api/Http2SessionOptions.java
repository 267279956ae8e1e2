package io.h2session.api;

import static io.h2session.api.Http2Limits.UNLIMITED;

import io.h2session.hpack.NeverIndexed;
import io.netty.buffer.ByteBufAllocator;
import java.util.BitSet;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a session behaves: the settings that it sends, its windows, the rules for messages, and what it reads and writes itself.
 * {@link #limits()} bounds what a peer may cost, and {@link #timeouts()} how long it may take. Immutable; one value may serve any
 * number of sessions.
 *
 * <p>There are two presets. {@link #safe()}, the default, holds under attack and follows RFC 9113 to the letter. {@link
 * #nghttp2()} behaves as libnghttp2 with its default options wherever RFC 9113 allows it, for applications that migrate from
 * it. {@code docs/options.md} of the project lists all options with their values in both presets.
 *
 * <pre>{@code
 * Http2SessionOptions options = Http2SessionOptions.builder()
 *         .initialWindowSize(1024 * 1024)
 *         .limits(limits -> limits.withMaxHeaderFields(64))
 *         .timeouts(timeouts -> timeouts.withIdle(Duration.ofMinutes(5)))
 *         .build();
 * }</pre>
 *
 * <p>A value outside its range is refused with an {@link IllegalArgumentException} that names the option, the value and the
 * range.
 *
 * @since 0.1
 */
public final class Http2SessionOptions {
    /** A setting's value that means there is no limit: 2^32-1. */
    public static final long NO_LIMIT = 0xffff_ffffL;

    /** The stored value of {@link #maxRunningExchanges()} if it was not set. */
    private static final int TWICE_THE_STREAMS = -1;

    private static final LongSupplier SYSTEM_CLOCK = System::nanoTime;

    private static final OptionSet OPTIONS = new OptionSet();

    private final OptionValues values;
    private final Http2Limits limits;
    private final Http2Timeouts timeouts;
    private final NeverIndexed neverIndexed;
    private final BitSet extensionTypes;
    private final ByteBufAllocator allocator;
    private final LongSupplier clock;
    private final Http2SessionMetrics metrics;

    private Http2SessionOptions(Builder builder) {
        values = builder.values;
        limits = builder.limits;
        timeouts = builder.timeouts;
        neverIndexed = builder.neverIndexed;
        extensionTypes = (BitSet) builder.extensionTypes.clone();
        allocator = builder.allocator;
        clock = builder.clock;
        metrics = builder.metrics;
    }

    /** The default. */
    public static Http2SessionOptions safe() {
        return SAFE;
    }

    /** The behaviour of libnghttp2. */
    public static Http2SessionOptions nghttp2() {
        return NGHTTP2;
    }

    /** A builder that begins with the values of {@link #safe()}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * How much the peer may cost and how much the session keeps.
     *
     * <p>Default {@link Http2Limits#SAFE}; nghttp2: {@link Http2Limits#NGHTTP2}.
     */
    public Http2Limits limits() {
        return limits;
    }

    /**
     * How long the peer may take.
     *
     * <p>Default {@link Http2Timeouts#SAFE}; nghttp2: {@link Http2Timeouts#NONE}.
     */
    public Http2Timeouts timeouts() {
        return timeouts;
    }

    // ---- Settings sent to the peer ----

    private static final Option AUTOMATIC_SETTINGS =
            OPTIONS.flag("automaticSettings").safe(true).nghttp2(false);

    /**
     * Whether the session itself queues the first SETTINGS frame, made from the options below, before any other frame.
     * Otherwise the application must submit it.
     *
     * <p>Default true; nghttp2: false.
     */
    public boolean automaticSettings() {
        return values.flag(AUTOMATIC_SETTINGS);
    }

    private static final Option MAX_CONCURRENT_STREAMS = OPTIONS.number("maxConcurrentStreams", "streams")
            .range(0, NO_LIMIT)
            .safe(100)
            .nghttp2(NO_LIMIT);

    /**
     * SETTINGS_MAX_CONCURRENT_STREAMS: how many streams the peer may have open at once. See also {@link
     * #maxRunningExchanges()}.
     *
     * <p>Default 100; nghttp2: no limit; range 0 to 2^32-1 streams.
     */
    public long maxConcurrentStreams() {
        return values.longNumber(MAX_CONCURRENT_STREAMS);
    }

    private static final Option INITIAL_WINDOW_SIZE = OPTIONS.number("initialWindowSize", "bytes")
            .range(0, UNLIMITED)
            .safe(256 * 1024)
            .nghttp2(65_535);

    /**
     * SETTINGS_INITIAL_WINDOW_SIZE: how many bytes of DATA the peer may send on a stream before it needs a
     * WINDOW_UPDATE.
     *
     * <p>Default 256 KiB; nghttp2: 65535; range 0 to 2^31-1 bytes.
     */
    public int initialWindowSize() {
        return values.number(INITIAL_WINDOW_SIZE);
    }

    private static final Option CONNECTION_WINDOW_SIZE = OPTIONS.number("connectionWindowSize", "bytes")
            .range(65_535, UNLIMITED)
            .safe(1024 * 1024)
            .nghttp2(65_535);

    /**
     * How many bytes of DATA the peer may send on all streams together before it needs a WINDOW_UPDATE. This bounds the
     * memory that received bodies take.
     *
     * <p>Default 1 MiB; nghttp2: 65535; range 65535 to 2^31-1 bytes.
     */
    public int connectionWindowSize() {
        return values.number(CONNECTION_WINDOW_SIZE);
    }

    private static final Option MAX_FRAME_SIZE = OPTIONS.number("maxFrameSize", "bytes")
            .range(16_384, 16_777_215)
            .safe(16_384)
            .nghttp2(16_384);

    /**
     * SETTINGS_MAX_FRAME_SIZE: the largest frame payload that the peer may send.
     *
     * <p>Default 16 KiB; nghttp2: 16 KiB; range 16384 to 2^24-1 bytes.
     */
    public int maxFrameSize() {
        return values.number(MAX_FRAME_SIZE);
    }

    private static final Option MAX_HEADER_LIST_SIZE = OPTIONS.number("maxHeaderListSize", "bytes")
            .range(0, NO_LIMIT)
            .safe(16 * 1024)
            .nghttp2(NO_LIMIT);

    /**
     * SETTINGS_MAX_HEADER_LIST_SIZE (RFC 9113 section 6.5.2): the largest header list that is accepted, counted as the
     * names, the values and 32 bytes for each field. See also {@link Http2Limits#headerListAbortFactor()}.
     *
     * <p>Default 16 KiB; nghttp2: no limit; range 0 to 2^32-1 bytes.
     */
    public long maxHeaderListSize() {
        return values.longNumber(MAX_HEADER_LIST_SIZE);
    }

    private static final Option HEADER_TABLE_SIZE = OPTIONS.number("headerTableSize", "bytes")
            .range(0, UNLIMITED)
            .safe(4096)
            .nghttp2(4096);

    /**
     * SETTINGS_HEADER_TABLE_SIZE: the largest dynamic table that the peer's encoder may use, and that our decoder
     * keeps.
     *
     * <p>Default 4 KiB; nghttp2: 4 KiB; range 0 to 2^31-1 bytes.
     */
    public int headerTableSize() {
        return values.number(HEADER_TABLE_SIZE);
    }

    private static final Option ENABLE_PUSH =
            OPTIONS.flag("enablePush").safe(false).nghttp2(true);

    /**
     * SETTINGS_ENABLE_PUSH of a client.
     *
     * <p>Default false; nghttp2: true.
     */
    public boolean enablePush() {
        return values.flag(ENABLE_PUSH);
    }

    private static final Option ENABLE_CONNECT_PROTOCOL =
            OPTIONS.flag("enableConnectProtocol").safe(false).nghttp2(false);

    /**
     * SETTINGS_ENABLE_CONNECT_PROTOCOL of a server (RFC 8441 section 3).
     *
     * <p>Default false; nghttp2: false.
     */
    public boolean enableConnectProtocol() {
        return values.flag(ENABLE_CONNECT_PROTOCOL);
    }

    private static final Option NO_RFC7540_PRIORITIES =
            OPTIONS.flag("noRfc7540Priorities").safe(true).nghttp2(false);

    /**
     * SETTINGS_NO_RFC7540_PRIORITIES (RFC 9218 section 2.1).
     *
     * <p>Default true; nghttp2: false.
     */
    public boolean noRfc7540Priorities() {
        return values.flag(NO_RFC7540_PRIORITIES);
    }

    // ---- Receiving ----

    private static final Option EXPECT_CLIENT_PREFACE =
            OPTIONS.flag("expectClientPreface").safe(true).nghttp2(true);

    /**
     * Whether a server expects the 24 bytes of the client preface ({@code nghttp2_option_set_no_recv_client_magic}).
     *
     * <p>Default true; nghttp2: true.
     */
    public boolean expectClientPreface() {
        return values.flag(EXPECT_CLIENT_PREFACE);
    }

    private static final Option AUTOMATIC_WINDOW_UPDATE =
            OPTIONS.flag("automaticWindowUpdate").safe(true).nghttp2(true);

    /**
     * Whether the peer gets flow-control credit for a DATA frame as soon as the frame was delivered. Otherwise it gets
     * credit for what the application {@linkplain Http2SessionContext#consume consumes} ({@code
     * nghttp2_option_set_no_auto_window_update}).
     *
     * <p>Default true; nghttp2: true.
     */
    public boolean automaticWindowUpdate() {
        return values.flag(AUTOMATIC_WINDOW_UPDATE);
    }

    private static final Option AUTOMATIC_PING_ACK =
            OPTIONS.flag("automaticPingAck").safe(true).nghttp2(true);

    /**
     * Whether the session acknowledges PING frames itself ({@code nghttp2_option_set_no_auto_ping_ack}).
     *
     * <p>Default true; nghttp2: true.
     */
    public boolean automaticPingAck() {
        return values.flag(AUTOMATIC_PING_ACK);
    }

    private static final Option MAX_RUNNING_EXCHANGES = OPTIONS.number("maxRunningExchanges", "exchanges")
            .range(0, UNLIMITED)
            .safe(TWICE_THE_STREAMS)
            .nghttp2(UNLIMITED);

    /**
     * How many exchanges that the peer began may run at once. A further request is refused with REFUSED_STREAM. Running
     * are the peer's open streams, and closed streams for which the application still works and says so ({@link
     * Http2SessionContext#holdExchange}). Unless it is set, it is twice {@link #maxConcurrentStreams()}, so that a client
     * may cancel requests and send others without being refused.
     *
     * <p>Default 200; nghttp2: no limit; range 0 to 2^31-1 exchanges.
     */
    public int maxRunningExchanges() {
        long exchanges = values.longNumber(MAX_RUNNING_EXCHANGES);
        return (int) (exchanges == TWICE_THE_STREAMS ? Math.min(2 * maxConcurrentStreams(), UNLIMITED) : exchanges);
    }

    private static final Option REFUSE_EXCESS_STREAMS =
            OPTIONS.flag("refuseExcessStreams").safe(true).nghttp2(false);

    /**
     * Whether each stream beyond {@link #maxConcurrentStreams()} is refused alone. Otherwise the connection ends if the
     * peer exceeds a limit that it has acknowledged, as in nghttp2.
     *
     * <p>Default true; nghttp2: false.
     */
    public boolean refuseExcessStreams() {
        return values.flag(REFUSE_EXCESS_STREAMS);
    }

    private static final Option WINDOW_OVERFLOW_RESETS_STREAM =
            OPTIONS.flag("windowOverflowResetsStream").safe(false).nghttp2(false);

    /**
     * Whether a WINDOW_UPDATE that raises a stream's window above 2^31-1 resets only that stream (RFC 9113 section
     * 6.9.1). Otherwise the connection ends after the RST_STREAM, as RFC 9113 section 5.4.1 allows: no honest peer
     * sends such a frame, and each one would make us reset a request on which work has begun.
     *
     * <p>Default false; nghttp2: false.
     */
    public boolean windowOverflowResetsStream() {
        return values.flag(WINDOW_OVERFLOW_RESETS_STREAM);
    }

    private static final Option GOODBYE_ON_FLOOD =
            OPTIONS.flag("goodbyeOnFlood").safe(true).nghttp2(false);

    /**
     * Whether GOAWAY is sent before the session ends because its peer floods it or sent no HTTP/2 preface.
     *
     * <p>Default true; nghttp2: false.
     */
    public boolean goodbyeOnFlood() {
        return values.flag(GOODBYE_ON_FLOOD);
    }

    private static final Option SAME_FOR_ANY_SPLIT =
            OPTIONS.flag("sameForAnySplit").safe(true).nghttp2(false);

    /**
     * Whether results are independent of how the input is split: DATA is checked and credited frame by frame. Otherwise
     * DATA is checked and credited in the pieces in which it arrives, as in nghttp2, and a {@code recv} that finds that
     * nothing more is to be read ignores its input.
     *
     * <p>Default true; nghttp2: false.
     */
    public boolean sameForAnySplit() {
        return values.flag(SAME_FOR_ANY_SPLIT);
    }

    // ---- Rules for messages ----

    private static final Option HTTP_MESSAGING =
            OPTIONS.flag("httpMessaging").safe(true).nghttp2(true);

    /**
     * Whether received messages must obey RFC 9113 section 8 ({@code nghttp2_option_set_no_http_messaging}).
     *
     * <p>Default true; nghttp2: true.
     */
    public boolean httpMessaging() {
        return values.flag(HTTP_MESSAGING);
    }

    private static final Option STRICT_MESSAGES =
            OPTIONS.flag("strictMessages").safe(true).nghttp2(false);

    /**
     * Whether received messages must also obey rules that nghttp2 does not enforce. They refuse what no honest client
     * sends: a space, {@code "}, {@code <}, {@code >}, {@code #}, control characters or bytes above 0x7e in {@code
     * :path}; an {@code :authority} or {@code host} that is not a host with an optional port; a {@code host} that
     * differs from {@code :authority}; and methods longer than 32 bytes. Characters that browsers send in paths and
     * queries although RFC 3986 forbids them are accepted, see {@link #strictUriSyntax()}.
     *
     * <p>Default true; nghttp2: false.
     */
    public boolean strictMessages() {
        return values.flag(STRICT_MESSAGES);
    }

    private static final Option STRICT_URI_SYNTAX =
            OPTIONS.flag("strictUriSyntax").safe(false).nghttp2(false);

    /**
     * Whether {@code :path} must also be a path and query as RFC 3986 defines them. Browsers do not comply: they send
     * vertical bars, brackets, braces, carets, backticks and {@code %} without two hexadecimal digits. The rule applies
     * to received requests and promises, and with {@link #validateOutbound()} to those that are sent.
     *
     * <p>Default false; nghttp2: false.
     */
    public boolean strictUriSyntax() {
        return values.flag(STRICT_URI_SYNTAX);
    }

    private static final Option INVALID_FIELDS_MALFORMED =
            OPTIONS.flag("invalidFieldsMalformed").safe(true).nghttp2(false);

    /**
     * Whether a field with forbidden bytes makes its message malformed (RFC 9113 section 8.2.1). Otherwise the field is
     * dropped, as in nghttp2. The listener may decide otherwise for each field.
     *
     * <p>Default true; nghttp2: false.
     */
    public boolean invalidFieldsMalformed() {
        return values.flag(INVALID_FIELDS_MALFORMED);
    }

    private static final Option ALLOW_EDGE_WHITESPACE =
            OPTIONS.flag("allowEdgeWhitespace").safe(false).nghttp2(false);

    /**
     * Whether a field value may begin or end with whitespace ({@code
     * nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation}).
     *
     * <p>Default false; nghttp2: false.
     */
    public boolean allowEdgeWhitespace() {
        return values.flag(ALLOW_EDGE_WHITESPACE);
    }

    // ---- Sending ----

    private static final Option VALIDATE_OUTBOUND =
            OPTIONS.flag("validateOutbound").safe(true).nghttp2(false);

    /**
     * Whether the messages that the application submits must obey the same rules: their fields before anything is
     * encoded, the order of their parts, and the length of their bodies ({@link Http2SessionContext#submitResponse}).
     * With {@link #followNghttp2()} only the fields are checked.
     *
     * <p>Default true; nghttp2: false.
     */
    public boolean validateOutbound() {
        return values.flag(VALIDATE_OUTBOUND);
    }

    private static final Option TRAILERS_AFTER_BODY =
            OPTIONS.flag("trailersAfterBody").safe(true).nghttp2(false);

    /**
     * Whether trailers that are submitted while a body is being sent wait for the end of the body. In nghttp2 they are
     * sent at once and the rest of the body is dropped.
     *
     * <p>Default true; nghttp2: false.
     */
    public boolean trailersAfterBody() {
        return values.flag(TRAILERS_AFTER_BODY);
    }

    private static final Option EMPTY_END_IGNORES_WINDOW =
            OPTIONS.flag("emptyEndIgnoresWindow").safe(true).nghttp2(false);

    /**
     * Whether an empty DATA frame that ends its stream is sent even if a window is 0, as RFC 9113 section 6.9.1 allows.
     *
     * <p>Default true; nghttp2: false.
     */
    public boolean emptyEndIgnoresWindow() {
        return values.flag(EMPTY_END_IGNORES_WINDOW);
    }

    private static final Option HEED_PEER_HEADER_LIST_SIZE =
            OPTIONS.flag("heedPeerHeaderListSize").safe(true).nghttp2(false);

    /**
     * Whether a request or promise larger than the peer's SETTINGS_MAX_HEADER_LIST_SIZE is not sent (RFC 9113 section
     * 6.5.2). Responses are always sent: the setting is only advice, and a client could otherwise make the server
     * process requests whose responses all fail.
     *
     * <p>Default true; nghttp2: false.
     */
    public boolean heedPeerHeaderListSize() {
        return values.flag(HEED_PEER_HEADER_LIST_SIZE);
    }

    private static final Option ASSUMED_PEER_MAX_CONCURRENT_STREAMS = OPTIONS.number(
                    "assumedPeerMaxConcurrentStreams", "streams")
            .range(0, NO_LIMIT)
            .safe(100)
            .nghttp2(100);

    /**
     * How many streams we open before the peer's first SETTINGS frame arrives ({@code
     * nghttp2_option_set_peer_max_concurrent_streams}).
     *
     * <p>Default 100; nghttp2: 100; range 0 to 2^32-1 streams.
     */
    public long assumedPeerMaxConcurrentStreams() {
        return values.longNumber(ASSUMED_PEER_MAX_CONCURRENT_STREAMS);
    }

    private static final Option PING_EVERY_BYTES = OPTIONS.number("pingEveryBytes", "bytes")
            .range(0, UNLIMITED)
            .safe(256 * 1024)
            .nghttp2(0);

    /**
     * After how many bytes of DATA a server sends a PING. The answer shows that the client still reads, see {@link
     * Http2Timeouts}. With 0 no such PING is sent. It is sent only if the transport may hide bytes that it has not
     * delivered ({@link ByteSink#hidesPending()}), as TCP does. If the transport gives no other sign, a client that has
     * less than this to read in one and a half times {@link Http2Timeouts#streamWrite()} may be taken for gone. Clients
     * do not send such PINGs because some servers treat them as abuse.
     *
     * <p>Default 256 KiB; nghttp2: 0; range 0 to 2^31-1 bytes.
     */
    public int pingEveryBytes() {
        return values.number(PING_EVERY_BYTES);
    }

    // ---- Extension frames ----

    private static final Option RECEIVE_ALT_SVC =
            OPTIONS.flag("receiveAltSvc").safe(false).nghttp2(false);

    /**
     * Whether ALTSVC frames are parsed ({@code nghttp2_option_set_builtin_recv_extension_type}). Otherwise they are
     * ignored like frames of unknown type.
     *
     * <p>Default false; nghttp2: false.
     */
    public boolean receiveAltSvc() {
        return values.flag(RECEIVE_ALT_SVC);
    }

    private static final Option RECEIVE_ORIGIN =
            OPTIONS.flag("receiveOrigin").safe(false).nghttp2(false);

    /**
     * Whether ORIGIN frames are parsed. Otherwise they are ignored like frames of unknown type.
     *
     * <p>Default false; nghttp2: false.
     */
    public boolean receiveOrigin() {
        return values.flag(RECEIVE_ORIGIN);
    }

    private static final Option RECEIVE_PRIORITY_UPDATE =
            OPTIONS.flag("receivePriorityUpdate").safe(true).nghttp2(false);

    /**
     * Whether PRIORITY_UPDATE frames are parsed (RFC 9218 section 7.1). Otherwise they are ignored like frames of
     * unknown type.
     *
     * <p>Default true; nghttp2: false.
     */
    public boolean receivePriorityUpdate() {
        return values.flag(RECEIVE_PRIORITY_UPDATE);
    }

    /**
     * Whether extension frames of a type are delivered to the application
     * ({@code nghttp2_option_set_user_recv_extension_type}). By default none are.
     */
    public boolean receivesExtension(int type) {
        return extensionTypes.get(type);
    }

    // ---- Following nghttp2 ----

    private static final Option FOLLOW_NGHTTP2 =
            OPTIONS.flag("followNghttp2").safe(false).nghttp2(true);

    /**
     * Whether the session follows nghttp2 where no other option decides.
     *
     * <ul>
     *   <li>A session that was terminated, or that ended because of its peer, keeps its streams and bodies until {@code
     *       close()}, and its GOAWAY waits its turn. Otherwise everything ends at once.
     *   <li>A frame counts as sent when the sink has taken its last byte, and may be cut where the sink is full. Otherwise a
     *       frame that was begun is handed over whole.
     *   <li>A body that provides nothing is sent as an empty DATA frame. Otherwise it is deferred.
     *   <li>A header block that was cancelled or is too large leaves its stream as it is. Otherwise the stream is reset.
     *   <li>Too many RST_STREAM are only answered with GOAWAY. Otherwise they end the connection.
     *   <li>A client sends its bodies one after the other. Otherwise it sends them by priority.
     *   <li>A client's GOAWAY must name a stream that the server opened, and PRIORITY may name its own stream.
     * </ul>
     *
     * <p>Default false; nghttp2: true.
     */
    public boolean followNghttp2() {
        return values.flag(FOLLOW_NGHTTP2);
    }

    // ---- Objects that the session uses ----

    /**
     * The names of fields that never enter a dynamic table, neither ours nor that of a hop behind the peer, in addition to
     * those that nghttp2 never indexes. To add names: {@code NeverIndexed.SECRETS.plus("x-api-key")}.
     *
     * <p>Default {@link NeverIndexed#SECRETS}; nghttp2: {@link NeverIndexed#NONE}.
     */
    public NeverIndexed neverIndexed() {
        return neverIndexed;
    }

    /**
     * Allocates the session's buffers. Null, the default, means the channel's allocator in a pipeline, and Netty's default
     * allocator otherwise.
     */
    public @Nullable ByteBufAllocator allocator() {
        return allocator;
    }

    /**
     * A monotonic clock in nanoseconds, {@link System#nanoTime} by default. It is read once in each {@code recv} and {@code
     * send}. Where reading the clock is expensive, as on many virtual machines, an event loop may read it once in each turn and
     * return the same value until the next turn.
     */
    public LongSupplier clock() {
        return clock;
    }

    /** Counts what the session does. Null, the default, means that nothing is counted. */
    public @Nullable Http2SessionMetrics metrics() {
        return metrics;
    }

    // ---- Presets: below the options, which must be declared first ----

    private static final Http2SessionOptions SAFE = new Builder().build();
    private static final Http2SessionOptions NGHTTP2 = Builder.likeNghttp2().build();

    /** The declarations of all options of this type; limits and timeouts have their own. */
    static OptionSet options() {
        return OPTIONS;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Http2SessionOptions options
                && values.equals(options.values)
                && limits.equals(options.limits)
                && timeouts.equals(options.timeouts)
                && neverIndexed.equals(options.neverIndexed)
                && extensionTypes.equals(options.extensionTypes)
                && Objects.equals(allocator, options.allocator)
                && clock.equals(options.clock)
                && Objects.equals(metrics, options.metrics);
    }

    @Override
    public int hashCode() {
        return Objects.hash(values, limits, timeouts, neverIndexed, extensionTypes, allocator, clock, metrics);
    }

    /** All options by name. */
    @Override
    public String toString() {
        return "Http2SessionOptions[" + values + ", receivedExtensions=" + extensionTypes + ", " + limits + ", "
                + timeouts + "]";
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private final BitSet extensionTypes = new BitSet(256);
        private OptionValues values = OPTIONS.safe();
        private Http2Limits limits = Http2Limits.SAFE;
        private Http2Timeouts timeouts = Http2Timeouts.SAFE;
        private NeverIndexed neverIndexed = NeverIndexed.SECRETS;
        private ByteBufAllocator allocator;
        private LongSupplier clock = SYSTEM_CLOCK;
        private Http2SessionMetrics metrics;

        private Builder() {}

        private Builder(Http2SessionOptions options) {
            extensionTypes.or(options.extensionTypes);
            values = options.values;
            limits = options.limits;
            timeouts = options.timeouts;
            neverIndexed = options.neverIndexed;
            allocator = options.allocator;
            clock = options.clock;
            metrics = options.metrics;
        }

        private static Builder likeNghttp2() {
            Builder builder = new Builder();
            builder.values = OPTIONS.nghttp2();
            builder.limits = Http2Limits.NGHTTP2;
            builder.timeouts = Http2Timeouts.NONE;
            builder.neverIndexed = NeverIndexed.NONE;
            return builder;
        }

        private Builder set(Option flag, boolean value) {
            return set(flag, value ? 1 : 0);
        }

        private Builder set(Option option, long value) {
            values = values.with(option, value);
            return this;
        }

        /** Sets {@link Http2SessionOptions#limits()}. */
        public Builder limits(Http2Limits limits) {
            this.limits = Objects.requireNonNull(limits, "limits");
            return this;
        }

        /** Changes the present {@link Http2SessionOptions#limits()}. */
        public Builder limits(UnaryOperator<Http2Limits> change) {
            return limits(change.apply(limits));
        }

        /** Sets {@link Http2SessionOptions#timeouts()}. */
        public Builder timeouts(Http2Timeouts timeouts) {
            this.timeouts = Objects.requireNonNull(timeouts, "timeouts");
            return this;
        }

        /** Changes the present {@link Http2SessionOptions#timeouts()}. */
        public Builder timeouts(UnaryOperator<Http2Timeouts> change) {
            return timeouts(change.apply(timeouts));
        }

        /** Sets {@link Http2SessionOptions#automaticSettings()}. */
        public Builder automaticSettings(boolean automaticSettings) {
            return set(AUTOMATIC_SETTINGS, automaticSettings);
        }

        /** Sets {@link Http2SessionOptions#maxConcurrentStreams()}. */
        public Builder maxConcurrentStreams(long maxConcurrentStreams) {
            return set(MAX_CONCURRENT_STREAMS, maxConcurrentStreams);
        }

        /** Sets {@link Http2SessionOptions#initialWindowSize()}. */
        public Builder initialWindowSize(int initialWindowSize) {
            return set(INITIAL_WINDOW_SIZE, initialWindowSize);
        }

        /** Sets {@link Http2SessionOptions#connectionWindowSize()}. */
        public Builder connectionWindowSize(int connectionWindowSize) {
            return set(CONNECTION_WINDOW_SIZE, connectionWindowSize);
        }

        /** Sets {@link Http2SessionOptions#maxFrameSize()}. */
        public Builder maxFrameSize(int maxFrameSize) {
            return set(MAX_FRAME_SIZE, maxFrameSize);
        }

        /** Sets {@link Http2SessionOptions#maxHeaderListSize()}. */
        public Builder maxHeaderListSize(long maxHeaderListSize) {
            return set(MAX_HEADER_LIST_SIZE, maxHeaderListSize);
        }

        /** Sets {@link Http2SessionOptions#headerTableSize()}. */
        public Builder headerTableSize(int headerTableSize) {
            return set(HEADER_TABLE_SIZE, headerTableSize);
        }

        /** Sets {@link Http2SessionOptions#enablePush()}. */
        public Builder enablePush(boolean enablePush) {
            return set(ENABLE_PUSH, enablePush);
        }

        /** Sets {@link Http2SessionOptions#enableConnectProtocol()}. */
        public Builder enableConnectProtocol(boolean enableConnectProtocol) {
            return set(ENABLE_CONNECT_PROTOCOL, enableConnectProtocol);
        }

        /** Sets {@link Http2SessionOptions#noRfc7540Priorities()}. */
        public Builder noRfc7540Priorities(boolean noRfc7540Priorities) {
            return set(NO_RFC7540_PRIORITIES, noRfc7540Priorities);
        }

        /** Sets {@link Http2SessionOptions#expectClientPreface()}. */
        public Builder expectClientPreface(boolean expectClientPreface) {
            return set(EXPECT_CLIENT_PREFACE, expectClientPreface);
        }

        /** Sets {@link Http2SessionOptions#automaticWindowUpdate()}. */
        public Builder automaticWindowUpdate(boolean automaticWindowUpdate) {
            return set(AUTOMATIC_WINDOW_UPDATE, automaticWindowUpdate);
        }

        /** Sets {@link Http2SessionOptions#automaticPingAck()}. */
        public Builder automaticPingAck(boolean automaticPingAck) {
            return set(AUTOMATIC_PING_ACK, automaticPingAck);
        }

        /** Sets {@link Http2SessionOptions#maxRunningExchanges()}. */
        public Builder maxRunningExchanges(int maxRunningExchanges) {
            return set(MAX_RUNNING_EXCHANGES, maxRunningExchanges);
        }

        /** Sets {@link Http2SessionOptions#refuseExcessStreams()}. */
        public Builder refuseExcessStreams(boolean refuseExcessStreams) {
            return set(REFUSE_EXCESS_STREAMS, refuseExcessStreams);
        }

        /** Sets {@link Http2SessionOptions#windowOverflowResetsStream()}. */
        public Builder windowOverflowResetsStream(boolean windowOverflowResetsStream) {
            return set(WINDOW_OVERFLOW_RESETS_STREAM, windowOverflowResetsStream);
        }

        /** Sets {@link Http2SessionOptions#goodbyeOnFlood()}. */
        public Builder goodbyeOnFlood(boolean goodbyeOnFlood) {
            return set(GOODBYE_ON_FLOOD, goodbyeOnFlood);
        }

        /** Sets {@link Http2SessionOptions#sameForAnySplit()}. */
        public Builder sameForAnySplit(boolean sameForAnySplit) {
            return set(SAME_FOR_ANY_SPLIT, sameForAnySplit);
        }

        /** Sets {@link Http2SessionOptions#httpMessaging()}. */
        public Builder httpMessaging(boolean httpMessaging) {
            return set(HTTP_MESSAGING, httpMessaging);
        }

        /** Sets {@link Http2SessionOptions#strictMessages()}. */
        public Builder strictMessages(boolean strictMessages) {
            return set(STRICT_MESSAGES, strictMessages);
        }

        /** Sets {@link Http2SessionOptions#strictUriSyntax()}. */
        public Builder strictUriSyntax(boolean strictUriSyntax) {
            return set(STRICT_URI_SYNTAX, strictUriSyntax);
        }

        /** Sets {@link Http2SessionOptions#invalidFieldsMalformed()}. */
        public Builder invalidFieldsMalformed(boolean invalidFieldsMalformed) {
            return set(INVALID_FIELDS_MALFORMED, invalidFieldsMalformed);
        }

        /** Sets {@link Http2SessionOptions#allowEdgeWhitespace()}. */
        public Builder allowEdgeWhitespace(boolean allowEdgeWhitespace) {
            return set(ALLOW_EDGE_WHITESPACE, allowEdgeWhitespace);
        }

        /** Sets {@link Http2SessionOptions#validateOutbound()}. */
        public Builder validateOutbound(boolean validateOutbound) {
            return set(VALIDATE_OUTBOUND, validateOutbound);
        }

        /** Sets {@link Http2SessionOptions#trailersAfterBody()}. */
        public Builder trailersAfterBody(boolean trailersAfterBody) {
            return set(TRAILERS_AFTER_BODY, trailersAfterBody);
        }

        /** Sets {@link Http2SessionOptions#emptyEndIgnoresWindow()}. */
        public Builder emptyEndIgnoresWindow(boolean emptyEndIgnoresWindow) {
            return set(EMPTY_END_IGNORES_WINDOW, emptyEndIgnoresWindow);
        }

        /** Sets {@link Http2SessionOptions#heedPeerHeaderListSize()}. */
        public Builder heedPeerHeaderListSize(boolean heedPeerHeaderListSize) {
            return set(HEED_PEER_HEADER_LIST_SIZE, heedPeerHeaderListSize);
        }

        /** Sets {@link Http2SessionOptions#assumedPeerMaxConcurrentStreams()}. */
        public Builder assumedPeerMaxConcurrentStreams(long assumedPeerMaxConcurrentStreams) {
            return set(ASSUMED_PEER_MAX_CONCURRENT_STREAMS, assumedPeerMaxConcurrentStreams);
        }

        /** Sets {@link Http2SessionOptions#pingEveryBytes()}. */
        public Builder pingEveryBytes(int pingEveryBytes) {
            return set(PING_EVERY_BYTES, pingEveryBytes);
        }

        /** Sets {@link Http2SessionOptions#receiveAltSvc()}. */
        public Builder receiveAltSvc(boolean receiveAltSvc) {
            return set(RECEIVE_ALT_SVC, receiveAltSvc);
        }

        /** Sets {@link Http2SessionOptions#receiveOrigin()}. */
        public Builder receiveOrigin(boolean receiveOrigin) {
            return set(RECEIVE_ORIGIN, receiveOrigin);
        }

        /** Sets {@link Http2SessionOptions#receivePriorityUpdate()}. */
        public Builder receivePriorityUpdate(boolean receivePriorityUpdate) {
            return set(RECEIVE_PRIORITY_UPDATE, receivePriorityUpdate);
        }

        /** Delivers extension frames of a type to the application. The type must be from 10 to 255. */
        public Builder receiveExtension(int type) {
            if (type < 10 || type > 255) {
                throw new IllegalArgumentException("extension type must be from 10 to 255: " + type);
            }
            extensionTypes.set(type);
            return this;
        }

        /** Sets {@link Http2SessionOptions#followNghttp2()}. */
        public Builder followNghttp2(boolean followNghttp2) {
            return set(FOLLOW_NGHTTP2, followNghttp2);
        }

        /** Sets {@link Http2SessionOptions#neverIndexed()}. */
        public Builder neverIndexed(NeverIndexed neverIndexed) {
            this.neverIndexed = Objects.requireNonNull(neverIndexed, "neverIndexed");
            return this;
        }

        /** Sets {@link Http2SessionOptions#allocator()}; not null. */
        public Builder allocator(ByteBufAllocator allocator) {
            this.allocator = Objects.requireNonNull(allocator, "allocator");
            return this;
        }

        /** Sets {@link Http2SessionOptions#clock()}; not null. */
        public Builder clock(LongSupplier clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /** Sets {@link Http2SessionOptions#metrics()}; may be null. */
        public Builder metrics(@Nullable Http2SessionMetrics metrics) {
            this.metrics = metrics;
            return this;
        }

        /** The options. */
        public Http2SessionOptions build() {
            return new Http2SessionOptions(this);
        }
    }
}
