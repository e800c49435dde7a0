#include "lessons/past.h"

#include <stdlib.h>

#include "common/clock.h"
#include "lessons/change.h"

/* After a moment, so many times as long as it took is spent on training first. */
static const double REST_MOMENT = 150;

static const size_t MEGABYTE = (size_t)1 << 20;

void past_begin(struct past *past, struct lab *lab)
{
    const size_t wanted = (size_t)lab->config.training.history_megabytes * MEGABYTE;
    const size_t left = lab_memory_left(lab);

    past->branches.count = 0;
    past->next_moment = 0;
    history_begin(&past->history, lab, wanted < left ? wanted : left);
    past_note(past, lab);
}

void past_free(struct past *past)
{
    history_free(&past->history);
    past->branches.count = 0;
}

/* In the thread's own time: what another program takes is neither training nor a moment. */
void past_note(struct past *past, struct lab *lab)
{
    struct error error;
    double begin, end;

    if (!history_is_due(&past->history, lab))
        return;
    begin = clock_work_seconds();
    if (begin < past->next_moment)
        return;
    history_take(&past->history, lab, &error);
    end = clock_work_seconds();
    past->next_moment = end + REST_MOMENT * (end - begin);
}

/* Learning rates and clip of that configuration. */
static enum status take_rates(struct lab *lab, const struct lab_config *config,
                              struct error *error)
{
    struct lab_config next = lab->config;

    next.training.clip = config->training.clip;
    next.training.learning_rate = config->training.learning_rate;
    for (int i = 0; i < ARMS_MAX; i++)
        next.arm[i].learning_rate = config->arm[i].learning_rate;
    return lab_change(lab, &next, error);
}

/* Back to the moment that is looked at; what the lab was is a branch then. */
static enum status go_back(struct past *past, struct lab *lab, struct error *error)
{
    const int moment = history_nearest(&past->history, lab->looking_at);
    struct branch *left = malloc(sizeof *left);
    enum status status;

    if (left == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a branch");
    branch_take(left, lab, past->history.moment[moment].step);
    status = history_return(&past->history, lab, moment, error);
    if (status == STATUS_OK)
        branches_add(&past->branches, left);
    free(left);
    return status;
}

enum status past_fork(struct past *past, struct lab *lab, const struct lab_config *config,
                      struct error *error)
{
    enum status status = STATUS_OK;

    if (lab->looking_at != LAB_NOW)
        status = go_back(past, lab, error);
    else
        history_take(&past->history, lab, error); /* without memory: no way back to here */
    if (status == STATUS_OK && config != NULL)
        status = take_rates(lab, config, error);
    return status;
}

void past_show(const struct past *past, struct snapshot *snapshot)
{
    const struct history *history = &past->history;

    snapshot->moments = history->count;
    for (int i = 0; i < history->count; i++)
        snapshot->moment[i] = history->moment[i].step;
    branches_copy(&snapshot->branches, &past->branches);
}
