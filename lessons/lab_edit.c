/* lab_edit.c - what a hand changes in the pinned sequences of a lab. */
#include <stdio.h>

#include "lessons/lab.h"
#include "lessons/lab_parts.h"

/* Weights are given in decimals: a sum of ten tenths is 1. */
static const double ROUNDING = 1e-6;

/* Of a state there is one edit, whatever it does. */
static bool is_same_place(const struct edit *a, const struct edit *b)
{
    if (edit_is_of_state(a) && edit_is_of_state(b))
        return a->depth == b->depth && a->half == b->half && a->step == b->step;
    return a->kind == b->kind && a->depth == b->depth && a->head == b->head &&
           a->step == b->step && a->key == b->key;
}

/* The one in that place, or NULL. */
static struct edit *find(struct lab_arm *arm, const struct edit *edit)
{
    for (int i = 0; i < arm->edit_count; i++)
        if (is_same_place(&arm->edits[i], edit))
            return &arm->edits[i];
    return NULL;
}

/* Is it to be taken back, or else to be exchanged? */
static bool takes_back(const struct edit *there, const struct edit *edit)
{
    return edit->kind == there->kind &&
           (edit->kind != EDIT_WEIGHT || there->weight == edit->weight) &&
           (edit->kind != EDIT_STATE_SET || there->other == edit->other);
}

/* Weights set for the query of an edit, but for its own place. */
static double others_sum(const struct lab_arm *arm, const struct edit *edit)
{
    double sum = 0;

    for (int i = 0; i < arm->edit_count; i++) {
        const struct edit *other = &arm->edits[i];

        if (other->kind == EDIT_WEIGHT && other->depth == edit->depth &&
            other->head == edit->head && other->step == edit->step && other->key != edit->key)
            sum += other->weight;
    }
    return sum;
}

enum status lab_edit_refusal(const struct lab *lab, int arm, const struct edit *edit,
                             struct error *error)
{
    const struct lab_arm *of = &lab->arm[arm];
    const struct edit *there = find((struct lab_arm *)of, edit);
    const double sum = edit->weight + others_sum(of, edit);

    if (there != NULL && takes_back(there, edit))
        return STATUS_OK;
    if (there == NULL && of->edit_count == LAB_EDITS_MAX)
        return error_set(error, STATUS_USAGE,
                         "%d changes by hand are as many as there can be: Esc takes them back",
                         LAB_EDITS_MAX);
    if (edit->kind == EDIT_WEIGHT && sum > 1 + ROUNDING)
        return error_set(error, STATUS_USAGE,
                         "the weights forced for query %d would add up to %.3g: 1 is all that "
                         "it has",
                         edit->step, sum);
    return STATUS_OK;
}

/* What is seen beside the edits: of this moment, and of this sequence. */
static void freeze(struct lab *lab, struct lab_arm *arm)
{
    struct error error;

    /* without memory for it there is none, and the edits are made all the same */
    before_freeze(&arm->before, &arm->probe, lab_looked_weights(lab, arm),
                  lab_looked_step(lab, arm), &error);
}

bool lab_edit(struct lab *lab, int arm, const struct edit *edit)
{
    struct lab_arm *of = &lab->arm[arm];
    struct edit *there = find(of, edit);
    struct error error;

    if (lab_edit_refusal(lab, arm, edit, &error) != STATUS_OK)
        return false;
    if (there == NULL) {
        if (of->edit_count == 0)
            freeze(lab, of);
        of->edits[of->edit_count++] = *edit;
    } else if (!takes_back(there, edit)) {
        *there = *edit;
    } else {
        *there = of->edits[--of->edit_count];
        if (of->edit_count == 0)
            before_forget(&of->before);
    }
    return true;
}

void lab_edits_clear(struct lab *lab)
{
    for (int i = 0; i < lab->arms; i++) {
        lab->arm[i].edit_count = 0;
        before_forget(&lab->arm[i].before);
    }
}

void lab_edits_repin(struct lab *lab)
{
    for (int i = 0; i < lab->arms; i++)
        if (lab->arm[i].edit_count > 0)
            freeze(lab, &lab->arm[i]);
}
