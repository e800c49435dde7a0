#include "lessons/change.h"

#include <stdlib.h>
#include <string.h>

#include "lessons/change_record.h"
#include "lessons/match.h"
#include "lessons/models.h"
#include "lessons/recurrent_arm.h"

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
    bool back; /* to what was before: the weights will follow, and nothing is recorded */
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
    const struct change_extent found = change_extent(arm->number, &lab->config, &plan->config);
    enum status status = STATUS_OK;

    planned->rebuilt = threads || found.model;
    planned->other = found.gain || found.model || plan->back;
    if (found.gain && !plan->back)
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
    const bool threads = change_extent(-1, &lab->config, &plan->config).threads;
    enum status status = config_check_rest(&plan->config, &lab->task, error);

    if (status == STATUS_OK)
        status = match_apply(&plan->config, &lab->task.shape, error);
    if (status == STATUS_OK && !plan->back && !change_is_at_once(&lab->config, &plan->config))
        status = error_set(error, STATUS_USAGE, "the change needs a restart");
    for (int i = 0; i < lab->arms && status == STATUS_OK; i++)
        status = plan_arm(plan, lab, i, threads, error);
    if (status == STATUS_OK)
        status = check_memory(plan, lab, error);
    for (int i = 0; i < lab->arms && status == STATUS_OK; i++)
        status = plan_rooms(&plan->arm[i], &lab->arm[i], &plan->config, error);
    if (status == STATUS_OK && !plan->back)
        status = change_reserve(lab, &plan->config, error);
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
        trace_reset(&arm->probe.mean); /* perhaps of other heads */
        arm->edit_count = 0;
        before_forget(&arm->before);
    }
    if (planned->rebuilt)
        trainer_move(&arm->trainer, &planned->rooms, &arm->model);
}

/* Cannot fail. */
static void carry_out(struct lab *lab, struct plan *plan)
{
    bool other = false;

    for (int i = 0; i < lab->arms; i++)
        other = other || plan->arm[i].other;
    if (!plan->back)
        change_record(lab, &plan->config, other);
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

static enum status change(struct lab *lab, const struct lab_config *next, bool back,
                          struct error *error)
{
    struct plan *plan = calloc(1, sizeof *plan);
    enum status status;

    if (plan == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a change");
    plan->config = *next;
    plan->back = back;
    status = make_plan(plan, lab, error);
    if (status == STATUS_OK)
        carry_out(lab, plan);
    free_plan(plan);
    return status;
}

enum status lab_change(struct lab *lab, const struct lab_config *next, struct error *error)
{
    return change(lab, next, false, error);
}

enum status lab_extend(struct lab *lab, long limit, struct error *error)
{
    const enum status status = event_list_reserve(&lab->events, 1, error);

    if (status == STATUS_OK) {
        change_record_limit(lab, limit);
        lab->limit = limit;
    }
    return status;
}

/* Was it made before any arm had made so many updates? */
static bool is_before(const struct lab *lab, const struct event *event, const long *step)
{
    for (int i = 0; i < lab->arms; i++)
        if (event->step[lab->arm[i].number] >= step[i])
            return false;
    return true;
}

enum status lab_forget_events(struct lab *lab, const long step[ARMS_MAX], struct error *error)
{
    int kept = 0;

    while (kept < lab->events.count && is_before(lab, &lab->events.items[kept], step))
        kept++;
    return lab_forget_last_events(lab, kept, error);
}

enum status lab_forget_last_events(struct lab *lab, int kept, struct error *error)
{
    struct lab_config config = config_resolved(&lab->origin, &lab->task);
    long limit = config.training.steps;
    enum status status;

    if (kept == lab->events.count)
        return STATUS_OK;
    status = events_apply(&lab->events, 0, kept, &config, &limit, error);
    config.task = lab->config.task; /* the default lengths stay as they were given */
    if (status == STATUS_OK)
        status = change(lab, &config, true, error);
    if (status != STATUS_OK)
        return status;
    lab->limit = limit;
    lab->events.count = lab->events_made = kept;
    return STATUS_OK;
}
