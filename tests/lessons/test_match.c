/* Tests of lessons/match.h, and of the FLOP counters against the closed forms. */
#include "lessons/match.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lessons/models.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"
#include "tests/test.h"

static struct lab_config config_of(const char *left, const char *right, const char *match)
{
    struct lab_config config = config_default();

    set(&config, "left.model", left);
    set(&config, "right.model", right);
    set(&config, "training.match", match);
    return config;
}

static struct batch_shape shape_of(int steps)
{
    return (struct batch_shape){ .steps = steps,
                                 .input = INPUT_TOKENS,
                                 .inputs = 16,
                                 .target = TARGET_CLASSES,
                                 .outputs = 16 };
}

static double core_of(const struct lab_config *config, int arm, int steps, bool flops)
{
    const struct batch_shape shape = shape_of(steps);
    struct sequence_model model;
    double result;

    assert_int_equal(arm_model(&model, &config->arm[arm], &shape, NULL), STATUS_OK);
    result = flops ? model_core_flops(&model, steps) : (double)model_core_parameters(&model);
    model_free(&model);
    return result;
}

static void apply(struct lab_config *config, int steps)
{
    const struct batch_shape shape = shape_of(steps);
    struct error error;

    if (match_apply(config, &shape, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

/*
 * The table of matched sizes: the nearest to the parameters with the final norm. Taking the
 * first that has at least as many, and no final norm, gives elman 215 and 569, gru 305 where it
 * is 214, 568 and 304.
 */

struct table_row {
    int width;
    double blocks; /* parameters of two blocks, without the final norm */
    int elman, gru, lstm;
};

static void the_hidden_widths_are_those_of_the_table(void **state)
{
    const struct table_row *row = *state;
    const char *const models[] = { "elman", "gru", "lstm" };
    const int hidden[] = { row->elman, row->gru, row->lstm };

    for (int i = 0; i < 3; i++) {
        struct lab_config config = config_of(models[i], "transformer", "parameters");

        config.arm[1].width = row->width;
        apply(&config, 20);
        assert_close(core_of(&config, 1, 20, false), row->blocks + 2 * row->width, 0, 0);
        assert_int_equal(config.arm[0].hidden, hidden[i]);
        assert_int_equal(config.arm[0].width, row->width);
    }
}

/* Within two per cent, and nothing is nearer */

struct near_row {
    const char *left, *right, *match;
    const char *set[6]; /* key=value */
    int steps;
};

static struct lab_config near_config(const struct near_row *row)
{
    struct lab_config config = config_of(row->left, row->right, row->match);

    for (int i = 0; row->set[i] != NULL; i++) {
        const char *equals = strchr(row->set[i], '=');
        char key[64];

        snprintf(key, sizeof key, "%.*s", (int)(equals - row->set[i]), row->set[i]);
        set(&config, key, equals + 1);
    }
    return config;
}

static void sizes_agree_within_two_per_cent_and_none_is_nearer(void **state)
{
    const struct near_row *row = *state;
    const bool flops = strcmp(row->match, "flops") == 0;
    struct lab_config config = near_config(row), again, other;
    const int other_arm = 1 - config.training.match_reference;
    double target, off;
    int *size;

    apply(&config, row->steps);
    target = core_of(&config, config.training.match_reference, row->steps, flops);
    off = fabs(core_of(&config, other_arm, row->steps, flops) - target);
    assert_true(off <= 0.02 * target);
    again = config;
    apply(&again, row->steps);
    assert_memory_equal(&again, &config, sizeof config);
    for (int change = -4; change <= 4; change++) {
        other = config;
        size = arm_kind(&other.arm[other_arm])->recurrent ? &other.arm[other_arm].hidden
                                                          : &other.arm[other_arm].width;
        *size += change;
        if (*size < 1 || arm_check(&other.arm[other_arm], "left", NULL) != STATUS_OK)
            continue;
        assert_true(fabs(core_of(&other, other_arm, row->steps, flops) - target) >= off);
    }
}

static void width_gives_every_arm_the_width_of_the_reference(void **state)
{
    struct lab_config config = config_of("gru+attention", "transformer", "width");

    (void)state;
    set(&config, "third.model", "lstm");
    set(&config, "fourth.model", "linear"); /* it has no core to match */
    config.arm[1].width = 48;
    apply(&config, 10);
    assert_int_equal(config.arm[0].hidden, 48);
    assert_int_equal(config.arm[0].width, 48);
    assert_int_equal(config.arm[2].hidden, 48);
    assert_int_equal(config.arm[1].width, 48);
}

static void nothing_changes_without_match(void **state)
{
    struct lab_config config = config_of("gru", "transformer", "none"), before = config;

    (void)state;
    apply(&config, 10);
    assert_memory_equal(&config, &before, sizeof config);
}

struct refused_row {
    struct near_row near;
    const char *words[6]; /* NULL ends them */
};

static void what_cannot_be_matched_is_refused(void **state)
{
    const struct refused_row *row = *state;
    struct lab_config config = near_config(&row->near), before = config;
    const struct batch_shape shape = shape_of(20);
    struct error error;

    assert_int_equal(match_apply(&config, &shape, &error), STATUS_USAGE);
    assert_fault(&error, STATUS_USAGE, row->words);
    assert_memory_equal(&config, &before, sizeof config);
    assert_int_equal(config_check(&config, &error), STATUS_USAGE);
}

/* What a lab makes of it */

static void a_lab_and_its_run_hold_the_matched_sizes(void **state)
{
    struct lab_config config = config_of("gru", "transformer", "parameters"), resolved;
    struct lab *lab;

    (void)state;
    set(&config, "task.name", "sort");
    lab = lab_make(&config);
    assert_int_equal(lab->config.arm[0].hidden, 77);
    assert_int_equal(model_core_parameters(&lab->arm[1].model), 25472);
    resolved = config_resolved(&config, &lab->task);
    assert_int_equal(resolved.arm[0].hidden, 77);
    lab_free(lab);
}

/* Closed forms of the forward pass */

struct flops_row {
    const char *model;
    const char *set[4];
    double squares;    /* a of a n d^2 */
    double pairs;      /* b of b pairs d */
    double pair_count; /* query-key pairs of a head */
};

enum { N = 24, D = 32 };

static void flops_are_those_of_the_closed_form(void **state)
{
    const struct flops_row *row = *state;
    const struct near_row near = { .left = row->model, .right = "", .match = "none" };
    struct lab_config config = near_config(&near);

    for (int i = 0; row->set[i] != NULL; i++) {
        const char *equals = strchr(row->set[i], '=');
        char key[64];

        snprintf(key, sizeof key, "left.%.*s", (int)(equals - row->set[i]), row->set[i]);
        set(&config, key, equals + 1);
    }
    config.arm[0].layers = 1;
    config.arm[0].hidden = config.arm[0].width = D;
    assert_close(core_of(&config, 0, N, true),
                 row->squares * N * D * D + row->pairs * row->pair_count * D, 0, 1e-12);
}

/* clang-format off */
#define TABLE(label, ...)                                                                      \
    { .name = label "_has_the_hidden_widths_of_the_table",                                     \
      .test_func = the_hidden_widths_are_those_of_the_table,                                   \
      .initial_state = &(struct table_row){ __VA_ARGS__ } }
#define NEAR(label, ...)                                                                       \
    { .name = label "_agree_within_two_per_cent",                                              \
      .test_func = sizes_agree_within_two_per_cent_and_none_is_nearer,                         \
      .initial_state = &(struct near_row){ __VA_ARGS__ } }
#define REFUSED(label, ...)                                                                    \
    { .name = label "_is_refused", .test_func = what_cannot_be_matched_is_refused,             \
      .initial_state = &(struct refused_row){ __VA_ARGS__ } }
#define FLOPS(label, ...)                                                                      \
    { .name = "flops_of_" label, .test_func = flops_are_those_of_the_closed_form,              \
      .initial_state = &(struct flops_row){ __VA_ARGS__ } }
#define PARAMETERS(l, r) .left = l, .right = r, .match = "parameters", .steps = 20
#define WORK(l, r, n) .left = l, .right = r, .match = "flops", .steps = n

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE("d32", 32, 25408, 144, 77, 65),
        TABLE("d48", 48, 56544, 214, 115, 97),
        TABLE("d64", 64, 99968, 285, 153, 129),
        TABLE("d96", 96, 223680, 427, 229, 193),
        TABLE("d128", 128, 396544, 568, 304, 257),
        NEAR("one_block_and_elman", PARAMETERS("elman", "transformer"),
             .set = { "right.layers=1" }),
        NEAR("four_blocks_and_gru", PARAMETERS("gru", "transformer"),
             .set = { "right.layers=4", "right.width=40", "right.heads=4" }),
        NEAR("two_layers_of_lstm", PARAMETERS("lstm", "transformer"),
             .set = { "left.layers=2", "right.width=96" }),
        NEAR("attention_only", PARAMETERS("gru", "transformer"),
             .set = { "right.feed_forward=no", "right.width=64" }),
        NEAR("norm_after", PARAMETERS("gru", "transformer"),
             .set = { "right.norm=after", "right.width=64" }),
        NEAR("both_directions", PARAMETERS("gru", "transformer"),
             .set = { "left.direction=both", "right.width=64" }),
        NEAR("gru_and_attention", PARAMETERS("gru+attention", "transformer"),
             .set = { "left.heads=1" }),
        NEAR("lstm_and_attention", PARAMETERS("lstm+attention", "transformer"),
             .set = { "right.width=128" }),
        NEAR("two_recurrent_arms", PARAMETERS("elman", "lstm")),
        NEAR("a_transformer_that_follows", PARAMETERS("transformer", "gru"),
             .set = { "right.hidden=229", "right.width=96" }),
        NEAR("a_rope_transformer_that_follows", PARAMETERS("transformer", "gru"),
             .set = { "right.hidden=458", "right.width=96", "left.positions=rope",
                      "left.heads=1" }),
        NEAR("the_right_arm_after_the_left", PARAMETERS("transformer", "gru"),
             .set = { "training.match_reference=left" }),
        NEAR("flops_of_elman", WORK("elman", "transformer", 20)),
        NEAR("flops_of_gru", WORK("gru", "transformer", 200), .set = { "right.width=64" }),
        NEAR("flops_of_lstm", WORK("lstm", "transformer", 50), .set = { "right.mask=window" }),
        cmocka_unit_test(width_gives_every_arm_the_width_of_the_reference),
        cmocka_unit_test(nothing_changes_without_match),
        cmocka_unit_test(a_lab_and_its_run_hold_the_matched_sizes),
        REFUSED("a_reference_that_is_no_arm",
                .near = { .left = "gru", .right = "", .match = "parameters" },
                .words = { "training.match_reference", "no arm right" }),
        REFUSED("a_reference_without_a_core",
                .near = { .left = "gru", .right = "linear", .match = "parameters" },
                .words = { "training.match_reference: right is a linear" }),
        REFUSED("a_size_that_heads_keep_too_far_away",
                .near = { .left = "gru+attention", .right = "transformer",
                          .match = "parameters" },
                .words = { "left: no gru+attention", "2 %", "25472", "hidden 54 and 26136",
                  "fewer heads" }),
        REFUSED("a_reference_that_is_too_large",
                .near = { .left = "elman", .right = "transformer", .match = "parameters",
                          .set = { "right.width=1024", "right.layers=16" } },
                .words = { "left: no elman", "hidden 1024" }),
        REFUSED("a_width_that_heads_do_not_divide",
                .near = { .left = "gru+attention", .right = "transformer", .match = "width",
                          .set = { "left.heads=4", "right.width=30" } },
                .words = { "left: 4 heads", "30" }),
        FLOPS("elman", .model = "elman", .squares = 4),
        FLOPS("gru", .model = "gru", .squares = 12),
        FLOPS("lstm", .model = "lstm", .squares = 16),
        FLOPS("a_block", .model = "transformer", .squares = 24, .pairs = 4,
              .pair_count = N * (N + 1) / 2),
        FLOPS("a_block_that_sees_all_pairs", .model = "transformer", .set = { "mask=full" },
              .squares = 24, .pairs = 4, .pair_count = N * N),
        FLOPS("a_window_of_5", .model = "transformer", .set = { "mask=window", "span=5" },
              .squares = 24, .pairs = 4, .pair_count = N * 5 - 5 * 4 / 2),
        FLOPS("blocks_of_6", .model = "transformer", .set = { "mask=block", "span=6" },
              .squares = 24,
              .pairs = 4, .pair_count = N * 7 / 2),
        FLOPS("a_stride_of_4", .model = "transformer", .set = { "mask=strided", "span=4" },
              .squares = 24, .pairs = 4,
              .pair_count = N * 4 - 4 * 3 / 2 + N * (N / 4 - 1) / 2),
        FLOPS("attention_alone", .model = "transformer", .set = { "feed_forward=no" },
              .squares = 8,
              .pairs = 4, .pair_count = N * (N + 1) / 2),
        FLOPS("attention_over_a_gru", .model = "gru+attention", .squares = 12 + 8, .pairs = 4,
              .pair_count = N * (N + 1) / 2),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
