#include "queries.h"

#include "application.h"
#include "names.h"
#include "scenario.h"
#include "trace.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char *state_name(int32_t id) {
    static const char *const names[] = {
        "NONE", "IDLE", "OPEN", "RESERVED_LOCAL", "RESERVED_REMOTE", "HALF_CLOSED_LOCAL", "HALF_CLOSED_REMOTE",
        "CLOSED",
    };
    nghttp2_stream *stream = nghttp2_session_find_stream(play.session, id);
    return names[stream ? nghttp2_stream_get_state(stream) : 0];
}

typedef int32_t (*getter)(nghttp2_session *session);
typedef int32_t (*stream_getter)(nghttp2_session *session, int32_t id);

/* Of the connection, and of a stream. */
static const struct {
    const char *name;
    getter of_connection;
    stream_getter of_stream;
} windows[] = {
    {"local_window", nghttp2_session_get_local_window_size, nghttp2_session_get_stream_local_window_size},
    {"effective_local_window", nghttp2_session_get_effective_local_window_size,
        nghttp2_session_get_stream_effective_local_window_size},
    {"effective_recv", nghttp2_session_get_effective_recv_data_length,
        nghttp2_session_get_stream_effective_recv_data_length},
    {"remote_window", nghttp2_session_get_remote_window_size, nghttp2_session_get_stream_remote_window_size},
};

/* Of the stream, or of the connection if it is 0. */
static const char *window(const char *name, int32_t id) {
    for (size_t i = 0; i < LENGTH(windows); i++) {
        if (is(name, windows[i].name)) {
            return number_text("%ld",
                    id ? windows[i].of_stream(play.session, id) : windows[i].of_connection(play.session));
        }
    }
    return "UNSUPPORTED";
}

static long query_want_read(int32_t id) {
    (void)id;
    return nghttp2_session_want_read(play.session) != 0;
}

static long query_want_write(int32_t id) {
    (void)id;
    return nghttp2_session_want_write(play.session) != 0;
}

static long query_queue_size(int32_t id) {
    (void)id;
    return (long)nghttp2_session_get_outbound_queue_size(play.session);
}

static long query_local_settings(int32_t id) {
    return nghttp2_session_get_local_settings(play.session, (nghttp2_settings_id)id);
}

static long query_remote_settings(int32_t id) {
    return nghttp2_session_get_remote_settings(play.session, (nghttp2_settings_id)id);
}

static long query_next_stream_id(int32_t id) {
    (void)id;
    return nghttp2_session_get_next_stream_id(play.session);
}

static long query_last_proc_stream_id(int32_t id) {
    (void)id;
    return nghttp2_session_get_last_proc_stream_id(play.session);
}

static long query_local_close(int32_t id) {
    return nghttp2_session_get_stream_local_close(play.session, id);
}

static long query_remote_close(int32_t id) {
    return nghttp2_session_get_stream_remote_close(play.session, id);
}

static long query_request_allowed(int32_t id) {
    (void)id;
    return nghttp2_session_check_request_allowed(play.session);
}

static long query_server_session(int32_t id) {
    (void)id;
    return nghttp2_session_check_server_session(play.session);
}

static long query_ud(int32_t id) {
    return user_data(id);
}

static long query_hd_inflate_size(int32_t id) {
    (void)id;
    return (long)nghttp2_session_get_hd_inflate_dynamic_table_size(play.session);
}

static const struct {
    const char *name;
    long (*get)(int32_t id);
} queries[] = {
    {"want_read", query_want_read},
    {"want_write", query_want_write},
    {"queue_size", query_queue_size},
    {"local_settings", query_local_settings},
    {"remote_settings", query_remote_settings},
    {"next_stream_id", query_next_stream_id},
    {"last_proc_stream_id", query_last_proc_stream_id},
    {"local_close", query_local_close},
    {"remote_close", query_remote_close},
    {"request_allowed", query_request_allowed},
    {"server_session", query_server_session},
    {"ud", query_ud},
    {"hd_inflate_size", query_hd_inflate_size},
};

