/* Tests of lessons/review/lesson_review.c and outline.c: what a lesson lacks, and where its languages part. */
#include "tests/test.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/files/file_read.h"
#include "common/files/utf8.h"
#include "lessons/lesson_text.h"
#include "lessons/review/lesson_review.h"
#include "lessons/review/outline.h"
#include "tests/common/files/scratch.h"

enum { TEXT_ROOM = 8192, HEARD_ROOM = 4096, PATH_ROOM = LESSON_PATH_MAX + 64 };

static const char english[] = "# Bread\n"
                              "\n"
                              "**Why does it rise?** Everybody eats it.\n"
                              "\n"
                              "## 1. Flour\n"
                              "\n"
                              "Look at [500 grams](duet:step=500), 0.57 of `gru`.\n"
                              "\n"
                              "> predict: Will it rise?\n"
                              ">\n"
                              "> - yes\n"
                              "> - no\n"
                              "\n"
                              "**Answer: yes.** It does.\n"
                              "\n"
                              "**Do:** [run](duet:run).\n"
                              "\n"
                              "## 2. Water\n"
                              "\n"
                              "```\n"
                              "h = 3 x\n"
                              "```\n"
                              "\n"
                              "A hidden state, in `lstm_forward` in `rnn/lstm.c`.\n"
                              "\n"
                              "**Do:** wait.\n"
                              "\n"
                              "## What this does not show\n\nTaste.\n\n"
                              "## Where the claim stops\n\nIn 2014.\n\n"
                              "## Three things to try next\n"
                              "\n"
                              "1. Salt.\n"
                              "2. Sugar.\n"
                              "3. Change `rnn/gru.c`.\n";
static const char chinese[] =
    "# 面包\n"
    "\n"
    "**面包为什么会发起来？** 人人都吃。\n"
    "\n"
    "## 1. 面粉\n"
    "\n"
    "看看 [500 克](duet:step=500)，`gru` 的 0.57。\n"
    "\n"
    "> predict: 会发起来吗？\n"
    ">\n"
    "> - 会\n"
    "> - 不会\n"
    "\n"
    "**答案：会。** 是的。\n"
    "\n"
    "**动手：** [开始](duet:run)。\n"
    "\n"
    "## 2. 水\n"
    "\n"
    "```\n"
    "h = 3 x\n"
    "```\n"
    "\n"
    "**隐藏状态**（hidden state）：`rnn/lstm.c` 里的 `lstm_forward`。\n"
    "\n"
    "**动手：** 等着。\n"
    "\n"
    "## 这一课没有说明什么\n\n味道。\n\n"
    "## 结论在哪里失效\n\n2014 年。\n\n"
    "## 接下来试三件事\n"
    "\n"
    "1. 盐。\n"
    "2. 糖。\n"
    "3. 改 `rnn/gru.c`。\n";
static const char glossary[] = "# English, Chinese, ...\n"
                               "hidden state\t隐藏状态\tyes\t隐状态 隐含状态\n"
                               "padding\t填充\tyes\n"
                               "step\t步\n";

/* One thing that is changed in a lesson that lacks nothing, and what is told of it. */
struct row {
    bool in_chinese;
    const char *from, *to;
    const char *heard; /* "": nothing */
};

static void hear(void *context, const char *words)
{
    char *heard = context;
    const size_t used = strlen(heard);

    snprintf(heard + used, HEARD_ROOM - used, "%s\n", words);
}

