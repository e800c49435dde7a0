/*
 * Tests of the hand in the states: a unit and a step chosen, the numbers of the cell, the state
 * after a step changed. viz/window/{act_states,panel_states,panel_chosen,panel_cell,
 * panel_cell_path,panel_gates}.c
 */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/viz/window/stage.h"
#include "viz/window/act_states.h"
#include "viz/window/cell_parts.h"

enum { T = 50, H = 64, TITLE_H = 20, TABS_H = 21, LINES_TOP = 12, LINE_H = 18 };

/* An lstm of 50 steps on the left, a gru on the right. */
static const struct synthetic recurrent = {
    .left = "lstm", .right = "gru", .steps = T, .layers = 1, .heads = 2, .step = 100
};

static int setup(void **state)
{
    struct stage *stage;

    if (stage_setup(state) != 0)
        return -1;
    stage = *state;
    stage_resize(stage, 1440, 900, 1);
    stage_show(stage, &recurrent);
    return 0;
}

static struct rect states_plot(const struct stage *stage, int column)
{
    const struct layout_column *c = &stage->view.layout.column[column];

    return (struct rect){ c->axis_x, c->states.y + TITLE_H, c->axis_w, c->states.h - TITLE_H };
}

static struct time_axis axis_of(const struct stage *stage, int column)
{
    return view_axis(&stage->view, column, stage->snapshot.steps);
}

/* The middle of a cell of a column's states. */
static struct rect cell_at(const struct stage *stage, int column, int t, int unit)
{
    const struct rect plot = states_plot(stage, column);
    const struct time_axis axis = axis_of(stage, column);

    return (struct rect){ time_centre(&axis, t), plot.y + (int)((unit + 0.5) / H * plot.h), 1,
                          1 };
}

static void click_cell(struct stage *stage, int column, int t, int unit)
{
    const struct rect at = cell_at(stage, column, t, unit);

    stage_click(stage, at.x, at.y);
    stage_draw(stage);
    stage_move(stage, 3, 3); /* no hint and no cursor over what is looked at */
}

static struct trace_entry *entry(struct stage *stage, int arm, const char *quantity)
{
    const struct trace_entry *found = trace_find(&stage->snapshot.arm[arm].trace, quantity, 0);

    assert_non_null(found);
    return (struct trace_entry *)found;
}

static void fill(struct stage *stage, int arm, const char *quantity, double value)
{
    struct trace_entry *e = entry(stage, arm, quantity);

    for (size_t i = 0; i < e->count; i++)
        e->value[i] = (real)value;
}

/* Was that written somewhere in the last frame? */
struct sought {
    const char *words;
    int found;
    struct rect at;
};

static void seek(void *context, const struct canvas_letters *letters)
{
    struct sought *sought = context;
    char text[256];

    snprintf(text, sizeof text, "%.*s", letters->length < 0 ? 255 : letters->length,
             letters->string);
    if (strstr(text, sought->words) == NULL)
        return;
    sought->found++;
    sought->at = letters->rect;
}

static struct sought written(struct stage *stage, const char *words)
{
    struct sought sought = { .words = words };

    canvas_listen(stage->canvas, seek, &sought);
    stage_draw(stage);
    canvas_listen(stage->canvas, NULL, NULL);
    return sought;
}

/* ----------------------------------------------------------------------------- what is chosen */

static void a_click_chooses_a_unit_and_a_step(void **state)
{
    struct stage *stage = *state;

    assert_int_equal(stage->view.chosen_step, -1);
    click_cell(stage, 0, 20, 11);
    assert_int_equal(stage->view.chosen_step, 20);
    assert_int_equal(stage->view.arm[0].unit, 11);
    assert_int_equal(stage->view.arm[1].unit, -1);
    assert_int_equal(stage->view.arm[0].tab, TAB_CELL);
    assert_int_equal(written(stage, "t 20, unit 11").found, 2); /* states and cell */
    click_cell(stage, 1, 30, 63);
    assert_int_equal(stage->view.chosen_step, 30);
    assert_int_equal(stage->view.arm[0].unit, 11);
    assert_int_equal(stage->view.arm[1].unit, 63);
    assert_int_equal(stage->wished, 0);
}

