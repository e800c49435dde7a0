#include "viz/window/view.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <SDL.h>

#include "lessons/words.h"
#include "viz/window/act.h"
#include "viz/window/document.h"
#include "viz/window/panels.h"
#include "viz/window/trace_view.h"
#include "viz/window/weight_view.h"

enum { MESSAGE_MS = 5000, TEXT_LEAST_H = 700 };

void view_init(struct view *view, struct canvas *canvas, struct view_sink sink)
{
    memset(view, 0, sizeof *view);
    view->canvas = canvas;
    view->sink = sink;
    view->text = true;
    view->shown[1] = 1;
    view->mouse_x = view->mouse_y = -1;
    view->mouse_scale = 1;
    view->hover_step = view->hover_column = view->chosen_step = -1;
    view->writing = (struct writing_view){ .temperature = 1, .seed = 1 };
    view->dirty = true;
}

void view_free(struct view *view)
{
    document_free(view->document);
    for (int i = 0; i < 2; i++)
        spectrum_free(&view->spectrum[i]);
    free(view->hot);
    view->document = NULL;
    view->hot = NULL;
    view->hots = view->hot_capacity = 0;
    view->hover = NULL;
}

struct reading *view_reading(struct view *view)
{
    const int number = view->lesson != NULL ? view->lesson->number : 0;

    return &view->reading[number > 0 && number < READINGS ? number : 0];
}

int view_pages(const struct view *view)
{
    return view->document == NULL
               ? 0
               : document_chunks(view->document) + (view->lesson->claim_count > 0);
}

/* The text of the lesson, in the language that is wished if it has it, with what is known of its
 * reader. */
static void read_text(struct view *view)
{
    struct reading *reading = view_reading(view);

    document_free(view->document);
    view->text_language = view->language;
    view->document =
        view->lesson != NULL ? document_read(view->lesson, &view->text_language) : NULL;
    if (view->document == NULL)
        return;
    if (reading->page >= view_pages(view))
        reading->page = 0;
    document_show(view->document, reading->page);
    for (int i = 0; i < document_predictions(view->document); i++)
        document_answer(view->document, i, &reading->answer[i]);
}

/* Go on where the reader was. A curve that was half drawn is not. */
static void resume_reading(struct view *view)
{
    struct reading *reading = view_reading(view);

    if (view->lesson == NULL || view->lesson->number <= 0)
        *reading = (struct reading){ .page = 0 };
    for (int i = 0; i < PREDICTIONS_MAX; i++)
        if (reading->answer[i].state == ANSWER_DRAWING)
            reading->answer[i].state = ANSWER_OPEN;
    read_text(view);
}

void view_speak(struct view *view, enum language language)
{
    view->lacks_letters = language == LANGUAGE_CHINESE && !canvas_has_wide(view->canvas);
    if (view->lacks_letters) {
        view_say(view, true, "Chinese needs a font: install the package %s", TEXT_WIDE_PACKAGE);
        return;
    }
    view->language = language;
    if (view->lesson != NULL)
        read_text(view);
    view->dirty = true;
}

void view_open_lab(struct view *view, const struct lesson *lesson)
{
    view->lesson = lesson;
    view->begun = (struct link){ .count = 0 };
    view->sketch = (struct sketch){ .prediction = 0 };
    view->pointed = 0;
    resume_reading(view);
    view->screen = SCREEN_LAB;
    view->runs_shown = false;
    view->scroll = view->scroll_most = 0;
    view->shown[0] = 0;
    view->shown[1] = 1;
    view->hots = 0;
    view->hover = NULL;
    view->epoch++;
    view->attention = (struct attention_hand){ 0 };
    view->cleared = 0;
    memset(view->arm, 0, sizeof view->arm);
    for (int i = 0; i < ARMS_MAX; i++)
        view->arm[i].unit = view->arm[i].tensor = -1;
    view->zoom_first = view->zoom_count = 0;
    view->chosen_step = -1;
    view->card = false;
    view->held = view->typing.on = view->focus.on = false;
    view->rail = (struct rail){ 0 };
    memset(&view->seen, 0, sizeof view->seen);
    memset(&view->wished, 0, sizeof view->wished);
    view->dirty = true;
}

