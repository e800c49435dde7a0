/* Gradients of rnn/bidirectional.c around every cell, in double, with and without padding. */
#include "tests/test.h"

#include "rnn/bidirectional.h"
#include "rnn/elman.h"
#include "rnn/gru.h"
#include "rnn/lstm.h"
#include "tests/close.h"
#include "tests/layer_fixture.h"

static struct layer *create(const struct layer_case *sizes, recurrent_creator *cell,
                            bool learned)
{
    return bidirectional_create(cell, &(struct recurrent_options){ .inputs = sizes->in,
                                                                   .hidden = sizes->out,
                                                                   .depth = 1,
                                                                   .learned_state = learned });
}

/* clang-format off */
#define CREATE(name, cell, learned)                                    \
    static struct layer *name(const struct layer_case *sizes)          \
    {                                                                  \
        return create(sizes, cell, learned);                           \
    }
CREATE(elman, elman_create, false)
CREATE(lstm, lstm_create, false)
CREATE(gru, gru_create, false)
CREATE(learned_elman, elman_create, true)
CREATE(learned_lstm, lstm_create, true)
CREATE(learned_gru, gru_create, true)
/* clang-format on */

enum { SEQUENCES = 3, STEPS = 6 };

static void padding_has_no_gradient_and_all_else_the_right_one(void **state)
{
    const int lengths[SEQUENCES] = { 4, STEPS, 1 };
    const struct layer_case *sizes = *state;
    struct layer_fixture fx;

    layer_fixture_create(&fx, sizes);
    fx.pass.lengths = lengths;
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    assert_all_gradients(&fx.list, sizes->zeros, fx.parameters, fx.gradients,
                         layer_fixture_loss, &fx);
    assert_gradient(&(struct gradient){ "x", fx.x, fx.dx, fx.inputs, 0, 0 }, layer_fixture_loss,
                    &fx);
    for (int row = 0; row < STEPS * SEQUENCES; row++)
        for (int k = 0; k < sizes->in && row / SEQUENCES >= lengths[row % SEQUENCES]; k++)
            assert_close((double)fx.dx[row * sizes->in + k], 0, 0, 0);
    layer_fixture_free(&fx);
}

/* clang-format off */
#define ROW(label, test, ...)                                                                  \
    { .name = label, .test_func = test, .initial_state = &(struct layer_case){ __VA_ARGS__ } }
#define BOTH(cell, create)                                                                     \
    ROW("bidirectional_" cell "_backward_of_one_sequence_matches_finite_differences",          \
        backward_matches_finite_differences, create, .batch = 1, .steps = 5, .in = 2, .out = 3), \
    ROW("bidirectional_" cell "_backward_of_many_steps_matches_finite_differences",            \
        backward_matches_finite_differences, create, .batch = 2, .steps = 7, .in = 3, .out = 4), \
    ROW("bidirectional_" cell "_padding_has_no_gradient_and_all_else_the_right_one",           \
        padding_has_no_gradient_and_all_else_the_right_one, create, .batch = SEQUENCES,        \
        .steps = STEPS, .in = 4, .out = 3)

static const struct CMUnitTest tests[] = {
    BOTH("elman", elman), BOTH("lstm", lstm), BOTH("gru", gru),
    BOTH("elman_with_a_learned_state", learned_elman),
    BOTH("lstm_with_a_learned_state", learned_lstm),
    BOTH("gru_with_a_learned_state", learned_gru),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
