package io.h2session.toy;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.testing.GatedChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.util.ReferenceCountUtil;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A level above the handler is built on its events, its writes, the handles and its public methods alone. */
class ToyLevelTest {
    private static final HeaderList GET = HeaderList.of(
            HeaderNames.METHOD, "GET", HeaderNames.SCHEME, "http", HeaderNames.AUTHORITY, "toy", HeaderNames.PATH, "/");
    private static final HeaderList POST = HeaderList.of(
            HeaderNames.METHOD,
            "POST",
            HeaderNames.SCHEME,
            "http",
            HeaderNames.AUTHORITY,
            "toy",
            HeaderNames.PATH,
            "/");
    private static final HeaderList OK = HeaderList.of(HeaderNames.STATUS, "200");
    private static final HeaderList TRAILERS = HeaderList.of("checksum", "5");

    private final Http2SessionHandler clientSession =
            Http2SessionHandler.forClient().build();
    private final Http2SessionHandler serverSession =
            Http2SessionHandler.forServer().streamWriteMarks(100, 1000).build();
    private final ToyStreams client = new ToyStreams(ToyStream::new);
    private final ToyStreams server = new ToyStreams(ToyStream::new);
    private GatedChannel clientChannel;
    private GatedChannel serverChannel;

    @BeforeEach
    void connect() {
        clientChannel = new GatedChannel(clientSession, client);
        serverChannel = new GatedChannel(serverSession, server);
        exchange();
    }

    @AfterEach
    void disconnect() {
        for (GatedChannel channel : new GatedChannel[] {clientChannel, serverChannel}) {
            channel.unsafe().close(channel.voidPromise());
            channel.runPendingTasks();
            channel.releaseOutbound();
        }
    }

    @Test
    void aRequestIsAnsweredWithHeadDataAndTrailers() {
        ToyStream asking = request("question");
        ToyStream answering = server.accepted.get(0);
        assertThat(answering.heads).containsExactly(POST);
        assertThat(answering.body).hasToString("question");
        assertThat(answering.inputEnded).isTrue();

        answering.respond(OK);
        answering.data(ascii("answer"), false);
        answering.trailers(TRAILERS);
        exchange();
        assertThat(asking.heads).containsExactly(OK);
        assertThat(asking.body).hasToString("answer");
        assertThat(asking.trailers).isEqualTo(TRAILERS);
        assertThat(asking.closed.errorCode()).isZero();
        assertThat(asking.closed.inboundComplete()).isTrue();
        assertThat(answering.closed.errorCode()).isZero();
    }

    @Test
    void streamsAreToldApart() {
        ToyStream first = request("one");
        ToyStream second = request("two");
        assertThat(first.handle.id()).isEqualTo(1);
        assertThat(second.handle.id()).isEqualTo(3);
        assertThat(server.accepted).extracting(stream -> stream.body.toString()).containsExactly("one", "two");

        server.accepted.get(1).respond(OK);
        server.accepted.get(1).data(ascii("second"), true);
        exchange();
        assertThat(second.body).hasToString("second");
        assertThat(second.closed).isNotNull();
        assertThat(first.heads).isEmpty();
        assertThat(first.closed).isNull();
    }

    @Test
    void thePeerSendsAsMuchAsWasConsumed() {
        int size = 3 * serverSession.session().localWindow(0);
        ToyStream asking = client.open();
        asking.request(POST, false);
        asking.data(Unpooled.buffer().writeZero(size), true);
        exchange();
        ToyStream answering = server.accepted.get(0);
        assertThat(answering.body).isNotEmpty().hasSizeLessThan(size);
        for (int before = -1; answering.body.length() > before && !answering.inputEnded; ) {
            before = answering.body.length();
            answering.consume();
            exchange();
        }
        assertThat(answering.body).hasSize(size);
        assertThat(answering.inputEnded).isTrue();
    }

