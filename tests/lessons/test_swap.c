/*
 * Tests of lessons/hand_edits.c: a state exchanged for the one that another sequence has at the
 * same step.
 */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "tests/close.h"
#include "tests/lessons/small_lab.h"

enum { PINNED = 3, NEXT = PINNED + 1, OTHER = 9 };

struct swap_row {
    const char *model, *task, *direction, *state;
    int layers;
};

static struct lab_config config_of(const struct swap_row *row)
{
    struct lab_config config = small_config(row->task, row->model, NULL);

    config.arm[0].layers = row->layers;
    if (strcmp(row->task, "dates") == 0)
        config.task.length = 1;
    if (row->direction != NULL)
        set(&config, "left.direction", row->direction);
    if (row->state != NULL)
        set(&config, "left.state", row->state);
    return config;
}

static const struct trace_entry *entry_of(const struct lab *lab, const char *quantity,
                                          int layer)
{
    return trace_find(&lab->arm[0].probe.trace, quantity, layer);
}

/* The states of the layer at that step are, to the bit, those of the other lab; true if any. */
static bool assert_same_state(const struct lab *a, const struct lab *b, const struct edit *edit)
{
    static const char *const forward[] = { "hidden", "cell" };
    static const char *const reverse[] = { "hidden.reverse", "cell.reverse" };
    bool any = false;

    for (int part = 0; part < 2; part++) {
        const char *name = (edit->half == EDIT_REVERSE_HALF ? reverse : forward)[part];
        const struct trace_entry *x = entry_of(a, name, edit->depth);
        const struct trace_entry *y = entry_of(b, name, edit->depth);

        if (x == NULL)
            continue;
        assert_memory_equal(x->value + edit->step * x->extent[2],
                            y->value + edit->step * x->extent[2],
                            (size_t)x->extent[2] * sizeof(real));
        any = true;
    }
    return any;
}

/* What a swap has to keep to, after whatever happened to the lab: `other` looked at alone. */
static void assert_swapped(struct lab *lab, struct lab *alone, const struct edit *edit,
                           long other)
{
    lab_pin(alone, other);
    lab_look(alone);
    lab_look(lab);
    assert_true(assert_same_state(lab, alone, edit));
    assert_true(isfinite(lab->arm[0].free_loss));
}

/* Where nothing was swapped it is what it was: the state before is the own one. */
static void assert_own_before(struct lab *lab, struct lab *alone, const struct edit *edit)
{
    struct edit before = *edit;

    before.step += edit->half == EDIT_REVERSE_HALF ? 1 : -1;
    lab_pin(alone, lab->sample);
    lab_look(alone);
    assert_same_state(lab, alone, &before);
}

static void a_swapped_state_is_the_other_sequences(void **state)
{
    const struct swap_row *row = *state;
    const struct lab_config config = config_of(row);
    const bool both = row->direction != NULL;
    struct lab *lab = lab_make(&config), *alone = lab_make(&config);

    for (int layer = 0; layer < row->layers; layer++)
        for (int half = EDIT_FORWARD_HALF; half <= (both ? EDIT_REVERSE_HALF : 1); half++) {
            struct edit edit = { .kind = EDIT_STATE_SET,
                                 .depth = layer,
                                 .step = 4,
                                 .half = (enum edit_half)half,
                                 .other = OTHER };

            lab_edits_clear(lab);
            lab_pin(lab, PINNED);
            assert_true(lab_edit(lab, 0, &edit));
            assert_swapped(lab, alone, &edit, OTHER);
            assert_own_before(lab, alone, &edit);
            assert_true(fabs(lab->arm[0].probe.loss - lab->arm[0].free_loss) > 1e-6);

            lab_train(lab, 2); /* other weights, another state */
            lab_train(alone, 2);
            assert_swapped(lab, alone, &edit, OTHER);

            edit.other =
                EDIT_NEXT_SAMPLE; /* another change of the same state takes its place */
            assert_true(lab_edit(lab, 0, &edit));
            assert_int_equal(lab->arm[0].edit_count, 1);
            assert_swapped(lab, alone, &edit, NEXT);
            lab_pin(lab, NEXT);
            assert_swapped(lab, alone, &edit, NEXT + 1);
            assert_true(lab_edit(lab, 0, &edit)); /* the same again takes it back */
            assert_int_equal(lab->arm[0].edit_count, 0);
        }
    lab_free(lab);
    lab_free(alone);
}

