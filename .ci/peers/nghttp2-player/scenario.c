#include "scenario.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

scenario play;

void begin_scenario(void (*nested)(char **words, int count)) {
    memset(&play, 0, sizeof play);
    play.nested = nested;
    play.left_out = "";
    play.read_length = LONG_MIN;
}

void end_scenario(void) {
    nghttp2_session_del(play.session);
    free(play.wire.data);
    release_kept();
}
