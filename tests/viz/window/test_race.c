/* Tests of the race: what its curves are drawn over, ways that were left, where one looks. */
#include "tests/test.h"

#include <SDL.h>
#include <math.h>
#include <string.h>

#include "tests/close.h"
#include "tests/viz/window/stage.h"
#include "viz/window/panels.h"
#include "viz/window/race.h"

/* ---- units ------------------------------------------------------------------------------ */

static void a_step_costs_what_its_unit_says(void **state)
{
    const struct stage *stage = *state;
    const struct snapshot *s = &stage->snapshot;
    const struct curve_point point = { .step = 10, .seconds = 2.5f };

    for (int i = 0; i < 2; i++) {
        assert_close(race_x_of(s, i, RACE_STEPS, &point), 10, 0, 0);
        assert_close(race_x_of(s, i, RACE_EXAMPLES, &point), 640, 0, 0);
        assert_close(race_x_of(s, i, RACE_SECONDS, &point), 2.5, 0, 0);
    }
    assert_close(race_x_of(s, 0, RACE_FLOPS, &point), 10 * 64 * 3 * 0.65e6, 1, 0);
    assert_close(race_x_of(s, 1, RACE_FLOPS, &point), 10 * 64 * 3 * 1.4e6, 1, 0);
}

static void the_axis_reaches_as_far_as_anything_does(void **state)
{
    struct stage *stage = *state;
    struct snapshot *s = &stage->snapshot;

    assert_close(race_x_last(s, RACE_STEPS), 600, 0, 0);
    assert_close(race_x_last(s, RACE_EXAMPLES), 600 * 64, 0, 0);
    assert_close(race_x_last(s, RACE_FLOPS), 600 * 64 * 3 * 1.4e6, 1, 0); /* the dearer arm */
    assert_close(race_x_last(s, RACE_SECONDS), 599 * 0.004, 0, 1e-6);
    synthetic_branch(s, 100, 900, 0.003, 1);
    assert_close(race_x_last(s, RACE_STEPS), 899, 0, 0); /* its last point is one of 898 */
    assert_close(race_x_last(s, RACE_SECONDS), 898 * 0.003, 0, 1e-6);
    memset(&s->branches, 0, sizeof s->branches);
    s->arm[1].step = 700; /* ahead of the others */
    assert_close(race_x_last(s, RACE_STEPS), 700, 0, 0);
    s->step = s->arm[0].step = s->arm[1].step = 0;
    s->arm[0].curve.count = s->arm[1].curve.count = 0;
    for (int unit = 0; unit < RACE_UNITS; unit++)
        assert_true(race_x_last(s, (enum race_x)unit) > 0);
}

struct label_row {
    enum race_x unit;
    double value;
    const char *label;
};

static void numbers_below_the_axis_are_short(void **state)
{
    static const struct label_row rows[] = {
        { RACE_STEPS, 200, "200" },      { RACE_STEPS, 1500, "1,500" },
        { RACE_STEPS, 2e6, "2M" },       { RACE_EXAMPLES, 12800, "12.8k" },
        { RACE_FLOPS, 4e11, "400G" },    { RACE_FLOPS, 1.5e12, "1.5T" },
        { RACE_FLOPS, 999.6e9, "1T" },   { RACE_SECONDS, 2.5, "2.5" },
        { RACE_SECONDS, 0.125, "0.125" }
    };
    char label[32];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(race_x_label(label, rows[i].unit, rows[i].value), rows[i].label);
}

/* ---- the panel -------------------------------------------------------------------------- */

/* The loss plot, from the layout of panel_race.c: 8 pad, 44 axis, 26 above, 24 below. */
static struct rect loss_area(const struct stage *stage)
{
    const struct rect r = stage->view.layout.race;
    const int share = (r.w - 16 - 116) / 4;

    return (struct rect){ r.x + 8 + 44, r.y + 26, 2 * share - 44 - 8, r.h - 44 };
}

