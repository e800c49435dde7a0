/* Tests of common/training/diagnosis.c: what happens when numbers are no longer usable. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/training/diagnosis.h"
#include "common/training/trainer.h"
#include "tests/common/training/small_models.h"

static const struct optimizer adam = { .kind = OPTIMIZER_ADAM, .learning_rate = 0.01 };

struct lab {
    struct sequence_model model;
    struct task task;
    struct trainer trainer;
    size_t total;
    real *parameters, *state[2]; /* as they were before the step that failed */
    real *usable;                /* the weights before the step before that */
};

static void lab_create(struct lab *lab, const struct small_case *small,
                       struct optimizer optimizer)
{
    const struct trainer_options options = {
        .batch = 19, .threads = 2, .seed = 3, .optimizer = optimizer
    };

    small_model_create(&lab->model, &lab->task, small);
    assert_int_equal(trainer_create(&lab->trainer, &lab->model, &lab->task, &options, NULL),
                     STATUS_OK);
    lab->total = lab->model.parameters.total;
    lab->parameters = reals_zero(lab->total);
    lab->state[0] = reals_zero(lab->total);
    lab->state[1] = reals_zero(lab->total);
    lab->usable = reals_zero(lab->total);
}

static void lab_free(struct lab *lab)
{
    trainer_free(&lab->trainer);
    model_free(&lab->model);
    free(lab->parameters);
    free(lab->state[0]);
    free(lab->state[1]);
    free(lab->usable);
}

static void remember(struct lab *lab)
{
    const size_t bytes = lab->total * sizeof(real);

    memcpy(lab->usable, lab->parameters, bytes);
    memcpy(lab->parameters, lab->trainer.parameters, bytes);
    memcpy(lab->state[0], lab->trainer.state[0], bytes);
    memcpy(lab->state[1], lab->trainer.state[1], bytes);
}

/* Bit for bit, NaN included. */
static void assert_unchanged(const struct lab *lab)
{
    const size_t bytes = lab->total * sizeof(real);

    assert_memory_equal(lab->parameters, lab->trainer.parameters, bytes);
    assert_memory_equal(lab->state[0], lab->trainer.state[0], bytes);
    assert_memory_equal(lab->state[1], lab->trainer.state[1], bytes);
}

