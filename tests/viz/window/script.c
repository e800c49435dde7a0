#include "tests/viz/window/script.h"

#include <unistd.h>

#include "common/clock.h"
#include "tests/test.h"

enum { GIVE_UP_SECONDS = 60 };

struct script {
    const struct deed *deeds;
    int count, next;
    double began; /* to wait for the next */
};

static bool is_time_for(const struct deed *deed, const struct window_drawn *drawn)
{
    const long step = drawn->snapshot != NULL ? drawn->snapshot->step : 0;
    const int claims = drawn->snapshot != NULL ? drawn->snapshot->claims.count : 0;

    return !SDL_HasEvents(SDL_KEYDOWN, SDL_MOUSEMOTION) /* the last one has been taken in */
           && drawn->complete && step >= deed->step && claims >= deed->claims &&
           (deed->file == NULL || access(deed->file, F_OK) == 0);
}

static void do_it(const struct deed *deed)
{
    SDL_Event event = { .type = SDL_FIRSTEVENT };

    if (deed->key == 0) {
        event.motion =
            (SDL_MouseMotionEvent){ .type = SDL_MOUSEMOTION, .x = deed->x, .y = deed->y };
    } else {
        event.key = (SDL_KeyboardEvent){ .type = SDL_KEYDOWN, .state = SDL_PRESSED };
        event.key.keysym.sym = deed->key;
        event.key.keysym.mod = (Uint16)deed->with;
    }
    assert_int_equal(SDL_PushEvent(&event), 1);
}

static enum window_next go_on(void *context, const struct window_drawn *drawn)
{
    struct script *script = context;

    if (!is_time_for(&script->deeds[script->next], drawn))
        return clock_seconds() - script->began < GIVE_UP_SECONDS ? WINDOW_AGAIN : WINDOW_CLOSE;
    if (script->next + 1 < script->count)
        do_it(&script->deeds[script->next]);
    script->next++;
    script->began = clock_seconds();
    return script->next < script->count ? WINDOW_HURRY : WINDOW_CLOSE;
}

void script_run(const struct scratch *scratch, struct window_options options,
                const struct deed *deeds, int count)
{
    struct script script = { deeds, count, 0, clock_seconds() };
    struct error error = { STATUS_OK, "" };
    char here[1024];

    options.drawn = go_on;
    options.context = &script;
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(scratch->folder), 0);
    if (window_run(&options, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_int_equal(chdir(here), 0);
    if (script.next < count)
        fail_msg("deed %d of %d was waited for in vain", script.next + 1, count);
}