static void the_chosen_unit_is_a_line_at_its_values(void **state)
{
    static const double values[] = { 0.5, -0.25, 1, -1, 0 };
    struct stage *stage = *state;
    const struct rect plot = states_plot(stage, 0);
    const struct time_axis axis = axis_of(stage, 0);
    struct trace_entry *hidden = entry(stage, 0, "hidden");

    fill(stage, 0, "hidden", 0.001);
    hidden->value[0] = 1; /* the limit of the colours, and of the axis */
    for (int i = 0; i < 5; i++)
        for (int t = 0; t < 2; t++)
            hidden->value[(10 + 2 * i + t) * H + 40] = (real)values[i];
    click_cell(stage, 0, 45, 40);
    for (int i = 0; i < 5; i++) {
        const int x = time_left(&axis, 11 + 2 * i) + 2;
        const int y = plot.y + (int)lround((1 - values[i]) / 2 * (plot.h - 1));

        assert_int_equal(stage_pixel(stage, x, y), stage_rgb(theme_dark.text));
        assert_int_not_equal(stage_pixel(stage, x, y + (values[i] > -0.5 ? 4 : -4)),
                             stage_rgb(theme_dark.text));
    }
}

static void the_chosen_place_is_marked_in_states_and_gates(void **state)
{
    struct stage *stage = *state;
    const struct layout_column *c = &stage->view.layout.column[0];
    const struct rect plot = states_plot(stage, 0);
    const unsigned accent = stage_rgb(theme_dark.accent);
    int marked = 0;

    click_cell(stage, 0, 20, 11);
    assert_int_equal(stage_pixel(stage, plot.x - 3, cell_at(stage, 0, 20, 11).y), accent);
    stage->view.arm[0].tab = TAB_GATES;
    stage->view.focus.on = false;
    stage_draw(stage);
    for (int y = c->lower.y + TABS_H + TITLE_H, inside = 0; y < c->lower.y + c->lower.h; y++) {
        const int now = stage_pixel(stage, c->axis_x - 3, y) == accent;

        marked += now && !inside;
        inside = now;
    }
    assert_int_equal(marked, 4); /* in each gate */
}

static void gates_choose_as_states_do(void **state)
{
    struct stage *stage = *state;
    const struct layout_column *c = &stage->view.layout.column[1];
    const struct time_axis axis = axis_of(stage, 1);

    stage_click(stage, time_centre(&axis, 7), c->lower.y + c->lower.h - 1);
    assert_int_equal(stage->view.chosen_step, 7);
    assert_int_equal(stage->view.arm[1].unit, H - 1);
}

static void a_drag_takes_the_choice_along(void **state)
{
    struct stage *stage = *state;
    const struct rect from = cell_at(stage, 0, 10, 5), to = cell_at(stage, 0, 31, 33);

    stage_drag(stage, from.x, from.y, to.x, to.y);
    assert_int_equal(stage->view.chosen_step, 31);
    assert_int_equal(stage->view.arm[0].unit, 33);
    stage_drag(stage, from.x, from.y, 1, 899); /* held at the edges */
    assert_int_equal(stage->view.chosen_step, 0);
    assert_int_equal(stage->view.arm[0].unit, H - 1);
}

