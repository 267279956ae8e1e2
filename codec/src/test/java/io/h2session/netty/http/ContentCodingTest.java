package io.h2session.netty.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each coding, both ways, and what there is without the libraries that some need. */
class ContentCodingTest {
    private static byte[] content(int length, int kind) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        for (int i = 0; i < length && kind == 0; i++) {
            bytes[i] = (byte) ('a' + (bytes[i] & 3));
        }
        return bytes;
    }

    static byte[] encoded(ContentCoding coding, byte[] content, int piece, int flushEach) {
        ContentEncoder encoder = coding.encoder();
        ByteBuf target = Unpooled.directBuffer();
        int pieces = 0;
        for (int at = 0; at < content.length; at += piece) {
            ByteBuf part = Unpooled.wrappedBuffer(content, at, Math.min(piece, content.length - at));
            boolean flush = flushEach > 0 && ++pieces % flushEach == 0;
            encoder.encode(part, flush ? ContentEncoder.Step.FLUSH : ContentEncoder.Step.MORE, target);
            assertThat(part.isReadable()).isFalse();
        }
        encoder.encode(Unpooled.EMPTY_BUFFER, ContentEncoder.Step.FINISH, target);
        encoder.end();
        byte[] wire = new byte[target.readableBytes()];
        target.readBytes(wire);
        target.release();
        return wire;
    }

    private static byte[] decoded(ContentCoding coding, byte[] wire, int piece, int room) throws DataFormatException {
        ContentDecoder decoder = coding.decoder();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuf target = Unpooled.directBuffer(room, room);
        try {
            for (int at = 0; at < wire.length; at += piece) {
                ByteBuf part = Unpooled.wrappedBuffer(wire, at, Math.min(piece, wire.length - at));
                boolean more;
                do {
                    target.clear();
                    more = decoder.decode(part, target);
                    while (target.isReadable()) {
                        all.write(target.readByte());
                    }
                } while (more);
                assertThat(part.isReadable()).isFalse();
            }
            if (!decoder.whole()) {
                throw new DataFormatException("cut off");
            }
        } finally {
            decoder.end();
            target.release();
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsEncodedIsDecodedHoweverEitherIsCut(ContentCoding coding) throws DataFormatException {
        assertThat(coding.isAvailable()).isTrue();
        for (int length : new int[] {0, 1, 100, 8192, 8193, 100_000}) {
            for (int kind = 0; kind < 2; kind++) {
                byte[] content = content(length, kind);
                // Leak detection records each buffer: thousands of small ones would take most of a minute.
                int small = length > 10_000 ? 997 : 13;
                for (int piece : new int[] {small, 5000, 100_000}) {
                    byte[] wire = encoded(coding, content, piece, piece == 5000 ? 2 : 0);

                    assertThat(decoded(coding, wire, piece, piece)).isEqualTo(content);
                }
                if (kind == 0 && length == 100_000) {
                    assertThat(encoded(coding, content, length, 0).length).isLessThan(length / 2);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasFlushedCanBeDecodedBeforeMoreComes(ContentCoding coding) throws DataFormatException {
        ContentEncoder encoder = coding.encoder();
        ContentDecoder decoder = coding.decoder();
        ByteBuf wire = Unpooled.directBuffer();
        ByteBuf target = Unpooled.directBuffer(1000, 1000);
        StringBuilder heard = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            ByteBuf said = Unpooled.copiedBuffer("event " + i + "; ", StandardCharsets.US_ASCII);
            encoder.encode(said, ContentEncoder.Step.FLUSH, wire);
            said.release();
            decoder.decode(wire, target.clear());
            heard.append(target.toString(StandardCharsets.US_ASCII));
            assertThat(heard).endsWith("event " + i + "; ");
        }
        encoder.end();
        decoder.end();
        wire.release();
        target.release();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsCorruptOrCutOffOrFollowedByMoreIsToldApart(ContentCoding coding) {
        byte[] wire = encoded(coding, content(3000, 0), 3000, 0);
        assertThatThrownBy(() -> decoded(coding, java.util.Arrays.copyOf(wire, wire.length - 1), 100, 100))
                .isInstanceOf(DataFormatException.class);
        byte[] followed = java.util.Arrays.copyOf(wire, wire.length + 20);
        assertThatThrownBy(() -> decoded(coding, followed, 100, 100)).isInstanceOf(DataFormatException.class);
        byte[] wrong = "this is nothing of the kind, it is text".getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> decoded(coding, wrong, 100, 100)).isInstanceOf(DataFormatException.class);
    }

    @Test
    void severalFramesOfZstandardAreOneContent() throws DataFormatException {
        byte[] one = encoded(ContentCoding.ZSTD, content(100, 0), 100, 0);
        byte[] skippable = {0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3};
        byte[] all = Unpooled.wrappedBuffer(one, skippable, one).copy().array();
        for (int piece : new int[] {1, 3, all.length}) {
            assertThat(decoded(ContentCoding.ZSTD, all, piece, 64)).hasSize(200);
        }
    }

    @Test
    void aWindowOfZstandardBeyondEightMebibytesIsRefused() {
        byte[][] heads = {
            // A window descriptor of 16 MiB; a single segment of 1 GiB, and one of 2^63.
            {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 14 << 3},
            {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, (byte) 0xa0, 0, 0, 0, 0x40},
            {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, (byte) 0xe0, 0, 0, 0, 0, 0, 0, 0, (byte) 0x80}
        };
        for (byte[] head : heads) {
            assertThatThrownBy(() -> decoded(ContentCoding.ZSTD, head, 1, 64))
                    .isInstanceOf(DataFormatException.class)
                    .hasMessageContaining("8 MiB");
        }
    }

    // ---- what a client accepts -------------------------------------------------------------------------------------

    private static final List<ContentCoding> ALL =
            List.of(ContentCoding.BR, ContentCoding.ZSTD, ContentCoding.GZIP, ContentCoding.DEFLATE);

    @Test
    void theCodingIsTheOneThatTheClientLikesBest() {
        Object[][] table = {
            {null, ""},
            {null, "identity"},
            {ContentCoding.BR, "gzip, deflate, br, zstd"},
            {ContentCoding.GZIP, "gzip"},
            {ContentCoding.GZIP, "x-gzip"},
            {ContentCoding.GZIP, "GZIP;Q=1"},
            {ContentCoding.GZIP, "br;q=0.5, gzip;q=0.8"},
            {ContentCoding.ZSTD, "br ; q=0.5 , zstd ; q=0.501"},
            {ContentCoding.DEFLATE, "deflate;q=0.001"},
            {null, "gzip;q=0"},
            {null, "gzip;q=0.000, *;q=0"},
            {ContentCoding.BR, "*"},
            {ContentCoding.ZSTD, "br;q=0, *;q=0.1"},
            {null, "gzip;q=0.5, identity;q=0.9"},
            {ContentCoding.GZIP, "gzip;q=0.5, identity;q=0.5"},
            {ContentCoding.GZIP, "identity;q=0, gzip;q=0.1"},
            {null, "gzip;q=2, br;q=nonsense, deflate;q=0.1234, zstd;q=-1"},
            {null, "compress, bzip2"}
        };
        for (Object[] row : table) {
            assertThat(AcceptedCodings.best(List.of((String) row[1]), ALL))
                    .as((String) row[1])
                    .isEqualTo(row[0]);
        }
        assertThat(AcceptedCodings.best(List.of(), ALL)).isNull();
        assertThat(AcceptedCodings.best(List.of("gzip;q=0.5", "br;q=0.4"), ALL)).isEqualTo(ContentCoding.GZIP);
        assertThat(AcceptedCodings.best(List.of("br, gzip"), List.of(ContentCoding.GZIP)))
                .isEqualTo(ContentCoding.GZIP);
    }

    // ---- without the libraries -------------------------------------------------------------------------------------

    /** Runs in a class loader of its own. */
    public static final class Available implements Supplier<String> {
        @Override
        public String get() {
            StringBuilder all = new StringBuilder();
            for (ContentCoding one : ContentCoding.values()) {
                all.append(one).append(one.isAvailable() ? "+ " : "- ");
            }
            return all.append(AcceptedCodings.best(List.of("br, zstd, gzip;q=0.1"), ALL))
                    .append(' ')
                    .append(ContentCoding.of("br"))
                    .toString();
        }
    }

    @Test
    void codingsWhoseLibrariesAreAbsentAreNotOffered() throws ReflectiveOperationException, java.io.IOException {
        URL[] classPath = Stream.of(
                        ContentCodingTest.class,
                        ContentCoding.class,
                        ByteBuf.class,
                        AsciiString.class,
                        Channel.class,
                        UnsupportedMessageTypeException.class,
                        HttpHeaders.class)
                .map(one -> one.getProtectionDomain().getCodeSource().getLocation())
                .toArray(URL[]::new);
        try (URLClassLoader loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            Class<?> available = loader.loadClass(Available.class.getName());
            Object told = ((Supplier<?>) available.getConstructor().newInstance()).get();
            assertThat(told).isEqualTo("GZIP+ DEFLATE+ BR- ZSTD- GZIP null");
        }
        assertThat(new Available().get()).isEqualTo("GZIP+ DEFLATE+ BR+ ZSTD+ BR BR");
    }
}
