/*
 * lesson.h - a lesson is a folder, lessons/NN-slug/: README.md to read, lesson.ini to run.
 *
 *     [lesson]   title, question, prediction (the number is the folder's); title.zh-CN and so
 *                on are the same in another language, and README.zh-CN.md its text
 *     [task] [training] [left] [right] ...   as in run.ini
 *     [claims]   claim.NAME = left.test_accuracy >= 0.98     (claim.h)
 *                claim.NAME.zh-CN, below it, is what it says in another language
 *
 * Adding a lesson is adding a folder; nothing is compiled. A file of claims is a lesson.ini of
 * any name and place, without a text: it needs no question. Further *.ini of the folder, in that
 * form, are experiments of the lesson (experiment.h).
 */
#ifndef LESSONS_LESSON_H
#define LESSONS_LESSON_H

#include <stdbool.h>

#include "common/error.h"
#include "lessons/claim.h"
#include "lessons/config.h"
#include "lessons/language.h"

enum {
    LESSON_TEXT_MAX = 256,
    LESSON_PATH_MAX = 1024,
    CLAIMS_MAX = 16,
    EXPERIMENT_NAME_MAX = 64
};

/* What a lesson calls itself in another language; "": as in English. */
struct lesson_words {
    char title[LESSON_TEXT_MAX], question[LESSON_TEXT_MAX], prediction[LESSON_TEXT_MAX];
};

struct lesson {
    int number;                           /* -1: its folder's name has none */
    bool claims_only;                     /* a file of claims, or an experiment */
    char experiment[EXPERIMENT_NAME_MAX]; /* "": it is none */
    char title[LESSON_TEXT_MAX];
    char question[LESSON_TEXT_MAX];    /* one sentence, shown while step 0 stands still */
    char prediction[LESSON_TEXT_MAX];  /* what to guess before pressing Space; may be "" */
    struct lesson_words in[LANGUAGES]; /* that of English is empty: it stands above */
    char path[LESSON_PATH_MAX];        /* of the folder, or of the file of claims */
    struct lab_config config;
    struct claim claims[CLAIMS_MAX];
    int claim_count;
    struct error fault; /* of lesson_open: what is wrong with it; STATUS_OK: nothing */
    bool broken;        /* of lesson_open: it cannot be run */
};

/* A zeroed list is an empty one. */
struct lesson_list {
    struct lesson *lessons; /* (count), owned; by number, when lessons_read has made the list */
    int count;
    struct lesson *experiments; /* (experiment_count) of all lessons, owned; of lesson_list_add
                                   there are none */
    int experiment_count;
};

/*
 * Read every lesson: the folders NN-slug of $DUET_LESSONS, else of the folder lessons beside
 * the program, else of ./lessons, else of the installed data folder. A lesson.ini with a fault
 * stops the reading: file, line and reason.
 */
enum status lessons_read(struct lesson_list *list, struct error *error);

/*
 * Where those are: $DUET_LESSONS, else the folder lessons beside the program, else ./lessons,
 * else the installed data folder. STATUS_FILE: a path that is too long.
 */
enum status lessons_folder(char folder[LESSON_PATH_MAX], struct error *error);

/*
 * One folder. A text (lesson_text.h), of any language, with a link or a prediction that is
 * wrong is a fault: STATUS_FILE, with file and line. So is whatever is wrong with an experiment.
 */
enum status lesson_read(struct lesson *lesson, const char *folder, struct error *error);

/*
 * The same for who has something to show all the same: what is wrong is noted in lesson->fault.
 * Without claims that are wrong, and with a text or an experiment that is, it is whole enough to
 * run; where more is wrong it is `broken`, and only number, path and title (the folder's name
 * if need be) can be relied on.
 */
void lesson_open(struct lesson *lesson, const char *folder);

/* lessons_read with lesson_open: one broken lesson does not hide the others. */
enum status lessons_open(struct lesson_list *list, struct error *error);

/* One file of claims. */
enum status lesson_read_file(struct lesson *lesson, const char *path, struct error *error);

/*
 * Add to the list what is at the path: a file of claims; a folder with a lesson.ini, which is a
 * lesson, and its experiments behind it, by name; or all files of claims, *.ini, of another
 * folder, by name. STATUS_USAGE: nothing is there. The list is untouched on failure.
 */
enum status lesson_list_add(struct lesson_list *list, const char *path, struct error *error);

/*
 * Does the task need data that is neither named nor on this machine (the texts of another
 * system)? Then the lesson can be read but not run, and `error` says what is missing.
 */
bool lesson_lacks_data(const struct lesson *lesson, struct error *error);

/* In that language, or in English where there is none; valid as long as the lesson. */
const char *lesson_title(const struct lesson *lesson, enum language language);
const char *lesson_question(const struct lesson *lesson, enum language language);
const char *lesson_prediction(const struct lesson *lesson, enum language language);

/* The lesson of that number, or NULL. */
const struct lesson *lesson_find(const struct lesson_list *list, int number);

void lesson_list_free(struct lesson_list *list);

#endif
