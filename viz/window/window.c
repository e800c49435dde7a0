#include "viz/window/window.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include "common/clock.h"
#include "lessons/experiment.h"
#include "lessons/live.h"
#include "lessons/words.h"
#include "viz/window/display.h"
#include "viz/window/look.h"
#include "viz/window/view.h"
#include "viz/window/window_files.h"

enum {
    FRAME_MS = 16,
    FRAME_WITHOUT_A_CORE_MS = 33, /* where every core trains, each frame makes it wait */
    CALM_MS = 500,                /* between pictures of a training, with reduced motion */
    IDLE_MS = 100                 /* between looks at a list that nobody touches */
};

struct window {
    const struct window_options *options;
    struct display display;
    struct canvas *canvas;
    struct view view;
    struct live *live;               /* NULL before the first; waits while the list is shown */
    const struct snapshot *snapshot; /* of live; NULL before the first */
    bool fresh;                      /* it has not been drawn yet */
    bool hurry;                      /* the next frame waits for nothing */
    uint64_t drawn_ms, taken_ms;
};

/* A canvas of the scale that the screen, the options and the keys ask for together. */
static enum status open_canvas(struct window *w, struct error *error)
{
    const double own = w->options->scale > 0 ? w->options->scale : display_density(&w->display);
    const struct canvas_look look =
        window_look(own * (1 + 0.1 * w->view.scale_steps), w->view.light, w->options->present);
    struct canvas *canvas;
    const enum status status =
        canvas_open(&canvas, w->display.renderer, w->display.surface, &look, error);

    if (status != STATUS_OK)
        return status;
    canvas_close(w->canvas);
    w->canvas = w->view.canvas = canvas;
    w->view.dirty = true;
    return STATUS_OK;
}

/* After a change of the window's size: what is drawn on, and the canvas on top of it. */
static enum status fit_display(struct window *w, struct error *error)
{
    enum status status;

    if (display_fits(&w->display))
        return STATUS_OK;
    canvas_close(w->canvas);
    w->canvas = w->view.canvas = NULL;
    status = display_renew(&w->display, error);
    return status == STATUS_OK ? open_canvas(w, error) : status;
}

static enum status open_window(struct window *w, struct error *error)
{
    const enum status status =
        display_open(&w->display, w->options->width, w->options->height, error);

    return status == STATUS_OK ? open_canvas(w, error) : status;
}

static void close_window(struct window *w)
{
    live_stop(w->live);
    view_free(&w->view);
    canvas_close(w->canvas);
    display_close(&w->display);
}

/* -------------------------------------------------------------------------------------- lab */

static bool take_wish(void *context, const struct wish *wish)
{
    struct window *w = context;

    return w->live != NULL && live_send(w->live, wish);
}

static void title_window(struct window *w)
{
    const struct lab_config *config = &w->snapshot->config;
    const unsigned long long seed = config->training.seed;
    char title[LESSON_TEXT_MAX + 64];

    if (w->view.lesson != NULL)
        snprintf(title, sizeof title,
                 words_in(w->view.language, "Duet \u2013 %02d %s \u2013 seed %llu"),
                 w->view.lesson->number, lesson_title(w->view.lesson, w->view.language), seed);
    else
        snprintf(title, sizeof title,
                 words_in(w->view.language, "Duet \u2013 %s \u2013 seed %llu"),
                 config->task.name, seed);
    if (strcmp(title, SDL_GetWindowTitle(w->display.handle)) != 0)
        SDL_SetWindowTitle(w->display.handle, title);
}

/* The run waits: one key too many must not cost an hour of training. */
static void show_picker(struct window *w)
{
    if (w->live != NULL)
        live_send(w->live, &(struct wish){ .kind = WISH_PAUSE });
    view_open_picker(&w->view, w->options->lessons);
    w->view.run_waits = w->live != NULL;
    SDL_SetWindowTitle(w->display.handle, "Duet");
}

static void return_to_run(struct window *w)
{
    view_return(&w->view);
    if (w->snapshot != NULL)
        title_window(w);
}

/* The lab that trains is one of that lesson, or of none: read its text, watch its claims. */
static void show_lab(struct window *w, const struct lesson *lesson)
{
    live_send(w->live, &(struct wish){ .kind = WISH_CLAIMS, .lesson = lesson });
    if (w->options->logbook != NULL)
        logbook_visit(w->options->logbook, lesson);
    view_open_lab(&w->view, lesson);
}

/* Another lab in place of the one there was. */
static void take_lab(struct window *w, struct live *live, const struct lesson *lesson)
{
    live_stop(w->live);
    w->live = live;
    w->snapshot = NULL;
    if (lesson != NULL)
        show_lab(w, lesson);
    else /* a new lab watches no claims, and each wish is one more picture */
        view_open_lab(&w->view, NULL);
}

/* The lab of that lesson, or of none. On failure the window shows what it showed before. */
static enum status open_lab(struct window *w, const struct lesson *lesson,
                            const struct lab_config *config, struct error *error)
{
    struct live *live;
    const enum status status = live_start(&live, config, error);

    if (status == STATUS_OK)
        take_lab(w, live, lesson);
    return status;
}

