/*
 * Plays tapes on libnghttp2 and prints what happened, in the format of codec's differential test: every callback with
 * its fields, every result, and the bytes that were sent (as txraw lines).
 *
 *     nghttp2-player TAPE...          the trace goes to standard output
 *
 * A tape is text, a line for each operation, its words separated by one space; lines that begin with # are skipped.
 *
 *     tape       = { "scenario" NAME { operation } "end" }
 *     operation  = "session" ("client" | "server") { OPTION[=VALUE] }
 *                | "on" EVENT { FILTER=VALUE } ("ret" CODE | "do" call)        what the application does when it is called
 *                | "recv" PIECE HEX | "continue" | "recv_cb" PIECE END HEX      input, in pieces of N bytes, 0: whole
 *                | "send" LIMIT | "memsend" COUNT                               output; -1: all
 *                | "query" NAME [ID] | "state" ID{,ID} | "fn" NAME HEX          what there is to be asked
 *                | call
 *     call       = NAME { argument }                                           a function of the library's: the table in calls.c
 *
 * HEX is hexadecimal digits, or - for none. FIELDS are HEX=HEX[!n] with commas between (!n: never indexed), SETTINGS are
 * ID:VALUE. END is wouldblock, eof or failure. EVENT is the name of a callback without on_. A FILTER is stream, type, flag,
 * name (of a field, HEX) or nth (only the nth time). BODY is a list of steps with slashes between, each answering a read or
 * going before an answer: bytes:N, eof, eof-nes (END_STREAM is not set), defer, pause, zero, fail-temporal, too-long, fail,
 * sep, cap:N (at most N bytes a read), nocopy[:0], trailer:FIELDS.
 *
 * The files, each of which knows only those before it: text (memory, words), names (of results, codes, types), scenario (what
 * is known of the one being played), trace (lines of the output), application (what the library calls), calls (what the
 * application calls), transfer (input and output), queries, player.
 */

/*
 * HAVE_x says that the installed header has nghttp2_x; what needs it is shown as unsupported if not. (The version number
 * does not tell, since distributions carry fixes back.) These are asked for:
 *
 * OPTIONAL: option_set_stream_reset_rate_limit option_set_max_continuations option_set_glitch_rate_limit
 * OPTIONAL: option_set_max_outbound_queue_size session_get_extpri_stream_priority extpri_parse_priority
 */
#include "application.h"
#include "calls.h"
#include "names.h"
#include "queries.h"
#include "scenario.h"
#include "trace.h"
#include "transfer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An operation inside of a callback or of a read. */
static void nested(char **words, int count) {
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
            begin_scenario(nested);
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
