/* Tests of lessons/models.c: each model there is, its size, names and defaults. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/tasks/task.h"
#include "lessons/models.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

enum { ROOM = 32 };

/* The model of the left arm of that configuration. */
static void build(struct sequence_model *model, const struct lab_config *config)
{
    struct error error = { STATUS_OK, "" };
    struct task task;

    assert_int_equal(config_check(config, NULL), STATUS_OK);
    assert_int_equal(task_find(&task, config->task.name, config->task.length, NULL), STATUS_OK);
    if (arm_model(model, &config->arm[0], &task.shape, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static struct lab_config config_of(const char *task, const char *model, int layers)
{
    struct lab_config config = config_default();

    set(&config, "task.name", task);
    set(&config, "left.model", model);
    set(&config, "right.model", "");
    config.arm[0].layers = layers;
    return config;
}

/* Sizes */

struct size_row {
    const char *model;
    int layers, width, hidden, heads;
};

/* In a recurrent layer every gate has W (H, in), U (H, H) and two biases (H). */
static size_t recurrent_parameters(int gates, int layers, int D, int H)
{
    size_t sum = 0;

    for (int i = 0; i < layers; i++)
        sum += (size_t)(gates * H * ((i ? H : D) + H + 2));
    return sum;
}

/*
 * In a block: query, key, value and output d (d + 1) each, feed-forward 4d (d + 1) and
 * d (4d + 1), two norms 2d each: 12 d^2 + 13 d. And the norm at the end.
 */
static size_t transformer_parameters(int layers, int d)
{
    return (size_t)(layers * (12 * d * d + 13 * d) + 2 * d);
}

static size_t core_by_hand(const struct size_row *row)
{
    if (strcmp(row->model, "transformer") == 0)
        return transformer_parameters(row->layers, row->width);
    return recurrent_parameters(strcmp(row->model, "elman") == 0 ? 1
                                : strcmp(row->model, "gru") == 0 ? 3
                                                                 : 4,
                                row->layers, row->width, row->hidden);
}

static size_t others_by_hand(const struct size_row *row, const struct task *task)
{
    const int in = task->shape.inputs, out = task->shape.outputs, T = task->shape.steps;
    const int D = row->width;
    const bool transformer = strcmp(row->model, "transformer") == 0;
    const int last = transformer ? D : row->hidden;

    return (size_t)(D * in + (task->shape.input == INPUT_FEATURES ? D : 0) +
                    (transformer ? D * T : 0) + out * last + out);
}

static void the_parameters_are_those_of_the_formula(void **state)
{
    const struct size_row *row = *state;
    static const char *const tasks[] = { "adding", "copying", "sort" };

    for (int i = 0; i < 3; i++) {
        struct lab_config config = config_of(tasks[i], row->model, row->layers);
        struct sequence_model model;
        struct task task;

        config.arm[0].width = row->width;
        config.arm[0].hidden = row->hidden;
        config.arm[0].heads = row->heads;
        assert_int_equal(task_find(&task, tasks[i], 0, NULL), STATUS_OK);
        build(&model, &config);
        assert_int_equal(model_core_parameters(&model), core_by_hand(row));
        assert_int_equal(model.parameters.total,
                         core_by_hand(row) + others_by_hand(row, &task));
        assert_true(model_flops(&model, task.shape.steps) > 0);
        model_free(&model);
    }
}

static void the_numbers_of_the_readme_are_right(void **state)
{
    struct lab_config config = config_of("adding", "transformer", 0);
    struct sequence_model model;

    (void)state;
    build(&model, &config);
    assert_int_equal(model_core_parameters(&model), 25472);
    model_free(&model);
    config = config_of("adding", "elman", 0);
    build(&model, &config);
    assert_int_equal(model_core_parameters(&model), 64 * (32 + 64 + 2));
    model_free(&model);
}

/* Names */

struct name_row {
    const char *task, *model;
    int layers;
    const char *names[ROOM];
};

static void the_tensors_have_these_names(void **state)
{
    const struct name_row *row = *state;
    const struct lab_config config = config_of(row->task, row->model, row->layers);
    struct sequence_model model;
    int count = 0;

    build(&model, &config);
    for (; row->names[count] != NULL; count++)
        if (parameter_find(&model.parameters, row->names[count]) == NULL)
            fail_msg("no tensor \"%s\"", row->names[count]);
    assert_int_equal(model.parameters.count, count);
    model_free(&model);
}

/* Every kind */

static void every_model_there_is_builds_and_has_defaults(void **state)
{
    int count;
    const struct model_kind *const *kinds = model_kinds(&count);

    (void)state;
    assert_int_equal(count, 8);
    for (int i = 0; i < count; i++) {
        const struct lab_config config = config_of("sort", kinds[i]->name, 0);
        const struct model_kind *found = NULL;
        struct sequence_model model;

        assert_int_equal(model_kind_find(&found, kinds[i]->name, NULL), STATUS_OK);
        assert_ptr_equal(found, kinds[i]);
        assert_true(strlen(kinds[i]->name) < CONFIG_WORD_MAX && strlen(kinds[i]->about) > 0);
        assert_int_equal(arm_layers(&config.arm[0]), kinds[i]->default_layers);
        assert_close(arm_learning_rate(&config, 0), kinds[i]->default_learning_rate, 0, 0);
        assert_int_equal(kinds[i]->default_layers, kinds[i]->recurrent                     ? 1
                                                   : strcmp(kinds[i]->name, "linear") == 0 ? 0
                                                                                           : 2);
        build(&model, &config);
        model_free(&model);
    }
}

/* y = a x + b has a and b; a symbol's embedding has its width. */
static void a_linear_model_is_its_readout_alone(void **state)
{
    struct lab_config config = config_of("line", "linear", 0);
    struct sequence_model model;
    struct task task;

    (void)state;
    build(&model, &config);
    assert_int_equal(model.parameters.total, 2);
    assert_int_equal(model_core_parameters(&model), 0);
    assert_non_null(parameter_find(&model.parameters, "readout.weight"));
    assert_non_null(parameter_find(&model.parameters, "readout.bias"));
    model_free(&model);
    config = config_of("sort", "linear", 0);
    config.arm[0].width = 5;
    assert_int_equal(task_find(&task, "sort", 0, NULL), STATUS_OK);
    build(&model, &config);
    assert_int_equal(model.parameters.total, 3 * 5 + 5 * 3 + 3);
    model_free(&model);
}

static void an_unknown_model_is_refused_with_those_there_are(void **state)
{
    static const char *const names[] = { "", "Elman", "elman ", "transforme", "transformers" };
    static const char *const words[] = { "elman, lstm, gru, transformer, elman+attention, "
                                         "lstm+attention, gru+attention",
                                         NULL };
    const struct model_kind *kind = NULL;
    struct error error;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(model_kind_find(&kind, names[i], &error), STATUS_USAGE);
        assert_null(kind);
        assert_fault(&error, STATUS_USAGE, words);
    }
}

/* The arm's own rate, else the training's, else the model's. */
static void the_nearest_learning_rate_counts(void **state)
{
    struct lab_config config = config_default();

    (void)state;
    assert_close(arm_learning_rate(&config, 0), 3e-3, 0, 0);
    assert_close(arm_learning_rate(&config, 1), 1e-3, 0, 0);
    config.training.learning_rate = 0.5;
    assert_close(arm_learning_rate(&config, 0), 0.5, 0, 0);
    config.arm[1].learning_rate = 0.25;
    assert_close(arm_learning_rate(&config, 0), 0.5, 0, 0);
    assert_close(arm_learning_rate(&config, 1), 0.25, 0, 0);
}

/* First values */

/* Every row of W_hh has the length of the gain; another arm's words do not matter. */
static void orthogonal_first_values_reach_the_model(void **state)
{
    const struct size_row *row = *state;
    struct lab_config config = config_of("adding", row->model, row->layers);
    struct sequence_model model;
    real *values;

    set(&config, "left.initial", "orthogonal");
    set(&config, "left.gain", "1.5");
    build(&model, &config);
    values = calloc(model.parameters.total, sizeof *values);
    assert_non_null(values);
    assert_int_equal(parameters_initialise(&model.parameters, values, 7), STATUS_OK);
    for (int i = 0; i < row->layers; i++) {
        char name[PARAMETER_NAME_MAX];
        const struct parameter *p;

        snprintf(name, sizeof name, "core.weight_hh_l%d", i);
        p = parameter_find(&model.parameters, name);
        assert_non_null(p);
        for (int r = 0; r < p->shape[0]; r++) {
            double squares = 0;

            for (int c = 0; c < p->shape[1]; c++) {
                const double w = (double)values[p->offset + (size_t)(r * p->shape[1] + c)];

                squares += w * w;
            }
            assert_close(sqrt(squares), 1.5, 1e-5, 0);
        }
    }
    free(values);
    model_free(&model);
}

/* clang-format off */
#define SIZE(sentence, ...)                                                                    \
    { .name = sentence, .test_func = the_parameters_are_those_of_the_formula,                  \
      .initial_state = &(struct size_row){ __VA_ARGS__ } }
#define NAMES(sentence, on, of, deep, ...)                                                     \
    { .name = sentence, .test_func = the_tensors_have_these_names,                             \
      .initial_state = &(struct name_row){ on, of, deep, { __VA_ARGS__ } } }
#define FEATURES_IN "input.weight", "input.bias"
#define READOUT "readout.weight", "readout.bias"
#define RECURRENT(i)                                                                           \
    "core.weight_ih_l" i, "core.weight_hh_l" i, "core.bias_ih_l" i, "core.bias_hh_l" i
#define BLOCK(i)                                                                               \
    "core.layers." i ".norm1.weight", "core.layers." i ".norm1.bias",                          \
    "core.layers." i ".self_attn.in_proj_weight", "core.layers." i ".self_attn.in_proj_bias",  \
    "core.layers." i ".self_attn.out_proj.weight", "core.layers." i ".self_attn.out_proj.bias",\
    "core.layers." i ".norm2.weight", "core.layers." i ".norm2.bias",                          \
    "core.layers." i ".linear1.weight", "core.layers." i ".linear1.bias",                      \
    "core.layers." i ".linear2.weight", "core.layers." i ".linear2.bias"
#define ORTHOGONAL(on, deep)                                                                   \
    { .name = "orthogonal_first_values_reach_a_" on,                                           \
      .test_func = orthogonal_first_values_reach_the_model,                                    \
      .initial_state = &(struct size_row){ .model = on, .layers = deep } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_model_there_is_builds_and_has_defaults),
        cmocka_unit_test(a_linear_model_is_its_readout_alone),
        cmocka_unit_test(an_unknown_model_is_refused_with_those_there_are),
        cmocka_unit_test(the_nearest_learning_rate_counts),
        cmocka_unit_test(the_numbers_of_the_readme_are_right),
        SIZE("an_elman_has_H(D+H+2)_parameters", "elman", 1, 5, 7, 1),
        SIZE("three_elman_layers_add_up", "elman", 3, 5, 7, 1),
        SIZE("an_lstm_has_four_times_as_many", "lstm", 1, 5, 7, 1),
        SIZE("two_lstm_layers_add_up", "lstm", 2, 5, 7, 1),
        SIZE("a_gru_has_three_times_as_many", "gru", 1, 5, 7, 1),
        SIZE("two_gru_layers_add_up", "gru", 2, 5, 7, 1),
        SIZE("a_block_has_12dd+13d_parameters", "transformer", 1, 6, 99, 3),
        SIZE("four_blocks_add_up", "transformer", 4, 12, 99, 4),
        SIZE("the_number_of_heads_adds_nothing", "transformer", 4, 12, 99, 1),
        SIZE("one_unit_is_enough_for_an_elman", "elman", 1, 1, 1, 1),
        SIZE("one_unit_is_enough_for_a_transformer", "transformer", 1, 1, 1, 1),
        NAMES("an_elman_has_torch's_names", "adding", "elman", 2, FEATURES_IN, READOUT,
              RECURRENT("0"), RECURRENT("1")),
        NAMES("an_lstm_has_torch's_names", "sort", "lstm", 1, "embedding.weight", READOUT,
              RECURRENT("0")),
        NAMES("a_gru_has_torch's_names", "copying", "gru", 3, "embedding.weight", READOUT,
              RECURRENT("0"), RECURRENT("1"), RECURRENT("2")),
        NAMES("a_transformer_has_torch's_names", "adding", "transformer", 2, FEATURES_IN,
              READOUT, "positions.weight", BLOCK("0"), BLOCK("1"), "core.norm.weight",
              "core.norm.bias"),
        ORTHOGONAL("elman", 2), ORTHOGONAL("lstm", 1), ORTHOGONAL("gru", 1),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