/* What is wrong with a lesson is said; one that cannot be run leaves the window as it was. */
static enum status open_lesson(struct window *w, int number, const char *experiment,
                               const struct lab_config *config, struct error *error)
{
    const struct lesson *lesson = w->options->lessons != NULL
                                      ? experiment_find(w->options->lessons, number, experiment)
                                      : NULL;

    if (lesson == NULL)
        return error_set(error, STATUS_USAGE, "there is no lesson %d%s%s", number,
                         strcmp(experiment, "lesson") ? " with an experiment " : "",
                         strcmp(experiment, "lesson") ? experiment : "");
    if (lesson->broken) {
        view_say(&w->view, true, "%s", lesson->fault.message);
        if (w->live == NULL && w->view.screen != SCREEN_PICKER)
            show_picker(w);
        return STATUS_OK;
    }
    return open_lab(w, lesson, config != NULL ? config : &lesson->config, error);
}

/* From the list of lessons: there is no lab that could do it. */
static enum status open_run(struct window *w, const char *folder, struct error *error)
{
    struct live *live;
    const enum status status = live_open(&live, folder, error);

    if (status != STATUS_OK)
        return status;
    take_lab(w, live, window_lesson_of_run(&w->view, w->options->lessons, folder));
    view_say(&w->view, false, "Opened %s", folder);
    return STATUS_OK;
}

static enum status begin(struct window *w, struct error *error)
{
    const struct window_options *options = w->options;
    enum status status = STATUS_OK;

    w->view.lessons = options->lessons;
    w->view.logbook = options->logbook;
    if (options->lesson != 0)
        status = open_lesson(w, options->lesson,
                             options->experiment != NULL ? options->experiment : "lesson",
                             options->config, error);
    else if (options->config != NULL)
        status = open_lab(w, NULL, options->config, error);
    else if (options->run != NULL)
        status = open_run(w, options->run, error);
    else
        show_picker(w);
    if (status == STATUS_OK && w->live != NULL && options->running)
        live_send(w->live, &(struct wish){ .kind = WISH_RUN });
    return status;
}

/* --------------------------------------------------------------------------------- requests */

static void serve_request(struct window *w)
{
    const enum request request = w->view.request;
    struct error error;
    enum status status = STATUS_OK;
    int width, height;

    if (request == REQUEST_QUIT)
        return;
    w->view.request = REQUEST_NONE;
    switch (request) {
    case REQUEST_LESSON:
        status = open_lesson(w, w->view.asked_lesson, "lesson", NULL, &error);
        break;
    case REQUEST_PICKER:
        if (w->options->lessons != NULL)
            show_picker(w);
        else
            w->view.request = REQUEST_QUIT;
        break;
    case REQUEST_RETURN:
        return_to_run(w);
        break;
    case REQUEST_SAVE:
    case REQUEST_SAVE_WINDOW:
        display_size(&w->display, &width, &height);
        window_save_picture(&w->view, w->display.renderer, w->snapshot, width, height,
                            request == REQUEST_SAVE_WINDOW);
        break;
    case REQUEST_EXPORT:
        window_save_numbers(&w->view, w->snapshot);
        break;
    case REQUEST_OPEN_RUN:
        status = open_run(w, w->view.asked_path, &error);
        break;
    case REQUEST_LOOK:
        status = open_canvas(w, &error);
        break;
    default:
        break;
    }
    if (status != STATUS_OK)
        view_say(&w->view, true, "%s", error.message);
}

/* ------------------------------------------------------------------------------------- loop */

/* The least time between two frames. */
static int frame_ms(const struct window *w)
{
    const bool busy = w->snapshot != NULL && w->snapshot->running && w->snapshot->every_core;

    return w->hurry ? 0 : busy ? FRAME_WITHOUT_A_CORE_MS : FRAME_MS;
}

/* Sleep until an event, or until it is time to look for a new snapshot; then take events in. */
static void take_events(struct window *w)
{
    const uint64_t now = SDL_GetTicks64(), since = now - w->drawn_ms;
    const uint64_t between = (uint64_t)frame_ms(w);
    const bool list = w->view.screen == SCREEN_PICKER;
    const int pause = list && !w->view.dirty ? IDLE_MS
                      : since < between      ? (int)(between - since)
                      : w->view.dirty        ? 0
                                             : FRAME_MS;
    SDL_Event event;
    bool any = SDL_WaitEventTimeout(&event, pause) != 0;

    w->view.now_ms = SDL_GetTicks64();
    w->view.mouse_scale = display_density(&w->display);
    while (any) {
        view_event(&w->view, &event);
        /* A request is served before the next event is looked at: that may ask for another. */
        any = w->view.request == REQUEST_NONE && SDL_PollEvent(&event) != 0;
    }
}

/*
 * Reduced motion: the picture of a training that runs stays for half a second. What a hand does
 * answers at once in any case: only the numbers under it are that old.
 */
