/*
 * Tests of transformer/positions.c and what position codes are made of: sinusoid.c, rope.c,
 * alibi.c.
 */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>

#include "tests/close.h"
#include "tests/layer_properties.h"
#include "transformer/alibi.h"
#include "transformer/positions.h"
#include "transformer/rope.h"
#include "transformer/sinusoid.h"

static struct layer *create_learned(const struct layer_case *sizes)
{
    return positions_create(sizes->in, sizes->rows);
}

static struct layer *create_sinusoidal(const struct layer_case *sizes)
{
    return sinusoidal_create(sizes->in);
}

/* The paper's formula with the C library. */
static double sinusoid(int t, int k, int width)
{
    const double angle = t / pow(10000, (double)(k / 2 * 2) / width);

    return k % 2 == 0 ? sin(angle) : cos(angle);
}

static void sinusoids_are_those_of_the_paper(void **state)
{
    (void)state;
    enum { STEPS = 3000, MOST = 64 };
    static const int widths[] = { 1, 2, 5, 64 };
    real *table = malloc(sizeof *table * STEPS * MOST);
    real row[MOST];

    assert_non_null(table);
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        const int width = widths[w];

        sinusoid_table(table, STEPS, width);
        for (int t = 0; t < STEPS; t += t < 20 ? 1 : 149) {
            sinusoid_row(row, t, width);
            for (int k = 0; k < width; k++) {
                assert_close((double)row[k], sinusoid(t, k, width), 6e-8, 0);
                assert_close((double)table[t * width + k], sinusoid(t, k, width), 6e-8, 0);
            }
        }
    }
    free(table);
}

static void sinusoidal_positions_are_added(void **state)
{
    const struct layer_case *sizes = *state;
    struct layer_fixture fx;

    layer_fixture_create(&fx, sizes);
    layer_fixture_forward(&fx);
    for (size_t i = 0; i < fx.outputs; i++) {
        const int t = (int)i / (sizes->batch * sizes->in), k = (int)i % sizes->in;

        assert_close((double)fx.y[i], (double)fx.x[i] + sinusoid(t, k, sizes->in), 5e-7, 0);
    }
    layer_fixture_free(&fx);
}

static void step_by_step_gives_the_same_bits(void **state)
{
    const struct layer_case *sizes = *state;
    const size_t row = (size_t)(sizes->batch * sizes->in);
    struct layer_fixture fx;
    real y[64], scratch[64];

    layer_fixture_create(&fx, sizes);
    layer_fixture_forward(&fx);
    assert_true(row <= 64);
    for (int t = 0; t < sizes->steps; t++) {
        const struct layer_step_sizes need =
            fx.layer->kind->step_sizes(fx.layer, sizes->batch, sizes->steps);

        assert_true(need.state == 0 && need.scratch <= 64);
        fx.layer->kind->step(fx.layer, &(struct layer_step){ .batch = sizes->batch,
                                                             .t = t,
                                                             .capacity = sizes->steps,
                                                             .parameters = fx.parameters,
                                                             .x = fx.x + (size_t)t * row,
                                                             .y = y,
                                                             .scratch = scratch });
        assert_memory_equal(y, fx.y + (size_t)t * row, row * sizeof *y);
    }
    layer_fixture_free(&fx);
}

/* q_i . k_j, both turned. */
static double turned_dot(const real *q, int i, const real *k, int j, int width)
{
    real a[8], b[8], row[8];

    assert_true(width <= 8);
    for (int c = 0; c < width; c++) {
        a[c] = q[c];
        b[c] = k[c];
    }
    sinusoid_row(row, i, width);
    rope_forward(a, row, width);
    sinusoid_row(row, j, width);
    rope_forward(b, row, width);
    return sum_of_products(a, b, (size_t)width);
}

