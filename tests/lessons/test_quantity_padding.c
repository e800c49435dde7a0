/* Tests of lessons/quantities/padding.c: what a sequence notices of the padding behind it. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>

#include "lessons/measure.h"
#include "lessons/quantities/quantities.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

enum { WIDTH = 6, SYMBOLS_MOST = 128 };

static struct lab *translating(const char *left, const char *right)
{
    struct lab_config config = small_config("translation", left, right);
    struct lab *lab;

    config.arm[0].hidden = 8; /* which two heads divide */
    lab = lab_make(&config);
    lab_train(lab, 20);
    return lab;
}

static double value(struct lab *lab, int arm, const char *name, double argument)
{
    struct measured measured[ARMS_MAX];

    measured_begin(measured, lab);
    return measured_value(&measured[arm], quantity_find(name), argument);
}

/* Logits of the fixed sequence `row`, padded or as long as it is: (length, V), owned. */
static real *logits_of(const struct task *task, const struct lab_arm *of, uint32_t row,
                       bool padded, int *count)
{
    const struct extent most = { .batch = 1, .steps = task->shape.steps };
    struct batch batch;
    struct workspace workspace;
    real *logits;

    assert_int_equal(batch_create(&batch, &task->shape, 1, NULL), STATUS_OK);
    assert_int_equal(workspace_create(&workspace, &of->model, most, false, NULL), STATUS_OK);
    task_fill_one(task, of->probe.seed, RANDOM_PROBE, 1, row, &batch, 0);
    *count = batch.lengths[0] * task->shape.outputs;
    if (!padded)
        batch.extent.steps = batch.shape.steps = batch.lengths[0];
    model_forward(&of->model, trainer_weights(&of->trainer), &workspace, &batch);
    logits = malloc((size_t)*count * sizeof *logits);
    assert_non_null(logits);
    for (int k = 0; k < *count; k++)
        logits[k] = workspace.output[k];
    workspace_free(&workspace);
    batch_free(&batch);
    return logits;
}

static double difference_by_hand(const struct task *task, const struct lab_arm *arm)
{
    double most = 0;

    for (uint32_t row = 0; row < PROBE_SEQUENCES; row++) {
        int count, same;
        real *padded = logits_of(task, arm, row, true, &count);
        real *alone = logits_of(task, arm, row, false, &same);

        assert_int_equal(count, same);
        for (int k = 0; k < count; k++)
            most = fmax(most, fabs((double)padded[k] - (double)alone[k]));
        free(padded);
        free(alone);
    }
    return most;
}

/* Tiles and sums may be cut otherwise in a batch, so the last bits may differ. */
static void no_model_sees_the_padding(void **state)
{
    struct lab *lab = translating("gru+attention", "transformer");

    (void)state;
    for (int arm = 0; arm < 2; arm++) {
        const double difference = value(lab, arm, "padding_difference", 0);

        assert_close(difference, difference_by_hand(&lab->task, &lab->arm[arm]), 0, 1e-6);
        assert_true(difference <= 1e-5);
        assert_true(value(lab, arm, "padding_gradient", 0) == 0);
    }
    lab_free(lab);
}

/* One that does ------------------------------------------------------------------------------ */

/* y_t = x_t + x_n: every step looks at the one behind the sequence, of n steps, or at its last. */
static size_t leaking_row(const struct layer_pass *pass, size_t row)
{
    const int B = pass->extent.batch, b = (int)row % B, last = pass->extent.steps - 1;
    const int n = pass_length(pass, b);

    return (size_t)((n < last ? n : last) * B + b);
}

static struct layer_sizes leak_sizes(const struct layer *layer, struct extent extent)
{
    (void)layer;
    (void)extent;
    return (struct layer_sizes){ 0 };
}

static void leak_declare(struct layer *layer, struct parameter_list *list, const char *prefix)
{
    (void)layer;
    (void)list;
    (void)prefix;
}

static void leak_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t in = (size_t)layer->in;

    for (size_t row = 0; row < extent_rows(pass->extent); row++)
        for (size_t k = 0; k < in; k++)
            pass->y[row * in + k] =
                pass->x[row * in + k] + pass->x[leaking_row(pass, row) * in + k];
}

static void leak_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t in = (size_t)layer->in, rows = extent_rows(pass->extent);

    for (size_t k = 0; k < rows * in; k++)
        pass->dx[k] = pass->dy[k];
    for (size_t row = 0; row < rows; row++)
        for (size_t k = 0; k < in; k++)
            pass->dx[leaking_row(pass, row) * in + k] += pass->dy[row * in + k];
}

static const struct layer_kind leak = { .name = "leak",
                                        .declare = leak_declare,
                                        .sizes = leak_sizes,
                                        .forward = leak_forward,
                                        .backward = leak_backward };

/* An arm with that layer as its core, around an embedding and a readout of random weights. */
static void leaking_arm(struct lab_arm *arm, const struct task *task)
{
    struct random random = random_stream(1, RANDOM_WEIGHTS, 0, 0);
    struct stack core = { 0 };
    struct layer *layer = calloc(1, sizeof *layer);

    assert_non_null(layer);
    *layer = (struct layer){ .kind = &leak, .in = WIDTH, .out = WIDTH, .depth = -1 };
    stack_add(&core, layer, "core.");
    *arm = (struct lab_arm){ .name = "left" };
    assert_int_equal(model_create(&arm->model, &task->shape, WIDTH, &core, NULL), STATUS_OK);
    arm->probe.seed = 5;
    arm->trainer.parameters = calloc(arm->model.parameters.total, sizeof(real));
    arm->trainer.prepared = calloc(arm->model.prepared_count + 1, sizeof(real));
    assert_non_null(arm->trainer.parameters);
    assert_non_null(arm->trainer.prepared);
    for (size_t k = 0; k < arm->model.parameters.total; k++)
        arm->trainer.parameters[k] = (real)(random_uniform(&random) - .5);
    model_prepare(&arm->model, arm->trainer.parameters, arm->trainer.prepared);
}

