#include "viz/window/view.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include "viz/window/document.h"
#include "viz/window/panels.h"
#include "viz/window/trace_view.h"

enum { MESSAGE_MS = 5000, WHEEL_UNITS = 48 };

void view_init(struct view *view, struct canvas *canvas, struct view_sink sink)
{
    memset(view, 0, sizeof *view);
    view->canvas = canvas;
    view->sink = sink;
    view->text = true;
    view->shown[1] = 1;
    view->mouse_x = view->mouse_y = -1;
    view->mouse_scale = 1;
    view->hover_step = view->hover_column = -1;
    view->dirty = true;
}

void view_free(struct view *view)
{
    document_free(view->document);
    free(view->hot);
    view->document = NULL;
    view->hot = NULL;
    view->hots = view->hot_capacity = 0;
    view->hover = NULL;
}

void view_open_lab(struct view *view, const struct lesson *lesson)
{
    document_free(view->document);
    view->document = lesson != NULL ? document_read(lesson) : NULL;
    view->lesson = lesson;
    view->screen = SCREEN_LAB;
    view->scroll = view->scroll_most = 0;
    view->shown[0] = 0;
    view->shown[1] = 1;
    view->hots = 0;
    view->hover = NULL;
    view->epoch++;
    memset(view->arm, 0, sizeof view->arm);
    memset(&view->seen, 0, sizeof view->seen);
    memset(&view->wished, 0, sizeof view->wished);
    view->dirty = true;
}

void view_open_picker(struct view *view, const struct lesson_list *lessons)
{
    view->lessons = lessons;
    view->screen = SCREEN_PICKER;
    view->picked = 0;
    for (int i = 0; lessons != NULL && i < lessons->count; i++)
        if (view->lesson != NULL && lessons->lessons[i].number == view->lesson->number)
            view->picked = i;
    view->help = false;
    view->hots = 0;
    view->hover = NULL;
    view->dirty = true;
}

void view_say(struct view *view, bool bad, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(view->message, sizeof view->message, format, arguments);
    va_end(arguments);
    view->message_bad = bad;
    view->message_until_ms = view->now_ms + MESSAGE_MS;
    view->dirty = true;
}

bool view_over(const struct view *view, struct rect rect)
{
    return rect_contains(rect, view->mouse_x, view->mouse_y);
}

bool view_hot(struct view *view, struct hot hot)
{
    if (view->hots == view->hot_capacity) {
        const int capacity = view->hot_capacity ? 2 * view->hot_capacity : 128;
        struct hot *hots = realloc(view->hot, (size_t)capacity * sizeof *hots);

        if (hots == NULL) /* this one control does not answer in this frame */
            return view_over(view, hot.rect);
        view->hot = hots;
        view->hot_capacity = capacity;
    }
    view->hot[view->hots++] = hot;
    return view_over(view, hot.rect);
}

/* What was drawn last at that place is on top. */
static const struct hot *hot_at(const struct view *view, int x, int y)
{
    for (int i = view->hots - 1; i >= 0; i--)
        if (rect_contains(view->hot[i].rect, x, y))
            return &view->hot[i];
    return NULL;
}

/* Keys of the list of lessons. */
static void picker_key(struct view *view, SDL_Keycode key)
{
    const int count = view->lessons != NULL ? view->lessons->count : 0;

    if (key == SDLK_UP && view->picked > 0) {
        view->picked--;
    } else if (key == SDLK_DOWN && view->picked + 1 < count) {
        view->picked++;
    } else if (key == SDLK_HOME) {
        view->picked = 0;
    } else if (key == SDLK_END && count > 0) {
        view->picked = count - 1;
    } else if (key == SDLK_RETURN || key == SDLK_KP_ENTER || key == SDLK_SPACE) {
        view_act(view, ACT_LESSON, 0, view->picked);
    } else if (key == SDLK_ESCAPE) {
        view_act(view, ACT_BACK, 0, 0);
    } else if (key == SDLK_s) {
        view_act(view, ACT_SAVE, 0, 0);
    } else if (key >= SDLK_0 && key <= SDLK_9) {
        for (int i = 0; i < count; i++)
            if (view->lessons->lessons[i].number == key - SDLK_0)
                view_act(view, ACT_LESSON, 0, i);
    }
}

