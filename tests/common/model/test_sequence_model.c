/*
 * Tests of common/model/sequence_model.c in float, as shipped: of all four families around it.
 */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/close.h"
#include "tests/model_fixture.h"

enum { B = 5, T = 9, V = 6, OUT = 7 };

/* A row of the tables: a model, and what must be true of it. */
struct expectation {
    struct model_case sizes;
    long parameters, core;
    double flops;
    const char *names[6];  /* a few tensors, in order */
    const char *states[4]; /* what a trace of states holds, in order */
};

static void tensors_counts_and_work_are_as_expected(void **state)
{
    const struct expectation *e = *state;
    struct model_fixture fx;
    int found = -1;

    model_fixture_create(&fx, &e->sizes);
    assert_int_equal(fx.model.parameters.total, e->parameters);
    assert_int_equal(model_core_parameters(&fx.model), e->core);
    assert_close(model_flops(&fx.model, T), e->flops, 0, 1e-12);
    for (int i = 0; i < 6 && e->names[i] != NULL; i++) {
        const struct parameter *p = parameter_find(&fx.model.parameters, e->names[i]);

        assert_non_null(p);
        assert_true(p - fx.model.parameters.items > found);
        found = (int)(p - fx.model.parameters.items);
    }
    model_fixture_free(&fx);
}

static void the_trace_names_every_state(void **state)
{
    const struct expectation *e = *state;
    struct model_fixture fx;
    struct trace trace = { .states_only = true };

    model_fixture_create(&fx, &e->sizes);
    model_fixture_forward(&fx);
    model_fixture_backward(&fx);
    model_trace(&fx.model, &fx.workspace, &trace);
    assert_false(trace.failed);
    assert_int_equal(trace_layers(&trace), 2);
    for (int i = 0; i < trace.count; i++) {
        assert_true(i < 4 && e->states[i] != NULL);
        assert_string_equal(trace.entries[i].name, e->states[i]);
    }
    trace_free(&trace);
    model_fixture_free(&fx);
}

static size_t row_size(void)
{
    return OUT * sizeof(real);
}

static real *copy_outputs(const struct model_fixture *fx)
{
    const size_t size = (size_t)(T * B) * row_size();
    real *copy = malloc(size);

    assert_non_null(copy);
    memcpy(copy, fx->workspace.output, size);
    return copy;
}

static void fewer_sequences_give_the_same_bits(void **state)
{
    const struct expectation *e = *state;
    const int fewer = 2;
    struct model_fixture fx;
    real *all;

    model_fixture_create(&fx, &e->sizes);
    model_fixture_forward(&fx);
    all = copy_outputs(&fx);
    for (int t = 0; t < T; t++) /* the first two sequences move together */
        memmove(fx.batch.tokens + t * fewer, fx.batch.tokens + t * B, fewer * sizeof(int));
    fx.batch.extent.batch = fewer;
    model_fixture_forward(&fx);
    for (int t = 0; t < T; t++)
        assert_memory_equal(fx.workspace.output + t * fewer * OUT, all + t * B * OUT,
                            fewer * row_size());
    free(all);
    model_fixture_free(&fx);
}

static void the_future_changes_no_output(void **state)
{
    const struct expectation *e = *state;
    struct model_fixture fx;

    model_fixture_create(&fx, &e->sizes);
    for (int t = 0; t < T; t++) {
        real *before;

        model_fixture_forward(&fx);
        before = copy_outputs(&fx);
        for (int b = 0; b < B; b++)
            fx.batch.tokens[t * B + b] = (fx.batch.tokens[t * B + b] + 1) % V;
        model_fixture_forward(&fx);
        assert_memory_equal(fx.workspace.output, before, (size_t)(t * B) * row_size());
        assert_memory_not_equal(fx.workspace.output + t * B * OUT, before + t * B * OUT,
                                B * row_size());
        free(before);
    }
    model_fixture_free(&fx);
}

