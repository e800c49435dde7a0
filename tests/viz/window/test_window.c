/* Tests of viz/window/window.c, shot.c and picture.c: a window, without a display. */
#include "tests/test.h"

#include <SDL.h>
#include <SDL_image.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/common/files/scratch.h"
#include "tests/viz/window/script.h"
#include "tests/viz/window/synthetic.h"
#include "viz/window/look.h"
#include "viz/window/view.h"
#include "viz/window/window.h"

/* -------------------------------------------------------------------------------------- shot
 * */

static struct snapshot some_snapshot(void)
{
    return synthetic_snapshot(&(struct synthetic){ .left = "lstm",
                                                   .right = "transformer",
                                                   .steps = 20,
                                                   .layers = 1,
                                                   .heads = 2,
                                                   .step = 9 });
}

static enum status shot_of(const struct snapshot *snapshot, const struct lesson *lesson,
                           int width, int height, const char *path, struct error *error)
{
    return window_shot(&(struct window_shot){ .snapshot = snapshot,
                                              .lesson = lesson,
                                              .width = width,
                                              .height = height,
                                              .scale = 1,
                                              .path = path },
                       error);
}

static void a_shot_is_a_png_of_that_size(void **state)
{
    const struct scratch *scratch = *state;
    struct snapshot snapshot = some_snapshot();
    const struct lesson lesson = synthetic_lesson(3, "A", "tests/viz/window/lesson");
    struct error error = { 0 };
    SDL_Surface *read;

    assert_int_equal(shot_of(&snapshot, &lesson, 900, 500, scratch->path, &error), STATUS_OK);
    assert_string_equal(error.message, "");
    read = IMG_Load(scratch->path);
    assert_non_null(read);
    assert_int_equal(read->w, 900);
    assert_int_equal(read->h, 500);
    SDL_FreeSurface(read);
    assert_int_equal(scratch_count(scratch), 1); /* nothing temporary is left */
    snapshot_free(&snapshot);
}

/* What a link shows, without what it would ask of a lab. */
static void a_shot_shows_what_a_link_says(void **state)
{
    const struct scratch *scratch = *state;
    struct snapshot snapshot = some_snapshot();
    struct window_shot shot = {
        .snapshot = &snapshot, .width = 900, .height = 600, .scale = 1, .path = scratch->path
    };
    struct link link;
    SDL_Surface *plain, *shown;

    assert_int_equal(window_shot(&shot, NULL), STATUS_OK);
    plain = IMG_Load(scratch->path);
    assert_int_equal(link_parse(&link, "panel=states&view=state", NULL), STATUS_OK);
    shot.show = &link;
    assert_int_equal(window_shot(&shot, NULL), STATUS_OK);
    shown = IMG_Load(scratch->path);
    assert_true(plain != NULL && shown != NULL);
    assert_true(memcmp(plain->pixels, shown->pixels, (size_t)plain->h * (size_t)plain->pitch) !=
                0);
    SDL_FreeSurface(plain);
    SDL_FreeSurface(shown);
    snapshot_free(&snapshot);
}