static const char *queried(const char *name, int32_t id) {
    for (size_t i = 0; i < LENGTH(queries); i++) {
        if (is(name, queries[i].name)) {
            return number_text("%ld", queries[i].get(id));
        }
    }
    return is(name, "stream_state") ? state_name(id) : window(name, id);
}

void query(char **words, int count) {
    bool argued = count > 2;
    printf("query %s%s%s = %s\n", words[1], argued ? " " : "", argued ? words[2] : "",
            queried(words[1], argued ? atoi(words[2]) : 0));
}

static void print_settings(const char *whose, uint32_t (*get)(nghttp2_session *, nghttp2_settings_id)) {
    static const int ids[] = {1, 2, 3, 4, 5, 6, 8, 9};
    printf("state %s_settings", whose);
    for (size_t i = 0; i < LENGTH(ids); i++) {
        printf(" %d=%" PRIu32, ids[i], get(play.session, (nghttp2_settings_id)ids[i]));
    }
    putchar('\n');
}

void print_want(void) {
    printf("want=%c%c", nghttp2_session_want_read(play.session) ? 'r' : '-',
            nghttp2_session_want_write(play.session) ? 'w' : '-');
}

static void print_windows(int32_t id) {
    printf(" local=%s", window("local_window", id));
    printf(" eff_local=%s", window("effective_local_window", id));
    printf(" eff_recv=%s", window("effective_recv", id));
    printf(" remote=%s\n", window("remote_window", id));
}

static void print_stream_state(const char *id_text) {
    int32_t id = atoi(id_text);
    int local_close = nghttp2_session_get_stream_local_close(play.session, id);
    printf("state stream %s st=%s", id_text, state_name(id));
    if (local_close == -1) {
        putchar('\n');
        return;
    }
    printf(" lc=%d rc=%d", local_close, nghttp2_session_get_stream_remote_close(play.session, id));
    print_windows(id);
}

void print_state(char *streams) {
    nghttp2_session *session = play.session;
    char *ids[64];
    int count = split(streams, ',', ids, LENGTH(ids));
    printf("state session ");
    print_want();
    printf(" queue=%zu next_id=%" PRIu32 " last_proc=%" PRId32 " req_allowed=%d server=%d hd_in=%zu\n",
            nghttp2_session_get_outbound_queue_size(session), nghttp2_session_get_next_stream_id(session),
            nghttp2_session_get_last_proc_stream_id(session), nghttp2_session_check_request_allowed(session),
            nghttp2_session_check_server_session(session), nghttp2_session_get_hd_inflate_dynamic_table_size(session));
    printf("~ hd_out=%zu\n", nghttp2_session_get_hd_deflate_dynamic_table_size(session));
    printf("state conn");
    print_windows(0);
    print_settings("local", nghttp2_session_get_local_settings);
    print_settings("remote", nghttp2_session_get_remote_settings);
    for (int i = 0; i < count; i++) {
        print_stream_state(ids[i]);
    }
}

void print_function(char **words) {
    static const struct {
        const char *name;
        int (*check)(const uint8_t *, size_t);
    } checks[] = {
        {"check_header_name", nghttp2_check_header_name},
        {"check_header_value", nghttp2_check_header_value},
        {"check_header_value_rfc9113", nghttp2_check_header_value_rfc9113},
        {"check_method", nghttp2_check_method},
        {"check_path", nghttp2_check_path},
        {"check_authority", nghttp2_check_authority},
    };
    bytes argument = from_hex(words[2]);
    const char *value = "UNSUPPORTED";
    for (size_t i = 0; i < LENGTH(checks); i++) {
        if (is(words[1], checks[i].name)) {
            value = checks[i].check(argument.data, argument.length) ? "1" : "0";
        }
    }
    printf("fn %s ", words[1]);
    print_bytes(argument.data, argument.length);
#ifdef HAVE_extpri_parse_priority
    if (is(words[1], "parse_priority")) {
        nghttp2_extpri parsed = {NGHTTP2_EXTPRI_DEFAULT_URGENCY, 0};
        int result = nghttp2_extpri_parse_priority(&parsed, argument.data, argument.length);
        printf(" = %s u=%" PRIu32 " i=%d\n", result_name(result), parsed.urgency, parsed.inc);
        return;
    }
#endif
    printf(" = %s\n", value);
}