static void assert_says(const struct error *error, const char *words)
{
    if (strstr(error->message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error->message, words);
}

/* The next step diverges, says its number and where it began, and changes nothing. */
static void assert_diverges(struct lab *lab, const char *place)
{
    const long steps = lab->trainer.step;
    struct error error = { STATUS_OK, "" };
    struct report report;
    char number[32];

    remember(lab);
    assert_int_equal(trainer_step(&lab->trainer, &report, &error), STATUS_DIVERGED);
    assert_int_equal(error.status, STATUS_DIVERGED);
    snprintf(number, sizeof number, "step %ld:", steps + 1);
    assert_says(&error, number);
    assert_says(&error, place);
    assert_int_equal(lab->trainer.step, steps);
    assert_unchanged(lab);
}

static void train(struct lab *lab, int steps)
{
    struct report report;
    struct error error = { 0 };

    for (int i = 0; i < steps; i++)
        if (trainer_step(&lab->trainer, &report, &error) != STATUS_OK)
            fail_msg("%s", error.message);
}

/* Put a NaN into the middle of the tensor, see it named, take it out again and train on. */
static void poison(struct lab *lab, const struct parameter *p)
{
    real *element = lab->trainer.parameters + p->offset + p->count / 2;
    const real good = *element;
    char place[PARAMETER_NAME_MAX + 32];

    *element = (real)NAN;
    trainer_weights_changed(&lab->trainer);
    snprintf(place, sizeof place, "it began in %s;", p->name);
    assert_diverges(lab, place);
    *element = good;
    trainer_weights_changed(&lab->trainer);
    train(lab, 1);
}

static void a_weight_that_is_not_a_number_is_named(void **state)
{
    struct lab lab;

    lab_create(&lab, *state, adam);
    train(&lab, 2);
    for (int i = 0; i < lab.model.parameters.count; i++)
        poison(&lab, &lab.model.parameters.items[i]);
    lab_free(&lab);
}

static void weights_beyond_use_are_found_before_the_update(void **state)
{
    struct lab lab;
    const struct parameter *p;

    lab_create(&lab, *state, adam);
    train(&lab, 1);
    p = parameter_find(&lab.model.parameters, "readout.weight");
    assert_non_null(p);
    for (size_t i = 0; i < p->count; i++)
        lab.trainer.parameters[p->offset + i] *= 1e31F;
    trainer_weights_changed(&lab.trainer);
    assert_diverges(&lab, "it began in ");
    lab_free(&lab);
}

/* The first layer whose output overflows is said, and which of how many it is. */
static void an_output_that_overflows_is_named(void **state)
{
    static const struct small_case small = { "elman", "adding", .length = 13 };
    struct lab lab;

    (void)state;
    lab_create(&lab, &small, adam);
    train(&lab, 1);
    for (size_t i = 0; i < lab.total; i++)
        lab.trainer.parameters[i] = 3e38F;
    trainer_weights_changed(&lab.trainer);
    assert_diverges(&lab, "it began in the output of input (linear, layer 1 of 5);");
    lab_free(&lab);
}

/* One sequence in ten has an input that is no number. */
static void holed_fill(const struct task *task, struct random *random, bool held_out,
                       struct batch *batch, int b)
{
    const bool holed = random_below(random, 10) == 0;

    (void)task;
    (void)held_out;
    for (int t = 0; t < batch->extent.steps; t++)
        batch->features[t * batch->extent.batch + b] = holed && t == 1 ? (real)NAN : 1;
    batch->values[b] = 0;
}

/* The number of the first such sequence in the batch of step 0. */
static int first_hole(const struct task *task, uint64_t seed)
{
    struct batch batch;
    int first = 0;

    assert_int_equal(batch_create(&batch, &task->shape, 19, NULL), STATUS_OK);
    task_fill(task, seed, RANDOM_TRAIN, 0, 0, &batch);
    while (first < 19 && !isnan((double)batch.features[19 + first]))
        first++;
    batch_free(&batch);
    return first;
}

/* Where it began is looked for in all shards and slices, not in the first alone. */
static void an_input_of_a_later_shard_is_found(void **state)
{
    static const struct task_kind holed = { .name = "holed", .fill = holed_fill };
    const struct task task = { .kind = &holed,
                               .group = 1,
                               .shape = { .steps = 3,
                                          .input = INPUT_FEATURES,
                                          .inputs = 1,
                                          .target = TARGET_VALUES,
                                          .outputs = 1,
                                          .readout = READOUT_LAST },
                               .metric = { .kind = METRIC_WITHIN, .tolerance = 1 } };
    const struct small_case small = { .model = "elman" };
    struct trainer_options options = { .batch = 19, .threads = 1, .optimizer = adam };
    struct sequence_model model;
    struct trainer trainer;
    struct error error = { STATUS_OK, "" };
    struct report report;

    (void)state;
    while (first_hole(&task, options.seed) < 8 || first_hole(&task, options.seed) == 19)
        options.seed++; /* in the second or third shard of 8 */
    small_model_around(&model, &task, &small);
    assert_int_equal(trainer_create(&trainer, &model, &task, &options, NULL), STATUS_OK);
    assert_int_equal(trainer_step(&trainer, &report, &error), STATUS_DIVERGED);
    assert_says(&error, "it began in the output of input (linear, layer 1 of 5);");
    trainer_free(&trainer);
    model_free(&model);
}

/* Inside a block too a gradient is followed back to the first tensor on its way. */
static void a_gradient_that_overflows_in_a_block_is_named(void **state)
{
    static const struct small_case small = { "transformer", "adding", .length = 13 };
    static const struct {
        const char *name;
        real factor, set;
    } changes[] = {
        { "core.layers.1.linear1.weight", 0, 0 }, /* linear2 gets 5e-31 */
        { "core.layers.1.linear1.bias", 0, 1e-30F },
        { "core.layers.1.linear2.weight", 1e30F, 0 },
        { "readout.weight", 1e8F, 0 },
    };
    struct lab lab;

    (void)state;
    lab_create(&lab, &small, adam);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct parameter *p = parameter_find(&lab.model.parameters, changes[i].name);

        assert_non_null(p);
        for (size_t k = p->offset; k < p->offset + p->count; k++)
            lab.trainer.parameters[k] =
                changes[i].factor * lab.trainer.parameters[k] + changes[i].set;
    }
    trainer_weights_changed(&lab.trainer);
    assert_diverges(&lab, "it began in the gradient of core.layers.1.linear1.bias;");
    lab_free(&lab);
}

struct diverging {
    struct small_case small;
    struct optimizer optimizer;
};

