/* Tests of the attention panel: cells painted, looked into, and shown for what they are. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/lab.h"
#include "tests/close.h"
#include "tests/viz/window/stage.h"
#include "viz/window/attention_parts.h"

enum { T = 12 };

static void show(struct stage *stage)
{
    stage_show(stage, &(struct synthetic){ .left = "elman",
                                           .right = "transformer",
                                           .steps = T,
                                           .layers = 2,
                                           .heads = 2,
                                           .step = 300,
                                           .scores = true });
}

static int setup(void **state)
{
    stage_setup(state);
    show(*state);
    return 0;
}

static struct rect cell_rect(const struct stage *stage, int query, int key)
{
    const struct rect plot = stage->view.attention.plot[1];
    const int x = raster_edge(key, T, plot.w), y = raster_edge(query, T, plot.h);

    return (struct rect){ plot.x + x, plot.y + y, raster_edge(key + 1, T, plot.w) - x,
                          raster_edge(query + 1, T, plot.h) - y };
}

static void click_cell(struct stage *stage, int query, int key)
{
    const struct rect r = cell_rect(stage, query, key);

    stage_click(stage, r.x + r.w / 2, r.y + r.h / 2);
    stage_draw(stage);
}

static void take_tool(struct stage *stage, enum attention_tool tool)
{
    stage_press(stage, ACT_TOOL, 1, tool);
    stage_draw(stage);
}

static void assert_weight(const struct wish *wish, int head, int query, int key, double weight)
{
    assert_int_equal(wish->kind, WISH_EDIT);
    assert_int_equal(wish->number, 1);
    assert_int_equal(wish->edit.kind, EDIT_WEIGHT);
    assert_int_equal(wish->edit.depth, 0);
    assert_int_equal(wish->edit.head, head);
    assert_int_equal(wish->edit.step, query);
    assert_int_equal(wish->edit.key, key);
    assert_close(wish->edit.weight, weight, 1e-9, 0);
}

/* As the lab would: the snapshot has those edits. */
static void set_edits(struct stage *stage, const struct edit *edits, int count)
{
    stage->snapshot.arm[1].edits = count;
    memcpy(stage->snapshot.arm[1].edit, edits, (size_t)count * sizeof *edits);
    stage->wished = 0;
    stage_draw(stage);
}

static void a_click_forbids_the_cell_and_once_more_takes_it_back(void **state)
{
    static const struct edit forbidden = { .kind = EDIT_WEIGHT, .step = 9, .key = 4 };
    struct stage *stage = *state;

    take_tool(stage, TOOL_FORBID);
    for (int times = 0; times < 2; times++) { /* the lab takes back what is wished for twice */
        click_cell(stage, 9, 4);
        assert_weight(stage_one_wish(stage), 0, 9, 4, 0);
        set_edits(stage, &forbidden, 1);
    }
    stage_key(stage, SDLK_2, KMOD_NONE); /* the other head */
    stage_draw(stage);
    click_cell(stage, 11, 11);
    assert_weight(stage_one_wish(stage), 1, 11, 11, 0);
}

static void a_drag_paints_every_cell_on_its_way_once(void **state)
{
    struct stage *stage = *state;
    const struct rect from = cell_rect(stage, 10, 2), to = cell_rect(stage, 10, 8);

    take_tool(stage, TOOL_FORBID);
    stage_drag(stage, from.x + 2, from.y + from.h / 2, to.x + 2, to.y + to.h / 2);
    stage_draw(stage);
    assert_int_equal(stage->wished, 7);
    for (int i = 0; i < 7; i++)
        assert_weight(&stage->wishes[i], 0, 10, 2 + i, 0);
}

