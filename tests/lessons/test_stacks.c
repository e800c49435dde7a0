/*
 * Tests of whole models of every form: names, first values, what padding and order may not do.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/model/loss.h"
#include "lessons/models.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"
#include "tests/test.h"

enum { B = 3, T = 13, V_IN = 9, V_OUT = 5, ROOM = 20 };

struct stack_row {
    const char *model;
    const char *set[6]; /* key=value */
    enum readout readout;
    int sources[B];
    const char *names[ROOM]; /* of the core's tensors */
};

static struct arm_config arm_of(const struct stack_row *row)
{
    struct lab_config config = small_config("sort", row->model, NULL);

    config.arm[0].hidden = 10;
    config.arm[0].layers = 2;
    config.arm[0].span = 4;
    for (int i = 0; row->set[i] != NULL; i++) {
        const char *equals = strchr(row->set[i], '=');
        char key[64];

        snprintf(key, sizeof key, "left.%.*s", (int)(equals - row->set[i]), row->set[i]);
        set(&config, key, equals + 1);
    }
    return config.arm[0];
}

static const struct batch_shape shape = { .steps = T,
                                          .input = INPUT_TOKENS,
                                          .inputs = V_IN,
                                          .target = TARGET_CLASSES,
                                          .outputs = V_OUT };

/* A model with weights, gradients, and a batch. */
struct whole {
    struct sequence_model model;
    struct workspace workspace;
    struct batch batch;
    real *parameters, *prepared, *gradients;
};

static real *reals(size_t count)
{
    real *values = calloc(count, sizeof *values);

    assert_non_null(values);
    return values;
}

static void whole_create(struct whole *w, const struct stack_row *row, int sequences, int steps)
{
    const struct arm_config arm = arm_of(row);
    struct batch_shape own = shape;
    struct error error;

    if (arm_check(&arm, "left", &error) != STATUS_OK)
        fail_msg("%s", error.message);
    own.readout = row->readout;
    assert_int_equal(arm_model(&w->model, &arm, &own, NULL), STATUS_OK);
    own.steps = steps; /* of the batch: a learned table of positions keeps its T rows */
    assert_int_equal(batch_create(&w->batch, &own, sequences, NULL), STATUS_OK);
    assert_int_equal(workspace_create(&w->workspace, &w->model, w->batch.extent, true, NULL),
                     STATUS_OK);
    w->parameters = reals(w->model.parameters.total);
    w->gradients = reals(w->model.parameters.total);
    w->prepared = reals(w->model.prepared_count);
    assert_int_equal(parameters_initialise(&w->model.parameters, w->parameters, 4), STATUS_OK);
    model_prepare(&w->model, w->parameters, w->prepared);
}

static void whole_free(struct whole *w)
{
    workspace_free(&w->workspace);
    batch_free(&w->batch);
    model_free(&w->model);
    free(w->parameters);
    free(w->prepared);
    free(w->gradients);
}

/* Forward and backward; the sum of the loss. */
static double run(struct whole *w)
{
    struct loss loss;

    model_forward(&w->model, (struct weights){ w->parameters, w->prepared }, &w->workspace,
                  &w->batch);
    loss = loss_evaluate(&w->batch, w->workspace.output, w->workspace.doutput);
    memset(w->gradients, 0, w->model.parameters.total * sizeof *w->gradients);
    model_backward(&w->model, &w->workspace, w->gradients);
    return loss.sum;
}

/* Padding */

static int token_of(int b, int t)
{
    return (b * 5 + t * t + 3 * t) % V_IN;
}

static int class_of(int b, int t)
{
    return (b + 2 * t) % V_OUT;
}

/* Sequence number b as the c-th of a batch. */
static void put_sequence(struct batch *batch, int c, int b, int length, int source)
{
    const int width = batch->extent.batch;
    const bool every = batch->shape.readout == READOUT_EVERY;

    batch->lengths[c] = length;
    batch->sources[c] = source;
    for (int t = 0; t < batch->extent.steps; t++) {
        batch->tokens[t * width + c] = t < length ? token_of(b, t) : 0;
        if (every)
            batch->classes[t * width + c] = t < length ? class_of(b, t) : TARGET_IGNORED;
    }
    if (!every)
        batch->classes[c] = class_of(b, 0);
}

