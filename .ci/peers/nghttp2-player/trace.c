#include "trace.h"

#include "names.h"
#include "scenario.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

void print_bytes(const uint8_t *data, size_t length) {
    if (length > 100) {
        printf("@%zu:%08" PRIx32, length, fnv(FNV_BASIS, data, length));
        return;
    }
    for (size_t i = 0; i < length; i++) {
        printf(data[i] > 0x20 && data[i] < 0x7f && data[i] != '\\' ? "%c" : "\\x%02x", data[i]);
    }
}

void end_chunk(void) {
    if (*play.chunk) {
        printf("  %s len=%zu fnv=%08" PRIx32 "\n", play.chunk, play.chunk_length, play.chunk_hash);
        *play.chunk = 0;
    }
}

void say(const char *format, ...) {
    va_list arguments;
    end_chunk();
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
}

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

static void print_extension(const nghttp2_frame *frame, bool sent) {
    void *payload = frame->ext.payload;
    if (sent ? is_kept(payload) : play.user_types[frame->hd.type]) {
        printf(" len=%zu", frame->hd.length);
    } else if (frame->hd.type == NGHTTP2_ALTSVC) {
        nghttp2_ext_altsvc *altsvc = payload;
        printf(" origin=");
        print_bytes(altsvc->origin, altsvc->origin_len);
        printf(" value=");
        print_bytes(altsvc->field_value, altsvc->field_value_len);
    } else if (frame->hd.type == NGHTTP2_ORIGIN) {
        nghttp2_ext_origin *origin = payload;
        printf(" origins=");
        for (size_t i = 0; i < origin->nov; i++) {
            printf("%s", i ? "," : "");
            print_bytes(origin->ov[i].origin, origin->ov[i].origin_len);
        }
    } else if (frame->hd.type == NGHTTP2_PRIORITY_UPDATE) {
        nghttp2_ext_priority_update *update = payload;
        printf(" target=%" PRId32 " value=", update->stream_id);
        print_bytes(update->field_value, update->field_value_len);
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
        print_bytes(frame->goaway.opaque_data, frame->goaway.opaque_data_len);
        break;
    case NGHTTP2_WINDOW_UPDATE:
        printf(" inc=%" PRId32, frame->window_update.window_size_increment);
        break;
    default:
        print_extension(frame, sent);
    }
}

void say_frame(const char *what, const nghttp2_frame *frame, bool sent, int error) {
    say_head(what, &frame->hd);
    print_payload(frame, sent);
    if (error) {
        printf(" error=%s", result_name(error));
    }
    putchar('\n');
}