static void what_is_begun_by_taking_back_only_takes_back(void **state)
{
    static const struct edit there[] = {
        { .kind = EDIT_WEIGHT, .step = 10, .key = 2 },
        { .kind = EDIT_WEIGHT, .step = 10, .key = 4, .weight = 0.5 }
    };
    struct stage *stage = *state;
    const struct rect from = cell_rect(stage, 10, 2), to = cell_rect(stage, 10, 8);

    take_tool(stage, TOOL_FORBID);
    set_edits(stage, there, 2);
    stage_drag(stage, from.x + 2, from.y + from.h / 2, to.x + 2, to.y + to.h / 2);
    stage_draw(stage);
    assert_int_equal(stage->wished, 2);
    assert_weight(&stage->wishes[0], 0, 10, 2, 0);
    assert_weight(&stage->wishes[1], 0, 10, 4, 0.5);
}

static void a_cell_that_the_mask_hides_is_refused_with_a_reason(void **state)
{
    struct stage *stage = *state;

    take_tool(stage, TOOL_FORCE);
    click_cell(stage, 3, 8);
    assert_int_equal(stage->wished, 0);
    assert_true(stage->view.message_bad);
    assert_non_null(strstr(stage->view.message, "The mask hides this key"));
}

static void a_mean_of_a_block_has_no_cells_of_its_own(void **state)
{
    struct stage *stage = *state;

    stage->snapshot.config.arm[1].mask = MASK_TWO_LEVEL;
    stage->snapshot.config.arm[1].span = 4;
    take_tool(stage, TOOL_FORBID);
    click_cell(stage, 9, 3);
    assert_int_equal(stage->wished, 0);
    assert_non_null(strstr(stage->view.message, "mean of this block"));
    click_cell(stage, 9, 8);
    assert_weight(stage_one_wish(stage), 0, 9, 8, 0);
}

static const struct rect *chip_of(const struct stage *stage, long tool)
{
    for (int i = 0; i < stage->view.hots; i++)
        if (stage->view.hot[i].action == ACT_TOOL && stage->view.hot[i].value == tool)
            return &stage->view.hot[i].rect;
    fail_msg("no tool %ld", tool);
    return NULL;
}

static void the_weight_that_is_forced_is_turned_and_typed(void **state)
{
    struct stage *stage = *state;
    const struct rect chip = *chip_of(stage, TOOL_FORCE);

    stage_wheel_at(stage, chip.x + 3, chip.y + 3, -4);
    assert_int_equal(stage->view.attention.tool, TOOL_FORCE);
    click_cell(stage, 9, 4);
    assert_weight(stage_one_wish(stage), 0, 9, 4, 0.8);
    stage_wheel_at(stage, chip.x + 3, chip.y + 3, 99);
    click_cell(stage, 9, 5);
    assert_weight(stage_one_wish(stage), 0, 9, 5, 1);
    view_press(&stage->view, &(struct hot){ .action = ACT_TOOL, .arm = 1, .value = TOOL_FORCE },
               &(struct press){ .kind = PRESS_ENTRY });
    stage_letters(stage, "0.3");
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    stage_draw(stage);
    click_cell(stage, 9, 6);
    assert_weight(stage_one_wish(stage), 0, 9, 6, 0.3);
    view_press(&stage->view, &(struct hot){ .action = ACT_TOOL, .arm = 1, .value = TOOL_FORCE },
               &(struct press){ .kind = PRESS_TYPED, .text = "1.5" });
    assert_non_null(strstr(stage->view.message, "from 0 to 1"));
    assert_close(1 - stage->view.attention.less, 0.3, 1e-9, 0);
}

static void more_than_there_is_to_give_is_refused(void **state)
{
    static const struct edit there = {
        .kind = EDIT_WEIGHT, .step = 9, .key = 2, .weight = 0.5
    };
    struct stage *stage = *state;

    set_edits(stage, &there, 1);
    take_tool(stage, TOOL_FORCE);
    click_cell(stage, 9, 4);
    assert_int_equal(stage->wished, 0);
    assert_non_null(strstr(stage->view.message, "has a weight of 1 to give"));
    click_cell(stage, 9, 2); /* in the place of the half */
    assert_weight(stage_one_wish(stage), 0, 9, 2, 1);
}

