#ifndef TRANSFER_H
#define TRANSFER_H

#include <stdbool.h>

/* Operations that move bytes or make the session, whose events come before their result; false for any other. */
bool transfer(char **words, int count, long *result);

#endif
