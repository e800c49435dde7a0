/* Tests of lessons/link.c: what a link in a lesson can do, and what it cannot. */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#include "common/files/utf8.h"
#include "lessons/link.h"
#include "tests/lessons/small_lab.h"

struct row {
    const char *address;
    const char *words;    /* of link_words; NULL: it is refused */
    const char *fault[4]; /* of the refusal */
};

/* Adding, T = 50, elman against a Transformer. */
static struct lab_config config(void)
{
    struct lab_config made = config_default();

    made.task.length = 50;
    return made;
}

static void a_link_is_read(void **state)
{
    const struct row *row = *state;
    const struct lab_config own = config();
    struct link link = { .count = -1 };
    struct error error = { STATUS_OK, "" };
    char words[LINK_WORDS_MAX];

    if (row->words == NULL) {
        assert_int_equal(link_check(&link, row->address, &own, &error), STATUS_USAGE);
        assert_int_equal(link.count, -1); /* untouched */
        assert_fault(&error, STATUS_USAGE, row->fault);
        return;
    }
    if (link_check(&link, row->address, &own, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    link_words(&link, LANGUAGE_ENGLISH, words);
    assert_string_equal(words, row->words);
}

static void what_a_link_does_is_said_in_chinese(void **state)
{
    struct link link;
    char words[LINK_WORDS_MAX];

    (void)state;
    assert_int_equal(link_check(&link, "duet:arm=right&panel=attention&step=30", NULL, NULL),
                     STATUS_OK);
    link_words(&link, LANGUAGE_CHINESE, words);
    assert_string_equal(words, "在右方，显示注意力，训练到第 30 步");
    assert_int_equal(link_check(&link, "duet:experiment=far&run", NULL, NULL), STATUS_OK);
    link_words(&link, LANGUAGE_CHINESE, words);
    assert_string_equal(words, "开始实验 far，开始训练");
    assert_int_equal(link_check(&link, "duet:experiment=lesson", NULL, NULL), STATUS_OK);
    link_words(&link, LANGUAGE_CHINESE, words);
    assert_string_equal(words, "按本课原来的设置开始");
}

#define LONG "0123456789012345678901234567890123456789012345678901234567890123"

/* Eight parts, which are more than there is room for: the last whole character is the end. */
static void words_that_are_too_long_end_between_characters(void **state)
{
    struct link link;
    char words[LINK_WORDS_MAX];

    (void)state;
    for (int letters = 1; letters <= 32; letters++) { /* so that the end falls everywhere */
        char address[1024];

        snprintf(address, sizeof address, "duet:experiment=%.*s", letters, LONG);
        for (int i = 1; i < LINK_PARTS_MAX; i++)
            strcat(address, "&entry=hidden.reverse");
        assert_int_equal(link_check(&link, address, NULL, NULL), STATUS_OK);
        link_words(&link, LANGUAGE_CHINESE, words);
        assert_in_range(strlen(words), LINK_WORDS_MAX - 4, LINK_WORDS_MAX - 1);
        assert_int_equal(utf8_find_bad(words, strlen(words)), strlen(words));
    }
}

static struct link checked(const char *address)
{
    struct link link;

    assert_int_equal(link_check(&link, address, NULL, NULL), STATUS_OK);
    return link;
}

static void settings_are_put_into_a_configuration(void **state)
{
    const struct link link = checked("duet:left.model=gru&run&task.length=20");
    struct lab_config own = config();

    (void)state;
    assert_true(link_sets(&link));
    assert_false(link_part_holds(&link.part[0], &own));
    own.arm[0].initial = WEIGHTS_IDENTITY;
    assert_int_equal(link_apply(&link, &own, NULL), STATUS_OK);
    assert_string_equal(own.arm[0].model, "gru");
    assert_int_equal(own.arm[0].initial, WEIGHTS_DEFAULT); /* that was elman's */
    assert_int_equal(own.task.length, 20);
    assert_true(link_part_holds(&link.part[0], &own));
    assert_true(link_part_holds(&link.part[2], &own));
    assert_false(link_sets(&(struct link){ .count = 0 }));
}

static void the_same_model_keeps_its_first_values(void **state)
{
    const struct link link = checked("duet:left.model=elman");
    struct lab_config own = config();

    (void)state;
    own.arm[0].initial = WEIGHTS_IDENTITY;
    assert_int_equal(link_apply(&link, &own, NULL), STATUS_OK);
    assert_int_equal(own.arm[0].initial, WEIGHTS_IDENTITY);
}

static void a_number_holds_however_it_is_written(void **state)
{
    const struct link link = checked("duet:training.learning_rate=1e-2");
    struct lab_config own = config();

    (void)state;
    own.training.learning_rate = 0.01;
    assert_true(link_part_holds(&link.part[0], &own));
    own.training.learning_rate = 0.02;
    assert_false(link_part_holds(&link.part[0], &own));
}

static void layers_and_heads_and_pages_are_kept_from_0_on(void **state)
{
    const struct link link = checked("duet:layer=1&head=4&chunk=2&lesson=6&step=7");
    static const long numbers[] = { 0, 3, 1, 6, 7 };

    (void)state;
    for (int i = 0; i < link.count; i++)
        assert_int_equal(link.part[i].number, numbers[i]);
}

static void a_link_knows_its_experiment(void **state)
{
    const struct link link = checked("duet:run&experiment=far");
    const struct link none = checked("duet:run");

    (void)state;
    assert_string_equal(link_experiment(&link), "far");
    assert_null(link_experiment(&none));
}

static void other_addresses_are_not_ours(void **state)
{
    (void)state;
    assert_true(link_is_ours("duet:run"));
    assert_false(link_is_ours("https://duet:run"));
    assert_false(link_is_ours("duet"));
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function }
#define GOOD(label, link, means) \
    { .name = "a_link_is_read_" label, .test_func = a_link_is_read, \
      .initial_state = &(struct row){ .address = link, .words = means } }
#define BAD(label, link, ...) \
    { .name = "a_link_is_read_" label, .test_func = a_link_is_read, \
      .initial_state = &(struct row){ .address = link, .fault = { __VA_ARGS__ } } }

static const struct CMUnitTest tests[] = {
    GOOD("a_setting", "duet:task.length=100", "sets task.length to 100"),
    GOOD("a_model_and_run", "duet:left.model=gru&run", "sets left.model to gru, trains"),
    GOOD("without_the_prefix", "panel=gradient", "shows the gradient"),
    GOOD("a_step", "duet:restart&step=200", "begins anew, trains to step 200"),
    GOOD("a_pause", "duet:pause&sample=3", "pauses, shows sequence 3"),
    GOOD("the_last_output", "duet:loss=last", "takes gradients from the last output"),
    GOOD("all_outputs", "duet:loss=all", "takes gradients from all outputs"),
    GOOD("a_step_of_the_loss", "duet:loss=49", "takes gradients from step 49"),
    GOOD("the_states", "duet:view=state", "shows gradients on the states"),
    GOOD("a_head_of_an_arm", "duet:arm=right&panel=attention&head=2",
         "in the right arm, shows the attention, shows head 2"),
    GOOD("an_entry",
         "duet:left.model=lstm&left.direction=both&arm=left&layer=1&entry=gate.f.reverse",
         "sets left.model to lstm, sets left.direction to both, in the left arm, shows layer 1, "
         "shows gate.f.reverse among the states"),
    GOOD("a_lesson", "duet:lesson=6", "opens lesson 6"),
    GOOD("a_page", "duet:chunk=2", "turns to page 2"),
    GOOD("an_experiment", "duet:experiment=no-gates_2&task.length=20&run",
         "begins experiment no-gates_2, sets task.length to 20, trains"),
    GOOD("the_lesson_itself", "duet:experiment=lesson", "begins the lesson's own settings"),

    BAD("nothing", "duet:", "empty part"),
    BAD("an_empty_part", "duet:run&", "empty part"),
    BAD("a_wrong_key", "duet:task.lenght=100", "unknown key \"lenght\"", "length"),
    BAD("a_wrong_section", "duet:taks.length=9", "unknown section", "task, training"),
    BAD("no_value", "duet:task.length", "task.length has no value"),
    BAD("too_large", "duet:task.length=99999", "\"99999\"", "from 0 to 4096"),
    BAD("a_wrong_verb", "duet:rum", "\"rum\"", "run, pause", "SECTION.KEY=VALUE"),
    BAD("a_value_for_run", "duet:run=3", "run takes no value", "\"3\""),
    BAD("a_wrong_panel", "duet:panel=loss", "unknown panel \"loss\"", "gradient, states"),
    BAD("a_wrong_view", "duet:view=both", "unknown view \"both\"", "input, state"),
    BAD("a_wrong_arm", "duet:arm=middle", "unknown arm \"middle\"", "left, right"),
    BAD("a_wrong_entry", "duet:entry=gate.x", "unknown entry \"gate.x\"", "hidden"),
    BAD("head_0", "duet:head=0", "head: \"0\"", "from 1 to 999"),
    BAD("half_a_step", "duet:step=1.5", "step: \"1.5\"", "whole number"),
    BAD("a_loss_of_words", "duet:loss=first", "loss: \"first\"", "last", "all"),
    BAD("a_loss_too_late", "duet:loss=50", "no step 50", "0 to 49"),
    BAD("a_model_that_is_none", "duet:left.model=gpu", "gpu", "gru"),
    BAD("heads_that_do_not_fit", "duet:right.heads=5", "5"),
    BAD("an_experiment_without_name", "duet:experiment=", "experiment: \"\" is no name"),
    BAD("an_experiment_elsewhere", "duet:experiment=../x", "experiment: \"../x\" is no name",
        "letters, digits, - and _"),
    BAD("two_experiments", "duet:experiment=a&experiment=b", "two experiments"),
    BAD("nine_parts", "duet:run&run&run&run&run&run&run&run&run", "more than 8 parts"),
    BAD("a_long_name", "duet:" LONG, "longer than the 63 bytes"),
    TEST(what_a_link_does_is_said_in_chinese),
    TEST(words_that_are_too_long_end_between_characters),
    TEST(settings_are_put_into_a_configuration),
    TEST(the_same_model_keeps_its_first_values),
    TEST(a_number_holds_however_it_is_written),
    TEST(layers_and_heads_and_pages_are_kept_from_0_on),
    TEST(a_link_knows_its_experiment),
    TEST(other_addresses_are_not_ours),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
