#include "tests/test.h"

#include "tests/viz/window/stage.h"

#include <stdio.h>

#include <stdlib.h>
#include <string.h>

static bool take_wish(void *context, const struct wish *wish)
{
    struct stage *stage = context;

    if (stage->busy || stage->wished == STAGE_WISHES)
        return false;
    stage->wishes[stage->wished++] = *wish;
    return true;
}

static void open_surface(struct stage *stage, int w, int h, double scale)
{
    struct error error = { 0 };

    stage->surface = SDL_CreateRGBSurfaceWithFormat(0, w, h, 32, SDL_PIXELFORMAT_ARGB8888);
    assert_non_null(stage->surface);
    stage->renderer = SDL_CreateSoftwareRenderer(stage->surface);
    assert_non_null(stage->renderer);
    canvas_open(&stage->canvas, stage->renderer, stage->surface,
                &(struct canvas_look){ .scale = scale }, &error);
    assert_string_equal(error.message, "");
    stage->view.canvas = stage->canvas;
}

static void close_surface(struct stage *stage)
{
    canvas_close(stage->canvas);
    SDL_DestroyRenderer(stage->renderer);
    SDL_FreeSurface(stage->surface);
}

int stage_setup(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);

    if (stage == NULL || SDL_InitSubSystem(SDL_INIT_VIDEO) != 0)
        return -1;
    SDL_FlushEvents(SDL_FIRSTEVENT, SDL_LASTEVENT);
    stage->row = *state;
    view_init(&stage->view, NULL, (struct view_sink){ take_wish, stage });
    open_surface(stage, 1280, 720, 1);
    stage->lesson = synthetic_lesson(3, "Watching gradients vanish", "tests/viz/window/lesson");
    view_open_lab(&stage->view, &stage->lesson);
    stage->snapshot = synthetic_snapshot(&(struct synthetic){ .left = "elman",
                                                              .right = "transformer",
                                                              .steps = 50,
                                                              .layers = 1,
                                                              .heads = 2,
                                                              .step = 600 });
    stage_draw(stage);
    *state = stage;
    return 0;
}

int stage_teardown(void **state)
{
    struct stage *stage = *state;

    view_free(&stage->view);
    close_surface(stage);
    snapshot_free(&stage->snapshot);
    free(stage);
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
    return 0;
}

void stage_draw(struct stage *stage)
{
    stage->snapshot.serial++;
    view_frame(&stage->view, &stage->snapshot, stage->surface->w, stage->surface->h);
    SDL_RenderFlush(stage->renderer);
}

void stage_show(struct stage *stage, const struct synthetic *wish)
{
    const unsigned long serial = stage->snapshot.serial;

    snapshot_free(&stage->snapshot);
    stage->snapshot = synthetic_snapshot(wish);
    stage->snapshot.serial = serial;
    stage_draw(stage);
}

void stage_resize(struct stage *stage, int w, int h, double scale)
{
    close_surface(stage);
    open_surface(stage, w, h, scale);
    stage_draw(stage);
}

/* Through the queue, as they come from a hand. */
static void send(struct stage *stage, SDL_Event event)
{
    assert_int_equal(SDL_PushEvent(&event), 1);
    while (SDL_PollEvent(&event))
        view_event(&stage->view, &event);
}

void stage_key(struct stage *stage, SDL_Keycode key, SDL_Keymod modifiers)
{
    SDL_Event event = { .key = { .type = SDL_KEYDOWN, .state = SDL_PRESSED } };

    event.key.keysym.sym = key;
    event.key.keysym.mod = (Uint16)modifiers;
    send(stage, event);
}

void stage_move(struct stage *stage, int x, int y)
{
    send(stage, (SDL_Event){ .motion = { .type = SDL_MOUSEMOTION, .x = x, .y = y } });
    stage_draw(stage);
}

