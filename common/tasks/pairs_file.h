/*
 * pairs_file.h - the user's own pairs: lines of source TAB target.
 *
 * UTF-8, a byte order mark at the beginning and carriage returns at the ends of lines are
 * stripped, empty lines are skipped. Refused, with file and line: a line without a tab or with
 * two, an empty source or target, a NUL, bytes that are not UTF-8, a line that is longer than
 * allowed.
 */
#ifndef COMMON_TASKS_PAIRS_FILE_H
#define COMMON_TASKS_PAIRS_FILE_H

#include <stddef.h>

#include "common/error.h"
#include "common/tasks/characters.h"

enum {
    PAIRS_BYTES_MAX = 64 << 20, /* of the file */
    PAIRS_LINES_MAX = 1000000,
    PAIRS_LEAST = 8,          /* pairs, to have something to learn from */
    PAIRS_HELD_OUT_SHARE = 10 /* one in ten */
};

struct pair {
    size_t first;       /* where its source begins in characters, the target follows */
    int source, target; /* characters of each */
    bool held_out;
};

struct pairs_file {
    struct pair *pairs;   /* (count), in the order of the file; owned */
    int count, held_out;  /* held_out of them are */
    uint32_t *characters; /* of all pairs; owned */
    size_t character_count;
    int longest; /* source and target together, of the longest pair */
};

/*
 * Read and split a file. A pair is at most `longest` characters, both parts together.
 *
 * The split depends on each pair alone: it is held out when a hash of source TAB target says
 * so, one in PAIRS_HELD_OUT_SHARE, so equal pairs are on the same side, and more lines do not
 * move the others. When none is, or all are, the pair with the smallest hash alone is on the
 * side that would be empty. STATUS_FILE for everything above, a file that cannot be read, fewer
 * than PAIRS_LEAST pairs, or one pair again and again; STATUS_NO_MEMORY. Free with
 * pairs_file_free.
 */
enum status pairs_file_read(struct pairs_file *file, const char *path, int longest,
                            struct error *error);
void pairs_file_free(struct pairs_file *file); /* safe on a zeroed struct */

#endif
