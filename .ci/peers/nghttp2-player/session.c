#include "player.h"

/* Whether the word names an option that takes one number. */
static bool number_option(nghttp2_option *option, const char *name, unsigned long value) {
#define NUMBER(word, setter, type) \
    if (is(name, word)) return nghttp2_option_set_##setter(option, (type)value), true
    NUMBER("no_auto_window_update", no_auto_window_update, int);
    NUMBER("no_recv_client_magic", no_recv_client_magic, int);
    NUMBER("no_http_messaging", no_http_messaging, int);
    NUMBER("no_auto_ping_ack", no_auto_ping_ack, int);
    NUMBER("no_closed_streams", no_closed_streams, int);
    NUMBER("server_fallback_rfc7540_priorities", server_fallback_rfc7540_priorities, int);
    NUMBER("no_rfc9113_ws", no_rfc9113_leading_and_trailing_ws_validation, int);
    NUMBER("peer_max_concurrent_streams", peer_max_concurrent_streams, uint32_t);
    NUMBER("max_reserved_remote_streams", max_reserved_remote_streams, uint32_t);
    NUMBER("user_recv_ext", user_recv_extension_type, uint8_t);
    NUMBER("builtin_recv_ext", builtin_recv_extension_type, uint8_t);
    NUMBER("max_send_header_block_length", max_send_header_block_length, size_t);
    NUMBER("max_deflate_dynamic_table_size", max_deflate_dynamic_table_size, size_t);
    NUMBER("max_outbound_ack", max_outbound_ack, size_t);
    NUMBER("max_settings", max_settings, size_t);
#ifdef HAVE_option_set_max_continuations
    NUMBER("max_continuations", max_continuations, size_t);
#endif
#ifdef HAVE_option_set_max_outbound_queue_size
    NUMBER("max_outbound_queue_size", max_outbound_queue_size, size_t);
#endif
    return false;
}

static bool rate_option(nghttp2_option *option, const char *name, const char *value) {
    unsigned long long burst = strtoull(value, NULL, 0);
    unsigned long long rate = strchr(value, ':') ? strtoull(strchr(value, ':') + 1, NULL, 0) : 0;
    (void)option, (void)name, (void)burst, (void)rate; /* the library may have neither */
#define RATE(word, setter) \
    if (is(name, word)) return nghttp2_option_set_##setter(option, burst, rate), true
#ifdef HAVE_option_set_stream_reset_rate_limit
    RATE("stream_reset_rate_limit", stream_reset_rate_limit);
#endif
#ifdef HAVE_option_set_glitch_rate_limit
    RATE("glitch_rate_limit", glitch_rate_limit);
#endif
    return false;
}

static void set_option(nghttp2_option *option, char *word) {
    char *value = strchr(word, '=');
    if (value) {
        *value++ = 0;
    } else {
        value = "1";
    }
    if (is(word, "pad")) {
        play.padding = keep_text(value);
    } else if (is(word, "readlen")) {
        play.read_length = atol(value);
    } else if (is(word, "nocb")) {
        play.left_out = keep(strlen(value) + 3);
        sprintf(play.left_out, ",%s,", value);
    } else if (number_option(option, word, strtoul(value, NULL, 0))) {
        if (is(word, "user_recv_ext")) {
            play.user_types[strtoul(value, NULL, 0) & 0xff] = true;
        }
    } else if (!rate_option(option, word, value)) {
        say("  unsupported option %s\n", word);
    }
}

static long begin(char **words, int count) {
    nghttp2_option *option;
    if (nghttp2_option_new(&option) != 0) {
        fail("no memory", "");
    }
    for (int i = 2; i < count; i++) {
        set_option(option, words[i]);
    }
    nghttp2_session_callbacks *callbacks = make_callbacks();
    int result = is(words[1], "client") ? nghttp2_session_client_new2(&play.session, callbacks, NULL, option)
                                        : nghttp2_session_server_new2(&play.session, callbacks, NULL, option);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_option_del(option);
    return result;
}

/* ---- receiving and sending --------------------------------------------------------------------------------------- */

static long receive(size_t piece_size, octets in) {
    size_t taken = 0;
    play.paused = false;
    do {
        size_t length = in.length - taken;
        length = piece_size && piece_size < length ? piece_size : length;
        ssize_t result = nghttp2_session_mem_recv(play.session, in.data + taken, length);
        if (result < 0) {
            play.dead = true;
            return (long)result;
        }
        taken += (size_t)result;
        play.paused = play.paused || (size_t)result < length;
    } while (!play.paused && taken < in.length);
    if (play.paused) {
        play.rest = (octets){in.data + taken, in.length - taken};
    }
    return (long)taken;
}

