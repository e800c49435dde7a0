/* Tests of lessons/quantities/ablation.c: answers when attention is forbidden, by a hand's edits. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "common/tasks/dates.h"
#include "lessons/measure.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

enum { YEAR = 4, ANSWERS = 11 };

static const int asked[] = { 3, 6 }; /* outputs: a digit of the year, one of the month */

/* Both arms know a little: enough that forbidding something changes some answers. */
static struct lab *writing_dates(int steps)
{
    struct lab_config config = small_config("dates", "gru+attention", "transformer");

    config.task.length = 0;
    config.arm[0].hidden = 16;
    config.arm[0].width = config.arm[1].width = 16;
    config.arm[0].learning_rate = config.arm[1].learning_rate = 0.01;
    config.training.batch = 32;
    config.arm[1].layers = 2;
    struct lab *lab = lab_make(&config);

    lab_train(lab, steps);
    return lab;
}

static double value(const struct lab *lab, int arm, const char *name, double argument)
{
    struct measured measured[ARMS_MAX];

    measured_begin(measured, (struct lab *)lab);
    return measured_value(&measured[arm], quantity_find(name), argument);
}

/* The step that makes an output: the separator, behind the source, makes the first. */
static int step_of(const struct lab *lab, int output)
{
    return lab->arm[0].probe.one.sources[0] + output - 1;
}

static void probe_now(struct lab *lab)
{
    struct error error;

    assert_int_equal(lab_probe(lab, false, &error), STATUS_OK);
}

static bool is_right(const struct lab *lab, int arm, int t)
{
    const struct probe *probe = &lab->arm[arm].probe;

    return metric_row_is_right(&probe->task.metric, &probe->one, probe->workspace.output, t);
}

/* As a hand forbids it, in every head of that arm. */
static void forbid(struct lab *lab, int arm, int query, int key)
{
    const struct trace *trace = &lab->arm[arm].probe.trace;

    for (int i = 0; i < trace->count; i++)
        for (int h = 0; strcmp(trace->entries[i].quantity, "attention") == 0 &&
                        h < trace->entries[i].extent[1];
             h++) {
            const struct edit edit = { .kind = EDIT_WEIGHT,
                                       .depth = trace->entries[i].layer,
                                       .head = h,
                                       .step = query,
                                       .key = key };

            assert_true(lab_edit(lab, arm, &edit));
        }
}

static double sum_at(const struct trace *trace, int query, int key)
{
    double sum = 0;

    for (int i = 0; i < trace->count; i++) {
        const struct trace_entry *entry = &trace->entries[i];
        const int T = entry->extent[2];

        for (int h = 0; strcmp(entry->quantity, "attention") == 0 && h < entry->extent[1]; h++)
            sum += (double)entry->value[(h * T + query) * T + key];
    }
    return sum;
}

/* The year's four steps, or the four others of the source that the query looks at most. */
static void forbidden_keys(const struct lab *lab, int arm, int query, bool year, int keys[YEAR])
{
    const struct probe *probe = &lab->arm[arm].probe;
    const int first = dates_year_step(&probe->one, 0);
    double last = (double)INFINITY;

    for (int k = 0; k < YEAR; k++) {
        double most = -1;

        keys[k] = first + k;
        for (int t = 0; !year && t < probe->one.sources[0]; t++) {
            const double sum = sum_at(&probe->trace, query, t);

            if ((t < first || t >= first + YEAR) && sum > most && sum < last) {
                most = sum;
                keys[k] = t;
            }
        }
        last = most;
    }
}

static double share_by_hand(struct lab *lab, int arm, int output, bool year)
{
    double right = 0;

    for (int i = 0; i < PROBE_SEQUENCES; i++) {
        int keys[YEAR], t;

        lab_pin(lab, i);
        probe_now(lab);
        t = step_of(lab, output);
        forbidden_keys(lab, arm, t, year, keys);
        for (int k = 0; k < YEAR; k++)
            forbid(lab, arm, t, keys[k]);
        probe_now(lab);
        right += is_right(lab, arm, t);
        lab_edits_clear(lab);
    }
    return right / PROBE_SEQUENCES;
}

static double share_free(struct lab *lab, int arm, int output)
{
    double right = 0;

    for (int i = 0; i < PROBE_SEQUENCES; i++) {
        lab_pin(lab, i);
        probe_now(lab);
        right += is_right(lab, arm, step_of(lab, output));
    }
    return right / PROBE_SEQUENCES;
}

static void shares_are_those_that_a_hand_finds(void **state)
{
    struct lab *lab = writing_dates(150);
    int changed = 0;

    (void)state;
    for (int arm = 0; arm < 2; arm++)
        for (int i = 0; i < 2; i++) {
            const int output = asked[i];
            const double blind = value(lab, arm, "right_when_blind", output);
            const double elsewhere = value(lab, arm, "right_when_blind_elsewhere", output);

            assert_close(blind, share_by_hand(lab, arm, output, true), 0, 1e-9);
            assert_close(elsewhere, share_by_hand(lab, arm, output, false), 0, 1e-9);
            changed += fabs(blind - share_free(lab, arm, output)) > 1e-9;
            changed += fabs(elsewhere - blind) > 1e-9;
        }
    assert_true(changed >= 4); /* the comparison is one of numbers that differ */
    lab_free(lab);
}

/* Number 0 is the last output, and what the lab has pinned and edited stays as it was. */
static void outputs_are_counted_and_the_lab_is_left_alone(void **state)
{
    struct lab *lab = writing_dates(30);
    const struct edit edit = { .kind = EDIT_WEIGHT, .step = 20, .key = 2 };
    double loss;

    (void)state;
    lab_pin(lab, 3);
    assert_true(lab_edit(lab, 1, &edit));
    probe_now(lab);
    loss = lab->arm[1].probe.loss;
    assert_true(value(lab, 1, "right_when_blind", 0) ==
                value(lab, 1, "right_when_blind", ANSWERS));
    assert_true(isnan(value(lab, 1, "right_when_blind", ANSWERS + 1)));
    assert_true(isnan(value(lab, 1, "right_when_blind", -1)));
    assert_true(isnan(value(lab, 1, "right_when_blind", 1.5)));
    assert_int_equal(lab->arm[1].edit_count, 1);
    probe_now(lab);
    assert_true(lab->arm[1].probe.loss == loss);
    lab_free(lab);
}

static void without_attention_or_anything_else_to_look_at_there_is_no_number(void **state)
{
    struct lab_config config = small_config("adding", "elman", "transformer");
    struct lab *lab = lab_make(&config);

    (void)state;
    assert_true(isnan(value(lab, 0, "right_when_blind", 1))); /* it has no heads */
    assert_true(isfinite(value(lab, 1, "right_when_blind", 1)));
    assert_true(isfinite(value(lab, 1, "right_when_blind_elsewhere", 1)));
    lab_free(lab);
    config = small_config("sort", "transformer", NULL); /* all of its input is outlined */
    lab = lab_make(&config);
    assert_true(isfinite(value(lab, 0, "right_when_blind", 1)));
    assert_true(isnan(value(lab, 0, "right_when_blind_elsewhere", 1)));
    assert_true(isfinite(value(lab, 0, "right_when_blind_elsewhere", 2)));
    lab_free(lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_those_that_a_hand_finds),
        cmocka_unit_test(outputs_are_counted_and_the_lab_is_left_alone),
        cmocka_unit_test(without_attention_or_anything_else_to_look_at_there_is_no_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
