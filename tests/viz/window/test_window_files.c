/* Tests of a whole window that saves and opens files, without a display. */
#include "tests/test.h"

#include <SDL.h>
#include <SDL_image.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/files/file_read.h"
#include "lessons/run.h"
#include "tests/lessons/small_run.h"
#include "tests/viz/window/script.h"

/* Instead of the C library's: waiting for the disk is not what is tested here. */
int fsync(int fd)
{
    (void)fd;
    return 0;
}

enum { WIDTH = 1280, HEIGHT = 720, WATCHDOG_SECONDS = 120 };

/* A window in the scratch folder, under a script; then it is closed. */
static void run_script(const struct scratch *scratch, struct window_options options,
                       const struct deed *deeds, int count)
{
    options.width = WIDTH;
    options.height = HEIGHT;
    options.scale = 1;
    script_run(scratch, options, deeds, count);
}

static struct lab_config config_here(void)
{
    struct lab_config config = small_config("adding", "elman", "transformer");

    set(&config, "training.steps", "0");
    return config;
}

#define SAVE .key = SDLK_s, .with = KMOD_LCTRL
#define RUN(step) .file = "duet-adding-step" #step "-run"

static void control_s_keeps_the_run_as_a_folder(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    const struct deed deeds[] = {
        { .key = SDLK_PERIOD },
        { SAVE, .step = 1 },
        { SAVE, RUN(1) },
        { .file = "duet-adding-step1-run-2" },
    };
    char folder[RUN_FILE_MAX];
    struct lab *opened, *made = lab_make(&config);

    run_script(scratch, (struct window_options){ .config = &config }, deeds, 4);
    run_file(folder, scratch->folder, "duet-adding-step1-run");
    assert_int_equal(run_open(&opened, folder, NULL), STATUS_OK);
    lab_train(made, 1);
    assert_same_weights(&opened->arm[0], &made->arm[0]);
    lab_free(opened);
    lab_free(made);
    run_file(folder, scratch->folder, "duet-adding-step1-run-2");
    assert_int_equal(access(folder, F_OK), 0);
    assert_int_equal(scratch_count(scratch), 2);
}

static void closing_while_it_trains_saves_nothing_and_loses_nothing(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    const struct deed first[] = { { .key = SDLK_PERIOD }, { SAVE, .step = 1 }, { RUN(1) } };
    const struct deed second[] = { { .key = SDLK_SPACE }, { .step = 2 } };
    char folder[RUN_FILE_MAX], before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX];
    struct error error = { STATUS_OK, "" };
    struct run run;
    struct lab *lab;

    run_script(scratch, (struct window_options){ .config = &config }, first, 3);
    run_file(folder, scratch->folder, "duet-adding-step1-run");
    folder_digest(before, folder);
    run_script(scratch, (struct window_options){ .run = folder }, second, 2);
    folder_digest(after, folder);
    assert_string_equal(before, after);
    assert_int_equal(scratch_count(scratch), 1);
    assert_int_equal(run_open(&lab, folder, NULL), STATUS_OK);
    lab_free(lab);
    run_script(scratch, (struct window_options){ .config = &config }, second, 2);
    assert_int_equal(scratch_count(scratch), 1); /* a run that was never saved is not */
    {                                            /* resumed on the command line it goes on */
        struct lab_config more;

        assert_int_equal(run_config(&more, folder, NULL), STATUS_OK);
        more.training.steps = 5;
        if (run_resume(&run, &lab, folder, &more, &error) != STATUS_OK)
            fail_msg("%s", error.message);
        lab_train(lab, 4);
        assert_int_equal(run_close(&run, NULL), STATUS_OK);
        lab_free(lab);
    }
}

