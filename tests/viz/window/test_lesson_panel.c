/* Tests of the lesson's panel: pages, links that act, predictions, the checklist of claims. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/close.h"
#include "tests/viz/window/stage.h"
#include "viz/window/act.h"
#include "viz/window/document.h"

/* Links of the fixture's README.md, in its order, and pages. */
enum { TO_STATE, TO_GATES, TO_LESSON, TO_WEB, TO_HEAD, TO_NOWHERE, TO_BEGIN };
enum { FIRST_PAGE, CHOICE_PAGE, DRAW_PAGE, CLAIMS_PAGE };

static void add_claim(struct lesson *lesson, const char *name, const char *text)
{
    struct claim *claim = &lesson->claims[lesson->claim_count++];

    snprintf(claim->name, sizeof claim->name, "%s", name);
    assert_int_equal(claim_parse(claim, text, NULL), STATUS_OK);
}

/* The stage's lesson, with two claims. */
static int setup(void **state)
{
    struct stage *stage;

    if (stage_setup(state) != 0)
        return -1;
    stage = *state;
    add_claim(&stage->lesson, "bars_fall", "left.slope_input <= -0.4");
    add_claim(&stage->lesson, "it_learns", "right.test_loss <= 0.1");
    view_open_lab(&stage->view, &stage->lesson);
    stage_draw(stage);
    return 0;
}

static int page(struct stage *stage)
{
    return view_reading(&stage->view)->page;
}

static void turn_to(struct stage *stage, int to)
{
    view_act(&stage->view, ACT_CHUNK, 0, to);
    stage_draw(stage);
}

static const struct hot *hot_for(const struct stage *stage, enum action action, int arm,
                                 long value)
{
    for (int i = 0; i < stage->view.hots; i++) {
        const struct hot *hot = &stage->view.hot[i];

        if (hot->action == action && hot->arm == arm && hot->value == value)
            return hot;
    }
    return NULL;
}

/* Pixels in a rectangle that are nearly of a colour: letters have soft edges. */
static int count_pixels(const struct stage *stage, struct rect r, struct colour colour)
{
    const unsigned wanted = stage_rgb(colour);
    int count = 0;

    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++) {
            const unsigned is = stage_pixel(stage, x, y);
            int far = 0;

            for (int shift = 0; shift < 24; shift += 8)
                far += abs((int)(is >> shift & 0xff) - (int)(wanted >> shift & 0xff));
            count += far < 60;
        }
    return count;
}

/* ------------------------------------------------------------------------------------ pages */

static void a_page_is_one_section(void **state)
{
    struct stage *stage = *state;

    assert_int_equal(document_chunks(stage->view.document), 3);
    assert_int_equal(view_pages(&stage->view), 4); /* and the claims */
    assert_string_equal(document_title(stage->view.document, 0), "A lesson for tests");
    assert_string_equal(document_title(stage->view.document, 1), "A second part");
    assert_non_null(hot_for(stage, ACT_LINK, 0, TO_STATE));
    assert_null(hot_for(stage, ACT_LINK, 0, TO_GATES)); /* of another page */
}

static void keys_and_buttons_turn_the_pages(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_n, KMOD_NONE);
    assert_int_equal(page(stage), 1);
    stage_key(stage, SDLK_b, KMOD_NONE);
    stage_key(stage, SDLK_b, KMOD_NONE);
    assert_int_equal(page(stage), 0);
    stage_draw(stage);
    stage_press(stage, ACT_PAGE, 0, 1);
    stage_draw(stage);
    stage_press(stage, ACT_CHUNK, 0, DRAW_PAGE);
    assert_int_equal(page(stage), DRAW_PAGE);
    for (int i = 0; i < 9; i++)
        stage_key(stage, SDLK_n, KMOD_NONE);
    assert_int_equal(page(stage), CLAIMS_PAGE);
}

