package io.h2session.netty.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.Http2SessionOptions;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.testing.Frames;
import io.h2session.testing.GatedChannel;
import io.h2session.testing.PeerView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a connection for Netty's frames is set up. */
class FrameSessionBuilderTest {
    private static final String ADDED = "exception of handlerAdded";

    /** What a handler sends first. */
    private static List<String> hello(FrameSessionBuilder builder, boolean server) {
        GatedChannel channel = new GatedChannel();
        channel.pipeline().addLast(builder.build());
        channel.runPendingTasks();
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.writeBytes(out);
            out.release();
        }
        List<String> sent = (server ? PeerView.ofServer() : PeerView.ofClient()).readAndRelease(all);
        channel.pipeline().close();
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
        channel.releaseOutbound();
        return sent;
    }

    @Test
    void theInitialSettingsAreSent() {
        Http2Settings settings = new Http2Settings()
                .headerTableSize(100)
                .maxConcurrentStreams(7)
                .initialWindowSize(100_000)
                .maxFrameSize(20_000)
                .maxHeaderListSize(9000)
                .connectProtocolEnabled(true);
        assertThat(hello(FrameSessionBuilder.forServer().initialSettings(settings), true))
                .first()
                .asString()
                .contains("1=100", "3=7", "4=100000", "5=20000", "6=9000", "8=1");
        assertThat(hello(
                        FrameSessionBuilder.forClient().initialSettings(new Http2Settings().pushEnabled(false)), false))
                .first()
                .asString()
                .contains("2=0");
    }

    @Test
    void aTableAsLargeAsASettingMayBeIsTakenForTheLargest() {
        assertThat(hello(
                        FrameSessionBuilder.forServer()
                                .initialSettings(new Http2Settings().headerTableSize(0xffff_ffffL)),
                        true))
                .first()
                .asString()
                .contains("1=2147483647");
    }

    @Test
    void otherOptionsOfTheSessionAndItsHandlerCanBeSet() {
        List<Http2SessionHandler> built = new ArrayList<>();
        FrameSessionBuilder builder = FrameSessionBuilder.forServer()
                .options(options -> options.maxFrameSize(30_000))
                .handler(handler -> built.add(handler.build()));
        assertThat(hello(builder, true)).first().asString().contains("5=30000");
        assertThat(built).hasSize(1);
    }

    @Test
    void aHeaderListLargerThanThePeerAcceptsIsSentIfThatIsToBeIgnored() {
        for (boolean ignore : new boolean[] {true, false}) {
            GatedChannel channel = new GatedChannel();
            List<Throwable> failures = new ArrayList<>();
            channel.pipeline()
                    .addLast(FrameSessionBuilder.forClient()
                            .encoderIgnoreMaxHeaderListSize(ignore)
                            .options(options -> options.clock(channel::time))
                            .build());
            channel.pipeline().addLast(new FrameMultiplexHandler(new ChannelInboundHandlerAdapter()));
            channel.runPendingTasks();
            channel.writeInbound(Frames.script().settings(6, 200).buf());
            channel.releaseOutbound();
            new FrameStreamBootstrap(channel)
                    .handler(new ChannelInboundHandlerAdapter())
                    .open()
                    .getNow()
                    .writeAndFlush(new DefaultHttp2HeadersFrame(
                            FrameConnection.request("/").add("x", "more than they accept".repeat(20)), true))
                    .addListener(done -> failures.add(done.cause()));
            channel.runPendingTasks();
            assertThat(failures).hasSize(1);
            assertThat(failures.get(0) == null).isEqualTo(ignore);
            channel.unsafe().close(channel.voidPromise());
            channel.runPendingTasks();
            channel.releaseOutbound();
        }
    }

    @Test
    void anySessionHandlerDoesAndFramesOfUnknownTypesAreThenEventsOfTheSession() {
        List<Object> read = new ArrayList<>();
        GatedChannel channel = new GatedChannel();
        channel.pipeline()
                .addLast(Http2SessionHandler.forServer()
                        .options(Http2SessionOptions.builder()
                                .receiveExtension(FrameConnection.UNKNOWN_TYPE)
                                .clock(channel::time)
                                .build())
                        .build());
        channel.pipeline().addLast(new FrameMultiplexHandler(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                read.add(message instanceof Http2HeadersFrame ? "HEADERS" : message);
                ReferenceCountUtil.release(message);
            }
        }));
        channel.runPendingTasks();
        channel.writeInbound(Frames.script()
                .preface()
                .settings()
                .request(1, false, "/")
                .frame(FrameConnection.UNKNOWN_TYPE, 0, 1, (byte) 'x')
                .buf());
        assertThat(read.get(0)).isEqualTo("HEADERS");
        assertThat(read).noneMatch(message -> message instanceof Http2StreamFrame);
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
        channel.releaseOutbound();
    }

    @Test
    void theStreamsHandlerStandsBehindASessionsHandler() {
        for (ChannelHandler before : new ChannelHandler[] {null, new ChannelInboundHandlerAdapter()}) {
            EmbeddedChannel bare = new EmbeddedChannel();
            if (before != null) {
                bare.pipeline().addLast(before);
            }
            FrameMultiplexHandler frames = new FrameMultiplexHandler(new ChannelInboundHandlerAdapter());
            bare.pipeline().addLast(frames);
            assertThatThrownBy(bare::checkException).as(ADDED).isInstanceOf(Exception.class);
            assertThat(bare.pipeline().context(frames)).isNull();
            bare.finishAndReleaseAll();
        }
    }
}
