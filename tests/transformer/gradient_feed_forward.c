/* Gradients of transformer/feed_forward.c, in double. */
#include "tests/test.h"

#include "tests/layer_fixture.h"
#include "transformer/feed_forward.h"

static struct layer *create(const struct layer_case *sizes)
{
    return feed_forward_create(sizes->in, ATTENTION_DEFAULT, 1);
}

/* clang-format off */
#define CASE(label, ...)                                                  \
    { .name = "feed_forward_backward_" label "_matches_finite_differences", \
      .test_func = backward_matches_finite_differences,                   \
      .initial_state = &(struct layer_case){ create, __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    CASE("of_one_row", .batch = 1, .steps = 1, .in = 3),
    CASE("of_one_step", .batch = 4, .steps = 1, .in = 5),
    CASE("of_one_sequence", .batch = 1, .steps = 3, .in = 6),
    CASE("of_different_sizes", .batch = 2, .steps = 5, .in = 4),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
