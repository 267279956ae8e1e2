#include "application.h"

#include "names.h"
#include "scenario.h"
#include "trace.h"
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Callbacks take what the library gives. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

#define FRAME_HEADER 9

/* on EVENT [filter=value...] ret CODE | do OPERATION... */
struct behaviour {
    struct behaviour *next;
    char *event;
    char *words[MAX_WORDS];
    int first_word; /* of the nested operation, or 0 */
    int word_count;
    int ret;
    long count;
};

/* What happened, for the filters of behaviours; -1: the event has none. */
typedef struct {
    const char *name;
    int stream, type, flags;
    const uint8_t *field;
    size_t field_length;
} event;

static bool matches(const behaviour *rule, const event *happened) {
    for (int i = 2; i < rule->first_word || (rule->first_word == 0 && i < rule->word_count); i++) {
        const char *word = rule->words[i], *value = strchr(word, '=');
        if (!value++) {
            break;
        }
        long number = strtol(value, NULL, 0);
        if ((strncmp(word, "stream=", 7) == 0 && number != happened->stream)
                || (strncmp(word, "type=", 5) == 0 && number != happened->type)
                || (strncmp(word, "flag=", 5) == 0 && (number & happened->flags) == 0)) {
            return false;
        }
        if (strncmp(word, "name=", 5) == 0) {
            bytes name = from_hex(value);
            if (name.length != happened->field_length || memcmp(name.data, happened->field, name.length) != 0) {
                return false;
            }
        }
    }
    return true;
}

static long nth(const behaviour *rule) {
    for (int i = 2; i < rule->word_count; i++) {
        if (strncmp(rule->words[i], "nth=", 4) == 0) {
            return strtol(rule->words[i] + 4, NULL, 0);
        }
    }
    return 0;
}

void add_behaviour(char **words, int count) {
    behaviour *rule = keep(sizeof *rule), **end = &play.behaviours;
    rule->event = keep_text(words[1]);
    rule->word_count = count;
    for (int i = 0; i < count; i++) {
        rule->words[i] = keep_text(words[i]);
        if (is(words[i], "do") && rule->first_word == 0) {
            rule->first_word = i + 1;
        } else if (is(words[i], "ret") && rule->first_word == 0) {
            rule->ret = atoi(words[i + 1]);
        }
    }
    while (*end) {
        end = &(*end)->next;
    }
    *end = rule;
}

/* Does what is to be done when something happens; answers what the callback returns. */
static int fire(event happened) {
    int ret = 0;
    for (behaviour *rule = play.behaviours; rule; rule = rule->next) {
        if (!is(rule->event, happened.name) || !matches(rule, &happened)) {
            continue;
        }
        rule->count++;
        if (nth(rule) && nth(rule) != rule->count) {
            continue;
        }
        end_chunk();
        if (rule->first_word) {
            play.nested(rule->words + rule->first_word, rule->word_count - rule->first_word);
        } else {
            ret = rule->ret;
        }
    }
    return ret;
}

static int answer(event happened) {
    int ret = fire(happened);
    if (ret) {
        say("    ret %s\n", result_name(ret));
    }
    play.paused = play.paused || ret == NGHTTP2_ERR_PAUSE;
    return ret;
}

static int answer_frame(const char *name, const nghttp2_frame *frame) {
    return answer((event){name, frame->hd.stream_id, frame->hd.type, frame->hd.flags, NULL, 0});
}

static int answer_head(const char *name, const nghttp2_frame_hd *hd) {
    return answer((event){name, hd->stream_id, hd->type, hd->flags, NULL, 0});
}

/* ---- callbacks --------------------------------------------------------------------------------------------------- */

static int on_begin_frame(nghttp2_session *session, const nghttp2_frame_hd *hd, void *data) {
    say_head("begin_frame", hd);
    printf(" len=%zu\n", hd->length);
    return answer_head("begin_frame", hd);
}

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *data) {
    say_frame("begin_headers", frame, false, 0);
    return answer_frame("begin_headers", frame);
}

