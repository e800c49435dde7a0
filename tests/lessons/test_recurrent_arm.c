/*
 * Tests of lessons/recurrent_arm.c: what the keys of a recurrent arm build, and what they
 * refuse.
 */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/models.h"
#include "lessons/recurrent_arm.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

enum { SETTINGS = 10, ROOM = 24 };

struct setting {
    const char *key, *value;
};

static struct lab_config config_of(const struct setting *settings)
{
    struct lab_config config = config_default();

    set(&config, "right.model", "");
    for (; settings->key != NULL; settings++)
        set(&config, settings->key, settings->value);
    return config;
}

/* Names ------------------------------------------------------------------------------------ */

struct built {
    struct setting settings[SETTINGS];
    const char *names[ROOM]; /* of all tensors beside input.* and readout.* */
    int top;                 /* width that the readout sees */
};

static void the_tensors_are_these(void **state)
{
    const struct built *row = *state;
    const struct lab_config config = config_of(row->settings);
    struct sequence_model model;
    struct task task;
    int count = 0;

    assert_int_equal(config_check(&config, NULL), STATUS_OK);
    assert_int_equal(task_open(&task, &config.task, NULL), STATUS_OK);
    assert_int_equal(arm_model(&model, &config.arm[0], &task.shape, NULL), STATUS_OK);
    for (; row->names[count] != NULL; count++)
        if (parameter_find(&model.parameters, row->names[count]) == NULL)
            fail_msg("no tensor \"%s\"", row->names[count]);
    assert_int_equal(model.parameters.count, count + 4);
    assert_int_equal(parameter_find(&model.parameters, "readout.weight")->shape[1], row->top);
    model_free(&model);
    task_close(&task);
}

/* First values and behaviour --------------------------------------------------------------- */

struct first {
    struct setting settings[SETTINGS];
    const char *tensor;
    int row; /* and the first element of that row is */
    double least, most;
};

static void the_first_value_is_in_this_range(void **state)
{
    const struct first *row = *state;
    const struct lab_config config = config_of(row->settings);
    const struct parameter *p;
    struct sequence_model model;
    struct task task;
    real *values;
    double value;

    assert_int_equal(task_open(&task, &config.task, NULL), STATUS_OK);
    assert_int_equal(arm_model(&model, &config.arm[0], &task.shape, NULL), STATUS_OK);
    values = calloc(model.parameters.total, sizeof *values);
    assert_non_null(values);
    assert_int_equal(parameters_initialise(&model.parameters, values, 1), STATUS_OK);
    p = parameter_find(&model.parameters, row->tensor);
    assert_non_null(p);
    value = (double)values[p->offset + (size_t)row->row * (p->count / (size_t)p->shape[0])];
    if (!(value >= row->least && value <= row->most))
        fail_msg("%s starts with %g, not with %g to %g", row->tensor, value, row->least,
                 row->most);
    free(values);
    model_free(&model);
    task_close(&task);
}

static const struct profile_row *first_profile(struct lab *lab)
{
    lab_look(lab);
    return &lab->arm[0].probe.profile.state[0];
}

static void truncated_arms_have_no_gradient_before_the_last_window(void **state)
{
    const struct lab_config config =
        config_of((const struct setting[]){ { "left.model", *state },
                                            { "left.truncate", "20" },
                                            { "left.hidden", "9" },
                                            { NULL, NULL } });
    struct lab *lab = lab_make(&config);
    const struct profile_row *hidden = first_profile(lab);

    for (int t = 0; t < 50; t++)
        assert_int_equal(hidden->one[t] > 0, t >= 40);
    lab_free(lab);
}

static void a_relu_arm_has_no_negative_state(void **state)
{
    const struct lab_config config =
        config_of((const struct setting[]){ { "left.squash", "relu" }, { NULL, NULL } });
    struct lab *lab = lab_make(&config);
    const struct trace_entry *hidden;
    double sum = 0;

    (void)state;
    lab_look(lab);
    hidden = trace_find(&lab->arm[0].probe.trace, "hidden", 0);
    assert_non_null(hidden);
    for (size_t i = 0; i < hidden->count; i++) {
        assert_true(hidden->value[i] >= 0);
        sum += (double)hidden->value[i];
    }
    assert_true(sum > 0);
    lab_free(lab);
}

