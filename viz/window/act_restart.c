#include <stdio.h>
#include <string.h>

#include "common/tasks/task.h"
#include "viz/window/act.h"
#include "viz/window/controls.h"

const char *const view_models[VIEW_MODELS] = { "elman", "lstm", "gru" };

static bool restart(struct view *view, const struct lab_config *config)
{
    struct wish wish = { .kind = WISH_RESTART };

    wish.config = *config;
    return act_send(view, &wish);
}

int view_lengths(const struct view *view, int lengths[VIEW_LENGTHS_MAX])
{
    const int now =
        view->seen.config.task.length > 0 ? view->seen.config.task.length : view->seen.steps;
    const struct lab_config *lesson = view->lesson != NULL ? &view->lesson->config : NULL;
    const bool same =
        lesson != NULL && strcmp(lesson->task.name, view->seen.config.task.name) == 0;
    const int base = same && lesson->task.length > 0 ? lesson->task.length : now;
    const struct task_kind *kind;
    int count = 0;

    for (int halves = 1; halves < 1 << VIEW_LENGTHS_MAX;
         halves *= 2) { /* half, once, twice ... */
        const int length = base * halves / 2;

        if (task_kind_find(&kind, view->seen.config.task.name, NULL) == STATUS_OK &&
            length >= kind->shortest && length <= kind->longest)
            lengths[count++] = length;
    }
    return count;
}

/* One key set, and what follows from it. False: it cannot be, which has been said. */
static bool adjust(struct view *view, struct lab_config *config, const char *name,
                   const char *value, struct repairs *repairs)
{
    struct error error;

    if (adjust_set(config, name, value, false, repairs, &error) == STATUS_OK)
        return true;
    view_say(view, true, "%s", error.message);
    return false;
}

/* What begins anew, from the configuration wished or seen last. */
void act_restart(struct view *view, enum action action, int arm, long value)
{
    struct repairs repairs = { "" };
    struct lab_config config;
    char name[CONTROL_NAME_MAX], text[RAIL_VALUE_MAX];
    bool possible = true;

    if (!view->seen.any)
        return;
    controls_send(view);
    config = *act_config(view);
    if (action == ACT_NEW_SEED) {
        config.training.seed++;
    } else if (action == ACT_LENGTH) {
        snprintf(text, sizeof text, "%ld", value);
        possible = adjust(view, &config, "task.length", text, &repairs);
    } else if (action == ACT_MODEL) {
        snprintf(name, sizeof name, "%s.model", arm_name(arm));
        possible = adjust(view, &config, name, view_models[value], &repairs);
    }
    if (!possible || !restart(view, &config))
        return;
    if (action == ACT_NEW_SEED)
        view_say(view, false, "Begun anew with seed %llu",
                 (unsigned long long)config.training.seed);
    else
        view_say(view, false, repairs.said[0] != '\0' ? "Begun anew; %s" : "Begun anew%s",
                 repairs.said);
    controls_possible(view);
}