static void rope_leaves_only_the_distance(void **state)
{
    (void)state;
    for (int width = 2; width <= 8; width++) {
        real q[8], k[8];

        fill_normal(q, 8, width, 1);
        fill_normal(k, 8, 100 + width, 1);
        for (int shift = 0; shift <= 500; shift += 125)
            for (int j = 0; j < 9; j++)
                assert_close(turned_dot(q, shift + 9, k, shift + j, width),
                             turned_dot(q, 9, k, j, width), 1e-5, 0);
        assert_true(fabs(turned_dot(q, 9, k, 9, width) - turned_dot(q, 9, k, 8, width)) > 1e-3);
        assert_close(turned_dot(q, 9, k, 9, width), sum_of_products(q, k, (size_t)width), 1e-5,
                     0);
    }
}

static void rope_turns_neighbours_by_the_angles_of_the_paper(void **state)
{
    (void)state;
    real x[5] = { 1, 0, 0, 1, 7 }, row[5];

    sinusoid_row(row, 3, 5);
    rope_forward(x, row, 5);
    assert_close((double)x[0], cos(3), 1e-7, 0);
    assert_close((double)x[1], sin(3), 1e-7, 0);
    assert_close((double)x[2], -sin(3 / pow(10000, 0.4)), 1e-7, 0);
    assert_close((double)x[3], cos(3 / pow(10000, 0.4)), 1e-7, 0);
    assert_close((double)x[4], 7, 0, 0);
}

static void rope_turned_back_is_where_it_was(void **state)
{
    (void)state;
    real x[7], was[7], row[7];

    fill_normal(was, 7, 1, 1);
    for (int c = 0; c < 7; c++)
        x[c] = was[c];
    sinusoid_row(row, 11, 7);
    rope_forward(x, row, 7);
    assert_true(fabs((double)(x[0] - was[0])) > 1e-3);
    rope_backward(x, row, 7);
    for (int c = 0; c < 7; c++)
        assert_close((double)x[c], (double)was[c], 1e-6, 0);
}

static void slopes_of_alibi_are_those_of_the_paper(void **state)
{
    (void)state;
    for (int h = 0; h < 8; h++)
        assert_close((double)alibi_slope(h, 8), ldexp(1, -h - 1), 0, 0);
    for (int heads = 1; heads <= 16; heads++)
        for (int h = 0; h < heads; h++)
            assert_close((double)alibi_slope(h, heads), pow(2, -8.0 * (h + 1) / heads), 0,
                         1e-7);
}

static void alibi_takes_distances_off_on_both_sides(void **state)
{
    (void)state;
    real scores[4] = { 10, 10, 10, 10 };

    alibi_add(scores, 4, (real)2.5, 2, (real)0.5);
    assert_close((double)scores[0], 10 - 1.25, 0, 0);
    assert_close((double)scores[1], 10 - 0.25, 0, 0);
    assert_close((double)scores[2], 10 - 0.75, 0, 0);
    assert_close((double)scores[3], 10 - 1.75, 0, 0);
}

/* clang-format off */
#define SIZES .batch = 3, .steps = 40, .in = 7, .rows = 25

#define CASE(label, test, create) \
    { .name = label "_" #test, .test_func = test, \
      .initial_state = &(struct layer_case){ create, SIZES } }

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(sinusoids_are_those_of_the_paper),
    CASE("sinusoidal", sinusoidal_positions_are_added, create_sinusoidal),
    CASE("sinusoidal", forward_twice_gives_the_same_bits, create_sinusoidal),
    CASE("sinusoidal", an_input_changes_no_earlier_output, create_sinusoidal),
    CASE("sinusoidal", an_output_gives_later_inputs_no_gradient, create_sinusoidal),
    CASE("sinusoidal", step_by_step_gives_the_same_bits, create_sinusoidal),
    CASE("learned", step_by_step_gives_the_same_bits, create_learned),
    cmocka_unit_test(rope_leaves_only_the_distance),
    cmocka_unit_test(rope_turns_neighbours_by_the_angles_of_the_paper),
    cmocka_unit_test(rope_turned_back_is_where_it_was),
    cmocka_unit_test(slopes_of_alibi_are_those_of_the_paper),
    cmocka_unit_test(alibi_takes_distances_off_on_both_sides),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
