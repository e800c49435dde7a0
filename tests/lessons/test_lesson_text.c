/* Tests of lessons/lesson_text.c: links and predictions of a lesson's README.md, by line. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lessons/lesson.h"
#include "lessons/lesson_text.h"
#include "tests/common/files/scratch.h"
#include "tests/lessons/small_lab.h"

struct row {
    const char *text;
    int line;             /* of the fault; 0: there is none */
    const char *fault[4]; /* words of it */
    int predictions;
};

static void a_text_is_read(void **state)
{
    const struct row *row = *state;
    const struct lab_config config = config_default();
    struct lesson_text text;
    struct error error = { STATUS_OK, "" };
    char place[32];
    const enum status status =
        lesson_text_parse(&text, row->text, strlen(row->text), "a/README.md", &config, &error);

    assert_int_equal(text.predictions, row->predictions);
    if (row->line == 0) {
        assert_string_equal(error.message, "");
        assert_int_equal(status, STATUS_OK);
        return;
    }
    assert_int_equal(status, STATUS_FILE);
    snprintf(place, sizeof place, "a/README.md:%d: ", row->line);
    assert_ptr_equal(strstr(error.message, place), error.message);
    assert_fault(&error, STATUS_FILE, row->fault);
}

static struct lesson_text two_predictions(const char *markdown)
{
    struct lesson_text text;
    struct error error = { STATUS_OK, "" };

