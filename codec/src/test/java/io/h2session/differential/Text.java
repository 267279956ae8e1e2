package io.h2session.differential;

import io.h2session.frame.AltSvcFrame;
import io.h2session.frame.DataFrame;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.MisplacedFrame;
import io.h2session.frame.OriginFrame;
import io.h2session.frame.PingFrame;
import io.h2session.frame.PriorityUpdateFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingsFrame;
import io.h2session.frame.WindowUpdateFrame;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** How values are written in tapes and traces. */
final class Text {
    private static final int LONGEST = 100;
    private static final HexFormat HEX = HexFormat.of();

    private Text() {}

    // ---- tapes -----------------------------------------------------------------------------------------------------

    static byte[] bytes(String hex) {
        return hex.equals("-") ? new byte[0] : HEX.parseHex(hex);
    }

    static String hex(byte[] bytes) {
        return HEX.formatHex(bytes);
    }

    static AsciiString string(String hex) {
        return new AsciiString(bytes(hex), false);
    }

    static List<AsciiString> strings(String hexes) {
        List<AsciiString> strings = new ArrayList<>();
        if (!hexes.equals("-")) {
            for (String hex : hexes.split(",", -1)) {
                strings.add(string(hex));
            }
        }
        return strings;
    }

    static HeaderList headers(String text) {
        if (text.equals("-")) {
            return HeaderList.of();
        }
        String[] words = text.split(",", -1);
        HeaderField[] fields = new HeaderField[words.length];
        for (int i = 0; i < words.length; i++) {
            boolean sensitive = words[i].endsWith("!n");
            String word = sensitive ? words[i].substring(0, words[i].length() - 2) : words[i];
            int equals = word.indexOf('=');
            fields[i] =
                    HeaderField.of(string(word.substring(0, equals)), string(word.substring(equals + 1)), sensitive);
        }
        return HeaderList.of(fields);
    }

    static List<Setting> settings(String text) {
        List<Setting> settings = new ArrayList<>();
        if (!text.equals("-")) {
            for (String word : text.split(",", -1)) {
                int colon = word.indexOf(':');
                settings.add(new Setting(
                        Integer.parseInt(word.substring(0, colon)), Long.parseLong(word.substring(colon + 1))));
            }
        }
        return settings;
    }

    static long opaqueData(String hex) {
        return hex.equals("-") ? 0 : Long.parseUnsignedLong(hex, 16);
    }

    // ---- traces ----------------------------------------------------------------------------------------------------

    static String escaped(byte[] bytes) {
        if (bytes.length > LONGEST) {
            return String.format("@%d:%08x", bytes.length, Trace.fnv(bytes));
        }
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            if (b > 0x20 && b < 0x7f && b != '\\') {
                text.append((char) b);
            } else {
                text.append(String.format("\\x%02x", b & 0xff));
            }
        }
        return text.toString();
    }

    static String escaped(AsciiString string) {
        return escaped(string.toByteArray());
    }

    static String flags(int flags) {
        return String.format("flags=0x%02x", flags);
    }

    static String errorCode(long code) {
        String[] names = {
            "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
            "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
            "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED"
        };
        return code < names.length ? ErrorCode.valueOf(names[(int) code]).name() : "0x" + Long.toHexString(code);
    }

    static String place(int type, int streamId) {
        return FrameType.name(type) + " stream=" + streamId;
    }

    /** A field's line without its event: where it is and what it says. */
    static String field(Frame frame, HeaderField field) {
        String part = frame instanceof HeadersFrame headers
                ? " cat=" + category(headers.category())
                : " promised=" + ((PushPromiseFrame) frame).promisedStreamId();
        return place(frame.type(), frame.streamId()) + part + " flags=" + (field.isSensitive() ? 1 : 0) + " "
                + escaped(field.name()) + "=" + escaped(field.value());
    }

    static String frame(Frame frame, boolean sent) {
        return FrameType.name(frame.type()) + " " + flags(frame.flags()) + " stream=" + frame.streamId()
                + rest(frame, sent);
    }

    /** nghttp2 has one name for trailers and for a response that is not the first. */
    private static String category(HeadersCategory category) {
        return switch (category) {
            case LATER_RESPONSE, TRAILERS -> "HEADERS";
            default -> category.name();
        };
    }

    private static String rest(Frame frame, boolean sent) {
        if (frame instanceof MisplacedFrame misplaced) {
            return rest(misplaced.frame(), sent);
        } else if (frame instanceof DataFrame data) {
            return " len=" + data.length() + " pad=" + data.padding();
        } else if (frame instanceof HeadersFrame headers) {
            return " cat=" + category(headers.category()) + " pad=" + headers.padding()
                    + (sent ? " nv=" + headers.headers().size() : " len=" + headers.length())
                    + (headers.priority() == null
                            ? ""
                            : " pri=" + headers.priority().dependency() + ":"
                                    + headers.priority().weight() + ":"
                                    + (headers.priority().exclusive() ? 1 : 0));
        } else if (frame instanceof PushPromiseFrame promise) {
            return " promised=" + promise.promisedStreamId() + " pad=" + promise.padding()
                    + (sent ? " nv=" + promise.headers().size() : " len=" + promise.length());
        } else if (frame instanceof ResetFrame reset) {
            return " code=" + errorCode(reset.errorCode());
        } else if (frame instanceof SettingsFrame settings) {
            return settings.settings().stream()
                    .map(setting -> " " + setting.id() + "=" + setting.value())
                    .collect(Collectors.joining());
        } else if (frame instanceof PingFrame ping) {
            return String.format(" data=%016x", ping.opaqueData());
        } else if (frame instanceof GoAwayFrame goAway) {
            return " last=" + goAway.lastStreamId() + " code=" + errorCode(goAway.errorCode()) + " debug="
                    + escaped(goAway.debugData());
        } else if (frame instanceof WindowUpdateFrame update) {
            return " inc=" + update.increment();
        }
        return extension(frame);
    }

    private static String extension(Frame frame) {
        if (frame instanceof AltSvcFrame altSvc) {
            return " origin=" + escaped(altSvc.origin()) + " value=" + escaped(altSvc.value());
        } else if (frame instanceof OriginFrame origin) {
            return " origins=" + origin.origins().stream().map(Text::escaped).collect(Collectors.joining(","));
        } else if (frame instanceof PriorityUpdateFrame update) {
            return " target=" + update.prioritizedStreamId() + " value=" + escaped(update.fieldValue());
        } else if (frame instanceof ExtensionFrame extension) {
            return " len=" + extension.length();
        }
        throw new AssertionError(frame);
    }
}
