package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Channels of streams whose handlers read and write messages of their own kind. */
class ChildChannelTest {
    private static final ChannelOption<String> TONE = ChannelOption.valueOf("ChildChannelTest.TONE");

    private final List<Object> told = new ArrayList<>();
    private SpokenChannel made;
    private StreamsEnd end;

    /** Its handlers read paths and words, and write words. */
    private static final class SpokenChannel extends ChildChannel {
        private String tone = "kind";

        SpokenChannel(Http2StreamsHandler streams, Http2StreamHandle handle, int serial, boolean promised) {
            super(streams, handle, serial, promised);
        }

        @Override
        protected Object received(Http2SessionEvent event) {
            if (event instanceof Http2SessionEvent.Headers headers) {
                return "asked for " + headers.headers().value(":path");
            }
            // An empty end is not worth a word.
            ByteBuf content = ((Http2SessionEvent.Data) event).content();
            String said = content.isReadable() ? content.readableBytes() + " bytes" : null;
            ReferenceCountUtil.release(event);
            return said;
        }

        @Override
        protected Object told(Object event) {
            return event instanceof Http2SessionEvent.Reset ? "the peer left" : null;
        }

        @Override
        protected Throwable failed(Throwable cause) {
            return new IllegalStateException("misunderstood", cause);
        }

        @Override
        protected Object written(Object message) {
            if (message.equals("nothing")) {
                return null;
            } else if (message.equals("gone")) {
                return Http2SessionWrite.response(handle(), status(410));
            } else if (message instanceof ByteBuf) {
                throw new IllegalArgumentException("words only");
            }
            return message;
        }

        @Override
        protected Throwable refused(Throwable cause) {
            return new IllegalStateException("refused", cause);
        }

        @Override
        protected boolean isStreamError(Throwable cause) {
            return cause instanceof UnsupportedOperationException;
        }

        @Override
        protected Set<ChannelOption<?>> ownOptions() {
            return Set.of(TONE);
        }

        @Override
        protected Object ownOption(ChannelOption<?> option) {
            return option == TONE ? tone : null;
        }

        @Override
        protected boolean setOwnOption(ChannelOption<?> option, Object value) {
            boolean known = option == TONE;
            if (known) {
                tone = (String) value;
            }
            return known;
        }
    }

    private final class Listener extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            told.add(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            told.add(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            told.add(cause.getMessage());
            ctx.fireExceptionCaught(new UnsupportedOperationException(cause));
        }
    }

    private StreamsEnd server() {
        end = StreamsEnd.server(session -> session, streams -> streams.channels((handler, stream, serial, promised) -> {
                    made = new SpokenChannel(handler, stream, serial, promised);
                    return made;
                })
                .childHandler(new ChannelInitializer<SpokenChannel>() {
                    @Override
                    protected void initChannel(SpokenChannel channel) {
                        channel.pipeline().addLast(new Listener());
                    }
                }));
        return end;
    }

    @AfterEach
    void close() {
        end.close();
    }

    @Test
    void handlersReadWhatTheChannelMakesOfEvents() {
        server().receive(
                        end.say().request(1, false, "/a").data(1, "four", false).data(1, "", true));
        assertThat(told).containsExactly("asked for /a", "4 bytes");

        end.receive(end.say().request(3, false, "/b").reset(3, ErrorCode.CANCEL));
        assertThat(told).containsExactly("asked for /a", "4 bytes", "asked for /b", "the peer left");
    }

    @Test
    void whatHandlersWriteIsWhatTheChannelMakesOfIt() {
        server().receive(end.say().request(1, true, "/a"));
        ChannelFuture nothing = made.write("nothing");
        assertThat(nothing.isSuccess()).isTrue();
        ChannelFuture unknown = made.write("something else");
        assertThat(unknown.cause()).hasMessage("refused").hasCauseInstanceOf(UnsupportedMessageTypeException.class);
        ByteBuf bytes = StreamsEnd.text("bytes");
        assertThat(made.write(bytes).cause()).hasMessage("refused").hasRootCauseMessage("words only");
        assertThat(bytes.refCnt()).isZero();

        ChannelFuture gone = made.writeAndFlush("gone");
        assertThat(end.sent()).containsExactly("HEADERS 1 END_STREAM [:status: 410]");
        assertThat(gone.isSuccess()).isTrue();
    }

    @Test
    void failuresAreToldInTheChannelsWordsAndEndItsStream() {
        server().receive(
                        end.say().request(1, false, "/a", "content-length", "1").data(1, "more than one", false));
        assertThat(told).containsExactly("asked for /a", "misunderstood");
        assertThat(end.sent()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
    }

    @Test
    void optionsOfTheChannelAreAnsweredBesideThoseOfAll() {
        server().receive(end.say().request(1, true, "/a"));
        assertThat(made.config().getOption(TONE)).isEqualTo("kind");
        assertThat(made.config().setOption(TONE, "rough")).isTrue();
        assertThat(made.config().getOptions()).containsEntry(TONE, "rough");
        assertThat(made.config().setOption(ChannelOption.SO_LINGER, 1)).isFalse();
    }

    @Test
    void aBootstrapOpensTheKindThatTheConnectionHas() {
        end = StreamsEnd.client(session -> session, streams -> streams.channels(SpokenChannel::new));
        Promise<SpokenChannel> right = end.channel.eventLoop().newPromise();
        new StreamBootstrap(end.channel).open(SpokenChannel.class, right);
        assertThat(right.getNow()).isInstanceOf(SpokenChannel.class);
        Future<StreamChannel> wrong = new StreamBootstrap(end.channel).open();
        assertThat(wrong.cause()).isInstanceOf(IllegalStateException.class).hasMessageContaining("StreamChannel");
        assertThat(end.streams.openChannels()).isEqualTo(1);

        List<ChildChannel> open = new ArrayList<>();
        end.streams.forEachChannel(open::add);
        assertThat(open).containsExactly(right.getNow());
    }
}