static void lab_key(struct view *view, SDL_Keycode key, bool shift)
{
    static const struct {
        SDL_Keycode key;
        enum action action;
        long value;
    } keys[] = {
        { SDLK_SPACE, ACT_RUN, 0 },    { SDLK_PERIOD, ACT_STEP, 0 },
        { SDLK_v, ACT_STATE_VIEW, 0 }, { SDLK_l, ACT_LOG, 0 },
        { SDLK_t, ACT_TEXT, 0 },       { SDLK_LEFT, ACT_SAMPLE, -1 },
        { SDLK_RIGHT, ACT_SAMPLE, 1 }, { SDLK_s, ACT_SAVE, 0 },
        { SDLK_ESCAPE, ACT_BACK, 0 },  { SDLK_m, ACT_MORE, 0 },
    };

    if (key == SDLK_r)
        view_act(view, shift ? ACT_NEW_SEED : ACT_RESTART, 0, 0);
    if (key == SDLK_k)
        view_act(view, ACT_KNOCK_OUT, -1, 0);
    if (key >= SDLK_1 && key <= SDLK_9)
        view_act(view, ACT_NUMBER, 0, key - SDLK_1);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].key == key)
            view_act(view, keys[i].action, 0, keys[i].value);
}

static void key_down(struct view *view, const SDL_KeyboardEvent *event)
{
    const SDL_Keycode key = event->keysym.sym;
    const bool control = (event->keysym.mod & (KMOD_CTRL | KMOD_GUI)) != 0;

    if (control) {
        if (key == SDLK_PLUS || key == SDLK_EQUALS || key == SDLK_KP_PLUS)
            view_act(view, ACT_SCALE, 0, 1);
        else if (key == SDLK_MINUS || key == SDLK_KP_MINUS)
            view_act(view, ACT_SCALE, 0, -1);
        else if (key == SDLK_0)
            view_act(view, ACT_SCALE, 0, 0);
        else if (key == SDLK_q || key == SDLK_w)
            view_act(view, ACT_QUIT, 0, 0);
        return;
    }
    /* Held down, only what moves goes on: a run that stutters on and off helps nobody. */
    if (event->repeat && key != SDLK_PERIOD && key != SDLK_UP && key != SDLK_DOWN &&
        key != SDLK_LEFT && key != SDLK_RIGHT)
        return;
    if (key == SDLK_F1)
        view_act(view, ACT_HELP, 0, 0);
    else if (view->help)
        view->help = false;
    else if (view->screen == SCREEN_PICKER)
        picker_key(view, key);
    else
        lab_key(view, key, (event->keysym.mod & KMOD_SHIFT) != 0);
}

static void mouse_move(struct view *view, int x, int y)
{
    view->mouse_x = (int)lround(x * view->mouse_scale);
    view->mouse_y = (int)lround(y * view->mouse_scale);
}

static void mouse_down(struct view *view, const SDL_MouseButtonEvent *event)
{
    const struct hot *hot;

    mouse_move(view, event->x, event->y);
    if (event->button != SDL_BUTTON_LEFT)
        return;
    hot = hot_at(view, view->mouse_x, view->mouse_y);
    if (view->help)
        view->help = false;
    else if (hot != NULL)
        view_act(view, hot->action, hot->arm, hot->value);
}

static void wheel(struct view *view, double turned)
{
    view->scroll -= (int)lround(turned * WHEEL_UNITS * canvas_scale(view->canvas));
    if (view->scroll > view->scroll_most)
        view->scroll = view->scroll_most;
    if (view->scroll < 0)
        view->scroll = 0;
}

void view_event(struct view *view, const SDL_Event *event)
{
    switch (event->type) {
    case SDL_KEYDOWN:
        key_down(view, &event->key);
        break;
    case SDL_MOUSEMOTION:
        mouse_move(view, event->motion.x, event->motion.y);
        break;
    case SDL_MOUSEBUTTONDOWN:
        mouse_down(view, &event->button);
        break;
    case SDL_MOUSEWHEEL:
        wheel(view, (double)event->wheel.preciseY);
        break;
    case SDL_QUIT:
        view->request = REQUEST_QUIT;
        break;
    case SDL_WINDOWEVENT:
        if (event->window.event == SDL_WINDOWEVENT_LEAVE)
            view->mouse_x = view->mouse_y = -1;
        break;
    case SDL_RENDER_TARGETS_RESET:
    case SDL_RENDER_DEVICE_RESET:
        break;
    default:
        return;
    }
    view->dirty = true;
}

/* Whether the mouse is on something that has the time axis; titles have buttons instead. */
static bool over_time(const struct view *view, const struct layout_column *c)
{
    const struct rect parts[] = { c->gradient, c->strip, c->tokens, c->states, c->lower };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const bool titled = i == 0 || i >= 3;
        const int title = titled ? panel_title_row(view, parts[i]).h : 0;

        if (parts[i].w > 0 && view_over(view, rect_inset(parts[i], 0, title, 0, 0)))
            return true;
    }
    return false;
}

