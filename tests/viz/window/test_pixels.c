/* Tests of what is drawn: heights, colours, crosses; no stored pictures. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "tests/viz/window/stage.h"
#include "viz/window/axes.h"

/* ------------------------------------------------------------------------- the gradient axis
 * */

/* The bars' colour in the given column. */
static unsigned bar_colour(const struct stage *stage, int column)
{
    return stage_rgb(
        theme_between(theme_dark.panel,
                      theme_arm_colour(&theme_dark, stage->snapshot.arm[column].model), 0.72));
}

/* No line, no label, no ghost over the bars of a column: only bars. */
static void leave_bars_only(struct stage *stage, int column)
{
    struct snapshot_arm *arm = &stage->snapshot.arm[column];

    stage->snapshot.loss_at = -1;
    stage->snapshot.step = 0;
    for (int t = 0; t < stage->snapshot.steps; t++)
        arm->now.input.rms[t] = (double)NAN;
    arm->now.input.slope = (double)NAN;
}

/* Pixels of the plot that change when step 0's norms do. */
static int pixels_of_the_ghost(struct stage *stage)
{
    struct profile_row *first = &stage->snapshot.arm[0].first.input;
    const struct rect plot = stage_gradient_plot(stage, 0);
    static unsigned before[2000 * 1000];
    int changed = 0;

    assert_true(plot.w * plot.h <= (int)(sizeof before / sizeof *before));
    stage_draw(stage);
    for (int i = 0; i < plot.w * plot.h; i++)
        before[i] = stage_pixel(stage, plot.x + i % plot.w, plot.y + i / plot.w);
    for (int t = 0; t < stage->snapshot.steps; t++)
        first->one[t] *= 1e-4;
    stage_draw(stage);
    for (int i = 0; i < plot.w * plot.h; i++)
        changed += before[i] != stage_pixel(stage, plot.x + i % plot.w, plot.y + i / plot.w);
    return changed;
}

static void the_ghost_of_step_0_is_shown_for_the_same_output_only(void **state)
{
    struct stage *stage = *state;
    struct snapshot_arm *arm = &stage->snapshot.arm[0];

    assert_true(stage->snapshot.step > 0);
    stage_draw(stage);
    arm->first.tau = arm->now.tau;
    assert_true(pixels_of_the_ghost(stage) > 50);
    arm->first.tau = arm->now.tau - 1;
    assert_int_equal(pixels_of_the_ghost(stage), 0);
}

struct bar_row {
    double value;
    double share; /* of the plot's height, from the bottom: (log10 value + 16) / 18 */
};

/* Count the pixels of the bar from the bottom up. The label of the float32 line covers a few
 * steps at the left; step 30 is free of it. */
static void a_bar_is_as_high_as_its_logarithm(void **state)
{
    struct stage *stage = *state;
    const struct bar_row *row = stage->row;
    const int t = 30;

    leave_bars_only(stage, 0);
    for (int i = 0; i < 50; i++)
        stage->snapshot.arm[0].now.input.one[i] = 1e-10;
    stage->snapshot.arm[0].now.input.one[t] = row->value;
    stage_draw(stage);
    {
        const struct rect plot = stage_gradient_plot(stage, 0);
        const struct time_axis axis = { .x = plot.x, .w = plot.w, .steps = 50 };
        const int x = time_left(&axis, t) + 1;
        const unsigned colour = bar_colour(stage, 0);
        const int top = plot.y + plot.h - (int)lround(row->share * plot.h);

        assert_int_equal(stage_pixel(stage, x, top + 1), colour);
        assert_int_equal(stage_pixel(stage, x, plot.y + plot.h - 1), colour);
        assert_int_not_equal(stage_pixel(stage, x, top - 1), colour);
    }
}

static void bars_of_both_arms_have_one_axis(void **state)
{
    struct stage *stage = *state;

    leave_bars_only(stage, 0);
    leave_bars_only(stage, 1);
    for (int arm = 0; arm < 2; arm++)
        for (int t = 0; t < 50; t++)
            stage->snapshot.arm[arm].now.input.one[t] = 1e-5;
    stage_draw(stage);
    for (int arm = 0; arm < 2; arm++) {
        const struct rect plot = stage_gradient_plot(stage, arm);
        const struct time_axis axis = { .x = plot.x, .w = plot.w, .steps = 50 };
        const int x = time_left(&axis, 40) + 1, top = decade_y(plot, 1e-5);

        assert_int_equal(stage_pixel(stage, x, top + 2), bar_colour(stage, arm));
        assert_int_not_equal(stage_pixel(stage, x, top - 2), bar_colour(stage, arm));
    }
}

static bool any_of(const struct stage *stage, struct rect rect, unsigned colour)
{
    for (int y = rect.y; y < rect.y + rect.h; y++)
        for (int x = rect.x; x < rect.x + rect.w; x++)
            if (stage_pixel(stage, x, y) == colour)
                return true;
    return false;
}

