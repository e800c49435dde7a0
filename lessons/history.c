#include "lessons/history.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/change.h"
#include "lessons/checkpoint_table.h"

/* The numbers of a table, one after another, between a struct and *at, which moves on. */
static void carry_numbers(char **at, void *base, const struct number *numbers, int count,
                          bool back)
{
    for (int i = 0; i < count; i++) {
        char *member = (char *)base + numbers[i].offset;

        memcpy(back ? member : *at, back ? *at : member, numbers[i].size);
        *at += numbers[i].size;
    }
}

static void carry_arm_numbers(char **at, struct lab_arm *arm, bool back)
{
    int count;
    const struct number *numbers = checkpoint_arm_numbers(&count);

    carry_numbers(at, arm, numbers, count, back);
}

static void carry_blocks(char **at, const struct lab_arm *arm, bool back)
{
    const size_t size = arm->model.parameters.total * sizeof(real);

    for (int i = 0; i < checkpoint_blocks(); i++) {
        real *values = checkpoint_block(arm, i);

        if (values == NULL)
            continue;
        memcpy(back ? (char *)values : *at, back ? *at : (char *)values, size);
        *at += size;
    }
}

/* All of a moment: from the lab into bytes, or back. */
static void carry(char *bytes, struct lab *lab, bool back)
{
    int count;
    const struct number *numbers = checkpoint_lab_numbers(&count);

    carry_numbers(&bytes, lab, numbers, count, back);
    for (int i = 0; i < lab->arms; i++) {
        carry_arm_numbers(&bytes, &lab->arm[i], back);
        carry_blocks(&bytes, &lab->arm[i], back);
    }
}

static size_t numbers_bytes(const struct number *numbers, int count)
{
    size_t bytes = 0;

    for (int i = 0; i < count; i++)
        bytes += numbers[i].size;
    return bytes;
}

static size_t arm_numbers_bytes(void)
{
    int count;
    const struct number *numbers = checkpoint_arm_numbers(&count);

    return numbers_bytes(numbers, count);
}

static size_t blocks_bytes(const struct lab_arm *arm)
{
    size_t bytes = 0;

    for (int i = 0; i < checkpoint_blocks(); i++)
        if (checkpoint_block(arm, i) != NULL)
            bytes += arm->model.parameters.total * sizeof(real);
    return bytes;
}

static size_t lab_numbers_bytes(void)
{
    int count;
    const struct number *numbers = checkpoint_lab_numbers(&count);

    return numbers_bytes(numbers, count);
}

size_t history_moment_bytes(const struct lab *lab)
{
    size_t bytes = lab_numbers_bytes();

    for (int i = 0; i < lab->arms; i++)
        bytes += arm_numbers_bytes() + blocks_bytes(&lab->arm[i]);
    return bytes;
}

void history_begin(struct history *history, const struct lab *lab, size_t bytes)
{
    const size_t size = history_moment_bytes(lab), most = bytes / size;

    *history = (struct history){ .most = most < 1             ? 1
                                         : most > MOMENTS_MAX ? MOMENTS_MAX
                                                              : (int)most,
                                 .stride = 1,
                                 .held = LAB_NOW };
    while (history->most > 0 && (history->block = malloc((size_t)history->most * size)) == NULL)
        history->most /= 2;
    for (int i = 0; i < history->most; i++)
        history->moment[i].bytes = history->block + (size_t)i * size;
}

void history_free(struct history *history)
{
    free(history->block);
    *history = (struct history){ 0 };
}

static long newest(const struct history *history)
{
    return history->moment[history->count - 1].step;
}

bool history_is_due(const struct history *history, const struct lab *lab)
{
    return history->count == 0 ||
           (history->most > 1 && lab->step >= newest(history) + history->stride);
}

/*
 * Drop every second moment, its memory kept behind the others. What hand and clock have made
 * uneven must not become a stride smaller than the distances are.
 */
static void thin(struct history *history)
{
    int kept = 0;
    long apart;

    for (int i = 0; i < history->count; i++) {
        const struct history_moment moment = history->moment[i];

        if (i % 2 != 0 && moment.step != history->held)
            continue;
        history->moment[i] = history->moment[kept];
        history->moment[kept++] = moment;
    }
    if (kept == history->count)
        return;
    history->count = kept;
    apart = kept > 1 ? (newest(history) - history->moment[0].step) / (kept - 1) : 0;
    history->stride = apart > 2 * history->stride ? apart : 2 * history->stride;
}

/* What a hand does next is another change, not more of the last one. Returns how many. */
static int close_events(struct lab *lab)
{
    for (int i = 0; i < lab->events.count; i++)
        lab->events.items[i].open = false;
    return lab->events.count;
}

enum status history_take(struct history *history, struct lab *lab, struct error *error)
{
    const bool due = history_is_due(history, lab);
    struct history_moment *moment;