static void a_page_begins_at_its_top(void **state)
{
    struct stage *stage = *state;

    stage_resize(stage, 1280, 400, 1);
    stage_key(stage, SDLK_t, KMOD_NONE);
    stage_draw(stage);
    stage_wheel_at(stage, stage->view.layout.lesson.x + 50, 200, -3);
    assert_true(stage->view.scroll > 0);
    stage_key(stage, SDLK_n, KMOD_NONE);
    assert_int_equal(stage->view.scroll, 0);
}

static void a_lesson_is_read_on_where_one_was(void **state)
{
    struct stage *stage = *state;
    struct lesson other = stage->lesson;

    other.number = 6;
    view_act(&stage->view, ACT_CHUNK, 0, CHOICE_PAGE);
    view_act(&stage->view, ACT_CHOOSE, 0, 2);
    view_open_lab(&stage->view, &other);
    assert_int_equal(page(stage), 0);
    assert_int_equal(view_reading(&stage->view)->answer[0].state, ANSWER_OPEN);
    view_open_lab(&stage->view, &stage->lesson);
    assert_int_equal(page(stage), CHOICE_PAGE);
    assert_int_equal(view_reading(&stage->view)->answer[0].choice, 2);
    view_open_lab(&stage->view, NULL); /* no lesson: no pages */
    assert_int_equal(view_pages(&stage->view), 0);
    stage_key(stage, SDLK_n, KMOD_NONE);
    stage_draw(stage);
}

static void a_low_window_has_one_line_that_opens(void **state)
{
    struct stage *stage = *state;

    assert_true(stage->view.layout.lesson.w > 0);
    assert_int_equal(stage->view.layout.lesson_bar.w, 0);
    stage_resize(stage, 1366, 688, 1);
    assert_int_equal(stage->view.layout.lesson.w, 0);
    assert_true(stage->view.layout.lesson_bar.w > 500);
    stage_press(stage, ACT_TEXT, 0, 0);
    stage_draw(stage);
    assert_true(stage->view.layout.lesson.w > 0);
    stage_key(stage, SDLK_t, KMOD_NONE);
    stage_draw(stage);
    assert_int_equal(stage->view.layout.lesson.w, 0);
    stage_press(stage, ACT_PAGE, 0, 1);
    assert_int_equal(page(stage), 1);
    stage_resize(stage, 1280, 720, 1); /* what a hand has folded stays folded */
    assert_int_equal(stage->view.layout.lesson.w, 0);
}

static void the_wheel_elsewhere_leaves_the_text(void **state)
{
    struct stage *stage = *state;

    stage_resize(stage, 1280, 500, 1);
    stage_key(stage, SDLK_t, KMOD_NONE);
    stage_draw(stage);
    stage_wheel_at(stage, stage->view.layout.column[0].states.x + 100,
                   stage->view.layout.column[0].gradient.y + 30, -3);
    assert_int_equal(stage->view.scroll, 0);
}

/* ------------------------------------------------------------------------------------ links */

static void a_setting_is_wished_for(void **state)
{
    struct stage *stage = *state;
    const struct lab_config before = stage->snapshot.config;

    turn_to(stage, CHOICE_PAGE);
    stage_press(stage, ACT_LINK, 0, TO_GATES);
    assert_int_equal(stage->wished, 2);
    assert_int_equal(stage->wishes[0].kind, WISH_CHANGE);
    assert_string_equal(stage->wishes[0].config.arm[0].model, "gru");
    assert_string_equal(stage->wishes[0].config.arm[1].model, before.arm[1].model);
    assert_int_equal(stage->wishes[1].kind, WISH_RUN);
}

static void what_is_so_already_is_not_wished_again(void **state)
{
    struct stage *stage = *state;

    snprintf(stage->snapshot.config.arm[0].model, CONFIG_WORD_MAX, "gru");
    stage_draw(stage);
    turn_to(stage, CHOICE_PAGE);
    stage_press(stage, ACT_LINK, 0, TO_GATES);
    assert_int_equal(stage_one_wish(stage)->kind, WISH_RUN);
}