static void shift_paints_all_heads_of_the_layer(void **state)
{
    struct stage *stage = *state;
    const struct hot map = { .action = ACT_CELL, .arm = 1, .value = 1 };
    const struct rect r = cell_rect(stage, 9, 4);

    take_tool(stage, TOOL_FORBID);
    stage_move(stage, r.x + 1, r.y + 1);
    view_press(&stage->view, &map, &(struct press){ .kind = PRESS_CLICK, .fine = true });
    stage_draw(stage);
    assert_int_equal(stage->wished, 2);
    assert_weight(&stage->wishes[0], 0, 9, 4, 0);
    assert_weight(&stage->wishes[1], 1, 9, 4, 0);
}

static void a_locked_cell_moves_with_the_arrows_and_esc_lets_it_go(void **state)
{
    static const struct edit there = {
        .kind = EDIT_WEIGHT, .step = 9, .key = 2, .weight = 0.5
    };
    struct stage *stage = *state;
    const struct attention_hand *hand = &stage->view.attention;

    set_edits(stage, &there, 1);
    click_cell(stage, 9, 4);
    assert_true(hand->locked && hand->cell.query == 9 && hand->cell.key == 4);
    stage_key(stage, SDLK_LEFT, KMOD_NONE);
    stage_key(stage, SDLK_DOWN, KMOD_NONE);
    stage_key(stage, SDLK_DOWN, KMOD_NONE);
    stage_key(stage, SDLK_DOWN, KMOD_NONE); /* there is no row 12 */
    assert_true(hand->cell.query == 11 && hand->cell.key == 3);
    assert_int_equal(stage->wished, 0); /* the sequence stays */
    stage_key(stage, SDLK_a, KMOD_NONE);
    assert_int_equal(hand->tool, TOOL_FORBID);
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    stage_draw(stage);
    assert_weight(stage_one_wish(stage), 0, 11, 3, 0);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_false(hand->locked);
    assert_int_equal(stage->wished, 0);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE); /* now the changes */
    assert_int_equal(stage_one_wish(stage)->kind, WISH_EDITS_CLEAR);
}

static void the_other_button_knocks_a_head_out(void **state)
{
    static const struct edit out = { .kind = EDIT_HEAD_OUT, .depth = 1, .head = 0 };
    struct stage *stage = *state;
    const struct wish *wish;
    struct rect thumb = { 0 };

    for (int i = 0; i < stage->view.hots; i++)
        if (stage->view.hot[i].action == ACT_HEAD && stage->view.hot[i].value == 2)
            thumb = stage->view.hot[i].rect;
    assert_true(thumb.w > 0);
    view_press(&stage->view, &(struct hot){ .action = ACT_HEAD, .arm = 1, .value = 2 },
               &(struct press){ .kind = PRESS_CLICK, .right = true });
    stage_draw(stage);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->edit.kind, EDIT_HEAD_OUT);
    assert_true(wish->edit.depth == 1 && wish->edit.head == 0);
    assert_int_equal(stage->view.arm[1].head, 0); /* the enlarged one is the same */
    set_edits(stage, &out, 1);
    assert_int_equal(stage_pixel(stage, thumb.x, thumb.y), stage_rgb(theme_dark.bad));
}