    if (history->most == 0)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a moment of training");
    if (history->count > 0 && newest(history) >= lab->step)
        return STATUS_OK;
    if (history->count == history->most) {
        thin(history);
        if (history->count == history->most || (due && !history_is_due(history, lab)))
            return STATUS_OK;
    }
    moment = &history->moment[history->count];
    moment->step = lab->step;
    moment->config = lab->config;
    moment->events = close_events(lab);
    carry(moment->bytes, lab, false);
    history->count++;
    return STATUS_OK;
}

int history_nearest(const struct history *history, long step)
{
    int best = -1;

    for (int i = 0; i < history->count; i++)
        if (best < 0 ||
            labs(history->moment[i].step - step) < labs(history->moment[best].step - step))
            best = i;
    return best;
}

/* Memory to look back with: other layers may prepare more. */
static enum status reserve(struct lab_arm *arm, struct error *error)
{
    struct lab_look *look = &arm->look;
    const size_t prepared = arm->model.prepared_count + 1; /* a model may have none */
    real *room = realloc(look->prepared, prepared * sizeof *room);

    if (room != NULL)
        look->prepared = room;
    if (look->parameters == NULL)
        look->parameters = malloc(arm->model.parameters.total * sizeof *look->parameters);
    if (room == NULL || look->parameters == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory to look back at %s", arm->name);
    return STATUS_OK;
}

/* Do the same weights mean something else with the other configuration? */
static bool has_other_layers(const struct lab *lab, const struct lab_config *then)
{
    int count;
    const struct config_key *keys = config_keys(&count);

    for (int a = 0; a < lab->arms; a++)
        for (int i = 0; i < count; i++) {
            const int arm = lab->arm[a].number;

            if (strcmp(keys[i].section, "arm") == 0 &&
                change_differs(&keys[i], arm, then, &lab->config) &&
                change_kind_of(&keys[i], arm, then, &lab->config) == CHANGE_MODEL)
                return true;
        }
    return false;
}

/*
 * Fill arm->look from its part of a moment; *at moves on. `then` is room for the numbers of the
 * arm as it was.
 */
static void look_back(struct lab_arm *arm, char **at, struct lab_arm *then)
{
    struct lab_look *look = &arm->look;
    const size_t size = arm->model.parameters.total * sizeof(real);

    memset(then, 0, sizeof *then);
    then->validation.weights = arm->validation.weights; /* whether there is one */
    carry_arm_numbers(at, then, true);
    for (int i = 0; i < checkpoint_blocks(); i++) {
        const real *values = checkpoint_block(arm, i);

        if (values == arm->trainer.parameters)
            memcpy(look->parameters, *at, size);
        if (values != NULL)
            *at += size;
    }
    model_prepare(&arm->model, look->parameters, look->prepared);
    look->step = then->trainer.step;
    look->last = then->last;
    look->validation_loss = lab_validation_loss(then);
}

enum status history_look(struct history *history, struct lab *lab, long step,
                         struct error *error)
{
    const int moment = step == LAB_NOW ? -1 : history_nearest(history, step);
    struct lab_arm *then;
    char *at;

    if (moment < 0) {
        history->held = LAB_NOW;
        lab_look_now(lab);
        return STATUS_OK;
    }
    for (int i = 0; i < lab->arms; i++)
        if (reserve(&lab->arm[i], error) != STATUS_OK)
            return STATUS_NO_MEMORY;
    then = malloc(sizeof *then);
    if (then == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory to look back");
    at = history->moment[moment].bytes + lab_numbers_bytes();
    for (int i = 0; i < lab->arms; i++)
        look_back(&lab->arm[i], &at, then);
    free(then);
    lab->looking_at = history->held = history->moment[moment].step;
    lab->looks_through = has_other_layers(lab, &history->moment[moment].config);
    return STATUS_OK;
}

enum status history_return(struct history *history, struct lab *lab, int moment,
                           struct error *error)
{
    const struct history_moment *to = &history->moment[moment];
    enum status status;

    assert(moment >= 0 && moment < history->count);
    status = lab_forget_last_events(lab, to->events, error);
    if (status != STATUS_OK)
        return status;
    carry(to->bytes, lab, true);
    for (int i = 0; i < lab->arms; i++) {
        struct lab_arm *arm = &lab->arm[i];
        const bool has_usable = arm->trainer.has_usable;

        trainer_weights_changed(&arm->trainer); /* forgets what was usable ... */
        arm->trainer.has_usable = has_usable;   /* ... which is there again */
        arm->why.status = arm->stopped ? STATUS_DIVERGED : STATUS_OK;
        curve_cut(&arm->curve, arm->trainer.step);
    }
    history->count = moment + 1;
    history->held = LAB_NOW;
    lab_look_now(lab);
    return STATUS_OK;
}
