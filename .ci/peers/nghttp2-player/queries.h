#ifndef QUERIES_H
#define QUERIES_H

/* query NAME [ID] */
void query(char **words, int count);

/* fn NAME HEX */
void print_function(char **words);

/* Of the session, the connection and these streams. */
void print_state(char *streams);

/* Whether it wants to read and to write. */
void print_want(void);

#endif
