#include "player.h"

scenario play;

/* ---- queries ----------------------------------------------------------------------------------------------------- */

static const char *state_name(int32_t id) {
    static const char *const names[] = {
        "NONE", "IDLE", "OPEN", "RESERVED_LOCAL", "RESERVED_REMOTE", "HALF_CLOSED_LOCAL", "HALF_CLOSED_REMOTE",
        "CLOSED",
    };
    nghttp2_stream *stream = nghttp2_session_find_stream(play.session, id);
    return names[stream ? nghttp2_stream_get_state(stream) : 0];
}

/* Of the stream, or of the connection if it is 0. */
static const char *window(const char *name, int32_t id) {
    nghttp2_session *session = play.session;
    int32_t value;
    if (is(name, "local_window")) {
        value = id ? nghttp2_session_get_stream_local_window_size(session, id)
                   : nghttp2_session_get_local_window_size(session);
    } else if (is(name, "effective_local_window")) {
        value = id ? nghttp2_session_get_stream_effective_local_window_size(session, id)
                   : nghttp2_session_get_effective_local_window_size(session);
    } else if (is(name, "effective_recv")) {
        value = id ? nghttp2_session_get_stream_effective_recv_data_length(session, id)
                   : nghttp2_session_get_effective_recv_data_length(session);
    } else if (is(name, "remote_window")) {
        value = id ? nghttp2_session_get_stream_remote_window_size(session, id)
                   : nghttp2_session_get_remote_window_size(session);
    } else {
        return "UNSUPPORTED";
    }
    return number_text("%ld", value);
}

static const char *queried(const char *name, int32_t id) {
    nghttp2_session *session = play.session;
    long value;
    if (is(name, "stream_state")) {
        return state_name(id);
    } else if (is(name, "want_read")) {
        value = nghttp2_session_want_read(session) != 0;
    } else if (is(name, "want_write")) {
        value = nghttp2_session_want_write(session) != 0;
    } else if (is(name, "queue_size")) {
        value = (long)nghttp2_session_get_outbound_queue_size(session);
    } else if (is(name, "local_settings")) {
        value = nghttp2_session_get_local_settings(session, (nghttp2_settings_id)id);
    } else if (is(name, "remote_settings")) {
        value = nghttp2_session_get_remote_settings(session, (nghttp2_settings_id)id);
    } else if (is(name, "next_stream_id")) {
        value = nghttp2_session_get_next_stream_id(session);
    } else if (is(name, "last_proc_stream_id")) {
        value = nghttp2_session_get_last_proc_stream_id(session);
    } else if (is(name, "local_close")) {
        value = nghttp2_session_get_stream_local_close(session, id);
    } else if (is(name, "remote_close")) {
        value = nghttp2_session_get_stream_remote_close(session, id);
    } else if (is(name, "request_allowed")) {
        value = nghttp2_session_check_request_allowed(session);
    } else if (is(name, "server_session")) {
        value = nghttp2_session_check_server_session(session);
    } else if (is(name, "ud")) {
        value = user_data(id);
    } else if (is(name, "hd_inflate_size")) {
        value = (long)nghttp2_session_get_hd_inflate_dynamic_table_size(session);
    } else {
        return window(name, id);
    }
    return number_text("%ld", value);
}

static void query(char **words, int count) {
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

static void print_want(void) {
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

static void print_state(char *streams) {
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

static void print_function(char **words) {
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
    octets argument = from_hex(words[2]);
    const char *value = "UNSUPPORTED";
    for (size_t i = 0; i < LENGTH(checks); i++) {
        if (is(words[1], checks[i].name)) {
            value = checks[i].check(argument.data, argument.length) ? "1" : "0";
        }
    }
    printf("fn %s ", words[1]);
    print_octets(argument.data, argument.length);
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

/* ---- tapes ------------------------------------------------------------------------------------------------------- */

/* An operation inside of a callback or of a read. */
void nested(char **words, int count) {
    char *copies[MAX_WORDS];
    for (int i = 0; i < count; i++) {
        copies[i] = keep_text(words[i]);
    }
    if (is(words[0], "on")) {
        add_behaviour(copies, count);
    } else if (is(words[0], "query")) {
        say("    ");
        query(copies, count);
    } else {
        const char *result = call(copies, count);
        say("    do %s = %s\n", words[0], result);
    }
}

static void print_wire(void) {
    if (play.wire.length) {
        say("  txraw ");
        print_hex(play.wire.data, play.wire.length);
        putchar('\n');
        play.wire.length = 0;
    }
}

static void operate(int number, char **words, int count) {
    long result;
    play.paused = false;
    if (is(words[0], "on")) {
        add_behaviour(words, count);
        return;
    } else if (is(words[0], "query")) {
        query(words, count);
        return;
    } else if (is(words[0], "fn")) {
        print_function(words);
        return;
    }
    printf("op %d %s\n", number, is(words[0], "memsend") ? "send" : words[0]);
    if (is(words[0], "state")) {
        print_state(words[1]);
        return;
    }
    if (transfer(words, count, &result)) {
        bool received = is(words[0], "recv") || is(words[0], "continue");
        print_wire();
        say("rc %s%s", result_name(result), received && play.paused && !play.dead ? " paused" : "");
    } else {
        const char *shown = call(words, count);
        say("rc %s", shown);
    }
    if (!play.dead && !is(words[0], "session")) {
        putchar(' ');
        print_want();
    }
    printf(play.dead ? "\ndead\n" : "\n");
}

static void begin_scenario(void) {
    memset(&play, 0, sizeof play);
    play.left_out = "";
    play.read_length = LONG_MIN;
}

static void end_scenario(void) {
    nghttp2_session_del(play.session);
    free(play.wire.data);
    while (play.kept) {
        piece *next = play.kept->next;
        free(play.kept);
        play.kept = next;
    }
}

static void play_tape(FILE *tape) {
    char *line = NULL, *words[MAX_WORDS];
    size_t size = 0;
    ssize_t length;
    int number = 0;
    while ((length = getline(&line, &size, tape)) > 0) {
        line[strcspn(line, "\r\n")] = 0;
        if (*line == '#' || !*line) {
            continue;
        }
        if (strncmp(line, "scenario ", 9) == 0) {
            printf("%s\n", line);
            begin_scenario();
            number = 0;
        } else if (is(line, "end")) {
            end_scenario();
            printf("end\n");
        } else {
            number++;
            if (!play.dead) {
                int count = split(keep_text(line), ' ', words, MAX_WORDS - 1);
                operate(number, words, count);
            }
        }
    }
    free(line);
}

int main(int count, char **names) {
    for (int i = 1; i < count; i++) {
        FILE *tape = fopen(names[i], "r");
        if (!tape) {
            fail("cannot open", names[i]);
        }
        play_tape(tape);
        fclose(tape);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
