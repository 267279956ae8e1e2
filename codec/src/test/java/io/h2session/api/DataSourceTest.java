package io.h2session.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataSourceTest {
    private final BodySink sink = new BodySink(ByteBufAllocator.DEFAULT);
    private final ByteBuf read = Unpooled.buffer();

    @AfterEach
    void release() {
        read.release();
    }

    @ParameterizedTest
    @CsvSource({"0,10", "1,1", "10,3", "10,10", "5000,1024", "5000,4096", "70000,16384"})
    void bytesAreReadInPiecesAsLargeAsAskedFor(int length, int piece) throws Exception {
        byte[] bytes = new byte[length];
        new Random(71).nextBytes(bytes);
        ByteBuf buffer =
                ByteBufAllocator.DEFAULT.directBuffer(Math.max(1, length)).writeBytes(bytes);

        assertThat(readAll(DataSource.of(bytes), piece)).isEqualTo(bytes);
        assertThat(readAll(DataSource.of(buffer), piece)).isEqualTo(bytes);
        assertThat(buffer.refCnt()).isZero();
    }

    @Test
    void textIsReadAsBytes() throws Exception {
        assertThat(readAll(DataSource.ofAscii("hello, world\n"), 100))
                .isEqualTo("hello, world\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(readAll(DataSource.ofAscii(""), 100)).isEmpty();
    }

    @Test
    void theEndIsKnownWithTheLastByte() throws Exception {
        for (DataSource source :
                new DataSource[] {DataSource.of(new byte[10]), DataSource.of(Unpooled.wrappedBuffer(new byte[10]))}) {
            assertThat(readOnce(source, 9)).isEqualTo(DataResult.MORE);
            assertThat(readOnce(source, 1)).isEqualTo(DataResult.END);
            source.close();
        }
    }

    @Test
    void askedForNothingTheyGiveNothingAndOnlyAnEmptyOneEnds() throws Exception {
        for (DataSource source :
                new DataSource[] {DataSource.of(new byte[10]), DataSource.of(Unpooled.wrappedBuffer(new byte[10]))}) {
            assertThat(readOnce(source, 0)).isEqualTo(DataResult.MORE);
            source.close();
        }
        assertThat(readOnce(DataSource.of(new byte[0]), 0)).isEqualTo(DataResult.END);
        assertThat(read.isReadable()).isFalse();
    }

    @Test
    void aBufferIsReleasedWhenItsSourceIsClosedUnread() {
        ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer().writeZero(10);
        DataSource source = DataSource.of(buffer);
        assertThat(buffer.refCnt()).isOne();
        source.close();
        assertThat(buffer.refCnt()).isZero();
    }

    @Test
    void whatWasHandedOverOutlivesItsSource() throws Exception {
        ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer().writeZero(5000);
        DataSource source = DataSource.of(buffer);
        sink.begin(null, 2000);
        assertThat(source.read(1, 2000, sink)).isEqualTo(DataResult.MORE);
        ByteBuf part = sink.takePart(0);
        sink.end();
        source.close();
        assertThat(part.readableBytes()).isEqualTo(2000);
        assertThat(part.refCnt()).isOne();
        part.release();
        assertThat(buffer.refCnt()).isZero();
    }

    @Test
    void aSinkThatTakesLessThanItAskedForLosesNoBuffer() {
        ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer().writeZero(5000);
        DataSource source = DataSource.of(buffer);
        sink.begin(null, 100);
        assertThatThrownBy(() -> source.read(1, 2000, sink)).isInstanceOf(IllegalArgumentException.class);
        sink.end();
        source.close();
        assertThat(buffer.refCnt()).isZero();
    }

    private byte[] readAll(DataSource source, int piece) throws Exception {
        read.clear();
        DataResult result = DataResult.MORE;
        while (result == DataResult.MORE) {
            result = readOnce(source, piece);
        }
        assertThat(result).isEqualTo(DataResult.END);
        source.close();
        return ByteBufUtil.getBytes(read);
    }

    private DataResult readOnce(DataSource source, int max) throws Exception {
        sink.begin(read, max);
        try {
            DataResult result = source.read(1, max, sink);
            assertThat(sink.length()).isLessThanOrEqualTo(max);
            for (int i = 0; i < sink.parts(); i++) {
                ByteBuf part = sink.takePart(i);
                read.writeBytes(part);
                part.release();
            }
            return result;
        } finally {
            sink.end();
        }
    }
}
