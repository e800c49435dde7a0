/* live_thread.c - what the training thread does: wishes, steps, what arms write, pictures. */
#include "common/clock.h"
#include "lessons/live_parts.h"

/* Between two training steps all arms together may write for so long. */
static const double WRITING_SECONDS = 0.008;

bool live_is_at_end(const struct lab *lab)
{
    return lab->limit > 0 && lab->step >= lab->limit;
}

/* The arm that is wished to make a step alone, or -1. */
static int wanted_alone(const struct live *live)
{
    for (int i = 0; i < live->lab->arms; i++)
        if (live->alone_left[i] > 0)
            return i;
    return -1;
}

static bool wants_to_train(const struct live *live)
{
    return live->running || live->steps_left > 0 || wanted_alone(live) >= 0;
}

/* Called off where somebody waits for another lab. */
static bool step_all(struct live *live)
{
    bool any;

    live->lab->interrupt = &live->interrupt;
    any = lab_step(live->lab);
    live->lab->interrupt = NULL;
    return any;
}

/* The same of one arm. A wished step has been made when it was not called off. */
static void step_alone(struct live *live, int arm)
{
    const struct trainer *trainer = &live->lab->arm[arm].trainer;
    const long before = trainer->step;
    bool runs;

    live->lab->interrupt = &live->interrupt;
    runs = lab_step_arm(live->lab, arm);
    live->lab->interrupt = NULL;
    live->alone_left[arm] -= trainer->step > before;
    if (!runs)
        live->alone_left[arm] = 0;
}

/*
 * One lab_step; stops when a limit is reached or no arm runs any more. A wished step has been
 * made when every arm has made it.
 */
static void step(struct live *live)
{
    const long before = live->lab->step;
    const bool any = step_all(live);
    const long made = live->lab->step - before;

    if (made > 0)
        past_note(&live->past, live->lab);
    claims_live_look(&live->claims, live->lab);
    live->steps_left = live->steps_left > made ? live->steps_left - made : 0;
    if (!any || live_is_at_end(live->lab))
        live->running = false;
    if (!any)
        live->steps_left = 0;
}

/* What is wished for one arm comes before what is wished for all. */
static void train(struct live *live)
{
    const int alone = wanted_alone(live);

    if (alone < 0)
        step(live);
    else
        step_alone(live, alone);
    if (live_is_called_off(live))
        return; /* what comes is shown */
    if (!wants_to_train(live))
        live_show(live, true); /* it stands still: everything exact */
    else if (clock_seconds() >= live->next_picture)
        live_show(live, clock_seconds() >= live->next_many);
}

static bool is_writing(const struct live *live)
{
    bool any = false;

    for (int i = 0; i < live->lab->arms; i++)
        any = any || live->generation[i].written.going;
    return any;
}

/*
 * A few symbols of every arm that writes. While the lab stands they are shown as they come:
 * nothing else has changed, so that nothing has to be probed for it.
 */
static void write_on(struct live *live)
{
    for (int i = 0; i < live->lab->arms; i++)
        generation_go_on(&live->generation[i], WRITING_SECONDS / live->lab->arms);
    if (wants_to_train(live) || (is_writing(live) && clock_seconds() < live->next_written))
        return;
    live_take_picture(live);
    live->next_written = clock_seconds() + LIVE_PICTURE_SECONDS;
}

void *live_thread(void *context)
{
    struct live *live = context;
    struct wish wish;
    bool quit = false;

    live_show(live, true);
    for (;;) {
        bool many = false, changed = false;

        /*
         * all wishes that have come, then one picture; waits only if there is nothing to do or
         * show
         */
        while (live_next_wish(live, &wish, &quit,
                              !changed && !wants_to_train(live) && !is_writing(live))) {
            live_apply(live, &wish);
            changed = true;
            many = many || !live_is_of_the_pinned(wish.kind);
        }
        if (quit)
            break;
        /* A lab is met before its first step: what is claimed of a run holds from there on. */
        if (changed && (!wants_to_train(live) || live->lab->step == 0 ||
                        clock_seconds() >= live->next_picture))
            live_show(live, many);
        if (is_writing(live))
            write_on(live);
        if (wants_to_train(live))
            train(live);
    }
    return NULL;
}