    lesson_text_parse(&text, markdown, strlen(markdown), "x", NULL, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(text.predictions, 2);
    return text;
}

static void a_prediction_is_understood(void **state)
{
    static const char markdown[] = "# Title\n\n"
                                   "> predict: How *high*\n> are they?\n>\n"
                                   "> - about the `same`\n> - a billion\n>   times smaller\n\n"
                                   "**Answer: A billion\ntimes smaller!** Indeed.\n\n"
                                   "> predict draw gradient: And now?\n\n"
                                   "**Answer.** So.\n";
    const struct lesson_text text = two_predictions(markdown);

    (void)state;
    assert_int_equal(text.prediction[0].line, 3);
    assert_false(text.prediction[0].draw);
    assert_int_equal(text.prediction[0].choices, 2);
    assert_string_equal(text.prediction[0].choice[0], "about the same");
    assert_string_equal(text.prediction[0].choice[1], "a billion times smaller");
    assert_int_equal(text.prediction[0].right, 1);
    assert_int_equal(text.prediction[1].line, 13);
    assert_true(text.prediction[1].draw);
    assert_int_equal(text.prediction[1].choices, 0);
    assert_int_equal(text.prediction[1].right, -1);
}

static const char lesson_ini[] = "[lesson]\ntitle = t\nquestion = q?\n[task]\nname = adding\n"
                                 "[left]\nmodel = elman\n[right]\nmodel = transformer\n"
                                 "[claims]\nclaim.one = left.loss < 1\n";

/* A folder 05-x with these two files; returns its path. */
static void make_lesson(char path[SCRATCH_PATH_MAX + 32], const struct scratch *scratch,
                        const char *ini, const char *readme)
{
    char file[SCRATCH_PATH_MAX + 64];

    snprintf(path, SCRATCH_PATH_MAX + 32, "%s/05-x", scratch->folder);
    assert_int_equal(mkdir(path, 0777), 0);
    snprintf(file, sizeof file, "%s/lesson.ini", path);
    scratch_write(file, ini, strlen(ini));
    snprintf(file, sizeof file, "%s/README.md", path);
    scratch_write(file, readme, strlen(readme));
}

static void a_lesson_with_a_broken_link_is_refused_with_its_line(void **state)
{
    const struct scratch *scratch = *state;
    struct lesson lesson = { .number = -5 };
    struct error error = { STATUS_OK, "" };
    char path[SCRATCH_PATH_MAX + 32];

    make_lesson(path, scratch, lesson_ini, "# A\n\nSee [b](duet:task.lenght=3).\n");
    assert_int_equal(lesson_read(&lesson, path, &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, "05-x/README.md:3: duet:task.lenght=3: unknown key");
    assert_int_equal(lesson.number, -5);
}

static void a_broken_link_in_the_chinese_text_is_told_with_its_line(void **state)
{
    const struct scratch *scratch = *state;
    struct lesson lesson;
    struct error error = { STATUS_OK, "" };
    char path[SCRATCH_PATH_MAX + 32], file[SCRATCH_PATH_MAX + 64];
    static const char chinese[] = "# \u7532\n\n\u770b[\u4e59](duet:task.lenght=3)\u3002\n";

    make_lesson(path, scratch, lesson_ini, "# A\n\nSee [b](duet:task.length=30).\n");
    snprintf(file, sizeof file, "%s/README.zh-CN.md", path);
    scratch_write(file, chinese, strlen(chinese));
    assert_int_equal(lesson_read(&lesson, path, &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, "05-x/README.zh-CN.md:3: duet:task.lenght=3: unknown key");
    lesson_open(&lesson, path);
    assert_false(lesson.broken);
    assert_says(&lesson.fault, STATUS_FILE, "05-x/README.zh-CN.md:3: ");
}

static void a_chinese_prediction_is_understood(void **state)
{
    static const char markdown[] = "> predict: \u591a\u9ad8\uff1f\n>\n"
                                   "> - \u5dee\u4e0d\u591a\u4e00\u6837\n"
                                   "> - \u5c0f\u5341\n>   \u4ebf\u500d\n\n"
                                   "**\u7b54\u6848\uff1a\u5c0f\u5341\u4ebf\n\u500d\u3002** "
                                   "\u6b63\u662f\u3002\n\n"
                                   "> predict draw gradient: \u73b0\u5728\u5462\uff1f\n\n"
                                   "**\u7b54\u6848\u3002** \u5982\u6b64\u3002\n";
    const struct lesson_text text = two_predictions(markdown);

    (void)state;
    assert_int_equal(text.prediction[0].choices, 2);
    assert_string_equal(text.prediction[0].choice[0], "\u5dee\u4e0d\u591a\u4e00\u6837");
    assert_string_equal(text.prediction[0].choice[1], "\u5c0f\u5341\u4ebf\u500d");
    assert_int_equal(text.prediction[0].right, 1);
    assert_true(text.prediction[1].draw);
}

static void a_lesson_with_a_broken_link_opens_all_the_same(void **state)
{
    const struct scratch *scratch = *state;
    struct lesson lesson;
    char path[SCRATCH_PATH_MAX + 32];

    make_lesson(path, scratch, lesson_ini, "# A\n\nSee [b](duet:task.lenght=3).\n");
    lesson_open(&lesson, path);
    assert_false(lesson.broken);
    assert_says(&lesson.fault, STATUS_FILE, "05-x/README.md:3: ");
    assert_string_equal(lesson.title, "t");
    assert_int_equal(lesson.number, 5);
    assert_int_equal(lesson.claim_count, 1);
}

static void a_lesson_with_a_broken_claim_opens_without_it(void **state)
{
    const struct scratch *scratch = *state;
    struct lesson lesson;
    char path[SCRATCH_PATH_MAX + 32], ini[512];

    snprintf(ini, sizeof ini,
             "%sclaim.two = left.lose < 1\nclaim.three = fifth.loss < 1\n"
             "claim.four = right.loss < 2\n",
             lesson_ini);
    make_lesson(path, scratch, ini, "# A\n");
    lesson_open(&lesson, path);
    assert_false(lesson.broken);
    assert_says(&lesson.fault, STATUS_USAGE, "05-x/lesson.ini:12: ");
    assert_says(&lesson.fault, STATUS_USAGE, "unknown quantity \"lose\"");
    assert_int_equal(lesson.claim_count, 2);
    assert_string_equal(lesson.claims[0].name, "one");
    assert_string_equal(lesson.claims[1].name, "four");
}

static void a_lesson_that_cannot_be_run_is_on_the_list_with_its_fault(void **state)
{
    const struct scratch *scratch = *state;
    struct lesson_list list = { 0 };
    struct error error = { STATUS_OK, "" };
    char path[SCRATCH_PATH_MAX + 32];

    make_lesson(path, scratch, "[lesson]\ntitle = t\nquestion = q?\n[task]\nname = adings\n",
                "# A\n");
    setenv("DUET_LESSONS", scratch->folder, 1);
    assert_int_equal(lessons_read(&list, &error), STATUS_USAGE);
    if (lessons_open(&list, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_int_equal(list.count, 1);
    assert_true(list.lessons[0].broken);
    assert_int_equal(list.lessons[0].number, 5);
    assert_string_equal(list.lessons[0].title, "05-x");
    assert_says(&list.lessons[0].fault, STATUS_USAGE, "05-x/lesson.ini");
    lesson_list_free(&list);
    unsetenv("DUET_LESSONS");
}

static void the_texts_of_the_real_lessons_have_no_fault(void **state)
{
    struct lesson_list list = { 0 };
    struct error error = { STATUS_OK, "" };

    (void)state;
    setenv("DUET_LESSONS", "lessons", 1);
    if (lessons_read(&list, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    for (int i = 0; i < list.count; i++) {
        struct lesson_text text;

        assert_int_equal(lesson_text_read(&text, list.lessons[i].path, LANGUAGE_ENGLISH,
                                          &list.lessons[i].config, NULL),
                         STATUS_OK);
        assert_true(text.predictions > 0);
        for (int p = 0; p < text.predictions; p++)
            assert_true(text.prediction[p].draw || text.prediction[p].right >= 0);
    }
    lesson_list_free(&list);
    unsetenv("DUET_LESSONS");
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function }
#define FILES(function) { .name = #function, .test_func = function, \
                          .setup_func = scratch_setup, .teardown_func = scratch_teardown }
#define GOOD(label, markdown, count) \
    { .name = "a_text_is_read_" label, .test_func = a_text_is_read, \
      .initial_state = &(struct row){ .text = markdown, .predictions = count } }
#define BAD(label, markdown, at, count, ...) \
    { .name = "a_text_is_read_" label, .test_func = a_text_is_read, \
      .initial_state = &(struct row){ .text = markdown, .line = at, .predictions = count, \
                                      .fault = { __VA_ARGS__ } } }
#define ASK "> predict: what?\n>\n> - a\n> - b\n\n"

static const struct CMUnitTest tests[] = {
    GOOD("nothing", "", 0),
    GOOD("good_links", "[a](duet:run) [b](duet:task.length=9 \"title\") [c](https://x)\n", 0),
    BAD("a_bad_link", "a\n\nb [c](duet:panel=x) [d](duet:rum)", 3, 0, "duet:panel=x: unknown panel", "gradient"),
    GOOD("a_bad_link_in_code", "```\n[a](duet:x)\n```\nand `[a](duet:x)` so", 0),
    BAD("a_bad_link_after_code", "```\na\n```\n`b` [a](duet:x)", 4, 0, "duet:x"),
    BAD("a_bad_link_in_a_quote", "> [a](duet:x)", 1, 0, "duet:x"),
    BAD("a_setting_that_cannot_be", "[a](duet:right.heads=5)", 1, 0, "duet:right.heads=5: "),
    BAD("a_head_that_no_arm_has", "a\n\n[a](duet:arm=right&head=9)", 3, 0, "duet:arm=right&head=9: head: "),
    BAD("bad_bytes", "a\nb\n\xff\n", 3, 0, "not UTF-8"),
    GOOD("a_quote_that_asks_nothing", "> a quote\n> - with a list\n\nb", 0),
    GOOD("a_prediction", ASK "**Answer: b.** So.", 1),
    GOOD("two_predictions", ASK "**Answer: b.** So.\n\n" ASK "**Answer: a**", 2),
    BAD("one_choice", "x\n\n> predict: what?\n> - a\n\n**Answer: a.**", 3, 1, "at least two choices"),
    BAD("no_choices", "> predict: what?\n\n**Answer: a.**", 1, 1, "at least two choices"),
    BAD("no_answer", ASK "text", 1, 1, "has no answer", "**Answer: one of"),
    BAD("no_answer_at_the_end", ASK, 1, 1, "has no answer"),
    BAD("no_answer_before_the_next", ASK ASK "**Answer: a.**", 1, 2, "has no answer"),
    BAD("an_answer_without_end", ASK "**Answer: a\n\nb", 1, 1, "has no answer"),
    BAD("another_answer", ASK "**Answer: c.** So.", 6, 1, "\"c.\" is none of the choices", "a, b"),
    BAD("an_unknown_prediction", "> predict draw loss: a\n", 1, 0, "\"predict draw loss: a\" is not the beginning", "predict draw gradient:"),
    GOOD("a_curve", "> predict draw gradient: a\n\n**Answer.** So", 1),
    BAD("a_curve_with_choices", "> predict draw gradient: a\n> - b\n> - c\n\n**Answer.** So", 1, 1, "has no choices"),
    BAD("a_heading_behind_a_quote", ASK "**Answer: a.**\n> predict: b\n# c", 7, 2, "at least two choices"),
    GOOD("a_chinese_answer", ASK "**\u7b54\u6848\uff1ab\u3002** \u6240\u4ee5", 1),
    GOOD("a_chinese_answer_with_narrow_stops", ASK "**\u7b54\u6848: b.** \u6240\u4ee5", 1),
    BAD("another_chinese_answer", ASK "**\u7b54\u6848\uff1ac\u3002**", 6, 1, "is none of the choices", "a, b"),
    BAD("no_chinese_answer", ASK "**\u7b54b\u3002**", 1, 1, "has no answer", "\u7b54\u6848\uff1a"),
    GOOD("a_chinese_curve", "> predict draw gradient: a\n\n**\u7b54\u6848\u3002** So", 1),
    TEST(a_prediction_is_understood),
    TEST(a_chinese_prediction_is_understood),
    FILES(a_broken_link_in_the_chinese_text_is_told_with_its_line),
    FILES(a_lesson_with_a_broken_link_is_refused_with_its_line),
    FILES(a_lesson_with_a_broken_link_opens_all_the_same),
    FILES(a_lesson_with_a_broken_claim_opens_without_it),
    FILES(a_lesson_that_cannot_be_run_is_on_the_list_with_its_fault),
    TEST(the_texts_of_the_real_lessons_have_no_fault),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
