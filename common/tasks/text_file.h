/*
 * text_file.h - a text as symbols, in a part to train on and a part that is held out.
 *
 * A file of UTF-8 is read as characters, any other as bytes. Symbols are those that occur,
 * sorted. A byte order mark is stripped, carriage returns are kept. Of a file the last tenth is
 * held out.
 *
 * Of a folder, every regular file in it is a document (links, hidden files and folders are left
 * out), and if one of them is not UTF-8, all are bytes. Documents in the order of a hash of
 * their names are held out until a tenth of the bytes is; at least one is left to train on.
 * Each part is its documents in the order of their names, one behind the other.
 */
#ifndef COMMON_TASKS_TEXT_FILE_H
#define COMMON_TASKS_TEXT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/tasks/characters.h"

enum {
    TEXT_BYTES_MAX = 64 << 20, /* of all files together */
    TEXT_DOCUMENTS_MAX = 4096,
    TEXT_HELD_OUT_SHARE = 10
};

struct text_file {
    struct character_set set; /* code points, or bytes */
    bool bytes;               /* it was not UTF-8, or is read as bytes by the user's wish */
    int documents, held_out;  /* files, and how many of them are held out; 1 and 0 for a file */
    uint16_t *symbols;     /* (count) places in set: the training part, then the held-out one */
    size_t count, trained; /* all, and those of the training part */
};

/*
 * Read the file or folder at path; as_bytes: as bytes whatever it holds. STATUS_FILE: it cannot
 * be read, is empty, has one symbol only, more than TEXT_BYTES_MAX or CHARACTERS_MAX, or a
 * folder has fewer than two documents; STATUS_NO_MEMORY. Free with text_file_free.
 */
enum status text_file_read(struct text_file *text, const char *path, bool as_bytes,
                           struct error *error);
void text_file_free(struct text_file *text); /* safe on a zeroed struct */

#endif
