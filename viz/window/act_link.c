/* What links in a lesson's text do: lessons/link.h has the list. */
#include <stdio.h>
#include <string.h>

#include "lessons/change.h"
#include "lessons/experiment.h"
#include "lessons/same_settings.h"
#include "viz/window/act.h"
#include "viz/window/document.h"

enum { POINTED_MS = 2500 };

/* The arm of that number in the configuration, as the lab counts; ARMS_MAX: it has no such one. */
static int place_of(const struct view *view, long number)
{
    int place = 0;

    if (view->seen.config.arm[number].model[0] == '\0')
        return ARMS_MAX;
    for (long i = 0; i < number; i++)
        place += view->seen.config.arm[i].model[0] != '\0';
    return place;
}

/* Which arm a part is about: the one that a part before it names, or all of them, -1. */
static int arm_of(const struct view *view, const struct link *link, int part)
{
    int arm = -1;

    for (int i = 0; i < part; i++)
        if (link->part[i].verb == LINK_ARM)
            arm = place_of(view, link->part[i].number);
    return arm;
}

static enum tab tab_of(long panel)
{
    static const enum tab tabs[] = {
        [LINK_PANEL_ATTENTION] = TAB_ATTENTION, [LINK_PANEL_GATES] = TAB_GATES,
        [LINK_PANEL_CELL] = TAB_CELL,           [LINK_PANEL_PREDICTION] = TAB_PREDICTION,
        [LINK_PANEL_WEIGHTS] = TAB_WEIGHTS,     [LINK_PANEL_RACE] = TAB_AUTO
    };

    return tabs[panel];
}

static enum layout_part part_of(long panel)
{
    return panel == LINK_PANEL_GRADIENT ? LAYOUT_GRADIENT
           : panel == LINK_PANEL_STATES ? LAYOUT_STATES
           : panel == LINK_PANEL_RACE   ? LAYOUT_EVEN
                                        : LAYOUT_LOWER;
}

/* The experiment of that name, or the lesson itself; NULL: there is none here. */
static const struct lesson *experiment_of(const struct view *view, const char *name)
{
    return view->lessons != NULL && view->lesson != NULL
               ? experiment_find(view->lessons, view->lesson->number, name)
               : NULL;
}

/* ------------------------------------------------------------------------------------- done */

static bool arm_done(const struct view *view, const struct link_part *part, int arm)
{
    const struct arm_view *is = &view->arm[arm];

    switch (part->verb) {
    case LINK_PANEL:
        return tab_of(part->number) == TAB_AUTO || is->tab == tab_of(part->number);
    case LINK_LAYER:
        return is->layer == part->number;
    case LINK_HEAD:
        return is->head == part->number || part->number >= view->seen.heads[arm];
    default:
        return strcmp(is->entry, part->value) == 0;
    }
}

/* Of the arms that the part is about. */
static bool arms_done(const struct view *view, const struct link_part *part, int arm)
{
    bool done = true;

    for (int i = 0; i < view->seen.arms; i++)
        if (arm < 0 || arm == i)
            done = done && arm_done(view, part, i);
    return done;
}

/* The experiment that the link begins is the one that there is, with its settings. */
static bool experiment_done(const struct view *view, const struct link *link)
{
    struct lab_config config;

    if (view->lesson == NULL || view->lesson != experiment_of(view, link_experiment(link)))
        return false;
    config = view->lesson->config;
    return link_apply(link, &config, NULL) == STATUS_OK &&
           same_when_matched(&config, act_config(view));
}

static bool part_done(const struct view *view, const struct link *link,
                      const struct link_part *part, int arm)
{
    const struct seen *seen = &view->seen;

    switch (part->verb) {
    case LINK_SET:
        return link_part_holds(part, act_config(view));
    case LINK_RUN:
        return act_running(view);
    case LINK_PAUSE:
        return !act_running(view);
    case LINK_STEP:
        return seen->step == part->number;
    case LINK_SAMPLE:
        return act_sample(view) == part->number;
    case LINK_LOSS:
        return seen->loss_at == (part->number == LINK_LOSS_ALL    ? -1
                                 : part->number == LINK_LOSS_LAST ? seen->last_scored
                                                                  : part->number);
    case LINK_VIEW:
        return view->state_view == (part->number != 0);
    case LINK_ARM:
        return true;
    case LINK_PANEL:
        return view->enlarged == part_of(part->number) && arms_done(view, part, arm);
    case LINK_LAYER:
    case LINK_HEAD:
    case LINK_ENTRY:
        return arms_done(view, part, arm);
    case LINK_EXPERIMENT:
        return experiment_done(view, link);
    case LINK_CHUNK: /* to go somewhere, or to begin anew, is never done */
    case LINK_LESSON:
    case LINK_RESTART:
        break;
    }
    return false;
}

bool act_link_done(const struct view *view, const struct link *link)
{
    bool done = view->seen.any;

    for (int i = 0; i < link->count; i++)
        done = done && part_done(view, link, &link->part[i], arm_of(view, link, i));
    return done;
}

/* ------------------------------------------------------------------------------------- view */

/* That arm in one of the two columns. */
static void show_arm(struct view *view, int arm)
{
    if (arm < view->seen.arms && view->shown[0] != arm && view->shown[1] != arm)
        view->shown[1] = arm;
}

static void show_of_arm(struct view *view, const struct link_part *part, int arm)
{
    struct arm_view *is = &view->arm[arm];

    if (part->verb == LINK_PANEL)
        is->tab = tab_of(part->number);
    else if (part->verb == LINK_LAYER)
        is->layer = (int)part->number;
    else if (part->verb == LINK_HEAD && part->number < view->seen.heads[arm])
        is->head = (int)part->number;
    else if (part->verb == LINK_ENTRY)
        snprintf(is->entry, sizeof is->entry, "%s", part->value);
}

