/* Tests of viz/window/weight_view.c, prediction_view.c and spectrum.c: what panels know. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/lab.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"
#include "viz/window/prediction_view.h"
#include "viz/window/spectrum.h"
#include "viz/window/weight_view.h"

struct blocks_row {
    const char *model, *tensor, *gates; /* "ifgo"; "": one block */
    bool recurrent;
};

/* Tensors of real models, not of names made up. */
static void gates_are_known_from_names_and_shapes(void **state)
{
    const struct blocks_row *row = *state;
    struct lab_config config = small_config("adding", row->model, NULL);
    struct snapshot_weights w = { 0 };
    struct weight_block blocks[WEIGHT_BLOCKS_MAX];
    struct lab *lab;
    int tensor = -1, count;

    if (strstr(row->tensor, "reverse") != NULL)
        set(&config, "left.direction", "both");
    lab = lab_make(&config);
    assert_int_equal(snapshot_weights_take(&w, &lab->arm[0].model.parameters,
                                           lab->arm[0].trainer.parameters, NULL),
                     STATUS_OK);
    for (int i = 0; i < w.count; i++)
        if (strcmp(w.tensor[i].name, row->tensor) == 0)
            tensor = i;
    assert_true(tensor >= 0);
    count = weight_blocks(&w, tensor, blocks);
    assert_int_equal(count, row->gates[0] == '\0' ? 1 : (int)strlen(row->gates));
    for (int i = 0; i < count; i++) {
        assert_int_equal(blocks[i].rows, w.tensor[tensor].rows / count);
        assert_int_equal(blocks[i].first, i * blocks[i].rows);
        if (count > 1)
            assert_int_equal(blocks[i].name[0], row->gates[i]);
    }
    assert_int_equal(weight_is_recurrent(&w, tensor), row->recurrent);
    if (row->recurrent && strstr(row->tensor, "reverse") == NULL)
        assert_int_equal(weight_first(&w), tensor);
    snapshot_weights_free(&w);
    lab_free(lab);
}

static void norm_and_largest_are_of_the_rows_asked_for(void **state)
{
    struct snapshot_tensor tensor = { .rows = 3, .columns = 2, .offset = 1 };
    real values[] = { 100, 3, -4, 0, 12, -7, 0 };
    const struct snapshot_weights w = { &tensor, 1, values, 7, 1, 7 };

    (void)state;
    assert_close(weight_norm(&w, 0, (struct weight_block){ "", 0, 1 }), 5, 1e-12, 0);
    assert_close(weight_norm(&w, 0, (struct weight_block){ "", 1, 1 }), 12, 1e-12, 0);
    assert_close(weight_largest(&w, 0, (struct weight_block){ "", 0, 3 }), 12, 0, 0);
    assert_close(weight_largest(&w, 0, (struct weight_block){ "", 2, 1 }), 7, 0, 0);
}

/* ------------------------------------------------------------------------------- predictions */

static void the_likeliest_come_in_order_with_their_probabilities(void **state)
{
    const real logits[] = { 0, 2, 1, 2, -1 };
    struct candidate top[5];
    double sum = 0;

    (void)state;
    assert_int_equal(prediction_top(logits, 5, -1, top, 3), 3);
    assert_int_equal(top[0].symbol, 1);
    assert_int_equal(top[1].symbol, 3); /* equal: the first of them is first */
    assert_int_equal(top[2].symbol, 2);
    assert_int_equal(prediction_top(logits, 5, -1, top, 9), 5);
    for (int i = 0; i < 5; i++)
        sum += top[i].probability;
    assert_close(sum, 1, 1e-12, 0);
    assert_close(top[2].probability / top[0].probability, exp(-1), 1e-7, 0);
}

static void the_target_is_never_left_out(void **state)
{
    const real logits[] = { 0, 2, 1, 2, -1 };
    struct candidate top[3];

    (void)state;
    assert_int_equal(prediction_top(logits, 5, 4, top, 3), 3);
    assert_int_equal(top[2].symbol, 4);
    assert_close(top[2].probability / top[0].probability, exp(-3), 1e-7, 0);
    prediction_top(logits, 5, 3, top, 3); /* it is there already */
    assert_int_equal(top[1].symbol, 3);
    assert_int_equal(top[2].symbol, 2);
}

static void what_is_not_finite_has_no_order_and_breaks_nothing(void **state)
{
    const real logits[] = { (real)NAN, (real)NAN, (real)INFINITY, (real)NAN };
    struct candidate top[4];

    (void)state;
    assert_true(prediction_top(logits, 4, 2, top, 4) <= 4);
}

