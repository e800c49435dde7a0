/*
 * Tests of lessons/quantities/reach.c: all masks against their definition, written here once more
 * as a question about two steps, and against paths that are followed one hop at a time.
 */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lessons/measure.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

enum { STEPS_MOST = 40 };
static const char *const MASKS[] = {
    "causal", "full", "window", "block", "strided", "two-level"
};
enum { KINDS = sizeof MASKS / sizeof MASKS[0] };

/* Does step i look at step j itself? */
static bool sees(const char *mask, int span, int i, int j)
{
    if (strcmp(mask, "full") == 0)
        return true;
    if (j > i)
        return false;
    if (strcmp(mask, "window") == 0)
        return i - j < span;
    if (strcmp(mask, "block") == 0 || strcmp(mask, "two-level") == 0)
        return i / span == j / span;
    if (strcmp(mask, "strided") == 0)
        return i - j < span || (i - j) % span == 0;
    return true;
}

/* Does it look at the mean of the block that j is in? */
static bool sees_mean(const char *mask, int span, int i, int j)
{
    return strcmp(mask, "two-level") == 0 && j / span < i / span;
}

/* right: NULL, or a second arm. */
static struct lab *lab_of(const char *mask, int span, int layers, int n, const char *right)
{
    struct lab_config config = small_config("needle", "transformer", right);

    config.task.length = n;
    config.task.distance = 1;
    set(&config, "left.mask", mask);
    config.arm[0].span = span;
    config.arm[0].layers = config.arm[1].layers = layers;
    return lab_make(&config);
}

static double value(const struct lab *lab, int arm, const char *name)
{
    const struct measured m = { .lab = lab, .arm = &lab->arm[arm] };

    return measured_value(&m, quantity_find(name), 0);
}

static double pairs_by_definition(const char *mask, int span, int n)
{
    double pairs = 0;

    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            pairs += sees(mask, span, i, j);
            pairs += sees_mean(mask, span, i, j) && j % span == 0; /* one for each block */
        }
    return pairs;
}

static void pairs_are_those_of_the_definition(void **state)
{
    static const int spans[] = { 1, 3, 8, 30 };

    (void)state;
    for (int kind = 0; kind < KINDS; kind++)
        for (size_t s = 0; s < sizeof spans / sizeof spans[0]; s++)
            for (int n = 8; n <= STEPS_MOST; n += 16) {
                struct lab *lab = lab_of(MASKS[kind], spans[s], 1, n, NULL);

                assert_close(value(lab, 0, "pairs"),
                             pairs_by_definition(MASKS[kind], spans[s], n), 0, 0);
                lab_free(lab);
            }
}

static void the_closed_forms_give_the_same_or_nothing(void **state)
{
    static const int spans[] = { 1, 5, 8, 64 };

    (void)state;
    for (int kind = 0; kind < KINDS; kind++)
        for (size_t s = 0; s < sizeof spans / sizeof spans[0]; s++)
            for (int n = 8; n <= STEPS_MOST; n += 16) {
                struct lab *lab = lab_of(MASKS[kind], spans[s], 1, n, NULL);
                const bool window = strcmp(MASKS[kind], "window") == 0;
                const bool there = kind < 2 || (window ? spans[s] <= n : n % spans[s] == 0);
                const double formula = value(lab, 0, "pair_formula");

                if (there)
                    assert_close(formula, value(lab, 0, "pairs"), 0, 0);
                else
                    assert_true(isnan(formula));
                lab_free(lab);
            }
}

static void a_recurrent_arm_has_no_pairs(void **state)
{
    struct lab *lab = lab_of("causal", 1, 1, 8, "gru");

    (void)state;
    assert_true(isnan(value(lab, 1, "pairs")));
    assert_true(isnan(value(lab, 1, "pair_formula")));
    lab_free(lab);
}

/* From which steps can one come to the last one in so many hops? */
static void paths_by_definition(const char *mask, int span, int layers, int n, bool *there)
{
    bool before[STEPS_MOST];

    memset(there, false, (size_t)n * sizeof *there);
    there[n - 1] = true;
    for (int layer = 0; layer < layers; layer++) {
        memcpy(before, there, (size_t)n * sizeof *there);
        for (int j = 0; j < n; j++)
            for (int i = 0; i < n; i++)
                there[j] =
                    there[j] ||
                    (before[i] && (sees(mask, span, i, j) || sees_mean(mask, span, i, j)));
    }
}

