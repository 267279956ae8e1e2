#ifndef TRACE_H
#define TRACE_H

#include <nghttp2/nghttp2.h>
#include <stdbool.h>

void print_hex(const uint8_t *data, size_t length);
void print_bytes(const uint8_t *data, size_t length);

/* Every line begins here. */
void say(const char *format, ...);

/* Pieces of one payload make one line, however the input was cut. */
void say_chunk(const char *head, const uint8_t *data, size_t length);
void end_chunk(void);

void say_head(const char *what, const nghttp2_frame_hd *hd);

/* A frame and, unless it is 0, what went wrong. */
void say_frame(const char *what, const nghttp2_frame *frame, bool sent, int error);

#endif
