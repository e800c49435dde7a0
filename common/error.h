/*
 * error.h - how a function says that the world, not the caller, made a mistake.
 *
 * A caller's mistake is an assert. Everything that a file, the memory or a user's words can
 * cause comes back as a status, with one line that names what was found, where, and what is
 * allowed. Library code never prints and never exits; main turns the status into an exit code.
 */
#ifndef COMMON_ERROR_H
#define COMMON_ERROR_H

#include <stddef.h>

enum status {
    STATUS_OK,
    STATUS_USAGE,      /* the user's words: an unknown key, an impossible size (exit 2) */
    STATUS_FILE,       /* a file cannot be opened, read, written or believed (exit 1) */
    STATUS_NO_MEMORY,  /* (exit 1) */
    STATUS_DIVERGED,   /* a loss or a gradient is no longer a finite number (exit 1) */
    STATUS_INTERRUPTED /* called off by who waited (interrupt.h): nothing has been done */
};

enum { ERROR_MESSAGE_MAX = 1024 };

struct error {
    enum status status;
    char message[ERROR_MESSAGE_MAX]; /* one line, no full stop, no newline; "" when STATUS_OK */
};

/*
 * Overwrite *error with status and the formatted message and return status, so that a caller
 * can write `return error_set(error, STATUS_FILE, "%s: ...", path);`. error may be NULL: then
 * only the status is passed on. A message longer than the buffer is cut.
 */
enum status error_set(struct error *error, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Add ", word", or "word" if it is the first, to a list of what is allowed; list is a string in
 * `size` bytes, and what has no room is cut.
 */
void error_list_word(char *list, size_t size, const char *word);

#endif
