package io.h2session.frame;

import static io.h2session.frame.FrameSamples.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.hpack.HeaderList;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FrameTest {
    @Test
    void everyFramePrintsAsOneLine() {
        assertThat(lines(
                        new DataFrame(1, 9, 7, 3),
                        new HeadersFrame(1, 5, 42, 0, HeadersCategory.REQUEST, null, HeaderList.EMPTY),
                        new HeadersFrame(3, 36, 9, 0, HeadersCategory.TRAILERS, new PrioritySpec(1, 16, true), null),
                        new PriorityFrame(5, new PrioritySpec(0, 256, false)),
                        new ResetFrame(1, 8),
                        new ResetFrame(1, 0xfffffffeL),
                        new SettingsFrame(false, List.of(new Setting(3, 100), new Setting(0x42, 1))),
                        SettingsFrame.ACK,
                        new PushPromiseFrame(1, 4, 20, 0, 2, null),
                        new PingFrame(true, 255),
                        new GoAwayFrame(7, 11, hex(10, 13)),
                        new WindowUpdateFrame(0, 65535),
                        new AltSvcFrame(0, AsciiString.of("https://a.example"), AsciiString.of("clear")),
                        new OriginFrame(List.of(AsciiString.of("https://a.example"))),
                        new PriorityUpdateFrame(5, AsciiString.of("u=1")),
                        new ExtensionFrame(0xfe, 0x81, 3, 12, "any")))
                .containsExactly(
                        "DATA stream=1 flags=END_STREAM|PADDED length=7 padding=3",
                        "HEADERS stream=1 flags=END_STREAM|END_HEADERS length=42 category=REQUEST",
                        "HEADERS stream=3 flags=END_HEADERS|PRIORITY length=9 category=TRAILERS"
                                + " dependency=1 weight=16 exclusive=true",
                        "PRIORITY stream=5 dependency=0 weight=256 exclusive=false",
                        "RST_STREAM stream=1 error=CANCEL",
                        "RST_STREAM stream=1 error=0xfffffffe",
                        "SETTINGS stream=0 [MAX_CONCURRENT_STREAMS=100, 0x42=1]",
                        "SETTINGS stream=0 flags=ACK",
                        "PUSH_PROMISE stream=1 flags=END_HEADERS length=20 promised=2",
                        "PING stream=0 flags=ACK opaque=00000000000000ff",
                        "GOAWAY stream=0 last=7 error=ENHANCE_YOUR_CALM debug=2 bytes",
                        "WINDOW_UPDATE stream=0 increment=65535",
                        "ALTSVC stream=0 origin=https://a.example value=clear",
                        "ORIGIN stream=0 [https://a.example]",
                        "PRIORITY_UPDATE stream=0 prioritized=5 value=u=1",
                        "EXT_fe stream=3 flags=0x81 length=12");
    }

    @Test
    void everyFrameKnowsItsType() {
        assertThat(new DataFrame(1, 0, 0, 0).type()).isEqualTo(0);
        assertThat(new HeadersFrame(1, 0, 0, 0, HeadersCategory.REQUEST, null, null).type())
                .isEqualTo(1);
        assertThat(new PriorityFrame(1, new PrioritySpec(0, 1, false)).type()).isEqualTo(2);
        assertThat(new ResetFrame(1, 0).type()).isEqualTo(3);
        assertThat(SettingsFrame.ACK.type()).isEqualTo(4);
        assertThat(new PushPromiseFrame(1, 0, 0, 0, 2, null).type()).isEqualTo(5);
        assertThat(new PingFrame(false, 0).type()).isEqualTo(6);
        assertThat(new GoAwayFrame(0, 0, hex()).type()).isEqualTo(7);
        assertThat(new WindowUpdateFrame(0, 1).type()).isEqualTo(8);
        assertThat(new AltSvcFrame(0, AsciiString.EMPTY_STRING, AsciiString.EMPTY_STRING).type())
                .isEqualTo(0x0a);
        assertThat(new OriginFrame(List.of()).type()).isEqualTo(0x0c);
        assertThat(new PriorityUpdateFrame(1, AsciiString.EMPTY_STRING).type()).isEqualTo(0x10);
        assertThat(new ExtensionFrame(0x77, 0, 0, 0, null).type()).isEqualTo(0x77);
    }

    @Test
    void goAwayIsEqualByContentAndCannotBeChangedFromOutside() {
        byte[] debugData = hex(1, 2);
        GoAwayFrame frame = new GoAwayFrame(1, 2, debugData);
        debugData[0] = 9;
        frame.debugData()[1] = 9;
        assertThat(frame.debugData()).containsExactly(1, 2);
        assertThat(frame)
                .isEqualTo(new GoAwayFrame(1, 2, hex(1, 2)))
                .hasSameHashCodeAs(new GoAwayFrame(1, 2, hex(1, 2)));
        assertThat(frame)
                .isNotEqualTo(new GoAwayFrame(1, 2, hex(1)))
                .isNotEqualTo(new GoAwayFrame(3, 2, hex(1, 2)))
                .isNotEqualTo(new GoAwayFrame(1, 3, hex(1, 2)));
    }

    @Test
    void listsOfFramesAreCopied() {
        List<Setting> settings = new ArrayList<>(List.of(new Setting(1, 1)));
        List<AsciiString> origins = new ArrayList<>(List.of(AsciiString.of("a")));
        SettingsFrame settingsFrame = new SettingsFrame(false, settings);
        OriginFrame originFrame = new OriginFrame(origins);
        settings.clear();
        origins.clear();
        assertThat(settingsFrame.settings()).hasSize(1);
        assertThat(originFrame.origins()).hasSize(1);
    }

    @Test
    void valuesThatDoNotFitTheWireAreRefused() {
        assertThatThrownBy(() -> new Setting(0x10000, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Setting(1, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Setting(1, 1L << 32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PrioritySpec(-1, 16, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PrioritySpec(0, 0, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PrioritySpec(0, 257, false)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SettingsFrame(true, List.of(new Setting(1, 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void errorCodesAreThoseOfTheRfc() {
        assertThat(ErrorCode.values()).hasSize(14);
        assertThat(ErrorCode.of(0x0)).isSameAs(ErrorCode.NO_ERROR);
        assertThat(ErrorCode.of(0x3)).isSameAs(ErrorCode.FLOW_CONTROL_ERROR);
        assertThat(ErrorCode.of(0x7)).isSameAs(ErrorCode.REFUSED_STREAM);
        assertThat(ErrorCode.of(0xd)).isSameAs(ErrorCode.HTTP_1_1_REQUIRED);
        assertThat(ErrorCode.of(0xe)).isNull();
        assertThat(ErrorCode.of(-1)).isNull();
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(ErrorCode.of(code.code())).isSameAs(code);
            assertThat(ErrorCode.name(code.code())).isEqualTo(code.name());
        }
        assertThat(ErrorCode.name(0xffffffffL)).isEqualTo("0xffffffff");
    }

    @Test
    void errorsCarryTheirReasonAndNoStackTrace() {
        ConnectionError connection = new ConnectionError(ErrorCode.PROTOCOL_ERROR, "because");
        assertThat(connection).hasMessage("PROTOCOL_ERROR: because");
        assertThat(connection.getStackTrace()).isEmpty();
    }

    @Test
    void flagsArePrintedByTheirNameInThatType() {
        assertThat(FrameFlags.describe(FrameType.DATA, 0)).isEqualTo("-");
        assertThat(FrameFlags.describe(FrameType.PING, 1)).isEqualTo("ACK");
        assertThat(FrameFlags.describe(FrameType.HEADERS, 0x2d)).isEqualTo("END_STREAM|END_HEADERS|PADDED|PRIORITY");
        assertThat(FrameFlags.describe(FrameType.PUSH_PROMISE, 0x0d)).isEqualTo("END_HEADERS|PADDED|0x1");
        assertThat(FrameType.name(0x0b)).isEqualTo("EXT_0b");
        assertThat(SettingId.name(9)).isEqualTo("NO_RFC7540_PRIORITIES");
    }

    private static List<String> lines(Frame... frames) {
        return Stream.of(frames).map(Frame::toString).toList();
    }
}
