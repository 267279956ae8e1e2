#ifndef CALLS_H
#define CALLS_H

/* Calls the library and answers the result as it is to be shown, valid until the next call. */
const char *call(char **words, int count);

#endif