/* Both halves at once; and sequences of different lengths, where each half counts its own. */
static void both_halves_are_swapped_at_the_same_place(void **state)
{
    const struct swap_row *row = *state;
    const struct lab_config config = config_of(row);
    struct lab *lab = lab_make(&config), *alone = lab_make(&config);
    struct edit edit = {
        .kind = EDIT_STATE_SET, .step = 1, .half = EDIT_BOTH_HALVES, .other = OTHER
    };

    lab_pin(lab, PINNED);
    assert_true(batch_length(&lab->arm[0].probe.one, 0) != lab->task.shape.steps);
    assert_true(lab_edit(lab, 0, &edit));
    for (edit.half = EDIT_FORWARD_HALF; edit.half <= EDIT_REVERSE_HALF; edit.half++)
        assert_swapped(lab, alone, &edit, OTHER);
    assert_int_equal(lab->arm[0].made.count, 2);
    lab_pin(lab, PINNED);
    edit.half = EDIT_BOTH_HALVES;
    lab_edits_clear(lab);
    edit.step = lab->task.shape.steps - 1; /* padding, which the reverse half does not see */
    assert_true(lab_edit(lab, 0, &edit));
    lab_look(lab);
    assert_int_equal(lab->arm[0].made.count, 1);
    lab_free(lab);
    lab_free(alone);
}

/* y = W h + b of the state that was put there, by hand; the loss is (y - target)^2. */
static void the_loss_is_that_of_the_state_put_there(void **state)
{
    const struct swap_row *row = *state;
    const struct lab_config config = config_of(row);
    struct lab *lab = lab_make(&config), *alone = lab_make(&config);
    const int last = lab->task.shape.steps - 1, top = row->layers - 1;
    const struct edit edit = {
        .kind = EDIT_STATE_SET, .depth = top, .step = last, .other = OTHER
    };
    const struct parameter_list *list = &lab->arm[0].model.parameters;
    const struct trace_entry *hidden;
    const real *weight, *bias;
    double y;

    lab_train(lab, 3);
    lab_train(alone, 3);
    lab_pin(lab, PINNED);
    lab_pin(alone, OTHER);
    assert_true(lab_edit(lab, 0, &edit));
    lab_look(lab);
    lab_look(alone);
    hidden = entry_of(alone, "hidden", top);
    weight = lab->arm[0].trainer.parameters + parameter_find(list, "readout.weight")->offset;
    bias = lab->arm[0].trainer.parameters + parameter_find(list, "readout.bias")->offset;
    y = (double)bias[0];
    for (int k = 0; k < hidden->extent[2]; k++)
        y += (double)weight[k] * (double)hidden->value[last * hidden->extent[2] + k];
    y -= (double)lab->arm[0].probe.one.values[0];
    assert_close(lab->arm[0].probe.loss, y * y, 1e-7, 1e-5);
    assert_true(fabs(lab->arm[0].probe.loss - lab->arm[0].free_loss) > 1e-5);
    lab_free(lab);
    lab_free(alone);
}

/* Swapping with oneself is no change, whatever stands between: a state set is only a state. */
static void a_state_swapped_with_its_own_changes_no_bit(void **state)
{
    const struct swap_row *row = *state;
    const struct lab_config config = config_of(row);
    struct lab *lab = lab_make(&config);
    const struct edit edit = { .kind = EDIT_STATE_SET, .step = 4, .other = PINNED };

    lab_pin(lab, PINNED);
    assert_true(lab_edit(lab, 0, &edit));
    lab_look(lab);
    assert_true(lab->arm[0].probe.loss == lab->arm[0].free_loss);
    lab_free(lab);
}

