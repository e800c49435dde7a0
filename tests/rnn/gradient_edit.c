/*
 * Gradients of recurrent layers whose state a hand has changed (common/layers/edit.h), in
 * double, and what the state then is.
 */
#include "tests/test.h"

#include <string.h>

#include "tests/close.h"
#include "tests/rnn/cells.h"

/* The first state is learned, and the gradient stops nowhere. */
enum { NO_CUT = 100 };
enum { H = 4, B = 2, T = 9, DEPTH = CELL_DEPTH };

/* h, then c. */
static const real other[2 * H] = { .5, -.25, .75, 0, -1, .5, .125, 2 };

static const struct edit of_states[] = {
    { .kind = EDIT_STATE_HOLD, .depth = DEPTH, .step = 0 },
    { .kind = EDIT_STATE_ZERO, .depth = DEPTH, .step = 3 },
    { .kind = EDIT_STATE_HOLD, .depth = DEPTH, .step = 5 },
    { .kind = EDIT_STATE_HOLD, .depth = DEPTH, .step = 6 },
    { .kind = EDIT_STATE_SET, .depth = DEPTH, .step = 8, .state = other },
    { .kind = EDIT_STATE_ZERO, .depth = DEPTH + 1, .step = 4 }, /* another layer's */
};
static const struct edits edits = { of_states, sizeof of_states / sizeof *of_states };

/* Row block t of y (T, B, H). */
static const real *step_of(const struct layer_fixture *fx, int t)
{
    return fx->y + (size_t)t * B * H;
}

static void the_state_is_what_a_hand_has_made_it(void **state)
{
    static const real nothing[B * H] = { 0 };
    struct layer_case sizes = *(const struct layer_case *)*state;
    const size_t bytes = B * H * sizeof(real);
    struct layer_fixture free_run, edited;

    layer_fixture_create(&edited, &sizes);
    sizes.edits = NULL;
    layer_fixture_create(&free_run, &sizes);
    layer_fixture_forward(&edited);
    layer_fixture_forward(&free_run);
    assert_memory_not_equal(step_of(&edited, 0), step_of(&free_run, 0), bytes);
    assert_memory_equal(step_of(&edited, 3), nothing, bytes);
    assert_memory_not_equal(step_of(&edited, 4), nothing, bytes);
    assert_memory_equal(step_of(&edited, 5), step_of(&edited, 4), bytes);
    assert_memory_equal(step_of(&edited, 6), step_of(&edited, 4), bytes);
    assert_memory_not_equal(step_of(&edited, 7), step_of(&edited, 4), bytes);
    for (int b = 0; b < B; b++)
        assert_memory_equal(step_of(&edited, 8) + b * H, other, H * sizeof(real));
    layer_fixture_free(&free_run);
    layer_fixture_free(&edited);
}

/* clang-format off */
#define EDITED(name_, cell, test)                                                              \
    { .name = name_, .test_func = test,                                                        \
      .initial_state = &(struct layer_case){ .create = cell, .batch = B, .steps = T, .in = 3,  \
                                             .out = H, .cut = NO_CUT, .edits = &edits } }
#define CELL(cell)                                                                             \
    EDITED("backward_of_an_edited_" #cell "_matches_finite_differences", cell,                 \
           backward_matches_finite_differences),                                               \
    EDITED("the_state_of_an_edited_" #cell "_is_what_a_hand_has_made_it", cell,                \
           the_state_is_what_a_hand_has_made_it)

int main(void)
{
    const struct CMUnitTest tests[] = { CELL(cell_elman), CELL(cell_gru), CELL(cell_lstm) };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
