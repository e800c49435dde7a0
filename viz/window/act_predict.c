#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/numeric/clamp.h"
#include "viz/window/act.h"

enum { WRITE_AT_ONCE = 120, WRITE_MORE = 100 /* symbols of a text */ };

static const double TEMPERATURE_MOST = 2;
enum { SEED_MOST = 999999 };

/* Let the sequence be typed where it stands: I opens the panel first. */
static void begin_to_type(struct view *view, int arm)
{
    const bool wrong = view->own.sent && view->message_bad && view->message[0] != '\0';

    if (arm < 0) {
        arm = view->shown[0];
        view->arm[arm].tab = TAB_PREDICTION;
        view->writing.shown = false;
    }
    view_type(view, &(struct hot){ .action = ACT_OWN_INPUT, .arm = arm, .entry = true },
              wrong ? view->own.text : view->seen.text);
}

static void own_input(struct view *view, int arm)
{
    struct wish wish = { .kind = WISH_INPUT };

    if (!view->seen.parses) {
        view_say(view, true, "This task takes no sequence of your own");
        return;
    }
    if (view->press.kind != PRESS_TYPED) {
        begin_to_type(view, arm);
        return;
    }
    view->message[0] = '\0'; /* what was said of the one before */
    snprintf(view->own.text, sizeof view->own.text, "%s", view->press.text);
    view->own.sent = true;
    snprintf(wish.generation.prompt, sizeof wish.generation.prompt, "%s", view->press.text);
    act_send(view, &wish);
}

static void write(struct view *view, long value)
{
    const struct writing_view *writing = &view->writing;
    const bool for_ever = view->seen.writes == WRITES_ON;
    struct wish wish = { .kind = WISH_GENERATE,
                         .number = -1,
                         .generation = { .sampling = { writing->temperature, writing->top_k },
                                         .seed = (uint64_t)writing->seed,
                                         .count = for_ever ? WRITE_AT_ONCE : 0 } };

    if (value > 0) {
        act_send_number(view, WISH_GENERATE_MORE, value == 1 ? 0 : WRITE_MORE);
        return;
    }
    snprintf(wish.generation.prompt, sizeof wish.generation.prompt, "%s",
             writing->prompt[0] != '\0' ? writing->prompt : view->seen.text);
    act_send(view, &wish);
}

/* A number that was typed, or NaN, which has been said. */
static double typed_number(struct view *view, double least, double most)
{
    char *end;
    const double value = strtod(view->press.text, &end);

    while (*end == ' ')
        end++;
    if (end == view->press.text || *end != '\0' || !(value >= least && value <= most)) {
        view_say(view, true, "\"%.40s\" cannot be: a number from %g to %g is wanted",
                 view->press.text, least, most);
        return (double)NAN;
    }
    return value;
}

/* A number that a hand changes. */
struct dial {
    enum action action;
    double step; /* it is a multiple of that */
    int wheel;   /* steps for one notch; with shift one */
    double most; /* from 0 */
};

/*
 * What `number` becomes: dragged to a share of its range, turned in steps, typed. A press that
 * only asks to type leaves it.
 */
static double turned(struct view *view, const struct dial *dial, int arm, double number)
{
    const struct press *press = &view->press;
    double value = number;
    char text[32];

    switch (press->kind) {
    case PRESS_WHEEL:
        value = number +
                (press->turned > 0 ? 1 : -1) * dial->step * (press->fine ? 1 : dial->wheel);
        break;
    case PRESS_CLICK:
    case PRESS_DRAG:
    case PRESS_RELEASE:
        value = press->x * dial->most;
        break;
    case PRESS_TYPED:
        value = typed_number(view, 0, dial->most);
        break;
    case PRESS_ARROW: /* none asks for them: they turn it */
        break;
    case PRESS_ENTRY:
    case PRESS_KEY:
        snprintf(text, sizeof text, "%g", number);
        view_type(view, &(struct hot){ .action = dial->action, .arm = arm, .entry = true },
                  text);
        break;
    }
    if (isnan(value))
        return number;
    value = round(value / dial->step) * dial->step;
    return clamp(value, 0, dial->most);
}

/* A click takes the next seed: a seed is no quantity that a slider could show. */
static void turn_seed(struct view *view, int arm)
{
    const struct dial dial = { ACT_WRITE_SEED, 1, 1, SEED_MOST };
    struct writing_view *writing = &view->writing;

    if (view->press.kind == PRESS_CLICK)
        writing->seed = writing->seed < SEED_MOST ? writing->seed + 1 : 0;
    else
        writing->seed = (long)turned(view, &dial, arm, (double)writing->seed);
}

static void ask_prompt(struct view *view, int arm)
{
    struct writing_view *writing = &view->writing;

    if (view->press.kind == PRESS_TYPED)
        snprintf(writing->prompt, sizeof writing->prompt, "%s", view->press.text);
    else
        view_type(view, &(struct hot){ .action = ACT_PROMPT, .arm = arm, .entry = true },
                  writing->prompt[0] != '\0' ? writing->prompt : view->seen.text);
}

void act_predict(struct view *view, enum action action, int arm, long value)
{
    const struct dial warmth = { action, 0.01, 5, TEMPERATURE_MOST },
                      top_k = { action, 1, 1, view->seen.outputs };
    struct writing_view *writing = &view->writing;

    if (!view->seen.any)
        return;
    switch (action) {
    case ACT_OWN_INPUT:
        own_input(view, arm);
        break;
    case ACT_FACE:
        writing->shown = value != 0;
        break;
    case ACT_PROMPT:
        ask_prompt(view, arm);
        break;
    case ACT_TEMPERATURE:
        writing->temperature = turned(view, &warmth, arm, writing->temperature);
        break;
    case ACT_TOP_K:
        writing->top_k = (int)turned(view, &top_k, arm, writing->top_k);
        break;
    case ACT_WRITE_SEED:
        turn_seed(view, arm);
        break;
    case ACT_WRITE:
        write(view, value);
        break;
    default:
        break;
    }
}
