#include "lessons/repeat.h"

#include <limits.h>
#include <string.h>

#include "lessons/change.h"
#include "lessons/run.h"

enum status repeat_open(struct repeat *repeat, struct lab_config *config, const char *folder,
                        struct error *error)
{
    struct run_story story;
    const enum status status = run_story(&story, folder, error);

    if (status != STATUS_OK)
        return status;
    *config = story.origin;
    *repeat = (struct repeat){ .events = story.events, .ends = story.saved };
    memcpy(repeat->end, story.end, sizeof repeat->end);
    return STATUS_OK;
}

void repeat_close(struct repeat *repeat)
{
    event_list_free(&repeat->events);
    *repeat = (struct repeat){ 0 };
}

/* The updates at which the arm waits for the others, or ends. */
static long target(const struct repeat *repeat, const struct lab *lab, int arm)
{
    const bool ended = repeat->made == repeat->events.count;
    const long step = ended ? repeat->end[arm] : repeat->events.items[repeat->made].step[arm];

    if (ended && !repeat->ends)
        return lab->limit;
    return step == EVENT_NO_ARM ? LONG_MAX : step; /* it had stopped, and will again */
}

static bool goes_on(const struct repeat *repeat, const struct lab *lab, int i)
{
    const struct lab_arm *arm = &lab->arm[i];

    return lab_runs(arm) && arm->trainer.step < target(repeat, lab, arm->number);
}

static bool any_goes_on(const struct repeat *repeat, const struct lab *lab)
{
    for (int i = 0; i < lab->arms; i++)
        if (goes_on(repeat, lab, i))
            return true;
    return false;
}

/* All keys of one change at once. */
static enum status make_change(struct repeat *repeat, struct lab *lab, struct error *error)
{
    const int end = event_change_end(&repeat->events, repeat->made);
    struct lab_config next = lab->config;
    long limit = lab->limit;
    struct error reason;
    enum status status =
        events_apply(&repeat->events, repeat->made, end, &next, &limit, &reason);

    if (status == STATUS_OK)
        status = lab_change(lab, &next, &reason);
    if (status == STATUS_OK && limit != lab->limit)
        status = lab_extend(lab, limit, &reason);
    if (status != STATUS_OK)
        return error_set(error, status, "change %d of the run, after step %ld: %s",
                         repeat->events.items[repeat->made].change, lab->step, reason.message);
    repeat->made = end;
    return STATUS_OK;
}

enum status repeat_step(struct repeat *repeat, struct lab *lab, bool *done, struct error *error)
{
    enum status status = STATUS_OK;
    bool goes[ARMS_MAX];

    while (status == STATUS_OK && repeat->made < repeat->events.count &&
           !any_goes_on(repeat, lab))
        status = make_change(repeat, lab, error);
    *done = status == STATUS_OK && !any_goes_on(repeat, lab);
    for (int i = 0; i < lab->arms; i++)
        goes[i] = goes_on(repeat, lab, i);
    for (int i = 0; i < lab->arms && status == STATUS_OK; i++)
        if (goes[i])
            lab_step_arm(lab, i);
    return status;
}
