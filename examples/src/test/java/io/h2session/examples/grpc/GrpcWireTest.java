package io.h2session.examples.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our codec, with peers that do what grpc-java's does not. */
class GrpcWireTest {
    private static final HeaderList OK = HeaderList.of(":status", "200", "content-type", "application/grpc");
    private static final String ONE_MESSAGE = "00 00000003 616263";

    private final EmbeddedChannel client = withAClockOfTheTest();
    private final EmbeddedChannel server = withAClockOfTheTest();
    private final List<Object> told = new ArrayList<>();

    private static EmbeddedChannel withAClockOfTheTest() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        return channel;
    }

    @AfterEach
    void close() {
        client.close();
        exchange();
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }

    private void exchange() {
        boolean more = true;
        while (more) {
            client.runPendingTasks();
            server.runPendingTasks();
            more = false;
            for (ByteBuf bytes = client.readOutbound(); bytes != null; bytes = client.readOutbound()) {
                pass(bytes, server);
                more = true;
            }
            for (ByteBuf bytes = server.readOutbound(); bytes != null; bytes = server.readOutbound()) {
                pass(bytes, client);
                more = true;
            }
        }
    }

    private static void pass(ByteBuf bytes, EmbeddedChannel to) {
        if (to.isOpen()) {
            to.writeInbound(bytes);
        } else {
            bytes.release();
        }
    }

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
    }

    // ---- our server, and a client that writes what it likes --------------------------------------------------------

    private StreamChannel call(String... head) {
        server.pipeline().addLast(Grpc.settings(Http2SessionHandler.forServer()).build());
        Grpc.serve(server.pipeline(), EchoService::new);
        client.pipeline()
                .addLast(
                        Http2SessionHandler.forClient().build(),
                        Http2StreamsHandler.builder().build());
        StreamChannel stream = new StreamBootstrap(client)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object message) {
                        if (message instanceof Http2SessionEvent.Headers headers) {
                            told.add(headers.headers().value(":status") + " "
                                    + headers.headers().value("grpc-status"));
                        } else if (message instanceof Http2SessionEvent.Data data) {
                            data.release();
                        }
                    }
                })
                .open()
                .getNow();
        stream.write(Http2SessionWrite.requestHead(stream.stream(), HeaderList.of((CharSequence[]) head)));
        return stream;
    }

    private StreamChannel grpc(String method, String... more) {
        HeaderList.Builder head = HeaderList.builder().addAll(Grpc.request("a", "/h2session.Echo/" + method));
        for (int i = 0; i < more.length; i += 2) {
            head.add(more[i], more[i + 1]);
        }
        List<String> all = new ArrayList<>();
        head.build().forEach(field -> {
            all.add(field.name().toString());
            all.add(field.value().toString());
        });
        return call(all.toArray(String[]::new));
    }

    @Test
    void aServerEndsTheCallByItselfWhenItsTimeIsUp() {
        StreamChannel call = grpc("Sleep", "grpc-timeout", "100m");
        call.writeAndFlush(bytes(ONE_MESSAGE));
        call.shutdownOutput();
        exchange();
        assertThat(told).isEmpty();

        server.advanceTimeBy(101, TimeUnit.MILLISECONDS);
        server.runScheduledPendingTasks();
        exchange();
        assertThat(told).containsExactly("200 " + GrpcStatus.DEADLINE_EXCEEDED);
    }

    @ParameterizedTest
    @CsvSource({"99999999H, false", "1S, false", "100000u, true", "1n, true", "0m, true"})
    void aTimeoutHasAnyUnit(String timeout, boolean over) {
        grpc("Sleep", "grpc-timeout", timeout).flush();
        exchange();
        server.advanceTimeBy(101, TimeUnit.MILLISECONDS);
        server.runScheduledPendingTasks();
        exchange();
        assertThat(told.isEmpty()).isEqualTo(!over);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "00 00000003 6162", "00 00000003 616263 00 00"})
    void halfAMessageIsAnError(String hex) {
        StreamChannel call = grpc("Collect");
        call.writeAndFlush(bytes(hex));
        call.shutdownOutput();
        exchange();
        assertThat(told).containsExactly("200 " + GrpcStatus.INTERNAL);
    }

    @Test
    void aMessageMayComeByteByByte() {
        StreamChannel call = grpc("Unary");
        ByteBuf message = bytes(ONE_MESSAGE);
        while (message.isReadable()) {
            call.writeAndFlush(message.readRetainedSlice(1));
            exchange();
        }
        message.release();
        call.shutdownOutput();
        exchange();
        assertThat(told).containsExactly("200 null", "null 0");
    }

    @Test
    void aRequestThatIsNotOfGrpcIsUnsupported() {
        call(":method", "POST", ":scheme", "http", ":authority", "a", ":path", "/", "content-type", "text/plain")
                .flush();
        exchange();
        assertThat(told).containsExactly("415 null");
    }

    // ---- our client, and a server that answers what it likes -------------------------------------------------------

    private GrpcStatus answered(BiConsumer<ChannelHandlerContext, StreamChannel> answer) {
        return answered(Grpc.request("a", "/any"), answer);
    }

    private GrpcStatus answered(HeaderList request, BiConsumer<ChannelHandlerContext, StreamChannel> answer) {
        client.pipeline()
                .addLast(
                        Http2SessionHandler.forClient().build(),
                        Http2StreamsHandler.builder().build());
        server.pipeline().addLast(Http2SessionHandler.forServer().build());
        server.pipeline()
                .addLast(Http2StreamsHandler.builder()
                        .childHandler(new Answering(answer))
                        .build());
        List<GrpcStatus> ends = new ArrayList<>();
        Grpc.call(client, request, new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object message) {
                        if (message instanceof GrpcStatus status) {
                            ends.add(status);
                        } else {
                            ((ByteBuf) message).release();
                        }
                    }
                })
                .getNow()
                .flush();
        exchange();
        assertThat(ends).hasSize(1);
        return ends.get(0);
    }

    @ChannelHandler.Sharable
    private static final class Answering extends ChannelInboundHandlerAdapter {
        private final BiConsumer<ChannelHandlerContext, StreamChannel> answer;

        Answering(BiConsumer<ChannelHandlerContext, StreamChannel> answer) {
            this.answer = answer;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2SessionEvent.Headers) {
                answer.accept(ctx, (StreamChannel) ctx.channel());
                ctx.flush();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, 13", "401, 16", "403, 7", "404, 12", "429, 14", "502, 14", "503, 14", "504, 14", "500, 2", "200, 2"
    })
    void anAnswerThatIsNotOfGrpcHasTheStatusOfItsCode(String http, int code) {
        assertThat(answered((ctx, call) -> ctx.write(Http2SessionWrite.response(
                                call.stream(), HeaderList.of(":status", http, "content-type", "text/html"))))
                        .code())
                .isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 13", "2, 13", "7, 14", "8, 1", "11, 8"})
    void aResetHasTheStatusOfItsCode(long reset, int code) {
        assertThat(answered((ctx, call) -> call.reset(reset)).code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"99, 1", "100, 4"})
    void aServerThatCancelsACallWhoseTimeIsUpIsOnlyFasterThanTheClient(int millis, int code) {
        HeaderList request = Grpc.request("a", "/any").plus("grpc-timeout", "100m");
        assertThat(answered(request, (ctx, call) -> {
                            client.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
                            call.reset(8);
                        })
                        .code())
                .isEqualTo(code);
    }

    @Test
    void theEndOfTheConnectionIsUnavailable() {
        assertThat(answered((ctx, call) -> client.unsafe().close(client.voidPromise()))
                        .code())
                .isEqualTo(GrpcStatus.UNAVAILABLE);
    }

    @Test
    void anEndWithoutAStatusIsAnError() {
        assertThat(answered((ctx, call) -> {
                            ctx.write(Http2SessionWrite.responseHead(call.stream(), OK));
                            ctx.write(bytes(ONE_MESSAGE));
                            call.shutdownOutput();
                        })
                        .code())
                .isEqualTo(GrpcStatus.INTERNAL);
    }

    @ParameterizedTest
    @CsvSource({"caf%C3%A9 1+1, café 1+1", "100% wrong %zz, 100% wrong %zz", "a%20b, a b"})
    void aMessageIsDecodedAsFarAsItIsEncoded(String field, String text) {
        GrpcStatus status = answered((ctx, call) -> ctx.write(Http2SessionWrite.response(
                call.stream(), OK.plus("grpc-status", "5").plus("grpc-message", field))));
        assertThat(status).isEqualTo(new GrpcStatus(5, text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "100", "-1"})
    void aStatusThatIsNoNumberIsUnknown(String status) {
        assertThat(answered((ctx, call) ->
                                ctx.write(Http2SessionWrite.response(call.stream(), OK.plus("grpc-status", status))))
                        .code())
                .isEqualTo(GrpcStatus.UNKNOWN);
    }
}
