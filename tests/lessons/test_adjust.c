/* Tests of lessons/adjust.c and repair.c: one key set by a hand, and what follows from it. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "lessons/adjust.h"
#include "lessons/lab.h"
#include "lessons/models.h"
#include "tests/lessons/small_lab.h"

/* "key = value; key = value" */
static void set_all(struct lab_config *config, const char *settings)
{
    char copy[512], *rest = NULL;

    snprintf(copy, sizeof copy, "%s", settings);
    for (char *one = strtok_r(copy, ";", &rest); one != NULL;
         one = strtok_r(NULL, ";", &rest)) {
        char key[64], value[64];

        assert_int_equal(sscanf(one, " %63s = %63s", key, value), 2);
        set(config, key, strcmp(value, "none!") == 0 ? "" : value);
    }
}

static void assert_possible(const struct lab_config *config)
{
    struct error error = { STATUS_OK, "" };

    if (lab_check(config, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

/* The same in all keys. */
static void assert_same_config(const struct lab_config *a, const struct lab_config *b)
{
    int count;
    const struct config_key *keys = config_keys(&count);

    for (int i = 0; i < count; i++)
        for (int arm = 0; arm < ARMS_MAX; arm++) {
            const bool of_arm = strcmp(keys[i].section, "arm") == 0;
            const char *section = of_arm ? arm_name(arm) : keys[i].section;
            char left[CONFIG_TEXT_MAX], right[CONFIG_TEXT_MAX];

            config_get(a, section, &keys[i], left);
            config_get(b, section, &keys[i], right);
            if (strcmp(left, right) != 0)
                fail_msg("%s.%s is %s, not %s", section, keys[i].name, left, right);
        }
}

/* ------------------------------------------------------------------------- what follows */

struct follow_row {
    const char *label;
    const char *start; /* beside adding, elman and transformer */
    const char *name, *value;
    const char *follows; /* what is otherwise than at the start, with the key */
    const char *said;    /* a part of it; "" for nothing */
};

/* clang-format off */
static const struct follow_row follow_rows[] = {
    { "heads_follow_the_width", "right.heads = 4", "right.width", "30",
      "right.width = 30; right.heads = 3", "right.heads 3: 4 do not divide 30" },
    { "heads_that_divide_stay", "right.heads = 4", "right.width", "48", "right.width = 48", "" },
    { "heads_are_set_to_the_nearest_divisor", "", "right.heads", "7", "right.heads = 8",
      "right.heads 8: 7 do not divide 32" },
    { "with_rope_the_width_of_a_head_is_even", "right.positions = rope; right.heads = 4",
      "right.width", "36", "right.width = 36; right.heads = 3", "right.heads 3" },
    { "rope_gives_way_to_an_odd_width", "right.positions = rope; right.heads = 1",
      "right.width", "31", "right.width = 31; right.positions = learned", "even width" },
    { "an_odd_width_gives_way_to_rope", "right.width = 31; right.heads = 1",
      "right.positions", "rope", "right.positions = rope; right.width = 32", "right.width 32" },
    { "heads_over_recurrent_states_follow_hidden", "left.model = gru+attention; left.heads = 4",
      "left.hidden", "50", "left.hidden = 50; left.heads = 5", "left.heads 5" },
    { "another_model_leaves_what_the_old_one_had",
      "right.positions = alibi; right.mask = window; right.layers = 3; right.initial = gpt2; "
      "right.learning_rate = 0.01; right.norm = after",
      "right.model", "lstm",
      "right.model = lstm; right.positions = learned; right.mask = causal; right.layers = 0; "
      "right.initial = default; right.learning_rate = 0; right.norm = before", "" },
    { "a_transformer_has_no_forget_bias",
      "left.model = lstm; left.forget_bias = 1; left.direction = both; left.state = learned",
      "left.model", "transformer",
      "left.model = transformer; left.forget_bias = 0; left.direction = forward; "
      "left.state = zero", "" },
    { "an_elman_does_not_keep_a_forget_bias", "left.model = lstm; left.forget_bias = 1",
      "left.model", "elman", "left.model = elman; left.forget_bias = 0", "" },
    { "chrono_sets_the_forget_bias_itself", "left.model = lstm; left.forget_bias = 1",
      "left.initial", "chrono", "left.initial = chrono; left.forget_bias = 0", "forget_bias 0" },
    { "truncation_cannot_read_backwards", "left.direction = both", "left.truncate", "5",
      "left.truncate = 5; left.direction = forward", "left.direction forward" },
    { "another_task_begins_with_its_own_choices",
      "task.name = recall; task.length = 40; task.items = 6; task.symbols = 20",
      "task.name", "parity",
      "task.name = parity; task.length = 0; task.items = 0; task.symbols = 0", "" },
    { "a_second_test_must_be_longer", "task.length = 20; task.test_length = 40", "task.length",
      "60", "task.length = 60; task.test_length = 0", "task.test_length 0" },
    { "without_a_second_test_the_first_is_shown",
      "task.length = 20; task.test_length = 40; task.shown = longer", "task.test_length", "0",
      "task.test_length = 0; task.shown = trained", "task.shown trained" },
    { "the_shortest_is_no_longer_than_the_longest",
      "task.name = parity; task.length = 20; task.shortest = 15", "task.length", "10",
      "task.length = 10; task.shortest = 10", "task.shortest 10" },
    { "a_length_beyond_the_task_is_its_longest", "task.name = flip-flop; task.length = 50; "
      "right.layers = 1; right.width = 8", "task.length", "4000", "task.length = 2048",
      "2 to 2048" },
    { "pairs_that_no_longer_fit_are_given_up",
      "task.name = recall; task.length = 40; task.items = 10", "task.length", "12",
      "task.length = 12; task.items = 0", "choices as they are by default" },
    { "patience_needs_looks", "training.validate_every = 10; training.patience = 3",
      "training.validate_every", "0", "training.validate_every = 0; training.patience = 0",
      "training.patience 0" },
    { "a_driven_unit_needs_its_number",
      "task.name = drive; task.items = 64; left.width = 64; left.drive = 1; right.width = 64",
      "left.hidden", "32", "left.hidden = 32; left.drive = 0", "left.drive 0" },
    { "a_match_that_cannot_be_is_given_up",
      "training.match = parameters; left.model = lstm; right.width = 6; right.layers = 1; "
      "right.heads = 1", "right.width", "7", "right.width = 7; training.match = none",
      "training.match none" },
    { "heads_of_a_matched_arm_move_its_width",
      "training.match = parameters; training.match_reference = left; left.hidden = 220; "
      "right.width = 32",
      "right.heads", "3", "right.heads = 3; right.width = 33", "" },
};
/* clang-format on */

static void what_no_longer_fits_follows(void **state)
{
    const struct follow_row *row = *state;
    struct lab_config config = config_default(), wanted;
    struct repairs repairs;
    struct error error = { STATUS_OK, "" };

    set_all(&config, row->start);
    assert_possible(&config);
    wanted = config;
    if (adjust_set(&config, row->name, row->value, false, &repairs, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    set_all(&wanted, row->follows);
    assert_same_config(&config, &wanted);
    assert_possible(&config);
    if (row->said[0] == '\0')
        assert_string_equal(repairs.said, "");
    else if (strstr(repairs.said, row->said) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", repairs.said, row->said);
}

static void memory_limits_a_length(void **state)
{
    struct lab_config config = config_default(), longer;
    struct repairs repairs;
    struct error error;

    (void)state;
    set_all(&config, "training.batch = 512; right.width = 128; right.heads = 4");
    assert_int_equal(adjust_set(&config, "task.length", "4096", false, &repairs, &error),
                     STATUS_OK);
    assert_possible(&config);
    assert_in_range(config.task.length, 51, 4095);
    assert_non_null(strstr(repairs.said, "GB"));
    longer = config;
    longer.task.length++;
    assert_int_equal(lab_check(&longer, &error), STATUS_USAGE);
}

/* ---------------------------------------------------------------------- what is refused */

struct refused_row {
    const char *label, *start, *name, *value, *words;
};

/* clang-format off */
static const struct refused_row refused_rows[] = {
    { "a_word_that_is_no_model", "", "left.model", "perceptron", "there are: elman" },
    { "a_task_without_its_file", "", "task.name", "pairs", "pairs" },
    { "a_number_beyond_the_key", "", "right.heads", "65", "from 1 to 64" },
    { "no_number_at_all", "", "left.learning_rate", "fast", "is not a number" },
    { "a_key_that_is_none", "", "left.size", "3", "unknown key" },
    { "gpt2_for_a_recurrent_arm", "", "left.initial", "gpt2", "is for transformer" },
    { "a_reference_without_a_core", "training.match = parameters; third.model = linear",
      "training.match_reference", "third", "no size" },
};
/* clang-format on */

static void what_cannot_be_is_refused(void **state)
{
    const struct refused_row *row = *state;
    struct lab_config config = config_default(), before;
    struct repairs repairs;
    struct error error = { STATUS_OK, "" };

    set_all(&config, row->start);
    before = config;
    assert_int_not_equal(adjust_set(&config, row->name, row->value, false, &repairs, &error),
                         STATUS_OK);
    assert_memory_equal(&config, &before, sizeof config);
    if (strstr(error.message, row->words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.message, row->words);
}

/* ------------------------------------------------------------------------- what is offered */

struct applies_row {
    const char *label, *start, *name;
    bool applies;
};

/* clang-format off */
static const struct applies_row applies_rows[] = {
    { "an_lstm_has_a_forget_bias", "left.model = lstm", "left.forget_bias", true },
    { "so_has_one_under_attention", "left.model = lstm+attention", "left.forget_bias", true },
    { "a_gru_has_none", "left.model = gru", "left.forget_bias", false },
    { "chrono_leaves_none", "left.model = lstm; left.initial = chrono", "left.forget_bias",
      false },
    { "a_gain_is_for_orthogonal", "left.initial = orthogonal", "left.gain", true },
    { "a_gain_is_for_identity", "left.initial = identity", "left.gain", true },
    { "default_values_have_no_gain", "", "left.gain", false },
    { "an_elman_has_no_heads", "", "left.heads", false },
    { "attention_over_states_has_heads", "left.model = gru+attention", "left.heads", true },
    { "and_no_mask", "left.model = gru+attention", "left.mask", false },
    { "a_transformer_has_a_mask", "", "right.mask", true },
    { "positions_are_for_a_transformer", "", "right.positions", true },
    { "a_causal_mask_has_no_span", "", "right.span", false },
    { "a_window_has_a_span", "right.mask = window", "right.span", true },
    { "a_transformer_has_no_hidden_size", "", "right.hidden", false },
    { "an_elman_has_a_hidden_size", "", "left.hidden", true },
    { "a_readout_alone_has_no_layers", "left.model = linear", "left.layers", false },
    { "it_learns_all_the_same", "left.model = linear", "left.learning_rate", true },
    { "an_arm_that_is_not_there_has_nothing", "", "third.learning_rate", false },
    { "adding_has_no_vocabulary", "", "task.symbols", false },
    { "induction_has_one", "task.name = induction", "task.symbols", true },
    { "without_a_match_there_is_no_reference", "", "training.match_reference", false },
    { "with_one_there_is", "training.match = width", "training.match_reference", true },
    { "a_key_that_is_none_does_nothing", "", "left.size", false },
};
/* clang-format on */

static void what_means_nothing_is_not_offered(void **state)
{
    const struct applies_row *row = *state;
    struct lab_config config = config_default();

    set_all(&config, row->start);
    assert_int_equal(adjust_applies(&config, row->name), row->applies);
}

static void matched_widths_are_not_set_by_hand(void **state)
{
    struct lab_config config = config_default();

    (void)state;
    assert_false(adjust_is_matched(&config, "left.hidden"));
    set(&config, "training.match", "parameters"); /* the right arm's */
    assert_true(adjust_is_matched(&config, "left.hidden"));
    assert_true(adjust_is_matched(&config, "left.width"));
    assert_false(adjust_is_matched(&config, "left.layers"));
    assert_false(adjust_is_matched(&config, "right.width"));
}

static void a_length_goes_as_far_as_its_task(void **state)
{
    struct lab_config config = config_default();
    double least, most;

    (void)state;
    set(&config, "task.name", "sort");
    adjust_range(&config, "task.length", &least, &most);
    assert_true(least == 4 && most == 64);
    set(&config, "task.name", "induction");
    adjust_range(&config, "task.symbols", &least, &most);
    assert_true(least == 2 && most == 26);
    adjust_range(&config, "training.clip", &least, &most);
    assert_true(least == 0 && most == 1e6);
}

/* ---------------------------------------------------------------------------- turning */

struct turn_row {
    const char *label, *start, *name;
    int by;
    const char *value; /* NULL: refused */
};

/* clang-format off */
static const struct turn_row turn_rows[] = {
    { "heads_go_to_the_next_divisor", "right.width = 30; right.heads = 3", "right.heads", 1,
      "5" },
    { "heads_go_to_the_divisor_before", "right.width = 28; right.heads = 4", "right.heads", -1,
      "2" },
    { "there_are_no_heads_below_one", "right.heads = 1", "right.heads", -1, NULL },
    { "no_more_heads_than_the_width_allows", "right.heads = 32", "right.heads", 1, NULL },
    { "layers_count_from_the_default", "", "right.layers", 1, "3" },
    { "a_model_is_followed_by_the_next", "", "left.model", 1, "lstm" },
    { "the_first_model_is_after_the_last", "", "left.model", -1, "linear" },
    { "text_is_not_offered_without_a_file", "task.name = translation", "task.name", 1, "adding" },
    { "first_values_of_another_family_are_skipped", "", "right.initial", 1, "gpt2" },
    { "and_backwards", "", "left.initial", -1, "identity" },
    { "the_reference_is_an_arm_that_is_there", "training.match = width",
      "training.match_reference", 1, "left" },
    { "a_choice_goes_on", "", "training.optimizer", 1, "adamw" },
    { "a_match_that_no_width_meets_is_skipped",
      "left.model = lstm; right.width = 5; right.layers = 1; right.heads = 1", "training.match",
      1, "width" },
};
/* clang-format on */

static void a_turn_goes_to_the_next_that_is_possible(void **state)
{
    const struct turn_row *row = *state;
    struct lab_config config = config_default(), wanted;
    struct repairs repairs;
    struct error error = { STATUS_OK, "" };
    enum status status;

    set_all(&config, row->start);
    assert_possible(&config);
    wanted = config;
    status = adjust_turn(&config, row->name, row->by, &repairs, &error);
    if (row->value == NULL) {
        assert_int_equal(status, STATUS_USAGE);
    } else {
        assert_string_equal(error.message, "");
        set(&wanted, row->name, row->value);
        if (strcmp(row->name, "task.name") == 0)
            wanted.task.length = 0;
    }
    assert_same_config(&config, &wanted);
}

static void a_turn_around_all_tasks_opens_each(void **state)
{
    struct lab_config config = config_default();
    int tasks = 0;

    (void)state;
    do {
        struct repairs repairs;
        struct error error = { STATUS_OK, "" };

        if (adjust_turn(&config, "task.name", 1, &repairs, &error) != STATUS_OK)
            fail_msg("%s", error.message);
        assert_possible(&config);
        tasks++;
    } while (strcmp(config.task.name, "adding") != 0);
    assert_int_equal(tasks, 17); /* all but text and pairs */
}

/* ------------------------------------------------------------------------- any order at all */

static unsigned long next_random(unsigned long *state)
{
    *state = (*state * 6364136223846793005ul + 1442695040888963407ul) & 0xffffffffffffffffu;
    return *state >> 33;
}

static void press_any(struct lab_config *config, unsigned long *random)
{
    int count;
    const struct config_key *keys = config_keys(&count);
    const struct config_key *key = &keys[next_random(random) % (unsigned)count];
    const char *section = strcmp(key->section, "arm") == 0
                              ? arm_name((int)(next_random(random) % 3))
                              : key->section;
    char name[2 * CONFIG_WORD_MAX], value[32];
    struct repairs repairs;
    struct error error;
    double least, most;

    snprintf(name, sizeof name, "%s.%s", section, key->name);
    if (!adjust_applies(config, name) || strcmp(key->name, "threads") == 0)
        return;
    if (key->kind == KEY_CHOICE || key->kind == KEY_WORD || next_random(random) % 4 == 0) {
        if (key->kind != KEY_REAL && strcmp(key->name, "file") != 0)
            adjust_turn(config, name, next_random(random) % 2 ? 1 : -1, &repairs, &error);
        return;
    }
    adjust_range(config, name, &least, &most);
    if (most > 200 && next_random(random) % 8 != 0)
        most = 200;
    snprintf(value, sizeof value, key->kind == KEY_REAL ? "%.3g" : "%.0f",
             least + (most - least) * (double)(next_random(random) % 1001) / 1000);
    adjust_set(config, name, value, false, &repairs, &error);
}

static void no_sequence_of_presses_makes_an_impossible_lab(void **state)
{
    const char *start = *state;
    struct lab_config config = config_default();
    unsigned long random = 17;

    set_all(&config, start);
    for (int i = 0; i < 2000; i++) {
        const struct lab_config before = config;

        press_any(&config, &random);
        if (memcmp(&before, &config, sizeof config) != 0)
            assert_possible(&config);
    }
}

/* clang-format off */
#define COUNT(rows) (sizeof (rows) / sizeof *(rows))
#define ROWS(rows, test)                                                                       \
    for (size_t i = 0; i < COUNT(rows); i++)                                                   \
        tests[count++] = (struct CMUnitTest){ .name = (rows)[i].label, .test_func = test,      \
                                              .initial_state = (void *)(size_t)&(rows)[i] };

int main(void)
{
    static const struct CMUnitTest single[] = {
        cmocka_unit_test(memory_limits_a_length),
        cmocka_unit_test(matched_widths_are_not_set_by_hand),
        cmocka_unit_test(a_length_goes_as_far_as_its_task),
        cmocka_unit_test(a_turn_around_all_tasks_opens_each),
        { .name = "no_presses_make_an_impossible_lab",
          .test_func = no_sequence_of_presses_makes_an_impossible_lab,
          .initial_state = (char *)(size_t)"training.batch = 8" },
        { .name = "no_presses_make_an_impossible_lab_of_matched_arms",
          .test_func = no_sequence_of_presses_makes_an_impossible_lab,
          .initial_state = (char *)(size_t)"training.match = parameters; third.model = "
                                           "lstm+attention" },
        { .name = "no_presses_make_an_impossible_lab_of_driven_units",
          .test_func = no_sequence_of_presses_makes_an_impossible_lab,
          .initial_state = (char *)(size_t)"task.name = drive; left.width = 64; left.drive = 1" },
    };
    struct CMUnitTest tests[COUNT(single) + COUNT(follow_rows) + COUNT(refused_rows) +
                            COUNT(applies_rows) + COUNT(turn_rows)];
    size_t count = 0;

    ROWS(follow_rows, what_no_longer_fits_follows)
    ROWS(refused_rows, what_cannot_be_is_refused)
    ROWS(applies_rows, what_means_nothing_is_not_offered)
    ROWS(turn_rows, a_turn_goes_to_the_next_that_is_possible)
    for (size_t i = 0; i < COUNT(single); i++)
        tests[count++] = single[i];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
/* clang-format on */
