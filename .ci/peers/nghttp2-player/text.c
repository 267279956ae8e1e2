#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const char *why, const char *what) {
    fflush(stdout);
    fprintf(stderr, "nghttp2-player: %s: %s\n", why, what);
    exit(2);
}

void *checked(void *memory) {
    if (!memory) {
        fail("no memory", "");
    }
    return memory;
}

typedef struct piece {
    struct piece *next;
    max_align_t memory[];
} piece;

static piece *kept;

void *keep(size_t size) {
    piece *made = checked(calloc(1, sizeof *made + size));
    made->next = kept;
    kept = made;
    return made->memory;
}

bool is_kept(const void *memory) {
    for (piece *one = kept; one; one = one->next) {
        if (one->memory == memory) {
            return true;
        }
    }
    return false;
}

void release_kept(void) {
    while (kept) {
        piece *next = kept->next;
        free(kept);
        kept = next;
    }
}

char *keep_text(const char *text) {
    return strcpy(keep(strlen(text) + 1), text);
}

int split(char *text, char separator, char **parts, int max) {
    int count = 0;
    for (char *next = text; next; count++) {
        if (count == max) {
            fail("too many parts", text);
        }
        parts[count] = next;
        next = strchr(next, separator);
        if (next) {
            *next++ = 0;
        }
    }
    return count;
}

bool is(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

static int hex_digit(char digit) {
    const char *digits = "0123456789abcdef", *found = strchr(digits, digit);
    if (!found || !digit) {
        fail("not hexadecimal", (char[]){digit, 0});
    }
    return (int)(found - digits);
}

bytes from_hex(const char *hex) {
    bytes made = {NULL, is(hex, "-") ? 0 : strlen(hex) / 2};
    made.data = keep(made.length + 1);
    for (size_t i = 0; i < made.length; i++) {
        made.data[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
    }
    return made;
}

const char *number_text(const char *format, long number) {
    static char texts[4][32];
    static int next;
    char *text = texts[next++ % 4];
    snprintf(text, sizeof texts[0], format, number);
    return text;
}
