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
#include "viz/window/window.h"

/* Instead of the C library's: waiting for the disk is not what is tested here. */
int fsync(int fd)
{
    (void)fd;
    return 0;
}

enum { WIDTH = 1280, HEIGHT = 720, TICK_MS = 120, WATCHDOG_SECONDS = 120 };

/* What a hand does, one thing at each tick: a key, or the mouse to a place. */
struct deed {
    SDL_Keycode key;
    SDL_Keymod with;
    int x, y;
};

struct script {
    const struct deed *deeds;
    int count, next;
};

static Uint32 act(Uint32 interval, void *context)
{
    struct script *script = context;
    const struct deed *deed = &script->deeds[script->next];
    SDL_Event event = { .type = SDL_QUIT };

    if (script->next < script->count && deed->key == 0) {
        event.motion =
            (SDL_MouseMotionEvent){ .type = SDL_MOUSEMOTION, .x = deed->x, .y = deed->y };
    } else if (script->next < script->count) {
        event.key = (SDL_KeyboardEvent){ .type = SDL_KEYDOWN, .state = SDL_PRESSED };
        event.key.keysym.sym = deed->key;
        event.key.keysym.mod = (Uint16)deed->with;
    }
    SDL_PushEvent(&event);
    return script->next++ < script->count ? interval : 0;
}

/* A window in the scratch folder, under a script; then it is closed. */
static void run_script(const struct scratch *scratch, struct window_options options,
                       const struct deed *deeds, int count)
{
    struct script script = { deeds, count, 0 };
    struct error error = { STATUS_OK, "" };
    char here[1024];
    SDL_TimerID timer;

    options.width = WIDTH;
    options.height = HEIGHT;
    options.scale = 1;
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(scratch->folder), 0);
    assert_int_equal(SDL_InitSubSystem(SDL_INIT_VIDEO | SDL_INIT_TIMER), 0);
    SDL_FlushEvents(SDL_FIRSTEVENT, SDL_LASTEVENT);
    timer = SDL_AddTimer(TICK_MS, act, &script);
    if (window_run(&options, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    SDL_RemoveTimer(timer);
    SDL_QuitSubSystem(SDL_INIT_VIDEO | SDL_INIT_TIMER);
    assert_int_equal(chdir(here), 0);
}

static struct lab_config config_here(void)
{
    struct lab_config config = small_config("adding", "elman", "transformer");

    set(&config, "training.steps", "0");
    return config;
}

static const struct deed save = { SDLK_s, KMOD_LCTRL, 0, 0 };
static const struct deed wait_a_tick = { 0, 0, 5, HEIGHT - 60 };

static void control_s_keeps_the_run_as_a_folder(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    const struct deed deeds[] = {
        { .key = SDLK_PERIOD }, save, wait_a_tick, save, wait_a_tick
    };
    char folder[RUN_FILE_MAX];
    struct lab *opened, *made = lab_make(&config);

    run_script(scratch, (struct window_options){ .config = &config }, deeds, 5);
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
    const struct deed first[] = { { .key = SDLK_PERIOD }, save, wait_a_tick };
    const struct deed second[] = { { .key = SDLK_SPACE }, wait_a_tick, wait_a_tick };
    char folder[RUN_FILE_MAX], before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX];
    struct error error = { STATUS_OK, "" };
    struct run run;
    struct lab *lab;

    run_script(scratch, (struct window_options){ .config = &config }, first, 3);
    run_file(folder, scratch->folder, "duet-adding-step1-run");
    folder_digest(before, folder);
    run_script(scratch, (struct window_options){ .run = folder }, second, 3);
    folder_digest(after, folder);
    assert_string_equal(before, after);
    assert_int_equal(scratch_count(scratch), 1);
    assert_int_equal(run_open(&lab, folder, NULL), STATUS_OK);
    lab_free(lab);
    run_script(scratch, (struct window_options){ .config = &config }, second, 3);
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
        { .key = SDLK_PERIOD }, { .key = SDLK_PERIOD }, save, wait_a_tick
    };
    const struct deed second[] = { { SDLK_o, KMOD_LCTRL, 0, 0 },
                                   { .key = SDLK_RETURN },
                                   wait_a_tick,
                                   { .key = SDLK_PERIOD },
                                   wait_a_tick,
                                   save,
                                   wait_a_tick };
    char folder[RUN_FILE_MAX];
    struct lab *opened, *made = lab_make(&config);

    run_script(scratch, (struct window_options){ .config = &config }, first, 4);
    run_script(scratch, (struct window_options){ .config = &other }, second, 7);
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
    const struct deed first[] = { save, wait_a_tick };
    const struct deed second[] = { { SDLK_o, KMOD_LCTRL, 0, 0 },
                                   { .key = SDLK_RETURN },
                                   wait_a_tick,
                                   { .key = SDLK_PERIOD },
                                   wait_a_tick,
                                   save,
                                   wait_a_tick };
    char folder[RUN_FILE_MAX];

    run_script(scratch, (struct window_options){ .config = &config }, first, 2);
    run_script(scratch, (struct window_options){ 0 }, second, 7);
    run_file(folder, scratch->folder, "duet-adding-step1-run");
    assert_int_equal(access(folder, F_OK), 0);
}

static void e_writes_the_numbers_of_the_panel_under_the_mouse(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_here();
    const struct deed deeds[] = { wait_a_tick,
                                  { .x = 600, .y = 60 },
                                  { .key = SDLK_e },
                                  { .x = 3, .y = HEIGHT - 3 },
                                  { .key = SDLK_e } };
    char path[RUN_FILE_MAX], *text;

    run_script(scratch, (struct window_options){ .config = &config }, deeds, 5);
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
    const struct deed deeds[] = {
        wait_a_tick, { .x = 600, .y = 60 }, { .key = SDLK_s }, { SDLK_s, KMOD_LSHIFT, 0, 0 }
    };
    char path[RUN_FILE_MAX];
    SDL_Surface *panel, *window;

    run_script(scratch, (struct window_options){ .config = &config }, deeds, 4);
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
        ALONE(e_writes_the_numbers_of_the_panel_under_the_mouse),
        ALONE(s_takes_a_picture_of_the_panel_under_the_mouse),
    };

    alarm(WATCHDOG_SECONDS);
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
