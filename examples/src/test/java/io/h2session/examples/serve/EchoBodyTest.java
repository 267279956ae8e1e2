package io.h2session.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A body that waits: in memory, in a file, or not let in. */
class EchoBodyTest {
    private final DiskRoom disk = new DiskRoom(1 << 20);
    private final AtomicInteger roomAgain = new AtomicInteger();
    private final EchoBody body = new EchoBody(disk, roomAgain::incrementAndGet);
    private final BodySink sink = new BodySink(ByteBufAllocator.DEFAULT);
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();

    private static DefaultHttpContent piece(byte[] octets) {
        return new DefaultHttpContent(Unpooled.wrappedBuffer(octets));
    }

    private static DefaultHttpContent piece(int length) {
        return piece(new byte[length]);
    }

    private DataResult read(int max) throws IOException {
        sink.begin(null, max);
        DataResult result = body.read(1, max, sink);
        for (int i = 0; i < sink.parts(); i++) {
            ByteBuf part = sink.takePart(i);
            part.readBytes(read, part.readableBytes());
            part.release();
        }
        sink.end();
        return result;
    }

    @ParameterizedTest
    @CsvSource({"1, 100, 30", "100, 7, 1000", "16384, 40, 10000", "70000, 5, 16384", "3000, 100, 100000"})
    void comesBackAsItWasWhereverItWaited(int length, int pieces, int max) throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        Random random = new Random(11);
        for (int i = 0; i < pieces; i++) {
            byte[] octets = new byte[length];
            random.nextBytes(octets);
            sent.write(octets);
            body.add(piece(octets));
            if (i % 4 == 0) {
                read(max);
            }
        }
        body.end();
        DataResult result = DataResult.MORE;
        while (result == DataResult.MORE) {
            result = read(max);
        }

        assertThat(result).isEqualTo(DataResult.END);
        assertThat(read.toByteArray()).isEqualTo(sent.toByteArray());
        assertThat(disk.taken()).isZero();
        body.close();
    }

    @Test
    void whatFitsInMemoryNeedsNoFileAndLeavesItWhenItIsRead() throws IOException {
        DefaultHttpContent whole = piece(EchoBody.MEMORY);
        body.add(whole);
        assertThat(disk.taken()).isZero();
        assertThat(whole.refCnt()).isOne();

        assertThat(read(EchoBody.MEMORY - 1)).isEqualTo(DataResult.MORE);
        assertThat(whole.refCnt()).isOne();
        assertThat(read(1)).isEqualTo(DataResult.DEFERRED);
        assertThat(whole.refCnt()).isZero();
        body.close();
    }

    @Test
    void whatFitsInMemoryGivesItsCreditAtOnce() {
        Http2SessionEvent.Data piece =
                new Http2SessionEvent.Data(new Http2StreamHandle(), Unpooled.wrappedBuffer(new byte[100]), false);
        body.add(piece);

        assertThat(piece.refCnt()).isZero();
        body.close();
    }

    @Test
    void whatIsBeyondMemoryGoesToAFileAndIsReleasedAtOnce() {
        body.add(piece(EchoBody.MEMORY));
        DefaultHttpContent further = piece(10_000);
        body.add(further);

        assertThat(further.refCnt()).isZero();
        assertThat(disk.taken()).isEqualTo(10_000);
        assertThat(body.hasRoom()).isTrue();
        body.close();
        assertThat(disk.taken()).isZero();
    }

    @Test
    void manySmallPiecesGoToAFileLongBeforeTheirOctetsAreMany() {
        List<DefaultHttpContent> pieces = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            pieces.add(piece(1));
        }
        pieces.forEach(body::add);

        assertThat(pieces.stream().filter(piece -> piece.refCnt() > 0)).hasSize(64);
        assertThat(disk.taken()).isEqualTo(1000 - 64);
        body.close();
        assertThat(pieces).allMatch(piece -> piece.refCnt() == 0);
    }

    @Test
    void whatTheDiskHasNoRoomForIsHeldAndThereIsRoomAgainWhenItIsRead() throws IOException {
        EchoBody small = new EchoBody(new DiskRoom(1000), roomAgain::incrementAndGet);
        small.add(piece(EchoBody.MEMORY));
        small.add(piece(1000));
        assertThat(small.hasRoom()).isTrue();
        DefaultHttpContent held = piece(1);
        small.add(held);
        assertThat(small.hasRoom()).isFalse();
        assertThat(held.refCnt()).isOne();

        sink.begin(null, EchoBody.MEMORY + 999);
        assertThat(small.read(1, EchoBody.MEMORY + 999, sink)).isEqualTo(DataResult.MORE);
        sink.end();
        assertThat(roomAgain).hasValue(0);
        sink.begin(null, 1);
        assertThat(small.read(1, 1, sink)).isEqualTo(DataResult.MORE);
        sink.end();
        assertThat(roomAgain).hasValue(1);
        assertThat(small.hasRoom()).isTrue();

        small.close();
        assertThat(held.refCnt()).isZero();
    }

    @Test
    void isToldToGoOnOnlyWhenItWasAskedInVain() throws IOException {
        assertThat(body.takeDeferred()).isFalse();
        assertThat(read(100)).isEqualTo(DataResult.DEFERRED);
        body.add(piece(10));
        assertThat(body.takeDeferred()).isTrue();
        assertThat(body.takeDeferred()).isFalse();
        body.end();
        assertThat(read(100)).isEqualTo(DataResult.END);
        assertThat(body.takeDeferred()).isFalse();
        body.close();
    }

    @Test
    void onlyTheEndFitsWhereNothingElseDoes() throws IOException {
        body.add(piece(10));
        body.end();
        assertThat(read(0)).isEqualTo(DataResult.MORE);
        assertThat(read(10)).isEqualTo(DataResult.END);
        assertThat(read(0)).isEqualTo(DataResult.END);
        body.close();
    }

    @Test
    void takesNothingMoreWhenItIsClosed() {
        body.close();
        DefaultHttpContent late = piece(10);
        body.add(late);

        assertThat(late.refCnt()).isZero();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theFileHasNoNameAndIsItsOwnersAlone() throws IOException {
        Path directory = Path.of(System.getProperty("java.io.tmpdir"));
        TemporaryFile file = TemporaryFile.open(disk);
        try (file;
                Stream<Path> named = Files.list(directory);
                Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            List<Path> deleted = open.filter(one -> isOurs(one)).toList();

            assertThat(deleted).isNotEmpty();
            assertThat(Files.getPosixFilePermissions(deleted.get(0)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(named.map(Path::getFileName)
                            .map(Path::toString)
                            .filter(name -> name.startsWith("h2session-") && name.endsWith(".tmp")))
                    .isEmpty();
        }
    }

    private static boolean isOurs(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().matches(".*/h2session-\\d+\\.tmp \\(deleted\\)");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
