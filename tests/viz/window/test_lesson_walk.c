/*
 * Every lesson, in both languages, tried in a whole window from its first page to its last; with
 * the number of a lesson in DUET_WALK that one alone.
 */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "lessons/lesson_text.h"
#include "tests/viz/window/lesson_walk.h"

enum { WATCHDOG_SECONDS = 300, TESTS_MAX = 2 * 99 };

/* Many times as slow; what a sanitizer looks for is in the program, and three texts have it all. */
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { LESSON_LAST = 3 };
#else
enum { LESSON_LAST = 99 };
#endif

/* Where every core is slow and shared, a lab takes its time: the limits are no measure of speed. */
static const double patience = 60, training = 0.5;

static void print_findings(const struct lesson_walk *walk)
{
    for (int i = 0; i < walk->count; i++)
        print_message("%s\n", walk->finding[i]);
}

static void walk_through(struct lesson_walk *walk)
{
    struct error error = { STATUS_OK, "" };

    if (lesson_walk(walk, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

/* ------------------------------------------------------------------------- of every lesson */

struct text {
    char name[64]; /* of the test */
    const struct lesson_list *lessons;
    int number;
    enum language language;
};

static bool has_text(const struct lesson *lesson, enum language language)
{
    char path[LESSON_PATH_MAX + 32];

    snprintf(path, sizeof path, "%s/%s", lesson->path, lesson_text_file(language));
    return access(path, F_OK) == 0;
}

static void a_lesson_does_what_its_text_says(void **state)
{
    const struct text *text = *state;
    const double begin = clock_seconds();
    struct lesson_walk *walk = calloc(1, sizeof *walk);
    struct error lacks;
    int count;

    assert_non_null(walk);
    alarm(WATCHDOG_SECONDS); /* for each */
    if (lesson_lacks_data(lesson_find(text->lessons, text->number), &lacks)) {
        print_message("skipped: %s\n", lacks.message);
        free(walk);
        skip();
    }
    walk->lessons = text->lessons;
    walk->number = text->number;
    walk->language = text->language;
    walk->skip = text->language == LANGUAGE_CHINESE; /* each way is gone once */
    walk->patience = patience;
    walk->training = training;
    walk_through(walk);
    if (walk->no_letters) {
        print_message("skipped: no font of Chinese\n");
        free(walk);
        skip();
    }
    print_message("%d pages, %d links (%d trainings cut short), %d predictions (%d drawn), "
                  "%.1f s\n",
                  walk->pages, walk->links, walk->cut_short, walk->predictions, walk->curves,
                  clock_seconds() - begin);
    print_findings(walk);
    count = walk->count;
    assert_true(walk->pages > 1);
    free(walk);
    assert_int_equal(count, 0);
}

/* -------------------------------------------------------------------- what would be found */

/* Page by page what a link may say that can be read, but that this lab cannot do. */
struct wrong {
    const char *link; /* of the fixture, whose right arm is a Transformer of two heads */
    const char *says;
};

static void open_fixture(struct lesson_list *fixture)
{
    setenv("DUET_LESSONS", "tests/viz/window/lessons", 1);
    assert_int_equal(lessons_open(fixture, NULL), STATUS_OK);
    unsetenv("DUET_LESSONS");
}

/* Only what the window says, without the checks that lessons are read with. */
static void a_link_that_cannot_be_kept_is_found(void **state)
{
    const struct wrong *wrong = *state;
    struct lesson_walk *walk = calloc(1, sizeof *walk);
    struct lesson_list fixture;
    char text[512];

    assert_non_null(walk);
    open_fixture(&fixture);
    snprintf(text, sizeof text, "# A\n\nOne page.\n\n## 1. B\n\nThen [do it](duet:%s)\n",
             wrong->link);
    walk->lessons = &fixture;
    walk->number = 5;
    walk->text = text;
    walk->patience = patience;
    walk->link_patience = wrong->says == NULL ? 0 : 0.2; /* it will never be so */
    walk->training = training;
    walk_through(walk);
    print_findings(walk);
    assert_int_equal(walk->links, 1);
    if (wrong->says == NULL) {
        assert_int_equal(walk->count, 0);
    } else {
        assert_int_equal(walk->count, 1);
        assert_non_null(strstr(walk->finding[0], ":7: page 1: "));
        assert_non_null(strstr(walk->finding[0], wrong->says));
    }
    free(walk);
    lesson_list_free(&fixture);
}

/* A line of code that is too wide for the page, on a page too long for the window. */
static void a_line_that_is_cut_is_found(void **state)
{
    enum { LINES = 60 };
    struct lesson_walk *walk = calloc(1, sizeof *walk);
    struct lesson_list fixture;
    char text[2048] = "# A\n\n";

    (void)state;
    assert_non_null(walk);
    open_fixture(&fixture);
    for (int i = 0; i < LINES; i++)
        strcat(text, "Words, words.\n\n");
    strcat(text, "    123456789 123456789 123456789 123456789 123456789 12345\n");
    walk->lessons = &fixture;
    walk->number = 5;
    walk->text = text;
    walk->patience = patience;
    walk_through(walk);
    print_findings(walk);
    assert_int_equal(walk->pages, 2); /* and the claims */
    assert_int_equal(walk->count, 1);
    assert_non_null(strstr(walk->finding[0], ":123: page 0: cut: \"123456789"));
    free(walk);
    lesson_list_free(&fixture);
}

/* ------------------------------------------------------------------------------------------ */

/* clang-format off */
#define LINK(label, address, what) \
    { .name = "a_link_" label, .test_func = a_link_that_cannot_be_kept_is_found, \
      .initial_state = &(struct wrong){ .link = address, .says = what } }

static const struct CMUnitTest of_links[] = {
    LINK("that_can_be_kept_is_no_finding", "arm=right&panel=attention&head=2&step=3", NULL),
    LINK("to_a_head_too_many", "arm=right&panel=attention&head=3", "head=3 is not so"),
    LINK("to_a_head_that_no_arm_has", "head=3", "head=3 is not so"),
    LINK("to_a_head_of_the_other_arm", "arm=left&head=1", "head=1 is not so"),
    LINK("to_an_entry_that_no_arm_has", "entry=cell", "entry=cell is not so"),
    LINK("to_an_entry_of_the_other_arm", "arm=left&entry=residual", "entry=residual is not so"),
    LINK("to_an_arm_that_is_not_there", "arm=third&panel=weights", "arm=third is not so"),
    LINK("to_a_panel_the_arm_has_not", "arm=right&panel=cell", "panel=cell is not so"),
    LINK("to_a_layer_too_many", "arm=right&layer=2", "layer=2 is not so"),
    LINK("to_an_experiment_that_is_not_there", "experiment=near", "There is no experiment near"),
    LINK("to_a_lesson_that_is_not_there", "lesson=6", "There is no lesson 6"),
    LINK("to_a_lab_that_cannot_be", "right.heads=5", "the window says"),
    LINK("to_an_output_that_is_not_there", "loss=8", "is not so"),
    LINK("to_a_step_long_past", "run&step=0", "is not so"),
    cmocka_unit_test(a_line_that_is_cut_is_found),
};
/* clang-format on */

/* One test for each lesson and language. */
static int list_texts(struct text *texts, struct CMUnitTest *tests,
                      const struct lesson_list *lessons)
{
    static const char *const languages[] = {
        [LANGUAGE_ENGLISH] = "english", [LANGUAGE_CHINESE] = "chinese"
    };
    const char *only = getenv("DUET_WALK");
    int count = 0;

    for (int i = 0; i < lessons->count; i++)
        for (int language = 0; language < LANGUAGES; language++) {
            const struct lesson *lesson = &lessons->lessons[i];
            struct text *text = &texts[count];

            if ((only != NULL ? atoi(only) != lesson->number : lesson->number > LESSON_LAST) ||
                count == TESTS_MAX || !has_text(lesson, (enum language)language))
                continue;
            *text = (struct text){ .lessons = lessons,
                                   .number = lesson->number,
                                   .language = (enum language)language };
            snprintf(text->name, sizeof text->name, "lesson_%02d_in_%s_does_what_it_says",
                     lesson->number, languages[language]);
            tests[count++] = (struct CMUnitTest){ .name = text->name,
                                                  .test_func = a_lesson_does_what_its_text_says,
                                                  .initial_state = text };
        }
    return count;
}

int main(void)
{
    enum { LINKS = sizeof of_links / sizeof *of_links };
    static struct text texts[TESTS_MAX];
    static struct CMUnitTest tests[LINKS + TESTS_MAX];
    struct lesson_list lessons;
    struct error error;
    int count, failed;

    alarm(WATCHDOG_SECONDS);
    unsetenv("DUET_LESSONS");
    if (lessons_read(&lessons, &error) != STATUS_OK) {
        print_error("%s\n", error.message);
        return 1;
    }
    memcpy(tests, of_links, sizeof of_links);
    count = LINKS + list_texts(texts, tests + LINKS, &lessons);
    failed = _cmocka_run_group_tests("tests", tests, (size_t)count, NULL, NULL);
    lesson_list_free(&lessons);
    return failed;
}
