/*
 * Tests of what attention shows beside its weights: from queries, keys and values to scores,
 * weights and outputs, every number can be recomputed from those that are shown.
 */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/close.h"
#include "tests/transformer/attention_cases.h"
#include "tests/transformer/dense_attention.h"

enum { T = 14, B = 3, E = 6, HEADS = 2, WIDTH = E / HEADS };

struct shown {
    struct layer_fixture fx;
    struct trace trace, sums;
    const struct trace_entry *weight, *query, *key, *value, *score;
};

static void show(struct shown *s, const struct layer_case *sizes, bool states_only)
{
    *s = (struct shown){ .trace = { .states_only = states_only } };
    s->trace.sums = &s->sums;
    layer_fixture_create(&s->fx, sizes);
    layer_fixture_forward(&s->fx);
    layer_fixture_backward(&s->fx);
    s->fx.layer->kind->trace(s->fx.layer, &s->fx.pass, &s->trace);
    assert_false(s->trace.failed);
    s->weight = trace_find(&s->trace, "attention", TRACED_DEPTH);
    s->query = trace_find(&s->trace, "query", TRACED_DEPTH);
    s->key = trace_find(&s->trace, "key", TRACED_DEPTH);
    s->value = trace_find(&s->trace, "value", TRACED_DEPTH);
    s->score = trace_find(&s->trace, "score", TRACED_DEPTH);
}

static void shown_free(struct shown *s)
{
    trace_free(&s->trace);
    trace_free(&s->sums);
    layer_fixture_free(&s->fx);
}

static const real *tensor(const struct shown *s, const char *name)
{
    for (int i = 0; i < s->fx.list.count; i++)
        if (strcmp(s->fx.list.items[i].name, name) == 0)
            return s->fx.parameters + s->fx.list.items[i].offset;
    fail_msg("no tensor %s", name);
    return NULL;
}

/* Numbers of one head of one step, of an entry (B, T, E). */
static const real *vector(const struct trace_entry *entry, int b, int t, int head)
{
    return entry->value + ((b * T + t) * E + head * WIDTH);
}

/* The first and the last step that a key stands for: itself, or the block that it is a mean of. */
static void steps_of(const struct mask *mask, int i, int j, int *first, int *count)
{
    const bool mean = !dense_sees(mask, i, j) && dense_shows(mask, i, j);

    *first = mean ? j / mask->span * mask->span : j;
    *count = mean ? mask->span : 1;
}

static double score(const struct shown *s, const struct layer_case *sizes,
                    const struct mask *mask, int b, int head, int i, int j)
{
    const real *q = vector(s->query, b, i, head);
    double sum = 0;
    int first, count;

    steps_of(mask, i, j, &first, &count);
    for (int c = 0; c < WIDTH; c++) {
        double k = 0;

        for (int t = first; t < first + count; t++)
            k += (double)vector(s->key, b, t, head)[c] / count;
        sum += (double)q[c] * k;
    }
    sum /= sqrt(WIDTH);
    if (sizes->attention->position == ATTENTION_ALIBI)
        sum -= pow(2, -8.0 * (head + 1) / HEADS) * fabs(i - (first + (count - 1) / 2.0));
    return sum;
}

/* Row i: scores of what the mask shows, and no others; their softmax is the weights. */
static void assert_row(const struct shown *s, const struct layer_case *sizes,
                       const struct mask *mask, int b, int head, int i)
{
    const size_t at = (((size_t)b * HEADS + (size_t)head) * T + (size_t)i) * T;
    double sum = 0;
    int first, count;

    for (int j = 0; j < T; j++) {
        const double shown = (double)s->score->value[at + (size_t)j];

        if (!dense_shows(mask, i, j)) {
            assert_true(isinf(shown) && shown < 0);
            continue;
        }
        assert_close(shown, score(s, sizes, mask, b, head, i, j), 1e-5, 1e-5);
        steps_of(mask, i, j, &first, &count);
        sum += exp(shown) / count; /* a block is one key, shown at each of its steps */
    }
    for (int j = 0; j < T; j++) {
        steps_of(mask, i, j, &first, &count);
        assert_close((double)s->weight->value[at + (size_t)j],
                     sum > 0 ? exp((double)s->score->value[at + (size_t)j]) / count / sum : 0,
                     1e-6, 1e-5);
    }
}

static void scores_are_products_and_weights_their_softmax(void **state)
{
    const struct layer_case *sizes = *state;
    struct shown s;

    show(&s, sizes, false);
    assert_int_equal(s.query->count, B * T * E);
    assert_int_equal(s.score->count, B * HEADS * T * T);
    for (int b = 0; b < B; b++) {
        const struct mask mask =
            dense_mask(sizes->attention, T, sizes->lengths, sizes->sources, b);

        for (int head = 0; head < HEADS; head++)
            for (int i = 0; i < T; i++)
                assert_row(&s, sizes, &mask, b, head, i);
    }
    shown_free(&s);
}

