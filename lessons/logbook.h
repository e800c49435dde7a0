/*
 * logbook.h - which lessons a user has visited, and which of their claims were met.
 *
 * The file progress.ini of the user's data folder (data_folder.h), never of the repository:
 *
 *     [progress]
 *     visited = 03-vanishing-gradients
 *     met = 05-carrying-a-state//lstm_learns
 *     met = 05-carrying-a-state/parity/lstm_learns      (of an experiment)
 *
 * A lesson is known by its folder's name, a claim by its own: what is no longer there counts
 * nothing. Several programs may write at the same time: each reads what is in the file, adds what
 * it knows, and replaces the file in one step.
 *
 * A file that is not understood, or has more than LOGBOOK_ENTRIES_MAX lines, is left as it is,
 * and nothing is written then; nor is it where that cannot be, or where memory for what the file
 * says is missing. All of these are a fault that is told once and stops nothing.
 */
#ifndef LESSONS_LOGBOOK_H
#define LESSONS_LOGBOOK_H

#include <stdbool.h>

#include "common/error.h"
#include "common/files/data_folder.h"
#include "lessons/lesson.h"

enum { LOGBOOK_LINE_MAX = 192, LOGBOOK_ENTRIES_MAX = 4096 };

struct logbook_entry {
    bool met; /* a claim; else a lesson that was visited */
    char what[LOGBOOK_LINE_MAX];
};

/* Zeroed, it knows nothing and writes nothing. */
struct logbook {
    char path[DATA_PATH_MAX];      /* "": there is no place for it, or it cannot be used */
    struct logbook_entry *entries; /* (count), owned */
    int count;
    bool unsaved;
    struct error fault; /* that has not been told; STATUS_OK: none */
};

/* Open the user's. */
void logbook_open(struct logbook *book);
void logbook_free(struct logbook *book); /* safe on a zeroed one */

/*
 * Note that the lesson was visited, or that its claim of that name was met; of a file of claims,
 * or of NULL, nothing is noted.
 */
void logbook_visit(struct logbook *book, const struct lesson *lesson);
void logbook_meet(struct logbook *book, const struct lesson *lesson, const char *claim);

/* Write what is new, if anything is. */
void logbook_save(struct logbook *book);

/* What went wrong, once; false: nothing did. */
bool logbook_fault(struct logbook *book, struct error *error);

bool logbook_visited(const struct logbook *book, const struct lesson *lesson);
bool logbook_met(const struct logbook *book, const struct lesson *lesson, const char *claim);

/* How many of the claims of the lesson and its experiments in that list were met. */
struct logbook_count {
    int met, claims;
};
struct logbook_count logbook_count(const struct logbook *book, const struct lesson_list *list,
                                   const struct lesson *lesson);

#endif
