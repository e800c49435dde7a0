#include "lessons/repair.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/tasks/task.h"
#include "lessons/models.h"

enum { HEADS_MOST = 64, WIDTH_MOST = 1024 /* of the keys */ };

void repair_say(struct repairs *repairs, const char *format, ...)
{
    const size_t used = strlen(repairs->said);
    char *end = repairs->said + used;
    const size_t room = sizeof repairs->said - used;
    va_list arguments;
    int gap, width;

    gap = snprintf(end, room, "%s", used > 0 ? "; " : "");
    va_start(arguments, format);
    width = (size_t)gap < room ? vsnprintf(end + gap, room - (size_t)gap, format, arguments)
                               : (int)room;
    va_end(arguments);
    if ((size_t)gap + (size_t)width >= room)
        *end = '\0';
}

bool repair_is_matched(const struct lab_config *config, int arm)
{
    return config->arm[arm].model[0] != '\0' && config->training.match != MATCH_NONE &&
           arm != config->training.match_reference &&
           model_kind_has_core(arm_kind(&config->arm[arm]));
}

static bool is_rope(const struct arm_config *arm)
{
    return !arm_kind(arm)->recurrent && arm->positions == POSITIONS_ROPE;
}

bool repair_heads_fit(const struct arm_config *arm, int heads)
{
    const int width = arm_attention_width(arm, arm_kind(arm));

    return heads >= 1 && heads <= HEADS_MOST && width % heads == 0 &&
           (!is_rope(arm) || width / heads % 2 == 0);
}

/* The number of heads nearest to the arm's that fits; 0: none does. */
static int nearest_heads(const struct arm_config *arm)
{
    int best = 0;

    for (int heads = 1; heads <= HEADS_MOST; heads++)
        if (repair_heads_fit(arm, heads) &&
            (best == 0 || abs(heads - arm->heads) < abs(best - arm->heads)))
            best = heads;
    return best;
}

/* A matched arm gets another width anyway, in steps that its heads divide. */
static void widen_to_heads(struct arm_config *arm)
{
    int *size = arm_kind(arm)->recurrent ? &arm->hidden : &arm->width;

    while (!repair_heads_fit(arm, arm->heads) && *size < WIDTH_MOST)
        ++*size;
    while (!repair_heads_fit(arm, arm->heads) && *size > 1)
        --*size;
}

/* Heads follow the width; only rope can leave none that would fit: pairs of an odd width. */
static void repair_heads(struct lab_config *config, const struct arm_config *before, int number,
                         struct repairs *repairs)
{
    struct arm_config *arm = &config->arm[number];
    const int wanted = arm->heads;
    int heads;

    if (!arm_kind(arm)->uses_heads || repair_heads_fit(arm, wanted))
        return;
    if (repair_is_matched(config, number) && arm->heads != before->heads) {
        widen_to_heads(arm);
        return;
    }
    heads = nearest_heads(arm);
    if (heads == 0 && arm->positions != before->positions) {
        arm->width++;
        heads = nearest_heads(arm);
        repair_say(repairs, "%s.width %d: rope needs an even one", arm_name(number),
                   arm->width);
    } else if (heads == 0) {
        arm->positions = POSITIONS_LEARNED;
        heads = nearest_heads(arm);
        repair_say(repairs, "%s.positions learned: rope needs an even width", arm_name(number));
    }
    arm->heads = heads;
    if (heads != wanted)
        repair_say(repairs, "%s.heads %d: %d do not divide %d", arm_name(number), heads, wanted,
                   arm_attention_width(arm, arm_kind(arm)));
}

/* What only the other family has goes back to what it is by default. */
static void forget_family(struct arm_config *arm)
{
    const struct arm_config plain = config_default().arm[0];

    if (arm_kind(arm)->recurrent) {
        arm->positions = plain.positions;
        arm->mask = plain.mask;
        arm->norm = plain.norm;
        arm->feed_forward = plain.feed_forward;
        arm->residual = plain.residual;
    } else {
        arm->squash = plain.squash;
        arm->direction = plain.direction;
        arm->state = plain.state;
        arm->truncate = plain.truncate;
    }
    arm->layers = 0;
    arm->initial = WEIGHTS_DEFAULT;
    arm->learning_rate = 0;
    arm->squash = plain.squash;
    arm->forget_bias = plain.forget_bias;
    arm->drive = plain.drive;
}

