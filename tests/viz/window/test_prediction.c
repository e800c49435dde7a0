/* Tests of viz/window/panel_prediction.c, panel_writing.c and act_predict.c: with real events. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/close.h"
#include "tests/viz/window/stage.h"
#include "viz/window/prediction_view.h"

enum { STEPS = 14 };

static const struct synthetic words = { .left = "gru",
                                        .right = "transformer",
                                        .steps = STEPS,
                                        .layers = 1,
                                        .heads = 2,
                                        .step = 600,
                                        .words = true,
                                        .outputs = true };

/* The panel over classes, large. */
static void show_words(struct stage *stage)
{
    stage->view.arm[0].tab = stage->view.arm[1].tab = TAB_PREDICTION;
    stage->view.enlarged = LAYOUT_LOWER;
    stage_show(stage, &words);
}

static const struct hot *hot_of(const struct stage *stage, enum action action, int arm)
{
    for (int i = 0; i < stage->view.hots; i++)
        if (stage->view.hot[i].action == action && stage->view.hot[i].arm == arm &&
            !stage->view.hot[i].ground)
            return &stage->view.hot[i];
    fail_msg("action %d of arm %d is not on the screen", (int)action, arm);
    return NULL;
}

/* Whether a colour is anywhere in the rectangle. */
static int pixels_of(const struct stage *stage, struct rect r, struct colour colour)
{
    int count = 0;

    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            count += stage_pixel(stage, x, y) == stage_rgb(colour);
    return count;
}

/* The whole panel of a column, over step t alone. */
static struct rect over_step(const struct stage *stage, int column, int t)
{
    const struct layout_column *c = &stage->view.layout.column[column];
    const struct time_axis axis = view_axis(&stage->view, column, STEPS);

    return (struct rect){ time_left(&axis, t), c->lower.y + 41 + 23, time_width(&axis, t) - 1,
                          90 };
}

/* ----------------------------------------------------------------------------------- answers */

static bool is_near(unsigned a, unsigned b)
{
    for (int shift = 0; shift < 24; shift += 8)
        if (abs((int)(a >> shift & 255) - (int)(b >> shift & 255)) > 3)
            return false;
    return true;
}

/* Pixels of a bar: the colour as it is over the panel. */
static int bar_pixels(const struct stage *stage, struct rect r, struct colour colour)
{
    const unsigned wanted = stage_rgb(theme_between(theme_dark.panel, colour, 170 / 255.0));
    int count = 0;

    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            count += is_near(stage_pixel(stage, x, y), wanted);
    return count;
}

/* The shape of the sign over step t, as a number: which pixels are not the panel's. */
static unsigned sign_shape(const struct stage *stage, int t)
{
    const struct rect r = over_step(stage, 0, t);
    const int middle = r.x + (r.w + 1) / 2;
    unsigned shape = 0;

    for (int y = r.y; y < r.y + 12; y++)
        for (int x = middle - 5; x < middle + 5; x++)
            shape = shape * 31 + (stage_pixel(stage, x, y) != stage_rgb(theme_dark.panel));
    return shape;
}

static void right_and_wrong_have_colours_and_signs_of_their_own(void **state)
{
    struct stage *stage = *state;
    unsigned shapes[2] = { 0, 0 };

    show_words(stage);
    for (int t = 0; t < STEPS; t++) {
        const bool right = stage->snapshot.arm[0].answer[t].right;
        const struct rect r = over_step(stage, 0, t);
        const int good = bar_pixels(stage, r, theme_dark.good);
        const int bad = bar_pixels(stage, r, theme_dark.bad);

        if (!stage->snapshot.token[t].scored) {
            assert_int_equal(good + bad, 0);
            continue;
        }
        assert_true(right ? good > 50 && bad == 0 : bad > 50 && good == 0);
        shapes[right] = sign_shape(stage, t);
    }
    assert_int_not_equal(shapes[false], shapes[true]);
    assert_true(shapes[false] != 0 && shapes[true] != 0);
}