/* The time step under the mouse. */
static void find_step(struct view *view, const struct snapshot *snapshot)
{
    view->hover_step = view->hover_column = -1;
    for (int i = 0; i < view->layout.columns; i++) {
        const struct layout_column *c = &view->layout.column[i];
        const struct time_axis axis = { c->axis_x, c->axis_w, snapshot->steps };

        if (snapshot->steps < 1 || !over_time(view, c))
            continue;
        view->hover_column = i;
        view->hover_step = time_at(&axis, view->mouse_x);
    }
}

/* Keep what events will need. */
static void remember(struct view *view, const struct snapshot *snapshot)
{
    struct seen *seen = &view->seen;

    seen->any = true;
    seen->config = snapshot->config;
    seen->running = snapshot->running;
    seen->step = snapshot->step;
    seen->sample = snapshot->sample;
    seen->steps = snapshot->steps;
    seen->loss_at = snapshot->loss_at;
    seen->arms = snapshot->arms;
    if (seen->running == view->wished.running) /* it may end by itself from here on */
        view->wished.running_until_ms = 0;
    seen->edits = 0;
    for (int i = 0; i < snapshot->arms; i++) {
        struct attention_view head = { 0 };

        trace_view_attention(&snapshot->arm[i].trace, view->arm[i].head, &head);
        seen->layer[i] = head.layer;
        seen->head[i] = head.head;
        seen->edits += snapshot->arm[i].edits;
        seen->heads[i] = trace_view_heads(&snapshot->arm[i].trace);
        trace_view_entries(&snapshot->arm[i].trace, view->arm[i].layer, seen->entry[i]);
    }
    for (int i = 0; i < 2; i++)
        if (view->shown[i] >= snapshot->arms)
            view->shown[i] = snapshot->arms > i ? i : 0;
}

/* Rows of the strip over the tokens: heads of the arm that has most, as far as they fit. */
static int strip_rows(const struct view *view)
{
    int rows = 0;

    for (int i = 0; i < 2 && i < view->seen.arms; i++)
        if (view->seen.heads[view->shown[i]] > rows)
            rows = view->seen.heads[view->shown[i]];
    return rows > STRIP_ROWS_MAX ? STRIP_ROWS_MAX : rows;
}

static void draw_column(struct view *view, const struct snapshot *snapshot, int column)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const struct layout_column *c = &view->layout.column[column];
    const int number = view->shown[column];
    const struct arm_panel panel = {
        .view = view,
        .snapshot = snapshot,
        .arm = &snapshot->arm[number],
        .number = number,
        .column = column,
        .place = c,
        .axis = { c->axis_x, c->axis_w, snapshot->steps },
    };

    canvas_round(view->canvas, c->card, canvas_px(view->canvas, 6), theme->panel);
    memset(view->hover_text[column], 0, sizeof view->hover_text[column]);
    panel_header(&panel);
    if (snapshot->steps < 1)
        return;
    panel_gradient(&panel);
    panel_strip(&panel);
    panel_tokens(&panel);
    panel_states(&panel);
    panel_lower(&panel);
    panel_cursor(&panel);
}

static void draw_lab(struct view *view, const struct snapshot *snapshot)
{
    find_step(view, snapshot);
    panel_rail(view, snapshot);
    panel_race(view, snapshot);
    for (int i = 0; i < view->layout.columns && view->shown[i] < snapshot->arms; i++)
        draw_column(view, snapshot, i);
    panel_lesson(view);
    panel_status(view, snapshot);
}

void view_frame(struct view *view, const struct snapshot *snapshot, int w, int h)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const struct hot *hot;

    view->hots = 0;
    view->hover = NULL;
    view->dirty = false;
    if (view->message[0] != '\0' && view->now_ms >= view->message_until_ms)
        view->message[0] = '\0';
    canvas_clip(view->canvas, NULL);
    canvas_clear(view->canvas, theme->window);
    if (view->screen == SCREEN_PICKER) {
        panel_picker(view, w, h);
    } else {
        if (snapshot != NULL)
            remember(view, snapshot);
        layout_compute(&view->layout,
                       &(struct layout_wish){ .w = w,
                                              .h = h,
                                              .scale = canvas_scale(view->canvas),
                                              .arms = view->seen.arms,
                                              .strip_rows = strip_rows(view),
                                              .text = view->text && view->document != NULL });
        if (snapshot != NULL)
            draw_lab(view, snapshot);
    }
    hot = hot_at(view, view->mouse_x, view->mouse_y);
    view->hover = hot;
    if (view->help)
        panel_help(view, w, h);
    else
        panel_hint(view, w, h);
}
