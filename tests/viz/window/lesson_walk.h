/*
 * lesson_walk.h - somebody who reads a lesson in the window from its first page to its last: turns
 * to every page, scrolls to its end, answers every prediction, draws every curve that is asked
 * for, and presses every link in the order of reading, all by real events.
 */
#ifndef TESTS_VIZ_WINDOW_LESSON_WALK_H
#define TESTS_VIZ_WINDOW_LESSON_WALK_H

#include "lessons/lesson.h"

enum { WALK_FINDINGS_MAX = 64, WALK_FINDING_MAX = 512 };

struct lesson_walk {
    const struct lesson_list *lessons;
    int number;             /* of the lesson */
    enum language language; /* of its text */
    const char *text;       /* Markdown, read in place of the lesson's own; NULL: its own */
    bool skip;              /* the first prediction is skipped, the others are answered */
    double patience;        /* seconds until the window has to be as it should */
    double link_patience;   /* the same for what links say; 0: that */
    double training; /* seconds that step=N may take; after that it is stopped on its way */

    /* What became of it. */
    int pages, links, predictions, curves; /* turned to, pressed, answered or skipped, drawn */
    int cut_short;                         /* trainings to a step that took too long */
    bool no_letters; /* there is no font of that language: nothing was read */
    int count;       /* findings: what is not as the text says */
    char finding[WALK_FINDINGS_MAX][WALK_FINDING_MAX]; /* "PATH:LINE: link: what is wrong" */
};

/*
 * Walk through it, from a zeroed second half of *walk. A link is kept as link_kept.h says, without
 * a message of a fault in the window. A training to a step that takes longer than `training` is
 * enough when it is on its way there (link_on_its_way); Space ends it.
 */
enum status lesson_walk(struct lesson_walk *walk, struct error *error);

#endif