/* Pixels in which most of the ink is of that hue: a mix of it and the panel's ground. */
static int inked(const struct stage *stage, struct rect r, struct colour colour, double least)
{
    const struct colour ground = canvas_theme(stage->canvas)->panel;
    int found = 0;

    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++) {
            const unsigned p = stage_pixel(stage, x, y);
            const int red = (int)(p >> 16 & 255) - ground.r;
            const int green = (int)(p >> 8 & 255) - ground.g;
            const int blue = (int)(p & 255) - ground.b;
            const int dr = colour.r - ground.r, dg = colour.g - ground.g;
            const int db = colour.b - ground.b;
            const double share =
                (double)(red * dr + green * dg + blue * db) / (dr * dr + dg * dg + db * db);
            const double off =
                fabs(red - share * dr) + fabs(green - share * dg) + fabs(blue - share * db);

            found += share >= least && off < 12;
        }
    return found;
}

static void x_goes_through_the_units_by_key_and_by_mouse(void **state)
{
    struct stage *stage = *state;

    for (int i = 1; i <= RACE_UNITS; i++) {
        stage_key(stage, SDLK_x, KMOD_NONE);
        assert_int_equal(stage->view.race_x, i % RACE_UNITS);
    }
    stage_draw(stage);
    stage_press(stage, ACT_RACE_X, 0, 0);
    assert_int_equal(stage->view.race_x, RACE_EXAMPLES);
    stage_draw(stage);
    stage_press(stage, ACT_RACE_X, 0, 0);
    assert_int_equal(stage->view.race_x, RACE_FLOPS);
    assert_int_equal(stage->wished, 0);
}

static void over_flops_the_cheap_arm_comes_less_far(void **state)
{
    struct stage *stage = *state;
    const struct rect area = loss_area(stage);
    const struct colour elman = theme_arm_colour(canvas_theme(stage->canvas), "elman");
    const struct colour other = theme_arm_colour(canvas_theme(stage->canvas), "transformer");
    const struct rect right = { area.x + area.w / 2, area.y, area.w / 2, area.h };

    assert_true(inked(stage, right, elman, 0.6) > 50);
    assert_true(inked(stage, right, other, 0.6) > 50);
    stage->view.race_x = RACE_FLOPS; /* less than half the price */
    stage_draw(stage);
    assert_int_equal(inked(stage, right, elman, 0.6), 0);
    assert_true(inked(stage, right, other, 0.6) > 50);
    stage->view.race_x = RACE_SECONDS; /* half the time */
    stage_draw(stage);
    assert_true(inked(stage, right, elman, 0.6) < 20);
    assert_true(inked(stage, right, other, 0.6) > 50);
}

static void a_way_that_was_left_stays_paler(void **state)
{
    struct stage *stage = *state;
    const struct colour elman = theme_arm_colour(canvas_theme(stage->canvas), "elman");
    struct rect area, after;
    int before;

    stage->view.linear_loss = true;
    stage_resize(stage, 1920, 1080, 1);
    area = loss_area(stage);
    after = (struct rect){ area.x + area.w * 2 / 3 + 4, area.y, area.w / 3 - 86, area.h };
    assert_true(inked(stage, after, elman, 0.3) > 50); /* the present way fills the plot */
    synthetic_branch(&stage->snapshot, 100, 900, 0.003, 1);
    stage_draw(stage); /* now it ends at two thirds, and the other goes on alone */
    assert_int_equal(inked(stage, after, elman, 0.9), 0);
    assert_true(inked(stage, after, elman, 0.25) > 20);
    /* dotted: there are gaps in it */
    before = 0;
    for (int x = after.x; x < after.x + after.w; x++)
        before += inked(stage, (struct rect){ x, area.y, 1, area.h }, elman, 0.25) > 0;
    assert_in_range(before, after.w / 6, after.w * 5 / 6);
}

static void a_branch_is_not_drawn_before_it_was_left(void **state)
{
    struct stage *stage = *state;
    const struct colour other = theme_arm_colour(canvas_theme(stage->canvas), "transformer");
    struct rect area = loss_area(stage), begin;

    stage->view.linear_loss = true;
    stage->snapshot.arm[0].curve.count = stage->snapshot.arm[1].curve.count = 0;
    synthetic_branch(&stage->snapshot, 450, 900, 0.003, 1);
    stage_draw(stage);
    begin = (struct rect){ area.x, area.y, area.w / 2 - 4, area.h };
    assert_int_equal(inked(stage, begin, other, 0.25), 0);
    begin.x += area.w / 2 + 4;
    assert_true(inked(stage, begin, other, 0.25) > 20);
}