static void assert_near(const real *found, const real *expected, size_t n, double tolerance)
{
    for (size_t i = 0; i < n; i++)
        assert_close((double)found[i], (double)expected[i], tolerance, tolerance);
}

/* From now on as while training: layers may work on the different rows of their input alone. */
static void stop_recording(struct whole *w)
{
    workspace_free(&w->workspace);
    assert_int_equal(workspace_create(&w->workspace, &w->model, w->batch.extent, false, NULL),
                     STATUS_OK);
}

static void a_padded_batch_is_its_sequences_alone(void **state)
{
    static const int lengths[B] = { 7, T, 9 };
    const struct stack_row *row = *state;
    const bool every = row->readout == READOUT_EVERY;
    struct whole all, one;
    real *sum;

    whole_create(&all, row, B, T);
    for (int b = 0; b < B; b++)
        put_sequence(&all.batch, b, b, lengths[b], row->sources[b]);
    run(&all);
    sum = reals(all.model.parameters.total);
    for (int b = 0; b < B; b++) {
        whole_create(&one, row, 1, lengths[b]);
        put_sequence(&one.batch, 0, b, lengths[b], row->sources[b]);
        run(&one);
        for (int t = 0; t < (every ? lengths[b] : 1); t++)
            assert_near(all.workspace.output + (t * B + b) * V_OUT,
                        one.workspace.output + t * V_OUT, V_OUT, 1e-5);
        for (int t = 0; t < T; t++) /* the gradient of padding is exactly 0 */
            for (int v = 0; v < V_IN; v++) {
                const real d = all.workspace.dinput[(t * B + b) * V_IN + v];

                if (t < lengths[b])
                    assert_close((double)d, (double)one.workspace.dinput[t * V_IN + v], 1e-5,
                                 1e-5);
                else
                    assert_close((double)d, 0, 0, 0);
            }
        for (size_t i = 0; i < all.model.parameters.total; i++)
            sum[i] += one.gradients[i];
        whole_free(&one);
    }
    assert_near(all.gradients, sum, all.model.parameters.total, 1e-4);
    stop_recording(&all);
    run(&all);
    assert_near(all.gradients, sum, all.model.parameters.total, 1e-4);
    free(sum);
    whole_free(&all);
}

/* In memory that is full of NaN, nothing of which may be read. */
static void forward_alone(struct whole *w)
{
    const struct extent extent = { .batch = B, .steps = T, .forward_only = true };

    workspace_free(&w->workspace);
    assert_int_equal(workspace_create(&w->workspace, &w->model, extent, false, NULL),
                     STATUS_OK);
    memset(w->workspace.block, 0xff, workspace_bytes(&w->model, extent, false));
    model_forward(&w->model, (struct weights){ w->parameters, w->prepared }, &w->workspace,
                  &w->batch);
}

static void without_a_way_back_outputs_have_the_same_bits(void **state)
{
    static const int lengths[B] = { 7, T, 9 };
    const struct stack_row *row = *state;
    const size_t count = (row->readout == READOUT_EVERY ? T : 1) * B * V_OUT;
    struct whole w;
    real *expected = reals(count);
    size_t bytes;

    whole_create(&w, row, B, T);
    for (int b = 0; b < B; b++)
        put_sequence(&w.batch, b, b, lengths[b], row->sources[b]);
    stop_recording(&w);
    run(&w);
    memcpy(expected, w.workspace.output, count * sizeof *expected);
    bytes = workspace_bytes(&w.model, w.batch.extent, false);
    forward_alone(&w);
    assert_memory_equal(w.workspace.output, expected, count * sizeof *expected);
    assert_true(workspace_bytes(&w.model, w.workspace.capacity, false) < bytes);
    free(expected);
    whole_free(&w);
}

/*
 * Reach: the last output asks of L layers of windows w the last L (w - 1) + 1 inputs, no other.
 */

