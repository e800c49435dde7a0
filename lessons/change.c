#include "lessons/change.h"

#include <stdlib.h>
#include <string.h>

#include "lessons/match.h"
#include "lessons/models.h"
#include "lessons/recurrent_arm.h"

/* A smaller gain leaves too little of a matrix to be multiplied. */
static const double GAIN_LEAST = 1e-6;

/* Keys that are not here are CHANGE_RESTART. */
static const struct {
    const char *section, *name;
    enum change_kind kind;
} kinds[] = {
    { "training", "steps", CHANGE_OPTION },
    { "training", "threads", CHANGE_NOTHING },
    { "training", "report_every", CHANGE_NOTHING },
    { "training", "learning_rate", CHANGE_OPTION },
    { "training", "momentum", CHANGE_OPTION },
    { "training", "weight_decay", CHANGE_OPTION },
    { "training", "clip", CHANGE_OPTION },
    { "training", "warmup", CHANGE_OPTION },
    { "training", "schedule", CHANGE_OPTION },
    { "training", "decay_from", CHANGE_OPTION },
    { "training", "decay_to", CHANGE_OPTION },
    { "training", "decay_every", CHANGE_OPTION },
    { "training", "decay_by", CHANGE_OPTION },
    { "training", "validate_every", CHANGE_OPTION },
    { "training", "patience", CHANGE_OPTION },
    { "training", "checkpoint_every", CHANGE_NOTHING },
    { "training", "checkpoint_seconds", CHANGE_NOTHING },
    { "arm", "learning_rate", CHANGE_OPTION },
    { "arm", "gain", CHANGE_GAIN },
    { "arm", "heads", CHANGE_MODEL },
    { "arm", "squash", CHANGE_MODEL },
    { "arm", "truncate", CHANGE_MODEL },
    { "arm", "positions", CHANGE_MODEL },
    { "arm", "mask", CHANGE_MODEL },
    { "arm", "span", CHANGE_MODEL },
    { "arm", "residual", CHANGE_MODEL },
};

/* Where the key's value is. */
static const char *member(const struct config_key *key, int arm, const struct lab_config *of)
{
    const char *section = (const char *)&of->task;

    if (strcmp(key->section, "training") == 0)
        section = (const char *)&of->training;
    if (strcmp(key->section, "arm") == 0)
        section = (const char *)&of->arm[arm];
    return section + key->offset;
}

bool change_differs(const struct config_key *key, int arm, const struct lab_config *now,
                    const struct lab_config *next)
{
    const char *a = member(key, arm, now), *b = member(key, arm, next);

    return key->kind == KEY_WORD ? strcmp(a, b) != 0 : memcmp(a, b, key->size) != 0;
}

static bool has_gain(const struct arm_config *arm)
{
    return arm->initial == WEIGHTS_ORTHOGONAL || arm->initial == WEIGHTS_IDENTITY;
}

static enum change_kind kind_of_arm_key(const struct config_key *key, enum change_kind kind,
                                        const struct lab_config *now,
                                        const struct arm_config *a, const struct arm_config *b)
{
    const enum training_match match = now->training.match;

    if (kind == CHANGE_GAIN && (!has_gain(a) || a->gain < GAIN_LEAST))
        return has_gain(a) ? CHANGE_RESTART : CHANGE_NOTHING;
    if (kind == CHANGE_MODEL && match == MATCH_FLOPS)
        return CHANGE_RESTART; /* it may choose other widths */
    if (strcmp(key->name, "heads") == 0 && match != MATCH_NONE)
        return CHANGE_RESTART; /* the same: widths are multiples of them */
    if (strcmp(key->name, "positions") == 0 &&
        (a->positions == POSITIONS_LEARNED || b->positions == POSITIONS_LEARNED))
        return CHANGE_RESTART; /* a table more, or less */
    return kind;
}

enum change_kind change_kind_of(const struct config_key *key, int arm,
                                const struct lab_config *now, const struct lab_config *next)
{
    enum change_kind kind = CHANGE_RESTART;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].section, key->section) == 0 &&
            strcmp(kinds[i].name, key->name) == 0)
            kind = kinds[i].kind;
    if (strcmp(key->section, "arm") == 0)
        return kind_of_arm_key(key, kind, now, &now->arm[arm], &next->arm[arm]);
    if (strcmp(key->name, "validate_every") == 0 &&
        (now->training.validate_every == 0 || next->training.validate_every == 0))
        return CHANGE_RESTART; /* the best weights have a place, or not */
    return kind;
}

