/* Tests of lessons/config.c and config_check.c: every key, every fault, and through a file. */
#include "tests/test.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/file_read.h"
#include "lessons/config.h"
#include "tests/close.h"
#include "tests/common/files/scratch.h"
#include "tests/lessons/small_lab.h"

enum { NAME_MAX_LENGTH = 96, WORD_MAX = 256 };

/* Keys, one by one */

/* A key of the table in one section of the file. */
struct key_row {
    const struct config_key *key;
    char name[NAME_MAX_LENGTH]; /* "left.hidden" */
};

static char *member_of(struct lab_config *config, const struct key_row *row)
{
    const int arm = arm_number(strncmp(row->name, "sixth", 5) == 0 ? "sixth" : "left");
    char *base = strcmp(row->key->section, "task") == 0       ? (char *)&config->task
                 : strcmp(row->key->section, "training") == 0 ? (char *)&config->training
                                                              : (char *)&config->arm[arm];

    return base + row->key->offset;
}

/* The number that the member holds, read as its own type. */
static double number_in(struct lab_config *config, const struct key_row *row)
{
    const char *member = member_of(config, row);

    if (row->key->kind == KEY_REAL)
        return *(const double *)(const void *)member;
    if (row->key->size == sizeof(uint64_t)) /* longs are never negative */
        return (double)*(const uint64_t *)(const void *)member;
    return *(const int *)(const void *)member;
}

/* The number of the choice that the member holds. */
static int choice_in(struct lab_config *config, const struct key_row *row)
{
    const char *member = member_of(config, row);

    return row->key->size == sizeof(bool) ? *(const bool *)member
                                          : *(const int *)(const void *)member;
}

/* The longest word that fits; `more` letters longer. */
static void fill_word(const struct key_row *row, char *word, int more)
{
    const size_t length = row->key->size - 1 + (size_t)more;

    memset(word, 'a', length);
    word[length] = '\0';
}

static void assert_takes(const struct key_row *row, double number)
{
    struct lab_config config = config_default();
    char text[64];

    snprintf(text, sizeof text, "%.17g", number);
    set(&config, row->name, text);
    assert_true(number_in(&config, row) == number);
}

/* A fault of that value, with words about what was found; nothing in config moves. */
static void assert_refuses(const struct key_row *row, const char *value, const char *allowed)
{
    const char *const words[] = { row->name, value, allowed, NULL };
    struct lab_config config = config_default(), before;
    struct error error = { STATUS_OK, "" };

    memcpy(&before, &config, sizeof before);
    if (config_set(&config, row->name, value, &error) == STATUS_OK)
        fail_msg("%s = \"%s\" was taken", row->name, value);
    assert_memory_equal(&config, &before, sizeof config);
    assert_fault(&error, STATUS_USAGE, words);
}

static void can_be_set_within_range(void **state)
{
    const struct key_row *row = *state;
    const struct config_key *key = row->key;
    struct lab_config config = config_default();
    char word[WORD_MAX];

    switch (key->kind) {
    case KEY_INTEGER:
    case KEY_REAL:
        assert_true(key->least < key->most);
        assert_takes(row, key->least);
        assert_takes(row, key->most);
        assert_takes(row, floor(key->least / 2 + key->most / 2));
        if (key->kind == KEY_REAL)
            assert_takes(row, key->least + 0.1 * (key->most - key->least));
        break;
    case KEY_CHOICE:
        for (int i = 0; key->choices[i] != NULL; i++) {
            set(&config, row->name, key->choices[i]);
            assert_int_equal(choice_in(&config, row), i);
        }
        break;
    case KEY_WORD:
        fill_word(row, word, 0);
        set(&config, row->name, word);
        assert_string_equal(member_of(&config, row), word);
        set(&config, row->name, "");
        assert_string_equal(member_of(&config, row), "");
        break;
    }
}