/* The same sum in double: of all outputs' gradients, through the readout and the embedding. */
static double leaked_gradient(const struct task *task, const struct lab_arm *arm, uint32_t row)
{
    const int T = task->shape.steps, V = task->shape.outputs;
    const real *embedding = arm->trainer.parameters; /* (V, WIDTH), then the readout's */
    const real *weight = embedding + V * WIDTH, *bias = weight + V * WIDTH;
    double sum[WIDTH] = { 0 }, most = 0;
    struct batch batch;

    assert_true(V <= SYMBOLS_MOST);
    assert_int_equal(batch_create(&batch, &task->shape, 1, NULL), STATUS_OK);
    task_fill_one(task, arm->probe.seed, RANDOM_PROBE, 1, row, &batch, 0);
    for (int t = 0; t < T && batch.lengths[0] < T; t++) {
        double e[SYMBOLS_MOST], all = 0;

        for (int v = 0; v < V; v++) {
            e[v] = (double)bias[v];
            for (int k = 0; k < WIDTH; k++)
                e[v] += (double)weight[v * WIDTH + k] *
                        ((double)embedding[batch.tokens[t] * WIDTH + k] +
                         (double)embedding[batch.tokens[batch.lengths[0]] * WIDTH + k]);
            e[v] = exp(e[v]);
            all += e[v];
        }
        for (int v = 0; v < V && batch.classes[t] >= 0; v++)
            for (int k = 0; k < WIDTH; k++)
                sum[k] +=
                    (e[v] / all - (v == batch.classes[t])) * (double)weight[v * WIDTH + k];
    }
    for (int v = 0; v < V; v++) { /* on each element of the one-hot input */
        double d = 0;

        for (int k = 0; k < WIDTH; k++)
            d += sum[k] * (double)embedding[v * WIDTH + k];
        most = fmax(most, fabs(d));
    }
    batch_free(&batch);
    return most;
}

static void what_a_model_sees_of_the_padding_is_found(void **state)
{
    struct task task;
    struct lab_arm *arm = calloc(1, sizeof *arm);
    struct lab *lab = calloc(1, sizeof *lab);
    struct measured measured;
    double gradient = 0;

    (void)state;
    assert_non_null(arm);
    assert_non_null(lab);
    assert_int_equal(task_find(&task, "translation", 5, NULL), STATUS_OK);
    lab->task = task;
    leaking_arm(arm, &lab->task);
    measured = (struct measured){ .lab = lab, .arm = arm };
    for (uint32_t row = 0; row < PROBE_SEQUENCES; row++)
        gradient = fmax(gradient, leaked_gradient(&task, arm, row));
    assert_true(gradient > 0.1);
    assert_close(quantity_padding_gradient(&measured, 0), gradient, 1e-4, 0);
    assert_true(difference_by_hand(&task, arm) > 0.1);
    assert_close(quantity_padding_difference(&measured, 0), difference_by_hand(&task, arm),
                 1e-4, 0);
    free(arm->trainer.parameters);
    free(arm->trainer.prepared);
    model_free(&arm->model);
    free(arm);
    free(lab);
    task_close(&task);
}

/* Shares ------------------------------------------------------------------------------------- */

static void shares_of_padding_are_those_of_the_lengths(void **state)
{
    struct lab_config config = small_config("translation", "gru", NULL);
    struct lab *lab;

    (void)state;
    config.task.length = 9;
    lab = lab_make(&config);
    assert_close(value(lab, 0, "padding_share", 359), 10.0 / 27, 0, 1e-15);
    assert_close(value(lab, 0, "padding_share", 953), 10.0 / 27, 0, 1e-15);
    assert_close(value(lab, 0, "padding_share", 666), 0, 0, 0);
    assert_close(value(lab, 0, "padding_share", 36), 3.0 / 12, 0, 1e-15);
    assert_true(isnan(value(lab, 0, "padding_share", 329))); /* no sentence has two words */
    assert_true(isnan(value(lab, 0, "padding_share", 309)));
    assert_true(isnan(value(lab, 0, "padding_share", 3.5)));
    assert_true(isnan(value(lab, 0, "padding_share", -3)));
    lab_free(lab);
    config.task.length = 8;
    lab = lab_make(&config);
    assert_true(isnan(value(lab, 0, "padding_share", 359)));
    lab_free(lab);
}

static void without_padding_there_is_nothing_to_be_noticed(void **state)
{
    const struct lab_config config = small_config("adding", "elman", "transformer");
    struct lab *lab = lab_make(&config);

    (void)state;
    for (int arm = 0; arm < 2; arm++) {
        assert_true(isnan(value(lab, arm, "padding_difference", 0)));
        assert_true(isnan(value(lab, arm, "padding_gradient", 0)));
    }
    lab_free(lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_model_sees_the_padding),
        cmocka_unit_test(what_a_model_sees_of_the_padding_is_found),
        cmocka_unit_test(shares_of_padding_are_those_of_the_lengths),
        cmocka_unit_test(without_padding_there_is_nothing_to_be_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
