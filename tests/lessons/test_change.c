/* Tests of lessons/change.c: what is changed in a lab between two steps. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/change.h"
#include "lessons/models.h"
#include "tests/lessons/small_lab.h"

enum { KEYS_MAX = 4 };

/* Keys of the lab that runs, and what they are changed to. */
struct change_row {
    const char *left, *right;
    const char *before[KEYS_MAX][2];
    const char *after[KEYS_MAX][2];
    bool restart;
};

static struct lab_config config_of(const struct change_row *row)
{
    struct lab_config config = small_config("adding", row->left, row->right);

    set(&config, "training.steps", "100");
    for (int i = 0; i < KEYS_MAX && row->before[i][0] != NULL; i++)
        set(&config, row->before[i][0], row->before[i][1]);
    return config;
}

static struct lab_config changed(const struct lab_config *config, const struct change_row *row)
{
    struct lab_config next = *config;

    for (int i = 0; i < KEYS_MAX && row->after[i][0] != NULL; i++)
        set(&next, row->after[i][0], row->after[i][1]);
    return next;
}

static void change(struct lab *lab, const struct lab_config *next)
{
    struct error error = { STATUS_OK, "" };

    if (lab_change(lab, next, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

/* A lab made with that configuration, and brought to where another is. */
static struct lab *lab_like(const struct lab *other, const struct lab_config *config)
{
    struct lab *lab = lab_make(config);

    for (int i = 0; i < lab->arms; i++) {
        const struct trainer *from = &other->arm[i].trainer;
        struct trainer *to = &lab->arm[i].trainer;
        const size_t bytes = from->model->parameters.total * sizeof(real);

        assert_int_equal(to->model->parameters.total, from->model->parameters.total);
        memcpy(to->parameters, from->parameters, bytes);
        memcpy(to->state[0], from->state[0], bytes);
        memcpy(to->state[1], from->state[1], bytes);
        to->step = from->step;
        trainer_weights_changed(to);
    }
    lab->step = other->step;
    return lab;
}

static void a_key_is_changed_at_once_or_needs_a_restart(void **state)
{
    const struct change_row *row = *state;
    const struct lab_config now = config_of(row), next = changed(&now, row);

    assert_true(change_is_at_once(&now, &next) != row->restart);
}

/* Losses, gradients, probes and weights: all as if the lab had been made so. */
static void after_a_change_all_is_as_in_a_lab_made_so_with_these_weights(void **state)
{
    const struct change_row *row = *state;
    const struct lab_config now = config_of(row), next = changed(&now, row);
    struct lab *lab = lab_make(&now), *made;

    lab_train(lab, 3);
    lab_look(lab);
    change(lab, &next);
    made = lab_like(lab, &next);
    for (int i = 0; i < 2; i++) {
        lab_look(lab);
        lab_look(made);
        for (int k = 0; k < lab->arms; k++) {
            const struct profile *a = &lab->arm[k].probe.profile;
            const struct profile *b = &made->arm[k].probe.profile;

            assert_true(lab->arm[k].probe.loss == made->arm[k].probe.loss);
            assert_memory_equal(a->input.one, b->input.one, (size_t)a->steps * sizeof(double));
            assert_memory_equal(a->input.rms, b->input.rms, (size_t)a->steps * sizeof(double));
            assert_same_weights(&lab->arm[k], &made->arm[k]);
            if (i > 0)
                assert_same_report(&lab->arm[k].last, &made->arm[k].last);
        }
        lab_train(lab, 4);
        lab_train(made, 4);
    }
    assert_int_equal(lab->step, 11);
    assert_int_equal(lab->arm[0].curve.count, 11);
    assert_int_equal(lab->limit, made->limit);
    lab_free(lab);
    lab_free(made);
}

/* An arm learns something else with the change: the test above would see it. */
static void a_change_of_an_arm_changes_that_arm_alone(void **state)
{
    const struct change_row *row = *state;
    const struct lab_config now = config_of(row), next = changed(&now, row);
    struct lab *lab = lab_make(&now), *untouched = lab_make(&now);

    lab_train(lab, 2);
    lab_train(untouched, 2);
    change(lab, &next);
    lab_train(lab, 2);
    lab_train(untouched, 2);
    assert_same_weights(&lab->arm[0], &untouched->arm[0]);
    assert_memory_not_equal(lab->arm[1].trainer.parameters,
                            untouched->arm[1].trainer.parameters,
                            lab->arm[1].model.parameters.total * sizeof(real));
    lab_free(lab);
    lab_free(untouched);
}

static void a_change_to_what_there_is_already_changes_no_bit(void **state)
{
    struct lab_config config = small_config("sort", "gru", "transformer"), other;
    struct lab *lab, *untouched;

    (void)state;
    set(&config, "training.samples", "16");
    set(&config, "training.validate_every", "3");
    lab = lab_make(&config);
    untouched = lab_make(&config);
    for (int i = 0; i < 10; i++) {
        other = config; /* threads change rooms, and no number */
        set(&other, "training.threads", i % 2 ? "1" : "2");
        if (i > 5) /* what 0 has stood for */
            set(&other, "left.learning_rate", "0.003");
        change(lab, &other);
        assert_true(lab->arm[0].trainer.has_usable == (i > 0));
        lab_train(lab, 1);
        lab_train(untouched, 1);
    }
    for (int i = 0; i < lab->arms; i++) {
        assert_same_weights(&lab->arm[i], &untouched->arm[i]);
        assert_same_curve(&lab->arm[i].curve, &untouched->arm[i].curve);
    }
    lab_free(lab);
    lab_free(untouched);
}

static struct lab_config with_gain(const char *model, const char *gain)
{
    struct lab_config config = small_config("adding", model, "elman");

    set(&config, "left.layers", "2");
    set(&config, "left.initial", "orthogonal");
    set(&config, "left.gain", gain);
    return config;
}

static void gain_multiplies_the_recurrent_matrices_and_nothing_else(void **state)
{
    struct lab_config config = with_gain("lstm", "1.25"), next = config;
    struct lab *lab, *untouched;
    int scaled = 0;

    (void)state;
    set(&config, "left.direction", "both");
    next = config;
    set(&next, "left.gain", "2.5");
    lab = lab_make(&config);
    untouched = lab_make(&config);
    lab_train(lab, 3);
    lab_train(untouched, 3);
    change(lab, &next);
    for (int i = 0; i < lab->arm[0].model.parameters.count; i++) {
        const struct parameter *p = &lab->arm[0].model.parameters.items[i];
        const real *a = lab->arm[0].trainer.parameters + p->offset;
        const real *b = untouched->arm[0].trainer.parameters + p->offset;
        const bool recurrent = strstr(p->name, "weight_hh") != NULL;

        scaled += recurrent;
        for (size_t k = 0; k < p->count; k++)
            assert_true(a[k] == (recurrent ? 2 : 1) * b[k]);
    }
    assert_int_equal(scaled, 4);
    assert_same_weights(&lab->arm[1], &untouched->arm[1]);
    assert_memory_equal(lab->arm[0].trainer.state[0], untouched->arm[0].trainer.state[0],
                        lab->arm[0].model.parameters.total * sizeof(real));
    lab_free(lab);
    lab_free(untouched);
}

static void before_training_a_gain_is_what_it_stands_for(void **state)
{
    const struct lab_config config = with_gain("gru", "1"), next = with_gain("gru", "1.7");
    struct lab *lab = lab_make(&config), *made = lab_make(&next);
    const size_t total = lab->arm[0].model.parameters.total;

    (void)state;
    change(lab, &next);
    for (size_t k = 0; k < total; k++)
        assert_true(fabs((double)lab->arm[0].trainer.parameters[k] -
                         (double)made->arm[0].trainer.parameters[k]) < 1e-6);
    lab_free(lab);
    lab_free(made);
}

/* Best weights of one network are not those of another. */
static void with_another_mask_looks_at_sequences_held_back_begin_anew(void **state)
{
    struct lab_config config = small_config("sort", "gru", "transformer"), next;
    struct lab *lab;
    long made;

    (void)state;
    set(&config, "training.samples", "8");
    set(&config, "training.learning_rate", "0.03");
    set(&config, "training.validate_every", "2");
    set(&config, "training.patience", "2");
    lab = lab_make(&config);
    while (lab_step(lab))
        ;
    assert_true(lab->arm[0].finished && lab->arm[1].finished);
    assert_true(lab->arm[1].validation.restored);
    made = lab->arm[1].trainer.step;
    next = lab->config;
    set(&next, "right.mask", "window");
    set(&next, "right.span", "3");
    change(lab, &next);
    assert_true(lab->arm[0].finished);
    assert_false(lab->arm[1].finished);
    assert_false(lab->arm[1].validation.restored);
    assert_true(isinf(lab->arm[1].validation.best_loss));
    assert_true(isnan(lab_last_look(&lab->arm[1])));
    assert_true(lab_step(lab));
    assert_int_equal(lab->arm[1].trainer.step, made + 1);
    lab_free(lab);
}

struct refused_row {
    const char *keys[KEYS_MAX][2];
    double weight; /* of a recurrent matrix; 0: as it is */
    const char *says;
};

static void a_refused_change_changes_nothing(void **state)
{
    const struct refused_row *row = *state;
    struct lab_config config = with_gain("elman", "1"), next;
    struct error error = { STATUS_OK, "" };
    struct lab *lab, *untouched;

    set(&config, "right.model", "transformer");
    lab = lab_make(&config);
    untouched = lab_make(&config);
    if (row->weight > 0)
        for (int i = 0; i < 2; i++) {
            struct lab_arm *arm = &(i ? lab : untouched)->arm[0];
            const struct parameter *p =
                parameter_find(&arm->model.parameters, "core.weight_hh_l1");

            arm->trainer.parameters[p->offset] = (real)row->weight;
        }
    else
        lab_train(lab, 2), lab_train(untouched, 2);
    next = lab->config;
    for (int i = 0; i < KEYS_MAX && row->keys[i][0] != NULL; i++)
        set(&next, row->keys[i][0], row->keys[i][1]);
    lab_change(lab, &next, &error);
    assert_says(&error, STATUS_USAGE, row->says);
    assert_memory_equal(&lab->config, &untouched->config, sizeof lab->config);
    assert_int_equal(lab->limit, untouched->limit);
    for (int i = 0; i < 2; i++) {
        assert_same_weights(&lab->arm[i], &untouched->arm[i]);
        assert_true(lab->arm[i].trainer.options.clip == untouched->arm[i].trainer.options.clip);
        assert_true(lab->arm[i].trainer.options.optimizer.learning_rate ==
                    untouched->arm[i].trainer.options.optimizer.learning_rate);
    }
    if (row->weight == 0) {
        lab_train(lab, 2);
        lab_train(untouched, 2);
        assert_same_weights(&lab->arm[1], &untouched->arm[1]);
    }
    lab_free(lab);
    lab_free(untouched);
}

static void a_change_keeps_the_own_sequence_that_is_looked_at(void **state)
{
    struct lab_config config = small_config("copying", "elman", "transformer"), next;
    struct error error = { STATUS_OK, "" };
    struct lab *lab = lab_make(&config);
    int *tokens;
    const size_t bytes = (size_t)lab->task.shape.steps * sizeof *tokens;

    (void)state;
    lab_pin(lab, 7);
    lab_loss_at(lab, lab->task.shape.steps - 2);
    tokens = malloc(bytes);
    assert_non_null(tokens);
    memcpy(tokens, lab->arm[1].probe.one.tokens, bytes);
    next = lab->config;
    set(&next, "right.mask", "full");
    assert_int_equal(lab_change(lab, &next, &error), STATUS_OK);
    assert_memory_equal(tokens, lab->arm[1].probe.one.tokens, bytes);
    assert_int_equal(lab->arm[1].probe.loss_at, lab->task.shape.steps - 2);
    assert_int_equal(lab->sample, 7);
    free(tokens);
    lab_free(lab);
}

#define ROW(test, sentence, ...)                                                   \
    {                                                                              \
        .name = sentence, .test_func = test, .initial_state = &(struct change_row) \
        {                                                                          \
            __VA_ARGS__                                                            \
        }                                                                          \
    }
#define KIND(sentence, ...) \
    ROW(a_key_is_changed_at_once_or_needs_a_restart, sentence, __VA_ARGS__)
#define BOTH(sentence, ...)                                               \
    KIND(sentence "_is_changed_at_once", __VA_ARGS__),                    \
        ROW(after_a_change_all_is_as_in_a_lab_made_so_with_these_weights, \
            sentence "_changed_at_once_acts_as_if_made_so", __VA_ARGS__)
#define OF_AN_ARM(sentence, ...)                                                \
    BOTH(sentence, __VA_ARGS__), ROW(a_change_of_an_arm_changes_that_arm_alone, \
                                     sentence "_changes_its_arm_alone", __VA_ARGS__)
#define REFUSED(sentence, ...)                                           \
    {                                                                    \
        .name = sentence, .test_func = a_refused_change_changes_nothing, \
        .initial_state = &(struct refused_row)                           \
        {                                                                \
            __VA_ARGS__                                                  \
        }                                                                \
    }

/* clang-format off */
static const struct CMUnitTest tests[] = {
    BOTH("the_learning_rate_of_all", "elman", "transformer",
         .after = { { "training.learning_rate", "0.02" } }),
    OF_AN_ARM("the_learning_rate_of_an_arm", "elman", "transformer",
              .after = { { "right.learning_rate", "0.02" } }),
    OF_AN_ARM("no_learning_rate_of_its_own", "elman", "transformer",
              .before = { { "right.learning_rate", "0.02" } },
              .after = { { "right.learning_rate", "0" } }),
    BOTH("clip", "elman", "transformer", .after = { { "training.clip", "0.01" } }),
    BOTH("a_schedule", "elman", "transformer",
         .after = { { "training.schedule", "cosine" }, { "training.decay_from", "0" },
                    { "training.steps", "20" }, { "training.warmup", "9" } }),
    BOTH("momentum", "elman", "transformer",
         .before = { { "training.optimizer", "momentum" } },
         .after = { { "training.momentum", "0.5" } }),
    BOTH("weight_decay", "elman", "transformer", .after = { { "training.weight_decay", "0.1" } }),
    BOTH("the_number_of_threads", "elman", "transformer", .after = { { "training.threads", "2" } }),
    OF_AN_ARM("a_mask", "elman", "transformer",
              .before = { { "right.layers", "2" } }, .after = { { "right.mask", "full" } }),
    OF_AN_ARM("a_mask_with_its_span", "elman", "transformer",
              .after = { { "right.mask", "window" }, { "right.span", "3" } }),
    OF_AN_ARM("a_two_level_mask", "elman", "transformer",
              .before = { { "right.mask", "full" }, { "right.layers", "2" } },
              .after = { { "right.mask", "two-level" }, { "right.span", "4" } }),
    OF_AN_ARM("span", "elman", "transformer",
              .before = { { "right.mask", "block" }, { "right.span", "3" } },
              .after = { { "right.span", "4" } }),
    OF_AN_ARM("the_number_of_heads", "elman", "transformer", .after = { { "right.heads", "4" } }),
    OF_AN_ARM("heads_above_a_gru", "elman", "gru+attention",
              .before = { { "right.hidden", "8" } }, .after = { { "right.heads", "4" } }),
    OF_AN_ARM("positions_without_a_table", "elman", "transformer",
              .before = { { "right.positions", "rope" } },
              .after = { { "right.positions", "sinusoidal" } }),
    OF_AN_ARM("the_way_around_each_branch", "elman", "transformer",
              .after = { { "right.residual", "no" } }),
    OF_AN_ARM("squash", "lstm", "elman", .after = { { "right.squash", "relu" } }),
    OF_AN_ARM("truncate", "lstm", "elman", .after = { { "right.truncate", "4" } }),
    BOTH("a_mask_of_a_matched_arm", "gru", "transformer",
         .before = { { "training.match", "parameters" } }, .after = { { "right.mask", "full" } }),
    KIND("gain_is_changed_at_once", "elman", "lstm",
         .before = { { "left.initial", "identity" } }, .after = { { "left.gain", "2" } }),
    KIND("a_gain_of_nothing_needs_a_restart", "elman", "lstm",
         .before = { { "left.initial", "orthogonal" }, { "left.gain", "0" } },
         .after = { { "left.gain", "2" } }, .restart = true),
    KIND("a_gain_without_effect_is_changed_at_once", "elman", "lstm",
         .before = { { "left.gain", "0" } }, .after = { { "left.gain", "2" } }),
    KIND("a_key_of_an_absent_arm_needs_nothing", "elman", NULL,
         .after = { { "right.width", "24" } }),
    KIND("an_arm_more_needs_a_restart", "elman", NULL,
         .after = { { "right.model", "gru" } }, .restart = true),
    KIND("an_arm_less_needs_a_restart", "elman", "gru",
         .after = { { "right.model", "" } }, .restart = true),
    KIND("learned_positions_need_a_restart", "elman", "transformer",
         .after = { { "right.positions", "rope" } }, .restart = true),
    KIND("a_mask_with_matched_flops_needs_a_restart", "gru", "transformer",
         .before = { { "training.match", "flops" } }, .after = { { "right.mask", "full" } },
         .restart = true),
    KIND("heads_with_a_match_need_a_restart", "gru", "transformer",
         .before = { { "training.match", "parameters" } }, .after = { { "right.heads", "4" } },
         .restart = true),
    KIND("a_first_look_at_sequences_held_back_needs_a_restart", "elman", "transformer",
         .after = { { "training.validate_every", "10" } }, .restart = true),
    KIND("another_seed_needs_a_restart", "elman", "transformer",
         .after = { { "training.seed", "2" } }, .restart = true),
    KIND("another_batch_needs_a_restart", "elman", "transformer",
         .after = { { "training.batch", "9" } }, .restart = true),
    KIND("another_optimizer_needs_a_restart", "elman", "transformer",
         .after = { { "training.optimizer", "sgd" } }, .restart = true),
    KIND("another_length_needs_a_restart", "elman", "transformer",
         .after = { { "task.length", "13" } }, .restart = true),
    KIND("another_task_needs_a_restart", "elman", "transformer",
         .after = { { "task.name", "sort" } }, .restart = true),
    KIND("another_width_needs_a_restart", "elman", "transformer",
         .after = { { "right.width", "16" } }, .restart = true),
    KIND("one_key_that_needs_a_restart_is_enough", "elman", "transformer",
         .after = { { "training.clip", "2" }, { "left.hidden", "16" }, { "right.mask", "full" } },
         .restart = true),
    cmocka_unit_test(a_change_to_what_there_is_already_changes_no_bit),
    cmocka_unit_test(gain_multiplies_the_recurrent_matrices_and_nothing_else),
    cmocka_unit_test(before_training_a_gain_is_what_it_stands_for),
    cmocka_unit_test(with_another_mask_looks_at_sequences_held_back_begin_anew),
    cmocka_unit_test(a_change_keeps_the_own_sequence_that_is_looked_at),
    REFUSED("heads_that_do_not_divide_change_nothing",
            .keys = { { "training.clip", "3" }, { "right.heads", "3" } },
            .says = "right: 3 heads do not divide width 8"),
    REFUSED("a_mask_of_an_elman_changes_nothing",
            .keys = { { "training.steps", "7" }, { "left.mask", "full" } },
            .says = "left: mask is for transformer"),
    REFUSED("what_needs_a_restart_changes_nothing",
            .keys = { { "right.mask", "full" }, { "training.batch", "9" } },
            .says = "needs a restart"),
    REFUSED("a_gain_beyond_the_numbers_changes_nothing",
            .keys = { { "training.clip", "3" }, { "left.gain", "10" } }, .weight = 1e38,
            .says = "left: 10 times its recurrent weights are too large"),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
