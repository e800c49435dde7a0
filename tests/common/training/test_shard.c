/* Tests of common/training/shard.c: how a batch is cut, and that the cuts do not show. */
#include "tests/test.h"

#include <stdlib.h>

#include "common/training/shard.h"
#include "rnn/gru.h"
#include "tests/close.h"
#include "tests/common/training/small_models.h"
#include "tests/transformer/causal_block.h"

enum { WIDTH = 6 };

/* What the core is made of, the batch, and how it is to be cut. */
struct plan_row {
    bool gru, block;
    int batch, steps, size, slice;
};

static void model_of(struct sequence_model *model, const struct plan_row *row)
{
    const struct batch_shape shape = { .steps = row->steps,
                                       .input = INPUT_TOKENS,
                                       .inputs = 4,
                                       .target = TARGET_CLASSES,
                                       .outputs = 4 };
    const struct recurrent_options options = { .inputs = WIDTH, .hidden = WIDTH };
    struct stack core = { 0 };

    if (row->gru)
        stack_add(&core, gru_create(&options), "core.");
    if (row->block)
        stack_add(&core, causal_block_create(WIDTH, 2, 0), "core.layers.0.");
    assert_int_equal(model_create(model, &shape, WIDTH, &core, NULL), STATUS_OK);
}

static void a_batch_is_cut_by_shape(void **state)
{
    const struct plan_row *row = *state;
    struct sequence_model model;
    struct shard_plan plan;

    model_of(&model, row);
    plan = shard_plan(&model, (struct extent){ .batch = row->batch, .steps = row->steps });
    assert_int_equal(plan.size, row->size);
    assert_int_equal(plan.slice, row->slice);
    model_free(&model);
}

/* The sum of gradients and of losses over so many sequences, in shards as large as planned. */
static double run(const struct sequence_model *model, const struct task *task, int slice,
                  int sequences, real *sum)
{
    struct shards shards = shards_planned(model, task, sequences, 1, false);
    const size_t total = model->parameters.total;
    real *prepared = reals_zero(model->prepared_count), *parameters = reals_zero(total);
    real *gradients = reals_zero((size_t)shards.count * total);
    struct round round = { .task = task,
                           .weights = { parameters, prepared },
                           .seed = 5,
                           .purpose = RANDOM_TRAIN,
                           .gradients = gradients };
    struct loss loss = { 0 };
    struct score score = { 0 };

    if (slice > 0)
        shards.plan.slice = slice;
    assert_int_equal(shards_create(&shards, task, NULL), STATUS_OK);
    assert_int_equal(parameters_initialise(&model->parameters, parameters, 9), STATUS_OK);
    model_prepare(model, parameters, prepared);
    shards_run(&shards, &round, sequences, &loss, &score);
    for (size_t i = 0; i < (size_t)shards.count * total; i++)
        sum[i % total] += gradients[i];
    assert_true(loss.elements > 0 && score.counted > 0);
    shards_free(&shards);
    free(gradients);
    free(parameters);
    free(prepared);
    return loss.sum;
}

/* 9 sequences of 41 steps: a shard of 8, in slices of 6 and 2, and one of 1. */
static void slices_add_up_to_their_shard(void **state)
{
    enum { SEQUENCES = 9 };
    const struct small_case small = { "transformer", "sort", .length = 21 };
    struct sequence_model model;
    struct task task;
    real *planned, *single;
    double loss;

    (void)state;
    small_model_create(&model, &task, &small);
    planned = reals_zero(model.parameters.total);
    single = reals_zero(model.parameters.total);
    assert_true(shards_planned(&model, &task, SEQUENCES, 1, false).plan.slice < 8);
    loss = run(&model, &task, 0, SEQUENCES, planned);
    assert_close(run(&model, &task, 1, SEQUENCES, single), loss, 0, 1e-6);
    for (size_t i = 0; i < model.parameters.total; i++)
        assert_close((double)single[i], (double)planned[i], 1e-4, 1e-4);
    free(planned);
    free(single);
    model_free(&model);
}