static void a_link_that_has_nothing_to_do_is_ticked(void **state)
{
    struct stage *stage = *state;
    const struct document *document = stage->view.document;
    struct rect mark;

    assert_false(document_link(document, TO_STATE)->done);
    mark = hot_for(stage, ACT_LINK, 0, TO_STATE)->rect;
    mark.w = 13;
    assert_int_equal(count_pixels(stage, mark, theme_dark.good), 0);
    stage_press(stage, ACT_LINK, 0, TO_STATE);
    assert_true(stage->view.state_view);
    stage_move(stage, 0, 0);
    assert_true(document_link(document, TO_STATE)->done);
    assert_true(count_pixels(stage, mark, theme_dark.good) > 0);
    stage_key(stage, SDLK_v, KMOD_NONE);
    stage_draw(stage);
    assert_false(document_link(document, TO_STATE)->done);
    assert_int_equal(stage->wished, 0);
}

static void a_panel_of_an_arm_is_shown_and_pointed_at(void **state)
{
    struct stage *stage = *state;

    turn_to(stage, CHOICE_PAGE);
    stage_press(stage, ACT_LINK, 0, TO_HEAD);
    assert_int_equal(stage->view.arm[1].tab, TAB_ATTENTION);
    assert_int_equal(stage->view.arm[0].tab, TAB_AUTO); /* of the right arm alone */
    assert_int_equal(stage->view.arm[1].head, 1);
    assert_int_equal(stage->view.enlarged, LAYOUT_LOWER);
    stage_draw(stage);
    assert_true(document_link(stage->view.document, TO_HEAD)->done);
    assert_true(count_pixels(stage, stage->view.layout.column[1].card, theme_dark.mark) > 500);
    stage->view.now_ms += 10000;
    stage_draw(stage);
    assert_int_equal(stage->view.pointed, 0);
    assert_true(count_pixels(stage, stage->view.layout.column[1].card, theme_dark.mark) < 500);
    assert_int_equal(stage->wished, 0);
}

static void addresses_of_the_web_and_broken_links_do_nothing(void **state)
{
    struct stage *stage = *state;
    const struct document *document = stage->view.document;
    const struct hot *hot;

    turn_to(stage, CHOICE_PAGE);
    assert_int_equal(document_link(document, TO_WEB)->kind, LINK_WEB);
    assert_string_equal(document_link(document, TO_WEB)->hint, "https://example.org");
    hot = hot_for(stage, ACT_NONE, 0, TO_WEB);
    assert_non_null(hot);
    assert_string_equal(hot->hint, "https://example.org");
    assert_int_equal(document_link(document, TO_NOWHERE)->kind, LINK_BROKEN);
    hot = hot_for(stage, ACT_NONE, 0, TO_NOWHERE);
    assert_non_null(hot);
    assert_non_null(strstr(hot->hint, "unknown key \"modle\""));
    assert_true(count_pixels(stage, hot->rect, theme_dark.bad) > hot->rect.w / 2); /* struck */
    stage_click(stage, hot->rect.x + 4, hot->rect.y + 4);
    assert_int_equal(stage->wished, 0);
}

static void a_link_can_be_pressed_without_a_mouse(void **state)
{
    struct stage *stage = *state;

    for (int i = 0;
         i < 100 && !(stage->view.focus.on && stage->view.focus.hot.action == ACT_LINK); i++) {
        stage_key(stage, SDLK_TAB, KMOD_NONE);
        stage_draw(stage);
    }
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    assert_true(stage->view.state_view);
}

static void a_link_to_a_lesson_asks_for_it_if_it_is_there(void **state)
{
    struct stage *stage = *state;
    struct lesson six = { .number = 6 };
    const struct lesson_list list = { .lessons = &six, .count = 1 };

    turn_to(stage, CHOICE_PAGE);
    stage_press(stage, ACT_LINK, 0, TO_LESSON);
    assert_int_equal(stage->view.request, REQUEST_NONE);
    assert_non_null(strstr(stage->view.message, "no lesson 6"));
    stage->view.lessons = &list;
    stage_press(stage, ACT_LINK, 0, TO_LESSON);
    assert_int_equal(stage->view.request, REQUEST_LESSON);
    assert_int_equal(stage->view.asked_lesson, 6);
}