/* Rows of a column of pixels that are not the panel's. */
static int height_of_bar(const struct stage *stage, int t)
{
    const struct rect r = over_step(stage, 0, t);
    const struct layout_column *c = &stage->view.layout.column[0];
    int count = 0;

    for (int y = r.y + 12; y < c->lower.y + c->lower.h; y++) {
        if (stage_pixel(stage, r.x + 1, y) == stage_rgb(theme_dark.edge))
            break; /* the line that the bars stand on */
        count += stage_pixel(stage, r.x + 1, y) != stage_rgb(theme_dark.panel);
    }
    return count;
}

/* Text-coloured pixels in the column where step t begins, below the signs. */
static int dash_pixels(const struct stage *stage, int t)
{
    struct rect r = over_step(stage, 0, t);

    r.y += 16;
    r.w = 1;
    return pixels_of(stage, r, theme_dark.text);
}

static void where_training_ended_there_are_dashes_and_scores_of_both_sides(void **state)
{
    enum { KNOWN = 5 };
    struct stage *stage = *state;
    int right, right_known, right_beyond, all, known, beyond;

    show_words(stage);
    assert_int_equal(dash_pixels(stage, KNOWN), 0);
    stage->snapshot.trained_steps = KNOWN;
    stage_draw(stage);
    assert_true(dash_pixels(stage, KNOWN) > 20);
    assert_int_equal(dash_pixels(stage, KNOWN + 1), 0);
    all = prediction_scored(&stage->snapshot, &stage->snapshot.arm[0], 0, STEPS, &right);
    known =
        prediction_scored(&stage->snapshot, &stage->snapshot.arm[0], 0, KNOWN, &right_known);
    beyond = prediction_scored(&stage->snapshot, &stage->snapshot.arm[0], KNOWN, STEPS,
                               &right_beyond);
    assert_true(beyond > 0 && right > 0);
    assert_int_equal(known + beyond, all);
    assert_int_equal(right_known + right_beyond, right);
}

static void a_bar_is_as_high_as_the_arm_is_sure(void **state)
{
    struct stage *stage = *state;
    double per_share = 0;

    show_words(stage);
    stage_move(stage, 5, 5);
    for (int t = STEPS / 2; t < STEPS; t++) {
        const double sure = stage->snapshot.arm[0].answer[t].confidence;
        const int height = height_of_bar(stage, t);

        if (t == STEPS / 2)
            per_share = height / sure;
        assert_close(height, sure * per_share, 3, 0);
    }
    assert_true(per_share > 30);
}

/* The bars of the classes, in their order, at the step under the mouse. */
static void the_hovered_step_shows_its_likeliest_classes(void **state)
{
    struct stage *stage = *state;
    const struct colour colour = theme_arm_colour(&theme_dark, "gru");
    int before = 0;

    show_words(stage);
    for (int t = STEPS / 2; t < STEPS; t += 3) {
        const struct rect over = over_step(stage, 0, t);
        const struct layout_column *c = &stage->view.layout.column[0];
        const struct rect lower = { c->lower.x, c->lower.y + 41, c->lower.w, c->lower.h - 41 };
        struct candidate top[5];
        double sum = 0;
        int drawn;

        stage_move(stage, over.x + over.w / 2, c->gradient.y + 40);
        prediction_top(prediction_output(&stage->snapshot, &stage->snapshot.arm[0], t), 5, -1,
                       top, 5);
        for (int i = 0; i < 5; i++)
            sum += top[i].probability;
        assert_close(sum, 1, 1e-9, 0);
        drawn = pixels_of(stage, lower, colour); /* all bars together: once their width */
        assert_true(drawn > 0);
        if (before > 0)
            assert_close(drawn, before, 60, 0.1);
        before = drawn;
    }
}