static void the_gradient_ends_where_the_windows_do(void **state)
{
    enum { LAYERS = 2, WINDOW = 4, REACH = LAYERS * (WINDOW - 1) }; /* as arm_of has them */
    struct whole w;

    whole_create(&w, *state, B, T);
    for (int b = 0; b < B; b++)
        put_sequence(&w.batch, b, b, T, 0);
    for (int i = 0; i < (T - 1) * B; i++)
        w.batch.classes[i] = TARGET_IGNORED;
    run(&w);
    for (int t = 0; t < T; t++) {
        const double most = largest_of(w.workspace.dinput + t * B * V_IN, B * V_IN);

        assert_int_equal(most > 0, t >= T - 1 - REACH);
    }
    whole_free(&w);
}

/* What a model with attention over its states shows */

static void attention_over_states_looks_at_the_source_alone(void **state)
{
    const struct stack_row *row = *state;
    const struct trace_entry *weights;
    struct trace trace = { 0 };
    struct whole w;

    whole_create(&w, row, B, T);
    for (int b = 0; b < B; b++)
        put_sequence(&w.batch, b, b, T, row->sources[b]);
    run(&w);
    model_trace(&w.model, &w.workspace, &trace);
    assert_non_null(trace_find(&trace, "hidden", 0));
    assert_non_null(trace_find(&trace, "hidden", 1));
    assert_non_null(trace_find(&trace, "residual", 2)); /* two recurrent layers are below */
    weights = trace_find(&trace, "attention", 2);
    assert_non_null(weights);
    assert_int_equal(weights->count, B * 2 * T * T);
    for (size_t i = 0; i < weights->count; i++) {
        const int key = (int)i % T, query = (int)i / T % T,
                  source = row->sources[i / (2 * T * T)];
        const bool seen = query < source || source == 0 ? key <= query : key < source;

        assert_int_equal(weights->value[i] > 0, seen);
    }
    trace_free(&trace);
    whole_free(&w);
}

/* Order */

/* Without positions and with a mean of all steps, attention to all of them knows no order. */
static void a_permutation_changes_the_loss_by(const struct stack_row *row, double *change)
{
    struct whole w;
    double before;

    whole_create(&w, row, B, T);
    for (int b = 0; b < B; b++)
        put_sequence(&w.batch, b, b, T, 0);
    before = run(&w);
    for (int t = 0; t < T; t++)
        for (int b = 0; b < B; b++) /* 5 and 13 have no common divisor */
            w.batch.tokens[t * B + b] = token_of(b, t * 5 % T);
    *change = fabs(run(&w) - before);
    whole_free(&w);
}

static void a_permutation_does_not_change_the_loss(void **state)
{
    double change;

    a_permutation_changes_the_loss_by(*state, &change);
    assert_true(change < 1e-5);
}

static void a_permutation_changes_the_loss(void **state)
{
    double change;

    a_permutation_changes_the_loss_by(*state, &change);
    assert_true(change > 1e-3);
}

/* First values */

/* The mean and the root mean square of a tensor. */
static void statistics(const struct whole *w, const struct parameter *p, double *mean,
                       double *deviation)
{
    double sum = 0, squares = 0;

    for (size_t i = 0; i < p->count; i++) {
        const double x = (double)w->parameters[p->offset + i];

        sum += x;
        squares += x * x;
    }
    *mean = sum / (double)p->count;
    *deviation = sqrt(squares / (double)p->count);
}

static bool ends_with(const char *name, const char *end)
{
    return strlen(name) >= strlen(end) && strcmp(name + strlen(name) - strlen(end), end) == 0;
}

/*
 * N(0, .02), residual projections .02 / sqrt(2 L), biases 0, norms 1 and 0. Of n numbers the
 * root mean square is off by less than 4 / sqrt(2 n) of itself, the mean by less than 4 / sqrt
 * n of it.
 */
