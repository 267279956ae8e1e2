#ifndef NAMES_H
#define NAMES_H

#include <stdint.h>

/* The name of an error of the library, OK for 0, else the number. */
const char *result_name(long result);
const char *code_name(uint32_t code);
const char *type_name(uint8_t type);
const char *category_name(int category);

#endif