struct wish_row {
    const char *address;
    int wishes;
    enum wish_kind kind[3];
    long number; /* of the last */
};

/* Of a lab at step 600, whose last scored output is that of step 49. */
static void a_link_sends_its_wishes(void **state)
{
    struct stage *stage = *state;
    const struct wish_row *row = stage->row;
    char markdown[128];

    snprintf(markdown, sizeof markdown, "[a](duet:%s)", row->address);
    document_free(stage->view.document);
    stage->view.document = document_parse(markdown, strlen(markdown));
    assert_non_null(stage->view.document);
    view_act(&stage->view, ACT_LINK, 0, 0);
    assert_int_equal(stage->wished, row->wishes);
    for (int i = 0; i < row->wishes; i++)
        assert_int_equal(stage->wishes[i].kind, row->kind[i]);
    if (row->wishes > 0)
        assert_int_equal(stage->wishes[row->wishes - 1].number, row->number);
}

/* ------------------------------------------------------------------------------ predictions */

static void a_choice_shows_the_answer_and_says_if_it_was_right(void **state)
{
    struct stage *stage = *state;
    const struct answer *answer = &view_reading(&stage->view)->answer[0];
    int before, after;
    const struct rect text = { stage->view.layout.lesson.x + 14,
                               stage->view.layout.lesson.y + 40,
                               stage->view.layout.lesson.w - 28, 500 };

    turn_to(stage, CHOICE_PAGE);
    before = document_draw(stage->view.document, stage->canvas, text, 0);
    stage_draw(stage);
    assert_non_null(hot_for(stage, ACT_CHOOSE, 0, 2));
    stage_press(stage, ACT_CHOOSE, 0, 1);
    assert_int_equal(answer->state, ANSWER_GIVEN);
    assert_int_equal(answer->choice, 1);
    stage_draw(stage);
    assert_null(hot_for(stage, ACT_CHOOSE, 0, 2)); /* once */
    assert_true(count_pixels(stage, text, theme_dark.good) > 20);
    assert_int_equal(count_pixels(stage, text, theme_dark.mark), 0);
    after = document_draw(stage->view.document, stage->canvas, text, 0);
    assert_true(after > before + 15); /* the answer's paragraph */
}

static void a_wrong_choice_is_called_so_without_a_lock(void **state)
{
    struct stage *stage = *state;
    const struct rect panel = stage->view.layout.lesson;

    turn_to(stage, CHOICE_PAGE);
    stage_press(stage, ACT_CHOOSE, 0, 0);
    stage_draw(stage);
    assert_true(count_pixels(stage, panel, theme_dark.mark) > 20); /* "Not as you said" */
    assert_true(count_pixels(stage, panel, theme_dark.good) > 5);  /* the right one, ticked */
}

static void a_prediction_can_be_skipped(void **state)
{
    struct stage *stage = *state;

    turn_to(stage, CHOICE_PAGE);
    stage_press(stage, ACT_CHOOSE, 0, -1);
    assert_int_equal(view_reading(&stage->view)->answer[0].state, ANSWER_SKIPPED);
    stage_draw(stage);
    assert_null(hot_for(stage, ACT_CHOOSE, 0, -1));
}