void view_return(struct view *view)
{
    view->screen = SCREEN_LAB;
    view->help = view->focus.on = false;
    view->hots = 0;
    view->hover = NULL;
    view->dirty = true;
}

void view_open_picker(struct view *view, const struct lesson_list *lessons)
{
    view->lessons = lessons;
    view->screen = SCREEN_PICKER;
    view->run_waits = false;
    view->picked = 0;
    for (int i = 0; lessons != NULL && i < lessons->count; i++)
        if (view->lesson != NULL && lessons->lessons[i].number == view->lesson->number)
            view->picked = i;
    view->help = view->held = view->typing.on = view->focus.on = false;
    view->hots = 0;
    view->hover = NULL;
    view->dirty = true;
}

void view_say(struct view *view, bool bad, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(view->message, sizeof view->message, words_in(view->language, format), arguments);
    va_end(arguments);
    view->message_bad = bad;
    view->message_until_ms = view->now_ms + MESSAGE_MS;
    view->dirty = true;
}

bool view_over(const struct view *view, struct rect rect)
{
    return rect_contains(rect, view->mouse_x, view->mouse_y);
}

/* What is cut away entirely keeps its place, so that the focus can go there. */
static struct rect rect_cut(struct rect rect, struct rect clip)
{
    const int top = rect.y > clip.y ? rect.y : clip.y;
    const int bottom = rect.y + rect.h < clip.y + clip.h ? rect.y + rect.h : clip.y + clip.h;

    return (struct rect){ rect.x, bottom > top ? top : rect.y, rect.w,
                          bottom > top ? bottom - top : 0 };
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
    if (view->hot_clip.w > 0)
        hot.rect = rect_cut(hot.rect, view->hot_clip);
    view->hot[view->hots++] = hot;
    return view_over(view, hot.rect);
}

const struct hot *view_hot_at(const struct view *view, int x, int y, bool wheel)
{
    for (int i = view->hots - 1; i >= 0; i--)
        if (rect_contains(view->hot[i].rect, x, y) &&
            (wheel ? view->hot[i].wheel : !view->hot[i].ground))
            return &view->hot[i];
    return NULL;
}

const struct hot *view_focused(const struct view *view)
{
    const struct hot *wanted = &view->focus.hot;
    int nth = 0;

    for (int i = 0; view->focus.on && i < view->hots; i++) {
        const struct hot *hot = &view->hot[i];

        if (hot_does_same(hot, wanted) && !hot->ground && nth++ == view->focus.nth)
            return hot;
    }
    return NULL;
}

struct time_axis view_axis(const struct view *view, int column, int steps)
{
    const struct layout_column *c = &view->layout.column[column];
    struct time_axis axis = { .x = c->axis_x, .w = c->axis_w, .steps = steps };

    if (view->zoom_count > 0 && view->zoom_first + view->zoom_count <= steps) {
        axis.first = view->zoom_first;
        axis.count = view->zoom_count;
    }
    return axis;
}

static struct arm_panel column_of(struct view *view, const struct snapshot *snapshot,
                                  int column)
{
    const int number = view->shown[column];

    return (struct arm_panel){
        .view = view,
        .snapshot = snapshot,
        .arm = &snapshot->arm[number],
        .number = number,
        .column = column,
        .place = &view->layout.column[column],
        .axis = view_axis(view, column, snapshot->steps),
    };
}