/* The foot of the bar of step t. */
static struct rect foot_of(const struct stage *stage, int t)
{
    const struct rect plot = stage_gradient_plot(stage, 0);
    const struct time_axis axis = { .x = plot.x, .w = plot.w, .steps = stage->snapshot.steps };

    return (struct rect){ time_left(&axis, t), plot.y + plot.h - 12, time_width(&axis, t), 12 };
}

/* Pixels that are more red than anything else. */
static int reds_in(const struct stage *stage, struct rect rect)
{
    int reds = 0;

    for (int y = rect.y; y < rect.y + rect.h; y++)
        for (int x = rect.x; x < rect.x + rect.w; x++) {
            const unsigned rgb = stage_pixel(stage, x, y);

            reds += (int)(rgb >> 16) > (int)(rgb >> 8 & 0xff) + 60;
        }
    return reds;
}

static void an_exact_zero_is_crossed_and_has_no_bar(void **state)
{
    struct stage *stage = *state;

    stage_show(
        stage,
        &(struct synthetic){
            .left = "elman", .right = "transformer", .steps = 12, .layers = 1, .heads = 1 });
    leave_bars_only(stage, 0);
    stage->snapshot.arm[0].now.input.one[5] = 0;
    stage_draw(stage);
    assert_false(any_of(stage, foot_of(stage, 5), bar_colour(stage, 0)));
    assert_true(any_of(stage, foot_of(stage, 6), bar_colour(stage, 0)));
    assert_true(reds_in(stage, foot_of(stage, 5)) > 4);
    assert_int_equal(reds_in(stage, foot_of(stage, 6)), 0);
}

static void what_is_below_the_axis_is_hatched_not_crossed(void **state)
{
    struct stage *stage = *state;

    leave_bars_only(stage, 0);
    stage->snapshot.arm[0].now.input.one[20] = 1e-19;
    stage_draw(stage);
    assert_false(any_of(stage, foot_of(stage, 20), bar_colour(stage, 0)));
    assert_true(any_of(stage, foot_of(stage, 20), stage_rgb(theme_dark.dim)));
    assert_int_equal(reds_in(stage, foot_of(stage, 20)), 0);
}

static void the_state_view_draws_other_bars(void **state)
{
    struct stage *stage = *state;

    leave_bars_only(stage, 0);
    for (int t = 0; t < 50; t++) {
        stage->snapshot.arm[0].now.input.one[t] = 1e-3;
        stage->snapshot.arm[0].now.state[0].one[t] = 1e-9;
        stage->snapshot.arm[0].now.state[0].rms[t] = (double)NAN;
    }
    stage_draw(stage);
    {
        const struct rect plot = stage_gradient_plot(stage, 0);
        const struct time_axis axis = { .x = plot.x, .w = plot.w, .steps = 50 };
        const int x = time_left(&axis, 40) + 1, y = decade_y(plot, 1e-5);

        assert_int_equal(stage_pixel(stage, x, y), bar_colour(stage, 0));
        stage_key(stage, SDLK_v, KMOD_NONE);
        stage_draw(stage);
        assert_int_not_equal(stage_pixel(stage, x, y), bar_colour(stage, 0));
    }
}

/* ------------------------------------------------------------------------------------ colours
 * */

static void zero_is_the_colour_of_the_background(void **state)
{
    (void)state;
    assert_int_equal(theme_argb(theme_diverging(&theme_dark, 0)), theme_argb(theme_dark.panel));
    assert_int_equal(stage_rgb(theme_diverging(&theme_dark, -1)), 0xf59322);
    assert_int_equal(stage_rgb(theme_diverging(&theme_dark, 1)), 0x0877bd);
    assert_int_equal(stage_rgb(theme_diverging(&theme_dark, 7)), 0x0877bd);
}

static void a_state_of_zero_cannot_be_told_from_the_background(void **state)
{
    struct stage *stage = *state;
    struct trace_entry *hidden =
        (struct trace_entry *)trace_find(&stage->snapshot.arm[0].trace, "hidden", 0);
    const struct layout_column *c = &stage->view.layout.column[0];
    const struct time_axis axis = { .x = c->axis_x, .w = c->axis_w, .steps = 50 };
    const int y = c->states.y + 20 + (c->states.h - 20) / 2;

    for (size_t i = 0; i < hidden->count; i++)
        hidden->value[i] = i / 64 == 7 ? 0 : i / 64 == 8 ? 1 : -1;
    stage_draw(stage);
    assert_int_equal(stage_pixel(stage, time_centre(&axis, 7), y), stage_rgb(theme_dark.panel));
    assert_int_equal(stage_pixel(stage, time_centre(&axis, 8), y), 0x0877bd);
    assert_int_equal(stage_pixel(stage, time_centre(&axis, 9), y), 0xf59322);
}