static void the_last_readout_is_the_last_row_of_every_readout(void **state)
{
    const struct expectation *e = *state;
    struct model_case last = e->sizes;
    struct model_fixture fx, only;

    last.shape.readout = READOUT_LAST;
    model_fixture_create(&fx, &e->sizes);
    model_fixture_create(&only, &last);
    memcpy(only.batch.tokens, fx.batch.tokens, T * B * sizeof(int));
    model_fixture_forward(&fx);
    model_fixture_forward(&only);
    assert_memory_equal(only.workspace.output, fx.workspace.output + (T - 1) * B * OUT,
                        B * row_size());
    model_fixture_free(&fx);
    model_fixture_free(&only);
}

enum { D = 12, H = 10 };

#define SHAPE                                                                     \
    {                                                                             \
        .steps = T, .input = INPUT_TOKENS, .inputs = V, .target = TARGET_CLASSES, \
        .outputs = OUT, .readout = READOUT_EVERY                                  \
    }
#define RECURRENT(family_, gates)                                                            \
    .sizes = { family_, SHAPE, .batch = B, .width = D, .layers = 2, .hidden = H },           \
    .parameters = V * D + gates * H * (D + H + 2) + gates * H * (H + H + 2) + OUT * H + OUT, \
    .core = gates * H * (D + H + 2) + gates * H * (H + H + 2),                               \
    .flops = T * (2.0 * gates * H * (D + H) + 2.0 * gates * H * (H + H) + 2.0 * H * OUT),    \
    .names = { "embedding.weight",  "core.weight_ih_l0", "core.bias_hh_l0",                  \
               "core.weight_ih_l1", "readout.weight",    "readout.bias" }
#define BLOCK (12 * D * D + 13 * D)

static const struct expectation elman = { RECURRENT(ELMAN, 1),
                                          .states = { "layers.0.hidden", "layers.1.hidden" } };
static const struct expectation lstm = { RECURRENT(LSTM, 4),
                                         .states = { "layers.0.hidden", "layers.0.cell",
                                                     "layers.1.hidden", "layers.1.cell" } };
static const struct expectation gru = { RECURRENT(GRU, 3),
                                        .states = { "layers.0.hidden", "layers.1.hidden" } };
static const struct expectation transformer = {
    .sizes = { TRANSFORMER, SHAPE, .batch = B, .width = D, .layers = 2, .heads = 3 },
    .parameters = V * D + T * D + 2 * BLOCK + 2 * D + OUT * D + OUT,
    .core = 2 * BLOCK + 2 * D,
    .flops = 2 * (24.0 * T * D * D + 4.0 * D * T * (T + 1) / 2) + 2.0 * T * D * OUT,
    .names = { "embedding.weight", "positions.weight", "core.layers.0.self_attn.in_proj_weight",
               "core.layers.1.norm2.bias", "core.norm.weight", "readout.weight" },
    .states = { "layers.0.residual", "layers.1.residual" },
};

/* The size that other cores are matched to: two blocks of width 32 and the final norm. */
static const struct expectation reference = {
    .sizes = { TRANSFORMER, SHAPE, .batch = 1, .width = 32, .layers = 2, .heads = 2 },
    .parameters = V * 32 + T * 32 + 25472 + OUT * 32 + OUT,
    .core = 25472,
    .flops = 2 * (24.0 * T * 32 * 32 + 4.0 * 32 * T * (T + 1) / 2) + 2.0 * T * 32 * OUT,
};

/* clang-format off */
#define ROW(test, family)                                             \
    { .name = #family "_" #test, .test_func = test,                   \
      .initial_state = (void *)(uintptr_t)&family }
#define FAMILY(family)                                                \
    ROW(tensors_counts_and_work_are_as_expected, family),             \
    ROW(the_trace_names_every_state, family),                         \
    ROW(fewer_sequences_give_the_same_bits, family),                  \
    ROW(the_future_changes_no_output, family),                        \
    ROW(the_last_readout_is_the_last_row_of_every_readout, family)

static const struct CMUnitTest tests[] = {
    FAMILY(elman),
    FAMILY(lstm),
    FAMILY(gru),
    FAMILY(transformer),
    ROW(tensors_counts_and_work_are_as_expected, reference),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