/* Forbidden is not hidden: crossed in its own colour, not hatched; forced has a frame. */
static void painted_cells_are_seen_for_what_they_are(void **state)
{
    static const struct edit there[] = {
        { .kind = EDIT_WEIGHT, .step = 9, .key = 4 },
        { .kind = EDIT_WEIGHT, .step = 9, .key = 6, .weight = 0.5 }
    };
    struct stage *stage = *state;
    const struct rect forbidden = cell_rect(stage, 9, 4), forced = cell_rect(stage, 9, 6);
    struct trace_entry *weights =
        (struct trace_entry *)trace_find(&stage->snapshot.arm[1].trace, "attention", 0);
    const struct rect seen = cell_rect(stage, 8, 4);

    weights->value[8 * T + 4] = 0; /* very little is not hidden either */
    stage_draw(stage);
    assert_int_equal(stage_pixel(stage, seen.x + seen.w / 2, seen.y + seen.h / 2),
                     stage_rgb(theme_viridis(&theme_dark, 0)));
    set_edits(stage, there, 2);
    assert_int_equal(stage_pixel(stage, forbidden.x, forbidden.y), stage_rgb(theme_dark.bad));
    assert_int_equal(stage_pixel(stage, forced.x, forced.y), stage_rgb(theme_dark.mark));
    stage_move(stage, forbidden.x + 3, forbidden.y + 3);
    assert_non_null(strstr(stage->view.hover_text[1][HOVER_LOWER], ", forbidden"));
    stage_key(stage, SDLK_2, KMOD_NONE); /* another head has none */
    stage_draw(stage);
    assert_int_not_equal(stage_pixel(stage, forced.x, forced.y), stage_rgb(theme_dark.mark));
}

static int pixels_of(const struct stage *stage, struct rect r, struct colour colour)
{
    int count = 0;

    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            count += stage_pixel(stage, x, y) == stage_rgb(colour);
    return count;
}

/* Pixels that letters take. */
static int ink(const struct stage *stage, struct rect r)
{
    return r.w * r.h - pixels_of(stage, r, theme_dark.panel);
}

static bool says_before(const struct stage *stage)
{
    for (int i = 0; i < stage->view.hots; i++)
        if (stage->view.hot[i].hint != NULL &&
            strncmp(stage->view.hot[i].hint, "Loss of this sequence", 21) == 0)
            return true;
    return false;
}

static void before_and_now_stand_over_the_strip(void **state)
{
    static const struct edit there = { .kind = EDIT_WEIGHT, .step = 9, .key = 4 };
    struct stage *stage = *state;
    struct snapshot_arm *arm = &stage->snapshot.arm[1];
    struct rect row = stage->view.layout.column[1].strip;
    int losses, right;

    row.h = 13; /* outlines of marked steps begin below */
    arm->free_loss = 0.1;
    assert_false(says_before(stage));
    set_edits(stage, &there, 1);
    assert_true(says_before(stage));
    losses = ink(stage, row);
    arm->has_before = true;
    arm->before_loss = 0.1;
    arm->before_step = 123;
    arm->before[T - 1] = (struct snapshot_answer){ .text = "1.234", .right = true };
    stage_draw(stage);
    right = ink(stage, row);
    assert_true(right > losses * 3 / 2); /* with the step and both answers */
    arm->before[T - 1].right = false;
    stage_draw(stage);
    assert_int_not_equal(ink(stage, row), right); /* marked as wrong */
}

static void a_token_under_the_mouse_has_arcs(void **state)
{
    struct stage *stage = *state;
    const struct layout_column *c = &stage->view.layout.column[1];
    const struct time_axis axis = { .x = c->axis_x, .w = c->axis_w, .steps = T };
    const struct rect gap = { axis.x, c->strip.y + c->strip.h - 4, axis.w, 4 };
    struct trace_entry *weights =
        (struct trace_entry *)trace_find(&stage->snapshot.arm[1].trace, "attention", 0);

    for (int key = 0; key < T; key++)
        weights->value[8 * T + key] = key == 2;
    stage_move(stage, 5, 5);
    assert_int_equal(pixels_of(stage, gap, theme_dark.accent), 0);
    stage_move(stage, time_centre(&axis, 8), c->tokens.y + 5);
    assert_true(pixels_of(stage, gap, theme_dark.accent) > 0);
    /* from the other column's tokens, too, and from the row of the map */
    stage_move(stage, time_centre(&axis, 8) - axis.x + stage->view.layout.column[0].axis_x,
               c->tokens.y + 5);
    assert_true(pixels_of(stage, gap, theme_dark.accent) > 0);
    stage_move(stage, cell_rect(stage, 8, 9).x + 2, cell_rect(stage, 8, 9).y + 2);
    assert_true(pixels_of(stage, gap, theme_dark.accent) > 0);
}

