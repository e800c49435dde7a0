#include "lessons/lab.h"

#include <math.h>
#include <stdlib.h>

#include "common/clock.h"
#include "lessons/match.h"
#include "lessons/models.h"

enum { SNAPSHOTS = 3 /* of a lab that is watched: lessons/live.c */ };

static struct trainer_options trainer_options(const struct lab_config *config, int arm)
{
    const struct training_config *t = &config->training;

    return (struct trainer_options){
        .batch = t->batch,
        .threads = t->threads,
        .seed = t->seed,
        .optimizer = { .kind = t->optimizer,
                       .learning_rate = arm_learning_rate(config, arm),
                       .momentum = t->momentum,
                       .weight_decay = t->weight_decay },
        .clip = t->clip,
    };
}

/* With what the three snapshots of a lab that is watched copy of its trace. */
static size_t arm_bytes(const struct lab *lab, const struct lab_arm *arm)
{
    const struct trainer_options options = trainer_options(&lab->config, arm->number);

    return trainer_bytes(&arm->model, &lab->task, &options) +
           probe_bytes(&arm->model, &lab->task) +
           SNAPSHOTS * probe_trace_bytes(&arm->model, &lab->task);
}

static double gigabytes(size_t bytes)
{
    return (double)bytes / (1 << 30);
}

/* Memory for all arms, asked before any of it is taken. */
static enum status check_memory(const struct lab *lab, struct error *error)
{
    size_t all = 0;

    for (int i = 0; i < lab->arms; i++) {
        const struct lab_arm *arm = &lab->arm[i];
        const size_t bytes = arm_bytes(lab, arm);

        if (bytes > LAB_MEMORY_MAX)
            return error_set(
                error, STATUS_USAGE,
                "%s: this %s would take %.1f GB of memory, at most %.0f GB are allowed; make "
                "the task shorter or the model smaller",
                arm->name, lab->config.arm[arm->number].model, gigabytes(bytes),
                gigabytes(LAB_MEMORY_MAX));
        all += bytes;
    }
    if (all > LAB_MEMORY_MAX)
        return error_set(
            error, STATUS_USAGE,
            "%d arms would take %.1f GB of memory together, at most %.0f GB are allowed; make "
            "the task shorter or the models smaller",
            lab->arms, gigabytes(all), gigabytes(LAB_MEMORY_MAX));
    return STATUS_OK;
}

/* The model of an arm: shapes and names, no weights yet. */
static enum status plan_arm(struct lab *lab, int number, struct error *error)
{
    struct lab_arm *arm = &lab->arm[lab->arms++];

    arm->name = arm_name(number);
    arm->number = number;
    arm->last = (struct report){ (double)NAN, (double)NAN, (double)NAN };
    return arm_model(&arm->model, &lab->config.arm[number], &lab->task.shape, error);
}

static enum status make_arm(struct lab *lab, struct lab_arm *arm, struct error *error)
{
    const struct trainer_options options = trainer_options(&lab->config, arm->number);
    enum status status =
        trainer_create(&arm->trainer, &arm->model, &lab->task, &options, error);

    if (status == STATUS_OK)
        status = probe_create(&arm->probe, &arm->model, &lab->task, options.seed, error);
    return status;
}

enum status lab_create(struct lab **lab, const struct lab_config *config, struct error *error)
{
    enum status status = config_check(config, error);
    struct lab *made;

    if (status != STATUS_OK)
        return status;
    made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a lab");
    made->config = *config;
    status = task_open(&made->task, &config->task, error);
    if (status == STATUS_OK)
        status = match_apply(&made->config, &made->task.shape, error);
    for (int i = 0; i < ARMS_MAX && status == STATUS_OK; i++)
        if (config->arm[i].model[0] != '\0')
            status = plan_arm(made, i, error);
    if (status == STATUS_OK)
        status = check_memory(made, error);
    for (int i = 0; i < made->arms && status == STATUS_OK; i++)
        status = make_arm(made, &made->arm[i], error);
    if (status != STATUS_OK) {
        lab_free(made);
        return status;
    }
    *lab = made;
    return STATUS_OK;
}

void lab_free(struct lab *lab)
{
    if (lab == NULL)
        return;
    for (int i = 0; i < lab->arms; i++) {
        probe_free(&lab->arm[i].probe);
        trainer_free(&lab->arm[i].trainer);
        model_free(&lab->arm[i].model);
        profile_free(&lab->arm[i].first);
    }
    task_close(&lab->task);
    free(lab);
}

struct report lab_last(const struct lab_arm *arm)
{
    static const struct report nothing = { (double)NAN, (double)NAN, (double)NAN };

    return arm->stopped ? nothing : arm->last;
}

static void step_arm(struct lab *lab, struct lab_arm *arm)
{
    struct report report;

    if (trainer_step(&arm->trainer, &report, &arm->why) != STATUS_OK) {
        arm->stopped = true;
        return;
    }
    arm->last = report;
    curve_add(&arm->curve,
              (struct curve_point){ .step = lab->step,
                                    .loss = (float)report.loss,
                                    .accuracy = (float)report.accuracy,
                                    .gradient_norm = (float)report.gradient_norm });
}

bool lab_step(struct lab *lab)
{
    const double begin = clock_seconds();
    bool any = false;

    for (int i = 0; i < lab->arms; i++) {
        if (!lab->arm[i].stopped)
            step_arm(lab, &lab->arm[i]);
        any = any || !lab->arm[i].stopped;
    }
    if (any)
        lab->step++;
    lab->seconds += clock_seconds() - begin;
    return any;
}

void lab_pin(struct lab *lab, long sample)
{
    lab->sample = sample;
    for (int i = 0; i < lab->arms; i++)
        probe_pin(&lab->arm[i].probe, sample);
}

void lab_loss_at(struct lab *lab, int step)
{
    for (int i = 0; i < lab->arms; i++) {
        struct probe *probe = &lab->arm[i].probe;

        probe->from = step == LAB_ALL_OUTPUTS ? PROBE_MEAN : PROBE_UNIT;
        probe->loss_at = step == LAB_ALL_OUTPUTS ? PROBE_LAST : step;
    }
}

enum status lab_probe(struct lab *lab, bool many, struct error *error)
{
    enum status status = STATUS_OK;

    for (int i = 0; i < lab->arms && status == STATUS_OK; i++) {
        struct lab_arm *arm = &lab->arm[i];
        const struct weights weights = trainer_weights(&arm->trainer);

        status = probe_run(&arm->probe, weights, error);
        if (status == STATUS_OK && many)
            status = probe_run_many(&arm->probe, weights, error);
        if (status == STATUS_OK && many && lab->step == 0)
            status = profile_copy(&arm->first, &arm->probe.profile, error);
    }
    return status;
}

void lab_test(struct lab *lab, int arm, struct report *report)
{
    trainer_evaluate(&lab->arm[arm].trainer, RANDOM_TEST, LAB_TEST_SEQUENCES, report);
}
