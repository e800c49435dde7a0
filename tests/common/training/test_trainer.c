/* Tests of common/training/trainer.c. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/training/trainer.h"
#include "tests/close.h"
#include "tests/common/training/small_models.h"

enum { BATCH = 19 /* the last shard is short */, STEPS = 20 };

static const struct trainer_options usual = {
    .batch = BATCH,
    .threads = 1,
    .seed = 3,
    .optimizer = { .kind = OPTIMIZER_ADAMW, .learning_rate = 0.01, .weight_decay = 0.1 },
    .clip = 1
};

/* A trainer with the model that it trains. */
struct lab {
    struct sequence_model model;
    struct task task;
    struct trainer trainer;
    size_t total;
};

static void lab_create(struct lab *lab, const struct small_case *small,
                       const struct trainer_options *options)
{
    small_model_create(&lab->model, &lab->task, small);
    assert_int_equal(trainer_create(&lab->trainer, &lab->model, &lab->task, options, NULL),
                     STATUS_OK);
    lab->total = lab->model.parameters.total;
}

static void lab_free(struct lab *lab)
{
    trainer_free(&lab->trainer);
    model_free(&lab->model);
}

static struct report step(struct lab *lab)
{
    struct report report;
    struct error error = { 0 };

    if (trainer_step(&lab->trainer, &report, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return report;
}

static struct report train(struct lab *lab, int steps)
{
    struct report report = { 0 };

    for (int i = 0; i < steps; i++)
        report = step(lab);
    return report;
}

/* Weights and both states of the optimizer, bit for bit. */
static void assert_same_training(const struct lab *a, const struct lab *b)
{
    const size_t bytes = a->total * sizeof(real);

    assert_int_equal(a->trainer.step, b->trainer.step);
    assert_memory_equal(a->trainer.parameters, b->trainer.parameters, bytes);
    assert_memory_equal(a->trainer.state[0], b->trainer.state[0], bytes);
    assert_memory_equal(a->trainer.state[1], b->trainer.state[1], bytes);
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    struct lab one;
    struct report expected;

    lab_create(&one, *state, &usual);
    expected = train(&one, STEPS);
    for (int threads = 2; threads <= 3; threads++) {
        struct trainer_options options = usual;
        struct report report;
        struct lab lab;

        options.threads = threads;
        lab_create(&lab, *state, &options);
        assert_int_equal(lab.trainer.threads, threads);
        report = train(&lab, STEPS);
        assert_same_training(&one, &lab);
        assert_memory_equal(&report, &expected, sizeof report);
        lab_free(&lab);
    }
    lab_free(&one);
}

static void a_repeat_gives_the_same_bits_and_another_seed_others(void **state)
{
    struct trainer_options options = usual;
    struct lab first, again, other;

    lab_create(&first, *state, &usual);
    lab_create(&again, *state, &usual);
    options.seed++;
    lab_create(&other, *state, &options);
    train(&first, STEPS);
    train(&again, STEPS);
    train(&other, STEPS);
    assert_same_training(&first, &again);
    assert_memory_not_equal(first.trainer.parameters, other.trainer.parameters,
                            first.total * sizeof(real));
    lab_free(&first);
    lab_free(&again);
    lab_free(&other);
}

static void an_evaluation_changes_neither_weights_nor_training(void **state)
{
    struct lab alone, evaluated;
    struct report report;

    lab_create(&alone, *state, &usual);
    lab_create(&evaluated, *state, &usual);
    for (int i = 0; i < 6; i++) {
        trainer_evaluate(&evaluated.trainer, RANDOM_TEST, 1 + 9 * i, &report);
        assert_same_training(&alone, &evaluated);
        step(&alone);
        step(&evaluated);
        trainer_evaluate(&evaluated.trainer, RANDOM_TRAIN, 40, &report);
        assert_same_training(&alone, &evaluated);
    }
    lab_free(&alone);
    lab_free(&evaluated);
}

/* One forward and backward of `batch` in one piece: the mean's gradient, loss and score. */
struct by_hand {
    struct batch batch;
    struct loss loss;
    struct score score;
    real *gradients;
    real *output;
    size_t outputs;
    double norm;
};

static void run_by_hand(struct by_hand *hand, const struct lab *lab)
{
    const struct weights weights = trainer_weights(&lab->trainer);
    struct workspace ws;
    double squares = 0;

    assert_int_equal(workspace_create(&ws, &lab->model, hand->batch.extent, false, NULL),
                     STATUS_OK);
    hand->gradients = reals_zero(lab->total);
    model_forward(&lab->model, weights, &ws, &hand->batch);
    hand->loss = loss_evaluate(&hand->batch, ws.output, ws.doutput);
    hand->score = metric_evaluate(&lab->task.metric, &hand->batch, ws.output);
    hand->outputs = (size_t)(output_steps(&lab->task.shape) * hand->batch.extent.batch *
                             lab->task.shape.outputs);
    hand->output = reals_copy(ws.output, hand->outputs);
    model_backward(&lab->model, &ws, hand->gradients);
    for (size_t i = 0; i < lab->total; i++) {
        hand->gradients[i] /= (real)hand->loss.elements;
        squares += (double)hand->gradients[i] * (double)hand->gradients[i];
    }
    hand->norm = sqrt(squares);
    workspace_free(&ws);
}

static void draw_by_hand(struct by_hand *hand, const struct lab *lab,
                         enum random_purpose purpose, long index, int size)
{
    *hand = (struct by_hand){ 0 };
    assert_int_equal(batch_create(&hand->batch, &lab->task.shape, size, NULL), STATUS_OK);
    task_fill(&lab->task, usual.seed, purpose, (uint64_t)index, 0, &hand->batch);
    run_by_hand(hand, lab);
}

static void by_hand_free(struct by_hand *hand)
{
    batch_free(&hand->batch);
    free(hand->gradients);
    free(hand->output);
}

static void assert_same_report(const struct report *report, const struct by_hand *hand)
{
    assert_close(report->loss, hand->loss.sum / (double)hand->loss.elements, 0, 1e-6);
    assert_close(report->accuracy, (double)hand->score.right / (double)hand->score.counted, 0,
                 1e-15);
}

static void assert_same_gradients(const real *actual, const real *expected, size_t count)
{
    const double largest = largest_of(expected, count);

    for (size_t i = 0; i < count; i++)
        assert_close((double)actual[i], (double)expected[i], 1e-6 * largest, 1e-4);
}

static void a_step_is_the_mean_over_the_whole_batch(void **state)
{
    struct lab lab;

    lab_create(&lab, *state, &usual);
    for (int i = 0; i < 3; i++) {
        struct by_hand hand;
        struct report report;

        draw_by_hand(&hand, &lab, RANDOM_TRAIN, lab.trainer.step, BATCH);
        report = step(&lab);
        assert_same_report(&report, &hand);
        assert_close(report.gradient_norm, hand.norm, 0, 1e-5);
        assert_same_gradients(lab.trainer.gradients, hand.gradients, lab.total);
        by_hand_free(&hand);
    }
    lab_free(&lab);
}

/* What the optimizer makes of every tensor by itself; biases and the like do not decay. */
static void an_update_is_the_optimizers_on_every_tensor(void **state)
{
    const struct parameter_list *list;
    struct lab lab;
    real *p, *m, *v;

    lab_create(&lab, *state, &usual);
    list = &lab.model.parameters;
    p = reals_copy(lab.trainer.parameters, lab.total);
    m = reals_zero(lab.total);
    v = reals_zero(lab.total);
    for (int update = 1; update <= 3; update++) {
        const struct report report = step(&lab);
        const struct optimizer_step s =
            optimizer_begin(&usual.optimizer, update, clip_factor(report.gradient_norm, 1));

        for (int i = 0; i < list->count; i++) {
            const size_t at = list->items[i].offset;

            optimizer_update(&s, p + at, lab.trainer.gradients + at, m + at, v + at,
                             list->items[i].count, list->items[i].rank == 2);
        }
        assert_memory_equal(p, lab.trainer.parameters, lab.total * sizeof *p);
    }
    free(p);
    free(m);
    free(v);
    lab_free(&lab);
}

static void clipping_makes_the_step_as_long_as_allowed(void **state)
{
    struct trainer_options options = usual;
    struct report report;
    struct lab lab;
    real *before;
    double squares = 0;

    options.optimizer = (struct optimizer){ .kind = OPTIMIZER_SGD, .learning_rate = 1 };
    options.clip = 0.0625;
    lab_create(&lab, *state, &options);
    before = reals_copy(lab.trainer.parameters, lab.total);
    report = step(&lab);
    assert_true(report.gradient_norm > 0.07); /* before clipping */
    for (size_t i = 0; i < lab.total; i++) {
        const double moved = (double)lab.trainer.parameters[i] - (double)before[i];

        squares += moved * moved;
    }
    assert_close(sqrt(squares), 0.0625, 0, 1e-4);
    free(before);
    lab_free(&lab);
}

static void an_evaluation_is_the_mean_over_its_samples(void **state)
{
    static const int samples[] = { 1, 8, 19, 24, 25, 50 };
    struct lab lab;

    lab_create(&lab, *state, &usual);
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct by_hand hand;
        struct report report;

        draw_by_hand(&hand, &lab, RANDOM_TEST, 0, samples[i]);
        trainer_evaluate(&lab.trainer, RANDOM_TEST, samples[i], &report);
        assert_same_report(&report, &hand);
        assert_true(isnan(report.gradient_norm));
        by_hand_free(&hand);
    }
    lab_free(&lab);
}

/* Sequence b of `from` becomes sequence B - 1 - b. */
static void reverse_batch(struct batch *to, const struct batch *from)
{
    const int B = from->extent.batch, T = from->extent.steps;
    const size_t inputs = (size_t)from->shape.inputs, outputs = (size_t)from->shape.outputs;

    for (int t = 0; t < T; t++)
        for (int b = 0; b < B; b++) {
            const int at = t * B + b, other = t * B + B - 1 - b;

            if (from->tokens)
                to->tokens[other] = from->tokens[at];
            else
                memcpy(to->features + (size_t)other * inputs,
                       from->features + (size_t)at * inputs, inputs * sizeof(real));
            if (t >= output_steps(&from->shape))
                continue;
            if (from->classes)
                to->classes[other] = from->classes[at];
            else
                memcpy(to->values + (size_t)other * outputs,
                       from->values + (size_t)at * outputs, outputs * sizeof(real));
        }
}

static void the_order_of_a_batch_does_not_matter(void **state)
{
    struct by_hand forth, back = { 0 };
    struct lab lab;
    size_t V, rows;

    lab_create(&lab, *state, &usual);
    V = (size_t)lab.task.shape.outputs;
    draw_by_hand(&forth, &lab, RANDOM_TRAIN, 0, BATCH);
    rows = forth.outputs / V;
    assert_int_equal(batch_create(&back.batch, &lab.task.shape, BATCH, NULL), STATUS_OK);
    reverse_batch(&back.batch, &forth.batch);
    run_by_hand(&back, &lab);
    for (size_t row = 0; row < rows; row++) {
        const size_t other = row / BATCH * BATCH + BATCH - 1 - row % BATCH;

        assert_memory_equal(forth.output + row * V, back.output + other * V, V * sizeof(real));
    }
    assert_close(back.loss.sum, forth.loss.sum, 0, 1e-13);
    assert_same_gradients(back.gradients, forth.gradients, lab.total);
    by_hand_free(&forth);
    by_hand_free(&back);
    lab_free(&lab);
}

static void the_loss_of_a_batch_falls(void **state)
{
    struct lab lab;
    struct report before, after;

    lab_create(&lab, *state, &usual);
    trainer_evaluate(&lab.trainer, RANDOM_TRAIN, BATCH, &before);
    train(&lab, 60);
    trainer_evaluate(&lab.trainer, RANDOM_TRAIN, BATCH, &after);
    assert_true(after.loss < 0.9 * before.loss);
    lab_free(&lab);
}

/* clang-format off */
/* Tensors that are updated in more than one piece. */
#define LARGE(sentence, test)                                                                  \
    { .name = sentence "_of_a_large_lstm", .test_func = test,                                  \
      .initial_state = &(struct small_case){ "lstm", "sort", .length = 5, .hidden = 48 } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        SMALL_CASES("any_number_of_threads_gives_the_same_bits",
                    any_number_of_threads_gives_the_same_bits),
        SMALL_CASES("a_repeat_gives_the_same_bits_and_another_seed_others",
                    a_repeat_gives_the_same_bits_and_another_seed_others),
        SMALL_CASES("an_evaluation_changes_neither_weights_nor_training",
                    an_evaluation_changes_neither_weights_nor_training),
        SMALL_CASES("a_step_is_the_mean_over_the_whole_batch",
                    a_step_is_the_mean_over_the_whole_batch),
        SMALL_CASES("an_update_is_the_optimizers_on_every_tensor",
                    an_update_is_the_optimizers_on_every_tensor),
        SMALL_CASES("clipping_makes_the_step_as_long_as_allowed",
                    clipping_makes_the_step_as_long_as_allowed),
        SMALL_CASES("an_evaluation_is_the_mean_over_its_samples",
                    an_evaluation_is_the_mean_over_its_samples),
        SMALL_CASES("the_order_of_a_batch_does_not_matter",
                    the_order_of_a_batch_does_not_matter),
        SMALL_CASES("the_loss_of_a_batch_falls", the_loss_of_a_batch_falls),
        LARGE("any_number_of_threads_gives_the_same_bits",
              any_number_of_threads_gives_the_same_bits),
        LARGE("an_update_is_the_optimizers_on_every_tensor",
              an_update_is_the_optimizers_on_every_tensor),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