static void button(struct stage *stage, Uint32 type, int x, int y)
{
    send(stage,
         (SDL_Event){
             .button = {
                 .type = type, .button = SDL_BUTTON_LEFT, .clicks = 1, .x = x, .y = y } });
}

void stage_click(struct stage *stage, int x, int y)
{
    stage_move(stage, x, y);
    button(stage, SDL_MOUSEBUTTONDOWN, x, y);
    button(stage, SDL_MOUSEBUTTONUP, x, y);
}

void stage_drag(struct stage *stage, int x0, int y0, int x1, int y1)
{
    stage_move(stage, x0, y0);
    button(stage, SDL_MOUSEBUTTONDOWN, x0, y0);
    stage_move(stage, x1, y1);
    button(stage, SDL_MOUSEBUTTONUP, x1, y1);
}

void stage_letters(struct stage *stage, const char *letters)
{
    SDL_Event event = { .text = { .type = SDL_TEXTINPUT } };

    send(stage, (SDL_Event){ .key = { .type = SDL_KEYUP } }); /* of the key before */
    snprintf(event.text.text, sizeof event.text.text, "%s", letters);
    send(stage, event);
}

void stage_wheel(struct stage *stage, int turned)
{
    send(stage,
         (SDL_Event){
             .wheel = { .type = SDL_MOUSEWHEEL, .y = turned, .preciseY = (float)turned } });
}

void stage_press(struct stage *stage, enum action action, int arm, long value)
{
    for (int i = 0; i < stage->view.hots; i++) {
        const struct hot *hot = &stage->view.hot[i];

        if (hot->action == action && hot->arm == arm && hot->value == value) {
            stage_click(stage, hot->rect.x + hot->rect.w / 2, hot->rect.y + hot->rect.h / 2);
            return;
        }
    }
    fail_msg("nothing on the screen does action %d of arm %d with %ld", (int)action, arm,
             value);
}

void stage_write(struct stage *stage, int count)
{
    stage->snapshot.writes = WRITES_ON;
    for (int i = 0; i < 2; i++) {
        struct written *written = &stage->snapshot.arm[i].written;

        *written = (struct written){ .any = true, .open = true, .step = 600, .count = count };
        for (int k = 0; k < count; k++) {
            snprintf(written->symbol[k].text, sizeof written->symbol[k].text, "%d", k % 5);
            written->symbol[k].probability = (float)(k % 5) / 4;
        }
        stage->view.arm[i].tab = TAB_PREDICTION;
    }
    stage->view.writing.shown = true;
    stage_draw(stage);
}

unsigned stage_pixel(const struct stage *stage, int x, int y)
{
    Uint32 pixel;

    assert_in_range(x, 0, stage->surface->w - 1);
    assert_in_range(y, 0, stage->surface->h - 1);
    memcpy(&pixel, (const char *)stage->surface->pixels + y * stage->surface->pitch + 4 * x,
           sizeof pixel);
    return pixel & 0xffffff;
}

unsigned stage_rgb(struct colour colour)
{
    return theme_argb(colour) & 0xffffff;
}

const struct wish *stage_one_wish(struct stage *stage)
{
    assert_int_equal(stage->wished, 1);
    stage->wished = 0;
    return &stage->wishes[0];
}

struct rect stage_gradient_plot(const struct stage *stage, int column)
{
    const struct layout_column *c = &stage->view.layout.column[column];

    /* 20 units of title, 15 of legend. */
    return (struct rect){ c->axis_x, c->gradient.y + 20, c->axis_w, c->gradient.h - 35 };
}

struct rect stage_lower_plot(const struct stage *stage, int column)
{
    const struct layout_column *c = &stage->view.layout.column[column];

    return (struct rect){ c->axis_x, c->lower.y + 21 + 20, c->axis_w, c->lower.h - 21 - 20 };
}

void stage_wheel_at(struct stage *stage, int x, int y, int turned)
{
    stage_move(stage, x, y);
    stage_wheel(stage, turned);
}
