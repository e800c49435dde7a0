/*
 * A window that hands play with for a long time takes no more memory at the end than at the
 * beginning, and no lesson brings it down. `make soak` plays for as many frames as an hour has;
 * DUET_SOAK_SEED plays another hand.
 */
#include "tests/test.h"

#include <SDL.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/common/files/scratch.h"
#include "tests/viz/window/synthetic.h"
#include "viz/window/keys.h"
#include "viz/window/view.h"
#include "viz/window/window.h"

enum { WIDTH = 1100, HEIGHT = 700, ROUND = 400, ROUNDS = 8, LONG_SOAK = 40, ROUNDS_MAX = 4096 };
enum { FRAMES_OF_A_LESSON = 60 };

/*
 * Frames are played in rounds; after each a lesson is opened anew, the first or the next, and
 * memory is measured.
 */
struct soak {
    const struct lesson_list *lessons; /* opened one after another */
    int rounds, round;
    int frames; /* of a round */
    int frame;
    bool left; /* in this round the list has been seen */
    uint32_t random;
    size_t bytes[ROUNDS_MAX];
};

static uint32_t draw_number(struct soak *soak, uint32_t below)
{
    soak->random = soak->random * 1664525u + 1013904223u; /* Numerical Recipes, ch. 7.1 */
    return (soak->random >> 8) % below;
}

static void push_key(SDL_Keycode code, SDL_Keymod modifiers)
{
    SDL_Event event = { .key = { .type = SDL_KEYDOWN, .state = SDL_PRESSED } };

    event.key.keysym.sym = code;
    event.key.keysym.mod = (Uint16)modifiers;
    SDL_PushEvent(&event);
}

/* Any key of the table but those that end the round or write files. */
static void push_some_key(struct soak *soak)
{
    static const enum action spared[] = { ACT_QUIT,   ACT_BACK,     ACT_SAVE,
                                          ACT_EXPORT, ACT_SAVE_RUN, ACT_RUNS };
    int count;
    const struct key *keys = keys_table(&count);
    const struct key *key = &keys[draw_number(soak, (uint32_t)count)];

    for (size_t i = 0; i < sizeof spared / sizeof *spared; i++)
        if (key->action == spared[i])
            return;
    push_key(key->code, key->with == WITH_SHIFT     ? KMOD_LSHIFT
                        : key->with == WITH_CONTROL ? KMOD_LCTRL
                                                    : KMOD_NONE);
}

/* Anywhere but on the way back to the list, at the left top. */
static void push_mouse(struct soak *soak)
{
    const int x = (int)draw_number(soak, WIDTH), y = 40 + (int)draw_number(soak, HEIGHT - 40);

    SDL_PushEvent(&(SDL_Event){ .motion = { .type = SDL_MOUSEMOTION, .x = x, .y = y } });
    for (int down = 1; down >= 0 && draw_number(soak, 3) > 0; down--)
        SDL_PushEvent(
            &(SDL_Event){ .button = { .type = down ? SDL_MOUSEBUTTONDOWN : SDL_MOUSEBUTTONUP,
                                      .button = SDL_BUTTON_LEFT,
                                      .clicks = 1,
                                      .x = x,
                                      .y = y } });
    if (draw_number(soak, 4) == 0)
        SDL_PushEvent(
            &(SDL_Event){ .wheel = { .type = SDL_MOUSEWHEEL, .preciseY = 1, .y = 1 } });
}

/* Through the list into the next lesson, whatever was open; true when it is there. */
static bool is_anew(struct soak *soak, const struct window_drawn *drawn)
{
    const int next = (soak->round + 1) % soak->lessons->count;

    if (!soak->left)
        SDL_FlushEvents(SDL_KEYDOWN, SDL_MOUSEWHEEL); /* the rest of what was played */
    if (!soak->left && !drawn->list)
        push_key(SDLK_ESCAPE, KMOD_NONE); /* first out of what is typed, chosen or changed */
    if (!soak->left && drawn->list) {
        soak->left = true;
        push_key(SDLK_0, KMOD_LCTRL); /* a canvas of its own size, with nothing kept */
        push_key(SDLK_HOME, KMOD_NONE);
        for (int i = 0; i < next; i++)
            push_key(SDLK_DOWN, KMOD_NONE);
        push_key(SDLK_RETURN, KMOD_NONE);
    }
    if (!soak->left || drawn->list || drawn->snapshot == NULL)
        return false;
    assert_int_equal(drawn->view->lesson->number, soak->lessons->lessons[next].number);
    return true;
}

#if defined(__SANITIZE_ADDRESS__)
size_t __sanitizer_get_current_allocated_bytes(void); /* has no header of its own here */

