#include "lessons/branch.h"

#include <string.h>

static void copy(struct branch *to, const struct branch *from)
{
    to->from = from->from;
    to->to = from->to;
    to->clip = from->clip;
    to->arms = from->arms;
    for (int i = 0; i < from->arms; i++) {
        to->arm[i].learning_rate = from->arm[i].learning_rate;
        to->arm[i].count = from->arm[i].count;
        memcpy(to->arm[i].points, from->arm[i].points,
               (size_t)from->arm[i].count * sizeof *to->arm[i].points);
    }
}

void branch_take(struct branch *branch, const struct lab *lab, long from)
{
    branch->from = from;
    branch->to = lab->step;
    branch->clip = lab->arm[0].trainer.options.clip;
    branch->arms = lab->arms;
    for (int i = 0; i < lab->arms; i++) {
        struct branch_arm *arm = &branch->arm[i];

        arm->learning_rate = lab->arm[i].trainer.options.optimizer.learning_rate;
        arm->count = curve_copy_thinned(&lab->arm[i].curve, arm->points, BRANCH_POINTS);
    }
}

void branches_add(struct branches *branches, const struct branch *branch)
{
    if (branch->to <= branch->from)
        return;
    if (branches->count == BRANCHES_MAX) {
        branches->count--;
        for (int i = 0; i < branches->count; i++)
            copy(&branches->items[i], &branches->items[i + 1]);
    }
    copy(&branches->items[branches->count++], branch);
}

void branches_copy(struct branches *to, const struct branches *from)
{
    to->count = from->count;
    for (int i = 0; i < from->count; i++)
        copy(&to->items[i], &from->items[i]);
}
