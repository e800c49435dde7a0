#include <stdio.h>

#include "common/tasks/task.h"
#include "lessons/models.h"
#include "viz/window/act.h"

const char *const view_models[VIEW_MODELS] = { "elman", "lstm", "gru" };

static bool restart(struct view *view, const struct lab_config *config)
{
    struct wish wish = { .kind = WISH_RESTART };

    wish.config = *config;
    return act_send(view, &wish);
}

int view_lengths(const struct view *view, int lengths[4])
{
    const int now =
        view->seen.config.task.length > 0 ? view->seen.config.task.length : view->seen.steps;
    const int base = view->lesson != NULL && view->lesson->config.task.length > 0
                         ? view->lesson->config.task.length
                         : now;
    const struct task_kind *kind;
    int count = 0;

    for (int halves = 1; halves <= 8; halves *= 2) { /* half, once, twice, four times as long */
        const int length = base * halves / 2;

        if (task_kind_find(&kind, view->seen.config.task.name, NULL) == STATUS_OK &&
            length >= kind->shortest && length <= kind->longest)
            lengths[count++] = length;
    }
    return count;
}

/* What begins anew, from the configuration wished or seen last. */
void act_restart(struct view *view, enum action action, int arm, long value)
{
    struct lab_config config = *act_config(view);

    if (!view->seen.any)
        return;
    switch (action) {
    case ACT_NEW_SEED:
        config.training.seed++;
        break;
    case ACT_LENGTH:
        config.task.length = (int)value;
        break;
    case ACT_MODEL:
        snprintf(config.arm[arm].model, sizeof config.arm[arm].model, "%s", view_models[value]);
        config.arm[arm].initial = WEIGHTS_DEFAULT; /* that of another model is no wish */
        break;
    case ACT_LEARNING_RATE:
        config.arm[arm].learning_rate =
            arm_learning_rate(&config, arm) * (value > 0 ? 2.0 : 0.5);
        break;
    default:
        break;
    }
    if (!restart(view, &config))
        return;
    if (action == ACT_NEW_SEED)
        view_say(view, false, "Begun anew with seed %llu",
                 (unsigned long long)config.training.seed);
    else
        view_say(view, false, "Begun anew");
}