static void arrows_move_it_and_escape_lets_it_go(void **state)
{
    struct stage *stage = *state;

    click_cell(stage, 0, 20, 11);
    stage_key(stage, SDLK_RIGHT, KMOD_NONE);
    stage_key(stage, SDLK_RIGHT, KMOD_NONE);
    stage_key(stage, SDLK_DOWN, KMOD_NONE);
    assert_int_equal(stage->view.chosen_step, 22);
    assert_int_equal(stage->view.arm[0].unit, 12);
    stage_key(stage, SDLK_LEFT, KMOD_NONE);
    stage_key(stage, SDLK_UP, KMOD_NONE);
    stage_key(stage, SDLK_UP, KMOD_NONE);
    assert_int_equal(stage->view.chosen_step, 21);
    assert_int_equal(stage->view.arm[0].unit, 10);
    assert_int_equal(stage->wished, 0);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_int_equal(stage->view.chosen_step, -1);
    assert_int_equal(stage->view.arm[0].unit, -1);
    assert_int_equal(stage->view.request, REQUEST_NONE);
    stage_draw(stage);
    stage_key(stage, SDLK_RIGHT, KMOD_NONE); /* and arrows mean sequences again */
    assert_int_equal(stage_one_wish(stage)->kind, WISH_SAMPLE);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_int_equal(stage->view.request, REQUEST_PICKER);
}

static void hints_follow_the_mouse_after_a_click(void **state)
{
    struct stage *stage = *state;

    click_cell(stage, 0, 20, 11);
    assert_int_equal(written(stage, "arrows move it").found, 0);
    for (int i = 0; i < stage->view.hots; i++)
        if (stage->view.hot[i].action == ACT_STATE_EDIT && stage->view.hot[i].arm == 0) {
            stage_move(stage, stage->view.hot[i].rect.x + 3, stage->view.hot[i].rect.y + 3);
            break;
        }
    assert_int_equal(written(stage, "Shift-Z: the state after").found, 1);
}

static void arrows_stop_at_the_edges_and_move_a_zoomed_axis(void **state)
{
    struct stage *stage = *state;

    click_cell(stage, 0, 0, 0);
    stage_key(stage, SDLK_LEFT, KMOD_NONE);
    stage_key(stage, SDLK_UP, KMOD_NONE);
    assert_int_equal(stage->view.chosen_step, 0);
    assert_int_equal(stage->view.arm[0].unit, 0);
    stage->view.zoom_first = 10;
    stage->view.zoom_count = 20;
    stage_draw(stage);
    click_cell(stage, 0, 29, 0);
    assert_int_equal(stage->view.chosen_step, 29);
    stage_key(stage, SDLK_RIGHT, KMOD_NONE);
    assert_int_equal(stage->view.chosen_step, 30);
    assert_int_equal(stage->view.zoom_first, 11);
}

static void the_other_button_lets_go(void **state)
{
    struct stage *stage = *state;
    const struct rect at = cell_at(stage, 0, 20, 11);
    SDL_Event event = { .button = { .type = SDL_MOUSEBUTTONDOWN,
                                    .button = SDL_BUTTON_RIGHT,
                                    .state = SDL_PRESSED,
                                    .x = at.x,
                                    .y = at.y } };

    click_cell(stage, 0, 20, 11);
    assert_int_equal(SDL_PushEvent(&event), 1);
    while (SDL_PollEvent(&event))
        view_event(&stage->view, &event);
    assert_int_equal(stage->view.chosen_step, -1);
}

static void the_keyboard_alone_chooses(void **state)
{
    struct stage *stage = *state;

    for (int i = 0; i < 500; i++) {
        const struct hot *focused = view_focused(&stage->view);

        if (focused != NULL && focused->action == ACT_UNIT)
            break;
        stage_key(stage, SDLK_TAB, KMOD_NONE);
        stage_draw(stage);
    }
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    assert_int_equal(stage->view.chosen_step, T / 2);
    assert_int_equal(stage->view.arm[0].unit, H / 2);
    stage_key(stage, SDLK_LEFT, KMOD_NONE);
    assert_int_equal(stage->view.chosen_step, T / 2 - 1);
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    assert_int_equal(stage->view.chosen_step, -1);
}