static void refuse_numbers(const struct key_row *row)
{
    static const char *const never[] = { "",     "12x", "x",   "nan",   "-nan", "inf",
                                         "-inf", "-1",  "1,5", "1e999", "1 2",  "1.5.2" };
    const struct config_key *key = row->key;
    char allowed[96], text[64];

    snprintf(allowed, sizeof allowed, "not %s from %.16g to %.16g",
             key->kind == KEY_INTEGER ? "a whole number" : "a number", key->least, key->most);
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
        assert_refuses(row, never[i], allowed);
    if (key->kind == KEY_INTEGER) {
        assert_refuses(row, "1.5", allowed);
        snprintf(text, sizeof text, "%.0f", key->least - 1);
        assert_refuses(row, text, allowed);
        snprintf(text, sizeof text, "%.0f", key->most + 1);
    } else {
        snprintf(text, sizeof text, "%.17g", nextafter(key->least, -(double)INFINITY));
        assert_refuses(row, text, allowed);
        snprintf(text, sizeof text, "%.17g", nextafter(key->most, (double)INFINITY));
    }
    assert_refuses(row, text, allowed);
    assert_refuses(row, "1e308", allowed);
}

static void is_refused_outside(void **state)
{
    const struct key_row *row = *state;

    switch (row->key->kind) {
    case KEY_INTEGER:
    case KEY_REAL:
        refuse_numbers(row);
        break;
    case KEY_CHOICE:
        for (int i = 0; row->key->choices[i] != NULL; i++)
            assert_refuses(row, "nonsense", row->key->choices[i]);
        assert_refuses(row, "", "there are: ");
        assert_refuses(row, "1", "there are: ");
        break;
    case KEY_WORD: {
        struct lab_config config = config_default(), before;
        struct error error = { STATUS_OK, "" };
        char word[WORD_MAX], longer[48];

        memcpy(&before, &config, sizeof before);
        fill_word(row, word, 1);
        snprintf(longer, sizeof longer, "longer than %zu characters", row->key->size - 1);
        assert_int_equal(config_set(&config, row->name, word, &error), STATUS_USAGE);
        assert_says(&error, STATUS_USAGE, longer);
        assert_memory_equal(&config, &before, sizeof config);
        break;
    }
    }
}

/* Neighbours stay: a key writes its own member and nothing else. */
static void changes_nothing_else(void **state)
{
    const struct key_row *row = *state;
    const struct config_key *key = row->key;
    struct lab_config config = config_default(), before;
    char text[64], *member = member_of(&config, row);

    memcpy(&before, &config, sizeof before);
    if (key->kind == KEY_WORD)
        snprintf(text, sizeof text, "other");
    else if (key->kind == KEY_CHOICE)
        snprintf(text, sizeof text, "%s", key->choices[choice_in(&config, row) == 0]);
    else
        snprintf(text, sizeof text, "%.17g", key->most);
    set(&config, row->name, text);
    assert_memory_not_equal(&config, &before, sizeof config);
    memcpy(member, member_of(&before, row), key->size);
    assert_memory_equal(&config, &before, sizeof config);
}

/* From 2^53 on a double cannot tell a whole number from its neighbour. */
static void a_seed_that_a_double_cannot_hold_is_refused(void **state)
{
    static const char *const seeds[] = { "9007199254740992", "9007199254740993",
                                         "18446744073709551615" };
    int count;
    struct key_row row = { .key = config_keys(&count), .name = "training.seed" };

    (void)state;
    while (strcmp(row.key->name, "seed") != 0)
        row.key++;
    for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
        assert_refuses(&row, seeds[i], "from 0 to 9007199254740991");
}

/* Names that are none */

struct name_row {
    const char *name;
    const char *words[8];
};

static void a_wrong_name_is_refused(void **state)
{
    const struct name_row *row = *state;
    struct lab_config config = config_default(), before;
    struct error error = { STATUS_OK, "" };

    memcpy(&before, &config, sizeof before);
    assert_int_equal(config_set(&config, row->name, "1", &error), STATUS_USAGE);
    assert_fault(&error, STATUS_USAGE, row->words);
    assert_memory_equal(&config, &before, sizeof config);
}