static long receive_rest(void) {
    octets rest = play.rest;
    play.rest.length = 0;
    return receive(0, rest);
}

static long receive_pulled(size_t piece_size, char *end, octets in) {
    play.source = in;
    play.source_piece = piece_size;
    play.source_end = end;
    int result = nghttp2_session_recv(play.session);
    play.dead = nghttp2_is_fatal(result);
    return result;
}

static long send_all(long limit) {
    play.wire_room = limit < 0 ? SIZE_MAX : (size_t)limit;
    int result = nghttp2_session_send(play.session);
    play.dead = result < 0;
    return result;
}

static long send_pieces(long count) {
    play.wire_room = SIZE_MAX;
    for (long i = 0; i != count; i++) {
        const uint8_t *data;
        ssize_t length = nghttp2_session_mem_send(play.session, &data);
        if (length < 0) {
            play.dead = true;
            return (long)length;
        } else if (length == 0) {
            break;
        }
        write_wire(data, (size_t)length);
    }
    return 0;
}

/* Operations that move octets or make the session, whose events come before their result; false for any other. */
bool transfer(char **words, int count, long *result) {
    if (is(words[0], "session")) {
        *result = begin(words, count);
    } else if (is(words[0], "recv")) {
        *result = receive(strtoul(words[1], NULL, 10), from_hex(words[2]));
    } else if (is(words[0], "continue")) {
        *result = receive_rest();
    } else if (is(words[0], "recv_cb")) {
        *result = receive_pulled(strtoul(words[1], NULL, 10), words[2], from_hex(words[3]));
    } else if (is(words[0], "send")) {
        *result = send_all(atol(words[1]));
    } else if (is(words[0], "memsend")) {
        *result = send_pieces(atol(words[1]));
    } else {
        return false;
    }
    return true;
}

/* ---- submitting and controlling ---------------------------------------------------------------------------------- */