static void a_step_that_there_is_no_more_is_not_chosen(void **state)
{
    struct synthetic shorter = recurrent;
    struct stage *stage = *state;

    click_cell(stage, 0, 40, 11);
    shorter.steps = 25;
    stage_show(stage, &shorter);
    assert_int_equal(stage->view.chosen_step, -1);
}

static void a_choice_in_a_transformer_keeps_its_tab(void **state)
{
    struct synthetic other = recurrent;
    struct stage *stage = *state;

    other.right = "transformer";
    stage_show(stage, &other);
    click_cell(stage, 1, 20, 11);
    assert_int_equal(stage->view.chosen_step, 20);
    assert_int_equal(stage->view.arm[1].tab, TAB_AUTO);
    stage_key(stage, SDLK_z, KMOD_SHIFT); /* of the lstm alone */
    assert_int_equal(stage_one_wish(stage)->number, 0);
}

/* --------------------------------------------------------------------------------- the cell */

/* Of line `line` of the numbers in the left column, the first and the last pixel of a colour. */
static void bar_of(const struct stage *stage, int line, double sign, int *first, int *last)
{
    const struct rect r = stage->view.layout.column[0].lower;
    const int y = r.y + TABS_H + TITLE_H + LINES_TOP + line * LINE_H + LINE_H / 2;

    *first = *last = -1;
    for (int x = r.x; x < r.x + r.w; x++)
        if (stage_pixel(stage, x, y) == stage_rgb(theme_diverging(&theme_dark, sign))) {
            *first = *first < 0 ? x : *first;
            *last = x;
        }
    assert_true(*first > 0);
}

/* .8 x .5 = .4, + .5 x -.4 = -.2: .2; tanh .197; x .5 = .0987 */
static void the_bars_of_an_lstm_add_up(void **state)
{
    struct stage *stage = *state;
    int kept[2], added[2], sum[2], shown[2];

    fill(stage, 0, "cell", 0.5);
    fill(stage, 0, "gate.f", 0.8);
    fill(stage, 0, "gate.i", 0.5);
    fill(stage, 0, "gate.g", -0.4);
    fill(stage, 0, "gate.o", 0.5);
    click_cell(stage, 0, 20, 11);
    bar_of(stage, 0, 0.9, &kept[0], &kept[1]);
    bar_of(stage, 1, -0.9, &added[0], &added[1]);
    bar_of(stage, 2, 0.9, &sum[0], &sum[1]);
    bar_of(stage, 4, 0.9, &shown[0], &shown[1]);
    assert_true(kept[1] - kept[0] > 40);
    assert_int_equal(added[1], kept[1]); /* goes on where that ends */
    assert_int_equal(added[0], sum[1]);  /* and ends where the sum does */
    assert_int_equal(sum[0], kept[0]);   /* from zero */
    assert_in_range(2 * (added[1] - added[0]), kept[1] - kept[0] - 2, kept[1] - kept[0] + 2);
    assert_in_range(2 * (shown[1] - shown[0]), sum[1] - sum[0] - 5, sum[1] - sum[0] + 3);
}

static void assert_all_written(struct stage *stage, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (written(stage, words[i]).found == 0)
            fail_msg("\"%s\" is not there", words[i]);
}

static void the_numbers_of_an_lstm_are_written(void **state)
{
    static const char *const numbers[] = { "0.800", "0.400",  "-0.400", "-0.200",
                                           "0.197", "0.0987", "tanh c", "+ i \u00d7 g" };
    struct stage *stage = *state;

    fill(stage, 0, "cell", 0.5);
    fill(stage, 0, "gate.f", 0.8);
    fill(stage, 0, "gate.i", 0.5);
    fill(stage, 0, "gate.g", -0.4);
    fill(stage, 0, "gate.o", 0.5);
    click_cell(stage, 0, 20, 11);
    assert_all_written(stage, numbers, sizeof numbers / sizeof *numbers);
}

