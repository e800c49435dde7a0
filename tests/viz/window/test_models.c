/*
 * Tests of the window with models of every form: many layers and heads, both directions, masks.
 */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#include "tests/viz/window/stage.h"
#include "viz/window/raster.h"
#include "viz/window/theme.h"
#include "viz/window/trace_view.h"

/* Buttons for that action and arm; *last is the value of the last one. */
static int buttons_for(const struct stage *stage, enum action action, int arm, long *last)
{
    int count = 0;

    for (int i = 0; i < stage->view.hots; i++)
        if (stage->view.hot[i].action == action && stage->view.hot[i].arm == arm) {
            count++;
            *last = stage->view.hot[i].value;
        }
    return count;
}

static const struct synthetic both = {
    .left = "lstm", .right = "transformer", .steps = 12, .layers = 1, .heads = 2, .both = true
};

static void all_entries_of_an_lstm_in_both_directions_have_a_button(void **state)
{
    struct stage *stage = *state;
    long last = 0;

    stage_resize(stage, 1920, 1080, 1);
    stage_show(stage, &both);
    assert_int_equal(buttons_for(stage, ACT_ENTRY, 0, &last), 14);
    stage_press(stage, ACT_ENTRY, 0, 13);
    assert_string_equal(stage->view.arm[0].entry, "logits");
    stage_press(stage, ACT_ENTRY, 0, 3);
    assert_string_equal(stage->view.arm[0].entry, "cell.reverse");
}

static void gates_of_both_directions_are_found(void **state)
{
    struct stage *stage = *state;
    const struct trace_entry *gates[GATES_MAX];

    stage_show(stage, &both);
    assert_int_equal(trace_view_gates(&stage->snapshot.arm[0].trace, 0, gates), 8);
    assert_string_equal(gates[0]->quantity, "gate.i");
    assert_string_equal(gates[7]->quantity, "gate.o.reverse");
}

/* The eighth row of the gates shows the eighth gate. */
static void gates_of_both_directions_are_drawn(void **state)
{
    struct stage *stage = *state;
    const struct layout_column *c;
    struct trace_entry *gate;
    unsigned before;
    int x, y;

    stage_resize(stage, 1600, 900, 1);
    stage_show(stage, &both);
    c = &stage->view.layout.column[0];
    x = c->axis_x + c->axis_w / 2;
    y = c->lower.y + c->lower.h - 5;
    before = stage_pixel(stage, x, y);
    gate = (struct trace_entry *)trace_find(&stage->snapshot.arm[0].trace, "gate.o.reverse", 0);
    assert_non_null(gate);
    for (size_t i = 0; i < gate->count; i++)
        gate->value[i] = 1;
    stage_draw(stage);
    assert_int_not_equal(stage_pixel(stage, x, y), before);
    assert_int_equal(stage_pixel(stage, x, y), stage_rgb(theme_viridis(&theme_dark, 1)));
}

