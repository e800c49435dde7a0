/* Gradients of transformer/attention.c, in double, and what it traces. */
#include "tests/test.h"

#include "tests/transformer/attention_cases.h"
#include "transformer/attention.h"

static struct layer *create(const struct layer_case *sizes)
{
    return attention_create(&(struct attention_options){
        .width = sizes->in, .heads = sizes->heads, .depth = TRACED_DEPTH });
}

static void trace_is_that_of_the_equations(void **state)
{
    static const struct traced_layer scalar = { scalar_attention, "", 5 };

    assert_trace_is_the_scalar_attention(*state, &scalar);
}

/* clang-format off */

/* Of each batch: a whole sequence, one with padding, one with padding and a source. */
#define SHORT .batch = 3, .steps = 11, .in = 8, .heads = 2, LENGTHS(11, 6, 10), SOURCES(0, 0, 5)

#define ODD .batch = 2, .steps = 7, .in = 6, .heads = 2, LENGTHS(7, 6), SOURCES(0, 4),          \
    .zeros = { { "in_proj_bias", 8, 1 }, { "in_proj_bias", 11, 1 } }

#define SHORTER .batch = 3, .steps = 9, .in = 4, .heads = 2, LENGTHS(9, 5, 8), SOURCES(0, 0, 5)

/*
 * Where neither rope turns it nor anything else depends on it: the same for all keys of a row.
 */
#define KEY_BIAS .zeros = { { "in_proj_bias", 8, 8 } }

/* Weights and a head that a hand has set: also keys that no mask shows, and a whole row. */
#define EDITED .edits = &(const struct edits){ edited, sizeof edited / sizeof *edited }

#define BACKWARD "backward_matches_finite_differences"
#define TRACE "trace_is_that_of_the_equations"

#define WEIGHT_OF(layer, the_head, query, of_key, value)                                       \
    {                                                                                          \
        .kind = EDIT_WEIGHT, .depth = (layer), .head = (the_head), .step = (query),            \
        .key = (of_key), .weight = (value)                                                     \
    }

static const struct edit edited[] = {
    WEIGHT_OF(TRACED_DEPTH, 0, 4, 3, 0),     WEIGHT_OF(TRACED_DEPTH, 0, 5, 5, .75),
    WEIGHT_OF(TRACED_DEPTH, 0, 5, 4, .125),  WEIGHT_OF(TRACED_DEPTH, 1, 0, 0, 0),
    WEIGHT_OF(TRACED_DEPTH, 1, 8, 2, 1),     WEIGHT_OF(TRACED_DEPTH, 1, 8, 11, .5),
    WEIGHT_OF(TRACED_DEPTH, 1, 10, 6, .25),  WEIGHT_OF(TRACED_DEPTH + 1, 0, 6, 6, 0),
    { .kind = EDIT_HEAD_OUT, .depth = TRACED_DEPTH + 1, .head = 0 },
};

static const struct CMUnitTest tests[] = {
    ATTENTION_TESTS("attention", create, "", trace_is_that_of_the_equations),
    EVERY_MASK(ATTENTION_CASE, BACKWARD, backward_matches_finite_differences,
               ATTENTION_NO_POSITION, "", SHORT, KEY_BIAS),
    EVERY_MASK(ATTENTION_CASE, BACKWARD, backward_matches_finite_differences,
               ATTENTION_ROPE, "_with_rope", SHORT),
    /*
     * The third number of each head is not turned: there a key's bias is the same for all keys.
     */
    EVERY_MASK(ATTENTION_CASE, BACKWARD, backward_matches_finite_differences,
               ATTENTION_ROPE, "_with_rope_in_heads_of_odd_width", ODD),
    EVERY_MASK(ATTENTION_CASE, BACKWARD, backward_matches_finite_differences,
               ATTENTION_ALIBI, "_with_alibi", SHORT, KEY_BIAS),
    EVERY_MASK(ATTENTION_CASE, BACKWARD, backward_matches_finite_differences,
               ATTENTION_NO_POSITION, "_with_weights_set_by_hand", SHORT, KEY_BIAS, EDITED),
    EVERY_ATTENTION(TRACE, trace_is_that_of_the_equations, SHORTER),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
