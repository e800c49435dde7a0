/* Gradients of common/layers/embedding.c, in double. */
#include "tests/test.h"

#include <stdlib.h>

#include "common/layers/embedding.h"
#include "tests/layer_fixture.h"

static struct layer *create(const struct layer_case *sizes)
{
    return embedding_create(sizes->in, sizes->out);
}

/*
 * The layer as a function of one-hot vectors, y_tb = E' u_tb, away from where they are one-hot.
 */
struct one_hot {
    struct layer_fixture fx;
    real *shift; /* (T, B, V) u minus the one-hot vectors */
};

static real shifted_loss(void *context)
{
    struct one_hot *u = context;
    struct layer_fixture *fx = &u->fx;
    const size_t V = (size_t)fx->layer->in, D = (size_t)fx->layer->out;

    layer_fixture_forward(fx);
    for (size_t i = 0; i < fx->inputs; i++)
        for (size_t k = 0; k < D; k++)
            fx->y[i / V * D + k] += u->shift[i] * fx->parameters[i % V * D + k];
    return (real)sum_of_products(fx->y, fx->dy, fx->outputs);
}

static void dx_is_the_gradient_on_the_one_hot_input(void **state)
{
    struct one_hot u = { 0 };

    layer_fixture_create(&u.fx, *state);
    u.shift = calloc(u.fx.inputs, sizeof *u.shift);
    assert_non_null(u.shift);
    layer_fixture_forward(&u.fx);
    layer_fixture_backward(&u.fx);
    assert_gradient(
        &(struct gradient){ "the one-hot input", u.shift, u.fx.dx, u.fx.inputs, 0, 0 },
        shifted_loss, &u);
    free(u.shift);
    layer_fixture_free(&u.fx);
}

/* clang-format off */
#define CASE(label, ...)                                                  \
    { .name = "embedding_backward_" label "_matches_finite_differences",  \
      .test_func = backward_matches_finite_differences,                   \
      .initial_state = &(struct layer_case){ create, __VA_ARGS__ } },     \
    { .name = "embedding_dx_" label "_is_the_gradient_on_the_one_hot_input", \
      .test_func = dx_is_the_gradient_on_the_one_hot_input,               \
      .initial_state = &(struct layer_case){ create, __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    CASE("of_one_token", .batch = 1, .steps = 1, .in = 4, .out = 3),
    CASE("of_one_step", .batch = 5, .steps = 1, .in = 3, .out = 2),
    CASE("with_repeated_tokens", .batch = 3, .steps = 7, .in = 5, .out = 4),
    CASE("with_tokens_that_never_occur", .batch = 2, .steps = 3, .in = 11, .out = 4),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