/* Zero takes the place of hold, in one half of one step; other places are left alone. */
static void one_state_has_one_edit(void **state)
{
    const struct lab_config config = small_config("sort", "gru", NULL);
    struct lab *lab = lab_make(&config);
    struct edit edit = { .kind = EDIT_STATE_HOLD, .step = 4 };
    const struct edit *made = lab->arm[0].edits;

    (void)state;
    assert_true(lab_edit(lab, 0, &edit));
    edit.kind = EDIT_STATE_ZERO;
    assert_true(lab_edit(lab, 0, &edit));
    assert_int_equal(lab->arm[0].edit_count, 1);
    assert_int_equal(made[0].kind, EDIT_STATE_ZERO);
    edit.step = 5;
    assert_true(lab_edit(lab, 0, &edit));
    edit.half = EDIT_REVERSE_HALF;
    assert_true(lab_edit(lab, 0, &edit));
    assert_int_equal(lab->arm[0].edit_count, 3);
    assert_true(lab_edit(lab, 0, &edit));
    assert_int_equal(lab->arm[0].edit_count, 2);
    lab_free(lab);
}

/* The own input of a user has a next one too: the first. */
static void after_a_sequence_of_ones_own_comes_the_first(void **state)
{
    const struct lab_config config = small_config("sort", "elman", NULL);
    struct lab *lab = lab_make(&config), *alone = lab_make(&config);
    const struct edit edit = { .kind = EDIT_STATE_SET, .step = 4, .other = EDIT_NEXT_SAMPLE };
    struct error error = { STATUS_OK, "" };

    (void)state;
    assert_int_equal(lab_input(lab, "2 0 1 2 0", &error), STATUS_OK);
    assert_true(lab_edit(lab, 0, &edit));
    assert_swapped(lab, alone, &edit, 0);
    lab_free(lab);
    lab_free(alone);
}

/* What it looks at in between leaves the 64 fixed sequences' row as it was. */
static void a_swap_leaves_what_was_measured(void **state)
{
    const struct lab_config config = small_config("sort", "lstm", NULL);
    const struct edit edit = { .kind = EDIT_STATE_SET, .step = 2, .other = OTHER };
    struct lab *lab = lab_make(&config);
    double rms[16];

    (void)state;
    lab_look(lab);
    memcpy(rms, lab->arm[0].probe.profile.input.rms, 9 * sizeof *rms);
    assert_true(lab_edit(lab, 0, &edit));
    assert_int_equal(lab_probe(lab, false, NULL), STATUS_OK);
    assert_memory_equal(lab->arm[0].probe.profile.input.rms, rms, 9 * sizeof *rms);
    lab_look(lab);
    assert_memory_equal(lab->arm[0].probe.profile.input.rms, rms, 9 * sizeof *rms);
    lab_free(lab);
}

/* clang-format off */
#define ROW(label, test, ...) { .name = label, .test_func = test, \
                                .initial_state = &(struct swap_row){ __VA_ARGS__ } }
#define CELL(model) \
    ROW("a_swapped_state_of_an_" model "_is_the_other_sequences", \
        a_swapped_state_is_the_other_sequences, model, "sort", NULL, NULL, 2), \
    ROW("a_swapped_state_of_an_" model "_in_both_directions_is_the_other_sequences", \
        a_swapped_state_is_the_other_sequences, model, "sort", "both", "learned", 2), \
    ROW("the_loss_of_an_" model "_is_that_of_the_state_put_there", \
        the_loss_is_that_of_the_state_put_there, model, "adding", NULL, NULL, 1), \
    ROW("the_loss_of_an_" model "_of_two_layers_is_that_of_the_state_put_there", \
        the_loss_is_that_of_the_state_put_there, model, "adding", NULL, NULL, 2), \
    ROW("a_state_of_an_" model "_swapped_with_its_own_changes_no_bit", \
        a_state_swapped_with_its_own_changes_no_bit, model, "sort", NULL, NULL, 2), \
    ROW("both_halves_of_an_" model "_are_swapped_at_the_same_place", \
        both_halves_are_swapped_at_the_same_place, model, "dates", "both", NULL, 1)
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL("elman"),
        CELL("lstm"),
        CELL("gru"),
        cmocka_unit_test(one_state_has_one_edit),
        cmocka_unit_test(after_a_sequence_of_ones_own_comes_the_first),
        cmocka_unit_test(a_swap_leaves_what_was_measured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