/* Through a file */

static FILE *open_file(const char *path)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    return file;
}

/* Equal in every key of the table; arms without a model hold no more than that. */
static void assert_same_config(struct lab_config *a, struct lab_config *b)
{
    int count;
    const struct config_key *keys = config_keys(&count);

    for (int i = 0; i < count; i++) {
        struct key_row row = { .key = &keys[i] };

        if (strcmp(keys[i].section, "arm") != 0) {
            assert_memory_equal(member_of(a, &row), member_of(b, &row), keys[i].size);
            continue;
        }
        for (int arm = 0; arm < ARMS_MAX; arm++) {
            assert_string_equal(a->arm[arm].model, b->arm[arm].model);
            if (a->arm[arm].model[0] != '\0' && keys[i].kind != KEY_WORD)
                assert_memory_equal((char *)&a->arm[arm] + keys[i].offset,
                                    (char *)&b->arm[arm] + keys[i].offset, keys[i].size);
        }
    }
}

static void assert_comes_back(const char *path, struct lab_config *config)
{
    struct lab_config read;
    struct error error = { STATUS_OK, "" };
    FILE *file = open_file(path);

    memset(&read, 0xA5, sizeof read);
    assert_int_equal(config_write(config, file, NULL), STATUS_OK);
    assert_int_equal(fclose(file), 0);
    if (config_read(&read, path, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_same_config(config, &read);
}

static void what_is_written_is_read_back(void **state)
{
    static const char *const seeds[] = { "0", "1", "4294967297", "9007199254740990",
                                         "9007199254740991" };
    static const char *const reals[] = { "0",
                                         "0.1",
                                         "1e-300",
                                         "0.0030000000000000001",
                                         "1e-5",
                                         "3e-03",
                                         "0.3333333333333333",
                                         "0.1000000000000000055511151231257827",
                                         "4.9e-324" };
    const struct scratch *scratch = *state;
    struct lab_config config = config_default();

    for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++) {
        set(&config, "training.seed", seeds[i]);
        assert_comes_back(scratch->path, &config);
    }
    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++) {
        set(&config, "training.learning_rate", reals[i]);
        set(&config, "training.clip", reals[i]);
        set(&config, "right.learning_rate", reals[i]);
        set(&config, "left.gain", reals[i]);
        assert_comes_back(scratch->path, &config);
    }
}

/* Every key of every arm with a value that is not its default. */
static void six_arms_with_every_key_come_back(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = config_default();
    int count;
    const struct config_key *keys = config_keys(&count);

    for (int i = 0; i < count; i++)
        for (int arm = 0; arm < ARMS_MAX; arm++) {
            const char *section =
                strcmp(keys[i].section, "arm") == 0 ? arm_name(arm) : keys[i].section;
            char name[NAME_MAX_LENGTH], value[64];

            snprintf(name, sizeof name, "%s.%s", section, keys[i].name);
            if (keys[i].kind == KEY_WORD)
                snprintf(value, sizeof value, "word%d", i + arm);
            else if (keys[i].kind == KEY_CHOICE)
                snprintf(value, sizeof value, "%s", keys[i].choices[1]);
            else if (keys[i].kind == KEY_INTEGER)
                snprintf(value, sizeof value, "%.0f", keys[i].most - arm);
            else
                snprintf(value, sizeof value, "%.17g", keys[i].most / (3 + arm));
            set(&config, name, value);
        }
    assert_comes_back(scratch->path, &config);
}

static void an_arm_that_a_file_does_not_name_is_not_there(void **state)
{
    static const char text[] = "[third]\nmodel = gru\n";
    const struct scratch *scratch = *state;
    struct lab_config config = config_default();

    scratch_write(scratch->path, text, strlen(text));
    assert_int_equal(config_read(&config, scratch->path, NULL), STATUS_OK);
    for (int i = 0; i < ARMS_MAX; i++)
        assert_string_equal(config.arm[i].model, i == 2 ? "gru" : "");
    assert_int_equal(config.training.batch, config_default().training.batch);
}

