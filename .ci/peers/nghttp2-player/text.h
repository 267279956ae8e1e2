#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

typedef struct {
    uint8_t *data;
    size_t length;
} bytes;

/* Says why and ends the program. */
void fail(const char *why, const char *what);
void *checked(void *memory);

/* Zeroed memory that lives as long as the scenario. */
void *keep(size_t size);
char *keep_text(const char *text);
bool is_kept(const void *memory);
void release_kept(void);

bool is(const char *a, const char *b);

/* Cuts text in place at each separator; answers the number of parts. */
int split(char *text, char separator, char **parts, int max);
bytes from_hex(const char *hex);

/* One of the last four that were made. */
const char *number_text(const char *format, long number);

#endif
