/* Tests of lessons/quantities/forced.c: the same looks, forced by a hand in the lab. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "lessons/measure.h"
#include "lessons/quantities/quantities.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

enum { STEPS = 150, DIGITS = 5, HEADS = 2 };

/* The digit that is likeliest at step t, with every head of both layers at `key` alone. */
static int said(struct lab *lab, int t, int key)
{
    const struct trace_entry *logits;
    struct error error = { STATUS_OK, "" };
    int best = 0;

    for (int head = 0; head < 2 * HEADS; head++) {
        const struct edit edit = { .kind = EDIT_WEIGHT,
                                   .depth = head / HEADS,
                                   .head = head % HEADS,
                                   .step = t,
                                   .key = key,
                                   .weight = 1 };

        assert_true(lab_edit(lab, 0, &edit));
    }
    assert_int_equal(lab_probe(lab, false, &error), STATUS_OK);
    logits = trace_find(&lab->arm[0].probe.trace, "logits", -1);
    for (int v = 1; v < logits->extent[2]; v++)
        if (logits->value[t * logits->extent[2] + v] >
            logits->value[t * logits->extent[2] + best])
            best = v;
    lab_edits_clear(lab);
    return best;
}

static void it_is_what_a_hand_counts(void **state)
{
    struct lab_config config = small_config("sort", "transformer", NULL);
    struct measured measured[ARMS_MAX];
    struct lab *lab;
    double most = 0, least = 1;

    (void)state;
    config.arm[0].layers = 2;
    set(&config, "left.learning_rate", "0.01");
    lab = lab_trained(&config, STEPS, measured);
    for (int output = 1; output <= DIGITS; output += 2) {
        const int t = DIGITS - 1 + output - 1;
        const double found = quantity_forced_answer(&measured[0], output);
        double followed = 0;

        for (int s = 0; s < PROBE_SEQUENCES; s++) {
            lab_pin(lab, s);
            for (int key = 0; key < DIGITS; key++)
                followed += said(lab, t, key) == lab->arm[0].probe.one.tokens[key];
        }
        assert_close(found, followed / (PROBE_SEQUENCES * DIGITS), 1e-12, 0);
        most = fmax(most, found);
        least = fmin(least, found);
    }
    assert_true(least < most && least > 0.34); /* it follows, more than by chance */
    assert_close(quantity_forced_answer(&measured[0], 0),
                 quantity_forced_answer(&measured[0], DIGITS), 0, 0);
    lab_free(lab);
}

static void what_there_is_not_is_no_number(void **state)
{
    struct lab_config config = small_config("sort", "transformer", "gru");
    struct measured measured[ARMS_MAX];
    struct lab *lab = lab_trained(&config, 0, measured);

    (void)state;
    assert_true(isfinite(quantity_forced_answer(&measured[0], 1)));
    assert_true(isnan(quantity_forced_answer(&measured[0], DIGITS + 1)));
    assert_true(isnan(quantity_forced_answer(&measured[0], 1.5)));
    assert_true(isnan(quantity_forced_answer(&measured[0], -1)));
    assert_true(isnan(quantity_forced_answer(&measured[0], HUGE_VAL)));
    assert_true(isnan(quantity_forced_answer(&measured[1], 1))); /* it looks nowhere */
    lab_free(lab);
    config = small_config("line", "transformer", NULL); /* nothing is outlined */
    lab = lab_trained(&config, 0, measured);
    assert_true(isnan(quantity_forced_answer(&measured[0], 1)));
    lab_free(lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_what_a_hand_counts),
        cmocka_unit_test(what_there_is_not_is_no_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
