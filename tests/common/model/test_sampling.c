/* Tests of common/model/sampling.h. */
#include "common/model/sampling.h"

#include <math.h>
#include <stdbool.h>

#include "tests/close.h"
#include "tests/test.h"

enum { DRAWS = 40000, MOST = 8 };

struct sampling_row {
    struct sampling sampling;
    int V;
    real logits[MOST];
    bool kept[MOST]; /* by top-k */
};

/* exp(z_v / X), but for a factor that all have. */
static double weight(const struct sampling_row *row, int v)
{
    return exp(((double)row->logits[v] - (double)row->logits[0]) / row->sampling.temperature);
}

/* chi^2 = sum of (found - expected)^2 / expected over the tokens that can come. */
static double chi_square(const struct sampling_row *row, const int *found, int *tokens)
{
    double sum = 0, chi = 0;

    *tokens = 0;
    for (int v = 0; v < row->V; v++)
        sum += row->kept[v] ? weight(row, v) : 0;
    for (int v = 0; v < row->V; v++) {
        const double p = weight(row, v) / sum;

        if (!row->kept[v]) {
            assert_int_equal(found[v], 0);
            continue;
        }
        chi += pow(found[v] - DRAWS * p, 2) / (DRAWS * p);
        (*tokens)++;
    }
    return chi;
}

/*
 * With n tokens chi^2 has mean n - 1 and variance 2 (n - 1); five deviations above the mean is
 * less likely than one in a thousand for any n, and a temperature that is off by a tenth is far
 * beyond.
 */
static void frequencies_are_those_of_the_softmax(void **state)
{
    const struct sampling_row *row = *state;
    struct random random = random_stream(11, RANDOM_TEST, 0, 0);
    int found[MOST] = { 0 }, tokens;
    double chi;

    for (int i = 0; i < DRAWS; i++) {
        const int v = sampling_pick(&row->sampling, row->logits, row->V, &random);

        assert_in_range(v, 0, row->V - 1);
        found[v]++;
    }
    chi = chi_square(row, found, &tokens);
    assert_true(tokens == 1 || chi < tokens - 1 + 5 * sqrt(2 * (tokens - 1)));
    assert_true(tokens > 1 || found[0] == 0 || found[0] == DRAWS);
}

static void temperature_0_takes_the_largest_without_a_draw(void **state)
{
    static const real logits[] = { 1, 4, (real)3.5, 4, -2 };
    struct random random = random_stream(1, RANDOM_TEST, 0, 0);
    const struct random before = random;

    (void)state;
    for (int k = 0; k <= 5; k++)
        assert_int_equal(sampling_pick(&(struct sampling){ 0, k }, logits, 5, &random), 1);
    assert_memory_equal(&random, &before, sizeof random);
}

static void the_same_stream_gives_the_same_tokens(void **state)
{
    /* Pinned: another machine, compiler or thread must draw these too. */
    static const int expected[] = { 3, 3, 1, 0, 2, 3, 1, 3, 2, 2, 3, 0 };
    static const real logits[] = { 0, (real)0.5, 1, (real)1.5 };
    struct random random = random_stream(2, RANDOM_TEST, 0, 0);

    (void)state;
    for (int i = 0; i < 12; i++)
        assert_int_equal(sampling_pick(&(struct sampling){ 1, 0 }, logits, 4, &random),
                         expected[i]);
}

static void every_choice_takes_the_same_number_of_draws(void **state)
{
    static const real one[] = { 0, 0, 0, 0 }, other[] = { 9, -9, 3, 0 };
    struct random a = random_stream(3, RANDOM_TEST, 0, 0), b = a;

    (void)state;
    sampling_pick(&(struct sampling){ 1, 0 }, one, 4, &a);
    sampling_pick(&(struct sampling){ 0.3, 2 }, other, 4, &b);
    assert_int_equal(random_bits(&a), random_bits(&b));
}

static void a_tiny_temperature_is_the_largest(void **state)
{
    static const real logits[] = { -1, (real)1e30, 2, (real)-1e30 };
    struct random random = random_stream(4, RANDOM_TEST, 0, 0);

    (void)state;
    for (int i = 0; i < 1000; i++)
        assert_int_equal(sampling_pick(&(struct sampling){ 1e-300, 0 }, logits, 4, &random), 1);
}

/* clang-format off */
#define FREQUENCIES(label, ...)                                                                \
    { .name = label "_gives_the_frequencies_of_the_softmax",                                   \
      .test_func = frequencies_are_those_of_the_softmax,                                       \
      .initial_state = &(struct sampling_row){ __VA_ARGS__ } }
#define ALL { true, true, true, true, true, true, true, true }

int main(void)
{
    const struct CMUnitTest tests[] = {
        FREQUENCIES("temperature_1", { 1, 0 }, 5, { 0, 1, 2, -1, (real)0.5 }, ALL),
        FREQUENCIES("a_low_temperature", { 0.5, 0 }, 4, { 0, 1, (real)0.7, -1 }, ALL),
        FREQUENCIES("a_high_temperature", { 3, 0 }, 8, { 5, 4, 3, 2, 1, 0, -1, -2 }, ALL),
        FREQUENCIES("large_logits", { 1, 0 }, 3, { 1000, 1001, 999 }, ALL),
        FREQUENCIES("two_tokens", { 1, 0 }, 2, { 0, 0 }, ALL),
        FREQUENCIES("one_token", { 1, 0 }, 1, { 7 }, ALL),
        FREQUENCIES("top_3", { 1, 3 }, 6, { 0, 2, 1, 2, -1, 0 }, { false, true, true, true }),
        FREQUENCIES("top_1", { 2, 1 }, 3, { 1, 0, (real)0.9 }, { true }),
        FREQUENCIES("top_2_of_equal_ones", { 1, 2 }, 4, { 1, 1, 1, 1 }, { true, true }),
        FREQUENCIES("top_of_more_than_there_are", { 1, 9 }, 3, { 1, 0, 2 }, ALL),
        cmocka_unit_test(temperature_0_takes_the_largest_without_a_draw),
        cmocka_unit_test(the_same_stream_gives_the_same_tokens),
        cmocka_unit_test(every_choice_takes_the_same_number_of_draws),
        cmocka_unit_test(a_tiny_temperature_is_the_largest),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