static int any_header(const char *what, const nghttp2_frame *frame, bytes name, bytes value, uint8_t flags) {
    say("  %s %s stream=%" PRId32, what, type_name(frame->hd.type), frame->hd.stream_id);
    if (frame->hd.type == NGHTTP2_PUSH_PROMISE) {
        printf(" promised=%" PRId32, frame->push_promise.promised_stream_id);
    } else {
        printf(" cat=%s", category_name(frame->headers.cat));
    }
    printf(" flags=%d ", flags);
    print_bytes(name.data, name.length);
    putchar('=');
    print_bytes(value.data, value.length);
    putchar('\n');
    return answer((event){what, frame->hd.stream_id, frame->hd.type, frame->hd.flags, name.data, name.length});
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t namelen,
        const uint8_t *value, size_t valuelen, uint8_t flags, void *data) {
    return any_header("header", frame, (bytes){(uint8_t *)name, namelen}, (bytes){(uint8_t *)value, valuelen}, flags);
}

static int on_invalid_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t namelen,
        const uint8_t *value, size_t valuelen, uint8_t flags, void *data) {
    return any_header(
            "invalid_header", frame, (bytes){(uint8_t *)name, namelen}, (bytes){(uint8_t *)value, valuelen}, flags);
}

static int on_data_chunk(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *chunk, size_t length,
        void *data) {
    char head[sizeof play.chunk];
    snprintf(head, sizeof head, "data_chunk flags=0x%02x stream=%" PRId32, flags, stream);
    say_chunk(head, chunk, length);
    return answer((event){"data_chunk", stream, NGHTTP2_DATA, flags, NULL, 0});
}

static int on_frame_recv(nghttp2_session *session, const nghttp2_frame *frame, void *data) {
    event happened = {"frame_recv", frame->hd.stream_id, frame->hd.type, frame->hd.flags, NULL, 0};
    say_frame("frame_recv", frame, false, 0);
    if (frame->hd.type == NGHTTP2_PRIORITY_UPDATE && !play.user_types[NGHTTP2_PRIORITY_UPDATE]) {
        happened.stream = ((nghttp2_ext_priority_update *)frame->ext.payload)->stream_id;
    }
    return answer(happened);
}

static int on_invalid_frame_recv(nghttp2_session *session, const nghttp2_frame *frame, int error, void *data) {
    say_frame("invalid_frame_recv", frame, false, error);
    return answer_frame("invalid_frame_recv", frame);
}

static int before_frame_send(nghttp2_session *session, const nghttp2_frame *frame, void *data) {
    say_frame("before_frame_send", frame, true, 0);
    return answer_frame("before_frame_send", frame);
}

static int on_frame_send(nghttp2_session *session, const nghttp2_frame *frame, void *data) {
    say_frame("frame_send", frame, true, 0);
    return answer_frame("frame_send", frame);
}

static int on_frame_not_send(nghttp2_session *session, const nghttp2_frame *frame, int error, void *data) {
    say_frame("frame_not_send", frame, true, error);
    return answer_frame("frame_not_send", frame);
}

long user_data(int32_t stream) {
    return (long)(intptr_t)nghttp2_session_get_stream_user_data(play.session, stream);
}

static int on_stream_close(nghttp2_session *session, int32_t stream, uint32_t code, void *data) {
    say("  stream_close stream=%" PRId32 " code=%s ud=%ld\n", stream, code_name(code), user_data(stream));
    return answer((event){"stream_close", stream, -1, 0, NULL, 0});
}

static int on_ext_chunk(
        nghttp2_session *session, const nghttp2_frame_hd *hd, const uint8_t *chunk, size_t length, void *data) {
    char head[sizeof play.chunk];
    snprintf(head, sizeof head, "ext_chunk %s flags=0x%02x stream=%" PRId32, type_name(hd->type), hd->flags,
            hd->stream_id);
    say_chunk(head, chunk, length);
    return answer_head("ext_chunk", hd);
}