struct viridis_row {
    double share;
    unsigned rgb; /* matplotlib's */
};

static void viridis_is_matplotlibs_within_five(void **state)
{
    const struct viridis_row *row = *state;
    const unsigned rgb = stage_rgb(theme_viridis(&theme_dark, row->share));

    for (int shift = 0; shift <= 16; shift += 8)
        assert_in_range((rgb >> shift & 0xff) + 5 - (row->rgb >> shift & 0xff), 0, 10);
}

/* The cell of a query and a key in the enlarged head of the right arm. */
static unsigned attention_pixel(const struct stage *stage, int query, int key)
{
    const struct layout_column *c = &stage->view.layout.column[1];
    const int T = stage->snapshot.steps;
    const struct time_axis axis = { .x = c->axis_x, .w = c->axis_w, .steps = T };
    const int top = stage_lower_plot(stage, 1).y, h = stage_lower_plot(stage, 1).h;

    return stage_pixel(stage, time_centre(&axis, key),
                       top + (raster_edge(query, T, h) + raster_edge(query + 1, T, h)) / 2);
}

static void attention_follows_viridis_cell_by_cell(void **state)
{
    struct stage *stage = *state;

    stage_show(stage, &(struct synthetic){ .left = "elman",
                                           .right = "transformer",
                                           .steps = 12,
                                           .layers = 1,
                                           .heads = 2,
                                           .step = 600 });
    for (int query = 0; query < 11; query++) /* the last one has an outline */
        for (int key = 0; key <= query; key++)
            assert_int_equal(
                attention_pixel(stage, query, key),
                stage_rgb(theme_viridis(
                    &theme_dark, (double)(real)synthetic_weight(0, 0, query, key, 600))));
    stage_key(stage, SDLK_2, KMOD_NONE);
    stage_draw(stage);
    assert_int_equal(
        attention_pixel(stage, 9, 5),
        stage_rgb(theme_viridis(&theme_dark, (double)(real)synthetic_weight(0, 1, 9, 5, 600))));
}

static void the_future_is_not_drawn_as_attention(void **state)
{
    struct stage *stage = *state;

    stage_show(stage, &(struct synthetic){ .left = "elman",
                                           .right = "transformer",
                                           .steps = 12,
                                           .layers = 1,
                                           .heads = 2,
                                           .step = 600 });
    for (int query = 0; query < 11; query++)
        for (int key = query + 1; key < 12; key++)
            assert_int_not_equal(attention_pixel(stage, query, key),
                                 stage_rgb(theme_viridis(&theme_dark, 0)));
}

static void rows_of_their_own_scale_reach_the_top_colour(void **state)
{
    struct stage *stage = *state;
    struct trace_entry *attention;

    stage_show(
        stage,
        &(struct synthetic){
            .left = "elman", .right = "transformer", .steps = 12, .layers = 1, .heads = 2 });
    attention = (struct trace_entry *)trace_find(&stage->snapshot.arm[1].trace, "attention", 0);
    for (int key = 0; key <= 9; key++)
        attention->value[9 * 12 + key] = key == 4 ? (real)0.2 : (real)0.1;
    stage_draw(stage);
    assert_int_equal(attention_pixel(stage, 9, 4),
                     stage_rgb(theme_viridis(&theme_dark, (double)(real)0.2)));
    stage_press(stage, ACT_ROW_SCALE, 0, 0);
    stage_draw(stage);
    assert_int_equal(attention_pixel(stage, 9, 4), stage_rgb(theme_viridis(&theme_dark, 1)));
}

static void one_step_is_at_one_place_in_every_panel(void **state)
{
    struct stage *stage = *state;
    const struct layout_column *c = &stage->view.layout.column[1];
    const struct time_axis axis = { .x = c->axis_x, .w = c->axis_w, .steps = 50 };
    const int ys[] = { c->gradient.y + 25, c->states.y + 30, c->lower.y + c->lower.h - 10 };
    unsigned before[3];

    for (int i = 0; i < 3; i++)
        before[i] = stage_pixel(stage, time_centre(&axis, 23), ys[i]);
    /* The cursor comes from the mouse in the other column. */
    stage_move(stage,
               time_centre(&(struct time_axis){ .x = stage->view.layout.column[0].axis_x,
                                                .w = c->axis_w,
                                                .steps = 50 },
                           23),
               c->tokens.y + 4);
    for (int i = 0; i < 3; i++)
        assert_int_not_equal(stage_pixel(stage, time_centre(&axis, 23), ys[i]), before[i]);
}