static void a_curve_is_drawn_over_covered_bars_and_compared(void **state)
{
    struct stage *stage = *state;
    const struct rect plot = stage_gradient_plot(stage, 0);
    const struct answer *answer = &view_reading(&stage->view)->answer[1];
    const struct colour bar =
        theme_between(theme_dark.panel, theme_arm_colour(&theme_dark, "elman"), 0.72);
    const int bars = count_pixels(stage, plot, bar);

    turn_to(stage, DRAW_PAGE);
    stage_press(stage, ACT_SKETCH, 1, SKETCH_BEGIN);
    assert_int_equal(answer->state, ANSWER_DRAWING);
    stage_draw(stage);
    assert_true(count_pixels(stage, plot, bar) < bars / 10); /* the last one stands */
    stage_drag(stage, plot.x + 2, plot.y + plot.h / 9, plot.x + plot.w - 2,
               plot.y + plot.h / 9);
    for (int i = 2; i < SKETCH_POINTS - 2; i++)
        assert_true(fabs(stage->view.sketch.decade[i]) < 0.3); /* 1e0: a ninth down from 1e2 */
    stage_draw(stage);
    assert_true(count_pixels(stage, plot, theme_dark.mark) > 200);
    stage_press(stage, ACT_SKETCH, 1, SKETCH_COMPARE);
    stage_draw(stage);
    assert_int_equal(answer->state, ANSWER_GIVEN);
    assert_true(count_pixels(stage, plot, bar) > bars / 2);
    assert_true(count_pixels(stage, plot, theme_dark.mark) > 200); /* it stays */
    assert_true(answer->decades > 3 && answer->decades < 6);
    assert_int_equal(stage->wished, 0);
}

static void a_curve_can_be_chosen_instead_of_drawn(void **state)
{
    struct stage *stage = *state;
    const struct answer *answer = &view_reading(&stage->view)->answer[1];
    static const double falls[DOCUMENT_SHAPES] = { 0, 3, 12 };
    const double *bars = stage->snapshot.arm[0].now.input.one;
    double decades[DOCUMENT_SHAPES];

    turn_to(stage, DRAW_PAGE);
    for (int shape = 0; shape < DOCUMENT_SHAPES; shape++) {
        view_act(&stage->view, ACT_SKETCH, 1, SKETCH_BEGIN);
        stage_draw(stage);
        stage_press(stage, ACT_SKETCH, 1, SKETCH_SHAPE + shape);
        stage_draw(stage);
        stage_press(stage, ACT_SKETCH, 1, SKETCH_COMPARE);
        stage_draw(stage);
        decades[shape] = answer->decades;
    }
    for (int shape = 0; shape < DOCUMENT_SHAPES; shape++) {
        double sum = 0;

        for (int t = 0; t < 49; t++)
            sum += fabs(log10(bars[49]) - falls[shape] * (49 - t) / 49 - log10(bars[t]));
        assert_close(decades[shape], sum / 49, 0, 1e-6);
    }
}

static void nothing_drawn_is_said_to_be_nothing(void **state)
{
    struct stage *stage = *state;

    turn_to(stage, DRAW_PAGE);
    view_act(&stage->view, ACT_SKETCH, 1, SKETCH_BEGIN);
    view_act(&stage->view, ACT_SKETCH, 1, SKETCH_COMPARE);
    stage_draw(stage);
    assert_true(isnan(view_reading(&stage->view)->answer[1].decades));
}

/* What is drawn is compared with the bars that were asked about. */
static void drawing_sets_the_lab_that_the_question_is_about(void **state)
{
    struct stage *stage = *state;
    struct lesson lesson = synthetic_lesson(4, "Another lab", "tests/viz/window/lesson-draw");

    view_open_lab(&stage->view, &lesson);
    stage_draw(stage);
    stage_press(stage, ACT_SKETCH, 0, SKETCH_BEGIN);
    assert_int_equal(stage->wished, 2);
    assert_int_equal(stage->wishes[0].kind, WISH_CHANGE);
    assert_string_equal(stage->wishes[0].config.arm[0].model, "gru");
    assert_int_equal(stage->wishes[1].kind, WISH_PAUSE);
    assert_true(stage->view.sketch.covers);
    assert_int_equal(view_reading(&stage->view)->answer[0].state, ANSWER_DRAWING);
    view_open_lab(&stage->view, &stage->lesson);
}

struct letters {
    int cut, heard;
    bool says, covered;
};

static void hear(void *context, const struct canvas_letters *letters)
{
    struct letters *heard = context;

    heard->heard++;
    heard->cut += letters->cut;
    heard->says = heard->says || strncmp(letters->string, "On average off", 14) == 0;
    heard->covered = heard->covered || strncmp(letters->string, "Covered: ", 9) == 0;
}

static struct letters listen(struct stage *stage)
{
    struct letters heard = { 0 };

