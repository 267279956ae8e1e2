#include "calls.h"

#include "application.h"
#include "names.h"
#include "scenario.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static nghttp2_nv *fields(char *text, size_t *count) {
    *count = 0;
    if (is(text, "-")) {
        return NULL;
    }
    nghttp2_nv *made = keep((strlen(text) + 1) * sizeof *made / 2 + sizeof *made);
    for (char *next = keep_text(text); next;) {
        char *word = next, *mark, *value;
        if ((next = strchr(word, ','))) {
            *next++ = 0;
        }
        if ((mark = strchr(word, '!'))) {
            *mark = 0;
        }
        value = strchr(word, '=');
        *value++ = 0;
        bytes name_bytes = from_hex(word), value_bytes = from_hex(value);
        made[(*count)++] = (nghttp2_nv){name_bytes.data, value_bytes.data, name_bytes.length, value_bytes.length,
            mark ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE};
    }
    return made;
}

static nghttp2_settings_entry *settings(char *text, size_t *count) {
    *count = 0;
    if (is(text, "-")) {
        return NULL;
    }
    nghttp2_settings_entry *made = keep((strlen(text) / 4 + 1) * sizeof *made);
    for (char *next = text; *next; next += *next == ',') {
        made[*count].settings_id = (int32_t)strtol(next, &next, 10);
        made[(*count)++].value = (uint32_t)strtoll(next + 1, &next, 10);
    }
    return made;
}

static long submit_origins(char *text) {
    nghttp2_origin_entry *made = keep((strlen(text) + 1) * sizeof *made);
    size_t count = 0;
    for (char *next = is(text, "-") ? NULL : keep_text(text); next; count++) {
        char *word = next;
        if ((next = strchr(word, ','))) {
            *next++ = 0;
        }
        bytes origin = from_hex(word);
        made[count] = (nghttp2_origin_entry){origin.data, origin.length};
    }
    return nghttp2_submit_origin(play.session, NGHTTP2_FLAG_NONE, made, count);
}

static nghttp2_priority_spec priority(char **words) {
    nghttp2_priority_spec made;
    nghttp2_priority_spec_init(&made, atoi(words[0]), atoi(words[1]), atoi(words[2]));
    return made;
}

static void *as_user_data(const char *word) {
    return (void *)(intptr_t)atol(word);
}

/* ---- one function each; `id` is the number that follows the name, if one does ------------------------------------ */

static long call_submit_request(int32_t id, char **words) {
    (void)id;
    size_t count;
    nghttp2_data_provider source;
    nghttp2_nv *nva = fields(words[1], &count);
    return nghttp2_submit_request(
            play.session, NULL, nva, count, provider(words[2], &source), as_user_data(words[3]));
}

static long call_submit_response(int32_t id, char **words) {
    size_t count;
    nghttp2_data_provider source;
    nghttp2_nv *nva = fields(words[2], &count);
    return nghttp2_submit_response(play.session, id, nva, count, provider(words[3], &source));
}

static long call_submit_headers(int32_t id, char **words) {
    size_t count;
    nghttp2_nv *nva = fields(words[3], &count);
    return nghttp2_submit_headers(
            play.session, (uint8_t)atoi(words[2]), id, NULL, nva, count, as_user_data(words[4]));
}

static long call_submit_trailer(int32_t id, char **words) {
    size_t count;
    nghttp2_nv *nva = fields(words[2], &count);
    return nghttp2_submit_trailer(play.session, id, nva, count);
}

static long call_submit_data(int32_t id, char **words) {
    nghttp2_data_provider source;
    return nghttp2_submit_data(
            play.session, (uint8_t)atoi(words[2]), id, provider(is(words[3], "-") ? "sep" : words[3], &source));
}

static long call_submit_push_promise(int32_t id, char **words) {
    size_t count;
    nghttp2_nv *nva = fields(words[2], &count);
    return nghttp2_submit_push_promise(play.session, 0, id, nva, count, as_user_data(words[3]));
}

static long call_submit_rst(int32_t id, char **words) {
    return nghttp2_submit_rst_stream(play.session, 0, id, (uint32_t)atoll(words[2]));
}

static long call_submit_settings(int32_t id, char **words) {
    (void)id;
    size_t count;
    nghttp2_settings_entry *entries = settings(words[1], &count);
    return nghttp2_submit_settings(play.session, 0, entries, count);
}

static long call_submit_ping(int32_t id, char **words) {
    (void)id;
    return nghttp2_submit_ping(
            play.session, (uint8_t)atoi(words[1]), is(words[2], "-") ? NULL : from_hex(words[2]).data);
}

static long call_submit_goaway(int32_t id, char **words) {
    bytes debug = from_hex(words[3]);
    return nghttp2_submit_goaway(play.session, 0, id, (uint32_t)atoll(words[2]), debug.data, debug.length);
}

static long call_submit_window_update(int32_t id, char **words) {
    return nghttp2_submit_window_update(play.session, 0, id, atoi(words[2]));
}

static long call_submit_priority(int32_t id, char **words) {
    nghttp2_priority_spec spec = priority(words + 2);
    return nghttp2_submit_priority(play.session, 0, id, &spec);
}

static long call_submit_priority_update(int32_t id, char **words) {
    bytes value = from_hex(words[2]);
    return nghttp2_submit_priority_update(play.session, 0, id, value.data, value.length);
}

static long call_submit_altsvc(int32_t id, char **words) {
    bytes origin = from_hex(words[2]), value = from_hex(words[3]);
    return nghttp2_submit_altsvc(play.session, 0, id, origin.data, origin.length, value.data, value.length);
}