/* The update that led to a loss or gradient beyond use, number `step`, is taken back. */
static void assert_last_usable_weights(struct lab *lab, const struct error *error, long step)
{
    char number[64];
    struct report report;

    assert_true(step > 0);
    assert_int_equal(lab->trainer.step, step - 1);
    snprintf(number, sizeof number, "kept are the weights of step %ld,", step - 1);
    assert_says(error, number);
    assert_memory_equal(lab->usable, lab->trainer.parameters, lab->total * sizeof(real));
    trainer_evaluate(&lab->trainer, RANDOM_TEST, 64, &report);
    assert_true(isfinite(report.loss));
}

/* What clipping can tame is no reason to stop; what it cannot is. */
static void a_huge_gradient_stops_only_without_clipping(void **state)
{
    static const struct small_case small = { "elman", "adding", .length = 13 };
    struct error error;
    struct report report;
    struct lab lab;
    const struct parameter *p;

    (void)state;
    lab_create(&lab, &small, adam);
    p = parameter_find(&lab.model.parameters, "readout.weight");
    assert_non_null(p);
    for (size_t i = 0; i < p->count; i++)
        lab.trainer.parameters[p->offset + i] *= 1e10F;
    trainer_weights_changed(&lab.trainer);
    remember(&lab);
    lab.trainer.options.clip = 1;
    assert_int_equal(trainer_step(&lab.trainer, &report, &error), STATUS_OK);
    assert_true(report.gradient_norm > 1e16);
    lab.trainer.options.clip = 0;
    assert_int_equal(trainer_step(&lab.trainer, &report, &error), STATUS_DIVERGED);
    assert_memory_equal(lab.parameters, lab.trainer.parameters, lab.total * sizeof(real));
    lab_free(&lab);
}

/* What a message says, taken apart, is what it says. */
static void assert_reads_back(const struct error *error, long step)
{
    char place[DIAGNOSIS_PLACE_MAX] = "", says[DIAGNOSIS_PLACE_MAX + 32];
    long found = -1;

    assert_true(diagnosis_read(error->message, &found, place));
    assert_int_equal(found, step);
    snprintf(says, sizeof says, "it began in %s; kept are", place);
    assert_says(error, says);
    assert_false(diagnosis_read("step 3: no memory", &found, place));
    assert_false(diagnosis_read("it began in the end;", &found, place));
    assert_int_equal(found, step);
}

static void a_learning_rate_that_diverges_is_stopped_in_time(void **state)
{
    const struct diverging *row = *state;
    enum status status = STATUS_OK;
    struct error error = { STATUS_OK, "" };
    struct report report;
    struct lab lab;
    long step = 0;

    lab_create(&lab, &row->small, row->optimizer);
    for (int i = 0; i < 500 && status == STATUS_OK; i++) {
        step = lab.trainer.step;
        remember(&lab);
        status = trainer_step(&lab.trainer, &report, &error);
    }
    assert_int_equal(status, STATUS_DIVERGED);
    assert_says(&error, "it began in ");
    assert_last_usable_weights(&lab, &error, step);
    assert_reads_back(&error, step + 1);
    lab_free(&lab);
}

/* clang-format off */
#define DIVERGES(label, model, ...)                                                            \
    { .name = label "_is_stopped_in_time",                                                     \
      .test_func = a_learning_rate_that_diverges_is_stopped_in_time,                           \
      .initial_state = &(struct diverging){ { model, "adding", .length = 13 },                 \
                                            { __VA_ARGS__ } } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        SMALL_CASES("a_weight_that_is_not_a_number_is_named",
                    a_weight_that_is_not_a_number_is_named),
        cmocka_unit_test(a_huge_gradient_stops_only_without_clipping),
        SMALL_CASES("weights_beyond_use_are_found_before_the_update",
                    weights_beyond_use_are_found_before_the_update),
        cmocka_unit_test(an_input_of_a_later_shard_is_found),
        cmocka_unit_test(an_output_that_overflows_is_named),
        cmocka_unit_test(a_gradient_that_overflows_in_a_block_is_named),
        DIVERGES("sgd_at_ten_thousand_on_elman", "elman", OPTIMIZER_SGD, .learning_rate = 1e4),
        DIVERGES("sgd_at_ten_thousand_on_a_transformer", "transformer", OPTIMIZER_SGD,
                 .learning_rate = 1e4),
        DIVERGES("momentum_at_a_hundred_on_an_lstm", "lstm", OPTIMIZER_MOMENTUM,
                 .learning_rate = 100, .momentum = 0.9),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
