/* Tests of lessons/quantities/mirror.c. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "lessons/measure.h"
#include "lessons/quantities/quantities.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

enum { STEPS = 20, LONGEST = 9 /* bits of parity */ };

static struct lab_config order_config(const char *left, const char *right)
{
    struct lab_config config = small_config("order", left, right);

    config.task.length = 0;
    return config;
}

static double logit(struct lab *lab, long sample, int v)
{
    lab_pin(lab, sample);
    lab_look(lab);
    return (double)trace_find(&lab->arm[0].probe.trace, "logits", -1)->value[v];
}

/* Sequences 2m and 2m + 1 of order are a sentence and its mirror. */
static void it_is_the_largest_difference_of_sentence_and_mirror(void **state)
{
    static const char *const positions[] = { "learned", "sinusoidal", "rope", "none" };

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct lab_config config = order_config("transformer", NULL);
        struct measured measured[ARMS_MAX];
        struct lab *lab;
        double most = 0, found;

        set(&config, "left.positions", positions[i]); /* and none, causal: it is not blind */
        lab = lab_trained(&config, STEPS, measured);
        for (long s = 0; s < PROBE_SEQUENCES; s += 2)
            for (int v = 0; v < 2; v++)
                most = fmax(most, fabs(logit(lab, s, v) - logit(lab, s + 1, v)));
        found = quantity_mirror_difference(&measured[0], 0);
        assert_true(found > 1e-3);
        assert_close(found, most, 1e-5, 0);
        lab_free(lab);
    }
}

/* Who sees everything at once and knows no positions; alibi knows |i - j| alone. */
static void some_hear_no_order(void **state)
{
    static const char *const positions[] = { "none", "alibi" };

    (void)state;
    for (int i = 0; i < 2; i++)
        for (int steps = 0; steps <= STEPS; steps += STEPS) {
            struct lab_config config = order_config("transformer", "gru");
            struct measured measured[ARMS_MAX];
            struct lab *lab;

            set(&config, "left.positions", positions[i]);
            set(&config, "left.mask", "full");
            lab = lab_trained(&config, steps, measured);
            assert_true(quantity_mirror_difference(&measured[0], 0) <= 1e-5);
            assert_true(quantity_mirror_difference(&measured[1], 0) > 1e-3);
            lab_free(lab);
        }
}

/* Sequence `sample` of parity, its bits from the last to the first, as a hand would type it. */
static double backwards(struct lab *lab, long sample, int v)
{
    const struct batch *batch = &lab->arm[0].probe.one;
    struct error error = { STATUS_OK, "" };
    char text[2 * LONGEST + 1] = "";

    lab_pin(lab, sample);
    for (int t = batch_length(batch, 0) - 1; t >= 0; t--)
        strcat(text, batch->tokens[t] ? "1 " : "0 ");
    if (lab_input(lab, text, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    lab_look(lab);
    return (double)trace_find(&lab->arm[0].probe.trace, "logits", -1)->value[v];
}

/* Shorter ones end where they end, and not where the longest does. */
static void padding_stays_behind(void **state)
{
    struct lab_config config = small_config("parity", "elman", NULL);
    struct measured measured[ARMS_MAX];
    struct lab *lab;
    double most = 0;
    int shorter = 0;

    (void)state;
    config.task.length = LONGEST;
    set(&config, "task.scored", "answer");
    lab = lab_trained(&config, STEPS, measured);
    for (long s = 0; s < PROBE_SEQUENCES; s++)
        for (int v = 0; v < 2; v++) {
            most = fmax(most, fabs(logit(lab, s, v) - backwards(lab, s, v)));
            lab_pin(lab, s);
            shorter += batch_length(&lab->arm[0].probe.one, 0) < LONGEST;
        }
    assert_true(shorter > 0);
    assert_close(quantity_mirror_difference(&measured[0], 0), most, 1e-5, 0);
    lab_free(lab);
}

static void numbers_are_mirrored_and_many_outputs_are_not(void **state)
{
    const struct lab_config adding = small_config("adding", "elman", "transformer"),
                            sort = small_config("sort", "gru", NULL);
    struct measured measured[ARMS_MAX];
    struct lab *lab = lab_trained(&adding, 0, measured);

    (void)state;
    assert_true(quantity_mirror_difference(&measured[0], 0) > 1e-3);
    assert_true(quantity_mirror_difference(&measured[1], 0) > 1e-3);
    lab_free(lab);
    lab = lab_trained(&sort, 0, measured);
    assert_true(isnan(quantity_mirror_difference(&measured[0], 0)));
    lab_free(lab);
}

/* A difference that is no number must not pass for a small one. */
static void what_is_not_finite_is_no_mirror(void **state)
{
    struct lab_config config = order_config("transformer", NULL);
    struct measured measured[ARMS_MAX];
    struct lab *lab = lab_trained(&config, 0, measured);
    const struct parameter *bias =
        parameter_find(&lab->arm[0].model.parameters, "readout.bias");

    (void)state;
    lab->arm[0].trainer.parameters[bias->offset] = (real)NAN; /* one output of two */
    assert_true(isnan(quantity_mirror_difference(&measured[0], 0)));
    lab_free(lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_largest_difference_of_sentence_and_mirror),
        cmocka_unit_test(some_hear_no_order),
        cmocka_unit_test(padding_stays_behind),
        cmocka_unit_test(numbers_are_mirrored_and_many_outputs_are_not),
        cmocka_unit_test(what_is_not_finite_is_no_mirror),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
