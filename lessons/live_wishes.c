/* live_wishes.c - what each wish does, in the training thread, between two steps. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "lessons/change.h"
#include "lessons/live_parts.h"
#include "lessons/run_keep.h"

/* ------------------------------------------------------------------------------------- labs */

static void forget_steps(struct live *live)
{
    live->steps_left = 0;
    memset(live->alone_left, 0, sizeof live->alone_left);
}

/* Steps are counted from here on. */
static void count_from_here(struct live *live)
{
    forget_steps(live);
    live->rate_from = live->lab->step;
    live->rate_since = clock_seconds();
    live->rate = 0;
    live->unprobed_many = true;
}

void live_begin_lab(struct live *live, struct lab *lab)
{
    live->lab = lab;
    live_note_config(live);
    claims_live_restart(&live->claims);
    past_free(&live->past);
    past_begin(&live->past, lab);
    count_from_here(live);
    for (int i = 0; i < ARMS_MAX; i++)
        generation_free(&live->generation[i]);
    if (generation_writes(&lab->task, &live->writes, NULL) != STATUS_OK)
        live->writes = WRITES_NOTHING;
}

/* The sequence that the old lab looked at; the first if it was a hand's, and is none here. */
static void pin_as_before(struct lab *lab, const struct lab *old)
{
    char *text = old->sample == LAB_OWN_INPUT
                     ? task_render(&old->task, &old->arm[0].probe.one, 0)
                     : NULL;

    if (text == NULL || lab_input(lab, text, NULL) != STATUS_OK)
        lab_pin(lab, old->sample >= 0 ? old->sample : 0);
    free(text);
}

/* A new lab in place of the old one, looking at the same sequence and output. */
static void restart(struct live *live, const struct wish *wish)
{
    struct lab *old = live->lab, *lab;
    struct error error;

    if (lab_create(&lab, &wish->config, &error) != STATUS_OK) {
        live_refuse(live, &error);
        return;
    }
    lab_average(lab, old->arm[0].probe.average);
    lab_raw(lab, old->raw);
    pin_as_before(lab, old);
    lab_loss_at(lab, old->arm[0].probe.from == PROBE_MEAN ? LAB_ALL_OUTPUTS
                                                          : old->arm[0].probe.loss_at);
    if (wish->lesson != NULL)
        claims_live_begin(&live->claims, wish->lesson);
    live_begin_lab(live, lab); /* nobody writes from the old one any more */
    lab_free(old);
}

static void look(struct live *live, const struct wish *wish)
{
    struct error error;

    if (history_look(&live->past.history, live->lab, wish->number, &error) != STATUS_OK)
        live_refuse(live, &error);
    live->unprobed_many = true;
}

/*
 * With other layers, perhaps: what was prepared for the old ones is nothing for the new. Where
 * that finds no memory one looks at the present again.
 */
static void look_again(struct live *live)
{
    struct history *history = &live->past.history;
    struct error error;

    if (live->lab->looking_at == LAB_NOW)
        return;
    if (history_look(history, live->lab, live->lab->looking_at, &error) != STATUS_OK) {
        live_refuse(live, &error);
        history_look(history, live->lab, LAB_NOW, NULL);
    }
    live->unprobed_many = true;
}

/* Arms that write may have other models than before. */
static void check_writers(struct live *live)
{
    for (int i = 0; i < live->lab->arms; i++)
        generation_check(&live->generation[i], &live->lab->arm[i]);
}

/* Without a restart, if that is possible. */
static void change(struct live *live, const struct wish *wish)
{
    struct error error;

    if (!change_is_at_once(&live->lab->config, &wish->config))
        restart(live, wish);
    else if (lab_change(live->lab, &wish->config, &error) != STATUS_OK)
        live_refuse(live, &error);
    else
        look_again(live);
    live_note_config(live);
    check_writers(live);
}

static void fork_from_there(struct live *live, const struct wish *wish)
{
    const bool same = wish->config.task.name[0] == '\0';
    struct error error;

    if (past_fork(&live->past, live->lab, same ? NULL : &wish->config, &error) != STATUS_OK)
        live_refuse(live, &error);
    live_note_config(live);
    check_writers(live);
    count_from_here(live);
}

/* ---------------------------------------------------------------------------------- folders */

/* Between two steps, so that it is one moment of the lab. */
static void save_run(struct live *live, const struct wish *wish)
{
    char name[LIVE_PATH_MAX + 32], folder[RUN_PATH_MAX];
    struct error error;

    snprintf(name, sizeof name, "%s-step%ld-run", wish->path, live->lab->step);
    if (run_keep(folder, name, live->lab, &error) == STATUS_OK)
        live_tell(live, NEWS_SAVED, folder);
    else
        live_refuse(live, &error);
}

/* On failure the lab that there is goes on. */
static void open_run(struct live *live, const struct wish *wish)
{
    struct lab *old = live->lab, *lab;
    struct error error;

    if (run_open(&lab, wish->path, &error) != STATUS_OK) {
        live_refuse(live, &error);
        return;
    }
    lab_average(lab, old->arm[0].probe.average);
    lab_raw(lab, old->raw);
    live_begin_lab(live, lab);
    lab_free(old);
    live->running = false;
    live_tell(live, NEWS_OPENED, wish->path);
}