static void branches_are_told_apart_by_what_differs(void **state)
{
    struct stage *stage = *state;
    struct snapshot *s = &stage->snapshot;
    const struct branch *branch = &s->branches.items[0];
    char label[BRANCH_LABEL_MAX];

    synthetic_branch(s, 100, 900, 0.003, 1);
    assert_string_equal(race_branch_label(s, branch, 0, LANGUAGE_ENGLISH, label),
                        "left at 100");
    assert_string_equal(race_branch_label(s, branch, 1, LANGUAGE_ENGLISH, label), "lr 0.003");
    s->config.training.clip = 0.5;
    assert_string_equal(race_branch_label(s, branch, 0, LANGUAGE_ENGLISH, label), "clip 1");
    assert_string_equal(race_branch_label(s, branch, 1, LANGUAGE_ENGLISH, label),
                        "lr 0.003, clip 1");
    s->branches.items[0].clip = 0;
    assert_string_equal(race_branch_label(s, branch, 0, LANGUAGE_ENGLISH, label), "clip off");
}

static void where_one_looks_is_marked_in_the_curves(void **state)
{
    struct stage *stage = *state;
    const struct theme *theme = canvas_theme(stage->canvas);
    const struct rect area = loss_area(stage);
    const int x = area.x + (area.w - 1) / 2;
    int line = 0;

    for (int y = area.y; y < area.y + area.h; y++)
        assert_int_not_equal(stage_pixel(stage, x, y), stage_rgb(theme->accent));
    stage->snapshot.looking_at = 300;
    stage->snapshot.arm[0].looked_step = stage->snapshot.arm[1].looked_step = 300;
    stage_draw(stage);
    for (int y = area.y; y < area.y + area.h; y++)
        line += stage_pixel(stage, x, y) == stage_rgb(theme->accent);
    assert_true(line > area.h / 2);
}

static void after_a_fork_to_step_0_the_curves_stay(void **state)
{
    struct stage *stage = *state;
    const struct colour other = theme_arm_colour(canvas_theme(stage->canvas), "transformer");

    stage_show(
        stage,
        &(struct synthetic){
            .left = "elman", .right = "transformer", .steps = 50, .layers = 1, .heads = 2 });
    assert_true(inked(stage, loss_area(stage), other, 0.25) < 20); /* the question instead */
    synthetic_branch(&stage->snapshot, 0, 900, 0.003, 1);
    stage_draw(stage);
    assert_true(inked(stage, loss_area(stage), other, 0.25) > 40);
}

/* Cheap enough for sixty frames a second, whatever the number of branches. */
static void a_frame_with_all_branches_is_soon_drawn(void **state)
{
    static const double MOST_MS = 40; /* on a slow and busy machine */
    struct stage *stage = *state;
    double best = 1e9;

    for (int i = 0; i < BRANCHES_MAX; i++)
        synthetic_branch(&stage->snapshot, 100 * i, 1000, 0.003, 1);
    synthetic_moments(&stage->snapshot, 3);
    for (int i = 0; i < 10; i++) {
        const Uint64 begin = SDL_GetPerformanceCounter();

        stage_draw(stage);
        best = fmin(best, 1e3 * (double)(SDL_GetPerformanceCounter() - begin) /
                              (double)SDL_GetPerformanceFrequency());
    }
    assert_true(best < MOST_MS);
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_setup, stage_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED(a_step_costs_what_its_unit_says),
        STAGED(the_axis_reaches_as_far_as_anything_does),
        cmocka_unit_test(numbers_below_the_axis_are_short),
        STAGED(x_goes_through_the_units_by_key_and_by_mouse),
        STAGED(over_flops_the_cheap_arm_comes_less_far),
        STAGED(a_way_that_was_left_stays_paler),
        STAGED(a_branch_is_not_drawn_before_it_was_left),
        STAGED(branches_are_told_apart_by_what_differs),
        STAGED(where_one_looks_is_marked_in_the_curves),
        STAGED(after_a_fork_to_step_0_the_curves_stay),
        STAGED(a_frame_with_all_branches_is_soon_drawn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