/* What differs, of the whole or of one arm. */
struct extent_of_change {
    bool restart, model, gain, threads;
};

static void add_difference(struct extent_of_change *found, const struct config_key *key,
                           int arm, const struct lab_config *now, const struct lab_config *next)
{
    if (!change_differs(key, arm, now, next))
        return;
    switch (change_kind_of(key, arm, now, next)) {
    case CHANGE_RESTART:
        found->restart = true;
        break;
    case CHANGE_OPTION:
        break;
    case CHANGE_MODEL:
        found->model = true;
        break;
    case CHANGE_GAIN:
        found->gain = true;
        break;
    case CHANGE_NOTHING:
        found->threads = found->threads || strcmp(key->name, "threads") == 0;
        break;
    }
}

/* Of the task and the training, arm -1; or of that arm, which both have. */
static struct extent_of_change compare(int arm, const struct lab_config *now,
                                       const struct lab_config *next)
{
    struct extent_of_change found = { false };
    int count;
    const struct config_key *keys = config_keys(&count);

    for (int i = 0; i < count; i++)
        if ((strcmp(keys[i].section, "arm") == 0) == (arm >= 0))
            add_difference(&found, &keys[i], arm, now, next);
    return found;
}

bool change_is_at_once(const struct lab_config *now, const struct lab_config *next)
{
    bool restart = compare(-1, now, next).restart;

    for (int i = 0; i < ARMS_MAX && !restart; i++)
        if (now->arm[i].model[0] != '\0' || next->arm[i].model[0] != '\0')
            restart = compare(i, now, next).restart;
    return !restart;
}

/* What an arm will be, all made before any of it takes its place. */
struct planned_arm {
    bool rebuilt;    /* the trainer has other rooms */
    bool other;      /* it computes something else: other layers, or other weights */
    bool remodelled; /* model and probe are new */
    struct sequence_model model;
    struct trainer_rooms rooms;
    struct workspace probe;
    real *weights; /* NULL: they stay */
};

struct plan {
    struct lab_config config;
    struct planned_arm arm[ARMS_MAX];
};

static bool has_same_parameters(const struct parameter_list *a, const struct parameter_list *b)
{
    bool same = a->count == b->count && a->total == b->total;

    for (int i = 0; same && i < a->count; i++) {
        const struct parameter *p = &a->items[i], *q = &b->items[i];

        same = strcmp(p->name, q->name) == 0 && p->rank == q->rank && p->offset == q->offset &&
               memcmp(p->shape, q->shape, sizeof p->shape) == 0;
    }
    return same;
}

static enum status plan_model(struct planned_arm *plan, const struct lab_arm *arm,
                              const struct lab_config *next, const struct task *task,
                              struct error *error)
{
    enum status status = arm_model(&plan->model, &next->arm[arm->number], &task->shape, error);

    if (status != STATUS_OK)
        return status;
    plan->remodelled = true;
    if (!has_same_parameters(&plan->model.parameters, &arm->model.parameters))
        return error_set(error, STATUS_USAGE, "%s: it would have other weights: restart",
                         arm->name);
    return STATUS_OK;
}

static enum status plan_weights(struct planned_arm *plan, struct lab_arm *arm, double factor,
                                struct error *error)
{
    const size_t total = arm->model.parameters.total;
    const struct validation *validation = &arm->validation;

    plan->weights = malloc(total * sizeof *plan->weights);
    if (plan->weights == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory for %zu weights", arm->name,
                         total);
    memcpy(plan->weights, validation->restored ? validation->weights : arm->trainer.parameters,
           total * sizeof *plan->weights);
    if (!recurrent_arm_scale(&arm->model.parameters, plan->weights, factor))
        return error_set(error, STATUS_USAGE,
                         "%s: %g times its recurrent weights are too large for a number",
                         arm->name, factor);
    return STATUS_OK;
}

/* Everything that takes memory. */
static enum status plan_rooms(struct planned_arm *plan, const struct lab_arm *arm,
                              const struct lab_config *next, struct error *error)
{
    const struct trainer_options options = arm_trainer_options(next, arm->number);
    const struct sequence_model *model = plan->remodelled ? &plan->model : &arm->model;
    enum status status = STATUS_OK;

    if (plan->remodelled)
        status =
            workspace_create(&plan->probe, model, arm->probe.workspace.capacity, true, error);
    if (status == STATUS_OK && plan->rebuilt)
        status = trainer_rooms_create(&plan->rooms, &arm->trainer, model, &options, error);
    return status;
}

