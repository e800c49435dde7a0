/*
 * branch.h - what a training was before somebody went back and let it go another way.
 *
 * Only the curves of it stay, thinned, so that both ways can be seen side by side; with what
 * the learning rates and the clip were, by which one tells the ways apart.
 */
#ifndef LESSONS_BRANCH_H
#define LESSONS_BRANCH_H

#include "lessons/lab.h"

enum { BRANCHES_MAX = 4, BRANCH_POINTS = 512 };

struct branch_arm {
    double learning_rate; /* its last */
    int count;
    struct curve_point points[BRANCH_POINTS]; /* from the first step on */
};

struct branch {
    long from; /* step at which the training that came after it left it */
    long to;   /* the last step that it reached */
    double clip;
    int arms;
    struct branch_arm arm[ARMS_MAX];
};

/* A zeroed list is an empty one. The oldest is first. */
struct branches {
    int count;
    struct branch items[BRANCHES_MAX];
};

/* The curves of the lab as they are, before it leaves its way at step `from`. */
void branch_take(struct branch *branch, const struct lab *lab, long from);

/*
 * Keep a copy of the branch, the newest now. Where there is no room the oldest is dropped. One
 * that has no step of its own is none.
 */
void branches_add(struct branches *branches, const struct branch *branch);

/* Make `to` a copy of `from`: of the points there are, not of the room for more. */
void branches_copy(struct branches *to, const struct branches *from);

#endif
