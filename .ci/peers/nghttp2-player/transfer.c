#include "transfer.h"

#include "application.h"
#include "scenario.h"
#include "trace.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- options ----------------------------------------------------------------------------------------------------- */

#define NUMBER(word, setter, type) \
    static void set_##word(nghttp2_option *option, unsigned long value) { \
        nghttp2_option_set_##setter(option, (type)value); \
    }
NUMBER(no_auto_window_update, no_auto_window_update, int)
NUMBER(no_recv_client_magic, no_recv_client_magic, int)
NUMBER(no_http_messaging, no_http_messaging, int)
NUMBER(no_auto_ping_ack, no_auto_ping_ack, int)
NUMBER(no_closed_streams, no_closed_streams, int)
NUMBER(server_fallback_rfc7540_priorities, server_fallback_rfc7540_priorities, int)
NUMBER(no_rfc9113_ws, no_rfc9113_leading_and_trailing_ws_validation, int)
NUMBER(peer_max_concurrent_streams, peer_max_concurrent_streams, uint32_t)
NUMBER(max_reserved_remote_streams, max_reserved_remote_streams, uint32_t)
NUMBER(user_recv_ext, user_recv_extension_type, uint8_t)
NUMBER(builtin_recv_ext, builtin_recv_extension_type, uint8_t)
NUMBER(max_send_header_block_length, max_send_header_block_length, size_t)
NUMBER(max_deflate_dynamic_table_size, max_deflate_dynamic_table_size, size_t)
NUMBER(max_outbound_ack, max_outbound_ack, size_t)
NUMBER(max_settings, max_settings, size_t)
#ifdef HAVE_option_set_max_continuations
NUMBER(max_continuations, max_continuations, size_t)
#endif
#ifdef HAVE_option_set_max_outbound_queue_size
NUMBER(max_outbound_queue_size, max_outbound_queue_size, size_t)
#endif

static const struct {
    const char *name;
    void (*set)(nghttp2_option *option, unsigned long value);
} number_options[] = {
    {"no_auto_window_update", set_no_auto_window_update},
    {"no_recv_client_magic", set_no_recv_client_magic},
    {"no_http_messaging", set_no_http_messaging},
    {"no_auto_ping_ack", set_no_auto_ping_ack},
    {"no_closed_streams", set_no_closed_streams},
    {"server_fallback_rfc7540_priorities", set_server_fallback_rfc7540_priorities},
    {"no_rfc9113_ws", set_no_rfc9113_ws},
    {"peer_max_concurrent_streams", set_peer_max_concurrent_streams},
    {"max_reserved_remote_streams", set_max_reserved_remote_streams},
    {"user_recv_ext", set_user_recv_ext},
    {"builtin_recv_ext", set_builtin_recv_ext},
    {"max_send_header_block_length", set_max_send_header_block_length},
    {"max_deflate_dynamic_table_size", set_max_deflate_dynamic_table_size},
    {"max_outbound_ack", set_max_outbound_ack},
    {"max_settings", set_max_settings},
#ifdef HAVE_option_set_max_continuations
    {"max_continuations", set_max_continuations},
#endif
#ifdef HAVE_option_set_max_outbound_queue_size
    {"max_outbound_queue_size", set_max_outbound_queue_size},
#endif
};

static bool number_option(nghttp2_option *option, const char *name, unsigned long value) {
    for (size_t i = 0; i < LENGTH(number_options); i++) {
        if (is(name, number_options[i].name)) {
            number_options[i].set(option, value);
            return true;
        }
    }
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

static long receive(size_t piece_size, bytes in) {
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
        play.rest = (bytes){in.data + taken, in.length - taken};
    }
    return (long)taken;
}

static long receive_rest(void) {
    bytes rest = play.rest;
    play.rest.length = 0;
    return receive(0, rest);
}

static long receive_pulled(size_t piece_size, char *end, bytes in) {
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

/* ---- the table --------------------------------------------------------------------------------------------------- */

static long recv_words(char **words, int count) {
    (void)count;
    return receive(strtoul(words[1], NULL, 10), from_hex(words[2]));
}

static long continue_words(char **words, int count) {
    (void)words, (void)count;
    return receive_rest();
}

static long recv_cb_words(char **words, int count) {
    (void)count;
    return receive_pulled(strtoul(words[1], NULL, 10), words[2], from_hex(words[3]));
}

static long send_words(char **words, int count) {
    (void)count;
    return send_all(atol(words[1]));
}

static long memsend_words(char **words, int count) {
    (void)count;
    return send_pieces(atol(words[1]));
}

static const struct {
    const char *name;
    long (*play)(char **words, int count);
} transfers[] = {
    {"session", begin},
    {"recv", recv_words},
    {"continue", continue_words},
    {"recv_cb", recv_cb_words},
    {"send", send_words},
    {"memsend", memsend_words},
};

bool transfer(char **words, int count, long *result) {
    for (size_t i = 0; i < LENGTH(transfers); i++) {
        if (is(words[0], transfers[i].name)) {
            *result = transfers[i].play(words, count);
            return true;
        }
    }
    return false;
}