/* y = W_out (sum of weights times values) + b_out, with values as shown. */
static void weights_times_values_are_the_output(void **state)
{
    const struct layer_case *sizes = *state;
    const real *W, *bias;
    struct shown s;

    show(&s, sizes, false);
    W = tensor(&s, "out_proj.weight");
    bias = tensor(&s, "out_proj.bias");
    for (int row = 0; row < T * B; row++) {
        const int t = row / B, b = row % B;
        double mix[E] = { 0 };

        for (int k = 0; k < E; k++)
            for (int j = 0; j < T; j++)
                mix[k] += (double)s.weight->value[((b * HEADS + k / WIDTH) * T + t) * T + j] *
                          (double)vector(s.value, b, j, 0)[k];
        for (int k = 0; k < E; k++) {
            double y = (double)bias[k];

            for (int n = 0; n < E; n++)
                y += (double)W[k * E + n] * mix[n];
            assert_close((double)s.fx.y[row * E + k], y, 1e-5, 1e-5);
        }
    }
    shown_free(&s);
}

/* `times` the sum over the sequences of the weights of s. */
static void assert_sums(const struct trace *sums, const struct shown *s, int times)
{
    const struct trace_entry *sum = trace_find(sums, "attention", TRACED_DEPTH);

    assert_non_null(sum);
    assert_int_equal(sum->extent[0], 1);
    assert_int_equal(sum->count, HEADS * T * T);
    for (size_t i = 0; i < sum->count; i++) {
        double plain = 0;

        for (size_t b = 0; b < B; b++)
            plain += (double)s->weight->value[b * HEADS * T * T + i];
        assert_close((double)sum->value[i], times * plain, 1e-6, 1e-6);
    }
}

/* Of three sequences, whether or not the weights themselves are wanted; and once more as much. */
static void weights_are_added_up_where_somebody_wants_that(void **state)
{
    const struct layer_case *sizes = *state;
    struct shown s, bare;

    show(&s, sizes, false);
    show(&bare, sizes, true);
    assert_int_equal(bare.trace.count, 0);
    for (int times = 1; times <= 2; times++) {
        assert_int_equal(bare.sums.count, 1);
        assert_sums(&bare.sums, &s, times);
        bare.fx.layer->kind->trace(bare.fx.layer, &bare.fx.pass, &bare.trace);
    }
    assert_sums(&s.sums, &s, 1);
    trace_reset(&bare.sums); /* begins with zeros again */
    bare.fx.layer->kind->trace(bare.fx.layer, &bare.fx.pass, &bare.trace);
    assert_sums(&bare.sums, &s, 1);
    shown_free(&s);
    shown_free(&bare);
}

/* A hand changes weights, not the scores that they come from. */
static void scores_are_those_before_an_edit(void **state)
{
    static const struct edit forbid[] = {
        { .kind = EDIT_WEIGHT, .depth = TRACED_DEPTH, .head = 1, .step = 3, .key = 1 }
    };
    const struct edits edits = { forbid, 1 };
    const struct layer_case *sizes = *state;
    struct layer_case edited = *sizes;
    struct shown free_of_it, changed;

    edited.edits = &edits;
    show(&free_of_it, sizes, false);
    show(&changed, &edited, false);
    assert_memory_equal(changed.score->value, free_of_it.score->value,
                        changed.score->count * sizeof *changed.score->value);
    assert_true(free_of_it.weight->value[(T + 3) * T + 1] > 0);
    assert_true(!(changed.weight->value[(T + 3) * T + 1] > 0));
    shown_free(&free_of_it);
    shown_free(&changed);
}

/* clang-format off */
#define SIZES .batch = B, .steps = T, .in = E, .heads = HEADS
#define PADDED SIZES, LENGTHS(T, 9, 12), SOURCES(0, 0, 5)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EVERY_ATTENTION("scores_are_products_and_weights_their_softmax",
                        scores_are_products_and_weights_their_softmax, PADDED),
        EVERY_ATTENTION("weights_times_values_are_the_output",
                        weights_times_values_are_the_output, PADDED),
        EVERY_MASK(ATTENTION_CASE, "weights_are_added_up_where_somebody_wants_that",
                   weights_are_added_up_where_somebody_wants_that, ATTENTION_ROPE, "", SIZES),
        ATTENTION_CASE("scores_are_those_before_an_edit", scores_are_those_before_an_edit,
                       ATTENTION_CAUSAL, 0, ATTENTION_ALIBI, SIZES),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
