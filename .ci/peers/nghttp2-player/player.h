/*
 * Plays tapes on libnghttp2 and prints what happened, in the format of codec's differential test: every callback with
 * its fields, every result, and the octets that were sent (as txraw lines).
 *
 *     nghttp2-player TAPE...          the trace goes to standard output
 *
 * HAVE_x says that the installed header has nghttp2_x; what needs it is shown as unsupported if not. (The version number
 * does not tell, since distributions carry fixes back.) These are asked for:
 *
 * OPTIONAL: option_set_stream_reset_rate_limit option_set_max_continuations option_set_glitch_rate_limit
 * OPTIONAL: option_set_max_outbound_queue_size session_get_extpri_stream_priority extpri_parse_priority
 */
#ifndef PLAYER_H
#define PLAYER_H

#define _POSIX_C_SOURCE 200809L

#include <inttypes.h>
#include <limits.h>
#include <nghttp2/nghttp2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WORDS 32
#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

typedef struct {
    uint8_t *data;
    size_t length;
} octets;

/* What the application of a tape does when it is called: a line that begins with `on`. */
typedef struct behaviour behaviour;

/* Memory that is freed at the end of the scenario. */
typedef struct piece {
    struct piece *next;
    max_align_t memory[];
} piece;

/* The scenario being played. */
typedef struct {
    nghttp2_session *session;
    piece *kept;
    behaviour *behaviours;
    bool user_types[256]; /* of the extensions that the application receives */
    char *left_out;       /* names of callbacks, with a comma at both ends */
    char *padding;
    long read_length;
    octets rest; /* input left over after a pause */
    bool paused, dead;
    /* what is still to be pulled by nghttp2_session_recv, in which pieces, and what comes then */
    octets source;
    size_t source_piece;
    char *source_end;
    /* what was sent, and how much more the transport takes */
    octets wire;
    size_t wire_room;
    /* data_chunk and ext_chunk lines to be merged */
    char chunk[100];
    size_t chunk_length;
    uint32_t chunk_hash;
} scenario;

extern scenario play;

/* A frame that the application sends itself, through the pack callback. */
typedef struct {
    octets payload;
} own_extension;

/* text.c: memory, texts, lines of the trace */
void fail(const char *why, const char *what);
void *checked(void *memory);
void *keep(size_t size);
char *keep_text(const char *text);
bool is(const char *a, const char *b);
int split(char *text, char separator, char **parts, int max);
octets from_hex(const char *hex);
void print_hex(const uint8_t *data, size_t length);
void print_octets(const uint8_t *data, size_t length);
const char *number_text(const char *format, long number);
const char *result_name(long result);
const char *code_name(uint32_t code);
const char *type_name(uint8_t type);
const char *category_name(nghttp2_headers_category category);
void end_chunk(void);
void say(const char *format, ...);
void say_chunk(const char *head, const uint8_t *data, size_t length);
void say_head(const char *what, const nghttp2_frame_hd *hd);
void say_frame(const char *what, const nghttp2_frame *frame, bool sent, int error);

/* application.c: what the library calls */
void add_behaviour(char **words, int count);
nghttp2_session_callbacks *make_callbacks(void);
nghttp2_data_provider *provider(const char *text, nghttp2_data_provider *made);
void write_wire(const uint8_t *data, size_t length);
long user_data(int32_t stream);

/* session.c: what the application calls */
bool transfer(char **words, int count, long *result);
const char *call(char **words, int count);

/* player.c */
void nested(char **words, int count);

#endif