/* Whether the mouse is on something that has the time axis; titles have buttons instead. */
static bool over_time(const struct arm_panel *panel)
{
    const struct layout_column *c = panel->place;
    const struct rect parts[] = { c->gradient, c->strip, c->tokens, c->states, c->lower };
    const size_t count = sizeof parts / sizeof *parts;

    for (size_t i = 0; i < (panel_lower_has_time(panel) ? count : count - 1); i++) {
        const bool titled = i == 0 || i >= 3;
        const int title = titled ? panel_title_row(panel->view, parts[i]).h : 0;

        if (parts[i].w > 0 && view_over(panel->view, rect_inset(parts[i], 0, title, 0, 0)))
            return true;
    }
    return false;
}

/* The time step under the mouse. */
static void find_step(struct view *view, const struct snapshot *snapshot)
{
    view->hover_step = view->hover_column = -1;
    for (int i = 0; i < view->layout.columns && view->shown[i] < snapshot->arms; i++) {
        const struct arm_panel panel = column_of(view, snapshot, i);

        if (snapshot->steps < 1 || !over_time(&panel))
            continue;
        view->hover_column = i;
        view->hover_step = time_at(&panel.axis, view->mouse_x);
    }
}

/* Keep what typing and writing will need. */
static void remember_outputs(struct view *view, const struct snapshot *snapshot)
{
    struct seen *seen = &view->seen;
    const char *text = snapshot->text != NULL ? snapshot->text : "";

    if (snapshot->sample >= 0)
        view->own.pinned = snapshot->sample;
    seen->parses = snapshot->parses;
    seen->writes = snapshot->writes;
    seen->outputs = snapshot->outputs;
    snprintf(seen->text, sizeof seen->text, "%s", strlen(text) < TYPED_MAX ? text : "");
    for (int i = 0; i < snapshot->arms; i++) {
        const struct snapshot_weights *weights = &snapshot->arm[i].weights;
        const int chosen = view->arm[i].tensor;

        seen->tensors[i] = weights->count;
        seen->tensor[i] =
            chosen >= 0 && chosen < weights->count ? chosen : weight_first(weights);
    }
}

/* Keep what events will need. */
static void remember(struct view *view, const struct snapshot *snapshot)
{
    struct seen *seen = &view->seen;

    seen->any = true;
    seen->config = snapshot->config;
    seen->task = snapshot->task;
    seen->running = snapshot->running;
    seen->serial = snapshot->serial;
    seen->step = snapshot->step;
    seen->sample = snapshot->sample;
    seen->steps = snapshot->steps;
    seen->loss_at = snapshot->loss_at;
    seen->raw = snapshot->raw;
    remember_outputs(view, snapshot);
    seen->arms = snapshot->arms;
    seen->claims = snapshot->claims;
    seen->last_scored = panel_last_scored(snapshot);
    seen->looking_at = snapshot->looking_at;
    seen->moments = snapshot->moments;
    memcpy(seen->moment, snapshot->moment, sizeof seen->moment);
    seen->timeline_last = timeline_last(snapshot);
    if (seen->running == view->wished.running) /* it may end by itself from here on */
        view->wished.running_until_ms = 0;
    seen->edits = 0;
    for (int i = 0; i < snapshot->arms; i++) {
        struct attention_view head = { 0 };

        trace_view_attention(&snapshot->arm[i].trace, view->arm[i].head, &head);
        seen->layer[i] = head.layer;
        seen->head[i] = head.head;
        seen->edits += snapshot->arm[i].edits;
        trace_view_states(&snapshot->arm[i].trace, &view->arm[i], &seen->states[i]);
        seen->heads[i] = trace_view_heads(&snapshot->arm[i].trace);
        trace_view_entries(&snapshot->arm[i].trace, view->arm[i].layer, seen->entry[i]);
    }
    if (view->chosen_step >= snapshot->steps)
        view->chosen_step = -1;
    if (view->zoom_first + view->zoom_count > snapshot->steps)
        view->zoom_first = view->zoom_count = 0; /* it was of longer sequences */
    for (int i = 0; i < 2; i++)
        if (view->shown[i] >= snapshot->arms)
            view->shown[i] = snapshot->arms > i ? i : 0;
    seen->worst = panel_worst_arm(view, snapshot);
}