static void the_mean_of_64_is_wished_for_and_shown(void **state)
{
    const struct trace_form form = { .range = TRACE_SHARE,
                                     .rank = 4,
                                     .axes = { AXIS_BATCH, AXIS_HEAD, AXIS_QUERY, AXIS_KEY },
                                     .extent = { 1, 2, T, T } };
    struct stage *stage = *state;
    const struct rect r = cell_rect(stage, 9, 4);
    const struct wish *wish;
    struct trace_entry *mean;

    stage_key(stage, SDLK_a, KMOD_SHIFT);
    wish = stage_one_wish(stage);
    assert_true(wish->kind == WISH_AVERAGE && wish->number == 1);
    mean = trace_add(&stage->snapshot.arm[1].mean, "attention", 0, false, &form);
    for (size_t i = 0; i < mean->count; i++)
        mean->value[i] = (real)0.75;
    stage_draw(stage);
    assert_int_equal(stage_pixel(stage, r.x + r.w / 2, r.y + r.h / 2),
                     stage_rgb(theme_viridis(&theme_dark, 0.75)));
    take_tool(stage, TOOL_FORBID);
    click_cell(stage, 9, 4);
    assert_int_equal(stage->wished, 0); /* a mean cannot be painted */
    assert_non_null(strstr(stage->view.message, "mean of 64"));
    stage_key(stage, SDLK_a, KMOD_SHIFT);
    assert_int_equal(stage_one_wish(stage)->number, 0);
}

/* Numbers of the card, from a real arm ------------------------------------------------------ */

struct arm_row {
    const char *positions, *mask;
    bool third; /* it is no right arm, but the third */
};

/* All that is printed follows from what is printed before it. */
static void assert_follows(const struct attention_workings *w, double share, bool alibi)
{
    assert_close(w->scaled, w->product / sqrt(w->width), 1e-9, 1e-9);
    assert_close(w->score, w->scaled + (alibi ? w->bias : 0), 1e-5, 1e-5);
    assert_close(w->share, share, 1e-5, 1e-4);
    assert_close(w->weight, w->share, 1e-5, 1e-4);
    assert_true(w->norm >= fabs(w->mixed[0]));
}

