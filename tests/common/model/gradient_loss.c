/* Gradients of common/model/loss.c, in double, and the losses themselves. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "common/model/loss.h"
#include "tests/close.h"
#include "tests/gradcheck.h"
#include "tests/layer_fixture.h"

enum { T = 4, B = 3, V = 5, ROWS = T * B };

struct outputs {
    enum target_kind target;
    enum readout readout;
    struct batch batch;
    real output[ROWS * V], doutput[ROWS * V];
    real values[ROWS * V];
    int classes[ROWS];
};

static void fill(struct outputs *o)
{
    fill_normal(o->output, ROWS * V, 1, 1);
    fill_normal(o->values, ROWS * V, 2, 1);
    for (int i = 0; i < ROWS; i++)
        o->classes[i] = i % 4 == 2 ? TARGET_IGNORED : i * i % V;
    o->batch = (struct batch){
        .shape = { .steps = T, .target = o->target, .outputs = V, .readout = o->readout },
        .extent = { .batch = B, .steps = T },
        .classes = o->classes,
        .values = o->values
    };
}

static real loss_sum(void *context)
{
    const struct outputs *o = context;

    return (real)loss_evaluate(&o->batch, o->output, NULL).sum;
}

static size_t output_count(const struct outputs *o)
{
    return o->readout == READOUT_LAST ? B * V : ROWS * V;
}

static void doutput_matches_finite_differences(void **state)
{
    struct outputs o = *(const struct outputs *)*state;

    fill(&o);
    fill_normal(o.doutput, ROWS * V, 3, 1); /* whatever was there is overwritten */
    loss_evaluate(&o.batch, o.output, o.doutput);
    assert_gradient(
        &(struct gradient){ "doutput", o.output, o.doutput, output_count(&o), 0, 0 }, loss_sum,
        &o);
}

static void the_sum_is_what_the_definition_says(void **state)
{
    struct outputs o = *(const struct outputs *)*state;
    double expected = 0;
    long elements = 0;

    fill(&o);
    for (int row = 0; row < (int)output_count(&o) / V; row++) {
        double partition = 0;

        for (int v = 0; v < V; v++)
            partition += exp((double)o.output[row * V + v]);
        for (int v = 0; v < V && o.target == TARGET_VALUES; v++, elements++)
            expected += pow((double)(o.output[row * V + v] - o.values[row * V + v]), 2);
        if (o.target == TARGET_CLASSES && o.classes[row] != TARGET_IGNORED) {
            expected -= log(exp((double)o.output[row * V + o.classes[row]]) / partition);
            elements++;
        }
    }
    assert_close(loss_evaluate(&o.batch, o.output, NULL).sum, expected, 0, 1e-12);
    assert_int_equal(loss_evaluate(&o.batch, o.output, NULL).elements, elements);
}

static void a_batch_that_is_ignored_has_no_loss_and_no_gradient(void **state)
{
    (void)state;
    struct outputs o = { .target = TARGET_CLASSES, .readout = READOUT_EVERY };
    struct loss loss;

    fill(&o);
    fill_normal(o.doutput, ROWS * V, 3, 1);
    for (int i = 0; i < ROWS; i++)
        o.classes[i] = TARGET_IGNORED;
    loss = loss_evaluate(&o.batch, o.output, o.doutput);
    assert_close(loss.sum, 0, 0, 0);
    assert_int_equal(loss.elements, 0);
    for (int i = 0; i < ROWS * V; i++)
        assert_close((double)o.doutput[i], 0, 0, 0);
}

static void huge_logits_give_a_finite_loss(void **state)
{
    (void)state;
    struct outputs o = { .target = TARGET_CLASSES, .readout = READOUT_EVERY };

    fill(&o);
    memset(o.output, 0, sizeof o.output);
    for (int i = 0; i < ROWS; i++)
        o.classes[i] = TARGET_IGNORED;
    o.output[V] = 5000;
    o.classes[1] = 3;
    assert_close(loss_evaluate(&o.batch, o.output, o.doutput).sum, 5000, 0, 1e-12);
    assert_close((double)o.doutput[V], 1, 0, 1e-12);
    assert_close((double)o.doutput[V + 3], -1, 0, 1e-12);
}

/* clang-format off */
#define CASE(label, ...)                                                  \
    { .name = "gradients_of_" label "_match_finite_differences",          \
      .test_func = doutput_matches_finite_differences,                    \
      .initial_state = &(struct outputs){ __VA_ARGS__ } },                \
    { .name = "the_sum_of_" label "_is_what_the_definition_says",         \
      .test_func = the_sum_is_what_the_definition_says,                   \
      .initial_state = &(struct outputs){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    CASE("cross_entropy_with_ignored_targets", .target = TARGET_CLASSES, .readout = READOUT_EVERY),
    CASE("cross_entropy_of_the_last_step", .target = TARGET_CLASSES, .readout = READOUT_LAST),
    CASE("squared_error", .target = TARGET_VALUES, .readout = READOUT_EVERY),
    CASE("squared_error_of_the_last_step", .target = TARGET_VALUES, .readout = READOUT_LAST),
    cmocka_unit_test(a_batch_that_is_ignored_has_no_loss_and_no_gradient),
    cmocka_unit_test(huge_logits_give_a_finite_loss),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