/* Every arm trains: its learned states and its reverse half move, too. */
static void every_tensor_moves_in_training(void **state)
{
    const struct built *row = *state;
    struct lab_config config = config_of(row->settings);
    struct lab *lab;
    real *before;

    config.training.batch = 8;
    lab = lab_make(&config);
    before = malloc(lab->arm[0].model.parameters.total * sizeof *before);
    assert_non_null(before);
    memcpy(before, lab->arm[0].trainer.parameters,
           lab->arm[0].model.parameters.total * sizeof *before);
    lab_train(lab, 2);
    for (int i = 0; i < lab->arm[0].model.parameters.count; i++) {
        const struct parameter *p = &lab->arm[0].model.parameters.items[i];

        if (memcmp(before + p->offset, lab->arm[0].trainer.parameters + p->offset,
                   p->count * sizeof *before) == 0)
            fail_msg("%s did not move", p->name);
    }
    free(before);
    lab_free(lab);
}

/* The law of vanishing gradients, in a lab ------------------------------------------------- */

struct driven {
    const char *gain, *variance;
    double slope; /* of theory, tests/rnn/test_law.c */
};

static void a_driven_arm_shows_the_slope_of_theory_in_its_probe(void **state)
{
    const struct driven *row = *state;
    const struct lab_config config =
        config_of((const struct setting[]){ { "task.name", "drive" },
                                            { "task.items", "128" },
                                            { "left.width", "128" },
                                            { "left.hidden", "128" },
                                            { "left.initial", "orthogonal" },
                                            { "left.gain", row->gain },
                                            { "left.drive", row->variance },
                                            { NULL, NULL } });
    struct lab *lab = lab_make(&config);

    assert_close(first_profile(lab)->slope, row->slope, 0.02, 0);
    lab_free(lab);
}

/* What is refused -------------------------------------------------------------------------- */

struct refused {
    struct setting settings[SETTINGS];
    const char *words[6];
};

static void what_contradicts_itself_is_refused_in_one_line(void **state)
{
    const struct refused *row = *state;
    const struct lab_config config = config_of(row->settings);
    struct error error = { STATUS_OK, "" };

    assert_int_equal(config_check(&config, &error), STATUS_USAGE);
    assert_fault(&error, STATUS_USAGE, row->words);
}

/* clang-format off */
#define LIST(...) { __VA_ARGS__ }
#define BUILT(sentence, test, settings, top, ...)                                              \
    { .name = sentence, .test_func = test,                                                     \
      .initial_state = &(struct built){ settings, { __VA_ARGS__ }, top } }
#define FIRST(sentence, settings, ...)                                                         \
    { .name = sentence, .test_func = the_first_value_is_in_this_range,                         \
      .initial_state = &(struct first){ settings, __VA_ARGS__ } }
#define DRIVEN(gain, s2, slope)                                                                \
    { .name = "a_driven_arm_of_gain_" gain "_and_variance_" s2 "_shows_the_slope_of_theory",   \
      .test_func = a_driven_arm_shows_the_slope_of_theory_in_its_probe,                        \
      .initial_state = &(struct driven){ gain, s2, slope } }
#define REFUSED(sentence, settings, ...)                                                       \
    { .name = sentence "_is_refused", .test_func = what_contradicts_itself_is_refused_in_one_line, \
      .initial_state = &(struct refused){ settings, { "left: ", __VA_ARGS__ } } }
#define TRUNCATED(model)                                                                       \
    { .name = "a_truncated_" model "_has_no_gradient_before_the_last_window",                  \
      .test_func = truncated_arms_have_no_gradient_before_the_last_window,                     \
      .initial_state = (char *)model }
#define LAYER(i)                                                                               \
    "core.weight_ih_l" i, "core.weight_hh_l" i, "core.bias_ih_l" i, "core.bias_hh_l" i
#define BOTH LIST({ "left.model", "lstm" }, { "left.layers", "2" }, { "left.hidden", "7" },    \
                  { "left.direction", "both" }, { "left.state", "learned" })
#define LEARNED(model) LIST({ "left.model", model }, { "left.state", "learned" },              \
                            { "left.hidden", "7" })