static int unpack_ext(nghttp2_session *session, void **payload, const nghttp2_frame_hd *hd, void *data) {
    *payload = NULL;
    say_head("unpack_ext", hd);
    printf(" len=%zu\n", hd->length);
    return answer_head("unpack_ext", hd);
}

static ssize_t pack_ext(
        nghttp2_session *session, uint8_t *target, size_t room, const nghttp2_frame *frame, void *data) {
    bytes payload = ((own_extension *)frame->ext.payload)->payload;
    say_head("pack_ext", &frame->hd);
    printf(" room=%zu\n", room);
    int ret = answer_frame("pack_ext", frame);
    if (ret) {
        return ret;
    }
    size_t length = payload.length < room ? payload.length : room;
    memcpy(target, payload.data, length);
    return (ssize_t)length;
}

static ssize_t select_padding(nghttp2_session *session, const nghttp2_frame *frame, size_t most, void *data) {
    size_t room = most - frame->hd.length, padding = 0;
    if (strncmp(play.padding, "fixed:", 6) == 0) {
        padding = strtoul(play.padding + 6, NULL, 10);
        padding = padding < room ? padding : room;
    } else if (is(play.padding, "max")) {
        padding = room;
    } else if (is(play.padding, "bad")) {
        padding = room + 1;
    }
    say("  select_padding %s stream=%" PRId32 " room=%zu pad=%zu\n", type_name(frame->hd.type), frame->hd.stream_id,
            room, padding);
    int ret = answer_frame("select_padding", frame);
    return ret ? ret : (ssize_t)(frame->hd.length + padding);
}

static ssize_t read_length(nghttp2_session *session, uint8_t type, int32_t stream, int32_t connection_window,
        int32_t stream_window, uint32_t max_frame_size, void *data) {
    say("  read_length %s stream=%" PRId32 " conn=%" PRId32 " win=%" PRId32 " max_frame=%" PRIu32 " -> %ld\n",
            type_name(type), stream, connection_window, stream_window, max_frame_size, play.read_length);
    int ret = answer((event){"read_length", stream, type, 0, NULL, 0});
    return ret ? ret : play.read_length;
}

static int on_error(nghttp2_session *session, int code, const char *message, size_t length, void *data) {
    say("  error code=%s msg=\"", result_name(code));
    for (size_t i = 0; i < length; i++) {
        putchar(message[i] == '\n' || message[i] == '\r' ? ' ' : message[i]);
    }
    printf("\"\n");
    return answer((event){"error", -1, -1, 0, NULL, 0});
}

/* ---- transport --------------------------------------------------------------------------------------------------- */

void write_wire(const uint8_t *data, size_t length) {
    play.wire.data = checked(realloc(play.wire.data, play.wire.length + length + 1));
    memcpy(play.wire.data + play.wire.length, data, length);
    play.wire.length += length;
    play.wire_room -= length;
}

static ssize_t on_send(nghttp2_session *session, const uint8_t *chunk, size_t length, int flags, void *data) {
    int ret = answer((event){"send", -1, -1, 0, NULL, 0});
    if (ret) {
        return ret;
    }
    if (play.wire_room == 0) {
        return NGHTTP2_ERR_WOULDBLOCK;
    }
    size_t taken = length < play.wire_room ? length : play.wire_room;
    write_wire(chunk, taken);
    return (ssize_t)taken;
}

static ssize_t on_recv(nghttp2_session *session, uint8_t *target, size_t room, int flags, void *data) {
    bytes *source = &play.source;
    if (source->length == 0) {
        return is(play.source_end, "wouldblock") ? NGHTTP2_ERR_WOULDBLOCK
                : is(play.source_end, "eof")     ? NGHTTP2_ERR_EOF
                                                 : NGHTTP2_ERR_CALLBACK_FAILURE;
    }
    size_t length = play.source_piece && play.source_piece < room ? play.source_piece : room;
    length = length < source->length ? length : source->length;
    memcpy(target, source->data, length);
    source->data += length;
    source->length -= length;
    return (ssize_t)length;
}

