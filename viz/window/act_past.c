/* The timeline: which moment of the training is looked at, and forks from there. */
#include <math.h>
#include <stdlib.h>

#include "common/numeric/clamp.h"
#include "lessons/models.h"
#include "lessons/words.h"
#include "viz/window/act.h"
#include "viz/window/format.h"

/* A fork takes so many times the learning rates, or that part; the key goes so far. */
static const double FACTOR = 3, RATE_MOST = 100;

enum { DIGITS = 3 /* of a rate: what is shown is what is set */ };

static void look(struct view *view, long step)
{
    if (step != act_looking_at(view))
        act_send_number(view, WISH_LOOK, step);
}

/* The moment nearest to that step; the present, if that is as near. */
static long nearest(const struct seen *seen, long step)
{
    long best = LAB_NOW, distance = labs(seen->step - step);

    if (step >= seen->step)
        return LAB_NOW;
    for (int i = 0; i < seen->moments; i++)
        if (labs(seen->moment[i] - step) < distance) {
            best = seen->moment[i];
            distance = labs(best - step);
        }
    return best;
}

/* The next moment from `at` on, or the one before. After the last comes the present. */
static long neighbour(const struct seen *seen, long at, bool later)
{
    const long from = at == LAB_NOW ? seen->step : at;
    long before = at;

    if (later && at == LAB_NOW)
        return LAB_NOW;
    for (int i = 0; i < seen->moments; i++) {
        if (seen->moment[i] > from && later)
            return seen->moment[i] < seen->step ? seen->moment[i] : LAB_NOW;
        if (seen->moment[i] < from && !later)
            before = seen->moment[i];
    }
    return later ? LAB_NOW : before;
}

static void turn(struct view *view, double notches)
{
    long at = act_looking_at(view);

    for (int i = 0; i < fmax(1, fabs(notches)); i++)
        at = neighbour(&view->seen, at, notches > 0);
    look(view, at);
}

static void scrub(struct view *view)
{
    const double share = clamp(view->press.x, 0, 1);

    switch (view->press.kind) {
    case PRESS_WHEEL:
        turn(view, view->press.turned);
        break;
    case PRESS_CLICK:
    case PRESS_DRAG:
    case PRESS_RELEASE:
        look(view, nearest(&view->seen, lround(share * (double)view->seen.timeline_last)));
        break;
    default:
        break;
    }
}

static void multiply_rates(struct lab_config *config, double factor)
{
    for (int i = 0; i < ARMS_MAX; i++)
        if (config->arm[i].model[0] != '\0')
            config->arm[i].learning_rate =
                format_rounded(fmin(RATE_MOST, factor * arm_learning_rate(config, i)), DIGITS);
}

/* Off, or on: as the lesson has it, or 1. */
static void switch_clip(const struct view *view, struct lab_config *config)
{
    const double own = view->lesson != NULL ? view->lesson->config.training.clip : 0;

    config->training.clip = config->training.clip > 0 ? 0 : own > 0 ? own : 1;
}

/* "lr 0.003 / 0.001, clip 1" */
static void describe(const struct lab_config *config, enum language language, char *text,
                     size_t size)
{
    double rates[ARMS_MAX];
    int count = 0;

    for (int i = 0; i < ARMS_MAX; i++)
        if (config->arm[i].model[0] != '\0')
            rates[count++] = arm_learning_rate(config, i);
    format_rates(text, size, rates, count, config->training.clip, language);
}

static void say_fork(struct view *view, enum fork_way way, const struct wish *wish)
{
    const long at = act_looking_at(view), step = at == LAB_NOW ? view->seen.step : at;
    const char *next = act_running(view) ? "" : words_in(view->language, "; Space trains on");
    char with[128];

    snprintf(with, sizeof with, "%s", words_in(view->language, "the settings of then"));
    if (way != FORK_SAME)
        describe(&wish->config, view->language, with, sizeof with);
    if (at != LAB_NOW)
        view_say(view, false, "Forked at step %ld with %s%s", step, with, next);
    else if (way == FORK_SAME)
        view_say(view, false, "A moment is kept at step %ld: you can come back to it", step);
    else
        view_say(view, false, "From step %ld on: %s%s", step, with, next);
}

static void fork_run(struct view *view, enum fork_way way)
{
    struct wish wish = { .kind = WISH_FORK };

    if (way != FORK_SAME)
        wish.config = *act_config(view);
    if (way == FORK_SLOWER || way == FORK_FASTER)
        multiply_rates(&wish.config, way == FORK_FASTER ? FACTOR : 1 / FACTOR);
    else if (way == FORK_CLIP)
        switch_clip(view, &wish.config);
    say_fork(view, way, &wish); /* while it is still known where one looked */
    act_send(view, &wish);      /* which says so, if there is no room */
}

void act_past(struct view *view, enum action action, int arm, long value)
{
    (void)arm;
    if (!view->seen.any)
        return;
    if (action == ACT_SCRUB)
        scrub(view);
    else if (action == ACT_LOOK)
        look(view, value == LAB_NOW ? LAB_NOW : nearest(&view->seen, value));
    else if (action == ACT_MOMENT)
        turn(view, (double)value);
    else
        fork_run(view, (enum fork_way)value);
}
