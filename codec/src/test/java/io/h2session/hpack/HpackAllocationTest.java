package io.h2session.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What must cost no memory on the hot path. */
class HpackAllocationTest {
    private static final int ROUNDS = 20_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final HeaderList fields = HeaderList.of(
            ":method", "GET", ":scheme", "https", ":authority", "www.example.com", "user-agent", "curl/8", "x-y", "z");

    @Test
    void indexedFieldsAreDecodedWithoutAllocation() throws HpackException {
        HpackEncoder encoder = new HpackEncoder(4096);
        HpackDecoder decoder = new HpackDecoder(4096);
        Blocks.decode(decoder, Blocks.encode(encoder, fields));
        byte[] block = Blocks.encode(encoder, fields);
        assertThat(block).hasSize(5);
        int decoded = 0;
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            decoder.beginBlock();
            decoder.input(block, 0, block.length, true);
            while (decoder.next() != null) {
                decoded++;
            }
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(decoded).isEqualTo(5 * ROUNDS);
        assertThat(allocated).isLessThan(ROUNDS);
    }

    @Test
    void discardedLiteralsAreDecodedWithoutAllocation() throws HpackException {
        HpackDecoder decoder = new HpackDecoder(64);
        byte[] block = Blocks.join(
                Blocks.hex("00 0161 0162 41 8c f1e3c2e5f23a6ba0ab90f4ff 00 88 25a849e95ba97d7f"),
                Blocks.hex("ff 83 02"),
                new byte[386]);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            decoder.beginBlock();
            decoder.discarding(true);
            decoder.input(block, 0, block.length, true);
            assertNull(decoder.next());
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(decoder.listSize()).isGreaterThan(400);
        // :authority enters the table in each round: three objects, and its bytes.
        assertThat(allocated / ROUNDS).isLessThan(128);
    }

    @Test
    void lengthsCostNothingUntilTheBytesAreThere() throws HpackException {
        HpackDecoder decoder = new HpackDecoder(4096);
        byte[] block = Blocks.hex("41 ff 80 ff 03 00");
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            decoder.beginBlock();
            decoder.input(block, 0, block.length, false);
            assertNull(decoder.next());
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(decoder.position()).isZero();
        assertThat(allocated).isLessThan(ROUNDS);
    }

    @Test
    void knownFieldsAreEncodedWithoutAllocation() {
        HpackEncoder encoder = new HpackEncoder(4096);
        HeaderList list = fields.with("content-length", "12").with(":path", "/some/where");
        byte[] out = new byte[(int) HpackEncoder.encodedBound(list)];
        encoder.encode(list, out, 0);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        int length = 0;
        for (int i = 0; i < ROUNDS; i++) {
            length += encoder.encode(list, out, 0);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(length).isEqualTo(ROUNDS * encoder.encode(list, out, 0));
        assertThat(allocated).isLessThan(ROUNDS);
    }

    @Test
    void flippingTheTableSizeAllocatesNothing() throws HpackException {
        HpackDecoder decoder = new HpackDecoder(4096);
        HpackEncoder encoder = new HpackEncoder(4096);
        Blocks.decode(decoder, Blocks.encode(encoder, fields));
        byte[] block = Blocks.hex("20 3f e1 1f 82");
        byte[] out = new byte[(int) HpackEncoder.encodedBound(fields)];
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            decoder.beginBlock();
            decoder.input(block, 0, block.length, true);
            decoder.next();
            encoder.peerMaxTableSize(0);
            encoder.peerMaxTableSize(4096);
            encoder.encode(fields, out, 0);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(Arrays.copyOf(out, 4)).isEqualTo(Blocks.hex("20 3f e1 1f"));
        assertThat(allocated).isLessThan(ROUNDS);
    }

    private static void assertNull(HeaderField field) {
        if (field != null) {
            throw new AssertionError(field);
        }
    }
}