static bool is_calm(const struct window *w)
{
    return w->options->calm && w->snapshot != NULL && w->snapshot->running &&
           w->view.now_ms - w->taken_ms < CALM_MS;
}

static void take_news(struct window *w)
{
    char path[LIVE_PATH_MAX];

    switch (live_news(w->live, path)) {
    case NEWS_SAVED:
        view_say(&w->view, false, "Saved the run in %s", path);
        break;
    case NEWS_OPENED:
        show_lab(w, window_lesson_of_run(&w->view, w->options->lessons, path));
        view_say(&w->view, false, "Opened %s: Space goes on with it", path);
        break;
    case NEWS_NONE:
        break;
    }
}

/* What the run has met for good. */
static void note_claims(struct window *w)
{
    const struct claims_now *claims = &w->snapshot->claims;

    if (w->options->logbook == NULL || !claims->own)
        return;
    for (int i = 0; i < claims->count; i++)
        if (claims->claim[i].state == CLAIM_MET && !claims->claim[i].provisional)
            logbook_meet(w->options->logbook, claims->lesson, claims->lesson->claims[i].name);
}

static void keep_logbook(struct window *w)
{
    struct error error;

    if (w->options->logbook == NULL)
        return;
    logbook_save(w->options->logbook);
    if (logbook_fault(w->options->logbook, &error))
        view_say(&w->view, true, "%s", error.message);
}

static void take_snapshot(struct window *w)
{
    struct error error;
    bool changed = false;

    if (w->live == NULL || w->view.screen == SCREEN_PICKER)
        return;
    if (!is_calm(w)) {
        w->snapshot = live_latest(w->live, &changed);
        w->taken_ms = changed ? w->view.now_ms : w->taken_ms;
    }
    if (changed)
        w->view.dirty = w->fresh = true;
    if (changed && w->snapshot != NULL)
        title_window(w);
    if (changed && w->snapshot != NULL)
        note_claims(w);
    if (live_refusal(w->live, &error))
        view_say(&w->view, true, "%s", error.message);
    take_news(w);
}

/* Tell who asked about the frame, and do what is wanted next. */
static void tell(struct window *w, double seconds)
{
    const struct window_options *options = w->options;
    const struct window_drawn drawn = { .snapshot = w->snapshot,
                                        .complete = w->live == NULL || w->snapshot != NULL,
                                        .list = w->view.screen == SCREEN_PICKER,
                                        .fresh = w->fresh,
                                        .seconds = seconds,
                                        .view = &w->view };

    w->hurry = false;
    if (options->drawn == NULL)
        return;
    switch (options->drawn(options->context, &drawn)) {
    case WINDOW_WAIT:
        break;
    case WINDOW_AGAIN:
        w->view.dirty = true;
        break;
    case WINDOW_HURRY:
        w->view.dirty = w->hurry = true;
        break;
    case WINDOW_CLOSE:
        w->view.request = REQUEST_QUIT;
        break;
    }
}

/* What takes long is said, for as long as it does. */
static void watch_trainer(struct window *w)
{
    static const double LONG_SECONDS = 2;
    const double busy = w->live != NULL ? live_busy_seconds(w->live) : 0;
    const int seconds = busy >= LONG_SECONDS ? (int)busy : 0;

    if (seconds != w->view.busy_seconds)
        w->view.dirty = true;
    w->view.busy_seconds = seconds;
}

static void draw(struct window *w)
{
    const double begin = clock_seconds();
    int width, height;

    if (w->view.message[0] != '\0' && w->view.now_ms >= w->view.message_until_ms)
        w->view.dirty = true;
    if (w->view.pointed > 0 && w->view.now_ms >= w->view.pointed_until_ms)
        w->view.dirty = true;
    if (!w->view.dirty || w->view.now_ms - w->drawn_ms < (uint64_t)frame_ms(w))
        return;
    w->drawn_ms = w->view.now_ms;
    display_size(&w->display, &width, &height);
    view_frame(&w->view, w->snapshot, width, height);
    display_present(&w->display);
    tell(w, clock_seconds() - begin);
    w->fresh = false;
}

bool window_display_available(void)
{
    return display_available();
}

enum status window_run(const struct window_options *options, struct error *error)
{
    struct window *w = calloc(1, sizeof *w);
    enum status status;

    if (w == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a window");
    w->options = options;
    view_init(&w->view, NULL, (struct view_sink){ take_wish, w });
    w->view.light = options->light || options->present;
    status = open_window(w, error);
    if (status == STATUS_OK)
        view_speak(&w->view, options->language);
    if (status == STATUS_OK)
        status = begin(w, error);
    while (status == STATUS_OK && w->view.request != REQUEST_QUIT) {
        take_events(w);
        status = fit_display(w, error);
        if (status != STATUS_OK)
            break;
        serve_request(w);
        take_snapshot(w);
        keep_logbook(w);
        watch_trainer(w);
        draw(w);
    }
    close_window(w);
    free(w);
    return status;
}