static void short_numbers_are_written_short(void **state)
{
    static const char *const lines[] = { "[task]\nname = adding\nlength = 0\n",
                                         "\n\n[training]\nsteps = 1000\n",
                                         "\nseed = 9007199254740991\n",
                                         "\nlearning_rate = 0.003\n",
                                         "\nmomentum = 0.9\n",
                                         "\nweight_decay = 1e-300\n",
                                         "\n\n[fourth]\nmodel = lstm\n",
                                         "\ninitial = orthogonal\ngain = 0.1\n" };
    char *text;
    const struct scratch *scratch = *state;
    struct lab_config config = config_default();
    FILE *file = open_file(scratch->path);

    set(&config, "left.model", "");
    set(&config, "right.model", "");
    set(&config, "fourth.model", "lstm");
    set(&config, "fourth.gain", "0.1");
    set(&config, "fourth.initial", "orthogonal");
    set(&config, "training.learning_rate", "0.003");
    set(&config, "training.weight_decay", "1e-300");
    set(&config, "training.seed", "9007199254740991");
    assert_int_equal(config_write(&config, file, NULL), STATUS_OK);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(file_read_all(&text, NULL, scratch->path, 1 << 16, NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (strstr(text, lines[i]) == NULL)
            fail_msg("\"%s\" is not in \"%s\"", lines[i], text);
    assert_null(strstr(text, "[left]"));
    free(text);
}

static void a_word_that_would_not_be_read_back_is_not_written(void **state)
{
    static const struct {
        const char *key, *value, *words;
    } rows[] = {
        { "task.name", "sort ;faster", "name: \"sort ;faster\" would not be read back" },
        { "task.name", " sort", "name: \" sort\" would not be read back" },
        { "left.model", "lstm\ngru", "model: its value is not one line" },
        { "right.model", "gru\t", "model: \"gru\t\" would not be read back" },
    };
    const struct scratch *scratch = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct lab_config config = config_default();
        struct error error = { STATUS_OK, "" };
        FILE *file = open_file(scratch->path);

        set(&config, rows[i].key, rows[i].value);
        assert_int_equal(config_write(&config, file, &error), STATUS_USAGE);
        assert_says(&error, STATUS_USAGE, rows[i].words);
        assert_int_equal(fclose(file), 0);
    }
}

struct file_row {
    const char *text; /* NULL: there is no file */
    enum status status;
    const char *words[8];
};

static void a_wrong_file_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    const struct file_row *row = scratch->row;
    struct lab_config config = config_default(), before;
    struct error error = { STATUS_OK, "" };

    memcpy(&before, &config, sizeof before);
    if (row->text != NULL)
        scratch_write(scratch->path, row->text, strlen(row->text));
    assert_int_equal(config_read(&config, scratch->path, &error), row->status);
    assert_fault(&error, row->status, row->words);
    assert_says(&error, row->status, scratch->path);
    assert_memory_equal(&config, &before, sizeof config);
}

/* What one key cannot see */

struct check_row {
    const char *set[5][2];
    const char *words[8]; /* none: it is accepted */
};

static void a_whole_configuration_is_checked(void **state)
{
    const struct check_row *row = *state;
    struct lab_config config = config_default();
    struct error error = { STATUS_OK, "" };

    for (int i = 0; i < 5 && row->set[i][0] != NULL; i++)
        set(&config, row->set[i][0], row->set[i][1]);
    if (row->words[0] == NULL) {
        if (config_check(&config, &error) != STATUS_OK)
            fail_msg("%s", error.message);
        return;
    }
    assert_int_equal(config_check(&config, &error), STATUS_USAGE);
    assert_fault(&error, STATUS_USAGE, row->words);
}