static void a_cells_numbers_follow_from_each_other(void **state)
{
    const struct arm_row *row = ((struct stage *)*state)->row;
    struct lab_config config = config_default();
    struct snapshot snapshot = { 0 };
    struct view view = { 0 };
    struct arm_panel panel = { .view = &view, .snapshot = &snapshot, .number = 1 };
    struct attention_view head;
    struct error error;
    struct lab *lab;
    int seen = 0;

    assert_int_equal(config_set(&config, "task.length", "12", &error), STATUS_OK);
    assert_int_equal(config_set(&config, "right.positions", row->positions, &error), STATUS_OK);
    assert_int_equal(config_set(&config, "right.mask", row->mask, &error), STATUS_OK);
    assert_int_equal(config_set(&config, "right.span", "4", &error), STATUS_OK);
    if (row->third) {
        config.arm[2] = config.arm[1];
        config.arm[1] = config_default().arm[2];
    }
    if (lab_create(&lab, &config, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    lab_step(lab);
    assert_int_equal(lab_probe(lab, true, &error), STATUS_OK);
    assert_int_equal(snapshot_take(&snapshot, lab, &error), STATUS_OK);
    panel.arm = &snapshot.arm[1];
    assert_true(trace_view_attention(&panel.arm->trace, 3, &head));
    for (int i = 0; i < 144; i++) {
        const struct attention_cell cell = { i / 12, i % 12 };
        struct attention_workings w;

        assert_true(attention_work_out(&panel, &head, cell, &w));
        if (attention_hides(&head, cell.query, cell.key)) {
            assert_true(isinf(w.score) && !(w.weight > 0));
            continue;
        }
        assert_follows(&w, (double)head.weight[i] * w.count,
                       strcmp(row->positions, "alibi") == 0);
        seen++;
    }
    assert_true(seen > 12);
    snapshot_free(&snapshot);
    lab_free(lab);
}

/* Over the map, below the chips, and apart from both what is said and what is pressed. */
static void marks_of_the_wanted_keys_stand_clear_of_the_chips(void **state)
{
    struct stage *stage = *state;
    const struct theme *theme = canvas_theme(stage->canvas);
    struct time_axis axis;
    struct rect plot;
    int chips = 0, marks = 0, x;

    stage_show(stage, &(struct synthetic){ .left = "elman",
                                           .right = "transformer",
                                           .steps = 50,
                                           .layers = 1,
                                           .heads = 2,
                                           .step = 600 });
    plot = stage->view.attention.plot[1];
    axis = (struct time_axis){ .x = plot.x, .w = plot.w, .steps = 50 };
    for (int i = 0; i < stage->view.hots; i++) {
        const struct rect r = stage->view.hot[i].rect;

        if (stage->view.hot[i].action != ACT_TOOL && stage->view.hot[i].action != ACT_KNOCK_OUT)
            continue;
        chips += r.y > plot.y - 30 && r.y < plot.y;
        if (r.y > plot.y - 30 && r.y < plot.y)
            assert_true(r.y + r.h + 2 <= plot.y - 2);
    }
    assert_int_equal(chips, 4);
    for (int t = 0; t < 50; t++) {
        if (!stage->snapshot.token[t].marked)
            continue;
        x = time_centre(&axis, t);
        assert_int_equal(stage_pixel(stage, x, plot.y - 1), stage_rgb(theme->mark));
        assert_int_equal(stage_pixel(stage, x, plot.y - 2), stage_rgb(theme->mark));
        assert_int_equal(stage_pixel(stage, x, plot.y - 3), stage_rgb(theme->panel));
        assert_int_equal(stage_pixel(stage, x, plot.y - 4), stage_rgb(theme->panel));
        marks++;
    }
    assert_int_equal(marks, 2);
}

/* clang-format off */
#define NUMBERS(of, mask) \
    { .name = "a_cells_numbers_follow_from_each_other_with_" of "_and_" mask, \
      .test_func = a_cells_numbers_follow_from_each_other, .setup_func = stage_setup, \
      .teardown_func = stage_teardown, .initial_state = &(struct arm_row){ of, mask, false } }
#define SEEN(test) cmocka_unit_test_setup_teardown(test, setup, stage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEEN(a_click_forbids_the_cell_and_once_more_takes_it_back),
        SEEN(a_drag_paints_every_cell_on_its_way_once),
        SEEN(what_is_begun_by_taking_back_only_takes_back),
        SEEN(a_cell_that_the_mask_hides_is_refused_with_a_reason),
        SEEN(a_mean_of_a_block_has_no_cells_of_its_own),
        SEEN(the_weight_that_is_forced_is_turned_and_typed),
        SEEN(more_than_there_is_to_give_is_refused),
        SEEN(shift_paints_all_heads_of_the_layer),
        SEEN(a_locked_cell_moves_with_the_arrows_and_esc_lets_it_go),
        SEEN(the_other_button_knocks_a_head_out),
        SEEN(painted_cells_are_seen_for_what_they_are),
        SEEN(before_and_now_stand_over_the_strip),
        SEEN(a_token_under_the_mouse_has_arcs),
        SEEN(the_mean_of_64_is_wished_for_and_shown),
        SEEN(marks_of_the_wanted_keys_stand_clear_of_the_chips),
        NUMBERS("learned", "causal"), NUMBERS("rope", "full"), NUMBERS("alibi", "strided"),
        NUMBERS("alibi", "two-level"), NUMBERS("learned", "window"),
        { .name = "a_cells_numbers_follow_from_each_other_without_a_right_arm",
          .test_func = a_cells_numbers_follow_from_each_other, .setup_func = stage_setup,
          .teardown_func = stage_teardown,
          .initial_state = &(struct arm_row){ "alibi", "two-level", true } },
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