static void show_part(struct view *view, const struct link_part *part, int arm)
{
    switch (part->verb) {
    case LINK_VIEW:
        view->state_view = part->number != 0;
        break;
    case LINK_ARM:
        show_arm(view, place_of(view, part->number));
        break;
    case LINK_PANEL:
        view->enlarged = part_of(part->number);
        view->pointed = (int)part->number + 1;
        view->pointed_arm = arm;
        view->pointed_until_ms = view->now_ms + POINTED_MS;
        if (tab_of(part->number) == TAB_AUTO)
            break;
        /* fall through */
    case LINK_LAYER:
    case LINK_HEAD:
    case LINK_ENTRY:
        for (int i = 0; i < view->seen.arms; i++)
            if (arm < 0 || arm == i)
                show_of_arm(view, part, i);
        break;
    case LINK_CHUNK:
        view_act(view, ACT_CHUNK, 0, part->number);
        break;
    default:
        break;
    }
}

void act_link_show(struct view *view, const struct link *link)
{
    for (int i = 0; i < link->count; i++)
        show_part(view, &link->part[i], arm_of(view, link, i));
    view->dirty = true;
}

/* ---------------------------------------------------------------------------------- the lab */

/* Begin it anew, standing still. False: that cannot be, which has been said. */
static bool begin_experiment(struct view *view, const struct link *link, long *step)
{
    const struct lesson *experiment = experiment_of(view, link_experiment(link));
    struct wish wish = { .kind = WISH_RESTART, .lesson = experiment };
    struct error error;

    if (experiment == NULL) {
        view_say(view, true, "There is no experiment %s here", link_experiment(link));
        return false;
    }
    wish.config = experiment->config;
    if (link_apply(link, &wish.config, &error) != STATUS_OK ||
        config_check(&wish.config, &error) != STATUS_OK) {
        view_say(view, true, "%s", error.message);
        return false;
    }
    if (!act_send_number(view, WISH_PAUSE, 0) || !act_send(view, &wish))
        return false;
    view->begun = *link;
    *step = 0;
    return true;
}

/* The settings that are not so yet. *step: of the run, begun anew where that has to be. */
static void change(struct view *view, const struct link *link, long *step)
{
    struct wish wish = { .kind = WISH_CHANGE };
    struct error error;
    bool needed = false, at_once;

    for (int i = 0; i < link->count; i++)
        needed = needed || (link->part[i].verb == LINK_SET &&
                            !link_part_holds(&link->part[i], act_config(view)));
    if (!needed)
        return;
    wish.config = *act_config(view);
    if (link_apply(link, &wish.config, &error) != STATUS_OK ||
        config_check(&wish.config, &error) != STATUS_OK) {
        view_say(view, true, "%s", error.message);
        return;
    }
    at_once = change_is_at_once(act_config(view), &wish.config);
    if (act_send(view, &wish) && !at_once)
        *step = 0;
}

/* Train until that step of the run, which has made `from` of them. */
static void train_to(struct view *view, long step, long from)
{
    if (step > from)
        act_send_number(view, WISH_STEP, step - from);
    else if (step < from)
        view_say(view, false, "The run is past step %ld; R begins anew", step);
}

static void open_lesson(struct view *view, int number)
{
    if (view->lessons == NULL || lesson_find(view->lessons, number) == NULL) {
        view_say(view, true, "There is no lesson %d here", number);
        return;
    }
    view->asked_lesson = number;
    view->request = REQUEST_LESSON;
}

static void wish_part(struct view *view, const struct link_part *part, long *step)
{
    struct wish wish = { .kind = WISH_RESTART };

    switch (part->verb) {
    case LINK_RESTART:
        wish.config = *act_config(view);
        if (act_send(view, &wish))
            *step = 0;
        break;
    case LINK_RUN:
        act_send_number(view, WISH_RUN, 0);
        break;
    case LINK_PAUSE:
        act_send_number(view, WISH_PAUSE, 0);
        break;
    case LINK_STEP:
        train_to(view, part->number, *step);
        break;
    case LINK_SAMPLE:
        act_send_number(view, WISH_SAMPLE, part->number);
        break;
    case LINK_LOSS:
        act_send_number(view, WISH_LOSS_AT,
                        part->number == LINK_LOSS_ALL    ? WISH_LOSS_ALL
                        : part->number == LINK_LOSS_LAST ? WISH_LOSS_LAST
                                                         : part->number);
        break;
    case LINK_LESSON:
        open_lesson(view, (int)part->number);
        break;
    default:
        break;
    }
}

void act_link(struct view *view, enum action action, int arm, long value)
{
    const struct document_link *link;
    long step = view->seen.step;

    (void)action;
    (void)arm;
    if (view->document == NULL || value >= document_links(view->document) || !view->seen.any)
        return;
    link = document_link(view->document, (int)value);
    if (link->kind != LINK_OURS)
        return;
    view->message[0] = '\0';
    if (link->prediction >= 0 && document_prediction(view->document, link->prediction)->draw &&
        view_reading(view)->answer[link->prediction].state == ANSWER_OPEN)
        view_act(view, ACT_SKETCH, link->prediction, SKETCH_COVER); /* before it can be seen */
    if (link_experiment(&link->link) != NULL && !begin_experiment(view, &link->link, &step))
        return;
    act_link_show(view, &link->link);
    change(view, &link->link, &step);
    for (int i = 0; i < link->link.count; i++)
        wish_part(view, &link->link.part[i], &step);
    if (view->message[0] == '\0')
        view_say(view, false, "%s", link->hint);
}
