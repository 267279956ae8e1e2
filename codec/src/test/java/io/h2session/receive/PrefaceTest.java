package io.h2session.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.h2session.api.Http2SessionResult;
import io.h2session.connection.FatalFault;
import io.h2session.frame.ErrorCode;
import io.h2session.testing.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PrefaceTest {
    private static final byte[] BYTES = Frames.PREFACE.getBytes(StandardCharsets.US_ASCII);

    @Test
    void whatFollowsIsLeftUnread() {
        Preface preface = new Preface(true);
        ByteBuf in = Unpooled.wrappedBuffer(BYTES, new byte[] {1, 2, 3});
        assertThat(preface.complete()).isFalse();
        preface.read(in);
        assertThat(preface.complete()).isTrue();
        assertThat(in.readableBytes()).isEqualTo(3);
        preface.read(in);
        assertThat(in.readableBytes()).isEqualTo(3);
    }

    @Test
    void itMayComeByteByByte() {
        Preface preface = new Preface(true);
        for (int i = 0; i < BYTES.length; i++) {
            assertThat(preface.complete()).isFalse();
            preface.read(Unpooled.wrappedBuffer(BYTES, i, 1));
        }
        assertThat(preface.complete()).isTrue();
    }

    @Test
    void theFirstWrongByteIsTheEndWhereverItStands() {
        for (int wrong = 0; wrong < BYTES.length; wrong++) {
            byte[] bytes = BYTES.clone();
            bytes[wrong] ^= 0x20;
            ByteBuf in = Unpooled.wrappedBuffer(bytes, 0, wrong + 1);
            Preface preface = new Preface(true);
            FatalFault fault = catchThrowableOfType(FatalFault.class, () -> preface.read(in));
            assertThat(fault.result()).isEqualTo(Http2SessionResult.BAD_CLIENT_MAGIC);
            assertThat(fault.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
            assertThat(fault.reason()).isEqualTo("bad_client_preface");
            assertThat(preface.complete()).isFalse();
        }
    }

    @Test
    void notExpectedNothingIsRead() {
        Preface preface = new Preface(false);
        ByteBuf in = Unpooled.wrappedBuffer(BYTES);
        assertThat(preface.complete()).isTrue();
        preface.read(in);
        assertThat(in.readableBytes()).isEqualTo(BYTES.length);
    }
}