static void what_a_default_stands_for_is_resolved(void **state)
{
    static const char *const models[] = { "elman", "transformer", "lstm", "gru", "", "gru" };
    struct lab_config config = config_default(), resolved, again;
    struct task task, longer;

    (void)state;
    for (int i = 0; i < ARMS_MAX; i++)
        strcpy(config.arm[i].model, models[i]);
    config.arm[5].layers = 3;
    config.arm[5].learning_rate = 0.25;
    assert_int_equal(config_open(&config, &task, &longer, NULL), STATUS_OK);
    resolved = config_resolved(&config, &task);
    assert_int_equal(resolved.task.length, 50);
    for (int i = 0; i < ARMS_MAX; i++) {
        const bool transformer = i == 1, there = i != 4, given = i == 5;

        assert_int_equal(resolved.arm[i].layers, given ? 3 : !there ? 0 : transformer ? 2 : 1);
        assert_close(resolved.arm[i].learning_rate,
                     given         ? 0.25
                     : !there      ? 0
                     : transformer ? 1e-3
                                   : 3e-3,
                     0, 0);
    }
    again = config_resolved(&resolved, &task);
    assert_same_config(&resolved, &again);
    config.training.learning_rate = 0.5;
    resolved = config_resolved(&config, &task);
    assert_close(resolved.arm[1].learning_rate, 0.5, 0, 0);
    assert_close(resolved.arm[5].learning_rate, 0.25, 0, 0);
    task_close(&task);
}

static void every_arm_has_a_name_and_a_number(void **state)
{
    (void)state;
    assert_string_equal(arm_name(0), "left");
    assert_string_equal(arm_name(1), "right");
    for (int i = 0; i < ARMS_MAX; i++)
        assert_int_equal(arm_number(arm_name(i)), i);
    assert_int_equal(arm_number("middle"), -1);
    assert_int_equal(arm_number("lef"), -1);
    assert_int_equal(arm_number(""), -1);
}

static void the_default_configuration_can_be(void **state)
{
    const struct lab_config config = config_default();
    struct error error = { STATUS_OK, "" };

    (void)state;
    assert_int_equal(config_check(&config, &error), STATUS_OK);
    assert_string_equal(config.arm[0].model, "elman");
    assert_string_equal(config.arm[1].model, "transformer");
    assert_int_equal(config.training.batch, 64);
    assert_int_equal(config.training.optimizer, OPTIMIZER_ADAM);
    assert_close(config.training.clip, 1, 0, 0);
    assert_int_equal(config.arm[0].hidden, 64);
    assert_int_equal(config.arm[1].width, 32);
    assert_int_equal(config.arm[1].heads, 2);
}

/* The table of tests */

/* clang-format off */
#define WRONG_NAME(sentence, found, ...)                                                       \
    { .name = sentence, .test_func = a_wrong_name_is_refused,                                  \
      .initial_state = &(struct name_row){ .name = found, .words = { __VA_ARGS__ } } }
#define WRONG_FILE(sentence, contents, kind, ...)                                              \
    { .name = sentence, .test_func = a_wrong_file_is_refused, .setup_func = scratch_setup,     \
      .teardown_func = scratch_teardown,                                                       \
      .initial_state = &(struct file_row){ .text = contents, .status = kind,               \
                                         .words = { __VA_ARGS__ } } }
#define IN_FILE(test)                                                                          \
    cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)
#define LIST(...) { __VA_ARGS__ }
#define CHECK(sentence, pairs, ...)                                                            \
    { .name = sentence, .test_func = a_whole_configuration_is_checked,                         \
      .initial_state = &(struct check_row){ .set = pairs, .words = { __VA_ARGS__ } } }

enum { TESTS_MAX = 512, ROWS_MAX = 128 };

