#include "lessons/lab.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "common/clock.h"
#include "lessons/generation.h"
#include "lessons/lab_parts.h"
#include "lessons/match.h"
#include "lessons/models.h"
#include "lessons/pace.h"

enum {
    SNAPSHOTS = 3,    /* of a lab that is watched: LIVE_BUFFERS */
    LOOKED_BLOCKS = 6 /* of weights: step 0 in its history, and what is looked at */
};

bool lab_validates(const struct lab *lab)
{
    return lab->config.training.validate_every > 0;
}

struct task lab_shown_task(const struct lab *lab)
{
    struct task shown = lab->task.options.shown == SHOWN_LONGER ? lab->longer : lab->task;

    shown.options.shortest = lab->task.options.shortest;
    return shown;
}

/* With what a lab that is watched copies: snapshots, what it writes, what it looks back at. */
static size_t arm_bytes(const struct lab *lab, const struct lab_arm *arm)
{
    const struct trainer_options options = arm_trainer_options(&lab->config, arm->number);
    const struct task shown = lab_shown_task(lab);

    return trainer_bytes(&arm->model, &lab->task, &options) +
           (lab_validates(lab) ? validation_bytes(&arm->model) : 0) +
           probe_bytes(&arm->model, &shown) +
           SNAPSHOTS * (probe_trace_bytes(&arm->model, &shown) +
                        arm->model.parameters.total * sizeof(real)) +
           hand_edits_bytes(&arm->model) + generation_bytes(&arm->model) +
           sizeof(real) *
               (LOOKED_BLOCKS * arm->model.parameters.total + arm->model.prepared_count);
}

/* What lab_test_long takes, for one arm at a time. */
static size_t long_bytes(const struct lab *lab, const struct lab_arm *arm)
{
    return lab->longer.kind == NULL
               ? 0
               : evaluation_bytes(&arm->model, &lab->longer, lab->config.training.threads);
}

static double gigabytes(size_t bytes)
{
    return (double)bytes / (1 << 30);
}

/* All arms together. */
static size_t lab_bytes(const struct lab *lab)
{
    size_t all = 0, test = 0;

    for (int i = 0; i < lab->arms; i++) {
        const size_t longest = long_bytes(lab, &lab->arm[i]);

        all += arm_bytes(lab, &lab->arm[i]);
        test = longest > test ? longest : test;
    }
    return all + test;
}

size_t lab_memory_left(const struct lab *lab)
{
    const size_t bytes = lab_bytes(lab);

    return bytes < LAB_MEMORY_MAX ? LAB_MEMORY_MAX - bytes : 0;
}

enum status lab_check_memory(const struct lab *lab, struct error *error)
{
    const size_t all = lab_bytes(lab);

    for (int i = 0; i < lab->arms; i++) {
        const struct lab_arm *arm = &lab->arm[i];
        const size_t bytes = arm_bytes(lab, arm) + long_bytes(lab, arm);

        if (bytes > LAB_MEMORY_MAX)
            return error_set(
                error, STATUS_USAGE,
                "%s: this %s would take %.1f GB of memory, at most %.0f GB are allowed; make "
                "the task shorter or the model smaller",
                arm->name, lab->config.arm[arm->number].model, gigabytes(bytes),
                gigabytes(LAB_MEMORY_MAX));
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
    const struct trainer_options options = arm_trainer_options(&lab->config, arm->number);
    const struct task shown = lab_shown_task(lab);
    enum status status =
        trainer_create(&arm->trainer, &arm->model, &lab->task, &options, error);

    if (status == STATUS_OK && lab_validates(lab))
        status = validation_create(&arm->validation, &arm->model, error);
    if (status == STATUS_OK)
        status = probe_create(&arm->probe, &arm->model, &shown, options.seed, error);
    return status;
}

/* Everything but what takes memory or reads the task's file a second time. */
static enum status plan(struct lab *made, const struct lab_config *config, struct error *error)
{
    enum status status;