/* The text with the first `from` of it made `to`. */
static void change(char text[TEXT_ROOM], const char *whole, const char *from, const char *to)
{
    const char *at = strstr(whole, from);

    assert_non_null(at);
    snprintf(text, TEXT_ROOM, "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from));
}

static void write_in(const char *folder, const char *name, const char *text)
{
    char path[PATH_ROOM];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    scratch_write(path, text, strlen(text));
}

/* A lesson in the folder 01-bread; NULL: not that file. */
static struct lesson bread(const struct scratch *scratch, const char *readme,
                           const char *readme_zh)
{
    struct lesson lesson = { .number = 1,
                             .title = "Bread",
                             .in[LANGUAGE_CHINESE] = { .title = "面包", .question = "吗" } };
    int length = snprintf(lesson.path, sizeof lesson.path, "%s/01-bread", scratch->folder);

    assert_in_range(length, 1, sizeof lesson.path - 1);
    assert_int_equal(mkdir(lesson.path, 0777), 0);
    if (readme != NULL)
        write_in(lesson.path, "README.md", readme);
    if (readme_zh != NULL)
        write_in(lesson.path, "README.zh-CN.md", readme_zh);
    write_in(scratch->folder, "glossary.tsv", glossary);
    return lesson;
}

static void review(char heard[HEARD_ROOM], const struct lesson *lesson)
{
    struct error error = { STATUS_OK, "" };

    heard[0] = '\0';
    if (lesson_review(lesson, hear, heard, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static void what_is_changed_is_told(void **state)
{
    const struct scratch *scratch = *state;
    const struct row *row = scratch->row;
    char changed[TEXT_ROOM], heard[HEARD_ROOM];
    struct lesson lesson;

    change(changed, row->in_chinese ? chinese : english, row->from, row->to);
    lesson = bread(scratch, row->in_chinese ? english : changed,
                   row->in_chinese ? changed : chinese);
    review(heard, &lesson);
    if (row->heard[0] == '\0')
        assert_string_equal(heard, "");
    else if (strstr(heard, row->heard) == NULL)
        fail_msg("\"%s\" was not told, but: %s", row->heard, heard);
}

static void a_lesson_without_texts_is_told(void **state)
{
    const struct scratch *scratch = *state;
    const struct lesson lesson = bread(scratch, NULL, NULL);
    char heard[HEARD_ROOM];

    review(heard, &lesson);
    assert_string_equal(heard, "README.md: is missing: the lesson has no text\n");
    write_in(lesson.path, "README.md", english);
    review(heard, &lesson);
    assert_string_equal(heard,
                        "README.zh-CN.md: is missing: Chinese readers get the English text\n");
}

static void a_title_that_chinese_lacks_is_told(void **state)
{
    struct lesson lesson = bread(*state, english, chinese);
    char heard[HEARD_ROOM];

    lesson.in[LANGUAGE_CHINESE].question[0] = '\0';
    review(heard, &lesson);
    assert_string_equal(heard,
                        "lesson.ini has no title.zh-CN, or no question.zh-CN, in [lesson]\n");
}

static void an_empty_text_lacks_everything(void **state)
{
    const struct scratch *scratch = *state;
    const struct lesson lesson = bread(scratch, "", NULL);
    char heard[HEARD_ROOM];
    int lines = 0;

    review(heard, &lesson);
    for (const char *c = heard; *c != '\0'; c++)
        lines += *c == '\n';
    assert_int_equal(lines,
                     8); /* title, question, pages, prediction, code, file, end; Chinese */
}

static void bytes_that_are_no_text_are_refused(void **state)
{
    const struct scratch *scratch = *state;
    const struct lesson lesson = bread(scratch, "# Bread\n\xff\n", NULL);
    struct error error = { STATUS_OK, "" };
    char heard[HEARD_ROOM] = "";

    assert_int_equal(lesson_review(&lesson, hear, heard, &error), STATUS_FILE);
    assert_non_null(strstr(error.message, "UTF-8"));
}

/* A line of the glossary that cannot be is told, with its number, before it is looked for. */
static void a_glossary_that_cannot_be_is_refused(void **state)
{
    static const char *const lines[] = { "step\n", "step\t\tyes\n", "\t\xe6\xad\xa5\tyes\n",
                                         NULL };
    const struct scratch *scratch = *state;
    const struct lesson lesson = bread(scratch, english, chinese);
    char heard[HEARD_ROOM] = "", text[512], wrong[200] = "";

    for (int i = 0; i < 66; i++) /* 198 bytes: none is cut in its middle and looked for */
        strcat(wrong, "\xe6\xad\xa5");
    for (int i = 0; i < 4; i++) {
        struct error error = { STATUS_OK, "" };

        snprintf(text, sizeof text, "# a comment\n%s%s", lines[i] != NULL ? lines[i] : "step\t",
                 lines[i] != NULL ? "" : wrong);
        write_in(scratch->folder, "glossary.tsv", text);
        assert_int_equal(lesson_review(&lesson, hear, heard, &error), STATUS_FILE);
        assert_non_null(strstr(error.message, "glossary.tsv:2: "));
    }
}

/* With \r\n, as an editor on Windows writes. */
static void texts_of_windows_are_the_same(void **state)
{
    static const char *const whole[] = { english, chinese, glossary };
    static const char *const files[] = { "README.md", "README.zh-CN.md", "../glossary.tsv" };
    const struct scratch *scratch = *state;
    const struct lesson lesson = bread(scratch, english, chinese);
    char heard[HEARD_ROOM];

    for (int i = 0; i < 3; i++) {
        char text[TEXT_ROOM] = "";
        size_t used = 0;

        for (const char *c = whole[i]; *c != '\0'; c++) {
            if (*c == '\n')
                text[used++] = '\r';
            text[used++] = *c;
            assert_true(used + 2 < sizeof text);
        }
        write_in(lesson.path, files[i], text);
    }
    review(heard, &lesson);
    assert_string_equal(heard, "");
}

/* A finding is text, wherever it has to be cut. */
static void a_long_heading_is_cut_between_characters(void **state)
{
    char heading[TEXT_ROOM] = "## 1. ", heard[HEARD_ROOM], changed[TEXT_ROOM];
    struct lesson lesson;

    for (int i = 0; i < 150; i++)
        strcat(heading, "\xe9\x9d\xa2"); /* 450 bytes */
    change(changed, chinese, "## 1. \xe9\x9d\xa2\xe7\xb2\x89", heading);
    strcpy(heading, changed);
    change(changed, heading, "**\xe5\x8a\xa8\xe6\x89\x8b\xef\xbc\x9a**", "");
    lesson = bread(*state, english, changed);
    review(heard, &lesson);
    assert_true(strlen(heard) > 400);
    assert_int_equal(utf8_find_bad(heard, strlen(heard)), strlen(heard));
}

static void an_outline_tells_links_numbers_and_code_apart(void **state)
{
    static const char text[] = "# A 7\n## 1. B\n`h2 5` [9](duet:step=300) 1,000 0.5. 3\n"
                               "```\n# 4\n## 5\n```\n";
    static const struct {
        enum outline_kind kind;
        const char *words;
        int line;
    } expected[] = {
        { OUTLINE_NUMBER, "7", 1 },     { OUTLINE_NUMBER, "1", 2 },
        { OUTLINE_CODE, "h2 5", 3 },    { OUTLINE_NUMBER, "5", 3 },
        { OUTLINE_NUMBER, "9", 3 },     { OUTLINE_LINK, "duet:step=300", 3 },
        { OUTLINE_NUMBER, "1,000", 3 }, { OUTLINE_NUMBER, "0.5", 3 },
        { OUTLINE_NUMBER, "3", 3 },     { OUTLINE_NUMBER, "4", 5 },
        { OUTLINE_NUMBER, "5", 6 },
    };
    const struct scratch *scratch = *state;
    struct outline outline;

    scratch_write(scratch->path, text, strlen(text));
    assert_int_equal(outline_read(&outline, scratch->path, "**Do:**", NULL), STATUS_OK);
    assert_int_equal(outline.section_count, 2);
    assert_int_equal(outline.sections[1].blocks, 1);
    assert_true(outline.sections[1].numbered && !outline.sections[0].numbered);
    assert_int_equal(outline.word_count, sizeof expected / sizeof *expected);
    for (int i = 0; i < outline.word_count; i++) {
        const struct outline_word *word = &outline.words[i];

        assert_int_equal(word->kind, expected[i].kind);
        assert_int_equal(word->length, strlen(expected[i].words));
        assert_memory_equal(word->at, expected[i].words, (size_t)word->length);
        assert_int_equal(word->line, expected[i].line);
    }
    outline_free(&outline);
}

/* The lessons and the course of the repository, from whose root tests run. */

static struct lesson_list real_lessons(void)
{
    struct lesson_list list = { 0 };
    struct error error = { STATUS_OK, "" };

    assert_int_equal(setenv("DUET_LESSONS", "lessons", 1), 0);
    if (lessons_read(&list, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return list;
}

static void the_real_lessons_lack_nothing(void **state)
{
    struct lesson_list list = real_lessons();
    char heard[HEARD_ROOM];

    (void)state;
    for (int i = 0; i < list.count; i++) {
        review(heard, &list.lessons[i]);
        if (heard[0] != '\0')
            fail_msg("%s lacks:\n%s", list.lessons[i].path, heard);
    }
    lesson_list_free(&list);
}

enum { WORDS_A_MINUTE = 150, MINUTES_TO_DO = 2 };

/* Of the English text: its words, and what there is to do. */
static int minutes_of(const struct lesson *lesson)
{
    char path[LESSON_PATH_MAX + 16];
    struct outline outline;
    int words = 0, todo = 0;

    snprintf(path, sizeof path, "%s/README.md", lesson->path);
    assert_int_equal(outline_read(&outline, path, "**Do:**", NULL), STATUS_OK);
    for (const char *c = outline.text; *c != '\0'; c++)
        words +=
            !isspace((unsigned char)c[0]) && (c[1] == '\0' || isspace((unsigned char)c[1]));
    for (int i = 0; i < outline.section_count; i++)
        todo += outline.sections[i].todo;
    outline_free(&outline);
    return (words + WORDS_A_MINUTE / 2) / WORDS_A_MINUTE + MINUTES_TO_DO * todo;
}

/* The line "| 03 | [Title](03-slug/README.md) | ... | 25 |" of a course's table. */
static void assert_row(const char *course, const char *text, const struct lesson *lesson,
                       enum language language)
{
    char begin[2 * LESSON_PATH_MAX], end[16];
    const char *at, *line_end;

    snprintf(begin, sizeof begin, "\n| %02d | [%s](%s/%s) |", lesson->number,
             lesson_title(lesson, language), strrchr(lesson->path, '/') + 1,
             lesson_text_file(language));
    snprintf(end, sizeof end, "| %d |", minutes_of(lesson));
    at = strstr(text, begin);
    if (at == NULL)
        fail_msg("%s has no line \"%s\"", course, begin + 1);
    line_end = strchr(at + 1, '\n');
    assert_non_null(line_end);
    if (memcmp(line_end - strlen(end), end, strlen(end)) != 0)
        fail_msg("%s: lesson %02d does not take %s minutes", course, lesson->number, end);
}

static void the_course_names_every_lesson(void **state)
{
    struct lesson_list list = real_lessons();

    (void)state;
    for (int i = 0; i < LANGUAGES; i++) {
        char path[64], *text = NULL;

        snprintf(path, sizeof path, "lessons/%s", lesson_text_file((enum language)i));
        assert_int_equal(file_read_all(&text, NULL, path, TEXT_ROOM * 4, NULL), STATUS_OK);
        for (int k = 0; k < list.count; k++)
            assert_row(path, text, &list.lessons[k], (enum language)i);
        free(text);
    }
    lesson_list_free(&list);
}

#define ROW(name_, ...)                                                                   \
    {                                                                                     \
        .name = name_, .test_func = what_is_changed_is_told, .setup_func = scratch_setup, \
        .teardown_func = scratch_teardown, .initial_state = &(struct row)                 \
        {                                                                                 \
            __VA_ARGS__                                                                   \
        }                                                                                 \
    }
#define TEST(function) \
    cmocka_unit_test_setup_teardown(function, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW("a whole lesson lacks nothing", false, "Taste", "Taste", ""),
        ROW("another title", false, "# Bread", "# Bred", "README.md:1: the title is \"Bred\""),
        ROW("no question", false, "**Why does it rise?** ", "", "README.md:1: the first par"),
        ROW("nothing to do", false, "**Do:** wait.", "Wait.", "\"2. Water\" has nothing to do"),
        ROW("one page", false, "## 2. Water", "## Water", "fewer than 2 numbered sections"),
        ROW("no prediction", false, "> predict:", "> A guess:", "no prediction"),
        ROW("no mathematics", false, "```\nh = 3 x\n```", "h = 3 x", "where is the mathem"),
        ROW("other last sections", false, "What this does not show", "More",
            "the last sections"),
        ROW("two things to try", false, "2. Sugar.\n", "", "2 things to try next"),
        ROW("no C to change", false, "Change `rnn/gru.c`", "Stir",
            "names no file of our source"),
        ROW("another title in Chinese", true, "# 面包", "# 馒头",
            "README.zh-CN.md:1: the title"),
        ROW("a section more", true, "## 2. 水", "## 9. 火\n\n**动手：** 看。\n\n## 2. 水",
            "7 sections, README.md has 6"),
        ROW("a link less", true, "[开始](duet:run)", "开始", "README.md:16: the link duet:run"),
        ROW("another link", true, "step=500", "step=50", "README.zh-CN.md:7: the link duet:st"),
        ROW("another number", true, "0.57", "0.75", "the number 0.57 stands 1 times"),
        ROW("a number less", true, "2014 年", "去年", "the number 2014"),
        ROW("other code", true, "`gru`", "`lstm`", "the code gru stands 1 times"),
        ROW("a prediction less", true, "> predict: ", "> ", "0 predictions, README.md has 1"),
        ROW("another choice more", true, "> - 不会\n", "> - 不会\n> - 也许\n", "of 3 choices"),
        ROW("a half-width comma", true, "，`gru`", ",`gru`", "README.zh-CN.md:7: \",\" beside"),
        ROW("a half-width bracket", true, "（hidden state）", "(hidden state)", "\"(\" beside"),
        ROW("a half-width full stop", true, "味道。", "味道.", "\".\" beside a Chinese"),
        ROW("no space before a word", true, "看看 [", "看看LSTM [", "no space between"),
        ROW("italics", true, "味道", "*味道*", "italics"),
        ROW("bold is no italics", true, "味道", "**味道**", ""),
        ROW("a wrong word", true, "味道", "隐状态", "隐状态: the glossary says 隐藏状态"),
        ROW("no English beside it", true, "（hidden state）", "",
            "nowhere stands with its Eng"),
        ROW("a word that is not there needs none", true, "味道", "步", ""),
        TEST(a_lesson_without_texts_is_told),
        TEST(a_title_that_chinese_lacks_is_told),
        TEST(an_empty_text_lacks_everything),
        TEST(bytes_that_are_no_text_are_refused),
        TEST(a_glossary_that_cannot_be_is_refused),
        TEST(texts_of_windows_are_the_same),
        TEST(a_long_heading_is_cut_between_characters),
        cmocka_unit_test(the_real_lessons_lack_nothing),
        cmocka_unit_test(the_course_names_every_lesson),
        TEST(an_outline_tells_links_numbers_and_code_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
