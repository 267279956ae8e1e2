#include "player.h"

#include <stdarg.h>

void fail(const char *why, const char *what) {
    fflush(stdout);
    fprintf(stderr, "nghttp2-player: %s: %s\n", why, what);
    exit(2);
}

void *checked(void *memory) {
    if (!memory) {
        fail("no memory", "");
    }
    return memory;
}

/* Zeroed memory that lives as long as the scenario. */
void *keep(size_t size) {
    piece *made = checked(calloc(1, sizeof *made + size));
    made->next = play.kept;
    play.kept = made;
    return made->memory;
}

char *keep_text(const char *text) {
    return strcpy(keep(strlen(text) + 1), text);
}

/* Cuts text in place at each separator; answers the number of parts. */
int split(char *text, char separator, char **parts, int max) {
    int count = 0;
    for (char *next = text; next; count++) {
        if (count == max) {
            fail("too many parts", text);
        }
        parts[count] = next;
        next = strchr(next, separator);
        if (next) {
            *next++ = 0;
        }
    }
    return count;
}

bool is(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

static int hex_digit(char digit) {
    const char *digits = "0123456789abcdef", *found = strchr(digits, digit);
    if (!found || !digit) {
        fail("not hexadecimal", (char[]){digit, 0});
    }
    return (int)(found - digits);
}

octets from_hex(const char *hex) {
    octets made = {NULL, is(hex, "-") ? 0 : strlen(hex) / 2};
    made.data = keep(made.length + 1);
    for (size_t i = 0; i < made.length; i++) {
        made.data[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
    }
    return made;
}

void print_hex(const uint8_t *data, size_t length) {
    for (size_t i = 0; i < length; i++) {
        printf("%02x", data[i]);
    }
}

static uint32_t fnv(uint32_t hash, const uint8_t *data, size_t length) {
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ data[i]) * 0x01000193;
    }
    return hash;
}

#define FNV_BASIS 0x811c9dc5

void print_octets(const uint8_t *data, size_t length) {
    if (length > 100) {
        printf("@%zu:%08" PRIx32, length, fnv(FNV_BASIS, data, length));
        return;
    }
    for (size_t i = 0; i < length; i++) {
        printf(data[i] > 0x20 && data[i] < 0x7f && data[i] != '\\' ? "%c" : "\\x%02x", data[i]);
    }
}

const char *number_text(const char *format, long number) {
    static char texts[4][32];
    static int next;
    char *text = texts[next++ % 4];
    snprintf(text, sizeof texts[0], format, number);
    return text;
}

/* The name of an error of the library, OK for 0, else the number. */
const char *result_name(long result) {
#define ERROR(name) {NGHTTP2_ERR_##name, "ERR_" #name}
    static const struct {
        int code;
        const char *name;
    } errors[] = {
        ERROR(INVALID_ARGUMENT), ERROR(BUFFER_ERROR), ERROR(UNSUPPORTED_VERSION), ERROR(WOULDBLOCK), ERROR(PROTO),
        ERROR(INVALID_FRAME), ERROR(EOF), ERROR(DEFERRED), ERROR(STREAM_ID_NOT_AVAILABLE), ERROR(STREAM_CLOSED),
        ERROR(STREAM_CLOSING), ERROR(STREAM_SHUT_WR), ERROR(INVALID_STREAM_ID), ERROR(INVALID_STREAM_STATE),
        ERROR(DEFERRED_DATA_EXIST), ERROR(START_STREAM_NOT_ALLOWED), ERROR(GOAWAY_ALREADY_SENT),
        ERROR(INVALID_HEADER_BLOCK), ERROR(INVALID_STATE), ERROR(TEMPORAL_CALLBACK_FAILURE), ERROR(FRAME_SIZE_ERROR),
        ERROR(HEADER_COMP), ERROR(FLOW_CONTROL), ERROR(INSUFF_BUFSIZE), ERROR(PAUSE),
        ERROR(TOO_MANY_INFLIGHT_SETTINGS), ERROR(PUSH_DISABLED), ERROR(DATA_EXIST), ERROR(SESSION_CLOSING),
        ERROR(HTTP_HEADER), ERROR(HTTP_MESSAGING), ERROR(REFUSED_STREAM), ERROR(INTERNAL), ERROR(CANCEL),
        ERROR(SETTINGS_EXPECTED), ERROR(TOO_MANY_SETTINGS), ERROR(FATAL), ERROR(NOMEM), ERROR(CALLBACK_FAILURE),
        ERROR(BAD_CLIENT_MAGIC), ERROR(FLOODED), {-905, "ERR_TOO_MANY_CONTINUATIONS"},
    };
    for (size_t i = 0; i < LENGTH(errors); i++) {
        if (result == errors[i].code) {
            return errors[i].name;
        }
    }
    return result == 0 ? "OK" : number_text("%ld", result);
}

const char *code_name(uint32_t code) {
    static const char *const names[] = {
        "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
        "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
        "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
    };
    return code < LENGTH(names) ? names[code] : number_text("0x%lx", code);
}

const char *type_name(uint8_t type) {
    static const char *const names[] = {
        [NGHTTP2_DATA] = "DATA", [NGHTTP2_HEADERS] = "HEADERS", [NGHTTP2_PRIORITY] = "PRIORITY",
        [NGHTTP2_RST_STREAM] = "RST_STREAM", [NGHTTP2_SETTINGS] = "SETTINGS", [NGHTTP2_PUSH_PROMISE] = "PUSH_PROMISE",
        [NGHTTP2_PING] = "PING", [NGHTTP2_GOAWAY] = "GOAWAY", [NGHTTP2_WINDOW_UPDATE] = "WINDOW_UPDATE",
        [NGHTTP2_CONTINUATION] = "CONTINUATION", [NGHTTP2_ALTSVC] = "ALTSVC", [NGHTTP2_ORIGIN] = "ORIGIN",
        [NGHTTP2_PRIORITY_UPDATE] = "PRIORITY_UPDATE",
    };
    return type < LENGTH(names) && names[type] ? names[type] : number_text("EXT_%02lx", type);
}

