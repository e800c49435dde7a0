/* Tests of lessons/lesson.c and lesson_list.c: the lessons there are, and what none may be. */
#include "tests/test.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/files/file_read.h"
#include "lessons/lesson.h"
#include "lessons/models.h"
#include "tests/close.h"
#include "tests/common/files/scratch.h"
#include "tests/lessons/small_lab.h"

enum { PATH_ROOM = 3 * SCRATCH_PATH_MAX, SPAN_MAX = 200, SPANS_MAX = 256 };

static void look_in(const char *folder)
{
    assert_int_equal(setenv("DUET_LESSONS", folder, 1), 0);
}

/* The lessons of the repository, from whose root tests run. */
static struct lesson_list real_lessons(void)
{
    struct lesson_list list = { 0 };
    struct error error = { STATUS_OK, "" };

    look_in("lessons");
    if (lessons_read(&list, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return list;
}

/* The real lessons */

/* Of a lesson and its experiments. */
static int claims_of(const struct lesson_list *list, const struct lesson *lesson)
{
    int count = lesson->claim_count;

    for (int i = 0; i < list->experiment_count; i++)
        if (list->experiments[i].number == lesson->number)
            count += list->experiments[i].claim_count;
    return count;
}

static void the_real_lessons_can_be_run(void **state)
{
    struct lesson_list list = real_lessons();

    (void)state;
    assert_true(list.count >= 2);
    for (int i = 0; i < list.count; i++) {
        const struct lesson *lesson = &list.lessons[i];
        struct error error = { STATUS_OK, "" };
        struct lab *lab = NULL;

        if (config_check(&lesson->config, &error) != STATUS_OK)
            fail_msg("%s: %s", lesson->path, error.message);
        if (lab_create(&lab, &lesson->config, &error) != STATUS_OK)
            fail_msg("%s: %s", lesson->path, error.message);
        assert_true(lab->arms >= 2); /* two models side by side, and more in the race */
        assert_true(lab_step(lab));
        lab_free(lab);
        assert_true(lesson->title[0] != '\0' && lesson->question[0] != '\0');
        assert_true(claims_of(&list, lesson) > 0);
        assert_true(lesson->config.training.steps > 0);
        assert_ptr_equal(lesson_find(&list, lesson->number), lesson);
    }
    assert_null(lesson_find(&list, 99));
    lesson_list_free(&list);
    assert_null(list.lessons);
}

static void the_first_lessons_are_03_and_06(void **state)
{
    struct lesson_list list = real_lessons();
    const struct lesson *three = lesson_find(&list, 3), *six = lesson_find(&list, 6);

    (void)state;
    assert_true(three != NULL && six != NULL);
    assert_string_equal(three->path, "lessons/03-vanishing-gradients");
    assert_string_equal(three->config.task.name, "adding");
    assert_int_equal(three->config.task.length, 50);
    assert_string_equal(three->config.arm[0].model, "elman");
    assert_string_equal(three->config.arm[1].model, "transformer");
    assert_int_equal(three->config.arm[1].layers, 1);
    assert_int_equal(three->config.arm[1].heads, 2);
    assert_string_equal(six->config.task.name, "sort");
    assert_string_equal(six->config.arm[0].model, "gru");
    lesson_list_free(&list);
}

/* What a lesson's text says about our source */

/* The words between two backticks, code blocks left out. */
struct spans {
    char text[SPANS_MAX][SPAN_MAX];
    int count;
};

static void read_text(char **text, const char *path)
{
    struct error error = { STATUS_OK, "" };

    if (file_read_all(text, NULL, path, 1 << 20, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static void collect_spans(struct spans *spans, const char *text)
{
    spans->count = 0;
    for (const char *at = strchr(text, '`'); at != NULL; at = strchr(at, '`')) {
        const bool block = strncmp(at, "```", 3) == 0;
        const char *begin = at + (block ? 3 : 1);
        const char *end = strstr(begin, block ? "```" : "`");

        assert_non_null(end); /* a backtick without its partner */
        at = end + (block ? 3 : 1);
        if (block)
            continue;
        assert_true(spans->count < SPANS_MAX);
        assert_in_range(end - begin, 1, SPAN_MAX - 1);
        memcpy(spans->text[spans->count], begin, (size_t)(end - begin));
        spans->text[spans->count++][end - begin] = '\0';
    }
}

static bool is_path(const char *span)
{
    return strchr(span, '/') != NULL && strchr(span, ' ') == NULL;
}

/* A name of C with a _, as all of our functions have. */
static bool is_name(const char *span)
{
    for (const char *c = span; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && *c != '_')
            return false;
    return strchr(span, '_') != NULL;
}

/* Does the text hold the word, not as a part of a longer one? */
static bool holds_word(const char *text, const char *word)
{
    const size_t length = strlen(word);

    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        const unsigned char before = at > text ? (unsigned char)at[-1] : ' ';
        const unsigned char after = (unsigned char)at[length];

        if (!isalnum(before) && before != '_' && !isalnum(after) && after != '_')
            return true;
    }
    return false;
}

/* Lessons write h_t * h_t where the source has h_t[k] * h_t[k]. */
static void drop_indices(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++)
        if (strncmp(from, "[k]", 3) == 0)
            from += 2;
        else
            *to++ = *from;
    *to = '\0';
}

/* Is it in one of the files that this lesson names? */
static bool is_in_a_named_file(const struct spans *spans, const char *span)
{
    bool found = false;

    for (int i = 0; i < spans->count && !found; i++)
        if (is_path(spans->text[i])) {
            char *text = NULL;

            read_text(&text, spans->text[i]);
            drop_indices(text);
            found = is_name(span) ? holds_word(text, span) : strstr(text, span) != NULL;
            free(text);
        }
    return found;
}

/* "--set left.initial=orthogonal --length 10": options that can be given as they stand. */
static void assert_options(const char *readme, const char *span)
{
    struct lab_config config = config_default();
    char text[SPAN_MAX], *rest = NULL;
    int count;
    const struct config_key *keys = config_keys(&count);

    strcpy(text, span);
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *value = strtok_r(NULL, " ", &rest), *equals, name[SPAN_MAX] = "";

        assert_non_null(value);
        if (strcmp(word, "--set") == 0) {
            equals = strchr(value, '=');
            assert_non_null(equals);
            *equals = '\0';
            set(&config, value, equals + 1);
            continue;
        }
        for (int i = 0; i < count; i++)
            if (keys[i].option != NULL && strcmp(keys[i].option, word + 2) == 0)
                snprintf(name, sizeof name, "%s.%s", keys[i].section, keys[i].name);
        if (name[0] == '\0')
            fail_msg("%s: there is no option %s", readme, word);
        set(&config, name, value);
    }
}

static void what_a_lesson_says_about_our_source_is_true(void **state)
{
    struct lesson_list list = real_lessons();
    struct spans *spans = malloc(sizeof *spans);
    int names = 0;

    (void)state;
    assert_non_null(spans);
    for (int i = 0; i < list.count; i++) {
        char readme[LESSON_PATH_MAX + 16], *text = NULL;

        snprintf(readme, sizeof readme, "%s/README.md", list.lessons[i].path);
        read_text(&text, readme);
        collect_spans(spans, text);
        free(text);
        for (int k = 0; k < spans->count; k++) {
            const char *span = spans->text[k];

            if (strncmp(span, "--", 2) == 0) {
                assert_options(readme, span);
            } else if (is_path(span)) {
                if (access(span, R_OK) != 0)
                    fail_msg("%s: there is no file %s", readme, span);
            } else if (is_name(span) || span[0] == '(') {
                if (!is_in_a_named_file(spans, span))
                    fail_msg("%s: no file that it names has `%s`", readme, span);
                names++;
            }
        }
    }
    assert_true(names >= 5);
    free(spans);
    lesson_list_free(&list);
}

/* Folders */

static void path_in(char path[PATH_ROOM], const char *folder, const char *name)
{
    snprintf(path, PATH_ROOM, "%s/%s", folder, name);
}

/* A folder of that name with a lesson in it whose title is the name. */
static void make_lesson(const char *folder, const char *name)
{
    char path[PATH_ROOM], file[PATH_ROOM + 16], text[512];

    path_in(path, folder, name);
    assert_int_equal(mkdir(path, 0777), 0);
    snprintf(file, sizeof file, "%s/lesson.ini", path);
    snprintf(text, sizeof text,
             "[lesson]\ntitle = %s\nquestion = why?\n[task]\nname = sort\n"
             "[right]\nmodel = gru\n",
             name);
    scratch_write(file, text, strlen(text));
}

/* Made in no order, and so many that no file system hands them back sorted by accident. */
static void lessons_come_by_number(void **state)
{
    enum { LESSONS = 41 };
    const struct scratch *scratch = *state;
    struct lesson_list list = { 0 };

    for (int i = 0; i < LESSONS; i++) {
        char name[16];

        snprintf(name, sizeof name, "%02d-x", i * 17 % LESSONS);
        make_lesson(scratch->folder, name);
    }
    look_in(scratch->folder);
    assert_int_equal(lessons_read(&list, NULL), STATUS_OK);
    assert_int_equal(list.count, LESSONS);
    for (int i = 0; i < LESSONS; i++)
        assert_int_equal(list.lessons[i].number, i);
    lesson_list_free(&list);
}

static void folders_of_other_names_are_passed_over(void **state)
{
    static const char *const names[] = { "20-late",  "07-seven", "00-none", "99-last",
                                         "3-short",  "007-long", "ab-cd",   "08",
                                         "09-",      ".hidden",  "1a-mix",  "README",
                                         "11_under", " 12-blank" };
    static const int numbers[] = { 0, 7, 20, 99 };
    const struct scratch *scratch = *state;
    struct lesson_list list = { 0 };
    struct error error = { STATUS_OK, "" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        make_lesson(scratch->folder, names[i]);
    scratch_write(scratch->path, "a file among folders", 20);
    look_in(scratch->folder);
    if (lessons_read(&list, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_int_equal(list.count, 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(list.lessons[i].number, numbers[i]);
        assert_ptr_equal(lesson_find(&list, numbers[i]), &list.lessons[i]);
    }
    assert_string_equal(list.lessons[1].title, "07-seven");
    assert_non_null(strstr(list.lessons[1].path, "/07-seven"));
    assert_string_equal(list.lessons[1].config.arm[0].model, ""); /* no arm of the defaults */
    assert_string_equal(list.lessons[1].config.arm[1].model, "gru");
    lesson_list_free(&list);
}

static void a_wrong_folder_of_lessons_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    struct lesson_list list = { 0 };
    struct error error = { STATUS_OK, "" };
    char path[PATH_ROOM];

    look_in(scratch->path); /* not there */
    assert_int_equal(lessons_read(&list, &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, scratch->path);
    look_in(scratch->folder); /* empty */
    assert_int_equal(lessons_read(&list, &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, "no lesson there");
    make_lesson(scratch->folder, "05-good");
    path_in(path, scratch->folder, "06-empty");
    assert_int_equal(mkdir(path, 0777), 0); /* one lesson is broken: all are refused, by name */
    assert_int_equal(lessons_read(&list, &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, "06-empty/lesson.ini: ");
    assert_int_equal(list.count, 0);
    assert_null(list.lessons);
}

/* Without the variable, or with an empty one, the folder of the working directory is taken. */
static void without_the_variable_the_lessons_here_are_read(void **state)
{
    struct lesson_list here = { 0 }, listed = real_lessons();
    struct error error = { STATUS_OK, "" };

    (void)state;
    look_in("");
    assert_int_equal(lessons_read(&here, &error), STATUS_OK);
    assert_int_equal(here.count, listed.count);
    lesson_list_free(&here);
    assert_int_equal(unsetenv("DUET_LESSONS"), 0);
    assert_int_equal(lessons_read(&here, &error), STATUS_OK);
    assert_int_equal(here.count, listed.count);
    lesson_list_free(&here);
    lesson_list_free(&listed);
    lesson_list_free(&here); /* safe twice */
}

/* Files that are none */

#define HEAD "[lesson]\ntitle = t\nquestion = q?\n"                  /* lines 1 to 3 */
#define ARMS "[left]\nmodel = elman\n[right]\nmodel = transformer\n" /* four more */
#define TASK "[task]\nname = adding\n"                               /* two more */
#define WHOLE HEAD TASK ARMS "[claims]\n"                            /* ten lines */
#define A_CLAIM(name) "claim." name " = left.loss < 1\n"
#define FOUR_CLAIMS(name) \
    A_CLAIM(name "1") A_CLAIM(name "2") A_CLAIM(name "3") A_CLAIM(name "4")
#define SIXTEEN_CLAIMS FOUR_CLAIMS("a") FOUR_CLAIMS("c") FOUR_CLAIMS("d") FOUR_CLAIMS("e")
#define LONG "a234567890123456789012345678901234567890123456789012345678901234"

struct file_row {
    const char *text;
    enum status status; /* STATUS_OK: it is read */
    const char *words[6];
};

static void a_lesson_file_is_checked(void **state)
{
    const struct scratch *scratch = *state;
    const struct file_row *row = scratch->row;
    struct lesson lesson = { .number = -5 };
    struct error error = { STATUS_OK, "" };
    char path[PATH_ROOM];
    enum status status;

    path_in(path, scratch->folder, "lesson.ini");
    scratch_write(path, row->text, strlen(row->text));
    status = lesson_read(&lesson, scratch->folder, &error);
    if (row->status == STATUS_OK) {
        if (status != STATUS_OK)
            fail_msg("%s", error.message);
        assert_string_equal(lesson.title, "t");
        return;
    }
    assert_int_equal(status, row->status);
    assert_int_equal(lesson.number, -5); /* untouched */
    assert_says(&error, row->status, path);
    assert_fault(&error, row->status, row->words);
}

static void a_lesson_without_a_file_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    struct lesson lesson;
    struct error error;

    assert_int_equal(lesson_read(&lesson, scratch->folder, &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, "lesson.ini: ");
}

static void everything_in_a_lesson_arrives(void **state)
{
    static const char text[] =
        "[lesson]\ntitle = The title\nquestion = Who?\nprediction = Me, or you?\n"
        "[task]\nname = copying\nlength = 7\n"
        "[training]\nsteps = 5\nseed = 11\noptimizer = adamw\n"
        "[left]\nmodel = lstm\nhidden = 10\n[fourth]\nmodel = transformer\nheads = 1\n"
        "[claims]\nclaim.one = fourth.slope_input < -1.5e-2\nclaim.two = left.loss >= 2\n";
    const struct scratch *scratch = *state;
    struct lesson lesson;
    struct error error = { STATUS_OK, "" };
    char path[PATH_ROOM], folder[PATH_ROOM];

    path_in(folder, scratch->folder, "42-all");
    assert_int_equal(mkdir(folder, 0777), 0);
    snprintf(path, sizeof path, "%s/42-all/lesson.ini", scratch->folder);
    scratch_write(path, text, strlen(text));
    if (lesson_read(&lesson, folder, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_int_equal(lesson.number, 42);
    assert_string_equal(lesson.title, "The title");
    assert_string_equal(lesson.question, "Who?");
    assert_string_equal(lesson.prediction, "Me, or you?");
    assert_string_equal(lesson.path, folder);
    assert_string_equal(lesson.config.task.name, "copying");
    assert_int_equal(lesson.config.task.length, 7);
    assert_int_equal(lesson.config.training.steps, 5);
    assert_int_equal(lesson.config.training.seed, 11);
    assert_int_equal(lesson.config.training.optimizer, OPTIMIZER_ADAMW);
    assert_int_equal(lesson.config.arm[0].hidden, 10);
    assert_string_equal(lesson.config.arm[1].model, "");
    assert_int_equal(lesson.config.arm[3].heads, 1);
    assert_int_equal(lesson.claim_count, 2);
    assert_string_equal(lesson.claims[0].name, "one");
    assert_int_equal(lesson.claims[0].term[0].arm, 3);
    assert_string_equal(lesson.claims[0].term[0].quantity->name, "slope_input");
    assert_int_equal(lesson.claims[0].relation, RELATION_LESS);
    assert_close(lesson.claims[0].value, -1.5e-2, 0, 0);
    assert_string_equal(lesson.claims[1].name, "two");
    assert_int_equal(lesson.claims[1].relation, RELATION_AT_LEAST);
}

/* Files of claims, and lists from anywhere */

static void a_lesson_has_words_in_other_languages(void **state)
{
    static const char text[] = HEAD
        "prediction = p\ntitle.zh-CN = \u6807\u9898\n"
        "prediction.zh-CN = \u731c\n[left]\nmodel = elman\n"
        "[claims]\nclaim.net_learns = left.loss < 1\nclaim.net_learns.zh-CN = \u5b66\u4f1a\n"
        "claim.b = left.loss < 2\n";
    char words[CLAIM_WORDS_MAX];
    const struct scratch *scratch = *state;
    struct lesson lesson;
    struct error error = { STATUS_OK, "" };
    char path[PATH_ROOM];

    snprintf(path, sizeof path, "%s/any.ini", scratch->folder);
    scratch_write(path, text, strlen(text));
    if (lesson_read_file(&lesson, path, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_string_equal(lesson_title(&lesson, LANGUAGE_ENGLISH), "t");
    assert_string_equal(lesson_title(&lesson, LANGUAGE_CHINESE), "\u6807\u9898");
    assert_string_equal(lesson_question(&lesson, LANGUAGE_CHINESE), "q?"); /* it has no other */
    assert_string_equal(lesson_prediction(&lesson, LANGUAGE_ENGLISH), "p");
    assert_string_equal(lesson_prediction(&lesson, LANGUAGE_CHINESE), "\u731c");
    assert_int_equal(lesson.claim_count, 2);
    claim_words(&lesson.claims[0], LANGUAGE_ENGLISH, words);
    assert_string_equal(words, "Net learns");
    claim_words(&lesson.claims[0], LANGUAGE_CHINESE, words);
    assert_string_equal(words, "\u5b66\u4f1a");
    claim_words(&lesson.claims[1], LANGUAGE_CHINESE, words);
    assert_string_equal(words, "B"); /* it says nothing in Chinese */
}

/* A file of claims of that title. */
static void make_claims(const char *folder, const char *name, const char *title)
{
    char path[PATH_ROOM + 16], text[512];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(text, sizeof text, "[lesson]\ntitle = %s\n[left]\nmodel = elman\n", title);
    scratch_write(path, text, strlen(text));
}

static void a_file_of_claims_needs_no_question(void **state)
{
    const struct scratch *scratch = *state;
    struct lesson lesson;
    struct error error = { STATUS_OK, "" };
    char path[PATH_ROOM];

    make_claims(scratch->folder, "any.ini", "Any");
    path_in(path, scratch->folder, "any.ini");
    if (lesson_read_file(&lesson, path, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_string_equal(lesson.title, "Any");
    assert_string_equal(lesson.question, "");
    assert_string_equal(lesson.path, path);
    assert_int_equal(lesson.number, -1);
    assert_true(lesson.claims_only);
    make_claims(scratch->folder, "any.ini", ""); /* but a title */
    assert_int_equal(lesson_read_file(&lesson, path, &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, "any.ini: [lesson] needs a title");
    assert_string_equal(lesson.title, "Any"); /* untouched */
}

static void a_list_takes_files_folders_and_lessons_in_order(void **state)
{
    const struct scratch *scratch = *state;
    struct lesson_list list = { 0 };
    struct error error = { STATUS_OK, "" };
    char path[PATH_ROOM], folder[PATH_ROOM];

    path_in(folder, scratch->folder, "many");
    assert_int_equal(mkdir(folder, 0777), 0);
    make_claims(folder, "c.ini", "C");
    make_claims(folder, "a.ini", "A");
    make_claims(folder, "b.ini", "B");
    make_claims(folder, ".hidden.ini", "H");
    make_claims(folder, "notes.txt", "N");
    make_claims(scratch->folder, "z.ini", "Z");
    make_lesson(scratch->folder, "09-nine");
    path_in(path, scratch->folder, "z.ini");
    assert_int_equal(lesson_list_add(&list, path, &error), STATUS_OK);
    path_in(path, scratch->folder, "09-nine/");
    assert_int_equal(lesson_list_add(&list, path, &error), STATUS_OK);
    path_in(path, scratch->folder, "many/");
    assert_int_equal(lesson_list_add(&list, path, &error), STATUS_OK);
    assert_int_equal(list.count, 5);
    assert_string_equal(list.lessons[0].title, "Z");
    assert_int_equal(list.lessons[1].number, 9);
    assert_false(list.lessons[1].claims_only);
    assert_string_equal(list.lessons[2].title, "A");
    assert_string_equal(list.lessons[3].title, "B");
    assert_string_equal(list.lessons[4].title, "C");
    assert_true(list.lessons[4].claims_only);
    lesson_list_free(&list);
}

/* Made in no order, and so many that no file system hands them back sorted by accident. */
static void the_files_of_a_folder_come_by_name(void **state)
{
    enum { FILES = 41 };
    const struct scratch *scratch = *state;
    struct lesson_list list = { 0 };

    for (int i = 0; i < FILES; i++) {
        char name[16];

        snprintf(name, sizeof name, "%02d.ini", i * 17 % FILES);
        make_claims(scratch->folder, name, name);
    }
    assert_int_equal(lesson_list_add(&list, scratch->folder, NULL), STATUS_OK);
    assert_int_equal(list.count, FILES);
    for (int i = 0; i < FILES; i++)
        assert_int_equal(atoi(list.lessons[i].title), i);
    lesson_list_free(&list);
}

static void a_list_that_cannot_take_all_takes_nothing(void **state)
{
    const struct scratch *scratch = *state;
    struct lesson_list list = { 0 };
    struct error error = { STATUS_OK, "" };
    char path[PATH_ROOM];

    assert_int_equal(lesson_list_add(&list, scratch->path, &error), STATUS_USAGE);
    assert_says(&error, STATUS_USAGE, "is no file and no folder");
    assert_int_equal(lesson_list_add(&list, scratch->folder, &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, "neither a lesson.ini nor another file *.ini");
    make_claims(scratch->folder, "a.ini", "A");
    path_in(path, scratch->folder, "b.ini");
    scratch_write(path, "[lesson]\n[claims]\nclaim.a = b\n", 30);
    assert_int_equal(lesson_list_add(&list, scratch->folder, &error), STATUS_USAGE);
    assert_says(&error, STATUS_USAGE, "b.ini:3: ");
    assert_int_equal(list.count, 0);
    lesson_list_free(&list);
}

/* clang-format off */
#define IN_FOLDER(test)                                                                        \
    cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)
#define LESSON_FILE(sentence, contents, kind, ...)                                             \
    { .name = sentence, .test_func = a_lesson_file_is_checked, .setup_func = scratch_setup,    \
      .teardown_func = scratch_teardown,                                                       \
      .initial_state = &(struct file_row){ .text = contents, .status = kind,                   \
                                           .words = { __VA_ARGS__ } } }
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_real_lessons_can_be_run),
        cmocka_unit_test(the_first_lessons_are_03_and_06),
        cmocka_unit_test(what_a_lesson_says_about_our_source_is_true),
        IN_FOLDER(lessons_come_by_number),
        IN_FOLDER(folders_of_other_names_are_passed_over),
        IN_FOLDER(a_wrong_folder_of_lessons_is_refused),
        cmocka_unit_test(without_the_variable_the_lessons_here_are_read),
        IN_FOLDER(a_lesson_without_a_file_is_refused),
        IN_FOLDER(everything_in_a_lesson_arrives),
        IN_FOLDER(a_lesson_has_words_in_other_languages),
        IN_FOLDER(a_file_of_claims_needs_no_question),
        IN_FOLDER(a_list_takes_files_folders_and_lessons_in_order),
        IN_FOLDER(the_files_of_a_folder_come_by_name),
        IN_FOLDER(a_list_that_cannot_take_all_takes_nothing),
        LESSON_FILE("a_small_lesson_is_read", WHOLE, STATUS_OK, NULL),
        LESSON_FILE("an_unknown_key_is_refused_with_its_line",
                    "[lesson]\ntitle = t\nquestions = q?\n", STATUS_USAGE, "lesson.ini:3: ",
                    "unknown key \"questions\"", "title, question, prediction"),
        LESSON_FILE("words_of_a_claim_that_is_not_there_are_refused_with_their_line",
                    WHOLE "claim.a.zh-CN = b\n", STATUS_USAGE, "lesson.ini:11: ",
                    "there is no claim a above"),
        LESSON_FILE("an_unknown_language_is_refused_with_its_line",
                    HEAD "title.zh-TW = t\n", STATUS_USAGE, "lesson.ini:4: ",
                    "unknown key \"title.zh-TW\"", "title.zh-CN"),
        LESSON_FILE("english_has_no_key_of_its_own", HEAD "title.en = t\n", STATUS_USAGE,
                    "lesson.ini:4: ", "unknown key \"title.en\""),
        LESSON_FILE("an_unknown_word_in_a_language_is_refused", HEAD "titles.zh-CN = t\n",
                    STATUS_USAGE, "lesson.ini:4: ", "unknown key \"titles.zh-CN\""),
        LESSON_FILE("an_unknown_section_is_refused_with_its_line",
                    HEAD TASK "[middle]\nmodel = gru\n", STATUS_USAGE, "lesson.ini:7: ",
                    "unknown section \"middle\""),
        LESSON_FILE("an_unknown_key_of_an_arm_is_refused_with_its_line",
                    HEAD TASK ARMS "head = 2\n", STATUS_USAGE, "lesson.ini:10: ",
                    "unknown key \"head\""),
        LESSON_FILE("a_number_that_is_none_is_refused_with_its_line",
                    HEAD "[training]\nlearning_rate = NaN\n", STATUS_USAGE, "lesson.ini:5: ",
                    "\"NaN\" is not a number"),
        LESSON_FILE("a_title_that_is_missing_is_refused",
                    "[lesson]\nquestion = q?\n" TASK ARMS, STATUS_FILE, "needs a title"),
        LESSON_FILE("a_question_that_is_missing_is_refused", "[lesson]\ntitle = t\n" TASK ARMS,
                    STATUS_FILE, "a question"),
        LESSON_FILE("a_line_that_is_too_long_is_refused",
                    "[lesson]\ntitle = " LONG LONG LONG LONG "\n", STATUS_FILE,
                    "lesson.ini:2: ", "198"),
        LESSON_FILE("a_line_that_is_no_entry_is_refused", HEAD "adding\n", STATUS_FILE,
                    "lesson.ini:4: ", "adding"),
        LESSON_FILE("an_unknown_task_is_refused", HEAD "[task]\nname = adder\n" ARMS,
                    STATUS_USAGE, "lesson.ini: ", "unknown task \"adder\""),
        LESSON_FILE("an_unknown_model_is_refused", HEAD TASK "[left]\nmodel = rnn\n",
                    STATUS_USAGE, "lesson.ini: ", "left: unknown model \"rnn\""),
        LESSON_FILE("heads_that_do_not_divide_the_width_are_refused", 
                    HEAD TASK ARMS "heads = 3\n", STATUS_USAGE, "lesson.ini: ",
                    "right: 3 heads do not divide width 32"),
        LESSON_FILE("a_lesson_without_an_arm_is_refused", HEAD TASK, STATUS_USAGE,
                    "no arm has a model"),
        LESSON_FILE("a_claim_without_a_relation_is_refused_with_its_line",
                    WHOLE "claim.a = left.loss 0.5\n", STATUS_USAGE, "lesson.ini:11: ",
                    "\"left.loss 0.5\" is not a claim"),
        LESSON_FILE("a_claim_about_an_unknown_arm_is_refused_with_its_line",
                    WHOLE "claim.a = left.loss < 1\nclaim.b = middle.loss < 1\n", STATUS_USAGE,
                    "lesson.ini:12: ", "unknown arm \"middle\""),
        LESSON_FILE("a_claim_about_an_unknown_quantity_is_refused_with_its_line",
                    WHOLE "claim.a = left.speed < 1\n", STATUS_USAGE, "lesson.ini:11: ",
                    "unknown quantity \"speed\"", "test_loss", "slope_state"),
        LESSON_FILE("a_claim_about_an_arm_that_is_not_there_is_refused",
                    WHOLE "claim.a = third.loss < 1\n", STATUS_USAGE, "lesson.ini: ",
                    "claim.a is about third, which has no model"),
        LESSON_FILE("a_claim_without_a_name_is_refused", WHOLE "claim. = left.loss < 1\n",
                    STATUS_USAGE, "lesson.ini:11: ", "\"claim.\" is not a claim's key"),
        LESSON_FILE("a_claim_with_another_key_is_refused", WHOLE "loss = left.loss < 1\n",
                    STATUS_USAGE, "lesson.ini:11: ", "\"loss\" is not a claim's key"),
        LESSON_FILE("a_claim_with_a_very_long_name_is_refused",
                    WHOLE "claim." LONG " = left.loss < 1\n", STATUS_USAGE, "lesson.ini:11: ",
                    "longer than 63 bytes"),
        LESSON_FILE("a_second_claim_of_a_name_is_refused_with_its_line",
                    WHOLE "claim.a = left.loss < 1\nclaim.a = left.loss < 2\n", STATUS_USAGE,
                    "lesson.ini:12: ", "there is a claim a already"),
        LESSON_FILE("a_second_term_about_an_arm_that_is_not_there_is_refused",
                    WHOLE "claim.a = left.loss - third.loss < 1\n", STATUS_USAGE,
                    "lesson.ini: ", "claim.a is about third, which has no model"),
        LESSON_FILE("a_claim_about_a_long_test_needs_its_length",
                    WHOLE "claim.a = left.long_loss < 1\n", STATUS_USAGE,
                    "lesson.ini: ", "claim.a is about a test at task.test_length"),
        LESSON_FILE("with_a_length_it_is_read",
                    HEAD TASK "test_length = 60\n" ARMS "[claims]\nclaim.a = left.long_loss < 1\n",
                    STATUS_OK, NULL),
        LESSON_FILE("sixteen_claims_are_read", WHOLE SIXTEEN_CLAIMS, STATUS_OK, NULL),
        LESSON_FILE("seventeen_claims_are_refused_with_the_line",
                    WHOLE SIXTEEN_CLAIMS "claim.b = left.loss < 1\n", STATUS_USAGE, "lesson.ini:27: ",
                    "more than 16 claims"),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