static void one_value_stands_beside_its_target_on_a_line(void **state)
{
    struct stage *stage = *state;
    const struct synthetic value = { .left = "elman",
                                     .right = "transformer",
                                     .steps = 50,
                                     .layers = 1,
                                     .heads = 2,
                                     .outputs = true };
    struct rect plot;
    int target = -1, answer = -1;

    stage->view.arm[0].tab = TAB_PREDICTION;
    stage_show(stage, &value);
    plot = stage_lower_plot(stage, 0);
    for (int x = plot.x; x < plot.x + plot.w; x++) { /* 0 .. 1; .97 is wanted, .9 said */
        const struct rect column = { x, plot.y + 23, 1, plot.h - 40 };

        if (target < 0 && pixels_of(stage, column, theme_dark.mark) > 10)
            target = x;
        if (answer < 0 && pixels_of(stage, column, theme_dark.bad) +
                                  pixels_of(stage, column, theme_dark.good) >
                              6) /* the dot, not the word */
            answer = x;
    }
    assert_close(target, plot.x + 0.97 * plot.w, 3, 0);
    assert_close(answer, plot.x + 0.9 * plot.w, 5, 0);
}

/* ------------------------------------------------------------------------ one's own sequence */

static void a_sequence_is_typed_over_the_one_that_is_shown(void **state)
{
    struct stage *stage = *state;
    const struct wish *wish;

    show_words(stage);
    stage_press(stage, ACT_OWN_INPUT, 1, 0);
    assert_true(stage->view.typing.on);
    assert_string_equal(stage->view.typing.text, stage->snapshot.text);
    stage_letters(stage, "2 1 0");
    stage_draw(stage);
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_INPUT);
    assert_string_equal(wish->generation.prompt, "2 1 0");
}

static void i_opens_the_panel_and_types(void **state)
{
    struct stage *stage = *state;

    stage_show(stage, &words);
    stage_key(stage, SDLK_i, KMOD_NONE);
    assert_int_equal(stage->view.arm[0].tab, TAB_PREDICTION);
    assert_true(stage->view.typing.on);
    stage_draw(stage);
    stage_letters(stage, "0 0");
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE); /* given up */
    assert_int_equal(stage->wished, 0);
}

static void what_was_refused_stays_to_be_mended(void **state)
{
    struct stage *stage = *state;
    struct rect below;

    show_words(stage);
    stage_press(stage, ACT_OWN_INPUT, 0, 0);
    stage_letters(stage, "2 9");
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    stage_one_wish(stage);
    view_say(&stage->view, true, "task sort: word 2 is \"9\"; allowed are 0 to 2");
    stage_draw(stage);
    below = hot_of(stage, ACT_OWN_INPUT, 0)->rect;
    below = (struct rect){ below.x, below.y + below.h + 4, below.w, 20 };
    assert_true(pixels_of(stage, below, theme_dark.bad) > 20); /* its letters */
    stage_press(stage, ACT_OWN_INPUT, 0, 0);
    assert_string_equal(stage->view.typing.text, "2 9");
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    stage->view.now_ms += 60000; /* the message has left */
    stage_draw(stage);
    stage_press(stage, ACT_OWN_INPUT, 0, 0);
    assert_string_equal(stage->view.typing.text, stage->snapshot.text);
}

static void arrows_go_back_to_the_sequence_before(void **state)
{
    struct stage *stage = *state;

    show_words(stage);
    stage->snapshot.sample = 7;
    stage_draw(stage);
    stage->snapshot.sample = LAB_OWN_INPUT;
    stage_draw(stage);
    stage_key(stage, SDLK_LEFT, KMOD_NONE);
    assert_int_equal(stage_one_wish(stage)->number, 7);
}

static void a_task_that_reads_no_text_says_so(void **state)
{
    struct stage *stage = *state;

    stage_show(stage, &words);
    stage->snapshot.parses = false;
    stage_draw(stage);
    stage_key(stage, SDLK_i, KMOD_NONE);
    assert_false(stage->view.typing.on);
    assert_string_equal(stage->view.message, "This task takes no sequence of your own");
}

/* ----------------------------------------------------------------------------------- writing */

static void show_writing(struct stage *stage)
{
    show_words(stage);
    stage_write(stage, 200);
}