/* One output belongs to the last step that is no padding. */
static void an_output_is_found_at_its_step(void **state)
{
    struct lab_config config = small_config("adding", "gru", NULL);
    struct lab *lab = lab_make(&config);
    struct snapshot s = { 0 };

    (void)state;
    assert_int_equal(lab_input(lab, ".1* .2 .3*", NULL), STATUS_OK);
    lab_look(lab);
    assert_int_equal(snapshot_take(&s, lab, NULL), STATUS_OK);
    for (int t = -1; t <= s.steps; t++)
        assert_int_equal(prediction_output(&s, &s.arm[0], t) != NULL, t == 2);
    assert_true(*prediction_output(&s, &s.arm[0], 2) ==
                trace_find(&s.arm[0].trace, "logits", -1)->value[0]);
    lab_free(lab);
    config = small_config("sort", "gru", NULL);
    lab = lab_make(&config);
    lab_look(lab);
    assert_int_equal(snapshot_take(&s, lab, NULL), STATUS_OK);
    for (int t = 0; t < s.steps; t++) {
        assert_ptr_equal(prediction_output(&s, &s.arm[0], t),
                         trace_find(&s.arm[0].trace, "logits", -1)->value + 3 * t);
        assert_int_equal(prediction_shown(&s, &s.arm[0], t), t >= 4);
    }
    lab_free(lab);
    snapshot_free(&s);
}

/* ---------------------------------------------------------------------------------- spectrum */

static const real turn[] = { 0, -2, 2, 0 };

static void eigenvalues_are_found_once_for_each_moment(void **state)
{
    static struct spectrum s;
    struct spectrum_of of = { .serial = 1 };

    (void)state;
    spectrum_look(&s, of, turn, 2, 0);
    assert_true(s.known && s.found && !s.waiting);
    assert_int_equal(s.n, 2);
    assert_close(s.largest, 2, 1e-12, 0);
    spectrum_look(&s, of, turn, 2, 0);
    assert_int_equal(s.times, 1);
    of.serial = 2;
    spectrum_look(&s, of, turn, 2, 0);
    assert_int_equal(s.times, 2);
    of.block = 1; /* another gate of the same moment */
    spectrum_look(&s, of, turn, 2, 0);
    assert_int_equal(s.times, 3);
    spectrum_free(&s);
    assert_null(s.memory);
}

static void what_takes_long_is_asked_a_few_times_a_second(void **state)
{
    static struct spectrum s;
    struct spectrum_of of = { .serial = 1 };

    (void)state;
    spectrum_look(&s, of, turn, 2, 1000);
    s.seconds = 0.02; /* as of 200 rows */
    of.serial = 2;
    spectrum_look(&s, of, turn, 2, 1100);
    assert_true(s.waiting);
    assert_int_equal(s.times, 1);
    spectrum_look(&s, of, turn, 2, 1400);
    assert_false(s.waiting);
    assert_int_equal(s.times, 2);
    s.seconds = 0.02;
    of.tensor = 3; /* another matrix does not wait */
    spectrum_look(&s, of, turn, 2, 1401);
    assert_int_equal(s.times, 3);
    spectrum_free(&s);
}

static void weights_that_are_not_finite_have_none(void **state)
{
    static struct spectrum s;
    const real broken[] = { 1, (real)NAN, 0, 1 };

    (void)state;
    spectrum_look(&s, (struct spectrum_of){ .serial = 1 }, broken, 2, 0);
    assert_true(s.known);
    assert_false(s.found);
    spectrum_free(&s);
}

/* clang-format off */
#define BLOCKS(...)                                                                            \
    { .name = "gates_are_known: " #__VA_ARGS__,                                                \
      .test_func = gates_are_known_from_names_and_shapes,                                      \
      .initial_state = &(struct blocks_row){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BLOCKS("elman", "core.weight_hh_l0", "", true),
        BLOCKS("lstm", "core.weight_hh_l0", "ifgo", true),
        BLOCKS("lstm", "core.weight_ih_l0", "ifgo", false),
        BLOCKS("lstm", "core.bias_ih_l0", "ifgo", false),
        BLOCKS("lstm", "core.bias_hh_l0_reverse", "ifgo", false),
        BLOCKS("gru", "core.weight_hh_l0_reverse", "rzn", true),
        BLOCKS("gru", "core.weight_hh_l0", "rzn", true),
        BLOCKS("transformer", "core.layers.0.self_attn.in_proj_weight", "qkv", false),
        BLOCKS("transformer", "core.layers.0.self_attn.in_proj_bias", "qkv", false),
        BLOCKS("transformer", "readout.weight", "", false),
        cmocka_unit_test(norm_and_largest_are_of_the_rows_asked_for),
        cmocka_unit_test(the_likeliest_come_in_order_with_their_probabilities),
        cmocka_unit_test(the_target_is_never_left_out),
        cmocka_unit_test(what_is_not_finite_has_no_order_and_breaks_nothing),
        cmocka_unit_test(an_output_is_found_at_its_step),
        cmocka_unit_test(eigenvalues_are_found_once_for_each_moment),
        cmocka_unit_test(what_takes_long_is_asked_a_few_times_a_second),
        cmocka_unit_test(weights_that_are_not_finite_have_none),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
