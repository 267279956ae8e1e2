#ifndef APPLICATION_H
#define APPLICATION_H

#include "text.h"
#include <nghttp2/nghttp2.h>

/* A frame that the application sends itself, through the pack callback. */
typedef struct {
    bytes payload;
} own_extension;

/* on EVENT [FILTER=VALUE...] ret CODE | do OPERATION... */
void add_behaviour(char **words, int count);
nghttp2_session_callbacks *make_callbacks(void);

/* A body of those steps; NULL for none. */
nghttp2_data_provider *provider(const char *text, nghttp2_data_provider *made);
void write_wire(const uint8_t *data, size_t length);
long user_data(int32_t stream);

#endif