/* Three tests of each key, after the tests that stand in the table. */
static void add_key_tests(struct CMUnitTest tests[TESTS_MAX])
{
    static const struct { const char *sentence; CMUnitTestFunction test; } kinds[] = {
        { "can_be_set_within_range", can_be_set_within_range },
        { "is_refused_outside", is_refused_outside },
        { "changes_nothing_else", changes_nothing_else },
    };
    static struct key_row rows[ROWS_MAX];
    static char names[3 * ROWS_MAX][2 * NAME_MAX_LENGTH];
    int count, next = 0, test = 0, name = 0;
    const struct config_key *keys = config_keys(&count);

    while (tests[test].name != NULL)
        test++;
    for (int i = 0; i < 2 * count; i++) { /* the second round: the last arm */
        const struct config_key *key = &keys[i % count];
        const bool arm = strcmp(key->section, "arm") == 0;
        struct key_row *row = &rows[next];

        if (i >= count && !arm)
            continue;
        if (++next > ROWS_MAX || test + 3 >= TESTS_MAX)
            abort();
        row->key = key;
        snprintf(row->name, sizeof row->name, "%s.%s",
                 !arm ? key->section : i >= count ? "sixth" : "left", key->name);
        for (int k = 0; k < 3; k++) {
            snprintf(names[name], sizeof names[name], "%s_%s", row->name, kinds[k].sentence);
            tests[test++] = (struct CMUnitTest){ .name = names[name++],
                                                 .test_func = kinds[k].test,
                                                 .initial_state = row };
        }
    }
}

