/* Tests of common/model/generator.h with every model there is. */
#include "common/model/generator.h"

#include <stdlib.h>
#include <string.h>

#include "lessons/models.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"
#include "tests/test.h"

enum { B = 3, T = 21, V_IN = 7, V_OUT = 5, CAPACITY = 25 };

struct generate_row {
    const char *model;
    const char *set[6]; /* "key=value" */
    enum readout readout;
    int sources[B];
    const char *layer; /* which cannot generate; NULL: all can */
};

/* A model with weights, and its sequences. */
struct generation {
    struct sequence_model model;
    struct workspace workspace;
    struct batch batch;
    real *parameters, *prepared;
    struct weights weights;
};

static struct arm_config arm_of(const struct generate_row *row)
{
    struct lab_config config = small_config("sort", row->model, NULL);
    struct error error;

    config.arm[0].hidden = 10; /* two heads */
    config.arm[0].layers = 2;
    config.arm[0].span = 4;
    for (int i = 0; row->set[i] != NULL; i++) {
        char key[64];
        const char *equals = strchr(row->set[i], '=');

        snprintf(key, sizeof key, "left.%.*s", (int)(equals - row->set[i]), row->set[i]);
        set(&config, key, equals + 1);
    }
    if (arm_check(&config.arm[0], "left", &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return config.arm[0];
}

static void generation_create(struct generation *g, const struct generate_row *row)
{
    const struct arm_config arm = arm_of(row);
    const struct batch_shape shape = { .steps = T,
                                       .input = INPUT_TOKENS,
                                       .inputs = V_IN,
                                       .target = TARGET_CLASSES,
                                       .outputs = V_OUT,
                                       .readout = row->readout };
    struct random random = random_stream(5, RANDOM_TEST, 0, 0);

    assert_int_equal(arm_model(&g->model, &arm, &shape, NULL), STATUS_OK);
    assert_int_equal(batch_create(&g->batch, &shape, B, NULL), STATUS_OK);
    assert_int_equal(workspace_create(&g->workspace, &g->model, g->batch.extent, false, NULL),
                     STATUS_OK);
    g->parameters = calloc(g->model.parameters.total, sizeof *g->parameters);
    g->prepared = calloc(g->model.prepared_count, sizeof *g->prepared);
    assert_true(g->parameters != NULL && g->prepared != NULL);
    assert_int_equal(parameters_initialise(&g->model.parameters, g->parameters, 3), STATUS_OK);
    for (size_t i = 0; i < g->model.parameters.total; i++) /* biases of 0 would hide */
        g->parameters[i] += (real)(0.1 * random_normal(&random));
    model_prepare(&g->model, g->parameters, g->prepared);
    g->weights = (struct weights){ g->parameters, g->prepared };
    for (int i = 0; i < T * B; i++)
        g->batch.tokens[i] = (int)random_below(&random, V_IN);
    memcpy(g->batch.sources, row->sources, sizeof row->sources);
}

static void generation_free(struct generation *g)
{
    workspace_free(&g->workspace);
    batch_free(&g->batch);
    model_free(&g->model);
    free(g->parameters);
    free(g->prepared);
}

/* What forward gives at step t: with one output, that of the sequence which ends there. */
static const real *forward_at(struct generation *g, int t)
{
    const bool every = g->model.shape.readout == READOUT_EVERY;

    for (int b = 0; b < B && !every; b++)
        g->batch.lengths[b] = t + 1;
    if (t == 0 || !every)
        model_forward(&g->model, g->weights, &g->workspace, &g->batch);
    return g->workspace.output + (every ? t * B * V_OUT : 0);
}

static void each_step_gives_what_forward_gives(void **state)
{
    const struct generate_row *row = *state;
    struct generation g;
    struct generator generator;
    struct error error;

    generation_create(&g, row);
    if (generator_create(&generator, &g.model, g.weights, B, CAPACITY, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    for (int again = 0; again < 2; again++) { /* what the state held before must not matter */
        generator_reset(&generator, g.batch.sources);
        for (int t = 0; t < T; t++) {
            const real *expected = forward_at(&g, t);
            const real *logits = generator_step(&generator, g.batch.tokens + t * B);

            for (int i = 0; i < B * V_OUT; i++)
                assert_close((double)logits[i], (double)expected[i], 1e-5, 1e-5);
        }
    }
    generator_free(&generator);
    generation_free(&g);
}

static void a_model_that_looks_ahead_is_refused(void **state)
{
    const struct generate_row *row = *state;
    const char *const words[] = { "cannot generate", row->layer, "come after", NULL };
    struct generation g;
    struct generator generator = { 0 };
    struct error error;

    generation_create(&g, row);
    assert_int_equal(generator_create(&generator, &g.model, g.weights, B, CAPACITY, &error),
                     STATUS_USAGE);
    assert_fault(&error, STATUS_USAGE, words);
    assert_null(generator.block);
    generation_free(&g);
}

static void a_model_of_numbers_is_refused(void **state)
{
    const struct lab_config config = small_config("adding", "gru", NULL);
    struct lab *lab = lab_make(&config);
    struct generator generator;
    struct error error;

    (void)state;
    assert_int_equal(generator_create(&generator, &lab->arm[0].model,
                                      trainer_weights(&lab->arm[0].trainer), 1, 5, &error),
                     STATUS_USAGE);
    assert_says(&error, STATUS_USAGE, "numbers, not tokens");
    lab_free(lab);
}

static size_t state_bytes(const struct generate_row *row, int capacity)
{
    struct generation g;
    struct generator generator;
    size_t bytes;

    generation_create(&g, row);
    assert_int_equal(generator_create(&generator, &g.model, g.weights, B, capacity, NULL),
                     STATUS_OK);
    bytes = generator_state_bytes(&generator);
    generator_free(&generator);
    generation_free(&g);
    return bytes;
}

static void a_recurrent_state_is_as_large_for_any_length(void **state)
{
    (void)state;
    assert_int_equal(state_bytes(&(struct generate_row){ .model = "elman" }, 1), /* h */
                     2 * B * 10 * sizeof(real));
    assert_int_equal(state_bytes(&(struct generate_row){ .model = "gru" }, 4000),
                     2 * B * 10 * sizeof(real));
    assert_int_equal(state_bytes(&(struct generate_row){ .model = "lstm" }, 4000), /* h, c */
                     2 * 2 * B * 10 * sizeof(real));
}

static void keys_and_values_grow_with_the_length(void **state)
{
    const struct generate_row row = { .model = "transformer" };
    const size_t one = state_bytes(&row, 100), two = state_bytes(&row, 200);

    (void)state;
    /* two layers, a key and a value of 8 numbers for each step of each sequence */
    assert_int_equal(two - one, 100 * 2 * 2 * B * 8 * sizeof(real));
}

/* clang-format off */
#define STEPS(label, ...)                                                                      \
    { .name = label "_makes_the_steps_of_forward",                                             \
      .test_func = each_step_gives_what_forward_gives,                                         \
      .initial_state = &(struct generate_row){ __VA_ARGS__ } }
#define REFUSED(label, ...)                                                                    \
    { .name = label "_is_refused", .test_func = a_model_that_looks_ahead_is_refused,           \
      .initial_state = &(struct generate_row){ __VA_ARGS__ } }
#define BOTH_SOURCES(label, of)                                                                \
    STEPS(label, .model = of),                                                                 \
    STEPS(label "_over_sources", .model = of, .sources = { 4, 0, 9 })
#define MASK(name) STEPS("mask_" name, .model = "transformer", .set = { "mask=" name })
#define POSITIONS(name)                                                                        \
    STEPS("positions_" name, .model = "transformer", .set = { "positions=" name })

int main(void)
{
    const struct CMUnitTest tests[] = {
        STEPS("elman", .model = "elman"),
        STEPS("elman_relu", .model = "elman", .set = { "squash=relu" }),
        STEPS("lstm", .model = "lstm"),
        STEPS("gru", .model = "gru"),
        STEPS("a_learned_first_state", .model = "gru", .set = { "state=learned" }),
        STEPS("a_learned_first_state_and_cell", .model = "lstm", .set = { "state=learned" }),
        BOTH_SOURCES("elman_and_attention", "elman+attention"),
        BOTH_SOURCES("lstm_and_attention", "lstm+attention"),
        BOTH_SOURCES("gru_and_attention", "gru+attention"),
        MASK("causal"), MASK("window"), MASK("block"), MASK("strided"), MASK("two-level"),
        POSITIONS("none"), POSITIONS("sinusoidal"), POSITIONS("learned"), POSITIONS("rope"),
        POSITIONS("alibi"),
        STEPS("rope_and_window", .model = "transformer",
              .set = { "positions=rope", "mask=window" }),
        STEPS("alibi_and_two_level", .model = "transformer",
              .set = { "positions=alibi", "mask=two-level" }),
        STEPS("norm_after", .model = "transformer", .set = { "norm=after" }),
        STEPS("no_norm", .model = "transformer", .set = { "norm=none" }),
        STEPS("attention_only", .model = "transformer",
              .set = { "feed_forward=no", "norm=none" }),
        STEPS("no_residual", .model = "transformer", .set = { "residual=no", "norm=after" }),
        STEPS("readout_last", .model = "gru", .readout = READOUT_LAST),
        STEPS("readout_mean", .model = "lstm", .readout = READOUT_MEAN),
        REFUSED("full_attention", .model = "transformer", .set = { "mask=full" },
                .layer = "core.layers.0 (block)"),
        REFUSED("a_layer_in_both_directions", .model = "gru", .set = { "direction=both" },
                .layer = "core"),
        cmocka_unit_test(a_model_of_numbers_is_refused),
        cmocka_unit_test(a_recurrent_state_is_as_large_for_any_length),
        cmocka_unit_test(keys_and_values_grow_with_the_length),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