static void the_same_snapshot_gives_the_same_bytes(void **state)
{
    const struct scratch *scratch = *state;
    struct snapshot snapshot = some_snapshot();
    char other[SCRATCH_PATH_MAX + 8], *bytes[2];
    size_t sizes[2];

    snprintf(other, sizeof other, "%s2", scratch->path);
    for (int i = 0; i < 2; i++) {
        const char *path = i == 0 ? scratch->path : other;
        FILE *file;

        assert_int_equal(shot_of(&snapshot, NULL, 640, 480, path, NULL), STATUS_OK);
        file = fopen(path, "rb");
        assert_non_null(file);
        bytes[i] = malloc(1 << 20);
        assert_non_null(bytes[i]);
        sizes[i] = fread(bytes[i], 1, 1 << 20, file);
        fclose(file);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    free(bytes[0]);
    free(bytes[1]);
    snapshot_free(&snapshot);
}

/* Lightness of the pixel at the middle of the picture's left edge: the window's ground. */
static unsigned ground_of(const char *path)
{
    SDL_Surface *read = IMG_Load(path);
    unsigned ground;

    assert_non_null(read);
    ground = ((const Uint8 *)read->pixels)[read->h / 2 * read->pitch];
    SDL_FreeSurface(read);
    return ground;
}

static void a_light_shot_is_light_and_one_for_a_room_is_larger(void **state)
{
    const struct scratch *scratch = *state;
    struct snapshot snapshot = some_snapshot();
    struct window_shot shot = {
        .snapshot = &snapshot, .width = 900, .height = 500, .scale = 1, .path = scratch->path
    };

    assert_int_equal(window_shot(&shot, NULL), STATUS_OK);
    assert_true(ground_of(scratch->path) < 0x40);
    shot.light = true;
    assert_int_equal(window_shot(&shot, NULL), STATUS_OK);
    assert_true(ground_of(scratch->path) > 0xc0);
    shot.light = false;
    shot.present = true;
    assert_int_equal(window_shot(&shot, NULL), STATUS_OK);
    assert_true(ground_of(scratch->path) > 0xc0);
    snapshot_free(&snapshot);
}

static void a_look_for_a_room_has_larger_letters_and_thick_lines(void **state)
{
    const struct canvas_look look = window_look(2, false, true);

    (void)state;
    assert_true(fabs(look.scale - 3) < 1e-9);
    assert_ptr_equal(look.theme, &theme_light);
    assert_true(fabs(look.least_line - 3) < 1e-9);
    assert_ptr_equal(window_look(1, false, false).theme, &theme_dark);
}

static double part(unsigned byte) /* sRGB, IEC 61966-2-1 */
{
    const double c = byte / 255.0;

    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(struct colour c)
{
    return 0.2126 * part(c.r) + 0.7152 * part(c.g) + 0.0722 * part(c.b);
}

/* WCAG 2.1: (lighter + .05) / (darker + .05). */
static double contrast(struct colour a, struct colour b)
{
    const double x = luminance(a), y = luminance(b);

    return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

/* 4.5 for letters, 7 for those that are read most (WCAG 2.1, 1.4.3 and 1.4.6). */
static void both_themes_can_be_read(void **state)
{
    const struct theme *const themes[] = { &theme_dark, &theme_light };

    (void)state;
    for (int i = 0; i < 2; i++) {
        const struct theme *t = themes[i];

        for (int ground = 0; ground < 3; ground++) {
            const struct colour on = ground == 0   ? t->panel
                                     : ground == 1 ? t->window
                                                   : t->raised;

            assert_true(contrast(t->text, on) >= 7);
            assert_true(contrast(t->dim, on) >= 4.5);
            assert_true(contrast(t->faint, on) >= 4.5);
            assert_true(contrast(t->accent, on) >= 4.5);
            assert_true(contrast(t->good, on) >= 4.5);
            assert_true(contrast(t->bad, on) >= 4.5);
        }
        for (int arm = 0; arm < THEME_ARMS; arm++)
            assert_true(contrast(t->arm[arm], t->panel) >= 4.5);
    }
}

static void a_shot_into_a_missing_folder_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    struct snapshot snapshot = some_snapshot();
    char path[SCRATCH_PATH_MAX + 16];
    struct error error = { 0 };

    snprintf(path, sizeof path, "%s/missing/a.png", scratch->folder);
    assert_int_equal(shot_of(&snapshot, NULL, 300, 200, path, &error), STATUS_FILE);
    assert_non_null(strstr(error.message, "missing"));
    snapshot_free(&snapshot);
}

static void missing_fonts_are_named_with_their_package(void **state)
{
    const struct scratch *scratch = *state;
    struct snapshot snapshot = some_snapshot();
    struct error error = { 0 };

    setenv("DUET_FONTS", scratch->folder, 1);
    assert_int_equal(shot_of(&snapshot, NULL, 300, 200, scratch->path, &error), STATUS_FILE);
    unsetenv("DUET_FONTS");
    assert_non_null(strstr(error.message, "fonts-dejavu-core"));
    assert_non_null(strstr(error.message, "DejaVuSans"));
    assert_int_equal(scratch_count(scratch), 0);
    snapshot_free(&snapshot);
}

/* ------------------------------------------------------------------------------------ window
 * */

static void a_dummy_display_counts_when_it_is_asked_for(void **state)
{
    (void)state;
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    assert_true(window_display_available());
    setenv("SDL_VIDEODRIVER", "no_such_driver", 1);
    assert_false(window_display_available());
    setenv("SDL_VIDEODRIVER", "dummy", 1);
}

static void press(SDL_Keycode key)
{
    SDL_Event event = { .key = { .type = SDL_KEYDOWN, .state = SDL_PRESSED } };

    event.key.keysym.sym = key;
    SDL_PushEvent(&event);
}

static struct lab_config small_config(void)
{
    struct lab_config config = config_default();

    config.task.length = 10;
    config.training.batch = 8;
    config.training.threads = 1;
    config.arm[0].hidden = 8;
    config.arm[1].width = 8;
    return config;
}

static void a_window_trains_saves_pictures_and_closes(void **state)
{
    static const struct deed deeds[] = {
        { .key = SDLK_PERIOD }, { .key = SDLK_s, .step = 1 },
        { .key = SDLK_s },      { .key = SDLK_SPACE },
        { .step = 2 },
    };
    const struct scratch *scratch = *state;
    const struct lab_config config = small_config();
    char path[SCRATCH_PATH_MAX + 64];

    script_run(scratch,
               (struct window_options){ .config = &config, .width = 640, .height = 480 }, deeds,
               5);
    snprintf(path, sizeof path, "%s/duet-adding-step1.png", scratch->folder);
    assert_int_equal(access(path, R_OK), 0);
    snprintf(path, sizeof path, "%s/duet-adding-step1-2.png", scratch->folder);
    assert_int_equal(access(path, R_OK), 0);
    assert_int_equal(scratch_count(scratch), 2);
}

static void a_window_goes_from_the_list_to_a_lesson_and_back(void **state)
{
    static const struct deed deeds[] = { { .key = SDLK_RETURN },
                                         { .key = SDLK_s },
                                         { .key = SDLK_ESCAPE },
                                         { .key = SDLK_s },
                                         { 0 } };
    const struct scratch *scratch = *state;
    struct lesson lesson = synthetic_lesson(3, "A", "nowhere");
    const struct lesson_list list = { .lessons = &lesson, .count = 1 };
    char path[SCRATCH_PATH_MAX + 64];

    lesson.config = small_config();
    script_run(scratch,
               (struct window_options){ .lessons = &list, .width = 640, .height = 480 }, deeds,
               5);
    snprintf(path, sizeof path, "%s/duet-03-step0.png", scratch->folder);
    assert_int_equal(access(path, R_OK), 0);
    snprintf(path, sizeof path, "%s/duet-lessons.png", scratch->folder);
    assert_int_equal(access(path, R_OK), 0);
}

/* One Escape too many ends nothing: the run is there again, at its step. */
static void a_run_waits_while_the_list_is_shown(void **state)
{
    static const struct deed deeds[] = {
        { .key = SDLK_PERIOD },
        { .key = SDLK_s, .step = 1 },
        { .key = SDLK_ESCAPE, .step = 1 },
        { .key = SDLK_s },
        { .key = SDLK_ESCAPE },
        { .key = SDLK_PERIOD, .step = 1 },
        { .key = SDLK_s, .step = 2 },
        { .step = 2 },
    };
    static const char *const made[] = { "duet-03-step1.png", "duet-lessons.png",
                                        "duet-03-step2.png" };
    const struct scratch *scratch = *state;
    struct lesson lesson = synthetic_lesson(3, "A", "nowhere");
    const struct lesson_list list = { .lessons = &lesson, .count = 1 };

    lesson.config = small_config();
    script_run(
        scratch,
        (struct window_options){ .lessons = &list, .lesson = 3, .width = 640, .height = 480 },
        deeds, 8);
    for (int i = 0; i < 3; i++) {
        char path[SCRATCH_PATH_MAX + 64];

        snprintf(path, sizeof path, "%s/%s", scratch->folder, made[i]);
        assert_int_equal(access(path, R_OK), 0);
    }
}

/* The list stays, with what is wrong, whether it was chosen there or asked for at the start. */
static void a_lesson_that_cannot_be_run_leaves_the_list(void **state)
{
    static const struct deed deeds[] = { { .key = SDLK_RETURN }, { .key = SDLK_s }, { 0 } };
    const struct scratch *scratch = *state;
    struct lesson lesson = synthetic_lesson(3, "A", "nowhere");
    const struct lesson_list list = { .lessons = &lesson, .count = 1 };
    char path[SCRATCH_PATH_MAX + 64];

    lesson.broken = true;
    error_set(&lesson.fault, STATUS_USAGE, "nowhere/lesson.ini:4: unknown key");
    for (int number = 0; number <= 3; number += 3)
        script_run(scratch,
                   (struct window_options){
                       .lessons = &list, .lesson = number, .width = 640, .height = 480 },
                   deeds, 3);
    snprintf(path, sizeof path, "%s/duet-lessons-2.png", scratch->folder);
    assert_int_equal(access(path, R_OK), 0);
    assert_int_equal(scratch_count(scratch), 2);
}

/* How often a window said that it drew, before and after it had all that it needs. */
struct drawings {
    int waiting, complete, fresh;
    int until; /* so many complete ones */
    bool again, seconds_are_wrong;
    void (*act)(void); /* after the first complete one; NULL: nothing */
};

static enum window_next count_drawing(void *context, const struct window_drawn *drawn)
{
    struct drawings *drawings = context;

    drawings->seconds_are_wrong |= !(drawn->seconds > 0 && drawn->seconds < 60);
    if (!drawn->complete) {
        drawings->waiting++;
        return WINDOW_WAIT;
    }
    drawings->fresh += drawn->fresh;
    if (++drawings->complete >= drawings->until)
        return WINDOW_CLOSE;
    if (drawings->complete == 1 && drawings->act != NULL)
        drawings->act();
    return drawings->again ? WINDOW_AGAIN : WINDOW_WAIT;
}

static void run_counted(struct drawings *drawings)
{
    const struct lab_config config = small_config();

    assert_int_equal(window_run(&(struct window_options){ .config = &config,
                                                          .drawn = count_drawing,
                                                          .context = drawings },
                                NULL),
                     STATUS_OK);
}

static void a_window_says_when_it_has_drawn_and_ends_when_told(void **state)
{
    struct drawings drawings = { .until = 1 };

    (void)state;
    run_counted(&drawings);
    assert_int_equal(drawings.complete, 1);
    assert_int_equal(drawings.fresh, 1);
    assert_in_range(drawings.waiting, 0, 100);
    assert_false(drawings.seconds_are_wrong);
}

static void the_same_snapshot_is_drawn_again_when_that_is_wanted(void **state)
{
    struct drawings drawings = { .until = 6, .again = true }; /* it stands still at step 0 */

    (void)state;
    run_counted(&drawings);
    assert_int_equal(drawings.complete, 6);
    assert_int_equal(drawings.fresh, 1);
}

/*
 * When the frames of a training began to be drawn; so many that a first one that was noted late,
 * because another program had the core, makes no difference.
 */
enum { PACED_FRAMES = 40 };

struct paced {
    double first, last;
    int frames;
};

static enum window_next note_time(void *context, const struct window_drawn *drawn)
{
    struct paced *paced = context;

    if (drawn->snapshot == NULL || !drawn->snapshot->running)
        return WINDOW_AGAIN;
    paced->last = clock_seconds() - drawn->seconds;
    if (paced->frames++ == 0)
        paced->first = paced->last;
    return paced->frames < PACED_FRAMES ? WINDOW_AGAIN : WINDOW_CLOSE;
}

static void a_training_on_every_core_is_drawn_thirty_times_a_second_at_most(void **state)
{
    struct lab_config config = small_config();
    struct paced paced = { 0 };

    (void)state;
    config.training.threads = 0;
    config.training.batch = 64;       /* a few sequences are not enough for every core */
    config.training.steps = LONG_MAX; /* the window closes before */
    assert_int_equal(window_run(&(struct window_options){ .config = &config,
                                                          .running = true,
                                                          .drawn = note_time,
                                                          .context = &paced },
                                NULL),
                     STATUS_OK);
    assert_int_equal(paced.frames, PACED_FRAMES);
    assert_true(paced.last - paced.first > (PACED_FRAMES - 1) / 40.0); /* not 60 a second */
}

/* Until the window says that a step takes long, or one has been made. */
static enum window_next note_busy(void *context, const struct window_drawn *drawn)
{
    int *seconds = context;

    *seconds = drawn->view->busy_seconds;
    if (*seconds > 0 || (drawn->snapshot != NULL && drawn->snapshot->step > 0))
        return WINDOW_CLOSE;
    return WINDOW_WAIT;
}

static void a_step_that_takes_long_is_said_and_not_waited_for(void **state)
{
    struct lab_config config = small_config(); /* with a step that takes ten seconds or more */
    int seconds = 0;

    (void)state;
    config.task.length = 400;
    config.training.batch = 4096;
    config.training.threads = 1;
    config.training.steps = LONG_MAX;
    strcpy(config.arm[0].model, "transformer");
    config.arm[0].width = 64;
    assert_int_equal(window_run(&(struct window_options){ .config = &config,
                                                          .running = true,
                                                          .drawn = note_busy,
                                                          .context = &seconds },
                                NULL),
                     STATUS_OK);
    assert_in_range(seconds, 2, 60); /* 2 but where another program has the core */
}

/* Pictures of a training that a window took in until it had run for this long. */
struct calm {
    double began;
    int fresh;
};

static enum window_next count_fresh(void *context, const struct window_drawn *drawn)
{
    struct calm *calm = context;

    if (drawn->snapshot == NULL || !drawn->snapshot->running)
        return WINDOW_AGAIN;
    calm->began = calm->began > 0 ? calm->began : clock_seconds();
    calm->fresh += drawn->fresh;
    return clock_seconds() - calm->began < 1.2 ? WINDOW_AGAIN : WINDOW_CLOSE;
}

static void with_reduced_motion_pictures_change_twice_a_second(void **state)
{
    struct lab_config config = small_config();
    int fresh[2];

    (void)state;
    config.training.steps = LONG_MAX; /* the window closes before */
    for (int calm = 0; calm < 2; calm++) {
        struct calm counted = { 0 };

        assert_int_equal(window_run(&(struct window_options){ .config = &config,
                                                              .running = true,
                                                              .calm = calm == 1,
                                                              .drawn = count_fresh,
                                                              .context = &counted },
                                    NULL),
                         STATUS_OK);
        fresh[calm] = counted.fresh;
    }
    assert_in_range(fresh[1], 1, 4);
    assert_true(fresh[0] > fresh[1]);
}

static void make_larger_and_save(void)
{
    for (Uint32 id = 1; id < 100; id++) /* windows of earlier tests had the first numbers */
        if (SDL_GetWindowFromID(id) != NULL)
            SDL_SetWindowSize(SDL_GetWindowFromID(id), 700, 450);
    press(SDLK_s);
}

static void a_window_of_another_size_is_drawn_in_that_size(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = small_config();
    struct drawings drawings = { .until = 8, .again = true, .act = make_larger_and_save };
    const struct window_options options = { .config = &config,
                                            .width = 640,
                                            .height = 480,
                                            .drawn = count_drawing,
                                            .context = &drawings };
    char path[SCRATCH_PATH_MAX + 64], here[1024];
    SDL_Surface *read;

    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(scratch->folder), 0);
    assert_int_equal(window_run(&options, NULL), STATUS_OK);
    assert_int_equal(chdir(here), 0);
    snprintf(path, sizeof path, "%s/duet-adding-step0.png", scratch->folder);
    read = IMG_Load(path);
    assert_non_null(read);
    assert_int_equal(read->w, 700);
    assert_int_equal(read->h, 450);
    SDL_FreeSurface(read);
}

/* A driver that this display cannot have, and one that nobody has. */
static void without_a_graphics_card_the_window_draws_in_software(void **state)
{
    static const char *const drivers[] = { "opengl", "no_such_renderer" };

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct drawings drawings = { .until = 2, .again = true };

        setenv("SDL_RENDER_DRIVER", drivers[i], 1);
        run_counted(&drawings);
        unsetenv("SDL_RENDER_DRIVER");
        assert_int_equal(drawings.complete, 2);
    }
}