static void control_o_opens_a_run_and_training_goes_on(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    const struct lab_config other = small_config("sort", "gru", NULL);
    const struct deed first[] = {
        { .key = SDLK_PERIOD }, { .key = SDLK_PERIOD }, { SAVE, .step = 2 }, { RUN(2) }
    };
    const struct deed second[] = {
        { .key = SDLK_o, .with = KMOD_LCTRL },
        { .key = SDLK_RETURN },
        { .key = SDLK_PERIOD, .step = 2 },
        { SAVE, .step = 3 },
        { RUN(3) },
    };
    char folder[RUN_FILE_MAX];
    struct lab *opened, *made = lab_make(&config);

    run_script(scratch, (struct window_options){ .config = &config }, first, 4);
    run_script(scratch, (struct window_options){ .config = &other }, second, 5);
    run_file(folder, scratch->folder, "duet-adding-step3-run");
    assert_int_equal(run_open(&opened, folder, NULL), STATUS_OK);
    lab_train(made, 3);
    assert_same_weights(&opened->arm[1], &made->arm[1]);
    assert_same_curve(&opened->arm[1].curve, &made->arm[1].curve);
    lab_free(opened);
    lab_free(made);
}

static void a_run_is_opened_from_the_list_of_lessons_too(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    const struct deed first[] = { { SAVE }, { RUN(0) } };
    const struct deed second[] = {
        { .key = SDLK_o, .with = KMOD_LCTRL },
        { .key = SDLK_RETURN },
        { .key = SDLK_PERIOD },
        { SAVE, .step = 1 },
        { RUN(1) },
    };
    char folder[RUN_FILE_MAX];

    run_script(scratch, (struct window_options){ .config = &config }, first, 2);
    run_script(scratch, (struct window_options){ 0 }, second, 5);
    run_file(folder, scratch->folder, "duet-adding-step1-run");
    assert_int_equal(access(folder, F_OK), 0);
}

/* With that many claims, all of them met from the beginning. */
static struct lesson lesson_of(int number, const struct lab_config *config, int claims)
{
    struct lesson lesson = {
        .number = number, .title = "t", .question = "q", .path = "nowhere"
    };

    lesson.config = *config;
    lesson.claim_count = claims;
    for (int i = 0; i < claims; i++)
        assert_int_equal(claim_parse(&lesson.claims[i], "left.baseline > 0", NULL), STATUS_OK);
    return lesson;
}

static void a_run_of_another_lesson_is_watched_for_that_lessons_claims(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    const struct lab_config other = small_config("sort", "gru", "transformer");
    struct lesson lessons[] = { lesson_of(1, &other, 1), lesson_of(2, &config, 3) };
    const struct lesson_list list = { .lessons = lessons, .count = 2 };
    const struct deed first[] = { { .key = SDLK_PERIOD },
                                  { SAVE, .step = 1 },
                                  { .file = "duet-02-step1-run" } };
    const struct deed second[] = { { .key = SDLK_o, .with = KMOD_LCTRL },
                                   { .key = SDLK_RETURN },
                                   { .step = 1, .claims = 3 } };

    run_script(scratch, (struct window_options){ .lessons = &list, .lesson = 2 }, first, 3);
    run_script(scratch, (struct window_options){ .lessons = &list, .lesson = 1 }, second, 3);
    run_script(scratch, (struct window_options){ .lessons = &list }, second, 3);
}

static void a_run_of_an_experiment_is_watched_for_its_claims(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    const struct lab_config other = small_config("sort", "gru", "transformer");
    struct lesson lessons[] = { lesson_of(1, &other, 1), lesson_of(2, &config, 1) };
    struct lesson experiment = lesson_of(2, &config, 3);
    const struct lesson_list list = {
        .lessons = lessons, .count = 2, .experiments = &experiment, .experiment_count = 1
    };
    const struct deed first[] = { { .key = SDLK_PERIOD, .claims = 3 },
                                  { SAVE, .step = 1 },
                                  { .file = "duet-02-far-step1-run" } };
    const struct deed second[] = { { .key = SDLK_o, .with = KMOD_LCTRL },
                                   { .key = SDLK_RETURN },
                                   { .step = 1, .claims = 3 } };

    snprintf(experiment.experiment, sizeof experiment.experiment, "far");
    run_script(scratch,
               (struct window_options){ .lessons = &list, .lesson = 2, .experiment = "far" },
               first, 3);
    run_script(scratch, (struct window_options){ .lessons = &list, .lesson = 1 }, second, 3);
}