    canvas_listen(stage->canvas, hear, &heard);
    stage_draw(stage);
    canvas_listen(stage->canvas, NULL, NULL);
    return heard;
}

/* At the size of a small laptop: whole buttons, whole sentences. */
static void all_of_a_sketch_can_be_read_and_pressed(void **state)
{
    static const long values[] = { SKETCH_SHAPE, SKETCH_SHAPE + 1, SKETCH_SHAPE + 2,
                                   SKETCH_COMPARE };
    struct stage *stage = *state;
    const struct rect panel = stage->view.layout.lesson;
    const struct hot *skip;
    struct letters heard;

    turn_to(stage, DRAW_PAGE);
    stage_press(stage, ACT_SKETCH, 1, SKETCH_BEGIN);
    heard = listen(stage);
    assert_true(heard.covered);
    for (int i = 0; i < 4; i++) {
        const struct hot *hot = hot_for(stage, ACT_SKETCH, 1, values[i]);

        assert_non_null(hot);
        assert_true(hot->rect.w >= 30);
        assert_true(hot->rect.x + hot->rect.w < panel.x + panel.w);
    }
    skip = hot_for(stage, ACT_CHOOSE, 1, -1);
    assert_non_null(skip);
    assert_true(skip->rect.w >= 30 && skip->rect.h >= 18);
    stage_press(stage, ACT_SKETCH, 1, SKETCH_SHAPE);
    stage_draw(stage);
    stage_press(stage, ACT_SKETCH, 1, SKETCH_COMPARE);
    stage_draw(stage);
    heard = listen(stage);
    assert_true(heard.says);
    assert_int_equal(heard.cut, 0);
}

static void skipping_uncovers_the_bars(void **state)
{
    struct stage *stage = *state;

    turn_to(stage, DRAW_PAGE);
    view_act(&stage->view, ACT_SKETCH, 1, SKETCH_BEGIN);
    stage_draw(stage);
    assert_non_null(hot_for(stage, ACT_SKETCH, 1, SKETCH_HAND));
    stage_press(stage, ACT_CHOOSE, 1, -1);
    stage_draw(stage);
    assert_null(hot_for(stage, ACT_SKETCH, 1, SKETCH_HAND));
    assert_int_equal(stage->view.sketch.prediction, 0);
}

/* ----------------------------------------------------------------------------------- claims */

static void claim_is(struct stage *stage, int claim, enum claim_state is, double measured)
{
    stage->snapshot.claims.lesson = &stage->lesson;
    stage->snapshot.claims.count = 2;
    stage->snapshot.claims.own = true;
    stage->snapshot.claims.claim[claim] =
        (struct claim_now){ .state = is, .measured = measured };
    stage_draw(stage);
}

static void the_checklist_fills_in(void **state)
{
    struct stage *stage = *state;
    const struct rect panel = stage->view.layout.lesson;
    const struct hot *head = hot_for(stage, ACT_CHUNK, 0, CLAIMS_PAGE);

    assert_non_null(head);
    turn_to(stage, CLAIMS_PAGE);
    assert_int_equal(count_pixels(stage, panel, theme_dark.good), 0);
    claim_is(stage, 0, CLAIM_MET, -0.569);
    assert_true(count_pixels(stage, panel, theme_dark.good) > 30);
    assert_int_equal(count_pixels(stage, panel, theme_dark.bad), 0);
    claim_is(stage, 1, CLAIM_UNMET, 0.166);
    assert_true(count_pixels(stage, panel, theme_dark.bad) > 30);
}

static void claims_are_grey_with_other_settings_and_one_can_go_back(void **state)
{
    struct stage *stage = *state;
    const struct rect panel = stage->view.layout.lesson;
    const struct wish *wish;

    turn_to(stage, CLAIMS_PAGE);
    claim_is(stage, 0, CLAIM_MET, -0.569);
    assert_null(hot_for(stage, ACT_OWN, 0, 0));
    stage->snapshot.claims.own = false;
    stage->snapshot.config.training.seed = 8;
    stage_draw(stage);
    assert_int_equal(count_pixels(stage, panel, theme_dark.good), 0);
    stage_press(stage, ACT_OWN, 0, 0);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_RESTART);
    assert_int_equal(wish->config.task.length, stage->lesson.config.task.length);
    assert_int_equal(wish->config.training.seed, 8); /* that is no setting of a claim */
}

