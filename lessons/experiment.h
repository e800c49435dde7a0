/*
 * experiment.h - further files *.ini beside a lesson's lesson.ini: more that it shows and claims.
 *
 *     lessons/05-carrying-a-state/lesson.ini, parity.ini, longer.ini
 *
 * Each has the form of a file of claims (lesson.h). Read, it is a struct lesson with the number
 * and the folder, and so the text, of the lesson it belongs to, and a name: "parity". In a text
 * the link experiment=parity begins it, and "lesson" names lesson.ini itself.
 */
#ifndef LESSONS_EXPERIMENT_H
#define LESSONS_EXPERIMENT_H

#include "common/error.h"
#include "lessons/lesson.h"
#include "lessons/link.h"

enum { EXPERIMENTS_MAX = 16 };

struct experiment_names {
    char name[EXPERIMENTS_MAX][EXPERIMENT_NAME_MAX]; /* (count), sorted */
    int count;
};

/*
 * Those of a lesson's folder; none, where the folder cannot be read. STATUS_FILE: more than
 * EXPERIMENTS_MAX, or a file whose name no link can say; the others are listed all the same.
 */
enum status experiment_list(struct experiment_names *names, const char *folder,
                            struct error *error);

/*
 * Read the one of that name, or with "lesson" lesson.ini, of the lesson that `of` is, or is an
 * experiment of. STATUS_USAGE: there is no such one, and the names there are; else as
 * lesson_read_file. *experiment, which may be `of`, is untouched on failure.
 */
enum status experiment_read(struct lesson *experiment, const struct lesson *of,
                            const char *name, struct error *error);

/*
 * Read all of them behind the others of a list that realloc can make longer; those that are not
 * as they should be are passed over, or a fault, and then the list is as it was.
 */
enum status experiments_add(struct lesson **list, int *count, const struct lesson *of,
                            bool pass_over, struct error *error);

/* Is every one of them as it should be? The first fault, with file and line. */
enum status experiments_check(const struct lesson *of, struct error *error);

/* The one of that name, or with "lesson" the lesson itself, of that number. NULL: none. */
const struct lesson *experiment_find(const struct lesson_list *list, int number,
                                     const char *name);

/* Whose settings the links of a text are about, in reading order. */
struct experiment_place {
    const char *folder;           /* the lesson's; NULL: there are no experiments */
    const struct lab_config *own; /* of its lesson.ini; NULL: links are parsed, no more */
    const struct lab_config *now; /* own, or `named`; NULL: of one that cannot be read */
    struct lab_config named;      /* of the one that was named last */
};

/* At the beginning of the text. */
struct experiment_place experiment_place(const char *folder, const struct lab_config *own);

/*
 * link_check of the next link. It and all below it are about the experiment that it names, if it
 * does; STATUS_USAGE, STATUS_FILE: also one that is not there, or is not as it should be.
 */
enum status experiment_link(struct experiment_place *place, struct link *link,
                            const char *address, struct error *error);

#endif