static void a_window_keeps_what_was_visited_and_met(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    struct lesson lessons[] = { lesson_of(1, &config, 0), lesson_of(2, &config, 2) };
    const struct lesson_list list = { .lessons = lessons, .count = 2 };
    const struct deed deeds[] = { { .claims = 2, .file = "duet/progress.ini" },
                                  { .step = 0 },
                                  { .step = 0 } };
    struct logbook book;

    snprintf(lessons[1].claims[0].name, sizeof lessons[1].claims[0].name, "at_first");
    snprintf(lessons[1].claims[1].name, sizeof lessons[1].claims[1].name, "never");
    assert_int_equal(claim_parse(&lessons[1].claims[1], "left.baseline > 9", NULL), STATUS_OK);
    snprintf(lessons[1].path, sizeof lessons[1].path, "nowhere/02-two");
    setenv("XDG_DATA_HOME", scratch->folder, 1);
    logbook_open(&book);
    run_script(scratch,
               (struct window_options){ .lessons = &list, .lesson = 2, .logbook = &book },
               deeds, 3);
    logbook_free(&book);
    logbook_open(&book);
    unsetenv("XDG_DATA_HOME");
    assert_false(logbook_visited(&book, &lessons[0]));
    assert_true(logbook_visited(&book, &lessons[1]));
    assert_true(logbook_met(&book, &lessons[1], "at_first"));
    assert_false(logbook_met(&book, &lessons[1], "never"));
    logbook_free(&book);
}

static void e_writes_the_numbers_of_the_panel_under_the_mouse(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    const struct deed deeds[] = {
        { .x = 5, .y = HEIGHT - 60 }, { .x = 600, .y = 60 }, { .key = SDLK_e },
        { .x = 3, .y = HEIGHT - 3 },  { .key = SDLK_e },     { 0 }
    };
    char path[RUN_FILE_MAX], *text;

    run_script(scratch, (struct window_options){ .config = &config }, deeds, 6);
    run_file(path, scratch->folder, "duet-adding-step0-race.csv");
    assert_int_equal(file_read_all(&text, NULL, path, 1 << 20, NULL), STATUS_OK);
    assert_int_equal(strncmp(text, "arm,model,step,loss", 19), 0);
    free(text);
    assert_int_equal(scratch_count(scratch), 1); /* over no panel nothing is written */
}

static void s_takes_a_picture_of_the_panel_under_the_mouse(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    const struct deed deeds[] = { { .x = 5, .y = HEIGHT - 60 },
                                  { .x = 600, .y = 60 },
                                  { .key = SDLK_s },
                                  { .key = SDLK_s, .with = KMOD_LSHIFT },
                                  { 0 } };
    char path[RUN_FILE_MAX];
    SDL_Surface *panel, *window;

    run_script(scratch, (struct window_options){ .config = &config }, deeds, 5);
    run_file(path, scratch->folder, "duet-adding-step0-race.png");
    panel = IMG_Load(path);
    run_file(path, scratch->folder, "duet-adding-step0.png");
    window = IMG_Load(path);
    assert_non_null(panel);
    assert_non_null(window);
    assert_int_equal(window->w, WIDTH);
    assert_int_equal(window->h, HEIGHT);
    assert_in_range(panel->w, WIDTH / 2, WIDTH - 100);
    assert_in_range(panel->h, 60, 200);
    SDL_FreeSurface(panel);
    SDL_FreeSurface(window);
}

#define ALONE(test)                                                    \
    {                                                                  \
        .name = #test, .test_func = test, .setup_func = scratch_setup, \
        .teardown_func = scratch_teardown                              \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALONE(control_s_keeps_the_run_as_a_folder),
        ALONE(closing_while_it_trains_saves_nothing_and_loses_nothing),
        ALONE(control_o_opens_a_run_and_training_goes_on),
        ALONE(a_run_is_opened_from_the_list_of_lessons_too),
        ALONE(a_run_of_another_lesson_is_watched_for_that_lessons_claims),
        ALONE(a_run_of_an_experiment_is_watched_for_its_claims),
        ALONE(a_window_keeps_what_was_visited_and_met),
        ALONE(e_writes_the_numbers_of_the_panel_under_the_mouse),
        ALONE(s_takes_a_picture_of_the_panel_under_the_mouse),
    };

    alarm(WATCHDOG_SECONDS);
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