static void assert_reach(const char *mask, int span, int layers, int n)
{
    struct lab *lab = lab_of(mask, span, layers, n, NULL);
    const double *norm;
    bool there[STEPS_MOST];
    double beyond = (double)NAN;
    int first = 0;

    lab_look(lab);
    norm = lab->arm[0].first.input.one;
    paths_by_definition(mask, span, layers, n, there);
    while (!there[first])
        first++;
    for (int t = 0; t < n; t++) {
        if (there[t])
            assert_true(norm[t] > 0);
        else
            beyond = fmax(beyond, norm[t]);
    }
    assert_close(value(lab, 0, "reach"), n - 1 - first, 0, 0);
    assert_close(value(lab, 0, "edge_of_reach"), norm[first], 0, 0);
    if (isnan(beyond))
        assert_true(isnan(value(lab, 0, "beyond_reach")));
    else
        assert_close(value(lab, 0, "beyond_reach"), 0, 0, 0);
    lab_free(lab);
}

static void the_gradient_goes_as_far_as_paths_do_and_no_farther(void **state)
{
    static const int spans[] = { 1, 3, 8 };

    (void)state;
    for (int kind = 0; kind < KINDS; kind++)
        for (size_t s = 0; s < sizeof spans / sizeof spans[0]; s++)
            for (int layers = 1; layers <= 3; layers++) {
                assert_reach(MASKS[kind], spans[s], layers, 24 + layers);
            }
}

static void windows_reach_one_window_less_a_step_per_layer(void **state)
{
    (void)state;
    for (int layers = 1; layers <= 4; layers++) {
        struct lab *lab = lab_of("window", 6, layers, STEPS_MOST, "gru");

        lab_look(lab);
        assert_close(value(lab, 0, "reach"), layers * (6 - 1), 0, 0);
        assert_close(value(lab, 1, "reach"), STEPS_MOST - 1, 0, 0);
        assert_true(isnan(value(lab, 1, "beyond_reach")));
        assert_true(value(lab, 1, "edge_of_reach") > 0);
        lab_free(lab);
    }
}

/* What is measured is a norm, not a 0 that somebody wrote: gradients of another mask show. */
static void a_gradient_beyond_the_reach_would_be_seen(void **state)
{
    struct lab *lab = lab_of("window", 4, 2, 24, NULL);

    (void)state;
    lab_look(lab);
    lab->arm[0].first.input.one[3] = 1e-30;
    assert_close(value(lab, 0, "beyond_reach"), 1e-30, 0, 0);
    lab->arm[0].first.input.one[3] = (double)NAN;
    assert_true(isnan(value(lab, 0, "beyond_reach")));
    lab_free(lab);
}

static void truncated_gradients_reach_back_to_a_multiple(void **state)
{
    struct lab_config config = small_config("needle", "elman", "gru");
    struct lab *lab;

    (void)state;
    config.task.length = 24;
    config.task.distance = 1;
    config.arm[0].truncate = 10;
    set(&config, "right.direction", "both");
    lab = lab_make(&config);
    lab_look(lab);
    assert_close(value(lab, 0, "reach"), 3, 0, 0);
    assert_close(value(lab, 0, "beyond_reach"), 0, 0, 0);
    assert_true(value(lab, 0, "edge_of_reach") > 0);
    assert_close(value(lab, 1, "reach"), 23, 0, 0);
    lab_free(lab);
}

/* Attention over the states is a way around what is cut between them. */
static void attention_reaches_over_truncated_states(void **state)
{
    struct lab_config config = small_config("needle", "gru+attention", NULL);
    struct lab *lab;

    (void)state;
    config.task.length = 24;
    config.task.distance = 1;
    config.arm[0].hidden = 8; /* which two heads divide */
    config.arm[0].truncate = 10;
    lab = lab_make(&config);
    lab_look(lab);
    assert_true(lab->arm[0].first.input.one[0] > 0);
    assert_close(value(lab, 0, "reach"), 23, 0, 0);
    assert_true(isnan(value(lab, 0, "beyond_reach")));
    lab_free(lab);
}

static void before_the_first_probe_there_is_no_reach(void **state)
{
    struct lab *lab = lab_of("window", 4, 2, 24, NULL);

    (void)state;
    assert_true(isnan(value(lab, 0, "reach")));
    assert_true(isnan(value(lab, 0, "beyond_reach")));
    assert_true(isnan(value(lab, 0, "edge_of_reach")));
    lab_free(lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_those_of_the_definition),
        cmocka_unit_test(the_closed_forms_give_the_same_or_nothing),
        cmocka_unit_test(a_recurrent_arm_has_no_pairs),
        cmocka_unit_test(the_gradient_goes_as_far_as_paths_do_and_no_farther),
        cmocka_unit_test(windows_reach_one_window_less_a_step_per_layer),
        cmocka_unit_test(a_gradient_beyond_the_reach_would_be_seen),
        cmocka_unit_test(truncated_gradients_reach_back_to_a_multiple),
        cmocka_unit_test(attention_reaches_over_truncated_states),
        cmocka_unit_test(before_the_first_probe_there_is_no_reach),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