static size_t bytes_in_use(void)
{
    return __sanitizer_get_current_allocated_bytes();
}
#else
static size_t bytes_in_use(void)
{
    const struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}
#endif

static enum window_next play(void *context, const struct window_drawn *drawn)
{
    struct soak *soak = context;

    if (soak->frame < soak->frames) {
        soak->frame++;
        if (draw_number(soak, 3) == 0)
            push_some_key(soak);
        else
            push_mouse(soak);
        return WINDOW_HURRY;
    }
    if (!is_anew(soak, drawn))
        return WINDOW_AGAIN;
    soak->bytes[soak->round++] = bytes_in_use();
    soak->frame = 0;
    soak->left = false;
    return soak->round == soak->rounds ? WINDOW_CLOSE : WINDOW_HURRY;
}

/* What the environment names, within bounds. */
static int number_wanted(const char *name, int usual, int least, int most)
{
    const char *wanted = getenv(name);
    const int number = wanted != NULL ? atoi(wanted) : usual;

    return number < least ? least : number > most ? most : number;
}

static void memory_stays_flat_whatever_a_hand_does(void **state)
{
    const struct scratch *scratch = *state;
    struct lesson lesson = synthetic_lesson(3, "A", "tests/viz/window/lesson");
    const struct lesson_list list = { .lessons = &lesson, .count = 1 };
    struct soak soak = { .lessons = &list,
                         .frames = ROUND,
                         .rounds = number_wanted("DUET_SOAK_ROUNDS", ROUNDS, 4, ROUNDS_MAX),
                         .random = (uint32_t)number_wanted("DUET_SOAK_SEED", 1, 0, INT_MAX) };
    char here[1024];
    size_t first = 0, last = 0;

    lesson.config = config_default();
    lesson.config.task.length = 12;
    lesson.config.training.batch = 8;
    lesson.config.training.threads = 1;
    lesson.config.training.steps = LONG_MAX;
    assert_non_null(getcwd(here, sizeof here));
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    assert_int_equal(chdir(scratch->folder), 0);
    assert_int_equal(window_run(&(struct window_options){ .lessons = &list,
                                                          .lesson = 3,
                                                          .running = true,
                                                          .width = WIDTH,
                                                          .height = HEIGHT,
                                                          .drawn = play,
                                                          .context = &soak },
                                NULL),
                     STATUS_OK);
    assert_int_equal(chdir(here), 0);
    assert_int_equal(soak.round, soak.rounds);
    for (int i = soak.rounds / 2; i < soak.rounds; i++) { /* until then places fill */
        size_t *most = i < soak.rounds * 3 / 4 ? &first : &last;

        *most = soak.bytes[i] > *most ? soak.bytes[i] : *most;
    }
    print_message("%d rounds of %d frames: at most %zu bytes in the third quarter, %zu in the "
                  "fourth\n",
                  soak.rounds, ROUND, first, last);
    assert_true(last <= first + first / (soak.rounds < LONG_SOAK ? 20 : 100));
}

/* The real ones, trained, with their texts and the links in them. */
static void no_hand_brings_a_lesson_down(void **state)
{
    const struct scratch *scratch = *state;
    struct lesson_list list = { 0 };
    struct soak soak = { .lessons = &list,
                         .frames = number_wanted("DUET_SOAK_FRAMES", FRAMES_OF_A_LESSON, 1,
                                                 ROUND * ROUNDS_MAX),
                         .random = (uint32_t)number_wanted("DUET_SOAK_SEED", 1, 0, INT_MAX) };
    struct error error = { STATUS_OK, "" };
    char here[1024], lessons[1024 + 16];

    assert_non_null(getcwd(here, sizeof here));
    snprintf(lessons, sizeof lessons, "%s/lessons", here);
    setenv("DUET_LESSONS", lessons, 1); /* by a path that holds in another folder */
    if (lessons_read(&list, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    soak.rounds = list.count;
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    assert_int_equal(chdir(scratch->folder), 0);
    if (window_run(&(struct window_options){ .lessons = &list,
                                             .lesson = list.lessons[0].number,
                                             .running = true,
                                             .width = WIDTH,
                                             .height = HEIGHT,
                                             .drawn = play,
                                             .context = &soak },
                   &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_int_equal(chdir(here), 0);
    assert_int_equal(soak.round, soak.rounds);
    lesson_list_free(&list);
}

/* clang-format off */
static const struct CMUnitTest tests[] = {
    { .name = "memory_stays_flat_whatever_a_hand_does",
      .test_func = memory_stays_flat_whatever_a_hand_does,
      .setup_func = scratch_setup, .teardown_func = scratch_teardown },
    { .name = "no_hand_brings_a_lesson_down",
      .test_func = no_hand_brings_a_lesson_down,
      .setup_func = scratch_setup, .teardown_func = scratch_teardown },
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
