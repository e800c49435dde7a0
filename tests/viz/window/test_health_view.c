/* Tests of how the window says what is wrong: badge, line, card. */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#include "tests/viz/window/hearing.h"

/* A finding by hand: what health.c finds is tested there. */
static void give(struct stage *stage, int arm, enum health_kind kind, enum health_level level,
                 const char *words)
{
    struct health *health = &stage->snapshot.arm[arm].health;
    struct finding *finding = &health->finding[health->count++];

    *finding = (struct finding){ .kind = kind, .level = level, .from = -1, .to = -1 };
    snprintf(finding->tensor, sizeof finding->tensor, "layers.0.hidden");
    snprintf(finding->words, sizeof finding->words, "%s", words);
    snprintf(finding->advice, sizeof finding->advice, "Try something else.");
}

static void nothing_is_said_where_all_is_well(void **state)
{
    struct stage *stage = *state;

    assert_null(stage_hot(stage, ACT_HEALTH, 0));
    assert_null(stage_hot(stage, ACT_HEALTH, 1));
    assert_false(stage_says(stage, "!"));
    assert_true(stage_says(stage, "adding: the sum of two marked numbers")); /* the task */
}

static void a_note_makes_no_badge(void **state)
{
    struct stage *stage = *state;

    give(stage, 1, HEALTH_ALIKE, HEALTH_NOTE, "Heads look at all steps alike.");
    stage_draw(stage);
    assert_null(stage_hot(stage, ACT_HEALTH, 1));
    stage_key(stage, SDLK_h, KMOD_NONE); /* the first column: nothing there */
    assert_true(stage_says(stage, "Nothing is wrong"));
    stage_key(stage, SDLK_h, KMOD_NONE);
    stage->view.card = true;
    stage->view.card_arm = 1;
    assert_true(stage_says(stage, "note: uniform attention, in layers.0.hidden"));
}

static void the_badge_names_it_and_says_more_under_the_mouse(void **state)
{
    struct stage *stage = *state;
    const struct hot *badge;

    give(stage, 0, HEALTH_VANISHING, HEALTH_WARNING, "Each step back multiplies it by 0.58.");
    assert_true(stage_says(stage, "! vanishing"));
    badge = stage_hot(stage, ACT_HEALTH, 0);
    assert_non_null(badge);
    for (int i = 0; i < stage->view.hots; i++)
        if (stage->view.hot[i].action == ACT_HEALTH &&
            rect_contains(stage->view.layout.column[0].header, stage->view.hot[i].rect.x,
                          stage->view.hot[i].rect.y))
            badge = &stage->view.hot[i];
    stage_move(stage, badge->rect.x + 4, badge->rect.y + 4);
    assert_int_equal(stage->view.hover->action, ACT_HEALTH); /* not what lies below it */
    assert_string_equal(stage->view.hover->hint, "Each step back multiplies it by 0.58.");
}

static void the_line_at_the_bottom_says_the_worst_of_both(void **state)
{
    struct stage *stage = *state;

    give(stage, 0, HEALTH_SATURATED_TANH, HEALTH_WARNING, "Half of it is flat.");
    assert_true(stage_says(stage, "elman: Half of it is flat."));
    give(stage, 1, HEALTH_NOT_FINITE, HEALTH_STOPPED, "It has stopped at update 31.");
    assert_true(stage_says(stage, "transformer: It has stopped at update 31."));
    assert_false(stage_says(stage, "elman: Half"));
    view_say(&stage->view, false, "Saved");
    assert_false(stage_says(stage, "transformer: It has")); /* a message goes before */
}