/* ---- bodies ------------------------------------------------------------------------------------------------------ */

typedef struct {
    char *steps[256];
    int count, step;
    long left; /* of the current step's bytes; -1: it has not begun */
    size_t cap, position;
    bool no_copy;
} body;

/* The argument of the step at hand if it is of that kind, else NULL. */
static char *step(body *source, const char *kind) {
    char *text = source->step < source->count ? source->steps[source->step] : "";
    size_t length = strlen(kind);
    return strncmp(text, kind, length) == 0 && (text[length] == 0 || text[length] == ':')
            ? text + length + (text[length] == ':')
            : NULL;
}

static void fill(uint8_t *target, size_t position, int32_t stream, size_t length) {
    for (size_t i = 0; i < length; i++) {
        target[i] = (uint8_t)(position + i + (size_t)stream);
    }
}

static void submit_trailer_of(int32_t stream, const char *fields) {
    char id[16];
    snprintf(id, sizeof id, "%" PRId32, stream);
    play.nested((char *[]){"submit_trailer", id, keep_text(fields)}, 3);
}

/* Takes the steps up to the next that answers a read; the result is a number of bytes or an error. */
static ssize_t take_steps(body *source, int32_t stream, uint8_t *target, size_t max, uint32_t *flags) {
    ssize_t given = -1;
    while (step(source, "sep")) {
        source->step++;
    }
    for (char *argument; source->step < source->count; source->step++) {
        if ((argument = step(source, "trailer"))) {
            submit_trailer_of(stream, argument);
        } else if (step(source, "eof") || step(source, "eof-nes")) {
            *flags |= NGHTTP2_DATA_FLAG_EOF | (step(source, "eof-nes") ? NGHTTP2_DATA_FLAG_NO_END_STREAM : 0);
            source->step++;
            return given < 0 ? 0 : given;
        } else if (given >= 0) {
            return given;
        } else if ((argument = step(source, "cap"))) {
            source->cap = strtoul(argument, NULL, 10);
        } else if ((argument = step(source, "nocopy"))) {
            source->no_copy = !is(argument, "0");
        } else if ((argument = step(source, "bytes"))) {
            size_t left = (size_t)(source->left = source->left < 0 ? atol(argument) : source->left);
            size_t length = left < max ? left : max;
            length = length < source->cap ? length : source->cap;
            if (!source->no_copy) {
                fill(target, source->position, stream, length);
            }
            source->position += length;
            source->left -= (long)length;
            given = (ssize_t)length;
            if (source->left > 0) {
                return given;
            }
            source->left = -1;
        } else if (!step(source, "sep")) {
            ssize_t result = step(source, "zero") ? 0
                    : step(source, "defer")         ? NGHTTP2_ERR_DEFERRED
                    : step(source, "pause")         ? NGHTTP2_ERR_PAUSE
                    : step(source, "fail-temporal") ? NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE
                    : step(source, "too-long")      ? (ssize_t)max + 1
                                                    : NGHTTP2_ERR_CALLBACK_FAILURE;
            source->step++;
            return result;
        }
    }
    return given < 0 ? NGHTTP2_ERR_DEFERRED : given;
}

static ssize_t read_body(nghttp2_session *session, int32_t stream, uint8_t *target, size_t max, uint32_t *flags,
        nghttp2_data_source *source, void *data) {
    body *read = source->ptr;
    int ret = answer((event){"data_read", stream, NGHTTP2_DATA, 0, NULL, 0});
    if (ret) {
        return ret;
    }
    ssize_t result = take_steps(read, stream, target, max, flags);
    *flags |= result >= 0 && read->no_copy ? NGHTTP2_DATA_FLAG_NO_COPY : 0;
    say("  data_read stream=%" PRId32 " max=%zu -> %s%s%s%s\n", stream, max,
            result < 0 ? result_name(result) : number_text("%ld", result), *flags & NGHTTP2_DATA_FLAG_EOF ? " EOF" : "",
            *flags & NGHTTP2_DATA_FLAG_NO_END_STREAM ? " NO_END_STREAM" : "",
            *flags & NGHTTP2_DATA_FLAG_NO_COPY ? " NO_COPY" : "");
    return result;
}