static void what_is_wrong_with_a_lesson_stands_over_its_text(void **state)
{
    struct stage *stage = *state;
    struct rect top = stage->view.layout.lesson;

    top.h = 80;
    assert_int_equal(count_pixels(stage, top, theme_dark.bad), 0);
    error_set(&stage->lesson.fault, STATUS_FILE, "lessons/03-x/README.md:41: duet:x: unknown");
    stage_draw(stage);
    assert_true(count_pixels(stage, top, theme_dark.bad) > 50);
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function, \
                         .setup_func = setup, .teardown_func = stage_teardown }
#define WISHES(label, link, count, last, ...) \
    { .name = "a_link_sends_its_wishes_" label, .test_func = a_link_sends_its_wishes, \
      .setup_func = setup, .teardown_func = stage_teardown, \
      .initial_state = &(struct wish_row){ .address = link, .wishes = count, .number = last, \
                                           .kind = { __VA_ARGS__ } } }

static const struct CMUnitTest tests[] = {
    TEST(a_page_is_one_section),
    TEST(keys_and_buttons_turn_the_pages),
    TEST(a_page_begins_at_its_top),
    TEST(a_lesson_is_read_on_where_one_was),
    TEST(a_low_window_has_one_line_that_opens),
    TEST(the_wheel_elsewhere_leaves_the_text),
    TEST(a_setting_is_wished_for),
    TEST(what_is_so_already_is_not_wished_again),
    TEST(a_link_that_has_nothing_to_do_is_ticked),
    TEST(a_panel_of_an_arm_is_shown_and_pointed_at),
    TEST(addresses_of_the_web_and_broken_links_do_nothing),
    TEST(a_link_can_be_pressed_without_a_mouse),
    TEST(a_link_to_a_lesson_asks_for_it_if_it_is_there),
    WISHES("to_a_later_step", "step=700", 1, 100, WISH_STEP),
    WISHES("to_an_earlier_step", "step=100", 0, 0, WISH_RUN),
    WISHES("to_a_step_from_the_start", "restart&step=200", 2, 200, WISH_RESTART, WISH_STEP),
    WISHES("to_a_step_of_another_lab", "task.length=20&step=30", 2, 30, WISH_CHANGE, WISH_STEP),
    WISHES("to_a_step_after_a_change", "training.clip=2&step=700", 2, 100, WISH_CHANGE, WISH_STEP),
    WISHES("to_a_sequence", "sample=4", 1, 4, WISH_SAMPLE),
    WISHES("to_the_last_output", "loss=last", 1, WISH_LOSS_LAST, WISH_LOSS_AT),
    WISHES("to_all_outputs", "loss=all", 1, -1, WISH_LOSS_AT),
    WISHES("to_pause", "pause", 1, 0, WISH_PAUSE),
    WISHES("to_a_lab_that_cannot_be", "right.heads=5", 0, 0, WISH_RUN),
    TEST(a_choice_shows_the_answer_and_says_if_it_was_right),
    TEST(a_wrong_choice_is_called_so_without_a_lock),
    TEST(a_prediction_can_be_skipped),
    TEST(a_curve_is_drawn_over_covered_bars_and_compared),
    TEST(a_curve_can_be_chosen_instead_of_drawn),
    TEST(nothing_drawn_is_said_to_be_nothing),
    TEST(drawing_sets_the_lab_that_the_question_is_about),
    TEST(all_of_a_sketch_can_be_read_and_pressed),
    TEST(skipping_uncovers_the_bars),
    TEST(the_checklist_fills_in),
    TEST(claims_are_grey_with_other_settings_and_one_can_go_back),
    TEST(what_is_wrong_with_a_lesson_stands_over_its_text),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