    @Test
    void aStreamIsUnwritableWhileTooMuchWaits() {
        ToyStream asking = client.open();
        asking.request(GET, true);
        exchange();
        ToyStream answering = server.accepted.get(0);
        answering.respond(OK);
        ChannelFuture written = answering.data(
                Unpooled.buffer().writeZero(3 * clientSession.session().localWindow(0)), false);
        exchange();
        assertThat(answering.handle.isWritable()).isFalse();
        assertThat(answering.writability).containsExactly(false);
        assertThat(written.isDone()).isFalse();
        while (!written.isDone()) {
            asking.consume();
            exchange();
        }
        assertThat(answering.handle.isWritable()).isTrue();
        assertThat(answering.writability).containsExactly(false, true);
    }

    @Test
    void aResetIsToldToTheOtherEnd() {
        ToyStream cancelled = request("question");
        cancelled.reset(ErrorCode.CANCEL.code());
        exchange();
        assertThat(server.accepted.get(0).resetCode).isEqualTo(ErrorCode.CANCEL.code());
        assertThat(server.accepted.get(0).closed.errorCode()).isEqualTo(ErrorCode.CANCEL.code());
        assertThat(cancelled.closed.errorCode()).isEqualTo(ErrorCode.CANCEL.code());

        ToyStream refused = request("another");
        server.accepted.get(1).reset(ErrorCode.REFUSED_STREAM.code());
        exchange();
        assertThat(refused.resetCode).isEqualTo(ErrorCode.REFUSED_STREAM.code());
        assertThat(refused.closed.retryIsSafe()).isTrue();
    }

    @Test
    void everyStreamIsClosedBeforeTheSessionEnds() {
        ToyStream asking = request("question");
        serverChannel.unsafe().close(serverChannel.voidPromise());
        serverChannel.runPendingTasks();
        assertThat(server.accepted.get(0).closed).isNotNull();
        assertThat(server.sessionEnded).isTrue();

        clientChannel.unsafe().close(clientChannel.voidPromise());
        clientChannel.runPendingTasks();
        assertThat(asking.closed).isNotNull();
        assertThat(asking.closed.inboundComplete()).isFalse();
        assertThat(client.sessionEnded).isTrue();
    }

    /** The classes of this level use nothing of the handler's package but what the levels above it are promised. */
    @Test
    void theLevelUsesEventsWritesHandlesAndTheHandlerOnly() {
        Set<String> used = new ClassFileImporter()
                .importClasses(ToyStream.class, ToyStreams.class).stream()
                        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                        .map(use -> use.getTargetClass().getBaseComponentType())
                        .filter(type -> type.getPackageName().equals("io.h2session.netty"))
                        .map(ToyLevelTest::outermost)
                        .collect(Collectors.toSet());
        assertThat(used).containsExactlyInAnyOrder("Http2SessionEvent", "Http2SessionWrite", "Http2StreamHandle");
    }

    private static String outermost(JavaClass type) {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    private ToyStream request(String body) {
        ToyStream stream = client.open();
        stream.request(POST, false);
        stream.data(ascii(body), true);
        exchange();
        return stream;
    }

    private ByteBuf ascii(String text) {
        return ByteBufUtil.encodeString(clientChannel.alloc(), CharBuffer.wrap(text), StandardCharsets.US_ASCII);
    }

    /** Moves bytes both ways until nothing moves. */
    private void exchange() {
        boolean moved;
        do {
            moved = move(clientChannel, serverChannel);
            moved |= move(serverChannel, clientChannel);
        } while (moved);
    }

    private static boolean move(GatedChannel from, GatedChannel to) {
        from.runPendingTasks();
        boolean moved = false;
        for (Object message = from.readOutbound(); message != null; message = from.readOutbound()) {
            if (message instanceof ByteBuf bytes && bytes.isReadable() && to.isOpen()) {
                moved = true;
                to.writeInbound(bytes);
            } else {
                ReferenceCountUtil.release(message);
            }
        }
        return moved;
    }
}
