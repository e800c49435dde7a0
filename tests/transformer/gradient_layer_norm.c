/* Gradients of transformer/layer_norm.c, in double. */
#include "tests/test.h"

#include "tests/layer_fixture.h"
#include "transformer/layer_norm.h"

static struct layer *create(const struct layer_case *sizes)
{
    return layer_norm_create(sizes->in);
}

/* clang-format off */
#define CASE(label, ...)                                                  \
    { .name = "layer_norm_backward_" label "_matches_finite_differences", \
      .test_func = backward_matches_finite_differences,                   \
      .initial_state = &(struct layer_case){ create, __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    CASE("of_one_row", .batch = 1, .steps = 1, .in = 3),
    CASE("of_one_step", .batch = 4, .steps = 1, .in = 5),
    CASE("of_one_sequence", .batch = 1, .steps = 3, .in = 6),
    CASE("of_rows_longer_than_a_vector", .batch = 2, .steps = 3, .in = 19),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