/* Tokens of a large vocabulary, nothing to be learned. */
enum { SYMBOLS = 40, STEPS = 10 };

static void noise_fill(const struct task *task, struct random *random, bool held_out,
                       struct batch *batch, int b)
{
    (void)task;
    (void)held_out;
    for (int t = 0; t < STEPS; t++) {
        batch->tokens[t * batch->extent.batch + b] = (int)random_below(random, SYMBOLS);
        batch->classes[t * batch->extent.batch + b] = (int)random_below(random, 4);
    }
}

/*
 * 9 sequences: a shard whose 80 rows hold 40 symbols twice, so that the recurrent layer works
 * by symbol, and one of 10 rows, fewer than there are symbols, in the same workspace.
 */
static void a_shard_of_fewer_rows_than_symbols_fits(void **state)
{
    static const struct task_kind noise = { .name = "noise", .fill = noise_fill };
    const struct task task = { .kind = &noise,
                               .group = 1,
                               .shape = { .steps = STEPS,
                                          .input = INPUT_TOKENS,
                                          .inputs = SYMBOLS,
                                          .target = TARGET_CLASSES,
                                          .outputs = 4 },
                               .metric = { .kind = METRIC_TOKENS } };
    const struct small_case small = { .model = "gru", .layers = 1 };
    struct sequence_model model;
    real *together, *single;
    double loss;

    (void)state;
    small_model_around(&model, &task, &small);
    together = reals_zero(model.parameters.total);
    single = reals_zero(model.parameters.total);
    loss = run(&model, &task, 0, 9, together);
    assert_close(run(&model, &task, 1, 9, single), loss, 0, 1e-6); /* 10 rows: row by row */
    for (size_t i = 0; i < model.parameters.total; i++)
        assert_close((double)single[i], (double)together[i], 1e-4, 1e-4);
    free(together);
    free(single);
    model_free(&model);
}

/* clang-format off */
#define ROW(kind, gru, block, batch, steps, size, slice)                                       \
    { .name = kind "_of_" #batch "_sequences_of_" #steps "_steps_in_shards_of_" #size,         \
      .test_func = a_batch_is_cut_by_shape,                                                    \
      .initial_state = &(struct plan_row){ gru, block, batch, steps, size, slice } }
#define RECURRENT(batch, steps, size, slice)                                                   \
    ROW("a_recurrent_batch", true, false, batch, steps, size, slice)
#define ATTENTIVE(batch, steps, size, slice)                                                   \
    ROW("a_transformers_batch", false, true, batch, steps, size, slice)
#define BOTH(batch, steps, size, slice)                                                        \
    ROW("a_batch_for_both", true, true, batch, steps, size, slice)
#define NEITHER(batch, steps, size, slice)                                                     \
    ROW("a_batch_for_neither", false, false, batch, steps, size, slice)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RECURRENT(64, 50, 8, 8), RECURRENT(64, 4096, 8, 8), RECURRENT(3, 50, 3, 3),
        ATTENTIVE(64, 20, 8, 8), ATTENTIVE(64, 50, 8, 5), ATTENTIVE(64, 128, 8, 2),
        ATTENTIVE(64, 129, 7, 1), ATTENTIVE(64, 256, 4, 1), ATTENTIVE(64, 512, 2, 1),
        ATTENTIVE(64, 4096, 2, 1), ATTENTIVE(3, 50, 3, 3), ATTENTIVE(1, 4096, 1, 1),
        BOTH(64, 128, 8, 8), BOTH(64, 256, 4, 4), BOTH(64, 4096, 2, 2),
        NEITHER(64, 50, 8, 8), NEITHER(64, 512, 2, 2),
        cmocka_unit_test(slices_add_up_to_their_shard),
        cmocka_unit_test(a_shard_of_fewer_rows_than_symbols_fits),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