static void a_task_that_cannot_write_offers_no_writing(void **state)
{
    struct stage *stage = *state;

    show_words(stage);
    for (int i = 0; i < stage->view.hots; i++)
        assert_int_not_equal(stage->view.hot[i].action, ACT_FACE);
    stage->snapshot.writes = WRITES_ANSWER;
    stage_draw(stage);
    stage_press(stage, ACT_FACE, 0, 1);
    assert_true(stage->view.writing.shown);
    stage_draw(stage);
    stage_press(stage, ACT_FACE, 1, 0);
    assert_false(stage->view.writing.shown);
}

static void write_asks_both_arms_with_all_that_is_set(void **state)
{
    struct stage *stage = *state;
    const struct wish *wish;

    show_writing(stage);
    stage_press(stage, ACT_PROMPT, 0, 0);
    stage_letters(stage, "1 0 ");
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    stage_draw(stage);
    stage->view.writing.temperature = 0.5;
    stage->view.writing.top_k = 3;
    stage->view.writing.seed = 8;
    stage_press(stage, ACT_WRITE, 0, 0);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_GENERATE);
    assert_int_equal(wish->number, -1);
    assert_string_equal(wish->generation.prompt, "1 0 ");
    assert_close(wish->generation.sampling.temperature, 0.5, 0, 0);
    assert_int_equal(wish->generation.sampling.top_k, 3);
    assert_int_equal(wish->generation.seed, 8);
    assert_true(wish->generation.count > 50);
}

static void without_a_prompt_the_sequence_shown_is_one(void **state)
{
    struct stage *stage = *state;
    const struct wish *wish;

    show_writing(stage);
    stage->snapshot.writes = WRITES_ANSWER; /* which ends by itself */
    stage_draw(stage);
    stage_press(stage, ACT_WRITE, 0, 0);
    wish = stage_one_wish(stage);
    assert_string_equal(wish->generation.prompt, stage->snapshot.text);
    assert_int_equal(wish->generation.count, 0);
}

static void writing_stops_and_goes_on(void **state)
{
    struct stage *stage = *state;
    const struct wish *wish;

    show_writing(stage);
    stage_press(stage, ACT_WRITE, 1, 2);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_GENERATE_MORE);
    assert_int_equal(wish->number, 100);
    stage->snapshot.arm[1].written.going = true;
    stage_draw(stage);
    stage_press(stage, ACT_WRITE, 1, 1);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_GENERATE_MORE);
    assert_int_equal(wish->number, 0);
}

static void the_temperature_is_dragged_turned_and_typed(void **state)
{
    struct stage *stage = *state;
    struct rect r;

    show_writing(stage);
    r = hot_of(stage, ACT_TEMPERATURE, 0)->rect;
    stage_drag(stage, r.x + r.w / 2, r.y + 5, r.x + r.w / 4, r.y + 5);
    assert_close(stage->view.writing.temperature, 0.5, 0.02, 0);
    stage_drag(stage, r.x + r.w / 2, r.y + 5, r.x - 50, r.y + 5);
    assert_close(stage->view.writing.temperature, 0, 0, 0);
    stage_wheel_at(stage, r.x + 5, r.y + 5, 1);
    assert_close(stage->view.writing.temperature, 0.05, 1e-9, 0);
    view_press(&stage->view, hot_of(stage, ACT_TEMPERATURE, 0),
               &(struct press){ .kind = PRESS_ENTRY });
    assert_string_equal(stage->view.typing.text, "0.05");
    stage_letters(stage, "1.25");
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    assert_close(stage->view.writing.temperature, 1.25, 1e-9, 0);
    stage_draw(stage);
    view_press(&stage->view, hot_of(stage, ACT_TEMPERATURE, 0),
               &(struct press){ .kind = PRESS_ENTRY });
    stage_letters(stage, "hot");
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    assert_close(stage->view.writing.temperature, 1.25, 1e-9, 0);
    assert_string_equal(stage->view.message,
                        "\"hot\" cannot be: a number from 0 to 2 is wanted");
}