/* ------------------------------------------------------------------------ one wish, one act */

/* Once more as long. */
static void train_longer(struct live *live)
{
    struct lab *lab = live->lab;
    struct error error;

    if (lab_extend(lab, lab->step + lab->config.training.steps, &error) != STATUS_OK)
        live_refuse(live, &error);
}

static void run(struct live *live, const struct wish *wish)
{
    (void)wish;
    live->running = true;
    forget_steps(live);
    if (live_is_at_end(live->lab))
        train_longer(live);
}

static void pause_run(struct live *live, const struct wish *wish)
{
    (void)wish;
    live->running = false;
    forget_steps(live);
}

static void step(struct live *live, const struct wish *wish)
{
    live->running = false;
    live->steps_left += wish->number;
}

/* Is the wish about an arm that there is? It may be of a lab that is no more. */
static bool has_arm(const struct live *live, const struct wish *wish)
{
    return wish->number >= 0 && wish->number < live->lab->arms;
}

static void step_arm(struct live *live, const struct wish *wish)
{
    live->running = false;
    if (has_arm(live, wish))
        live->alone_left[wish->number]++;
}

static void pin(struct live *live, const struct wish *wish)
{
    lab_pin(live->lab, wish->number);
}

static void take_loss_at(struct live *live, const struct wish *wish)
{
    lab_loss_at(live->lab, wish->number == WISH_LOSS_ALL    ? LAB_ALL_OUTPUTS
                           : wish->number == WISH_LOSS_LAST ? PROBE_LAST
                                                            : (int)wish->number);
}

static void take_raw(struct live *live, const struct wish *wish)
{
    lab_raw(live->lab, wish->number != 0);
}

static void edit(struct live *live, const struct wish *wish)
{
    struct error error;

    if (has_arm(live, wish) && !lab_edit(live->lab, (int)wish->number, &wish->edit)) {
        lab_edit_refusal(live->lab, (int)wish->number, &wish->edit, &error);
        live_refuse(live, &error);
    }
}

static void clear_edits(struct live *live, const struct wish *wish)
{
    (void)wish;
    lab_edits_clear(live->lab);
}

static void average(struct live *live, const struct wish *wish)
{
    lab_average(live->lab, wish->number != 0);
    live->next_many = 0; /* somebody waits for it */
}

static void input(struct live *live, const struct wish *wish)
{
    struct error error;

    if (lab_input(live->lab, wish->generation.prompt, &error) != STATUS_OK)
        live_refuse(live, &error);
}

static void generate(struct live *live, const struct wish *wish)
{
    for (int i = 0; i < live->lab->arms; i++)
        if (wish->number < 0 || wish->number == i)
            generation_begin(&live->generation[i], live->lab, &live->lab->arm[i],
                             &wish->generation);
}

static void generate_more(struct live *live, const struct wish *wish)
{
    for (int i = 0; i < live->lab->arms; i++)
        generation_more(&live->generation[i], (int)wish->number);
}

static void watch_claims(struct live *live, const struct wish *wish)
{
    claims_live_begin(&live->claims, wish->lesson);
}

static const struct {
    void (*act)(struct live *live, const struct wish *wish);
    bool pinned; /* of the pinned sequence alone */
} wishes[WISH_KINDS] = {
    [WISH_RUN] = { run, false },
    [WISH_PAUSE] = { pause_run, false },
    [WISH_STEP] = { step, false },
    [WISH_STEP_ARM] = { step_arm, false },
    [WISH_RESTART] = { restart, false },
    [WISH_CHANGE] = { change, false },
    [WISH_SAMPLE] = { pin, true },
    [WISH_LOSS_AT] = { take_loss_at, false },
    [WISH_SEED] = { take_raw, false },
    [WISH_EDIT] = { edit, true },
    [WISH_EDITS_CLEAR] = { clear_edits, true },
    [WISH_AVERAGE] = { average, false },
    [WISH_SAVE_RUN] = { save_run, false },
    [WISH_OPEN_RUN] = { open_run, false },
    [WISH_INPUT] = { input, true },
    [WISH_GENERATE] = { generate, true },
    [WISH_GENERATE_MORE] = { generate_more, true },
    [WISH_CLAIMS] = { watch_claims, true },
    [WISH_LOOK] = { look, false },
    [WISH_FORK] = { fork_from_there, false },
};

bool live_discards(const struct wish *wish, const struct lab_config *now)
{
    return wish->kind == WISH_RESTART || wish->kind == WISH_OPEN_RUN ||
           (wish->kind == WISH_CHANGE && !change_is_at_once(now, &wish->config));
}

bool live_is_of_the_pinned(enum wish_kind kind)
{
    return wishes[kind].pinned;
}

void live_apply(struct live *live, const struct wish *wish)
{
    live->unprobed = true;
    if (live->lab->looking_at != LAB_NOW && !live_is_of_the_pinned(wish->kind))
        live->unprobed_many = true;
    wishes[wish->kind].act(live, wish);
}
