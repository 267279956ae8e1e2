#ifndef SCENARIO_H
#define SCENARIO_H

#include "text.h"
#include <nghttp2/nghttp2.h>

#define MAX_WORDS 32

/* What the application of a tape does when it is called: a line that begins with `on`. */
typedef struct behaviour behaviour;

/* The scenario being played. */
typedef struct {
    nghttp2_session *session;
    behaviour *behaviours;
    void (*nested)(char **words, int count); /* an operation inside of a callback or of a read */
    bool user_types[256];                    /* of the extensions that the application receives */
    char *left_out;                          /* names of callbacks, with a comma at both ends */
    char *padding;
    long read_length;
    bytes rest; /* input left over after a pause */
    bool paused, dead;
    /* what is still to be pulled by nghttp2_session_recv, in which pieces, and what comes then */
    bytes source;
    size_t source_piece;
    char *source_end;
    /* what was sent, and how much more the transport takes */
    bytes wire;
    size_t wire_room;
    /* data_chunk and ext_chunk lines to be merged */
    char chunk[100];
    size_t chunk_length;
    uint32_t chunk_hash;
} scenario;

extern scenario play;

void begin_scenario(void (*nested)(char **words, int count));
void end_scenario(void);

#endif