static long call_submit_origin(int32_t id, char **words) {
    (void)id;
    return submit_origins(words[1]);
}

static long call_submit_extension(int32_t id, char **words) {
    (void)id;
    own_extension *own = keep(sizeof *own);
    own->payload = from_hex(words[4]);
    return nghttp2_submit_extension(
            play.session, (uint8_t)strtol(words[1], NULL, 0), (uint8_t)atoi(words[2]), atoi(words[3]), own);
}

static long call_shutdown_notice(int32_t id, char **words) {
    (void)id, (void)words;
    return nghttp2_submit_shutdown_notice(play.session);
}

static long call_terminate(int32_t id, char **words) {
    (void)id;
    return nghttp2_session_terminate_session(play.session, (uint32_t)atoll(words[1]));
}

static long call_terminate2(int32_t id, char **words) {
    return nghttp2_session_terminate_session2(play.session, id, (uint32_t)atoll(words[2]));
}

static long call_resume_data(int32_t id, char **words) {
    (void)words;
    return nghttp2_session_resume_data(play.session, id);
}

static long call_consume(int32_t id, char **words) {
    return nghttp2_session_consume(play.session, id, (size_t)atoll(words[2]));
}

static long call_consume_connection(int32_t id, char **words) {
    (void)id;
    return nghttp2_session_consume_connection(play.session, (size_t)atoll(words[1]));
}

static long call_consume_stream(int32_t id, char **words) {
    return nghttp2_session_consume_stream(play.session, id, (size_t)atoll(words[2]));
}

static long call_set_local_window(int32_t id, char **words) {
    return nghttp2_session_set_local_window_size(play.session, 0, id, atoi(words[2]));
}

static long call_set_next_stream_id(int32_t id, char **words) {
    (void)words;
    return nghttp2_session_set_next_stream_id(play.session, id);
}

static long call_set_ud(int32_t id, char **words) {
    return nghttp2_session_set_stream_user_data(play.session, id, as_user_data(words[2]));
}

static long call_change_extpri(int32_t id, char **words) {
    nghttp2_extpri changed = {(uint32_t)atoll(words[2]), atoi(words[3])};
    return nghttp2_session_change_extpri_stream_priority(play.session, id, &changed, atoi(words[4]));
}

static long call_change_pri7540(int32_t id, char **words) {
    nghttp2_priority_spec spec = priority(words + 2);
    return nghttp2_session_change_stream_priority(play.session, id, &spec);
}

static long call_create_idle(int32_t id, char **words) {
    nghttp2_priority_spec spec = priority(words + 2);
    return nghttp2_session_create_idle_stream(play.session, id, &spec);
}

static long call_upgrade(int32_t id, char **words) {
    (void)id;
    bytes payload = from_hex(words[1]);
    return nghttp2_session_upgrade(play.session, payload.data, payload.length, as_user_data(words[2]));
}

static long call_upgrade2(int32_t id, char **words) {
    (void)id;
    bytes payload = from_hex(words[1]);
    return nghttp2_session_upgrade2(
            play.session, payload.data, payload.length, atoi(words[2]), as_user_data(words[3]));
}

static long call_pad(int32_t id, char **words) {
    (void)id;
    play.padding = keep_text(words[1]);
    return 0;
}

static const struct {
    const char *name;
    long (*call)(int32_t id, char **words);
} calls[] = {
    {"submit_request", call_submit_request},
    {"submit_response", call_submit_response},
    {"submit_headers", call_submit_headers},
    {"submit_trailer", call_submit_trailer},
    {"submit_data", call_submit_data},
    {"submit_push_promise", call_submit_push_promise},
    {"submit_rst", call_submit_rst},
    {"submit_settings", call_submit_settings},
    {"submit_ping", call_submit_ping},
    {"submit_goaway", call_submit_goaway},
    {"submit_window_update", call_submit_window_update},
    {"submit_priority", call_submit_priority},
    {"submit_priority_update", call_submit_priority_update},
    {"submit_altsvc", call_submit_altsvc},
    {"submit_origin", call_submit_origin},
    {"submit_extension", call_submit_extension},
    {"shutdown_notice", call_shutdown_notice},
    {"terminate", call_terminate},
    {"terminate2", call_terminate2},
    {"resume_data", call_resume_data},
    {"consume", call_consume},
    {"consume_connection", call_consume_connection},
    {"consume_stream", call_consume_stream},
    {"set_local_window", call_set_local_window},
    {"set_next_stream_id", call_set_next_stream_id},
    {"set_ud", call_set_ud},
    {"change_extpri", call_change_extpri},
    {"change_pri7540", call_change_pri7540},
    {"create_idle", call_create_idle},
    {"upgrade", call_upgrade},
    {"upgrade2", call_upgrade2},
    {"pad", call_pad},
};

const char *call(char **words, int count) {
    int32_t id = count > 1 ? (int32_t)atoll(words[1]) : 0;
#ifdef HAVE_session_get_extpri_stream_priority
    if (is(words[0], "get_extpri")) {
        static char shown[64];
        nghttp2_extpri found = {0, 0};
        int got = nghttp2_session_get_extpri_stream_priority(play.session, &found, id);
        snprintf(shown, sizeof shown, "OK u=%" PRIu32 " i=%d", found.urgency, found.inc);
        return got == 0 ? shown : result_name(got);
    }
#endif
    for (size_t i = 0; i < LENGTH(calls); i++) {
        if (is(words[0], calls[i].name)) {
            return result_name(calls[i].call(id, words));
        }
    }
    return "UNSUPPORTED";
}
