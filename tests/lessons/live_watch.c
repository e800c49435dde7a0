#include "tests/lessons/live_watch.h"

#include <stdlib.h>
#include <time.h>

#include "tests/lessons/small_lab.h"
#include "tests/test.h"

void watch_rest(void)
{
    const struct timespec millisecond = { .tv_nsec = 1000000 };

    nanosleep(&millisecond, NULL);
}

struct live *watch_start(const struct lab_config *config)
{
    struct error error = { STATUS_OK, "" };
    struct live *live = NULL;

    if (live_start(&live, config, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return live;
}

void watch_ask(struct live *live, enum wish_kind kind, long number)
{
    const struct wish wish = { .kind = kind, .number = number };

    assert_true(live_send(live, &wish));
}

const struct snapshot *watch_for(struct live *live, wanted *is, long number)
{
    const double end = clock_seconds() + GIVE_UP_SECONDS;

    while (clock_seconds() < end) {
        bool changed;
        const struct snapshot *snapshot = live_latest(live, &changed);

        if (snapshot != NULL && is(snapshot, number))
            return snapshot;
        watch_rest();
    }
    fail_msg("what was waited for (%ld) did not come in %d s", number, GIVE_UP_SECONDS);
    abort();
}

bool any_picture(const struct snapshot *s, long number)
{
    (void)s;
    (void)number;
    return true;
}

bool stands_at(const struct snapshot *s, long step)
{
    return !s->running && s->step == step;
}

bool runs_beyond(const struct snapshot *s, long step)
{
    return s->running && s->step > step;
}

bool shows_sample(const struct snapshot *s, long sample)
{
    return s->sample == sample;
}

const struct snapshot *watch_after_all(struct live *live)
{
    static const long mark = 77777;

    watch_ask(live, WISH_SAMPLE, mark);
    watch_for(live, shows_sample, mark);
    watch_ask(live, WISH_SAMPLE, 0);
    return watch_for(live, shows_sample, 0);
}

void assert_is_like_a_lab(const struct snapshot *snapshot, const struct lab_config *config)
{
    struct lab *lab = lab_make(config);

    lab_train(lab, (int)snapshot->step);
    for (int i = 0; i < lab->arms; i++)
        assert_same_curve(&snapshot->arm[i].curve, &lab->arm[i].curve);
    lab_free(lab);
}