static void first_values_are_those_of_gpt_2(void **state)
{
    const struct stack_row row = { .model = "transformer",
                                   .set = { "initial=gpt2", "layers=3", "width=32" } };
    struct whole w;

    (void)state;
    whole_create(&w, &row, 1, T);
    for (int i = 0; i < w.model.parameters.count; i++) {
        const struct parameter *p = &w.model.parameters.items[i];
        const bool residual =
            ends_with(p->name, "out_proj.weight") || ends_with(p->name, "linear2.weight");
        const bool norm = strstr(p->name, "norm") != NULL && ends_with(p->name, "weight");
        const double expected = residual ? 0.02 / sqrt(2.0 * 3) : 0.02;
        double mean, deviation;

        statistics(&w, p, &mean, &deviation);
        if (p->rank == 1) {
            assert_close(mean, norm ? 1 : 0, 0, 0);
            assert_close(deviation, norm ? 1 : 0, 0, 0);
            continue;
        }
        assert_close(deviation, expected, 0, 4 / sqrt(2.0 * (double)p->count));
        assert_true(fabs(mean) < 4 * expected / sqrt((double)p->count));
    }
    whole_free(&w);
}

/* Names */

static void the_core_has_these_tensors(void **state)
{
    const struct stack_row *row = *state;
    struct whole w;
    int count = 0, core = 0;

    whole_create(&w, row, 1, T);
    for (; row->names[count] != NULL; count++)
        if (parameter_find(&w.model.parameters, row->names[count]) == NULL)
            fail_msg("no tensor \"%s\"", row->names[count]);
    for (int i = 0; i < w.model.parameters.count; i++)
        core += strncmp(w.model.parameters.items[i].name, "core.", 5) == 0;
    assert_int_equal(core, count);
    whole_free(&w);
}

/* clang-format off */
#define ROW(sentence, test, ...)                                                               \
    { .name = sentence, .test_func = test, .initial_state = &(struct stack_row){ __VA_ARGS__ } }
#define PADDED(label, ...)                                                                     \
    ROW("a_padded_batch_is_its_sequences_alone_in_" label,                                     \
        a_padded_batch_is_its_sequences_alone, __VA_ARGS__),                                   \
    ROW("a_padded_batch_is_its_sequences_alone_in_" label "_of_last_steps",                    \
        a_padded_batch_is_its_sequences_alone, __VA_ARGS__, .readout = READOUT_LAST),          \
    ROW("a_padded_batch_is_its_sequences_alone_in_" label "_of_means",                         \
        a_padded_batch_is_its_sequences_alone, __VA_ARGS__, .readout = READOUT_MEAN),          \
    ROW("without_a_way_back_outputs_have_the_same_bits_in_" label,                             \
        without_a_way_back_outputs_have_the_same_bits, __VA_ARGS__),                           \
    ROW("without_a_way_back_outputs_have_the_same_bits_in_" label "_of_last_steps",            \
        without_a_way_back_outputs_have_the_same_bits, __VA_ARGS__, .readout = READOUT_LAST)
#define MASK(name) PADDED("mask_" name, .model = "transformer", .set = { "mask=" name })
#define POSITIONS(name)                                                                        \
    PADDED("positions_" name, .model = "transformer", .set = { "positions=" name })
#define FULL(...)                                                                              \
    .model = "transformer", .readout = READOUT_MEAN, .set = { "mask=full", __VA_ARGS__ }
#define CELL                                                                                   \
    "core.0.weight_ih_l0", "core.0.weight_hh_l0", "core.0.bias_ih_l0", "core.0.bias_hh_l0"
#define ATTENTION(prefix)                                                                      \
    prefix "in_proj_weight", prefix "in_proj_bias", prefix "out_proj.weight",                  \
    prefix "out_proj.bias"
#define FIRST(name) "core.layers.0." name ".weight", "core.layers.0." name ".bias"