static void what_a_button_says_of_an_entry_is_short(void **state)
{
    static const char *const labels[][2] = {
        { "hidden", "hidden" },           { "gate.i", "i" },
        { "gate.i.reverse", "i \u2190" }, { "hidden.reverse", "hidden \u2190" },
        { ".reverse", ".reverse" },
    };
    char label[TRACE_NAME_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        assert_string_equal(trace_view_label(label, labels[i][0]), labels[i][1]);
}

static const struct synthetic deep = {
    .left = "elman", .right = "transformer", .steps = 12, .layers = 16, .heads = 16
};

static void each_of_sixteen_layers_can_be_shown(void **state)
{
    struct stage *stage = *state;
    long last = 0;

    stage_show(stage, &deep);
    for (int layer = 0; layer < 16; layer++) {
        assert_int_equal(stage->view.arm[1].layer, layer);
        assert_int_equal(buttons_for(stage, ACT_LAYER, 1, &last), 1);
        stage_press(stage, ACT_LAYER, 1, (layer + 1) % 16);
        stage_draw(stage);
    }
    assert_int_equal(stage->view.arm[1].layer, 0);
}

static void layers_that_have_room_have_a_button_each(void **state)
{
    struct stage *stage = *state;
    long last = 0;

    stage_show(
        stage,
        &(struct synthetic){
            .left = "elman", .right = "transformer", .steps = 12, .layers = 4, .heads = 4 });
    assert_int_equal(buttons_for(stage, ACT_LAYER, 1, &last), 4);
    assert_int_equal(last, 3);
    assert_int_equal(buttons_for(stage, ACT_HEAD, 1, &last), 16);
    assert_int_equal(last, 15);
}

static void heads_without_room_are_those_of_the_layer_that_is_shown(void **state)
{
    struct stage *stage = *state;
    long last = 0;

    stage_resize(stage, 1600, 900, 1);
    stage_show(stage, &deep);
    assert_int_equal(buttons_for(stage, ACT_HEAD, 1, &last), 16);
    assert_int_equal(last, 15);
    stage_press(stage, ACT_LAYER, 1, 1);
    stage_draw(stage);
    assert_int_equal(buttons_for(stage, ACT_HEAD, 1, &last), 16);
    assert_int_equal(last, 31);
    stage_press(stage, ACT_HEAD, 1, 20);
    assert_int_equal(stage->view.arm[1].head, 20);
}

/* Left of the diagonal too: beyond a window, or in another block. */
static void what_nobody_looks_at_is_not_drawn_as_attention(void **state)
{
    enum { T = 12, QUERY = 9, KEY = 4 };
    struct stage *stage = *state;
    const struct layout_column *c = &stage->view.layout.column[1];
    struct time_axis axis;
    struct trace_entry *attention;
    struct rect plot;
    int y;

    stage_show(
        stage,
        &(struct synthetic){
            .left = "elman", .right = "transformer", .steps = T, .layers = 1, .heads = 2 });
    axis = (struct time_axis){ .x = c->axis_x, .w = c->axis_w, .steps = T };
    plot = stage_lower_plot(stage, 1);
    y = plot.y + (raster_edge(QUERY, T, plot.h) + raster_edge(QUERY + 1, T, plot.h)) / 2;
    attention = (struct trace_entry *)trace_find(&stage->snapshot.arm[1].trace, "attention", 0);
    attention->value[QUERY * T + KEY] = (real)1e-30; /* very little, but not nothing */
    stage_draw(stage);
    assert_int_equal(stage_pixel(stage, time_centre(&axis, KEY), y),
                     stage_rgb(theme_viridis(&theme_dark, 0)));
    attention->value[QUERY * T + KEY] = 0;
    stage_draw(stage);
    assert_int_not_equal(stage_pixel(stage, time_centre(&axis, KEY), y),
                         stage_rgb(theme_viridis(&theme_dark, 0)));
    stage_move(stage, time_centre(&axis, KEY), y);
    assert_string_equal(stage->view.hover_text[1][HOVER_LOWER], "query 9 cannot see key 4");
}

static void a_cell_with_attention_has_the_colour_of_the_cell_but_paler(void **state)
{
    static const char *const cells[] = { "elman", "lstm", "gru" };

    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        const unsigned cell = stage_rgb(theme_arm_colour(&theme_dark, cells[i]));
        char model[32];
        unsigned with;

        snprintf(model, sizeof model, "%s+attention", cells[i]);
        with = stage_rgb(theme_arm_colour(&theme_dark, model));
        assert_int_not_equal(with, cell);
        assert_int_not_equal(with, stage_rgb(theme_dark.dim));
        assert_int_equal(with, stage_rgb(theme_between(theme_arm_colour(&theme_dark, cells[i]),
                                                       theme_dark.text, 0.45)));
    }
    assert_int_equal(stage_rgb(theme_arm_colour(&theme_dark, "linear")),
                     stage_rgb(theme_dark.dim));
    assert_int_equal(stage_rgb(theme_arm_colour(&theme_dark, "gr+attention")),
                     stage_rgb(theme_dark.dim));
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function, \
                         .setup_func = stage_setup, .teardown_func = stage_teardown }

static const struct CMUnitTest tests[] = {
    TEST(all_entries_of_an_lstm_in_both_directions_have_a_button),
    TEST(gates_of_both_directions_are_found),
    TEST(gates_of_both_directions_are_drawn),
    cmocka_unit_test(what_a_button_says_of_an_entry_is_short),
    TEST(each_of_sixteen_layers_can_be_shown),
    TEST(layers_that_have_room_have_a_button_each),
    TEST(heads_without_room_are_those_of_the_layer_that_is_shown),
    TEST(what_nobody_looks_at_is_not_drawn_as_attention),
    cmocka_unit_test(a_cell_with_attention_has_the_colour_of_the_cell_but_paler),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
