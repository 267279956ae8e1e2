package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.NotSentReason;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Body;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written out of order, or is not as long as was said, fails its promise with a word or a reason. */
class MessageOrderTest {
    private static final HeaderList TRAILERS = HeaderList.of("a", "b");
    private static final HeaderList OK_5 = status(200).plus("content-length", "5");

    private final SessionPair pair = new SessionPair();
    private Http2StreamHandle stream;

    @AfterEach
    void close() {
        pair.close();
    }

    private void requested(String method) {
        pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/").with(":method", method)));
        stream = pair.serverEvents.of(Http2SessionEvent.Headers.class).get(0).stream();
    }

    private void refused(String word, Http2SessionWrite write) {
        ChannelFuture written = pair.server.write(write);
        assertThat(written.cause())
                .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused.word())
                        .isEqualTo(word));
    }

    private static void notSent(NotSentReason reason, ChannelFuture... written) {
        for (ChannelFuture one : written) {
            assertThat(one.cause())
                    .isInstanceOfSatisfying(Http2NotSentException.class, cause -> assertThat(cause.reason())
                            .isEqualTo(reason));
        }
    }

    private void flush() {
        pair.server.flush();
        pair.exchange();
    }

    private void clientSaw(ErrorCode code, String body) {
        assertThat(pair.clientEvents.body).hasToString(body);
        assertThat(pair.clientEvents.one(Http2SessionEvent.StreamClosed.class).errorCode())
                .isEqualTo(code.code());
    }

    // ---- order -----------------------------------------------------------------------------------------------------

    @Test
    void whatIsWrittenOutOfOrderIsRefusedWithAWord() {
        requested("GET");
        refused("data_before_head", Http2SessionWrite.data(stream, text("x"), true));
        refused("data_before_head", Http2SessionWrite.body(stream, Body.script()));
        refused("trailers_before_head", Http2SessionWrite.trailers(stream, TRAILERS));
        refused("not_informational", Http2SessionWrite.informational(stream, status(200)));
        refused("content_in_informational", Http2SessionWrite.responseHead(stream, status(103)));
        pair.server.write(Http2SessionWrite.informational(stream, status(103)));
        refused("trailers_before_head", Http2SessionWrite.trailers(stream, TRAILERS));
        refused(
                "content_length_in_204",
                Http2SessionWrite.response(stream, status(204).plus("content-length", "0")));

        pair.server.write(Http2SessionWrite.responseHead(stream, status(200)));
        refused("second_final_response", Http2SessionWrite.response(stream, status(200)));
        refused("second_final_response", Http2SessionWrite.response(stream, status(200), text("x")));
        pair.server.write(Http2SessionWrite.data(stream, text("one"), false));
        refused("informational_after_final_response", Http2SessionWrite.informational(stream, status(103)));
        pair.server.write(Http2SessionWrite.trailers(stream, TRAILERS));
        refused("data_after_end", Http2SessionWrite.data(stream, text("x"), false));
        refused("trailers_after_end", Http2SessionWrite.trailers(stream, TRAILERS));
        flush();

        assertThat(pair.clientEvents.statuses()).containsExactly("103", "200");
        clientSaw(ErrorCode.NO_ERROR, "one");
    }

    @Test
    void aClientsDataAfterTheEndIsRefused() {
        Http2StreamHandle request = new Http2StreamHandle();
        pair.client.write(Http2SessionWrite.requestHead(request, post("/")));
        pair.client.write(Http2SessionWrite.data(request, text("x"), true));
        ChannelFuture late = pair.client.write(Http2SessionWrite.data(request, text("y"), true));
        assertThat(late.cause())
                .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused.word())
                        .isEqualTo("data_after_end"));
        pair.client.flush();
        pair.exchange();
        assertThat(pair.serverEvents.body).hasToString("x");
    }

    // ---- content-length --------------------------------------------------------------------------------------------

    @Test
    void dataBeyondTheContentLengthFailsAndResetsTheStream() {
        requested("GET");
        ChannelFuture head = pair.server.write(Http2SessionWrite.responseHead(stream, OK_5));
        ChannelFuture first = pair.server.write(Http2SessionWrite.data(stream, text("hello"), false));
        ChannelFuture beyond = pair.server.write(Http2SessionWrite.data(stream, text("!"), false));
        ChannelFuture last = pair.server.write(Http2SessionWrite.data(stream, text("?"), true));
        flush();

        assertThat(head.isSuccess()).isTrue();
        assertThat(first.isSuccess()).isTrue();
        notSent(NotSentReason.MORE_THAN_CONTENT_LENGTH, beyond, last);
        clientSaw(ErrorCode.INTERNAL_ERROR, "hello");
        assertThat(pair.serverHandler.pendingBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dataThatEndsBeforeTheContentLengthFailsAndResetsTheStream(boolean trailers) {
        requested("GET");
        pair.server.write(Http2SessionWrite.responseHead(stream, OK_5));
        ChannelFuture first = pair.server.writeAndFlush(Http2SessionWrite.data(stream, text("he"), false));
        pair.exchange();
        ChannelFuture second = pair.server.write(Http2SessionWrite.data(stream, text("l"), !trailers));
        ChannelFuture end = trailers ? pair.server.write(Http2SessionWrite.trailers(stream, TRAILERS)) : second;
        flush();

        assertThat(first.isSuccess()).isTrue();
        notSent(NotSentReason.LESS_THAN_CONTENT_LENGTH, second, end);
        clientSaw(ErrorCode.INTERNAL_ERROR, "he");
    }

    @ParameterizedTest
    @CsvSource({"hell, LESS_THAN_CONTENT_LENGTH", "hello!, MORE_THAN_CONTENT_LENGTH"})
    void wholeBodiesAreHeldToTheirContentLengthToo(String content, NotSentReason reason) {
        requested("GET");
        Body source = Body.script().then(content, DataResult.END);
        Http2StreamHandle request = new Http2StreamHandle();
        ByteBuf upload = text(content);
        ChannelFuture response = pair.server.write(Http2SessionWrite.response(stream, OK_5, source));
        flush();
        ChannelFuture uploaded =
                pair.request(Http2SessionWrite.request(request, post("/").plus("content-length", "5"), upload));

        notSent(reason, response, uploaded);
        assertThat(source.closed()).isEqualTo(1);
        assertThat(upload.refCnt()).isZero();
        assertThat(pair.serverEvents.of(Http2SessionEvent.StreamClosed.class))
                .extracting(Http2SessionEvent.StreamClosed::errorCode)
                .containsExactly(ErrorCode.INTERNAL_ERROR.code(), ErrorCode.INTERNAL_ERROR.code());
    }

    // ---- responses without content ---------------------------------------------------------------------------------

    /** How far the writes have got when they are flushed. */
    enum Flushed {
        ONCE,
        AFTER_THE_HEAD
    }

    @ParameterizedTest
    @EnumSource
    void oneCodePathServesGetAndHead(Flushed flushed) {
        for (String method : List.of("GET", "HEAD")) {
            requested(method);
            Http2StreamHandle answered = pair.serverEvents.of(Http2SessionEvent.Headers.class).stream()
                    .reduce((before, last) -> last)
                    .orElseThrow()
                    .stream();
            List<String> done = new ArrayList<>();
            ByteBuf one = text("hel");
            ByteBuf two = text("lo");
            List<ChannelFuture> written = new ArrayList<>();
            written.add(pair.server.write(Http2SessionWrite.responseHead(answered, OK_5)));
            if (flushed == Flushed.AFTER_THE_HEAD) {
                flush();
            }
            written.add(pair.server.write(Http2SessionWrite.data(answered, one, false)));
            written.add(pair.server.write(Http2SessionWrite.data(answered, two, false)));
            written.add(pair.server.write(Http2SessionWrite.trailers(answered, TRAILERS)));
            for (int i = 0; i < written.size(); i++) {
                String name = "" + i;
                written.get(i).addListener(future -> done.add(name));
            }
            assertThat(done).hasSize(flushed == Flushed.ONCE ? 0 : 1);
            flush();

            assertThat(written).as(method).allMatch(ChannelFuture::isSuccess);
            assertThat(done).as(method).containsExactly("0", "1", "2", "3");
            assertThat(one.refCnt()).isZero();
            assertThat(two.refCnt()).isZero();
            assertThat(pair.server
                            .write(Http2SessionWrite.data(answered, text("!"), false))
                            .isSuccess())
                    .isFalse();
        }
        assertThat(pair.clientEvents.body).hasToString("hello");
        List<Http2SessionEvent.Headers> heads = pair.clientEvents.of(Http2SessionEvent.Headers.class);
        assertThat(heads.get(heads.size() - 1).endStream()).isTrue();
        assertThat(heads.get(heads.size() - 1).headers()).isEqualTo(OK_5);
        assertThat(pair.clientEvents.of(Http2SessionEvent.StreamClosed.class))
                .extracting(Http2SessionEvent.StreamClosed::errorCode)
                .containsExactly(0L, 0L);
        assertThat(pair.serverHandler.pendingBytes()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200", "GET, 204", "GET, 205", "GET, 304"})
    void wholeBodiesOfResponsesWithoutContentAreDroppedUnread(String method, int status) {
        for (boolean isVoid : new boolean[] {false, true}) {
            for (boolean buffer : new boolean[] {false, true}) {
                int before = pair.clientEvents
                        .of(Http2SessionEvent.StreamClosed.class)
                        .size();
                pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/").with(":method", method)));
                List<Http2SessionEvent.Headers> requests = pair.serverEvents.of(Http2SessionEvent.Headers.class);
                Http2StreamHandle answered = requests.get(requests.size() - 1).stream();
                ByteBuf content = text("hello");
                Body source = Body.script().then("hello", DataResult.END);
                Http2SessionWrite write = buffer
                        ? Http2SessionWrite.response(answered, status(status), content)
                        : Http2SessionWrite.response(answered, status(status), source);
                ChannelFuture written =
                        pair.server.write(write, isVoid ? pair.server.voidPromise() : pair.server.newPromise());
                flush();

                assertThat(isVoid || written.isSuccess()).isTrue();
                assertThat(source.reads()).isZero();
                assertThat(source.closed()).isEqualTo(buffer ? 0 : 1);
                assertThat(content.refCnt()).isEqualTo(buffer ? 0 : 1);
                if (!buffer) {
                    content.release();
                }
                assertThat(pair.clientEvents.of(Http2SessionEvent.StreamClosed.class))
                        .hasSize(before + 1);
            }
        }
        assertThat(pair.clientEvents.body).isEmpty();
        assertThat(pair.serverHandler.pendingBytes()).isZero();
        assertThat(pair.server.isOpen()).isTrue();
    }

    @Test
    void aSourceThatFollowsAHeadWithoutContentIsClosedUnread() {
        requested("HEAD");
        Body rest = Body.script().then("hello", DataResult.END);
        pair.server.write(Http2SessionWrite.responseHead(stream, status(200)), pair.server.voidPromise());
        ChannelFuture written = pair.server.write(Http2SessionWrite.body(stream, rest));
        assertThat(written.isDone()).isFalse();
        flush();

        assertThat(written.isSuccess()).isTrue();
        assertThat(rest.reads()).isZero();
        assertThat(rest.closed()).isEqualTo(1);
    }

    @Test
    void whatIsDroppedFailsWithAHeadThatNeverGoes() {
        requested("HEAD");
        pair.server.write(Http2SessionWrite.responseHead(stream, status(200)));
        ChannelFuture dropped = pair.server.write(Http2SessionWrite.data(stream, text("x"), false));
        pair.server.write(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
        flush();

        assertThat(dropped.cause()).isInstanceOf(Http2NotSentException.class);
        assertThat(pair.server
                        .write(Http2SessionWrite.data(stream, text("x"), false))
                        .cause())
                .isInstanceOf(Http2NotSentException.class);
    }
}