static void a_stopped_arm_says_why_in_red(void **state)
{
    struct stage *stage = *state;
    struct snapshot_arm *arm = &stage->snapshot.arm[0];
    const struct rect header = stage->view.layout.column[0].header;
    const struct rect numbers = { header.x, header.y + header.h / 2, header.w, header.h / 2 };

    assert_int_equal(reds_in(stage, numbers), 0);
    arm->stopped = true;
    strcpy(arm->stop_reason, "step 31: the gradient of core.weight_hh_l0 is not finite");
    stage_draw(stage);
    assert_true(reds_in(stage, numbers) > 50);
}

/* However many steps have an output, each answers, and so do the controls drawn after them. */
static void every_output_of_a_long_sequence_can_be_clicked(void **state)
{
    enum { STEPS = 700 };
    struct stage *stage = *state;
    bool found[STEPS] = { false };
    int last = 0;

    stage_show(
        stage,
        &(struct synthetic){
            .left = "elman", .right = "transformer", .steps = STEPS, .layers = 2, .heads = 2 });
    for (int t = 0; t < STEPS; t++)
        stage->snapshot.token[t].scored = true;
    stage_draw(stage);
    for (int i = 0; i < stage->view.hots; i++) {
        const struct hot *hot = &stage->view.hot[i];

        if (hot->action == ACT_LOSS_AT && hot->value >= 0)
            found[hot->value] = true;
        if (hot->action == ACT_HEAD)
            last = i;
    }
    for (int t = 0; t < STEPS; t++)
        assert_true(found[t]);
    assert_true(last > 2 * STEPS);
}

static void before_the_first_step_there_is_a_question_in_place_of_curves(void **state)
{
    struct stage *stage = *state;
    int buttons = 0;

    stage->snapshot.step = 0;
    stage_draw(stage);
    for (int i = 0; i < stage->view.hots; i++)
        if (stage->view.hot[i].action == ACT_RUN &&
            rect_contains(stage->view.layout.race, stage->view.hot[i].rect.x,
                          stage->view.hot[i].rect.y))
            buttons++;
    assert_int_equal(buttons, 1);
    stage->snapshot.step = 1;
    stage_draw(stage);
    for (int i = 0; i < stage->view.hots; i++)
        assert_false(stage->view.hot[i].action == ACT_RUN &&
                     rect_contains(stage->view.layout.race, stage->view.hot[i].rect.x,
                                   stage->view.hot[i].rect.y));
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function, \
                         .setup_func = stage_setup, .teardown_func = stage_teardown }
#define BAR(label, ...) \
    { .name = "a_bar_of_" label "_is_as_high_as_its_logarithm", \
      .test_func = a_bar_is_as_high_as_its_logarithm, .setup_func = stage_setup, \
      .teardown_func = stage_teardown, .initial_state = &(struct bar_row){ __VA_ARGS__ } }
#define VIRIDIS(label, ...) \
    { .name = "viridis_is_matplotlibs_within_five_at_" label, \
      .test_func = viridis_is_matplotlibs_within_five, \
      .initial_state = &(struct viridis_row){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    BAR("one",                  1,      16.0 / 18),
    BAR("a_thousandth",         1e-3,   13.0 / 18),
    BAR("a_billionth",          1e-9,    7.0 / 18),
    BAR("1e_minus_15",          1e-15,   1.0 / 18),
    TEST(bars_of_both_arms_have_one_axis),
    TEST(an_exact_zero_is_crossed_and_has_no_bar),
    TEST(what_is_below_the_axis_is_hatched_not_crossed),
    TEST(the_state_view_draws_other_bars),
    { .name = "zero_is_the_colour_of_the_background",
      .test_func = zero_is_the_colour_of_the_background },
    TEST(a_state_of_zero_cannot_be_told_from_the_background),
    VIRIDIS("0",     0,     0x440154),
    VIRIDIS("0_125", 0.125, 0x472d7b),
    VIRIDIS("0_25",  0.25,  0x3b528b),
    VIRIDIS("0_375", 0.375, 0x2c728e),
    VIRIDIS("0_5",   0.5,   0x21918c),
    VIRIDIS("0_625", 0.625, 0x28ae80),
    VIRIDIS("0_75",  0.75,  0x5ec962),
    VIRIDIS("0_875", 0.875, 0xaddc30),
    VIRIDIS("1",     1,     0xfde725),
    TEST(attention_follows_viridis_cell_by_cell),
    TEST(the_future_is_not_drawn_as_attention),
    TEST(rows_of_their_own_scale_reach_the_top_colour),
    TEST(one_step_is_at_one_place_in_every_panel),
    TEST(a_stopped_arm_says_why_in_red),
    TEST(the_ghost_of_step_0_is_shown_for_the_same_output_only),
    TEST(every_output_of_a_long_sequence_can_be_clicked),
    TEST(before_the_first_step_there_is_a_question_in_place_of_curves),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
