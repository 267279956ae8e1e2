package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.bytes;
import static io.h2session.netty.channel.StreamsEnd.get;
import static io.h2session.netty.channel.StreamsEnd.status;
import static io.h2session.netty.channel.StreamsEnd.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.CharsetUtil;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams without a channel. */
class StreamHandlerTest {
    /** Writes down what it is told; answers a request when it has ended. */
    private static class Telling implements StreamHandler {
        final List<String> told = new ArrayList<>();

        @Override
        public void head(ChannelHandlerContext connection, Http2SessionEvent.Headers head) {
            told.add("head "
                    + (head.headers().value(":path") == null
                            ? head.headers().value(":status")
                            : head.headers().value(":path")));
            answer(connection, head.stream(), head.endStream());
        }

        @Override
        public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
            told.add("data " + data.content().toString(CharsetUtil.US_ASCII));
            data.release();
            answer(connection, data.stream(), data.endStream());
        }

        @Override
        public void trailers(ChannelHandlerContext connection, Http2SessionEvent.Headers trailers) {
            told.add("trailers");
            answer(connection, trailers.stream(), true);
        }

        @Override
        public void writabilityChanged(ChannelHandlerContext connection, Http2StreamHandle stream) {
            told.add(stream.isWritable() ? "writable" : "unwritable");
        }

        @Override
        public void ended(ChannelHandlerContext connection, Http2StreamHandle stream, StreamEnd end) {
            told.add("ended " + end);
        }

        void answer(ChannelHandlerContext connection, Http2StreamHandle stream, boolean last) {
            if (last) {
                connection.writeAndFlush(Http2SessionWrite.response(stream, status(200), text("hello")));
            }
        }
    }

    private static StreamsEnd end(StreamHandler handler) {
        return StreamsEnd.server(builder -> builder, builder -> builder.streamHandler(head -> handler));
    }

    @Test
    void aHandlerIsToldOfItsStreamAndWritesToTheConnection() {
        Telling handler = new Telling();
        try (StreamsEnd end = end(handler)) {
            end.receive(end.say().request(1, false, "/a").data(1, "one", false).headers(1, true, "a", "b"));
            assertThat(end.sent()).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 END_STREAM hello");
            assertThat(handler.told).containsExactly("head /a", "data one", "trailers", "ended " + StreamEnd.COMPLETE);
            assertThat(end.logs).isEmpty();
        }
    }

    @Test
    void aHandlerIsToldOfWritabilityAndOfThePeersReset() {
        Telling handler = new Telling() {
            @Override
            void answer(ChannelHandlerContext connection, Http2StreamHandle stream, boolean last) {
                connection.write(Http2SessionWrite.responseHead(stream, status(200)));
                connection.writeAndFlush(Http2SessionWrite.data(stream, bytes(70_000), false));
            }
        };
        try (StreamsEnd end = end(handler)) {
            end.receive(end.say().settings(4, 0).request(1, true, "/a"));
            end.receive(end.say().windowUpdate(1, 70_000).windowUpdate(0, 70_000));
            end.receive(end.say().reset(1, ErrorCode.CONNECT_ERROR));
            assertThat(handler.told)
                    .containsExactly(
                            "head /a",
                            "unwritable",
                            "writable",
                            "ended "
                                    + new StreamEnd(
                                            StreamEnd.Kind.RESET_BY_PEER, ErrorCode.CONNECT_ERROR.code(), false));
        }
    }

    @Test
    void whatAHandlerThrowsResetsItsStream() {
        StreamErrorException calm = new StreamErrorException(ErrorCode.ENHANCE_YOUR_CALM, "on purpose");
        Telling handler = new Telling() {
            @Override
            void answer(ChannelHandlerContext connection, Http2StreamHandle stream, boolean last) {
                throw calm;
            }
        };
        try (StreamsEnd end = end(handler)) {
            end.receive(end.say().request(1, true, "/a"));
            assertThat(end.sent()).containsExactly("RST_STREAM 1 ENHANCE_YOUR_CALM");
            assertThat(handler.told).last().asString().startsWith("ended RESET[");
        }
        try (StreamsEnd end = StreamsEnd.server(
                builder -> builder,
                builder -> builder.streamHandler(head -> {
                    throw calm;
                }))) {
            end.receive(end.say().request(1, false, "/a").data(1, "x", false));
            assertThat(end.sent()).containsExactly("RST_STREAM 1 ENHANCE_YOUR_CALM");
        }
    }

    @Test
    void aRequestForWhichThereIsNoHandlerHasAChannel() {
        Telling handler = new Telling();
        try (StreamsEnd end = StreamsEnd.server(
                builder -> builder,
                builder -> builder.streamHandler(
                        head -> head.headers().value(":path").toString().equals("/a") ? handler : null))) {
            end.receive(end.say().request(1, false, "/a").request(3, false, "/b"));
            assertThat(handler.told).containsExactly("head /a");
            assertThat(end.log(0).told).contains("/b");
        }
    }

    @Test
    void aClientAttachesItToItsRequest() {
        Telling handler = new Telling() {
            @Override
            void answer(ChannelHandlerContext connection, Http2StreamHandle stream, boolean last) {}
        };
        try (StreamsEnd end = StreamsEnd.client()) {
            Http2StreamHandle stream = new Http2StreamHandle();
            stream.attachment(handler);
            end.channel.writeAndFlush(Http2SessionWrite.request(stream, get("/")));
            end.sent();
            end.receive(end.say()
                    .response(1, false, 103)
                    .response(1, false, 200)
                    .data(1, "x", false)
                    .headers(1, true, "a", "b"));
            assertThat(handler.told)
                    .containsExactly("head 103", "head 200", "data x", "trailers", "ended " + StreamEnd.COMPLETE);
        }
    }
}