/* Choices of which one excludes the other: the newer one stays. */
static void repair_recurrent(struct arm_config *arm, const struct arm_config *before,
                             const char *name, struct repairs *repairs)
{
    if (arm->initial == WEIGHTS_CHRONO && arm->forget_bias > 0) {
        if (before->initial == WEIGHTS_CHRONO) {
            arm->initial = WEIGHTS_DEFAULT;
            repair_say(repairs, "%s.initial default: chrono sets the forget bias itself", name);
        } else {
            arm->forget_bias = 0;
            repair_say(repairs, "%s.forget_bias 0: chrono sets it", name);
        }
    }
    if (arm->truncate > 0 && arm->direction == DIRECTION_BOTH) {
        if (before->direction == DIRECTION_BOTH) {
            arm->direction = DIRECTION_FORWARD;
            repair_say(repairs, "%s.direction forward: truncate needs it", name);
        } else {
            arm->truncate = 0;
            repair_say(repairs, "%s.truncate 0: both reads from the end, too", name);
        }
    }
}

static void repair_arm(struct lab_config *config, const struct lab_config *before, int number,
                       struct repairs *repairs)
{
    struct arm_config *arm = &config->arm[number];
    const struct arm_config *old = &before->arm[number];
    const struct model_kind *kind;

    if (model_kind_find(&kind, arm->model, NULL) != STATUS_OK)
        return; /* there is no such arm, or it is refused */
    if (strcmp(arm->model, old->model) != 0)
        forget_family(arm);
    repair_recurrent(arm, old, arm_name(number), repairs);
    repair_heads(config, old, number, repairs);
}

static void repair_task(struct lab_config *config, const struct lab_config *before,
                        struct repairs *repairs)
{
    struct task_options *task = &config->task;

    if (strcmp(task->name, before->task.name) != 0) {
        struct task_options fresh = { 0 };

        snprintf(fresh.name, sizeof fresh.name, "%s", task->name);
        *task = fresh;
        return;
    }
    if (task->length == 0)
        return;
    if (task->shortest > task->length) {
        task->shortest = task->length;
        repair_say(repairs, "task.shortest %d", task->shortest);
    }
    if (task->test_length > 0 && task->test_length <= task->length) {
        task->test_length = 0;
        repair_say(repairs, "task.test_length 0: it must be longer");
    }
    if (task->shown == SHOWN_LONGER && task->test_length == 0) {
        task->shown = SHOWN_TRAINED;
        repair_say(repairs, "task.shown trained: there is no longer test");
    }
}

static void repair_training(struct lab_config *config, struct repairs *repairs)
{
    struct training_config *training = &config->training;

    if (training->patience > 0 && training->validate_every == 0) {
        training->patience = 0;
        repair_say(repairs, "training.patience 0: nobody looks");
    }
}

void repair_after(struct lab_config *config, const struct lab_config *before,
                  struct repairs *repairs)
{
    repair_task(config, before, repairs);
    repair_training(config, repairs);
    for (int i = 0; i < ARMS_MAX; i++)
        repair_arm(config, before, i, repairs);
}

static bool give_up_drive(struct lab_config *config, struct repairs *repairs)
{
    bool any = false;

    for (int i = 0; i < ARMS_MAX; i++)
        if (config->arm[i].model[0] != '\0' && config->arm[i].drive > 0) {
            config->arm[i].drive = 0;
            any = true;
            repair_say(repairs, "%s.drive 0: it needs one unit for each number of the input",
                       arm_name(i));
        }
    return any;
}

static bool give_up_choices(struct lab_config *config, struct repairs *repairs)
{
    struct task_options *task = &config->task, fresh = { .length = task->length };

    snprintf(fresh.name, sizeof fresh.name, "%s", task->name);
    snprintf(fresh.file, sizeof fresh.file, "%s", task->file);
    if (memcmp(task, &fresh, sizeof fresh) == 0)
        return false;
    *task = fresh;
    repair_say(repairs, "the task's other choices as they are by default");
    return true;
}

static bool give_up_match(struct lab_config *config, struct repairs *repairs)
{
    if (config->training.match == MATCH_NONE)
        return false;
    config->training.match = MATCH_NONE;
    repair_say(repairs, "training.match none: no width comes near enough");
    return true;
}

bool repair_relax(struct lab_config *config, enum repair_resort resort, struct repairs *repairs)
{
    static bool (*const resorts[REPAIR_RESORTS])(struct lab_config *, struct repairs *) = {
        [RESORT_DRIVE] = give_up_drive,
        [RESORT_CHOICES] = give_up_choices,
        [RESORT_MATCH] = give_up_match,
    };

    return resorts[resort](config, repairs);
}
