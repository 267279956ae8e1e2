package io.h2session.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
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
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private LastHttpContent end;

    private static DefaultHttpContent piece(byte[] bytes) {
        return new DefaultHttpContent(Unpooled.wrappedBuffer(bytes));
    }

    private static DefaultHttpContent piece(int length) {
        return piece(new byte[length]);
    }

    /** Takes the next piece; answers whether there was one, and it was not the last. */
    private boolean next() throws IOException {
        HttpContent piece = body.next(ByteBufAllocator.DEFAULT);
        if (piece == null) {
            return false;
        }
        piece.content().readBytes(read, piece.content().readableBytes());
        piece.release();
        if (piece instanceof LastHttpContent last) {
            end = last;
        }
        return end == null;
    }

    @ParameterizedTest
    @CsvSource({"1, 100", "100, 7", "16384, 40", "70000, 5", "3000, 100", "10, 5000"})
    void comesBackAsItWasWhereverItWaited(int length, int pieces) throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        Random random = new Random(11);
        for (int i = 0; i < pieces; i++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            sent.write(bytes);
            body.add(piece(bytes));
            if (i % 4 == 0) {
                next();
            }
        }
        DefaultLastHttpContent last = new DefaultLastHttpContent();
        last.trailingHeaders().set("x-end", "done");
        body.add(last);
        while (next()) {
            // All of it.
        }

        assertThat(end.trailingHeaders().get("x-end")).isEqualTo("done");
        assertThat(read.toByteArray()).isEqualTo(sent.toByteArray());
        assertThat(disk.taken()).isZero();
        body.close();
    }

    @Test
    void whatFitsInMemoryNeedsNoFile() throws IOException {
        DefaultHttpContent whole = piece(EchoBody.MEMORY);
        body.add(whole);
        assertThat(disk.taken()).isZero();
        assertThat(whole.refCnt()).isOne();

        assertThat(next()).isTrue();
        assertThat(whole.refCnt()).isZero();
        assertThat(next()).isFalse();
        assertThat(end).isNull();
        body.close();
    }

    @Test
    void smallPiecesAreGathered() throws IOException {
        for (int i = 0; i < 50; i++) {
            body.add(piece(new byte[] {(byte) i}));
        }

        assertThat(next()).isTrue();
        assertThat(read.size()).isEqualTo(50);
        assertThat(next()).isFalse();
        body.close();
    }

    @Test
    void aPieceOfAStreamIsReleasedWhenItIsStored() {
        ByteBuf bytes = Unpooled.wrappedBuffer(new byte[100]);
        DefaultHttpContent piece = new DefaultHttpContent(bytes);
        body.add(piece);

        assertThat(piece.refCnt()).isOne();
        body.close();
        assertThat(bytes.refCnt()).isZero();
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
    void manySmallPiecesGoToAFileLongBeforeTheirBytesAreMany() {
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

        small.next(ByteBufAllocator.DEFAULT).release();
        assertThat(roomAgain).hasValue(0);
        small.next(ByteBufAllocator.DEFAULT).release();
        assertThat(roomAgain).hasValue(1);
        assertThat(small.hasRoom()).isTrue();

        small.close();
        assertThat(held.refCnt()).isZero();
    }

    @Test
    void hasNothingBeforeItEndsAndThenTheEnd() throws IOException {
        assertThat(next()).isFalse();
        assertThat(end).isNull();

        body.add(LastHttpContent.EMPTY_LAST_CONTENT);

        assertThat(next()).isFalse();
        assertThat(end).isNotNull();
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
        TemporaryFile file = TemporaryFile.open(disk);
        try (file;
                Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            List<Path> deleted = open.filter(one -> isOurs(one)).toList();

            assertThat(deleted).isNotEmpty();
            assertThat(Files.getPosixFilePermissions(deleted.get(0)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
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