static enum status plan_arm(struct plan *plan, struct lab *lab, int i, bool threads,
                            struct error *error)
{
    struct planned_arm *planned = &plan->arm[i];
    struct lab_arm *arm = &lab->arm[i];
    const struct arm_config *now = &lab->config.arm[arm->number];
    const struct arm_config *next = &plan->config.arm[arm->number];
    const struct extent_of_change found = compare(arm->number, &lab->config, &plan->config);
    enum status status = STATUS_OK;

    planned->rebuilt = threads || found.model;
    planned->other = found.gain || found.model;
    if (found.gain)
        status = plan_weights(planned, arm, next->gain / now->gain, error);
    if (status == STATUS_OK && found.model)
        status = plan_model(planned, arm, &plan->config, &lab->task, error);
    return status;
}

/* Would the lab with the planned models take too much? */
static enum status check_memory(const struct plan *plan, const struct lab *lab,
                                struct error *error)
{
    struct lab *planned = malloc(sizeof *planned);
    enum status status;

    if (planned == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a change");
    *planned = *lab;
    planned->config = plan->config;
    for (int i = 0; i < lab->arms; i++)
        if (plan->arm[i].remodelled)
            planned->arm[i].model = plan->arm[i].model;
    status = lab_check_memory(planned, error);
    free(planned);
    return status;
}

static enum status make_plan(struct plan *plan, struct lab *lab, struct error *error)
{
    const bool threads = compare(-1, &lab->config, &plan->config).threads;
    enum status status = config_check_rest(&plan->config, &lab->task, error);

    if (status == STATUS_OK)
        status = match_apply(&plan->config, &lab->task.shape, error);
    if (status == STATUS_OK && !change_is_at_once(&lab->config, &plan->config))
        status = error_set(error, STATUS_USAGE, "the change needs a restart");
    for (int i = 0; i < lab->arms && status == STATUS_OK; i++)
        status = plan_arm(plan, lab, i, threads, error);
    if (status == STATUS_OK)
        status = check_memory(plan, lab, error);
    for (int i = 0; i < lab->arms && status == STATUS_OK; i++)
        status = plan_rooms(&plan->arm[i], &lab->arm[i], &plan->config, error);
    return status;
}

static void free_plan(struct plan *plan)
{
    for (int i = 0; i < ARMS_MAX; i++) {
        free(plan->arm[i].weights);
        trainer_rooms_free(&plan->arm[i].rooms);
        workspace_free(&plan->arm[i].probe);
        model_free(&plan->arm[i].model);
    }
    free(plan);
}

/* The other layers take the old ones' place, with their workspaces. */
static void move_in(struct lab_arm *arm, struct planned_arm *planned)
{
    if (planned->remodelled) {
        model_free(&arm->model);
        arm->model = planned->model;
        planned->model = (struct sequence_model){ 0 };
        workspace_free(&arm->probe.workspace);
        arm->probe.workspace = planned->probe;
        planned->probe = (struct workspace){ 0 };
    }
    if (planned->rebuilt)
        trainer_move(&arm->trainer, &planned->rooms, &arm->model);
}

/* Cannot fail. */
static void carry_out(struct lab *lab, struct plan *plan)
{
    for (int i = 0; i < lab->arms; i++) {
        struct planned_arm *planned = &plan->arm[i];
        struct lab_arm *arm = &lab->arm[i];

        if (planned->other && arm->validation.weights != NULL) {
            validation_forget(&arm->validation, &arm->trainer);
            arm->finished = false;
        }
        move_in(arm, planned);
        if (planned->weights != NULL)
            memcpy(arm->trainer.parameters, planned->weights,
                   arm->model.parameters.total * sizeof(real));
        if (planned->other)
            trainer_weights_changed(&arm->trainer);
        arm->trainer.options = arm_trainer_options(&plan->config, arm->number);
    }
    if (plan->config.training.steps != lab->config.training.steps)
        lab->limit = plan->config.training.steps;
    lab->config = plan->config;
}

enum status lab_change(struct lab *lab, const struct lab_config *next, struct error *error)
{
    struct plan *plan = calloc(1, sizeof *plan);
    enum status status;

    if (plan == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a change");
    plan->config = *next;
    status = make_plan(plan, lab, error);
    if (status == STATUS_OK)
        carry_out(lab, plan);
    free_plan(plan);
    return status;
}