    made->config = *config;
    made->limit = config->training.steps;
    made->looking_at = LAB_NOW;
    status = config_open(config, &made->task, &made->longer, error);
    if (status == STATUS_OK)
        status = match_apply(&made->config, &made->task.shape, error);
    for (int i = 0; i < ARMS_MAX && status == STATUS_OK; i++)
        if (config->arm[i].model[0] != '\0')
            status = plan_arm(made, i, error);
    return status == STATUS_OK ? lab_check_memory(made, error) : status;
}

enum status lab_check(const struct lab_config *config, struct error *error)
{
    struct lab *planned = calloc(1, sizeof *planned);
    enum status status;

    if (planned == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a lab");
    status = plan(planned, config, error);
    lab_free(planned);
    return status;
}

enum status lab_create(struct lab **lab, const struct lab_config *config, struct error *error)
{
    struct lab *made = calloc(1, sizeof *made);
    enum status status;

    if (made == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a lab");
    status = plan(made, config, error);
    made->origin = made->config;
    if (status == STATUS_OK && made->task.options.file[0] != '\0')
        status = digest_data(made->data_digest, made->task.options.file, error);
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
        hand_edits_free(&lab->arm[i].made);
        probe_free(&lab->arm[i].probe);
        validation_free(&lab->arm[i].validation);
        trainer_free(&lab->arm[i].trainer);
        model_free(&lab->arm[i].model);
        profile_free(&lab->arm[i].first);
        before_free(&lab->arm[i].before);
        free(lab->arm[i].look.parameters);
        free(lab->arm[i].look.prepared);
    }
    event_list_free(&lab->events);
    task_close(&lab->longer);
    task_close(&lab->task);
    free(lab);
}

bool lab_runs(const struct lab_arm *arm)
{
    return !arm->stopped && !arm->finished;
}

bool lab_any_runs(const struct lab *lab)
{
    for (int i = 0; i < lab->arms; i++)
        if (lab_runs(&lab->arm[i]))
            return true;
    return false;
}

struct report lab_last(const struct lab_arm *arm)
{
    static const struct report nothing = { (double)NAN, (double)NAN, (double)NAN };

    return lab_runs(arm) ? arm->last : nothing;
}

double lab_last_look(const struct lab_arm *arm)
{
    return arm->validation.weights == NULL ? (double)NAN : arm->validation.last.loss;
}

double lab_validation_loss(const struct lab_arm *arm)
{
    const struct validation *validation = &arm->validation;

    if (validation->restored)
        return validation->best_loss;
    return validation->weights == NULL || isnan(validation->end_loss) ? lab_last_look(arm)
                                                                      : validation->end_loss;
}

/* Look at sequences held back, if it is time to; no longer learn what makes them worse. */
static void validate(struct lab *lab, struct lab_arm *arm)
{
    const struct training_config *t = &lab->config.training;
    const bool ends = arm->trainer.step == lab->limit;

    if (!lab_validates(lab))
        return;
    if (arm->trainer.step % t->validate_every == 0) {
        validation_look(&arm->validation, &arm->trainer, LAB_VALIDATION_SEQUENCES);
        arm->finished = t->patience > 0 && arm->validation.worse >= t->patience;
    }
    if (arm->finished || ends)
        validation_end(&arm->validation, &arm->trainer, LAB_VALIDATION_SEQUENCES);
}

/*
 * STATUS_DIVERGED: it was not possible, and the arm has stopped. STATUS_INTERRUPTED: it has not
 * been made.
 */
static enum status step_arm(struct lab *lab, struct lab_arm *arm)
{
    const double begin = clock_seconds(), spent = arm->seconds;
    struct report report;
    enum status status;