int main(void)
{
    const struct CMUnitTest tests[] = {
        PADDED("elman", .model = "elman"),
        PADDED("lstm", .model = "lstm"),
        PADDED("gru", .model = "gru"),
        PADDED("a_gru_in_both_directions", .model = "gru", .set = { "direction=both" }),
        PADDED("an_lstm_in_both_directions", .model = "lstm",
               .set = { "direction=both", "state=learned" }),
        PADDED("an_elman_in_both_directions", .model = "elman",
               .set = { "direction=both", "squash=relu" }),
        PADDED("gru_and_attention", .model = "gru+attention"),
        PADDED("gru_and_attention_in_both_directions", .model = "gru+attention",
               .set = { "direction=both", "hidden=5" }, .sources = { 4, 0, 6 }),
        PADDED("truncated_lstm", .model = "lstm", .set = { "truncate=3", "state=learned" }),
        PADDED("gru_and_attention_over_sources", .model = "gru+attention",
               .sources = { 4, 0, 6 }),
        PADDED("lstm_and_attention", .model = "lstm+attention", .sources = { 3, 5, 0 }),
        PADDED("elman_and_attention", .model = "elman+attention"),
        MASK("causal"), MASK("full"), MASK("window"), MASK("block"), MASK("strided"),
        MASK("two-level"),
        POSITIONS("none"), POSITIONS("sinusoidal"), POSITIONS("rope"), POSITIONS("alibi"),
        PADDED("norm_after", .model = "transformer", .set = { "norm=after" }),
        PADDED("no_norm", .model = "transformer", .set = { "norm=none" }),
        PADDED("attention_alone", .model = "transformer", .set = { "feed_forward=no" }),
        PADDED("no_residual", .model = "transformer", .set = { "residual=no" }),

        ROW("the_gradient_of_a_transformer_ends_where_its_windows_do",
            the_gradient_ends_where_the_windows_do, .model = "transformer",
            .set = { "mask=window" }),
        ROW("the_gradient_of_a_transformer_with_norm_after_ends_where_its_windows_do",
            the_gradient_ends_where_the_windows_do, .model = "transformer",
            .set = { "mask=window", "norm=after", "positions=alibi" }),
        ROW("a_permutation_does_not_change_the_loss", a_permutation_does_not_change_the_loss,
            FULL("positions=none")),
        ROW("a_permutation_does_not_change_the_loss_with_norm_after",
            a_permutation_does_not_change_the_loss, FULL("positions=none", "norm=after")),
        ROW("a_permutation_does_not_change_the_loss_of_attention_alone",
            a_permutation_does_not_change_the_loss, FULL("positions=none", "feed_forward=no")),
        ROW("a_permutation_changes_the_loss_with_learned_positions",
            a_permutation_changes_the_loss, FULL("positions=learned")),
        ROW("a_permutation_changes_the_loss_with_sinusoidal_positions",
            a_permutation_changes_the_loss, FULL("positions=sinusoidal")),
        ROW("a_permutation_changes_the_loss_with_rope", a_permutation_changes_the_loss,
            FULL("positions=rope")),
        ROW("a_permutation_changes_the_loss_of_causal_attention",
            a_permutation_changes_the_loss, .model = "transformer", .readout = READOUT_MEAN,
            .set = { "positions=none" }),

        ROW("attention_over_states_looks_at_the_source_alone",
            attention_over_states_looks_at_the_source_alone, .model = "gru+attention",
            .sources = { 4, 0, 6 }),
        cmocka_unit_test(first_values_are_those_of_gpt_2),
        ROW("gru_and_attention_has_the_names_of_two_modules", the_core_has_these_tensors,
            .model = "gru+attention", .set = { "layers=1" },
            .names = { CELL, ATTENTION("core.1.") }),
        ROW("norm_after_has_no_final_norm", the_core_has_these_tensors, .model = "transformer",
            .set = { "layers=1", "norm=after" },
            .names = { ATTENTION("core.layers.0.self_attn."), FIRST("norm1"), FIRST("norm2"),
                       FIRST("linear1"), FIRST("linear2") }),
        ROW("no_norm_has_none", the_core_has_these_tensors, .model = "transformer",
            .set = { "layers=1", "norm=none" },
            .names = { ATTENTION("core.layers.0.self_attn."), FIRST("linear1"),
                       FIRST("linear2") }),
        ROW("attention_alone_has_one_norm_and_the_final_one", the_core_has_these_tensors,
            .model = "transformer", .set = { "layers=1", "feed_forward=no" },
            .names = { ATTENTION("core.layers.0.self_attn."), FIRST("norm1"),
                       "core.norm.weight", "core.norm.bias" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
