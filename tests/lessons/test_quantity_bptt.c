/* Tests of lessons/quantities/bptt.c: right gradients agree with differences, wrong ones not. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/model/loss.h"
#include "common/numeric/reals.h"
#include "lessons/measure.h"
#include "lessons/models.h"
#include "lessons/quantities/quantities.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

static const double RIGHT = 1e-3; /* what claims allow */

static double difference_of(const struct lab_config *config)
{
    struct lab *lab = lab_make(config);
    const struct measured measured = { .lab = lab, .arm = &lab->arm[0] };
    const double of = quantity_finite_difference(&measured, 0);

    lab_free(lab);
    return of;
}

static void every_model_agrees_with_differences(void **state)
{
    static const char *const tasks[] = { "adding", "sort", "temporal-order" };
    int kinds;
    const struct model_kind *const *kind = model_kinds(&kinds);

    (void)state;
    for (int k = 0; k < kinds; k++)
        for (size_t t = 0; t < sizeof tasks / sizeof tasks[0]; t++) {
            struct lab_config config = small_config("adding", kind[k]->name, NULL);
            double of;

            config.arm[0].hidden = 8;
            config.task.length = 0;
            set(&config, "task.name", tasks[t]);
            of = difference_of(&config);
            if (!(of > 0 && of < RIGHT))
                fail_msg("%s on %s: %g", kind[k]->name, tasks[t], of);
        }
}

/* A gradient that stops every few steps is another one, and that is seen. */
static void a_truncated_gradient_is_seen(void **state)
{
    struct lab_config config = small_config("adding", "elman", NULL);

    (void)state;
    config.arm[0].truncate = 4;
    assert_true(difference_of(&config) > 10 * RIGHT);
}

/* The weights of the first step are compared, whatever training has made of them. */
static void it_is_about_the_first_weights(void **state)
{
    const struct lab_config config = small_config("adding", "gru", NULL);
    struct lab *lab = lab_make(&config);
    const struct measured measured = { .lab = lab, .arm = &lab->arm[0] };
    const double before = quantity_finite_difference(&measured, 0);

    (void)state;
    lab_train(lab, 5);
    assert_close(quantity_finite_difference(&measured, 0), before, 0, 0);
    lab_free(lab);
}

/* The gradient of the summed loss of one batch, and what it is of. */
struct right {
    struct lab *lab;
    struct batch batch;
    real *gradients;
};

static void make_right(struct right *right)
{
    const struct lab_config config = small_config("sort", "lstm", NULL);
    const struct sequence_model *model;
    const struct trainer *trainer;
    struct workspace ws;
    const struct extent extent = { .batch = SMALL_BATCH };
    struct extent capacity = extent;

    right->lab = lab_make(&config);
    model = &right->lab->arm[0].model;
    trainer = &right->lab->arm[0].trainer;
    capacity.steps = right->lab->task.shape.steps;
    assert_int_equal(batch_create(&right->batch, &model->shape, SMALL_BATCH, NULL), STATUS_OK);
    task_fill(&right->lab->task, 1, RANDOM_TRAIN, 0, 0, &right->batch);
    right->gradients = reals_create(model->parameters.total);
    assert_non_null(right->gradients);
    assert_int_equal(workspace_create(&ws, model, capacity, false, NULL), STATUS_OK);
    model_forward(model, trainer_weights(trainer), &ws, &right->batch);
    loss_evaluate(&right->batch, ws.output, ws.doutput);
    model_backward(model, &ws, right->gradients);
    workspace_free(&ws);
}

static void free_right(struct right *right)
{
    batch_free(&right->batch);
    free(right->gradients);
    lab_free(right->lab);
}

static double disagreement(const struct right *right)
{
    const struct lab_arm *arm = &right->lab->arm[0];

    return quantity_gradient_disagreement(&arm->model, arm->trainer.parameters,
                                          right->gradients, &right->batch);
}

/* One tensor at a time: forgotten, of the wrong sign, 5 % too large. */
static void a_wrong_tensor_is_seen(void **state)
{
    static const double factors[] = { 0, -1, 1.05 };
    struct right right;
    const struct parameter_list *list;

    (void)state;
    make_right(&right);
    list = &right.lab->arm[0].model.parameters;
    assert_true(disagreement(&right) < RIGHT);
    for (size_t f = 0; f < sizeof factors / sizeof factors[0]; f++)
        for (int i = 0; i < list->count; i++) {
            const struct parameter *p = &list->items[i];
            real *of = right.gradients + p->offset, *kept = reals_create(p->count);

            assert_non_null(kept);
            memcpy(kept, of, p->count * sizeof *kept);
            for (size_t k = 0; k < p->count; k++)
                of[k] *= (real)factors[f];
            if (!(disagreement(&right) > RIGHT))
                fail_msg("%s times %g: %g", p->name, factors[f], disagreement(&right));
            memcpy(of, kept, p->count * sizeof *kept);
            free(kept);
        }
    assert_true(disagreement(&right) < RIGHT);
    free_right(&right);
}

static void what_is_no_number_is_no_agreement(void **state)
{
    struct right right;

    (void)state;
    make_right(&right);
    right.gradients[3] = (real)NAN;
    assert_true(isnan(disagreement(&right)));
    free_right(&right);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_model_agrees_with_differences),
        cmocka_unit_test(a_truncated_gradient_is_seen),
        cmocka_unit_test(it_is_about_the_first_weights),
        cmocka_unit_test(a_wrong_tensor_is_seen),
        cmocka_unit_test(what_is_no_number_is_no_agreement),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