int main(void)
{
    struct CMUnitTest tests[TESTS_MAX] = {
        cmocka_unit_test(every_arm_has_a_name_and_a_number),
        cmocka_unit_test(the_default_configuration_can_be),
        cmocka_unit_test(what_a_default_stands_for_is_resolved),
        WRONG_NAME("an_unknown_section_is_refused_with_those_there_are", "midle.hidden",
                   "unknown section \"midle\"", "task, training, left, right", "sixth"),
        WRONG_NAME("the_table's_own_word_for_arms_is_no_section", "arm.hidden",
                   "unknown section \"arm\""),
        WRONG_NAME("an_unknown_key_of_a_task_is_refused", "task.lenght",
                   "unknown key \"lenght\" in section \"task\"; there are: name, length"),
        WRONG_NAME("an_unknown_key_of_an_arm_is_refused", "third.widht",
                   "unknown key \"widht\" in section \"third\"", "model", "heads", "gain"),
        WRONG_NAME("a_key_of_another_section_is_refused", "training.hidden",
                   "unknown key \"hidden\" in section \"training\"", "weight_decay"),
        WRONG_NAME("a_name_without_a_section_is_refused", "steps", "\"steps\" is not a key",
                   "task.length"),
        WRONG_NAME("an_empty_name_is_refused", "", "\"\" is not a key"),
        WRONG_NAME("a_section_without_a_key_is_refused", "task.", "unknown key \"\""),
        WRONG_NAME("a_key_with_an_empty_section_is_refused", ".steps", "unknown section \"\""),
        WRONG_NAME("a_key_with_too_many_parts_is_refused", "task.length.x",
                   "unknown key \"length.x\""),
        WRONG_NAME("a_very_long_section_is_refused",
                   "a234567890123456789012345678901234567890.steps", "is not a key"),
        cmocka_unit_test(a_seed_that_a_double_cannot_hold_is_refused),
        IN_FILE(what_is_written_is_read_back),
        IN_FILE(a_word_that_would_not_be_read_back_is_not_written),
        IN_FILE(six_arms_with_every_key_come_back),
        IN_FILE(an_arm_that_a_file_does_not_name_is_not_there),
        IN_FILE(short_numbers_are_written_short),
        WRONG_FILE("a_file_that_is_missing_is_refused", NULL, STATUS_FILE, "No such file"),
        WRONG_FILE("an_unknown_key_in_a_file_is_refused_with_its_line",
                   "[task]\nname = sort\n\n[training]\nsteps = 5\nstep = 6\n", STATUS_USAGE,
                   ":6: ", "unknown key \"step\" in section \"training\""),
        WRONG_FILE("an_unknown_section_in_a_file_is_refused_with_its_line",
                   "[tusk]\nname = sort\n", STATUS_USAGE, ":2: ", "unknown section \"tusk\""),
        WRONG_FILE("a_bad_value_in_a_file_is_refused_with_its_line",
                   "[task]\nname = sort\nlength = many\n", STATUS_USAGE, ":3: ",
                   "task.length: \"many\" is not a whole number from 0 to 4096"),
        WRONG_FILE("an_entry_above_all_sections_is_refused", "steps = 5\n", STATUS_USAGE,
                   ":1: ", "unknown section \"\""),
        WRONG_FILE("an_empty_file_is_refused", "# nothing\n", STATUS_FILE, "no entry"),
        CHECK("an_unknown_task_is_refused_with_those_there_are",
              LIST({ "task.name", "adder" }), "unknown task \"adder\"", "adding", "copying",
              "sort"),
        CHECK("a_task_without_a_name_is_refused", LIST({ "task.name", "" }),
              "unknown task \"\""),
        CHECK("an_unknown_model_is_refused_with_those_there_are",
              LIST({ "right.model", "rnn" }), "right: ", "unknown model \"rnn\"", "elman",
              "lstm", "gru", "transformer"),
        CHECK("an_unknown_model_of_the_last_arm_is_found", LIST({ "sixth.model", "grue" }),
              "sixth: ", "\"grue\""),
        CHECK("heads_that_do_not_divide_the_width_are_refused", LIST({ "right.heads", "3" }),
              "right: 3 heads do not divide width 32"),
        CHECK("more_heads_than_width_are_refused",
              LIST({ "right.heads", "8" }, { "right.width", "4" }),
              "8 heads do not divide width 4"),
        CHECK("heads_do_not_matter_to_a_recurrent_arm", LIST({ "left.heads", "3" }), NULL),
        CHECK("heads_do_not_matter_to_an_arm_that_is_not_there",
              LIST({ "right.heads", "3" }, { "right.model", "" }), NULL),
        CHECK("length_1_is_refused_for_adding", LIST({ "task.length", "1" }),
              "task adding: length 1 is impossible", "2 to 4096"),
        CHECK("length_2_is_enough_for_adding", LIST({ "task.length", "2" }), NULL),
        CHECK("length_3_is_refused_for_sort",
              LIST({ "task.length", "3" }, { "task.name", "sort" }), "length 3 is impossible",
              "4 to 64"),
        CHECK("length_65_is_refused_for_sort",
              LIST({ "task.length", "65" }, { "task.name", "sort" }),
              "length 65 is impossible"),
        CHECK("length_1_is_enough_for_copying",
              LIST({ "task.length", "1" }, { "task.name", "copying" }), NULL),
        CHECK("a_test_of_the_trained_length_is_refused",
              LIST({ "task.length", "20" }, { "task.test_length", "20" }),
              "task adding: test_length 20 is not beyond length, which is 20"),
        CHECK("a_test_at_an_impossible_length_is_refused",
              LIST({ "task.name", "sort" }, { "task.test_length", "65" }),
              "length 65 is impossible", "4 to 64"),
        CHECK("a_longer_test_is_none_to_refuse",
              LIST({ "task.length", "20" }, { "task.test_length", "21" }), NULL),
        CHECK("patience_without_looks_is_refused", LIST({ "training.patience", "3" }),
              "training.patience is 3 looks, but training.validate_every is 0"),
        CHECK("patience_with_looks_is_none_to_refuse",
              LIST({ "training.patience", "3" }, { "training.validate_every", "10" }), NULL),
        CHECK("no_arm_at_all_is_refused", LIST({ "left.model", "" }, { "right.model", "" }),
              "no arm has a model"),
        CHECK("one_arm_is_enough", LIST({ "left.model", "" }), NULL),
        CHECK("six_arms_are_not_too_many",
              LIST({ "third.model", "gru" }, { "fourth.model", "lstm" },
                   { "fifth.model", "elman" }, { "sixth.model", "transformer" }), NULL),
    };
    /* clang-format on */

    add_key_tests(tests);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