    validation_go_on(&arm->validation, &arm->trainer);
    arm->trainer.interrupt = lab->interrupt;
    status = trainer_step(&arm->trainer, &report, &arm->why);
    if (status == STATUS_INTERRUPTED)
        return status;
    arm->seconds += clock_seconds() - begin;
    if (status != STATUS_OK) {
        arm->stopped = true;
        return status;
    }
    arm->last = report;
    validate(lab, arm);
    curve_add(&arm->curve, (struct curve_point){ .step = arm->trainer.step - 1,
                                                 .loss = (float)report.loss,
                                                 .accuracy = (float)report.accuracy,
                                                 .gradient_norm = (float)report.gradient_norm,
                                                 .validation_loss = (float)lab_last_look(arm),
                                                 .seconds = (float)spent });
    return STATUS_OK;
}

/*
 * lab->step is what the slowest has made, and never falls; the last arm to finish, `last`, is
 * the slowest.
 */
static void count_steps(struct lab *lab, const struct lab_arm *last)
{
    long least = LONG_MAX;

    for (int i = 0; i < lab->arms; i++)
        if (lab_runs(&lab->arm[i]) && lab->arm[i].trainer.step < least)
            least = lab->arm[i].trainer.step;
    if (least == LONG_MAX)
        least = last->trainer.step;
    if (least > lab->step)
        lab->step = least;
}

/* Every arm in turn, but for one that was stepped ahead by hand and waits at the end. */
static void step_all(struct lab *lab)
{
    const struct lab_arm *last = NULL;
    bool waits[ARMS_MAX];

    for (int i = 0; i < lab->arms; i++)
        waits[i] = pace_waits(lab, &lab->arm[i]);
    for (int i = lab->round_from; i < lab->arms; i++) {
        enum status status;

        lab->round_from = i;
        if (!lab_runs(&lab->arm[i]) || waits[i])
            continue;
        status = step_arm(lab, &lab->arm[i]);
        if (status == STATUS_INTERRUPTED)
            return;
        if (status == STATUS_OK)
            last = &lab->arm[i];
    }
    lab->round_from = 0;
    if (last != NULL)
        count_steps(lab, last);
}

/* The arm whose turn it is. */
static void step_one(struct lab *lab)
{
    const int next = pace_next(lab);

    if (next < 0 || step_arm(lab, &lab->arm[next]) == STATUS_INTERRUPTED)
        return;
    count_steps(lab, &lab->arm[next]);
}

bool lab_step(struct lab *lab)
{
    const double begin = clock_seconds();

    if (lab->config.training.pace == PACE_STEPS)
        step_all(lab);
    else
        step_one(lab);
    lab->seconds += clock_seconds() - begin;
    return lab_any_runs(lab);
}

bool lab_step_arm(struct lab *lab, int arm)
{
    const double begin = clock_seconds();

    assert(arm >= 0 && arm < lab->arms);
    if (lab_runs(&lab->arm[arm]) && step_arm(lab, &lab->arm[arm]) != STATUS_INTERRUPTED)
        count_steps(lab, &lab->arm[arm]);
    lab->seconds += clock_seconds() - begin;
    return lab_runs(&lab->arm[arm]);
}

void lab_pin(struct lab *lab, long sample)
{
    const bool another = sample != lab->sample;

    lab->sample = sample;
    for (int i = 0; i < lab->arms; i++)
        probe_pin(&lab->arm[i].probe, sample);
    if (another)
        lab_edits_repin(lab);
}

enum status lab_input(struct lab *lab, const char *text, struct error *error)
{
    enum status status = STATUS_OK;

