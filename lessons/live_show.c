/* live_show.c - pictures of a lab that trains, and how often they are taken. */
#include <math.h>

#include "common/clock.h"
#include "common/numeric/parallel.h"
#include "lessons/live_parts.h"

/*
 * Looking may take this share of the thread's time: one probe rests for so many times its own
 * cost.
 */
static const double REST_ONE = 40, REST_MANY = 100;

/*
 * Somebody has to draw the pictures, too: where no core is free for that, fewer are enough to
 * see things move.
 */
const double LIVE_PICTURE_SECONDS = 1.0 / 20;
static const double SECONDS_WITHOUT_A_CORE = 1.0 / 12;

/* A picture that found no memory is tried again after so long: it may come back. */
static const double SECONDS_WITHOUT_MEMORY = 1;

/* The rate is that of at least so long. */
static const double RATE_SECONDS = 0.5;

/* Steps per second; 0 while standing still. */
static void measure_rate(struct live *live)
{
    const double span = clock_seconds() - live->rate_since;

    if (!live->running)
        live->rate = 0;
    if (span < RATE_SECONDS)
        return;
    if (live->running)
        live->rate = (double)(live->lab->step - live->rate_from) / span;
    live->rate_since = clock_seconds();
    live->rate_from = live->lab->step;
}

static bool trains_on_every_core(const struct live *live)
{
    return live->lab->arm[0].trainer.threads >= parallel_available();
}

bool live_take_picture(struct live *live)
{
    struct snapshot *snapshot = &live->buffers.snapshot[live->buffers.writing];

    if (snapshot_take(snapshot, live->lab, NULL) != STATUS_OK)
        return false;
    snapshot->serial = ++live->serial;
    snapshot->running = live->running;
    snapshot->every_core = trains_on_every_core(live);
    snapshot->steps_per_second = live->rate;
    past_show(&live->past, snapshot);
    snapshot->claims = live->claims.now;
    snapshot->writes = live->writes;
    for (int i = 0; i < snapshot->arms; i++)
        snapshot->arm[i].written = live->generation[i].written;
    live_publish(live);
    return true;
}

/*
 * Measure what is looked at, if that can have changed: a past moment only changes with a wish.
 * The 64 fixed sequences of one moment must not be seen beside another's pinned one.
 */
static enum status probe(struct live *live, bool many, struct error *error)
{
    enum status status;

    if (live->lab->looking_at != LAB_NOW && !live->unprobed)
        return STATUS_OK;
    live->lab->interrupt = &live->interrupt;
    status = lab_probe(live->lab, many || live->unprobed_many, error);
    live->lab->interrupt = NULL;
    if (status == STATUS_OK)
        live->unprobed = live->unprobed_many = false;
    if (status == STATUS_INTERRUPTED)
        live->unprobed_many = true;
    return status;
}

void live_show(struct live *live, bool many)
{
    const double begin = clock_seconds();
    const bool every_core = trains_on_every_core(live);
    enum status probed;
    double cost;

    measure_rate(live);
    probed = probe(live, many, NULL);
    if (probed == STATUS_INTERRUPTED)
        return; /* for a wish, which will be shown */
    if (probed == STATUS_OK)
        claims_live_look(&live->claims, live->lab); /* at step 0, before any step */
    if (probed != STATUS_OK || !live_take_picture(live)) {
        live->next_picture = clock_seconds() + SECONDS_WITHOUT_MEMORY;
        return;
    }
    cost = clock_seconds() - begin;
    if (many)
        live->next_many = clock_seconds() + REST_MANY * cost;
    live->next_picture =
        clock_seconds() + fmax(every_core ? SECONDS_WITHOUT_A_CORE : LIVE_PICTURE_SECONDS,
                               many ? 0 : REST_ONE * cost);
}
