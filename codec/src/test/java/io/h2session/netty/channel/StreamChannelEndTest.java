package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.get;
import static io.h2session.netty.channel.StreamsEnd.post;
import static io.h2session.netty.channel.StreamsEnd.status;
import static io.h2session.netty.channel.StreamsEnd.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a stream ends: what is sent, what the handlers are told, and what the channel says why. */
class StreamChannelEndTest {
    private static StreamChannel requested(StreamsEnd end, boolean whole) {
        end.receive(end.say().request(1, whole, "/a"));
        end.log(0).news();
        end.sent();
        return end.child(0);
    }

    private static StreamEnd ended(StreamEnd.Kind kind, ErrorCode code) {
        return new StreamEnd(kind, code.code(), false);
    }

    // ---- this end

    @Test
    void closingAnUnansweredRequestCancels() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end, true);
            assertThat(child.end()).isNull();
            child.close();
            assertThat(end.sent()).containsExactly("RST_STREAM 1 CANCEL");
            assertThat(child.end()).isEqualTo(ended(StreamEnd.Kind.RESET, ErrorCode.CANCEL));
        }
    }

    @Test
    void aServerThatAnsweredCompletelyBeforeTheRequestEndedSaysNoError() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end, false);
            child.writeAndFlush(Http2SessionWrite.response(child.stream(), status(200), text("done")));
            child.close();
            assertThat(end.sent())
                    .containsExactly("HEADERS 1 [:status: 200]", "DATA 1 END_STREAM done", "RST_STREAM 1 NO_ERROR");
            assertThat(child.end()).isEqualTo(StreamEnd.CLOSED);
            end.receive(end.say().data(1, "more", true)).receive(end.say().ping(1));
            assertThat(end.sent()).containsExactly("PING ACK 1");
        }
    }

    @Test
    void aServerThatAnsweredEarlyFromASourceSaysNoErrorToo() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end, false);
            child.writeAndFlush(Http2SessionWrite.response(
                    child.stream(), status(200), io.h2session.api.DataSource.ofAscii("done")));
            assertThat(end.sent()).hasSize(2);
            child.close();
            assertThat(end.sent()).containsExactly("RST_STREAM 1 NO_ERROR");
        }
    }

    @Test
    void aServerInTheMiddleOfItsAnswerCancels() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end, true);
            child.write(Http2SessionWrite.responseHead(child.stream(), status(200)));
            child.writeAndFlush(text("x"));
            end.sent();
            child.close();
            assertThat(end.sent()).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void resetHasTheCodeThatIsGiven() throws InterruptedException {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end, false);
            Thread other = new Thread(() -> child.reset(ErrorCode.ENHANCE_YOUR_CALM));
            other.start();
            other.join();
            assertThat(end.sent()).containsExactly("RST_STREAM 1 ENHANCE_YOUR_CALM");
            assertThat(child.end()).isEqualTo(ended(StreamEnd.Kind.RESET, ErrorCode.ENHANCE_YOUR_CALM));
            child.reset(ErrorCode.CANCEL);
            assertThat(end.sent()).isEmpty();
            assertThatIllegalArgumentException().isThrownBy(() -> child.reset(-1));
        }
    }

    @Test
    void writingAResetClosesTheChannelAndSendsNoSecondOne() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end, false);
            ChannelFuture written =
                    child.writeAndFlush(Http2SessionWrite.reset(child.stream(), ErrorCode.REFUSED_STREAM));
            assertThat(child.isOpen()).isFalse();
            child.close();
            assertThat(end.sent()).containsExactly("RST_STREAM 1 REFUSED_STREAM");
            assertThat(written.isSuccess()).isTrue();
            assertThat(end.log(0).news()).containsExactly("inactive", "unregistered", "removed");
        }
    }

    @ParameterizedTest
    @CsvSource({"true, ENHANCE_YOUR_CALM", "false, INTERNAL_ERROR"})
    void anExceptionAtTheEndOfThePipelineResets(boolean withCode, ErrorCode expected) {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamErrorException calm = new StreamErrorException(ErrorCode.ENHANCE_YOUR_CALM, "on purpose");
            end.reaction = (log, what, message) -> {
                log.passesExceptions = true;
                if (what.equals("\"x\"")) {
                    throw withCode ? new IllegalStateException(calm) : new IllegalStateException("on purpose");
                }
            };
            end.receive(end.say().request(1, false, "/a").data(1, "x", false));
            assertThat(end.sent()).containsExactly("RST_STREAM 1 " + expected);
            assertThat(end.child(0).end()).isEqualTo(ended(StreamEnd.Kind.RESET, expected));
            assertThat(end.log(0).told).containsSubsequence("\"x\"", "exception", "inactive");
        }
    }

    @Test
    void theApplicationDecidesWhichExceptionsResetAndHow() {
        try (StreamsEnd end = StreamsEnd.server(
                builder -> builder,
                builder -> builder.errorCode(
                        cause -> cause instanceof IOException ? ErrorCode.CONNECT_ERROR.code() : -1))) {
            StreamChannel child = requested(end, false);
            end.log(0).passesExceptions = true;
            child.pipeline().fireExceptionCaught(new IllegalStateException("only logged"));
            assertThat(end.sent()).isEmpty();
            assertThat(child.isOpen()).isTrue();
            child.pipeline().fireExceptionCaught(new IOException("on purpose"));
            assertThat(end.sent()).containsExactly("RST_STREAM 1 CONNECT_ERROR");
        }
    }

    @Test
    void aWriteThatCameTooLateIsNoReasonToReset() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end, false);
            end.log(0).passesExceptions = true;
            child.pipeline().fireExceptionCaught(new ClosedChannelException());
            assertThat(child.isOpen()).isTrue();
            assertThat(end.sent()).isEmpty();
        }
    }

    // ---- the peer

    @Test
    void thePeersResetIsToldWithItsCodeAndNotAnswered() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end, false);
            end.receive(end.say().reset(1, ErrorCode.CONNECT_ERROR));
            assertThat(end.log(0).news()).containsExactly("reset CONNECT_ERROR", "inactive", "unregistered", "removed");
            assertThat(end.sent()).isEmpty();
            assertThat(child.end()).isEqualTo(ended(StreamEnd.Kind.RESET_BY_PEER, ErrorCode.CONNECT_ERROR));
        }
    }

    @Test
    void theEndOfTheConnectionEndsEachStream() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end, false);
            end.receive(end.say().request(3, false, "/b"));
            end.receive(end.say().frame(6, 0, 0, (byte) 1));
            assertThat(end.sent()).last().asString().startsWith("GOAWAY 3 FRAME_SIZE_ERROR");
            assertThat(child.end().kind()).isEqualTo(StreamEnd.Kind.CONNECTION_ENDED);
            assertThat(end.child(1).end().kind()).isEqualTo(StreamEnd.Kind.CONNECTION_ENDED);
            assertThat(end.log(0).told).containsOnlyOnce("inactive");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTransportThatFailsToWriteEndsEachStreamWithTheConnection(boolean voidPromises) {
        try (StreamsEnd end = StreamsEnd.client()) {
            StreamChannel begun = end.open();
            StreamChannel asking = end.open();
            StreamChannel waiting = end.open();
            for (StreamChannel one : List.of(begun, waiting)) {
                one.writeAndFlush(Http2SessionWrite.requestHead(one.stream(), post("/")));
            }
            end.channel.failWrites(new IOException("on purpose"));
            write(begun, text("more"), voidPromises);
            write(asking, Http2SessionWrite.requestHead(asking.stream(), post("/")), voidPromises);
            begun.flush();
            end.channel.runPendingTasks();

            assertThat(List.of(begun, asking, waiting)).allSatisfy(one -> {
                assertThat(one.isOpen()).isFalse();
                assertThat(one.end()).isEqualTo(ended(StreamEnd.Kind.CONNECTION_ENDED, ErrorCode.CANCEL));
            });
            assertThat(end.logs).allSatisfy(log -> assertThat(log.told).containsOnlyOnce("inactive"));
        }
    }

    private static void write(StreamChannel to, Object message, boolean voidPromise) {
        to.write(message, voidPromise ? to.voidPromise() : to.newPromise());
    }

    @Test
    void whoDoesNotReadHearsAtOnceThatTheConnectionIsGone() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end, false);
            child.config().setAutoRead(false);
            end.receive(end.say().data(1, "one", false).data(1, "two", false));
            end.receive(end.say().data(1, "three", false));
            end.log(0).news();
            end.vanish();
            assertThat(end.log(0).news()).containsExactly("CUT", "(connection inactive)");
            assertThat(child.isOpen()).isTrue();
            child.close();
            end.sent();
            assertThat(end.log(0).news()).contains("inactive");
            assertThat(child.end().kind()).isEqualTo(StreamEnd.Kind.CONNECTION_ENDED);
        }
    }

    @Test
    void noChannelIsMadeOfAMalformedRequest() {
        String[][] lengths = {
            {"content-length", "1", "content-length", "2"}, {"content-length", "+1"}, {"content-length", "-1"}
        };
        for (String[] fields : lengths) {
            for (boolean whole : new boolean[] {false, true}) {
                try (StreamsEnd end = StreamsEnd.server()) {
                    end.receive(end.say().request(1, whole, "/a", fields));
                    assertThat(end.sent()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
                    assertThat(end.logs).isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"long, false", "short, false", "trailers, false", "long, true", "short, true", "trailers, true"})
    void aBodyThatIsNotAsLongAsItsHeadSaidIsAnExceptionAndTheEnd(String how, boolean answered) {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.receive(end.say().request(1, false, "/a", "content-length", "3"));
            StreamChannel child = end.child(0);
            if (answered) {
                child.writeAndFlush(Http2SessionWrite.response(child.stream(), status(200), text("x")));
            }
            end.sent();
            switch (how) {
                case "long" -> end.receive(end.say().data(1, "four", false));
                case "short" -> end.receive(end.say().data(1, "a", true));
                default -> end.receive(end.say().headers(1, true, "a", "b"));
            }
            assertThat(end.sent()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
            assertThat(end.log(0).told)
                    .containsSubsequence("/a", "exception", "inactive", "unregistered")
                    .containsOnlyOnce("exception");
            assertThat(end.log(0).exceptions)
                    .singleElement()
                    .isInstanceOfSatisfying(StreamErrorException.class, error -> assertThat(error.errorCode())
                            .isEqualTo(ErrorCode.PROTOCOL_ERROR.code()));
            assertThat(child.end()).isEqualTo(ended(StreamEnd.Kind.RESET, ErrorCode.PROTOCOL_ERROR));
        }
    }

    @Test
    void aResponseThatMakesTheRestOfTheRequestUselessIsReadWhole() {
        try (StreamsEnd end = StreamsEnd.client(builder -> builder, builder -> builder, 4, 0)) {
            StreamChannel child = end.open();
            child.config().setAutoRead(false);
            ChannelFuture request =
                    child.writeAndFlush(Http2SessionWrite.request(child.stream(), post("/"), text("a body")));
            assertThat(end.sent()).hasSize(1);
            end.receive(end.say()
                    .response(1, false, 413)
                    .data(1, "too", false)
                    .data(1, "large", true)
                    .reset(1, ErrorCode.NO_ERROR));
            assertThat(request.cause()).isInstanceOf(ClosedChannelException.class);
            assertThat(child.isOpen()).isTrue();

            child.config().setAutoRead(true);
            end.sent();
            assertThat(end.log(0).told).containsSubsequence("413", "INPUT_ENDED", "inactive");
            assertThat(end.log(0).bytes).isEqualTo("toolarge".length());
            assertThat(child.end()).isEqualTo(ended(StreamEnd.Kind.RESET_BY_PEER, ErrorCode.NO_ERROR));
        }
    }

    @Test
    void removingTheHandlerTellsHandlersOfStreamsWithoutChannels() {
        try (StreamsEnd end = StreamsEnd.client(builder -> builder, builder -> builder, 3, 1)) {
            List<StreamEnd> told = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Http2StreamHandle stream = new Http2StreamHandle();
                stream.attachment(new StreamHandler() {
                    @Override
                    public void head(ChannelHandlerContext connection, Http2SessionEvent.Headers head) {}

                    @Override
                    public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
                        data.release();
                    }

                    @Override
                    public void ended(ChannelHandlerContext connection, Http2StreamHandle over, StreamEnd why) {
                        told.add(why);
                    }
                });
                end.channel.writeAndFlush(Http2SessionWrite.request(stream, get("/")));
            }
            assertThat(end.sent()).hasSize(1);
            end.channel.pipeline().remove(end.streams);
            end.channel.flush();
            assertThat(told).containsExactly(StreamEnd.UNSENT, ended(StreamEnd.Kind.RESET, ErrorCode.CANCEL));
            assertThat(end.sent()).containsExactly("RST_STREAM 1 CANCEL");
            end.vanish();
            assertThat(told).hasSize(2);
        }
    }

    // ---- half closed

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTunnelEndsInBothOrders(boolean clientFirst) {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.reaction = (log, what, message) -> {
                if (message instanceof Http2SessionEvent.Headers) {
                    log.ctx.writeAndFlush(Http2SessionWrite.responseHead(log.channel.stream(), status(200)));
                } else if (message instanceof Http2SessionEvent.Data data
                        && data.content().isReadable()) {
                    log.ctx.writeAndFlush(data.content().retain());
                }
            };
            end.receive(end.say().headers(1, false, ":method", "CONNECT", ":authority", "there:1"));
            end.receive(end.say().data(1, "echo", false));
            assertThat(end.sent()).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 echo");
            StreamChannel child = end.child(0);
            end.log(0).news();
            if (clientFirst) {
                end.receive(end.say().data(1, "", true));
                assertThat(end.log(0).news()).contains("INPUT_ENDED");
                assertThat(child.isActive()).isTrue();
                child.writeAndFlush(text("more"));
                assertThat(end.sent()).containsExactly("DATA 1 more");
                assertThat(child.shutdownOutput().isDone()).isFalse();
                assertThat(end.sent()).containsExactly("DATA 1 END_STREAM");
            } else {
                child.shutdownOutput();
                assertThat(end.sent()).containsExactly("DATA 1 END_STREAM");
                assertThat(child.isActive()).isTrue();
                assertThat(child.write(text("late")).cause()).isInstanceOf(ClosedChannelException.class);
                end.receive(end.say().data(1, "still", false));
                assertThat(end.log(0).news()).contains("\"still\"");
                end.receive(end.say().data(1, "", true));
                end.sent();
            }
            assertThat(child.end()).isEqualTo(StreamEnd.COMPLETE);
            assertThat(end.log(0).news()).endsWith("inactive", "unregistered", "removed");
        }
    }

    // ---- what happens to the connection

    @Test
    void whatEndsOneDirectionOfTheConnectionIsRepeatedOnEachStream() {
        Object[] events = {
            ChannelInputShutdownReadComplete.INSTANCE,
            ChannelOutputShutdownEvent.INSTANCE,
            SslCloseCompletionEvent.SUCCESS
        };
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end, false);
            end.receive(end.say().request(3, false, "/b"));
            end.log(1).news();
            end.behind.clear();
            for (Object event : events) {
                end.channel.pipeline().context(end.session).fireUserEventTriggered(event);
            }
            end.channel.pipeline().context(end.session).fireUserEventTriggered("something else");
            for (StreamLog log : end.logs) {
                assertThat(log.news())
                        .containsExactly(
                                "ChannelInputShutdownReadComplete",
                                "ChannelOutputShutdownEvent",
                                "SslCloseCompletionEvent");
            }
            assertThat(end.behind).contains(events).contains("something else");
            assertThat(child.isActive()).isTrue();
        }
    }

    @Test
    void aFailureOfTlsIsEachStreamsAndOthersAreTheConnections() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end, false);
            end.channel.pipeline().context(end.session).fireExceptionCaught(new SSLException("on purpose"));
            end.channel.pipeline().context(end.session).fireExceptionCaught(new IllegalStateException("other"));
            assertThat(end.log(0).exceptions).singleElement().isInstanceOf(SSLException.class);
            assertThat(end.exceptionsBehind).hasSize(2);
            assertThat(child.isActive()).isTrue();
        }
    }

    @Test
    void aTransportWhoseTlsFailsIsAnExceptionOfEachStreamBeforeItIsInactive() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end, false);
            end.channel.pipeline().fireExceptionCaught(new SSLException("on purpose"));
            end.channel.runPendingTasks();
            assertThat(end.log(0).news()).containsSubsequence("exception", "inactive");
            assertThat(end.log(0).exceptions).singleElement().isInstanceOf(SSLException.class);
            assertThat(child.end().kind()).isEqualTo(StreamEnd.Kind.CONNECTION_ENDED);
        }
    }

    @Test
    void removingTheHandlerResetsItsStreams() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end, false);
            end.channel.pipeline().remove(end.streams);
            end.channel.flush();
            assertThat(end.sent()).containsExactly("RST_STREAM 1 CANCEL");
            assertThat(child.isOpen()).isFalse();
            assertThat(end.log(0).told).endsWith("inactive", "unregistered", "removed");
        }
    }
}