#define UNSUPPORTED LONG_MIN

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
        octets name_octets = from_hex(word), value_octets = from_hex(value);
        made[(*count)++] = (nghttp2_nv){name_octets.data, value_octets.data, name_octets.length, value_octets.length,
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

static long submit_origin(char *text) {
    nghttp2_origin_entry *made = keep((strlen(text) + 1) * sizeof *made);
    size_t count = 0;
    for (char *next = is(text, "-") ? NULL : keep_text(text); next; count++) {
        char *word = next;
        if ((next = strchr(word, ','))) {
            *next++ = 0;
        }
        octets origin = from_hex(word);
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

/* Operations that carry messages; `id` is the number that follows the name, if one does. */
static long submit_message(const char *name, int32_t id, char **words) {
    nghttp2_session *session = play.session;
    nghttp2_data_provider source;
    size_t count;
    if (is(name, "submit_request")) {
        nghttp2_nv *nva = fields(words[1], &count);
        return nghttp2_submit_request(
                session, NULL, nva, count, provider(words[2], &source), as_user_data(words[3]));
    } else if (is(name, "submit_response")) {
        nghttp2_nv *nva = fields(words[2], &count);
        return nghttp2_submit_response(session, id, nva, count, provider(words[3], &source));
    } else if (is(name, "submit_headers")) {
        nghttp2_nv *nva = fields(words[3], &count);
        return nghttp2_submit_headers(
                session, (uint8_t)atoi(words[2]), id, NULL, nva, count, as_user_data(words[4]));
    } else if (is(name, "submit_trailer")) {
        nghttp2_nv *nva = fields(words[2], &count);
        return nghttp2_submit_trailer(session, id, nva, count);
    } else if (is(name, "submit_data")) {
        return nghttp2_submit_data(
                session, (uint8_t)atoi(words[2]), id, provider(is(words[3], "-") ? "sep" : words[3], &source));
    } else if (is(name, "submit_push_promise")) {
        nghttp2_nv *nva = fields(words[2], &count);
        return nghttp2_submit_push_promise(session, 0, id, nva, count, as_user_data(words[3]));
    }
    return UNSUPPORTED;
}

static long submit_frame(const char *name, int32_t id, char **words) {
    nghttp2_session *session = play.session;
    if (is(name, "submit_rst")) {
        return nghttp2_submit_rst_stream(session, 0, id, (uint32_t)atoll(words[2]));
    } else if (is(name, "submit_settings")) {
        size_t count;
        nghttp2_settings_entry *entries = settings(words[1], &count);
        return nghttp2_submit_settings(session, 0, entries, count);
    } else if (is(name, "submit_ping")) {
        return nghttp2_submit_ping(
                session, (uint8_t)atoi(words[1]), is(words[2], "-") ? NULL : from_hex(words[2]).data);
    } else if (is(name, "submit_goaway")) {
        octets debug = from_hex(words[3]);
        return nghttp2_submit_goaway(session, 0, id, (uint32_t)atoll(words[2]), debug.data, debug.length);
    } else if (is(name, "submit_window_update")) {
        return nghttp2_submit_window_update(session, 0, id, atoi(words[2]));
    } else if (is(name, "submit_priority")) {
        nghttp2_priority_spec spec = priority(words + 2);
        return nghttp2_submit_priority(session, 0, id, &spec);
    } else if (is(name, "submit_priority_update")) {
        octets value = from_hex(words[2]);
        return nghttp2_submit_priority_update(session, 0, id, value.data, value.length);
    } else if (is(name, "submit_altsvc")) {
        octets origin = from_hex(words[2]), value = from_hex(words[3]);
        return nghttp2_submit_altsvc(session, 0, id, origin.data, origin.length, value.data, value.length);
    } else if (is(name, "submit_origin")) {
        return submit_origin(words[1]);
    } else if (is(name, "submit_extension")) {
        own_extension *own = keep(sizeof *own);
        own->payload = from_hex(words[4]);
        return nghttp2_submit_extension(
                session, (uint8_t)strtol(words[1], NULL, 0), (uint8_t)atoi(words[2]), atoi(words[3]), own);
    }
    return UNSUPPORTED;
}

static long control(const char *name, int32_t id, char **words) {
    nghttp2_session *session = play.session;
    if (is(name, "shutdown_notice")) {
        return nghttp2_submit_shutdown_notice(session);
    } else if (is(name, "terminate")) {
        return nghttp2_session_terminate_session(session, (uint32_t)atoll(words[1]));
    } else if (is(name, "terminate2")) {
        return nghttp2_session_terminate_session2(session, id, (uint32_t)atoll(words[2]));
    } else if (is(name, "resume_data")) {
        return nghttp2_session_resume_data(session, id);
    } else if (is(name, "consume")) {
        return nghttp2_session_consume(session, id, (size_t)atoll(words[2]));
    } else if (is(name, "consume_connection")) {
        return nghttp2_session_consume_connection(session, (size_t)atoll(words[1]));
    } else if (is(name, "consume_stream")) {
        return nghttp2_session_consume_stream(session, id, (size_t)atoll(words[2]));
    } else if (is(name, "set_local_window")) {
        return nghttp2_session_set_local_window_size(session, 0, id, atoi(words[2]));
    } else if (is(name, "set_next_stream_id")) {
        return nghttp2_session_set_next_stream_id(session, id);
    } else if (is(name, "set_ud")) {
        return nghttp2_session_set_stream_user_data(session, id, as_user_data(words[2]));
    } else if (is(name, "change_extpri")) {
        nghttp2_extpri changed = {(uint32_t)atoll(words[2]), atoi(words[3])};
        return nghttp2_session_change_extpri_stream_priority(session, id, &changed, atoi(words[4]));
    } else if (is(name, "change_pri7540")) {
        nghttp2_priority_spec spec = priority(words + 2);
        return nghttp2_session_change_stream_priority(session, id, &spec);
    } else if (is(name, "create_idle")) {
        nghttp2_priority_spec spec = priority(words + 2);
        return nghttp2_session_create_idle_stream(session, id, &spec);
    } else if (is(name, "upgrade")) {
        octets payload = from_hex(words[1]);
        return nghttp2_session_upgrade(session, payload.data, payload.length, as_user_data(words[2]));
    } else if (is(name, "upgrade2")) {
        octets payload = from_hex(words[1]);
        return nghttp2_session_upgrade2(
                session, payload.data, payload.length, atoi(words[2]), as_user_data(words[3]));
    } else if (is(name, "pad")) {
        play.padding = keep_text(words[1]);
        return 0;
    }
    return UNSUPPORTED;
}

/* Calls the library and answers the result as it is to be shown, valid until the next call. */
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
    long result = submit_message(words[0], id, words);
    result = result == UNSUPPORTED ? submit_frame(words[0], id, words) : result;
    result = result == UNSUPPORTED ? control(words[0], id, words) : result;
    return result == UNSUPPORTED ? "UNSUPPORTED" : result_name(result);
}