static int send_data(nghttp2_session *session, nghttp2_frame *frame, const uint8_t *head, size_t length,
        nghttp2_data_source *source, void *data) {
    static const uint8_t zeros[256];
    size_t padding = frame->data.padlen;
    if (play.wire_room < FRAME_HEADER + padding + length) {
        return NGHTTP2_ERR_WOULDBLOCK;
    }
    say("  send_data stream=%" PRId32 " len=%zu pad=%zu\n", frame->hd.stream_id, length, padding);
    int ret = answer_frame("send_data", frame);
    if (ret && ret != NGHTTP2_ERR_PAUSE) {
        return ret;
    }
    /* No other read of this body can have come between. */
    uint8_t *bytes_of_body = checked(malloc(length + 1));
    fill(bytes_of_body, ((body *)source->ptr)->position - length, frame->hd.stream_id, length);
    write_wire(head, FRAME_HEADER);
    if (padding) {
        write_wire(&(uint8_t){(uint8_t)(padding - 1)}, 1);
    }
    write_wire(bytes_of_body, length);
    if (padding) {
        write_wire(zeros, padding - 1);
    }
    free(bytes_of_body);
    return ret;
}

nghttp2_data_provider *provider(const char *text, nghttp2_data_provider *made) {
    body *source = keep(sizeof *source);
    if (is(text, "-")) {
        return NULL;
    }
    source->count = split(keep_text(text), '/', source->steps, LENGTH(source->steps));
    source->left = -1;
    source->cap = SIZE_MAX;
    *made = (nghttp2_data_provider){{.ptr = source}, read_body};
    return made;
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

static bool has_callback(const char *name) {
    const char *found = strstr(play.left_out, name);
    size_t length = strlen(name);
    return !found || found[-1] != ',' || found[length] != ',';
}

nghttp2_session_callbacks *make_callbacks(void) {
    nghttp2_session_callbacks *made;
    if (nghttp2_session_callbacks_new(&made) != 0) {
        fail("no memory", "");
    }
    nghttp2_session_callbacks_set_send_callback(made, on_send);
    nghttp2_session_callbacks_set_recv_callback(made, on_recv);
#define SET(name, setter, callback) \
    if (has_callback(name)) nghttp2_session_callbacks_set_##setter(made, callback)
    SET("on_begin_frame", on_begin_frame_callback, on_begin_frame);
    SET("on_begin_headers", on_begin_headers_callback, on_begin_headers);
    SET("on_header", on_header_callback, on_header);
    SET("on_invalid_header", on_invalid_header_callback, on_invalid_header);
    SET("on_data_chunk", on_data_chunk_recv_callback, on_data_chunk);
    SET("on_frame_recv", on_frame_recv_callback, on_frame_recv);
    SET("on_invalid_frame_recv", on_invalid_frame_recv_callback, on_invalid_frame_recv);
    SET("before_frame_send", before_frame_send_callback, before_frame_send);
    SET("on_frame_send", on_frame_send_callback, on_frame_send);
    SET("on_frame_not_send", on_frame_not_send_callback, on_frame_not_send);
    SET("on_stream_close", on_stream_close_callback, on_stream_close);
    SET("on_ext_chunk", on_extension_chunk_recv_callback, on_ext_chunk);
    SET("unpack_ext", unpack_extension_callback, unpack_ext);
    SET("pack_ext", pack_extension_callback, pack_ext);
    SET("send_data", send_data_callback, send_data);
    SET("on_error", error_callback2, on_error);
    if (play.padding) {
        nghttp2_session_callbacks_set_select_padding_callback(made, select_padding);
    }
    if (play.read_length != LONG_MIN) {
        nghttp2_session_callbacks_set_data_source_read_length_callback(made, read_length);
    }
    return made;
}
