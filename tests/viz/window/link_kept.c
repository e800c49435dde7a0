#include "tests/viz/window/link_kept.h"

#include <stdio.h>
#include <string.h>

#include "lessons/experiment.h"
#include "lessons/same_settings.h"
#include "viz/window/act.h"
#include "viz/window/panels.h"
#include "viz/window/trace_view.h"

struct looked {
    const struct pressed *pressed;
    const struct snapshot *snapshot;
    struct view *view;
    const struct link_part *part;
    int named; /* number in the configuration of the arm that the part is about; -1: all */
};

/* Number among the lab's arms; -1: there is no such one. */
static int arm_in_lab(const struct snapshot *s, int named)
{
    for (int i = 0; i < s->arms; i++)
        if (strcmp(s->arm[i].name, arm_name(named)) == 0)
            return i;
    return -1;
}

/* The arm that is named has it, and shows it; or of all arms one does. */
static bool some_arm(const struct looked *l, bool (*shows)(const struct looked *l, int arm))
{
    if (l->named >= 0) {
        const int arm = arm_in_lab(l->snapshot, l->named);

        return arm >= 0 && shows(l, arm);
    }
    for (int i = 0; i < l->snapshot->arms; i++)
        if (shows(l, i))
            return true;
    return false;
}

/* ----------------------------------------------------------------------- what an arm can show */

static bool shows_head(const struct looked *l, int arm)
{
    struct attention_view head;

    return trace_view_attention(&l->snapshot->arm[arm].trace, (int)l->part->number, &head) &&
           l->view->arm[arm].head == l->part->number;
}

static bool shows_layer(const struct looked *l, int arm)
{
    return l->part->number < trace_view_layers(&l->snapshot->arm[arm].trace) &&
           l->view->arm[arm].layer == l->part->number;
}

static bool shows_entry(const struct looked *l, int arm)
{
    const struct trace_entry *entry =
        trace_view_chosen(&l->snapshot->arm[arm].trace, &l->view->arm[arm]);

    return entry != NULL && strcmp(entry->quantity, l->part->value) == 0;
}

static bool shows_panel(const struct looked *l, int arm)
{
    static const int tabs[] = { [LINK_PANEL_GRADIENT] = -1,
                                [LINK_PANEL_STATES] = -1,
                                [LINK_PANEL_ATTENTION] = TAB_ATTENTION,
                                [LINK_PANEL_GATES] = TAB_GATES,
                                [LINK_PANEL_CELL] = TAB_CELL,
                                [LINK_PANEL_PREDICTION] = TAB_PREDICTION,
                                [LINK_PANEL_WEIGHTS] = TAB_WEIGHTS,
                                [LINK_PANEL_RACE] = -1 };
    const int tab = tabs[l->part->number];

    return tab < 0 || (int)panel_lower_tab(l->view, l->snapshot, arm) == tab;
}

/* In one of the two columns. */
static bool in_a_column(const struct looked *l)
{
    const int arm = arm_in_lab(l->snapshot, (int)l->part->number);

    return arm >= 0 && (l->view->shown[0] == arm || l->view->shown[1] == arm);
}

/* ------------------------------------------------------------------------------ what a lab is */

/* With the link's settings on top. */
static bool is_experiment(const struct looked *l)
{
    const struct lesson *is = l->snapshot->claims.lesson;
    struct lab_config config;

    if (l->view->lesson == NULL || is != l->view->lesson ||
        is != experiment_find(l->view->lessons, is->number, l->part->value))
        return false;
    config = is->config;
    return link_apply(l->pressed->link, &config, NULL) == STATUS_OK &&
           same_when_matched(&config, &l->snapshot->config);
}

/* It made updates, and stands because it has made all that its settings ask for. */
static bool has_ended(const struct snapshot *s)
{
    return !s->running && s->step >= s->config.training.steps;
}

/* It had ended, and has ended again: a short training can be over before a picture of it comes. */
static bool has_ended_again(const struct looked *l)
{
    return has_ended(l->snapshot) && l->snapshot->step == l->pressed->from &&
           (l->snapshot->seconds < l->pressed->seconds ||
            l->snapshot->seconds > l->pressed->seconds);
}

/* Anew: from a step that is less than the one it had. */
static bool began(const struct looked *l)
{
    const struct pressed *pressed = l->pressed;

    return pressed->least == 0 || pressed->least < pressed->from || has_ended_again(l);
}

/* Steps grew, from where it was or from the beginning, and go on growing if there are more. */
static bool trains(const struct looked *l)
{
    const long from =
        l->pressed->least < l->pressed->from ? l->pressed->least : l->pressed->from;

    return (l->snapshot->step > from && (l->snapshot->running || has_ended(l->snapshot))) ||
           has_ended_again(l);
}