static void top_k_and_seed_are_whole_numbers_of_their_range(void **state)
{
    struct stage *stage = *state;
    struct rect r;

    show_writing(stage);
    r = hot_of(stage, ACT_TOP_K, 1)->rect;
    stage_drag(stage, r.x + 1, r.y + 5, r.x + r.w + 90, r.y + 5);
    assert_int_equal(stage->view.writing.top_k, 5); /* as many as there are */
    stage_wheel_at(stage, r.x + 5, r.y + 5, -1);
    assert_int_equal(stage->view.writing.top_k, 4);
    stage_press(stage, ACT_WRITE_SEED, 0, 0);
    assert_int_equal(stage->view.writing.seed, 2);
    r = hot_of(stage, ACT_WRITE_SEED, 0)->rect;
    for (int i = 0; i < 5; i++)
        stage_wheel_at(stage, r.x + 5, r.y + 5, -1);
    assert_int_equal(stage->view.writing.seed, 0);
}

/* Symbol k stands on the colour of its probability, (k % 5) / 4. */
static void a_bright_ground_is_a_sure_symbol(void **state)
{
    struct stage *stage = *state;
    struct rect r;

    show_writing(stage);
    stage_move(stage, 5, 5);
    r = hot_of(stage, ACT_TEMPERATURE, 0)->rect;
    r = (struct rect){ stage->view.layout.column[0].axis_x, r.y + r.h + 4,
                       stage->view.layout.column[0].axis_w, 150 };
    for (int i = 0; i < 5; i++) { /* forty cells of each, without the ink of the letters */
        const int drawn = pixels_of(stage, r, theme_viridis(&theme_dark, i / 4.0));

        assert_in_range(drawn, 40 * 25, 40 * 80);
    }
}

static void a_symbol_under_the_mouse_says_its_probability(void **state)
{
    struct stage *stage = *state;
    struct rect r;

    show_writing(stage);
    r = hot_of(stage, ACT_TEMPERATURE, 0)->rect;
    stage_move(stage, stage->view.layout.column[0].axis_x + 2, r.y + r.h + 12);
    assert_string_equal(stage->view.hover_text[0][HOVER_LOWER], "\"0\": probability 0");
    assert_int_equal(stage->view.hover_step, -1); /* no time axis here */
}

static void a_refused_prompt_says_why_in_its_place(void **state)
{
    struct stage *stage = *state;
    struct rect r;

    show_writing(stage);
    strcpy(stage->snapshot.arm[0].written.refusal, "task sort: word 1 is \"9\"");
    stage_draw(stage);
    r = hot_of(stage, ACT_TEMPERATURE, 0)->rect;
    r = (struct rect){ stage->view.layout.column[0].axis_x, r.y + r.h + 4, 200, 20 };
    assert_true(pixels_of(stage, r, theme_dark.bad) > 20);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(right_and_wrong_have_colours_and_signs_of_their_own),
        TEST(where_training_ended_there_are_dashes_and_scores_of_both_sides),
        TEST(a_bar_is_as_high_as_the_arm_is_sure),
        TEST(the_hovered_step_shows_its_likeliest_classes),
        TEST(one_value_stands_beside_its_target_on_a_line),
        TEST(a_sequence_is_typed_over_the_one_that_is_shown),
        TEST(i_opens_the_panel_and_types),
        TEST(what_was_refused_stays_to_be_mended),
        TEST(arrows_go_back_to_the_sequence_before),
        TEST(a_task_that_reads_no_text_says_so),
        TEST(a_task_that_cannot_write_offers_no_writing),
        TEST(write_asks_both_arms_with_all_that_is_set),
        TEST(without_a_prompt_the_sequence_shown_is_one),
        TEST(writing_stops_and_goes_on),
        TEST(the_temperature_is_dragged_turned_and_typed),
        TEST(top_k_and_seed_are_whole_numbers_of_their_range),
        TEST(a_bright_ground_is_a_sure_symbol),
        TEST(a_symbol_under_the_mouse_says_its_probability),
        TEST(a_refused_prompt_says_why_in_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
