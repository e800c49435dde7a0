/* Gradients of transformer/positions.c, in double. */
#include "tests/test.h"

#include "tests/layer_fixture.h"
#include "transformer/positions.h"

static struct layer *create(const struct layer_case *sizes)
{
    return positions_create(sizes->in, sizes->rows);
}

static struct layer *create_sinusoidal(const struct layer_case *sizes)
{
    return sinusoidal_create(sizes->in);
}

/* Of a layer without parameters. */
static void input_gradient_matches_finite_differences(void **state)
{
    struct layer_fixture fx;

    layer_fixture_create(&fx, *state);
    assert_int_equal(fx.list.count, 0);
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    assert_gradient(&(struct gradient){ "x", fx.x, fx.dx, fx.inputs, 0, 0 }, layer_fixture_loss,
                    &fx);
    layer_fixture_free(&fx);
}

/* clang-format off */
#define CASE(label, ...)                                                 \
    { .name = "positions_backward_" label "_matches_finite_differences", \
      .test_func = backward_matches_finite_differences,                  \
      .initial_state = &(struct layer_case){ create, __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    CASE("of_one_step", .batch = 3, .steps = 1, .in = 2, .rows = 1),
    CASE("of_a_full_table", .batch = 2, .steps = 5, .in = 3, .rows = 5),
    CASE("past_the_end_of_the_table", .batch = 2, .steps = 7, .in = 4, .rows = 3),
    CASE("before_the_end_of_the_table", .batch = 1, .steps = 3, .in = 4, .rows = 8,
         .zeros = { { "weight", 3, 5 } }),
    { .name = "sinusoidal_positions_backward_matches_finite_differences",
      .test_func = input_gradient_matches_finite_differences,
      .initial_state = &(struct layer_case){ create_sinusoidal, .batch = 2, .steps = 5,
                                             .in = 3 } },
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