static bool loss_is(const struct looked *l)
{
    const long step = l->part->number == LINK_LOSS_LAST  ? panel_last_scored(l->snapshot)
                      : l->part->number == LINK_LOSS_ALL ? -1
                                                         : l->part->number;

    return l->snapshot->loss_at == step;
}

/* ------------------------------------------------------------------------------------- parts */

static bool part_kept(const struct looked *l)
{
    const struct link_part *part = l->part;
    const struct snapshot *s = l->snapshot;

    switch (part->verb) {
    case LINK_SET:
        return link_part_holds(part, &s->config);
    case LINK_RUN:
        return trains(l);
    case LINK_PAUSE:
        return !s->running;
    case LINK_STEP:
        return !s->running && s->step == part->number;
    case LINK_SAMPLE:
        return s->sample == part->number;
    case LINK_LOSS:
        return loss_is(l);
    case LINK_VIEW:
        return l->view->state_view == (part->number != 0);
    case LINK_PANEL:
        return some_arm(l, shows_panel);
    case LINK_ARM:
        return in_a_column(l);
    case LINK_LAYER:
        return some_arm(l, shows_layer);
    case LINK_HEAD:
        return some_arm(l, shows_head);
    case LINK_ENTRY:
        return some_arm(l, shows_entry);
    case LINK_CHUNK:
        return view_reading(l->view)->page == part->number;
    case LINK_LESSON:
        return l->view->lesson != NULL && l->view->lesson->number == part->number;
    case LINK_EXPERIMENT:
        return is_experiment(l);
    case LINK_RESTART:
        return began(l);
    }
    return false;
}

/* What is there instead, as far as a line can say it. */
static void say_why(const struct looked *l, char why[KEPT_WHY_MAX])
{
    const struct snapshot *s = l->snapshot;
    int used = snprintf(why, KEPT_WHY_MAX, "%.60s%s%.60s is not so: step %ld, %s, loss at %d;",
                        l->part->name, l->part->value[0] != '\0' ? "=" : "", l->part->value,
                        s->step, s->running ? "running" : "paused", s->loss_at);

    for (int i = 0; i < s->arms && used < KEPT_WHY_MAX; i++)
        used +=
            snprintf(why + used, (size_t)(KEPT_WHY_MAX - used),
                     " %s is %s (%d heads, %d layers)", s->arm[i].name, s->arm[i].model,
                     trace_view_heads(&s->arm[i].trace), trace_view_layers(&s->arm[i].trace));
}

/* What can be done and seen to be done: what is never ticked is left out, and "run" of a training
 * that has come to its end. */
static struct link lasting(const struct link *link, const struct snapshot *s)
{
    struct link left = { .count = 0 };

    for (int i = 0; i < link->count; i++)
        if (link->part[i].verb != LINK_RESTART && link->part[i].verb != LINK_CHUNK &&
            link->part[i].verb != LINK_LESSON &&
            (link->part[i].verb != LINK_RUN || !has_ended(s)))
            left.part[left.count++] = link->part[i];
    return left;
}

bool link_kept(const struct pressed *pressed, const struct window_drawn *drawn,
               char why[KEPT_WHY_MAX])
{
    struct looked looked = {
        .pressed = pressed, .snapshot = drawn->snapshot, .view = drawn->view, .named = -1
    };
    struct link left;

    snprintf(why, KEPT_WHY_MAX, "no picture of the lab came");
    if (looked.snapshot == NULL || !looked.view->seen.any)
        return false;
    for (int i = 0; i < pressed->link->count; i++) {
        looked.part = &pressed->link->part[i];
        if (looked.part->verb == LINK_ARM)
            looked.named = (int)looked.part->number;
        if (!part_kept(&looked)) {
            say_why(&looked, why);
            return false;
        }
    }
    left = lasting(pressed->link, looked.snapshot);
    snprintf(why, KEPT_WHY_MAX, "the window does not tick it");
    return act_link_done(looked.view, &left);
}

bool link_on_its_way(const struct pressed *pressed, const struct window_drawn *drawn)
{
    const struct link *link = pressed->link;
    const long from = pressed->least < pressed->from ? pressed->least : pressed->from;
    bool wished = false;

    for (int i = 0; i < link->count; i++)
        if (link->part[i].verb == LINK_STEP)
            wished = pressed->asked == link->part[i].number - from;
    return wished && drawn->snapshot != NULL && drawn->snapshot->step > from;
}
