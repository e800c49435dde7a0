/* Tests of lessons/measure.c and quantity.c: each number against one that is made by hand. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "lessons/measure.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

enum { STEPS = 60 };

/* A lab that `measure` has trained, and its twin, trained by hand. */
struct pair {
    struct lab *lab, *twin;
    struct measured measured[ARMS_MAX];
};

static struct lab_config config_of(const char *task, const char *left, const char *right)
{
    struct lab_config config = small_config(task, left, right);

    config.training.steps = STEPS;
    return config;
}

static void measure_all(struct pair *pair, const struct lab_config *config, unsigned needs)
{
    const unsigned each[ARMS_MAX] = { needs, needs };
    struct error error = { STATUS_OK, "" };

    *pair = (struct pair){ .lab = lab_make(config), .twin = lab_make(config) };
    if (measure(pair->measured, pair->lab, each, NULL, NULL, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static void free_pair(struct pair *pair)
{
    for (int i = 0; i < ARMS_MAX; i++)
        measured_free(&pair->measured[i]);
    lab_free(pair->lab);
    lab_free(pair->twin);
}

static double value_at(const struct pair *pair, int arm, const char *name, double argument)
{
    const struct quantity *quantity = quantity_find(name);

    assert_non_null(quantity);
    return measured_value(&pair->measured[arm], quantity, argument);
}

static double value(const struct pair *pair, int arm, const char *name)
{
    return value_at(pair, arm, name, 0);
}

static void what_the_arm_is_needs_no_training(void **state)
{
    const struct lab_config config = config_of("adding", "elman", "transformer");
    const double H = SMALL_HIDDEN, D = SMALL_WIDTH;
    struct pair pair;

    (void)state;
    measure_all(&pair, &config, 0);
    assert_int_equal(pair.lab->step, 0);
    assert_close(value(&pair, 0, "core_parameters"), H * (D + H + 2), 0, 0);
    /* input (D, 2) and bias, core, readout (1, H) and bias */
    assert_close(value(&pair, 0, "parameters"), 2 * D + D + H * (D + H + 2) + H + 1, 0, 0);
    assert_close(value(&pair, 1, "core_parameters"), 12 * D * D + 13 * D + 2 * D, 0, 0);
    assert_close(value(&pair, 0, "flops"), model_flops(&pair.lab->arm[0].model, 12), 0, 0);
    assert_true(value(&pair, 0, "flops") > 12 * 2 * H * (D + H));
    assert_close(value(&pair, 0, "baseline"), 1.0 / 6, 1e-15, 0);
    free_pair(&pair);
}

static void the_last_batch_is_that_of_the_last_step(void **state)
{
    const struct lab_config config = config_of("adding", "elman", "transformer");
    struct pair pair;

    (void)state;
    measure_all(&pair, &config, NEEDS_TRAINING);
    lab_train(pair.twin, STEPS);
    assert_int_equal(pair.lab->step, STEPS);
    for (int i = 0; i < 2; i++) {
        const struct report last = lab_last(&pair.twin->arm[i]);

        assert_same_weights(&pair.lab->arm[i], &pair.twin->arm[i]);
        assert_close(value(&pair, i, "loss"), last.loss, 0, 0);
        assert_close(value(&pair, i, "accuracy"), last.accuracy, 0, 0);
        assert_close(value(&pair, i, "gradient_norm"), last.gradient_norm, 0, 0);
        assert_true(value(&pair, i, "seconds") > 0);
    }
    free_pair(&pair);
}

static void the_test_is_that_of_the_lab(void **state)
{
    const struct lab_config config = config_of("sort", "gru", "transformer");
    struct pair pair;

    (void)state;
    measure_all(&pair, &config, NEEDS_TRAINING | NEEDS_TEST);
    lab_train(pair.twin, STEPS);
    for (int i = 0; i < 2; i++) {
        struct report test;

        lab_test(pair.twin, i, &test);
        assert_close(value(&pair, i, "test_loss"), test.loss, 0, 0);
        assert_close(value(&pair, i, "test_accuracy"), test.accuracy, 0, 0);
        assert_close(value(&pair, i, "loss_share"), test.loss / log(3), 0, 1e-15);
    }
    free_pair(&pair);
}

/* Copying of 7 blanks by a model that learned 3: as a lab of 7 with these weights says. */
static void the_long_test_is_a_test_of_longer_sequences(void **state)
{
    struct lab_config config = config_of("copying", "gru", NULL), longer;
    struct pair pair;
    struct lab *other;
    struct report report;

    (void)state;
    config.task.test_length = 7;
    longer = config;
    longer.task.length = 7;
    longer.task.test_length = 0;
    measure_all(&pair, &config, NEEDS_TRAINING | NEEDS_TEST | NEEDS_LONG_TEST);
    other = lab_make(&longer);
    memcpy(other->arm[0].trainer.parameters, pair.lab->arm[0].trainer.parameters,
           other->arm[0].model.parameters.total * sizeof(real));
    trainer_weights_changed(&other->arm[0].trainer);
    trainer_evaluate(&other->arm[0].trainer, RANDOM_TEST, LAB_LONG_SEQUENCES, &report);
    assert_close(value(&pair, 0, "long_loss"), report.loss, 0, 1e-6);
    assert_close(value(&pair, 0, "long_accuracy"), report.accuracy, 1e-12, 0);
    assert_close(value(&pair, 0, "long_share"), report.loss / value(&pair, 0, "test_loss"), 0,
                 1e-6);
    assert_true(fabs(value(&pair, 0, "long_share") - 1) > 1e-3);
    lab_free(other);
    free_pair(&pair);
}

/* The first of the looks, at steps 25 and 50, at which the twin is that good. */
static void steps_to_an_accuracy_are_those_of_the_first_look_that_has_it(void **state)
{
    const struct lab_config config = config_of("sort", "gru", NULL);
    struct report at[2];
    struct pair pair;

    (void)state;
    measure_all(&pair, &config, NEEDS_TRAINING | NEEDS_ARRIVALS);
    for (int i = 0; i < 2; i++) {
        lab_train(pair.twin, LOOK_EVERY);
        trainer_evaluate(&pair.twin->arm[0].trainer, RANDOM_TEST, LOOK_SEQUENCES, &at[i]);
    }
    lab_train(pair.twin, STEPS - 2 * LOOK_EVERY);
    assert_same_weights(&pair.lab->arm[0], &pair.twin->arm[0]); /* looking changes nothing */
    assert_int_equal(pair.measured[0].looks, 2);
    assert_true(at[1].loss < at[0].loss);
    assert_close(value_at(&pair, 0, "steps_to_loss", at[0].loss), 25, 0, 0);
    assert_close(value_at(&pair, 0, "steps_to_loss", at[1].loss), 50, 0, 0);
    assert_true(isinf(value_at(&pair, 0, "steps_to_loss", at[1].loss / 2)));
    assert_close(value_at(&pair, 0, "steps_to", at[0].accuracy), 25, 0, 0);
    assert_true(isinf(value_at(&pair, 0, "steps_to", 1)));
    pair.measured[0].look[1].accuracy = 0.7; /* whatever this arm has learned */
    assert_close(value_at(&pair, 0, "steps_to", 0.7), 50, 0, 0);
    free_pair(&pair);
}

static void slopes_are_those_of_the_probe_before_and_after_training(void **state)
{
    const struct lab_config config = config_of("adding", "lstm", "transformer");
    struct pair pair;

    (void)state;
    measure_all(&pair, &config, NEEDS_FIRST_PROBE | NEEDS_TRAINING | NEEDS_LAST_PROBE);
    lab_look(pair.twin);
    for (int i = 0; i < 2; i++) {
        const struct profile *profile = &pair.twin->arm[i].probe.profile;

        assert_close(value(&pair, i, "slope_input"), profile->input.slope, 0, 0);
        assert_close(value(&pair, i, "slope_state"), profile->state[0].slope, 0, 0);
    }
    assert_true(value(&pair, 0, "slope_input") < -.1);
    lab_train(pair.twin, STEPS);
    lab_look(pair.twin);
    for (int i = 0; i < 2; i++) {
        const struct profile *profile = &pair.twin->arm[i].probe.profile;

        assert_close(value(&pair, i, "trained_slope_input"), profile->input.slope, 0, 0);
        assert_close(value(&pair, i, "trained_slope_state"), profile->state[0].slope, 0, 0);
        assert_true(value(&pair, i, "trained_slope_input") != value(&pair, i, "slope_input"));
    }
    free_pair(&pair);
}

/* The attention of one head in the answer's row, summed over the two marked steps. */
static double marked_by_hand(const struct lab *lab, const struct trace_entry *entry, int head)
{
    const int T = lab->task.shape.steps;
    const struct batch *batch = &lab->arm[1].probe.one;
    double sum = 0;

    for (int t = 0; t < T; t++)
        if (batch->features[2 * t + 1] > 0)
            sum += (double)entry->value[(head * T + T - 1) * T + t];
    return sum;
}

static int most_attended(const struct lab *lab, const struct trace_entry *entry, int head)
{
    const int T = lab->task.shape.steps;
    const real *row = entry->value + (head * T + T - 1) * T;
    int most = 0;

    for (int t = 1; t < T; t++)
        if (row[t] > row[most])
            most = t;
    return most;
}

static void attention_on_the_marks_is_that_of_the_best_head(void **state)
{
    const struct lab_config config = config_of("adding", "elman", "transformer");
    double mass[2] = { 0 }, first[2] = { 0 };
    struct pair pair;

    (void)state;
    measure_all(&pair, &config, NEEDS_TRAINING | NEEDS_ATTENTION);
    lab_train(pair.twin, STEPS);
    for (int i = 0; i < PROBE_SEQUENCES; i++) {
        const struct trace_entry *entry;

        lab_pin(pair.twin, i);
        lab_look(pair.twin);
        entry = trace_find(&pair.twin->arm[1].probe.trace, "attention", 0);
        assert_non_null(entry);
        for (int head = 0; head < 2; head++) {
            const int most = most_attended(pair.twin, entry, head);

            mass[head] += marked_by_hand(pair.twin, entry, head) / PROBE_SEQUENCES;
            first[head] +=
                (double)pair.twin->arm[1].probe.one.features[2 * most + 1] / PROBE_SEQUENCES;
        }
    }
    assert_true(fabs(mass[0] - mass[1]) > 1e-6);
    assert_close(value(&pair, 1, "marked_mass"), fmax(mass[0], mass[1]), 1e-12, 0);
    assert_close(value_at(&pair, 1, "looks_at_marked", 1), fmax(first[0], first[1]), 1e-12, 0);
    assert_close(value_at(&pair, 1, "looks_at_marked", 0), fmax(first[0], first[1]), 1e-12, 0);
    assert_true(isnan(value_at(&pair, 1, "looks_at_marked", 2))); /* one answer */
    assert_true(isnan(value_at(&pair, 1, "looks_at_marked", .5)));
    assert_true(isnan(value_at(&pair, 1, "looks_at_marked", -1)));
    assert_close(value(&pair, 1, "source_mass"), 0, 0, 0); /* adding has no source */
    assert_true(isnan(value(&pair, 0, "marked_mass")));    /* elman has no heads */
    free_pair(&pair);
}

/* Sort outlines its input: what an output sees of it is what is left of the row's sum of 1. */
static void outputs_are_counted_from_one(void **state)
{
    const struct lab_config config = config_of("sort", "transformer", NULL);
    struct pair pair;

    (void)state;
    measure_all(&pair, &config, NEEDS_TRAINING | NEEDS_ATTENTION);
    /* the first output is made where only the input has been seen */
    assert_close(value_at(&pair, 0, "looks_at_marked", 1), 1, 1e-12, 0);
    assert_close(pair.measured[0].attention[1].marked, 1, 1e-5, 0);
    assert_true(pair.measured[0].attention[2].marked < 1 - 1e-3);
    assert_memory_equal(&pair.measured[0].attention[0], &pair.measured[0].attention[5],
                        sizeof pair.measured[0].attention[0]); /* five digits: the last */
    free_pair(&pair);
}

static void an_arm_that_diverges_has_only_what_it_had_before(void **state)
{
    struct lab_config config = config_of("adding", "elman", "transformer");
    struct measured before[ARMS_MAX];
    struct pair pair;
    int count;
    const struct quantity *quantity = quantities(&count);

    (void)state;
    set(&config, "training.optimizer", "sgd");
    set(&config, "training.clip", "0");
    set(&config, "left.learning_rate", "100");
    measure_all(&pair, &config, ~0u & ~(unsigned)NEEDS_LONG_TEST);
    assert_true(pair.lab->arm[0].stopped);
    assert_false(pair.lab->arm[1].stopped);
    lab_look(pair.twin);
    measured_begin(before, pair.twin);
    for (int i = 0; i < count; i++) {
        const double of = measured_value(&pair.measured[0], &quantity[i], 1);
        const double was = measured_value(&before[0], &quantity[i], 1);

        if (quantity[i].needs & NEEDS_TRAINING)
            assert_true(isnan(of));
        else if (isnan(was)) /* what an elman never has: attention */
            assert_true(isnan(of));
        else
            assert_close(of, was, 0, 0);
    }
    assert_true(isfinite(value(&pair, 0, "slope_input")));
    assert_true(isfinite(value(&pair, 0, "baseline")));
    assert_true(isfinite(value(&pair, 0, "core_parameters")));
    assert_true(isfinite(value(&pair, 1, "test_loss")));
    free_pair(&pair);
}

static void count_steps(void *context, const struct lab *lab)
{
    long *steps = context;

    assert_int_equal(lab->step, ++*steps);
}

static void progress_is_told_of_every_step(void **state)
{
    const unsigned needs[ARMS_MAX] = { NEEDS_TRAINING };
    const struct lab_config config = config_of("sort", "gru", NULL);
    struct measured measured[ARMS_MAX] = { 0 };
    struct lab *lab = lab_make(&config);
    long steps = 0;

    (void)state;
    assert_int_equal(measure(measured, lab, needs, count_steps, &steps, NULL), STATUS_OK);
    assert_int_equal(steps, STEPS);
    measured_free(&measured[0]);
    lab_free(lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_arm_is_needs_no_training),
        cmocka_unit_test(the_last_batch_is_that_of_the_last_step),
        cmocka_unit_test(the_test_is_that_of_the_lab),
        cmocka_unit_test(the_long_test_is_a_test_of_longer_sequences),
        cmocka_unit_test(steps_to_an_accuracy_are_those_of_the_first_look_that_has_it),
        cmocka_unit_test(slopes_are_those_of_the_probe_before_and_after_training),
        cmocka_unit_test(attention_on_the_marks_is_that_of_the_best_head),
        cmocka_unit_test(outputs_are_counted_from_one),
        cmocka_unit_test(an_arm_that_diverges_has_only_what_it_had_before),
        cmocka_unit_test(progress_is_told_of_every_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