/* .75 x .4 = .3, + .25 x -.8 = -.2: .1 */
static void the_numbers_of_a_gru_are_written(void **state)
{
    static const char *const numbers[] = { "0.750",  "0.400",  "0.300", "0.250",
                                           "-0.800", "-0.200", "0.100", "r, inside n" };
    struct stage *stage = *state;

    fill(stage, 1, "hidden", 0.4);
    fill(stage, 1, "gate.z", 0.75);
    fill(stage, 1, "gate.n", -0.8);
    fill(stage, 1, "gate.r", 0.31);
    click_cell(stage, 1, 20, 11);
    assert_all_written(stage, numbers, sizeof numbers / sizeof *numbers);
}

static void the_numbers_of_an_elman_are_written(void **state)
{
    struct synthetic plain = recurrent;
    struct stage *stage = *state;
    struct trace_entry *hidden;

    plain.left = "elman";
    stage_show(stage, &plain);
    hidden = entry(stage, 0, "hidden");
    hidden->value[19 * H + 11] = (real)0.6193;
    hidden->value[20 * H + 11] = (real)-0.375;
    click_cell(stage, 0, 20, 11);
    assert_int_equal(written(stage, "h before").found, 2); /* in numbers, and in its equation */
    assert_int_equal(written(stage, "0.619").found, 1);
    assert_int_equal(written(stage, "-0.375").found, 2); /* states and cell */
    assert_int_equal(written(stage, "tanh(W x +").found, 1);
}

static void without_a_choice_the_cell_is_that_under_the_mouse(void **state)
{
    struct stage *stage = *state;
    const struct rect at = cell_at(stage, 0, 33, 17);

    stage_press(stage, ACT_TAB, 0, TAB_CELL);
    stage_move(stage, 3, 3);
    assert_int_equal(written(stage, "Click the states").found, 1);
    stage_move(stage, at.x, at.y);
    assert_int_equal(written(stage, "t 33, unit 17").found, 2); /* beside the mouse, too */
    assert_int_equal(written(stage, "Click the states").found, 0);
    click_cell(stage, 0, 3, 7);
    stage_move(stage, at.x, at.y);
    assert_int_equal(written(stage, "t 3, unit 7").found, 1); /* what is chosen stays */
}

static void what_a_hand_set_stands_beside_what_the_cell_made(void **state)
{
    struct stage *stage = *state;

    stage->snapshot.arm[0].edit[0] = (struct edit){ .kind = EDIT_STATE_ZERO, .step = 20 };
    stage->snapshot.arm[0].edits = 1;
    click_cell(stage, 0, 20, 11);
    assert_int_equal(written(stage, "c by hand").found, 1);
    assert_int_equal(written(stage, "h by hand").found, 1);
    assert_int_equal(written(stage, "o \u00d7 tanh c").found, 0);
    click_cell(stage, 0, 21, 11);
    assert_int_equal(written(stage, "c by hand").found, 0);
    assert_int_equal(written(stage, "o \u00d7 tanh c").found, 1);
}

/* No line of time crosses what has no time axis. */
static void there_is_no_cursor_over_the_cell(void **state)
{
    struct stage *stage = *state;
    const struct layout_column *c = &stage->view.layout.column[0];

    click_cell(stage, 0, 20, 11);
    stage_move(stage, c->axis_x + 50, c->lower.y + c->lower.h - 10);
    assert_int_equal(stage->view.hover_step, -1);
    stage_press(stage, ACT_TAB, 0, TAB_GATES);
    stage_move(stage, c->axis_x + 50, c->lower.y + c->lower.h - 10);
    assert_true(stage->view.hover_step >= 0);
}

/* ------------------------------------------------------------------------------- the changes */

struct change_row {
    enum edit_kind kind;
    SDL_Keycode key;
};