    for (int i = 0; i < lab->arms && status == STATUS_OK; i++)
        status =
            probe_input(&lab->arm[i].probe, text, error); /* refused by the first or none */
    if (status == STATUS_OK) {
        lab->sample = LAB_OWN_INPUT;
        lab_edits_repin(lab);
    }
    return status;
}

void lab_average(struct lab *lab, bool average)
{
    for (int i = 0; i < lab->arms; i++)
        lab->arm[i].probe.average = average;
}

void lab_loss_at(struct lab *lab, int step)
{
    for (int i = 0; i < lab->arms; i++) {
        struct probe *probe = &lab->arm[i].probe;

        probe->from = step == LAB_ALL_OUTPUTS ? PROBE_MEAN : lab->raw ? PROBE_RAW : PROBE_UNIT;
        probe->loss_at = step == LAB_ALL_OUTPUTS ? PROBE_LAST : step;
    }
}

void lab_raw(struct lab *lab, bool raw)
{
    lab->raw = raw;
    for (int i = 0; i < lab->arms; i++)
        if (lab->arm[i].probe.from != PROBE_MEAN)
            lab->arm[i].probe.from = raw ? PROBE_RAW : PROBE_UNIT;
}

struct weights lab_looked_weights(const struct lab *lab, const struct lab_arm *arm)
{
    if (lab->looking_at == LAB_NOW)
        return trainer_weights(&arm->trainer);
    return (struct weights){ arm->look.parameters, arm->look.prepared };
}

long lab_looked_step(const struct lab *lab, const struct lab_arm *arm)
{
    return lab->looking_at == LAB_NOW ? arm->trainer.step : arm->look.step;
}

void lab_look_now(struct lab *lab)
{
    lab->looking_at = LAB_NOW;
    lab->looks_through = false;
}

/* The pinned sequence; first without what a hand has set, to be seen beside it. */
static enum status probe_pinned(struct lab_arm *arm, struct weights weights, long sample,
                                struct error *error)
{
    enum status status = STATUS_OK;

    arm->free_loss = (double)NAN;
    if (arm->edit_count > 0) {
        arm->probe.edits = (struct edits){ NULL, 0 };
        status = probe_run(&arm->probe, weights, error);
        arm->free_loss = arm->probe.loss;
    }
    if (status == STATUS_OK)
        status = hand_edits_make(&arm->made, arm->edits, arm->edit_count, &arm->probe, weights,
                                 sample, error);
    arm->probe.edits = (struct edits){ arm->made.items, arm->made.count };
    return status == STATUS_OK ? probe_run(&arm->probe, weights, error) : status;
}

enum status lab_probe(struct lab *lab, bool many, struct error *error)
{
    enum status status = STATUS_OK;

    for (int i = 0; i < lab->arms && status == STATUS_OK; i++) {
        struct lab_arm *arm = &lab->arm[i];
        const struct weights weights = lab_looked_weights(lab, arm);

        arm->probe.interrupt = lab->interrupt;
        status = probe_pinned(arm, weights, lab->sample, error);
        if (status == STATUS_OK && many)
            status = probe_run_many(&arm->probe, weights, error);
        if (status == STATUS_OK && many)
            arm->rms_step = lab_looked_step(lab, arm);
        if (status == STATUS_OK && many && lab_looked_step(lab, arm) == 0)
            status = profile_copy(&arm->first, &arm->probe.profile, error);
    }
    return status;
}

void lab_test(struct lab *lab, int arm, struct report *report)
{
    trainer_evaluate(&lab->arm[arm].trainer, RANDOM_TEST, LAB_TEST_SEQUENCES, report);
}

enum status lab_test_long(struct lab *lab, int arm, struct report *report, struct error *error)
{
    const struct trainer *trainer = &lab->arm[arm].trainer;
    struct evaluation evaluation;
    enum status status;

    assert(lab->longer.kind != NULL);
    status = evaluation_create(&evaluation, trainer->model, &lab->longer, trainer->options.seed,
                               trainer->options.threads, error);
    if (status != STATUS_OK)
        return status;
    evaluation_run(&evaluation, trainer_weights(trainer), RANDOM_TEST, LAB_LONG_SEQUENCES,
                   report);
    evaluation_free(&evaluation);
    return STATUS_OK;
}
