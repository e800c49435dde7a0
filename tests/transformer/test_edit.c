/*
 * Tests of what a hand changes in attention (common/layers/edit.h): weights that are set hold,
 * the others keep their proportions, and a head that is out adds nothing.
 */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/close.h"
#include "tests/transformer/attention_cases.h"
#include "tests/transformer/dense_attention.h"

enum { T = 13, HEADS = 2, E = 8, B = 2 };

/* Of head 0: a key forbidden, the only key forbidden, two set. Of head 1: all of a row. */
static const struct edit set_by_hand[] = {
    { .kind = EDIT_WEIGHT, .depth = TRACED_DEPTH, .step = 5, .key = 4 },
    { .kind = EDIT_WEIGHT, .depth = TRACED_DEPTH },
    { .kind = EDIT_WEIGHT, .depth = TRACED_DEPTH, .step = 9, .key = 8, .weight = .25 },
    { .kind = EDIT_WEIGHT, .depth = TRACED_DEPTH, .step = 9, .key = 9, .weight = .5 },
    { .kind = EDIT_WEIGHT,
      .depth = TRACED_DEPTH,
      .head = 1,
      .step = 10,
      .key = 10,
      .weight = 1 },
    { .kind = EDIT_WEIGHT,
      .depth = TRACED_DEPTH,
      .head = 1,
      .step = 3,
      .key = 12,
      .weight = .5 },
    { .kind = EDIT_WEIGHT, .depth = TRACED_DEPTH + 1, .step = 7, .key = 7 },
};
enum { SET = sizeof set_by_hand / sizeof *set_by_hand };

/* The layer's weights p (B, HEADS, T, T) under those edits, and its y if asked. Owned. */
static real *weights_under(const struct layer_case *sizes, const struct edits *edits, real *y)
{
    struct layer_case own = *sizes;
    struct layer_fixture fx;
    struct trace trace = { 0 };
    const struct trace_entry *entry;
    real *p = calloc(B * HEADS * T * T, sizeof *p);

    own.edits = edits;
    layer_fixture_create(&fx, &own);
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    fx.layer->kind->trace(fx.layer, &fx.pass, &trace);
    entry = trace_find(&trace, "attention", TRACED_DEPTH);
    assert_true(p != NULL && entry != NULL && entry->count == B * HEADS * T * T);
    memcpy(p, entry->value, entry->count * sizeof *p);
    if (y != NULL)
        memcpy(y, fx.y, fx.outputs * sizeof *y);
    trace_free(&trace);
    layer_fixture_free(&fx);
    return p;
}

/* The weight that is set for a pair that the mask lets see each other; -1: none is. */
static double set_for(const struct mask *mask, int head, int i, int j)
{
    for (int n = 0; n < SET; n++)
        if (set_by_hand[n].depth == TRACED_DEPTH && set_by_hand[n].head == head &&
            set_by_hand[n].step == i && set_by_hand[n].key == j && dense_sees(mask, i, j))
            return set_by_hand[n].weight;
    return -1;
}

/* Row i: what is set, and the rest in the proportions of `before`. */
static void assert_edited(const struct mask *mask, int head, int i, const real *before,
                          const real *after)
{
    double set = 0, rest = 0;
    int any = 0;

    for (int j = 0; j < T; j++) {
        const double weight = set_for(mask, head, i, j);

        any += weight >= 0;
        set += weight > 0 ? weight : 0;
        rest += weight >= 0 ? 0 : (double)before[j];
    }
    if (any == 0) {
        assert_memory_equal(after, before, T * sizeof *after);
        return;
    }
    for (int j = 0; j < T; j++) {
        const double weight = set_for(mask, head, i, j);
        const double share = rest > 0 ? (double)before[j] * (1 - set) / rest : 0;

        assert_close((double)after[j], weight >= 0 ? weight : share, 1e-6, 1e-5);
    }
}

static void weights_that_are_set_hold(void **state)
{
    const struct layer_case *sizes = *state;
    const struct edits edits = { set_by_hand, SET };
    const struct mask mask = dense_mask(sizes->attention, T, NULL, NULL, 0);
    real *before = weights_under(sizes, NULL, NULL),
         *after = weights_under(sizes, &edits, NULL);

    for (int row = 0; row < B * HEADS * T; row++)
        assert_edited(&mask, row / T % HEADS, row % T, before + row * T, after + row * T);
    free(before);
    free(after);
}

/* Of y the bias is left; with one head out it is neither that nor what it was. */
static void a_head_that_is_out_adds_nothing(void **state)
{
    static const struct edit out[] = {
        { .kind = EDIT_HEAD_OUT, .depth = TRACED_DEPTH },
        { .kind = EDIT_HEAD_OUT, .depth = TRACED_DEPTH, .head = 1 }
    };
    const struct layer_case *sizes = *state;
    real whole[T * B * E], one[T * B * E], none[T * B * E];
    real *p[] = { weights_under(sizes, NULL, whole),
                  weights_under(sizes, &(struct edits){ out, 1 }, one),
                  weights_under(sizes, &(struct edits){ out, 2 }, none) };

    for (int row = 1; row < T * B; row++) /* the same at every step: a bias */
        assert_memory_equal(none + row * E, none, E * sizeof *none);
    assert_memory_not_equal(one, whole, sizeof one);
    assert_memory_not_equal(one, none, sizeof one);
    for (int i = 1; i < 3; i++) /* and the weights are seen as they were */
        assert_memory_equal(p[i], p[0], B * HEADS * T * T * sizeof **p);
    for (int i = 0; i < 3; i++)
        free(p[i]);
}

/* clang-format off */
#define SIZES .batch = B, .steps = T, .in = E, .heads = HEADS

int main(void)
{
    const struct CMUnitTest tests[] = {
        EVERY_MASK(ATTENTION_CASE, "weights_that_are_set_hold", weights_that_are_set_hold,
                   ATTENTION_NO_POSITION, "", SIZES),
        EVERY_MASK(ATTENTION_CASE, "a_head_that_is_out_adds_nothing",
                   a_head_that_is_out_adds_nothing, ATTENTION_ROPE, "_with_rope", SIZES),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