static void assert_edit(const struct wish *wish, int arm, enum edit_kind kind, int step)
{
    assert_int_equal(wish->kind, WISH_EDIT);
    assert_int_equal(wish->number, arm);
    assert_int_equal(wish->edit.kind, kind);
    assert_int_equal(wish->edit.depth, 0);
    assert_int_equal(wish->edit.step, step);
    assert_int_equal(wish->edit.half, EDIT_FORWARD_HALF);
    assert_int_equal(wish->edit.other, EDIT_NEXT_SAMPLE);
}

static void the_state_at_the_chosen_step_is_changed(void **state)
{
    struct stage *stage = *state;
    const struct change_row *row = stage->row;

    stage_press(stage, ACT_STATE_EDIT, 0, act_states_value(row->kind, -1));
    stage_key(stage, row->key, KMOD_SHIFT);
    assert_int_equal(stage->wished, 0); /* of which step? */
    assert_non_null(strstr(stage->view.message, "Click a step"));
    click_cell(stage, 0, 20, 11);
    stage_press(stage, ACT_STATE_EDIT, 0, act_states_value(row->kind, -1));
    assert_edit(stage_one_wish(stage), 0, row->kind, 20);
    stage_key(stage, row->key, KMOD_SHIFT); /* in both columns */
    assert_int_equal(stage->wished, 2);
    assert_edit(&stage->wishes[0], 0, row->kind, 20);
    assert_edit(&stage->wishes[1], 1, row->kind, 20);
    stage->wished = 0;
    stage->view.shown[1] = 0; /* the same arm twice is changed once */
    stage_draw(stage);
    stage_key(stage, row->key, KMOD_SHIFT);
    assert_edit(stage_one_wish(stage), 0, row->kind, 20);
}

static void the_half_that_begins_at_the_end_is_changed_alone(void **state)
{
    struct synthetic both = recurrent;
    struct stage *stage = *state;

    both.both = true;
    stage_show(stage, &both);
    strcpy(stage->view.arm[0].entry, "cell.reverse");
    stage_draw(stage);
    click_cell(stage, 0, 20, 11);
    stage_press(stage, ACT_STATE_EDIT, 0, act_states_value(EDIT_STATE_ZERO, -1));
    assert_int_equal(stage_one_wish(stage)->edit.half, EDIT_REVERSE_HALF);
}

static void a_changed_step_is_framed_and_its_letter_takes_it_back(void **state)
{
    struct stage *stage = *state;
    const struct rect plot = states_plot(stage, 0);
    const struct time_axis axis = axis_of(stage, 0);
    const unsigned mark = stage_rgb(theme_dark.mark);
    const int x = time_left(&axis, 20) - 1, y = plot.y + plot.h / 3;

    assert_int_not_equal(stage_pixel(stage, x, y), mark);
    stage->snapshot.arm[0].edit[0] = (struct edit){ .kind = EDIT_STATE_HOLD, .step = 20 };
    stage->snapshot.arm[0].edit[1] =
        (struct edit){ .kind = EDIT_STATE_ZERO, .step = 30, .depth = 1 }; /* not this layer */
    stage->snapshot.arm[0].edits = 2;
    assert_int_equal(written(stage, "H").found, 1);
    assert_int_equal(written(stage, "Z").found, 0);
    assert_int_equal(stage_pixel(stage, x, y), mark);
    assert_int_equal(stage_pixel(stage, time_left(&axis, 21), y), mark);
    stage_press(stage, ACT_STATE_EDIT, 0, act_states_value(EDIT_STATE_HOLD, 20));
    assert_edit(stage_one_wish(stage), 0, EDIT_STATE_HOLD, 20);
    assert_int_equal(stage->view.chosen_step, -1); /* the letter, not the cell under it */
}