/* Where a sentence has no room, its name has. */
static void a_long_sentence_is_not_cut_in_the_line(void **state)
{
    struct stage *stage = *state;
    char words[HEALTH_WORDS_MAX];

    memset(words, 'w', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    give(stage, 0, HEALTH_VANISHING, HEALTH_WARNING, words);
    assert_true(stage_says(stage, "elman: vanishing (H says more)"));
}

static void a_click_on_the_badge_opens_the_card_and_one_on_the_card_closes_it(void **state)
{
    struct stage *stage = *state;
    const struct hot *card;

    give(stage, 1, HEALTH_NO_HEAD, HEALTH_WARNING, "Head 2 of layer 1 is not heard.");
    stage_draw(stage);
    assert_false(stage_says(stage, "Try something else."));
    stage_press(stage, ACT_HEALTH, 1, 0);
    assert_true(stage->view.card);
    assert_true(stage_says(stage, "Health: transformer"));
    assert_true(stage_says(stage, "! dead head, in layers.0.hidden"));
    assert_true(stage_says(stage, "Try something else."));
    card = stage_hot(stage, ACT_HEALTH, 1);
    assert_true(rect_contains(stage->view.layout.column[1].card, card->rect.x, card->rect.y));
    stage_click(stage, card->rect.x + card->rect.w / 2, card->rect.y + card->rect.h - 4);
    assert_false(stage->view.card);
    assert_false(stage_says(stage, "Health: transformer"));
}

static void h_opens_the_card_of_the_arm_that_is_worst_off(void **state)
{
    struct stage *stage = *state;

    give(stage, 0, HEALTH_SATURATED_TANH, HEALTH_WARNING, "Half of it is flat.");
    give(stage, 1, HEALTH_EXPLODING, HEALTH_WARNING, "Each step back multiplies it by 2.");
    stage_draw(stage);
    stage_key(stage, SDLK_h, KMOD_NONE);
    assert_true(stage_says(stage, "Health: transformer"));
    stage_key(stage, SDLK_h, KMOD_NONE);
    assert_false(stage->view.card);
    stage_key(stage, SDLK_h, KMOD_NONE);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE); /* the card, not the lab */
    assert_false(stage->view.card);
    assert_int_equal(stage->view.request, REQUEST_NONE);
}

static void all_findings_are_on_the_card(void **state)
{
    struct stage *stage = *state;

    give(stage, 0, HEALTH_NOT_FINITE, HEALTH_STOPPED, "It began in core.weight_hh_l0.");
    give(stage, 0, HEALTH_VANISHING, HEALTH_WARNING, "Little of it arrives.");
    give(stage, 0, HEALTH_ALIKE, HEALTH_NOTE, "It looks at all alike.");
    stage->view.card = true;
    stage->view.card_arm = 0;
    assert_true(stage_says(stage, "It began in core.weight_hh_l0."));
    assert_true(stage_says(stage, "Little of it arrives."));
    assert_true(stage_says(stage, "It looks at all alike."));
}

static void the_card_of_an_arm_that_is_gone_is_gone(void **state)
{
    struct stage *stage = *state;

    stage->view.card = true;
    stage->view.card_arm = 1;
    stage_show(stage, &(struct synthetic){ .left = "gru", .steps = 12 });
    assert_false(stage_says(stage, "Health"));
}

static void any_size_has_room_or_leaves_out(void **state)
{
    static const int sizes[][2] = {
        { 300, 200 }, { 64, 64 }, { 640, 480 }, { 900, 120 }, { 1920, 1080 }
    };
    struct stage *stage = *state;

    for (int i = 0; i < HEALTH_MAX; i++)
        give(stage, 0, HEALTH_NO_HEAD, HEALTH_WARNING,
             "Head 2 of layer 1 is not heard: the loss feels where it looks a thousand times "
             "less than for the layer's strongest head.");
    stage->view.card = true;
    stage->view.theory = true;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        stage_resize(stage, sizes[i][0], sizes[i][1], 1);
    stage_resize(stage, 1280, 720, 1);
    assert_true(stage_says(stage, "Head 2 of layer 1 is not heard"));
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function, \
                         .setup_func = stage_setup, .teardown_func = stage_teardown }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_said_where_all_is_well),
        TEST(a_note_makes_no_badge),
        TEST(the_badge_names_it_and_says_more_under_the_mouse),
        TEST(the_line_at_the_bottom_says_the_worst_of_both),
        TEST(a_long_sentence_is_not_cut_in_the_line),
        TEST(a_click_on_the_badge_opens_the_card_and_one_on_the_card_closes_it),
        TEST(h_opens_the_card_of_the_arm_that_is_worst_off),
        TEST(all_findings_are_on_the_card),
        TEST(the_card_of_an_arm_that_is_gone_is_gone),
        TEST(any_size_has_room_or_leaves_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