int main(void)
{
    const struct CMUnitTest tests[] = {
        BUILT("a_bidirectional_gru_has_torch's_names", the_tensors_are_these,
              LIST({ "left.model", "gru" }, { "left.layers", "2" }, { "left.hidden", "7" },
                   { "left.direction", "both" }), 14,
              LAYER("0"), LAYER("1"), LAYER("0_reverse"), LAYER("1_reverse")),
        BUILT("a_learned_elman_has_one_tensor_more", the_tensors_are_these, LEARNED("elman"), 7,
              LAYER("0"), "initial.hidden_l0"),
        BUILT("a_learned_lstm_has_two_tensors_more", the_tensors_are_these, LEARNED("lstm"), 7,
              LAYER("0"), "initial.hidden_l0", "initial.cell_l0"),
        BUILT("a_bidirectional_lstm_with_learned_states_has_four_of_them", the_tensors_are_these,
              LIST({ "left.model", "lstm" }, { "left.hidden", "7" }, { "left.direction", "both" },
                   { "left.state", "learned" }), 14,
              LAYER("0"), LAYER("0_reverse"), "initial.hidden_l0", "initial.cell_l0",
              "initial.hidden_l0_reverse", "initial.cell_l0_reverse"),
        BUILT("a_bidirectional_lstm_with_learned_states_trains", every_tensor_moves_in_training,
              BOTH, 14, NULL),
        BUILT("a_truncated_gru_with_a_learned_state_trains", every_tensor_moves_in_training,
              LIST({ "left.model", "gru" }, { "left.state", "learned" },
                   { "left.truncate", "60" }), 64, NULL),
        FIRST("a_forget_bias_reaches_the_model", LIST({ "left.model", "lstm" },
              { "left.forget_bias", "2" }), "core.bias_ih_l0", 64, 2, 2),
        FIRST("chrono_knows_the_length_of_the_task", LIST({ "left.model", "gru" },
              { "left.initial", "chrono" }, { "task.length", "2" }), "core.bias_ih_l0", 64, 0, 0),
        FIRST("chrono_keeps_for_longer_in_longer_tasks", LIST({ "left.model", "lstm" },
              { "left.initial", "chrono" }, { "task.length", "4000" }), "core.bias_ih_l0", 64,
              log(20), log(3999)),
        FIRST("identity_reaches_the_model", LIST({ "left.initial", "identity" },
              { "left.gain", "0.5" }), "core.weight_hh_l0", 0, 0.5, 0.5),
        FIRST("drive_makes_the_input_weights_the_root_of_the_variance",
              LIST({ "task.name", "drive" }, { "left.width", "64" }, { "left.drive", "0.25" }),
              "core.weight_ih_l0", 0, 0.5, 0.5),
        FIRST("drive_hands_the_input_on_as_it_is",
              LIST({ "task.name", "drive" }, { "left.width", "64" }, { "left.drive", "0.25" }),
              "input.weight", 0, 1, 1),
        FIRST("drive_leaves_no_bias",
              LIST({ "task.name", "drive" }, { "left.width", "64" }, { "left.drive", "0.25" }),
              "core.bias_hh_l0", 5, 0, 0),
        TRUNCATED("elman"), TRUNCATED("lstm"), TRUNCATED("gru"),
        cmocka_unit_test(a_relu_arm_has_no_negative_state),
        DRIVEN("0.9", "1e-12", -0.1054), DRIVEN("0.9", "0.1", -0.2637),
        DRIVEN("1", "0.1", -0.1864), DRIVEN("1.25", "0.1", -0.0551),
        REFUSED("gpt2", LIST({ "left.initial", "gpt2" }), "gpt2", "transformer",
                "default, orthogonal, identity"),
        REFUSED("an_elman_with_chrono", LIST({ "left.initial", "chrono" }), "chrono",
                "lstm and gru", "elman"),
        REFUSED("an_elman_with_a_forget_bias", LIST({ "left.forget_bias", "1" }), "forget_bias",
                "lstm", "elman"),
        REFUSED("a_gru_with_a_forget_bias",
                LIST({ "left.model", "gru" }, { "left.forget_bias", "1" }), "forget_bias",
                "lstm", "gru"),
        REFUSED("a_forget_bias_beside_chrono",
                LIST({ "left.model", "lstm" }, { "left.initial", "chrono" },
                     { "left.forget_bias", "1" }), "forget_bias", "chrono"),
        REFUSED("an_lstm_with_relu", LIST({ "left.model", "lstm" }, { "left.squash", "relu" }),
                "squash", "elman", "lstm"),
        REFUSED("truncating_both_directions",
                LIST({ "left.truncate", "5" }, { "left.direction", "both" }), "truncate",
                "direction"),
        REFUSED("driving_an_lstm", LIST({ "left.model", "lstm" }, { "left.drive", "1" }),
                "drive", "elman"),
        REFUSED("driving_units_that_have_no_number", LIST({ "left.drive", "1" }), "drive",
                "hidden is 64, width 32"),
        REFUSED("driving_with_another_task", LIST({ "left.drive", "1" }, { "left.width", "64" }),
                "drive", "2 numbers", "width is 64"),
        REFUSED("driving_with_symbols", LIST({ "left.drive", "1" }, { "left.width", "64" },
                { "task.name", "sort" }), "drive", "symbol"),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