static void escape_restores_before_it_lets_go(void **state)
{
    struct stage *stage = *state;

    stage->snapshot.arm[0].edits = 1;
    stage_draw(stage);
    click_cell(stage, 0, 20, 11);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_int_equal(stage_one_wish(stage)->kind, WISH_EDITS_CLEAR);
    assert_int_equal(stage->view.chosen_step, 20);
    stage->snapshot.arm[0].edits = 0;
    stage_draw(stage);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_int_equal(stage->view.chosen_step, -1);
}

static void the_effect_is_said_in_a_recurrent_column(void **state)
{
    struct synthetic beside = recurrent;
    struct stage *stage = *state;

    for (int i = 0; i < 2; i++) { /* beside another recurrent arm; beside a strip */
        beside.right = i == 0 ? "gru" : "transformer";
        stage_show(stage, &beside);
        stage->view.arm[0].tab = TAB_CELL;
        stage->snapshot.arm[0].edits = 1;
        stage->snapshot.arm[0].edit[0] = (struct edit){ .kind = EDIT_STATE_ZERO, .step = 20 };
        stage->snapshot.arm[0].probe_loss = 0.25;
        stage->snapshot.arm[0].free_loss = 0.125;
        stage->snapshot.arm[0].has_before = false;
        assert_int_equal(written(stage, "before: loss 0.125   now: 0.250").found, 1);
        stage->snapshot.arm[0].has_before = true; /* frozen: what is shown as before, then */
        stage->snapshot.arm[0].before_loss = 0.0625;
        if (stage->snapshot.arm[0].before == NULL)
            stage->snapshot.arm[0].before = calloc(T, sizeof(struct snapshot_answer));
        assert_non_null(stage->snapshot.arm[0].before);
        assert_int_equal(written(stage, "loss 0.0625").found, 1);
        stage->snapshot.arm[0].edits = 0;
        assert_int_equal(written(stage, "loss 0.0625").found, 0);
    }
}

/* Where the title of the states is full, the buttons are in that of the cell. */
static void the_buttons_are_there_at_every_size(void **state)
{
    static const int sizes[][2] = { { 1280, 720 }, { 1366, 768 }, { 1920, 1080 } };
    struct stage *stage = *state;

    for (int i = 0; i < 3; i++) {
        int found = 0;

        stage_resize(stage, sizes[i][0], sizes[i][1], 1);
        click_cell(stage, 0, 20, 11);
        for (int k = 0; k < stage->view.hots; k++)
            found += stage->view.hot[k].action == ACT_STATE_EDIT && stage->view.hot[k].arm == 0;
        assert_int_equal(found, 3);
    }
}

static void what_has_no_button_of_its_own_is_led_to(void **state)
{
    struct synthetic both = recurrent;
    struct stage *stage = *state;
    bool seen[ENTRIES_MAX] = { false };

    both.both = true;
    stage_resize(stage, 1280, 720, 1);
    stage_show(stage, &both);
    for (int i = 0; i < 20; i++) {
        long last = -1;

        for (int k = 0; k < stage->view.hots; k++)
            if (stage->view.hot[k].action == ACT_ENTRY && stage->view.hot[k].arm == 0) {
                last = stage->view.hot[k].value;
                seen[last] = true;
            }
        stage_press(stage, ACT_ENTRY, 0, last);
        assert_string_equal(stage->view.arm[0].entry, stage->view.seen.entry[0][last]);
        stage_draw(stage);
    }
    for (int i = 0; i < 14; i++)
        assert_true(seen[i]);
}

/* ------------------------------------------------------------------------ along the cell alone */