static void a_lesson_that_does_not_exist_is_refused(void **state)
{
    const struct lesson_list list = { 0 };
    struct error error = { 0 };

    (void)state;
    assert_int_equal(
        window_run(&(struct window_options){ .lessons = &list, .lesson = 77 }, &error),
        STATUS_USAGE);
    assert_non_null(strstr(error.message, "77"));
}

static void a_configuration_that_cannot_be_is_refused(void **state)
{
    struct lab_config config = small_config();
    struct error error = { 0 };

    (void)state;
    config.arm[1].heads = 3; /* does not divide 8 */
    assert_int_equal(window_run(&(struct window_options){ .config = &config }, &error),
                     STATUS_USAGE);
    assert_true(error.message[0] != '\0');
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function, \
                         .setup_func = scratch_setup, .teardown_func = scratch_teardown }

static const struct CMUnitTest tests[] = {
    TEST(a_shot_is_a_png_of_that_size),
    TEST(the_same_snapshot_gives_the_same_bytes),
    TEST(a_shot_shows_what_a_link_says),
    TEST(a_light_shot_is_light_and_one_for_a_room_is_larger),
    TEST(a_look_for_a_room_has_larger_letters_and_thick_lines),
    TEST(both_themes_can_be_read),
    TEST(a_shot_into_a_missing_folder_is_refused),
    TEST(missing_fonts_are_named_with_their_package),
    TEST(a_dummy_display_counts_when_it_is_asked_for),
    TEST(a_window_trains_saves_pictures_and_closes),
    TEST(a_window_goes_from_the_list_to_a_lesson_and_back),
    TEST(a_run_waits_while_the_list_is_shown),
    TEST(a_lesson_that_cannot_be_run_leaves_the_list),
    TEST(a_window_says_when_it_has_drawn_and_ends_when_told),
    TEST(the_same_snapshot_is_drawn_again_when_that_is_wanted),
    TEST(a_training_on_every_core_is_drawn_thirty_times_a_second_at_most),
    TEST(with_reduced_motion_pictures_change_twice_a_second),
    TEST(a_step_that_takes_long_is_said_and_not_waited_for),
    TEST(a_window_of_another_size_is_drawn_in_that_size),
    TEST(without_a_graphics_card_the_window_draws_in_software),
    TEST(a_lesson_that_does_not_exist_is_refused),
    TEST(a_configuration_that_cannot_be_is_refused),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
