/* Tests of lessons/measure.c: attention on a source and its marks, on dates. */
#include "tests/test.h"

#include <string.h>

#include "common/tasks/dates.h"
#include "lessons/measure.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

enum { STEPS = 20, YEAR_DIGIT = 3, HEADS_MAX = 4 };

static const unsigned both[ARMS_MAX] = { NEEDS_TRAINING | NEEDS_ATTENTION,
                                         NEEDS_TRAINING | NEEDS_ATTENTION };

/* What one head does when it makes one output, summed over the fixed sequences by hand. */
struct counted {
    double source, year, first;
};

static struct lab_config dates_config(void)
{
    struct lab_config config = small_config("dates", "gru+attention", "transformer");

    config.task.length = 0;
    config.arm[0].hidden = 8; /* which two heads divide */
    config.training.steps = STEPS;
    return config;
}

static double value(const struct measured *measured, const char *name, double argument)
{
    return measured_value(measured, quantity_find(name), argument);
}

/* The step that makes an output: the separator, behind the source, makes the first. */
static int step_of(const struct batch *batch, int output)
{
    return output > 0 ? batch->sources[0] + output - 1 : batch_length(batch, 0) - 1;
}

static void count_row(struct counted *counted, const real *row, const struct batch *batch)
{
    const int year = dates_year_step(batch, 0);
    int most = 0;

    for (int t = 0; t < batch_length(batch, 0); t++) {
        counted->source += t < batch->sources[0] ? (double)row[t] : 0;
        counted->year += t >= year && t < year + 4 ? (double)row[t] : 0;
        most = row[t] > row[most] ? t : most;
    }
    counted->first += most >= year && most < year + 4;
}

/* Every head of an arm, from the probe of a lab that was trained by hand. */
static void count_heads(struct counted *counted, struct lab *lab, int arm, int output)
{
    const struct probe *probe = &lab->arm[arm].probe;

    memset(counted, 0, HEADS_MAX * sizeof *counted);
    for (int i = 0; i < PROBE_SEQUENCES; i++) {
        struct error error = { STATUS_OK, "" };
        int head = 0;

        lab_pin(lab, i);
        assert_int_equal(lab_probe(lab, false, &error), STATUS_OK);
        for (int e = 0; e < probe->trace.count; e++) {
            const struct trace_entry *entry = &probe->trace.entries[e];
            const int T = entry->extent[2];

            if (strcmp(entry->quantity, "attention") != 0)
                continue;
            for (int h = 0; h < entry->extent[1]; h++)
                count_row(&counted[head++],
                          entry->value +
                              ((size_t)h * (size_t)T + (size_t)step_of(&probe->one, output)) *
                                  (size_t)T,
                          &probe->one);
        }
        assert_int_equal(head, 2);
    }
}

static void assert_best(double found, double a, double b)
{
    assert_close(found, (a > b ? a : b) / PROBE_SEQUENCES, 1e-9, 0);
}

static void shares_are_those_that_are_counted_by_hand(void **state)
{
    static const int outputs[] = { YEAR_DIGIT, 0 };
    const struct lab_config config = dates_config();
    struct lab *lab = lab_make(&config), *twin = lab_make(&config);
    struct measured measured[ARMS_MAX];
    struct error error = { STATUS_OK, "" };

    (void)state;
    assert_int_equal(measure(measured, lab, both, NULL, NULL, &error), STATUS_OK);
    lab_train(twin, STEPS);
    for (int arm = 0; arm < 2; arm++)
        for (int i = 0; i < 2; i++) {
            struct counted by_hand[HEADS_MAX];
            const double first = value(&measured[arm], "looks_at_marked", outputs[i]);

            count_heads(by_hand, twin, arm, outputs[i]);
            assert_best(first, by_hand[0].first, by_hand[1].first);
            assert_true(outputs[i] == 0 || (first > 0 && first < 1));
            if (outputs[i] > 0)
                continue; /* the masses are about the last output */
            assert_best(value(&measured[arm], "source_mass", 0), by_hand[0].source,
                        by_hand[1].source);
            assert_best(value(&measured[arm], "marked_mass", 0), by_hand[0].year,
                        by_hand[1].year);
        }
    for (int arm = 0; arm < 2; arm++)
        measured_free(&measured[arm]);
    lab_free(lab);
    lab_free(twin);
}

/* It has nothing else to look at; a Transformer sees what it has written as well. */
static void attention_of_a_recurrent_arm_is_all_on_the_source(void **state)
{
    const struct lab_config config = dates_config();
    struct lab *lab = lab_make(&config);
    struct measured measured[ARMS_MAX];
    struct error error = { STATUS_OK, "" };

    (void)state;
    assert_int_equal(measure(measured, lab, both, NULL, NULL, &error), STATUS_OK);
    assert_close(value(&measured[0], "source_mass", 0), 1, 1e-5, 0);
    assert_true(value(&measured[0], "marked_mass", 0) > 0.01);
    assert_true(value(&measured[0], "marked_mass", 0) < 0.99);
    assert_true(value(&measured[1], "source_mass", 0) > 0.01);
    assert_true(value(&measured[1], "source_mass", 0) < 0.99);
    for (int arm = 0; arm < 2; arm++)
        measured_free(&measured[arm]);
    lab_free(lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_those_that_are_counted_by_hand),
        cmocka_unit_test(attention_of_a_recurrent_arm_is_all_on_the_source),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
