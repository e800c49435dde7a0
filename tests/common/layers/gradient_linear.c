/* Gradients of common/layers/linear.c, in double. */
#include "tests/test.h"

#include "common/layers/linear.h"
#include "tests/layer_fixture.h"

static struct layer *create(const struct layer_case *sizes)
{
    return linear_create(sizes->in, sizes->out);
}

/* clang-format off */
#define CASE(label, ...)                                              \
    { .name = "linear_backward_" label "_matches_finite_differences", \
      .test_func = backward_matches_finite_differences,               \
      .initial_state = &(struct layer_case){ create, __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    CASE("of_one_number", .batch = 1, .steps = 1, .in = 1, .out = 1),
    CASE("of_one_step", .batch = 3, .steps = 1, .in = 5, .out = 2),
    CASE("of_one_sequence", .batch = 1, .steps = 4, .in = 3, .out = 7),
    CASE("of_different_sizes", .batch = 2, .steps = 5, .in = 4, .out = 9),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
