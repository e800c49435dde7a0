/*
 * lesson.h - a lesson is a folder, lessons/NN-slug/: README.md to read, lesson.ini to run.
 *
 *     [lesson]   title, question, prediction (the number is the folder's)
 *     [task] [training] [left] [right] ...   as in run.ini
 *     [claims]   claim.NAME = left.test_accuracy >= 0.98
 *
 * Adding a lesson is adding a folder; nothing is compiled.
 */
#ifndef LESSONS_LESSON_H
#define LESSONS_LESSON_H

#include "common/error.h"
#include "lessons/config.h"

enum { LESSON_TEXT_MAX = 256, LESSON_PATH_MAX = 1024, CLAIMS_MAX = 16 };

enum relation { RELATION_LESS, RELATION_AT_MOST, RELATION_AT_LEAST, RELATION_GREATER };

/* A measured quantity, a relation and a number. */
struct claim {
    char name[CONFIG_WORD_MAX * 2];
    char arm[CONFIG_WORD_MAX]; /* "left" */
    char quantity[CONFIG_WORD_MAX];
    enum relation relation;
    double value;
};

struct lesson {
    int number;
    char title[LESSON_TEXT_MAX];
    char question[LESSON_TEXT_MAX];   /* one sentence, shown while step 0 stands still */
    char prediction[LESSON_TEXT_MAX]; /* what to guess before pressing Space; may be "" */
    char path[LESSON_PATH_MAX];       /* of the folder */
    struct lab_config config;
    struct claim claims[CLAIMS_MAX];
    int claim_count;
};

/* A zeroed list is an empty one. */
struct lesson_list {
    struct lesson *lessons; /* by number */
    int count;
};

/*
 * Read every lesson: the folders NN-slug of $DUET_LESSONS, else of the folder lessons beside
 * the program, else of ./lessons, else of the installed data folder. A lesson.ini with a fault
 * stops the reading: file, line and reason.
 */
enum status lessons_read(struct lesson_list *list, struct error *error);

/* One folder. */
enum status lesson_read(struct lesson *lesson, const char *folder, struct error *error);

/* The lesson of that number, or NULL. */
const struct lesson *lesson_find(const struct lesson_list *list, int number);

void lesson_list_free(struct lesson_list *list);

/*
 * "left.test_accuracy >= 0.98" into *claim (name untouched); what is wrong with it otherwise.
 */
enum status claim_parse(struct claim *claim, const char *text, struct error *error);

#endif