const char *category_name(nghttp2_headers_category category) {
    static const char *const names[] = {"REQUEST", "RESPONSE", "PUSH_RESPONSE", "HEADERS"};
    return names[category];
}

/* ---- lines of the trace ------------------------------------------------------------------------------------------ */

void end_chunk(void) {
    if (*play.chunk) {
        printf("  %s len=%zu fnv=%08" PRIx32 "\n", play.chunk, play.chunk_length, play.chunk_hash);
        *play.chunk = 0;
    }
}

/* Every line begins here. */
void say(const char *format, ...) {
    va_list arguments;
    end_chunk();
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
}

/* Pieces of one payload make one line, however the input was cut. */
void say_chunk(const char *head, const uint8_t *data, size_t length) {
    if (!is(play.chunk, head)) {
        end_chunk();
        strcpy(play.chunk, head);
        play.chunk_length = 0;
        play.chunk_hash = FNV_BASIS;
    }
    play.chunk_length += length;
    play.chunk_hash = fnv(play.chunk_hash, data, length);
}

void say_head(const char *what, const nghttp2_frame_hd *hd) {
    say("  %s %s flags=0x%02x stream=%" PRId32, what, type_name(hd->type), hd->flags, hd->stream_id);
}

static void print_priority(const nghttp2_priority_spec *spec) {
    printf(" pri=%" PRId32 ":%" PRId32 ":%d", spec->stream_id, spec->weight, spec->exclusive);
}

static void print_header_block(const nghttp2_frame *frame, bool sent, size_t fields) {
    if (sent) {
        printf(" nv=%zu", fields);
        return;
    }
    printf(" len=%zu", frame->hd.length);
    if (frame->hd.type == NGHTTP2_HEADERS && frame->hd.flags & NGHTTP2_FLAG_PRIORITY) {
        print_priority(&frame->headers.pri_spec);
    }
}

static bool is_own(const void *payload) {
    for (piece *kept = play.kept; kept; kept = kept->next) {
        if (kept->memory == payload) {
            return true;
        }
    }
    return false;
}

static void print_extension(const nghttp2_frame *frame, bool sent) {
    void *payload = frame->ext.payload;
    if (sent ? is_own(payload) : play.user_types[frame->hd.type]) {
        printf(" len=%zu", frame->hd.length);
    } else if (frame->hd.type == NGHTTP2_ALTSVC) {
        nghttp2_ext_altsvc *altsvc = payload;
        printf(" origin=");
        print_octets(altsvc->origin, altsvc->origin_len);
        printf(" value=");
        print_octets(altsvc->field_value, altsvc->field_value_len);
    } else if (frame->hd.type == NGHTTP2_ORIGIN) {
        nghttp2_ext_origin *origin = payload;
        printf(" origins=");
        for (size_t i = 0; i < origin->nov; i++) {
            printf("%s", i ? "," : "");
            print_octets(origin->ov[i].origin, origin->ov[i].origin_len);
        }
    } else if (frame->hd.type == NGHTTP2_PRIORITY_UPDATE) {
        nghttp2_ext_priority_update *update = payload;
        printf(" target=%" PRId32 " value=", update->stream_id);
        print_octets(update->field_value, update->field_value_len);
    } else {
        printf(" len=%zu", frame->hd.length);
    }
}

static void print_payload(const nghttp2_frame *frame, bool sent) {
    switch (frame->hd.type) {
    case NGHTTP2_DATA:
        printf(" len=%zu pad=%zu", frame->hd.length, frame->data.padlen);
        break;
    case NGHTTP2_HEADERS:
        printf(" cat=%s pad=%zu", category_name(frame->headers.cat), frame->headers.padlen);
        print_header_block(frame, sent, frame->headers.nvlen);
        break;
    case NGHTTP2_PRIORITY:
        print_priority(&frame->priority.pri_spec);
        break;
    case NGHTTP2_RST_STREAM:
        printf(" code=%s", code_name(frame->rst_stream.error_code));
        break;
    case NGHTTP2_SETTINGS:
        for (size_t i = 0; i < frame->settings.niv; i++) {
            printf(" %" PRId32 "=%" PRIu32, frame->settings.iv[i].settings_id, frame->settings.iv[i].value);
        }
        break;
    case NGHTTP2_PUSH_PROMISE:
        printf(" promised=%" PRId32 " pad=%zu", frame->push_promise.promised_stream_id, frame->push_promise.padlen);
        print_header_block(frame, sent, frame->push_promise.nvlen);
        break;
    case NGHTTP2_PING:
        printf(" data=");
        print_hex(frame->ping.opaque_data, sizeof frame->ping.opaque_data);
        break;
    case NGHTTP2_GOAWAY:
        printf(" last=%" PRId32 " code=%s debug=", frame->goaway.last_stream_id, code_name(frame->goaway.error_code));
        print_octets(frame->goaway.opaque_data, frame->goaway.opaque_data_len);
        break;
    case NGHTTP2_WINDOW_UPDATE:
        printf(" inc=%" PRId32, frame->window_update.window_size_increment);
        break;
    default:
        print_extension(frame, sent);
    }
}

/* A frame and, unless it is 0, what went wrong. */
void say_frame(const char *what, const nghttp2_frame *frame, bool sent, int error) {
    say_head(what, &frame->hd);
    print_payload(frame, sent);
    if (error) {
        printf(" error=%s", result_name(error));
    }
    putchar('\n');
}