/* f = .1 at each step: a tenth for each step back. */
static void the_path_of_the_cell_is_on_the_gradients_axis(void **state)
{
    struct stage *stage = *state;
    const struct rect plot = stage_gradient_plot(stage, 0);
    const struct time_axis axis = axis_of(stage, 0);
    int met = 0;

    fill(stage, 0, "gate.f", 0.1);
    assert_int_equal(written(stage, "cell path only").found, 0);
    stage->view.state_view = true;
    assert_int_equal(written(stage, "cell path only").found, 1);
    for (int lag = 1; lag <= 12; lag++) /* dots: within a step there is one */
        for (int x = time_left(&axis, 49 - lag), hit = 0; x < time_left(&axis, 50 - lag); x++)
            for (int dy = -6; dy <= 6 && !hit; dy++) {
                const int y = decade_y(plot, pow(10, -lag)) + dy;
                const unsigned p = stage_pixel(stage, x, y);

                hit = abs((int)(p & 255) - theme_dark.accent.b) < 40 &&
                      abs((int)(p >> 16) - theme_dark.accent.r) < 40;
                met += hit;
            }
    assert_true(met >= 9);
    stage->snapshot.loss_at = -1; /* of all outputs there is no one step that it leads to */
    assert_int_equal(written(stage, "cell path only").found, 0);
}

static void the_path_follows_the_chosen_unit(void **state)
{
    struct stage *stage = *state;
    struct trace_entry *forget = entry(stage, 0, "gate.f");
    int one, all;

    fill(stage, 0, "gate.f", 0.1);
    for (int t = 0; t < T; t++)
        forget->value[t * H + 11] = (real)0.9;
    click_cell(stage, 0, 20, 11);
    one = written(stage, "cell path only").at.y; /* in the input view, too */
    click_cell(stage, 0, 20, 12);
    all = written(stage, "cell path only").at.y;
    assert_true(one > 0 && all > one + 20); /* .9 stays high, .1 falls */
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function, \
                         .setup_func = setup, .teardown_func = stage_teardown }
#define CHANGE(label, ...) \
    { .name = label, .test_func = the_state_at_the_chosen_step_is_changed, .setup_func = setup, \
      .teardown_func = stage_teardown, .initial_state = &(struct change_row){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    TEST(a_click_chooses_a_unit_and_a_step),
    TEST(the_chosen_unit_is_a_line_at_its_values),
    TEST(the_chosen_place_is_marked_in_states_and_gates),
    TEST(gates_choose_as_states_do),
    TEST(a_drag_takes_the_choice_along),
    TEST(arrows_move_it_and_escape_lets_it_go),
    TEST(hints_follow_the_mouse_after_a_click),
    TEST(arrows_stop_at_the_edges_and_move_a_zoomed_axis),
    TEST(the_other_button_lets_go),
    TEST(the_keyboard_alone_chooses),
    TEST(a_step_that_there_is_no_more_is_not_chosen),
    TEST(a_choice_in_a_transformer_keeps_its_tab),
    TEST(the_bars_of_an_lstm_add_up),
    TEST(the_numbers_of_an_lstm_are_written),
    TEST(the_numbers_of_a_gru_are_written),
    TEST(the_numbers_of_an_elman_are_written),
    TEST(without_a_choice_the_cell_is_that_under_the_mouse),
    TEST(what_a_hand_set_stands_beside_what_the_cell_made),
    TEST(there_is_no_cursor_over_the_cell),
    CHANGE("the_state_at_the_chosen_step_is_set_to_zero", EDIT_STATE_ZERO, SDLK_z),
    CHANGE("the_state_at_the_chosen_step_is_held", EDIT_STATE_HOLD, SDLK_h),
    CHANGE("the_state_at_the_chosen_step_is_swapped", EDIT_STATE_SET, SDLK_w),
    TEST(the_half_that_begins_at_the_end_is_changed_alone),
    TEST(a_changed_step_is_framed_and_its_letter_takes_it_back),
    TEST(escape_restores_before_it_lets_go),
    TEST(the_effect_is_said_in_a_recurrent_column),
    TEST(the_buttons_are_there_at_every_size),
    TEST(what_has_no_button_of_its_own_is_led_to),
    TEST(the_path_of_the_cell_is_on_the_gradients_axis),
    TEST(the_path_follows_the_chosen_unit),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