/*
 * The lab is one of another experiment of the lesson now: what it claims is what counts, and what
 * the link shows is there to be shown. Text, page and predictions stay. Returns whether it is so.
 */
static bool follow_experiment(struct view *view, const struct snapshot *snapshot)
{
    const struct lesson *is = snapshot->claims.lesson;
    struct reading *reading = view_reading(view);

    if (is == NULL || view->lesson == NULL || is == view->lesson ||
        is->number != view->lesson->number)
        return false;
    view->lesson = is;
    if (view->document != NULL && reading->page >= view_pages(view))
        view_act(view, ACT_CHUNK, 0, view_pages(view) - 1);
    act_link_show(view, &view->begun);
    view->begun.count = 0;
    return true;
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
    const struct arm_panel panel = column_of(view, snapshot, column);

    canvas_round(view->canvas, c->card, canvas_px(view->canvas, 6), theme->panel);
    memset(view->hover_text[column], 0, sizeof view->hover_text[column]);
    panel_header(&panel);
    if (snapshot->steps < 1)
        return;
    view_hot(view, (struct hot){
                       .rect = c->card, .action = ACT_ZOOM, .wheel = true, .ground = true });
    panel_gradient(&panel);
    panel_sketch(&panel);
    panel_strip(&panel);
    panel_tokens(&panel);
    panel_states(&panel);
    panel_lower(&panel);
    panel_arcs(&panel);
    panel_cursor(&panel);
}

static void draw_lab(struct view *view, const struct snapshot *snapshot)
{
    find_step(view, snapshot);
    panel_sketch_settle(view, snapshot);
    panel_rail(view, snapshot);
    panel_race(view, snapshot);
    for (int i = 0; i < view->layout.columns && view->shown[i] < snapshot->arms; i++)
        draw_column(view, snapshot, i);
    panel_lesson(view);
    panel_timeline(view, snapshot);
    panel_pointed(view);
    panel_status(view, snapshot);
    panel_health(view, snapshot);
}

/*
 * The lesson's text beside the arms. Until a hand has said what it wants, it gives way where
 * the window is too low to show all of a column.
 */
static bool wants_text(const struct view *view, int h)
{
    const bool high = h >= canvas_px(view->canvas, TEXT_LEAST_H);

    return view->document != NULL && view->text && (view->text_asked || high);
}

void view_frame(struct view *view, const struct snapshot *snapshot, int w, int h)
{
    const struct theme *theme = canvas_theme(view->canvas);

    view->hots = 0;
    view->hover = NULL;
    view->dirty = false;
    if (view->message[0] != '\0' && view->now_ms >= view->message_until_ms)
        view->message[0] = '\0';
    canvas_speak(view->canvas, view->language);
    canvas_clip(view->canvas, NULL);
    canvas_clear(view->canvas, theme->window);
    if (view->screen == SCREEN_PICKER) {
        panel_picker(view, w, h);
    } else {
        if (snapshot != NULL)
            remember(view, snapshot);
        if (snapshot != NULL && follow_experiment(view, snapshot))
            remember(view, snapshot);
        controls_frame(view);
        layout_compute(&view->layout,
                       &(struct layout_wish){ .w = w,
                                              .h = h,
                                              .scale = canvas_scale(view->canvas),
                                              .arms = view->seen.arms,
                                              .strip_rows = strip_rows(view),
                                              .text = wants_text(view, h),
                                              .text_asked = view->text_asked,
                                              .text_bar = view->document != NULL,
                                              .enlarged = view->enlarged });
        if (snapshot != NULL)
            draw_lab(view, snapshot);
    }
    if (view->rail.pending.on) /* its time has to come */
        view->dirty = true;
    if (view->runs_shown)
        panel_runs(view, w, h);
    view->hover = view_hot_at(view, view->mouse_x, view->mouse_y, false);
    panel_focus(view, w);
    if (view->help)
        panel_help(view, w, h);
    else
        panel_hint(view, w, h);
}
