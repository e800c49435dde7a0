/* Tests of lessons/quantities/attention.c: each number against one that is counted by hand. */
#include "tests/test.h"

#include <math.h>

#include "lessons/measure.h"
#include "lessons/quantities/quantities.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

enum { STEPS = 20, DIGITS = 5, HEADS = 2 };

static const unsigned needs[ARMS_MAX] = { NEEDS_TRAINING | NEEDS_ATTENTION,
                                          NEEDS_TRAINING | NEEDS_ATTENTION };

struct pair {
    struct lab *lab, *twin; /* trained by measure, and by hand */
    struct measured measured[ARMS_MAX];
};

static void begin(struct pair *pair, const struct lab_config *config)
{
    struct error error = { STATUS_OK, "" };

    *pair = (struct pair){ .lab = lab_make(config), .twin = lab_make(config) };
    if (measure(pair->measured, pair->lab, needs, NULL, NULL, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    lab_train(pair->twin, STEPS);
}

static void end(struct pair *pair)
{
    for (int i = 0; i < ARMS_MAX; i++)
        measured_free(&pair->measured[i]);
    lab_free(pair->lab);
    lab_free(pair->twin);
}

static struct lab_config sort_config(const char *left, const char *right)
{
    struct lab_config config = small_config("sort", left, right);

    config.training.steps = STEPS;
    return config;
}

/* What a head gives the digits that are equal to the answer, when output `number` is made. */
static double mass_by_hand(struct lab *lab, int head, int number)
{
    double mass = 0;

    for (int i = 0; i < PROBE_SEQUENCES; i++) {
        const struct batch *batch = &lab->arm[0].probe.one;
        const int step = DIGITS - 1 + number - 1;
        const struct trace_entry *entry;

        lab_pin(lab, i);
        lab_look(lab);
        entry = trace_find(&lab->arm[0].probe.trace, "attention", 0);
        assert_non_null(entry);
        assert_int_equal(entry->extent[1], HEADS);
        for (int t = 0; t <= step; t++)
            if (batch->tokens[t] == batch->classes[step])
                mass +=
                    (double)
                        entry->value[((size_t)head * (size_t)entry->extent[2] + (size_t)step) *
                                         (size_t)entry->extent[3] +
                                     (size_t)t] /
                    PROBE_SEQUENCES;
    }
    return mass;
}

static void the_answers_mass_is_that_of_the_best_head(void **state)
{
    const struct lab_config config = sort_config("transformer", NULL);
    struct pair pair;

    (void)state;
    begin(&pair, &config);
    for (int number = 1; number <= DIGITS; number++) {
        const double a = mass_by_hand(pair.twin, 0, number),
                     b = mass_by_hand(pair.twin, 1, number);

        assert_true(fabs(a - b) > 1e-6);
        assert_true(fmax(a, b) > 0.1 && fmax(a, b) < 0.99);
        assert_close(quantity_answer_mass(&pair.measured[0], number), fmax(a, b), 1e-9, 0);
    }
    assert_close(quantity_answer_mass(&pair.measured[0], 0),
                 quantity_answer_mass(&pair.measured[0], DIGITS), 0, 0);
    assert_true(isnan(quantity_answer_mass(&pair.measured[0], DIGITS + 5)));
    assert_true(isnan(quantity_answer_mass(&pair.measured[0], 1.5)));
    assert_true(isnan(quantity_answer_mass(&pair.measured[0], -1)));
    end(&pair);
}

static void rows_sum_to_one(void **state)
{
    const struct lab_config config = sort_config("transformer", "gru");
    struct pair pair;

    (void)state;
    begin(&pair, &config);
    assert_true(quantity_row_sum_error(&pair.measured[0], 0) <= 1e-5);
    assert_true(quantity_row_sum_error(&pair.measured[0], 0) > 0);    /* sums are rounded */
    assert_true(isnan(quantity_row_sum_error(&pair.measured[1], 0))); /* it looks nowhere */
    assert_true(isnan(quantity_answer_mass(&pair.measured[1], 1)));
    end(&pair);
}

/* Of the source, shorter than the longest; the rows of padding look at nothing. */
static void rows_that_look_at_nothing_are_left_out(void **state)
{
    struct lab_config config = small_config("dates", "transformer", "gru+attention");
    const struct trace_entry *entry;
    const real *row;
    struct pair pair;

    (void)state;
    config.task.length = 0;
    config.arm[1].hidden = 8; /* which two heads divide */
    config.training.steps = STEPS;
    begin(&pair, &config);
    for (int arm = 0; arm < 2; arm++)
        assert_true(quantity_row_sum_error(&pair.measured[arm], 0) <= 1e-5);
    lab_pin(pair.twin, 0);
    lab_look(pair.twin);
    entry = trace_find(&pair.twin->arm[0].probe.trace, "attention", 0);
    assert_non_null(entry);
    row = entry->value + entry->count - entry->extent[3]; /* the last step, of no sequence */
    assert_true(batch_length(&pair.twin->arm[0].probe.one, 0) < entry->extent[2]);
    for (int t = 0; t < entry->extent[3]; t++)
        assert_true(row[t] == 0);
    end(&pair);
}

/* Of weights that are not finite nothing sums to one: the error is NaN, not what was before. */
static void rows_that_are_no_numbers_do_not_sum_to_one(void **state)
{
    const struct lab_config config = sort_config("transformer", NULL);
    struct error error = { STATUS_OK, "" };
    struct lab_arm *arm;
    struct pair pair;

    (void)state;
    begin(&pair, &config);
    arm = &pair.lab->arm[0];
    for (size_t i = 0; i < arm->model.parameters.total; i++)
        arm->trainer.parameters[i] = (real)NAN;
    model_prepare(&arm->model, arm->trainer.parameters, arm->trainer.prepared);
    assert_int_equal(measured_end(&pair.measured[0], pair.lab, 0, NEEDS_ATTENTION, &error),
                     STATUS_OK);
    assert_true(isnan(quantity_row_sum_error(&pair.measured[0], 0)));
    end(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answers_mass_is_that_of_the_best_head),
        cmocka_unit_test(rows_sum_to_one),
        cmocka_unit_test(rows_that_look_at_nothing_are_left_out),
        cmocka_unit_test(rows_that_are_no_numbers_do_not_sum_to_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
