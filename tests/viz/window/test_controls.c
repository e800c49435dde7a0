/* Tests of the rail: controls.c, act_control.c, rail_controls.c, widget_field.c. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/change.h"
#include "lessons/lab.h"
#include "tests/viz/window/rail_hand.h"
#include "viz/window/controls.h"

/* ------------------------------------------------------------- every control, by a hand's way */

enum gesture { DRAG, TURN, TYPE, LESS, MORE, WORD };

struct control_row {
    const char *label;
    const char *start; /* beside elman and transformer, adding of 50 */
    const char *name;  /* "left.hidden" */
    enum gesture gesture;
    int amount;          /* pixels dragged, notches turned */
    const char *text;    /* typed, or the word pressed */
    const char *follows; /* what is otherwise in the wish */
};

static int control_of(const char *name, int *arm)
{
    char section[32];
    int number;

    snprintf(section, sizeof section, "%.*s", (int)strcspn(name, "."), name);
    *arm = arm_number(section);
    number = controls_find(*arm >= 0 ? "arm" : section, strchr(name, '.') + 1);
    *arm = *arm >= 0 ? *arm : 0;
    assert_true(number >= 0);
    return number;
}

static void press_word(struct stage *stage, const char *name, int number, int arm,
                       const char *word)
{
    const char *words[ADJUST_WORDS_MAX];
    int controls;
    const int count = adjust_words(&stage->view.seen.config, name, words);

    controls_table(&controls);
    rail_press(stage, rail_rect(stage, ACT_CONTROL, arm, number));
    assert_int_equal(stage->wished, 0);
    stage_draw(stage);
    for (int i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0) {
            rail_press(stage,
                       rail_rect(stage, ACT_CONTROL_WORD, arm, number + (long)i * controls));
            return;
        }
    fail_msg("%s is no word of %s", word, name);
}

static void do_gesture(struct stage *stage, const struct control_row *row)
{
    int arm;
    const int number = control_of(row->name, &arm);
    struct rect r;

    if (row->gesture == WORD) {
        press_word(stage, row->name, number, arm, row->text);
        return;
    }
    r = rail_rect(stage, ACT_CONTROL, arm, number);
    switch (row->gesture) {
    case DRAG:
        stage_drag(stage, rail_middle(r.x, r.w), rail_middle(r.y, r.h),
                   rail_middle(r.x, r.w) + row->amount, rail_middle(r.y, r.h) + 30);
        break;
    case TURN:
        stage_wheel_at(stage, rail_middle(r.x, r.w), rail_middle(r.y, r.h), row->amount);
        rail_wait(stage, 400);
        break;
    case TYPE:
        rail_type(stage, r, row->text);
        break;
    default:
        rail_press(stage,
                   rail_rect(stage, row->gesture == LESS ? ACT_CONTROL_LESS : ACT_CONTROL_MORE,
                             arm, number));
    }
}

static void a_hand_on_a_control_sends_one_wish(void **state)
{
    struct stage *stage = *state;
    const struct control_row *row = stage->row;
    const struct wish *wish;
    struct lab_config wanted;

    rail_show_settings(stage, row->start);
    wanted = stage->snapshot.config;
    rail_set_all(&wanted, row->follows);
    do_gesture(stage, row);
    stage_draw(stage);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_CHANGE);
    rail_assert_same(&wish->config, &wanted);
    assert_false(stage->view.message_bad);
    rail_wait(stage, 400); /* and none after it */
    assert_int_equal(stage->wished, 0);
}

/* clang-format off */
static const struct control_row rows[] = {
    { "another_task", KEEP, "task.name", WORD, 0, "parity", "task.name = parity; task.length = 0" },
    { "a_task_turned_by_the_wheel", KEEP, "task.name", TURN, 1, NULL,
      "task.name = copying; task.length = 0" },
    { "a_length_dragged", KEEP, "task.length", DRAG, 40, NULL, "task.length = 416" },
    { "a_length_turned", KEEP, "task.length", TURN, 3, NULL, "task.length = 53" },
    { "a_length_typed", KEEP, "task.length", TYPE, 0, "77", "task.length = 77" },
    { "a_shortest_typed", "task.name = parity; task.length = 20", "task.shortest", TYPE, 0, "5",
      "task.shortest = 5" },
    { "a_vocabulary_turned", "task.name = induction; task.length = 40", "task.symbols", TURN, -2,
      NULL, "task.symbols = 14" },
    { "items_typed", "task.name = recall; task.length = 32; task.items = 4", "task.items", TYPE,
      0, "6", "task.items = 6" },
    { "fewest_pairs_typed", "task.name = recall; task.length = 32; task.items = 4; task.fewest = 4",
      "task.fewest", TYPE, 0, "2", "task.fewest = 2" },
    { "a_distance_typed", "task.name = needle; task.length = 64; task.distance = 16",
      "task.distance", TYPE, 0, "30", "task.distance = 30" },
    { "the_answer_alone_is_scored", "task.name = parity; task.length = 20", "task.scored", WORD,
      0, "answer", "task.scored = answer" },

    { "a_model_of_the_left_arm", KEEP, "left.model", WORD, 0, "lstm+attention",
      "left.model = lstm+attention; left.layers = 0" },
    { "a_model_of_the_right_arm", KEEP, "right.model", WORD, 0, "gru",
      "right.model = gru; right.layers = 0" },
    { "more_layers", KEEP, "left.layers", MORE, 0, NULL, "left.layers = 2" },
    { "fewer_layers", "right.layers = 3", "right.layers", LESS, 0, NULL, "right.layers = 2" },
    { "layers_turned", KEEP, "right.layers", TURN, 1, NULL, "right.layers = 2" },
    { "a_hidden_width_dragged", KEEP, "left.hidden", DRAG, 20, NULL, "left.hidden = 160" },
    { "a_hidden_width_typed", KEEP, "left.hidden", TYPE, 0, "100", "left.hidden = 100" },
    { "a_width_turned", KEEP, "left.width", TURN, 1, NULL, "left.width = 33" },
    { "a_width_and_its_heads", "right.heads = 4", "right.width", TYPE, 0, "30",
      "right.width = 30; right.heads = 3" },
    { "more_heads", "right.width = 30; right.heads = 3", "right.heads", MORE, 0, NULL,
      "right.heads = 5" },
    { "fewer_heads", "right.heads = 8", "right.heads", LESS, 0, NULL, "right.heads = 4" },
    { "heads_typed", KEEP, "right.heads", TYPE, 0, "4", "right.heads = 4" },
    { "positions", KEEP, "right.positions", WORD, 0, "rope", "right.positions = rope" },
    { "a_mask", KEEP, "right.mask", WORD, 0, "window", "right.mask = window" },
    { "a_span", "right.mask = window", "right.span", TYPE, 0, "7", "right.span = 7" },
    { "a_direction", KEEP, "left.direction", WORD, 0, "both", "left.direction = both" },
    { "first_values", KEEP, "left.initial", WORD, 0, "orthogonal", "left.initial = orthogonal" },
    { "a_gain_dragged", "left.initial = orthogonal", "left.gain", DRAG, 36, NULL,
      "left.gain = 1.5" },
    { "a_gain_turned", "left.initial = orthogonal", "left.gain", TURN, 1, NULL,
      "left.gain = 1.05" },
    { "a_forget_bias_turned", "left.model = lstm", "left.forget_bias", TURN, 2, NULL,
      "left.forget_bias = 0.2" },
    { "a_forget_bias_typed", "left.model = lstm", "left.forget_bias", TYPE, 0, "1",
      "left.forget_bias = 1" },
    { "a_learning_rate_dragged", KEEP, "left.learning_rate", DRAG, 29, NULL,
      "left.learning_rate = 0.03" },
    { "a_learning_rate_turned", KEEP, "right.learning_rate", TURN, 20, NULL,
      "right.learning_rate = 0.01" },
    { "a_learning_rate_typed", KEEP, "right.learning_rate", TYPE, 0, " 0.00123 ",
      "right.learning_rate = 0.00123" },
    { "a_learning_rate_by_default", "left.learning_rate = 0.5", "left.learning_rate", TYPE, 0,
      "default", "left.learning_rate = 0" },

    { "a_match", KEEP, "training.match", WORD, 0, "width", "training.match = width" },
    { "a_reference", "training.match = width", "training.match_reference", WORD, 0, "left",
      "training.match_reference = left" },
    { "an_optimizer", KEEP, "training.optimizer", WORD, 0, "sgd", "training.optimizer = sgd" },
    { "a_clip_dragged", KEEP, "training.clip", DRAG, 34, NULL, "training.clip = 9.9" },
    { "a_clip_dragged_off", KEEP, "training.clip", DRAG, -100, NULL, "training.clip = 0" },
    { "a_clip_typed", KEEP, "training.clip", TYPE, 0, "0.25", "training.clip = 0.25" },
    { "a_clip_typed_off", KEEP, "training.clip", TYPE, 0, "off", "training.clip = 0" },
    { "a_batch_typed", KEEP, "training.batch", TYPE, 0, "16", "training.batch = 16" },
    { "a_pace", KEEP, "training.pace", WORD, 0, "flops", "training.pace = flops" },
    { "a_seed_typed", KEEP, "training.seed", TYPE, 0, "9007199254740991",
      "training.seed = 9007199254740991" },
    { "the_next_seed", KEEP, "training.seed", MORE, 0, NULL, "training.seed = 2" },
};
/* clang-format on */

static void every_control_is_in_the_table_of_these_tests(void **state)
{
    int count;
    const struct control *controls = controls_table(&count);

    (void)state;
    for (int i = 0; i < count; i++) {
        bool tried = false;

        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
            int arm;

            tried = tried || control_of(rows[k].name, &arm) == i;
        }
        if (!tried)
            fail_msg("no test has a hand on %s.%s", controls[i].section, controls[i].key);
    }
}

/* ---------------------------------------------------------------------------- while one drags */

static void motion(struct stage *stage, int x, int y)
{
    SDL_Event event = { .motion = { .type = SDL_MOUSEMOTION, .x = x, .y = y } };

    view_event(&stage->view, &event);
}

static void button(struct stage *stage, Uint32 type, int x, int y)
{
    SDL_Event event = {
        .button = { .type = type, .button = SDL_BUTTON_LEFT, .clicks = 1, .x = x, .y = y }
    };

    motion(stage, x, y);
    view_event(&stage->view, &event);
}

static void what_begins_anew_is_sent_when_the_hand_lets_go(void **state)
{
    struct stage *stage = *state;
    struct rect r;
    int arm, number = control_of("left.hidden", &arm), x, y;

    rail_show_settings(stage, KEEP);
    r = rail_rect(stage, ACT_CONTROL, arm, number);
    x = rail_middle(r.x, r.w);
    y = rail_middle(r.y, r.h);
    button(stage, SDL_MOUSEBUTTONDOWN, x, y);
    for (int i = 1; i <= 30; i++) {
        motion(stage, x + i, y);
        rail_wait(stage, 16);
        assert_int_equal(stage->wished, 0);
    }
    assert_int_equal(stage->snapshot.config.arm[0].hidden, 64); /* still, and yet: */
    assert_true(controls_config(&stage->view)->arm[0].hidden > 128);
    button(stage, SDL_MOUSEBUTTONUP, x + 30, y);
    assert_true(stage_one_wish(stage)->config.arm[0].hidden > 128);
}

static void what_acts_at_once_is_sent_once_a_frame(void **state)
{
    struct stage *stage = *state;
    struct rect r;
    double rates[3];
    int arm, number = control_of("right.learning_rate", &arm), x, y;

    rail_show_settings(stage, KEEP);
    r = rail_rect(stage, ACT_CONTROL, arm, number);
    x = rail_middle(r.x, r.w);
    y = rail_middle(r.y, r.h);
    button(stage, SDL_MOUSEBUTTONDOWN, x, y);
    for (int frame = 0; frame < 3; frame++) {
        for (int i = 1; i <= 8; i++) {
            motion(stage, x + 8 * frame + i, y);
            assert_int_equal(stage->wished, 0);
        }
        rail_wait(stage, 16);
        rates[frame] = stage_one_wish(stage)->config.arm[1].learning_rate;
    }
    assert_true(1e-3 < rates[0] && rates[0] < rates[1] && rates[1] < rates[2]);
    button(stage, SDL_MOUSEBUTTONUP, x + 24, y);
    stage_draw(stage);
    assert_int_equal(stage->wished, 0); /* the last frame has sent it */
}

static void the_bar_follows_the_hand_not_the_snapshot(void **state)
{
    struct stage *stage = *state;
    struct rect r;
    int arm, number = control_of("left.hidden", &arm), x, y, bar;
    unsigned before;

    rail_show_settings(stage, KEEP);
    r = rail_rect(stage, ACT_CONTROL, arm, number);
    x = rail_middle(r.x, r.w);
    y = rail_middle(r.y, r.h);
    bar = r.y + r.h - 2;
    before = stage_pixel(stage, r.x + r.w - 15, bar);
    button(stage, SDL_MOUSEBUTTONDOWN, x, y);
    motion(stage, x + 60, y);
    stage_draw(stage);
    assert_int_not_equal(stage_pixel(stage, r.x + r.w - 15, bar), before);
    assert_int_equal(stage_pixel(stage, r.x + r.w - 15, bar), stage_rgb(theme_dark.accent));
    assert_true(rail_is_written(stage, "512"));
    button(stage, SDL_MOUSEBUTTONUP, x + 60, y);
    assert_true(rail_is_written(stage, "512")); /* wished, and not yet in a snapshot */
}

static void with_shift_a_bar_goes_a_tenth_as_far(void **state)
{
    struct stage *stage = *state;
    struct rect r;
    int arm, number = control_of("left.gain", &arm);

    rail_show_settings(stage, "left.initial = orthogonal");
    r = rail_rect(stage, ACT_CONTROL, arm, number);
    SDL_SetModState(KMOD_LSHIFT);
    stage_drag(stage, rail_middle(r.x, r.w), rail_middle(r.y, r.h), rail_middle(r.x, r.w) + 36,
               rail_middle(r.y, r.h));
    SDL_SetModState(KMOD_NONE);
    assert_true(fabs(stage_one_wish(stage)->config.arm[0].gain - 1.05) < 1e-9);
}

static void a_click_without_a_move_changes_nothing(void **state)
{
    struct stage *stage = *state;
    int arm, number = control_of("left.hidden", &arm);

    rail_show_settings(stage, KEEP);
    rail_press(stage, rail_rect(stage, ACT_CONTROL, arm, number));
    rail_wait(stage, 1000);
    assert_int_equal(stage->wished, 0);
}

static void many_notches_are_one_wish(void **state)
{
    struct stage *stage = *state;
    struct rect r;
    int arm, number = control_of("left.hidden", &arm);

    rail_show_settings(stage, KEEP);
    r = rail_rect(stage, ACT_CONTROL, arm, number);
    for (int i = 0; i < 20; i++) {
        stage_wheel_at(stage, rail_middle(r.x, r.w), rail_middle(r.y, r.h), 1);
        rail_wait(stage, 100);
        assert_int_equal(stage->wished, 0);
        assert_true(stage->view.dirty); /* there will be another frame */
    }
    rail_wait(stage, 300);
    assert_int_equal(stage_one_wish(stage)->config.arm[0].hidden, 84);
}

static void three_clicks_build_on_each_other(void **state)
{
    struct stage *stage = *state;
    int arm, number = control_of("right.layers", &arm);
    struct rect r;

    rail_show_settings(stage, KEEP);
    rail_rect(stage, ACT_CONTROL, arm, number);
    r = rail_rect(stage, ACT_CONTROL_MORE, arm, number);
    for (int i = 0; i < 3; i++)
        rail_press(stage, r); /* draws the old snapshot before it */
    assert_int_equal(stage->wished, 3);
    assert_int_equal(stage->wishes[2].config.arm[1].layers, 4);
}

static void a_restart_takes_along_what_waits(void **state)
{
    struct stage *stage = *state;
    struct rect r;
    int arm, number = control_of("left.hidden", &arm);

    rail_show_settings(stage, KEEP);
    r = rail_rect(stage, ACT_CONTROL, arm, number);
    stage_wheel_at(stage, rail_middle(r.x, r.w), rail_middle(r.y, r.h), 1);
    stage_key(stage, SDLK_r, KMOD_NONE);
    assert_int_equal(stage->wished, 2);
    assert_int_equal(stage->wishes[0].kind, WISH_CHANGE);
    assert_int_equal(stage->wishes[1].kind, WISH_RESTART);
    assert_int_equal(stage->wishes[1].config.arm[0].hidden, 65);
}

/* ------------------------------------------------------------------------------ what is said */

static void what_follows_is_said(void **state)
{
    struct stage *stage = *state;
    int arm, number = control_of("right.width", &arm);

    rail_show_settings(stage, "right.heads = 4");
    rail_type(stage, rail_rect(stage, ACT_CONTROL, arm, number), "30");
    assert_string_equal(stage->view.message,
                        "Begun anew: width 30; right.heads 3: 4 do not divide 30");
}

static void what_cannot_be_is_said_and_not_sent(void **state)
{
    struct stage *stage = *state;
    int arm, number = control_of("left.hidden", &arm);

    rail_show_settings(stage, KEEP);
    rail_type(stage, rail_rect(stage, ACT_CONTROL, arm, number), "many");
    assert_int_equal(stage->wished, 0);
    assert_true(stage->view.message_bad);
    assert_non_null(strstr(stage->view.message, "\"many\" is not a whole number"));
}

static void escape_gives_up_what_is_typed(void **state)
{
    struct stage *stage = *state;
    int arm, number = control_of("training.clip", &arm);
    struct rect r;
    SDL_Event event = {
        .button = { .type = SDL_MOUSEBUTTONDOWN, .button = SDL_BUTTON_LEFT, .clicks = 2 }
    };

    rail_show_settings(stage, KEEP);
    r = rail_rect(stage, ACT_CONTROL, arm, number);
    event.button.x = rail_middle(r.x, r.w);
    event.button.y = rail_middle(r.y, r.h);
    view_event(&stage->view, &event);
    stage_letters(stage, "5");
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    rail_wait(stage, 1000);
    assert_int_equal(stage->wished, 0);
    assert_false(stage->view.typing.on);
}

static void every_control_says_when_it_acts(void **state)
{
    struct stage *stage = *state;
    int seen = 0;

    rail_show_settings(stage, "left.model = lstm; left.initial = orthogonal");
    for (int scroll = 0; scroll <= stage->view.rail.scroll_most + 60; scroll += 60) {
        stage->view.rail.scroll = scroll;
        stage_draw(stage);
        for (int i = 0; i < stage->view.hots; i++) {
            const struct hot *hot = &stage->view.hot[i];
            bool once, anew;

            if (hot->action != ACT_CONTROL || hot->rect.h < 20)
                continue;
            once = strstr(hot->hint, "Acts at once") != NULL;
            anew = strstr(hot->hint, "egins anew") != NULL;
            assert_true(once != anew);
            seen++;
        }
    }
    assert_true(seen > 20);
}

static void the_sign_is_on_what_begins_anew_alone(void **state)
{
    static const struct {
        const char *name;
        enum control_effect effect;
    } effects[] = {
        { "left.hidden", EFFECT_RESTART },     { "left.learning_rate", EFFECT_AT_ONCE },
        { "training.clip", EFFECT_AT_ONCE },   { "left.gain", EFFECT_AT_ONCE },
        { "right.heads", EFFECT_AT_ONCE },     { "right.mask", EFFECT_AT_ONCE },
        { "right.positions", EFFECT_RESTART }, { "task.name", EFFECT_RESTART },
        { "training.seed", EFFECT_RESTART },   { "left.forget_bias", EFFECT_RESTART },
        { "training.batch", EFFECT_RESTART },  { "task.length", EFFECT_RESTART },
        { "training.match", EFFECT_RESTART },
    };
    struct lab_config config = config_default();
    int count;
    const struct control *controls = controls_table(&count);

    (void)state;
    rail_set_all(&config, "left.model = lstm; left.initial = orthogonal");
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++) {
        int arm;
        const int number = control_of(effects[i].name, &arm);

        if (control_effect(&controls[number], arm, &config) != effects[i].effect)
            fail_msg("%s", effects[i].name);
    }
    rail_set(&config, "right.positions",
             "rope"); /* from here not all of them need another table */
    assert_int_equal(control_effect(&controls[controls_find("arm", "positions")], 1, &config),
                     EFFECT_EITHER);
}

static void a_default_is_a_number_and_says_so(void **state)
{
    struct stage *stage = *state;
    int arm, number = control_of("left.learning_rate", &arm);

    rail_show_settings(stage, "left.learning_rate = 0");
    rail_rect(stage, ACT_CONTROL, arm, number);
    assert_true(rail_is_written(stage, "0.00300"));
    assert_non_null(
        strstr(rail_hot(stage, ACT_CONTROL, arm, number)->hint, "0.00300 is the default"));
    number = control_of("task.length", &arm);
    rail_show_settings(stage, "task.name = parity; task.length = 0");
    rail_rect(stage, ACT_CONTROL, arm, number);
    assert_non_null(
        strstr(rail_hot(stage, ACT_CONTROL, arm, number)->hint, "20 is the default"));
}

/* ------------------------------------------------------------------------------------ choices */

static void the_other_button_goes_backwards(void **state)
{
    struct stage *stage = *state;
    int arm, number = control_of("training.optimizer", &arm);
    struct rect r;
    SDL_Event event = {
        .button = { .type = SDL_MOUSEBUTTONDOWN, .button = SDL_BUTTON_RIGHT, .clicks = 1 }
    };

    rail_show_settings(stage, KEEP);
    r = rail_rect(stage, ACT_CONTROL, arm, number);
    event.button.x = rail_middle(r.x, r.w);
    event.button.y = rail_middle(r.y, r.h);
    view_event(&stage->view, &event);
    assert_int_equal(stage_one_wish(stage)->config.training.optimizer, OPTIMIZER_MOMENTUM);
}

static void words_that_cannot_be_are_not_shown(void **state)
{
    struct stage *stage = *state;
    int arm, controls, number = control_of("left.initial", &arm);

    controls_table(&controls);
    rail_show_settings(stage, KEEP);
    rail_press(stage, rail_rect(stage, ACT_CONTROL, arm, number));
    stage_draw(stage);
    assert_non_null(
        rail_hot(stage, ACT_CONTROL_WORD, arm, number + (long)WEIGHTS_ORTHOGONAL * controls));
    assert_null(rail_hot(stage, ACT_CONTROL_WORD, arm, number + (long)WEIGHTS_GPT2 * controls));
    assert_null(
        rail_hot(stage, ACT_CONTROL_WORD, arm, number + (long)WEIGHTS_CHRONO * controls));
    rail_press(stage, rail_rect(stage, ACT_CONTROL, arm, number)); /* folded again */
    stage_draw(stage);
    assert_null(rail_hot(stage, ACT_CONTROL_WORD, arm, number));
}

static void what_means_nothing_is_not_there(void **state)
{
    struct stage *stage = *state;
    int arm;

    rail_show_settings(stage, "left.model = gru");
    assert_null(rail_hot(stage, ACT_CONTROL, 0, control_of("left.forget_bias", &arm)));
    assert_null(rail_hot(stage, ACT_CONTROL, 0, control_of("left.gain", &arm)));
    assert_null(rail_hot(stage, ACT_CONTROL, 0, control_of("left.positions", &arm)));
    assert_null(rail_hot(stage, ACT_CONTROL, 1, control_of("right.hidden", &arm)));
    assert_non_null(rail_hot(stage, ACT_CONTROL, 1, control_of("right.positions", &arm)));
}

/* ------------------------------------------------------------------------- any order at all */

static unsigned next_random(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static bool is_of_the_rail(const struct hot *hot)
{
    return hot->action == ACT_CONTROL || hot->action == ACT_CONTROL_LESS ||
           hot->action == ACT_CONTROL_MORE || hot->action == ACT_CONTROL_WORD ||
           hot->action == ACT_LENGTH || hot->action == ACT_MODEL;
}

/* A press of something that is on the screen, in some way. */
static void press_any(struct stage *stage, unsigned *random)
{
    static const char *const typed[] = { "0",   "1",    "3",  "17",  "30",   "64", "100",
                                         "0.3", "5000", "-2", "off", "1e-4", "x" };
    const int hots = stage->view.hots, from = (int)(next_random(random) % (unsigned)hots);
    const struct hot *hot = NULL;
    struct rect r;
    int x, y;

    for (int i = 0; i < hots && hot == NULL; i++)
        if (is_of_the_rail(&stage->view.hot[(from + i) % hots]) &&
            stage->view.hot[(from + i) % hots].rect.h > 8)
            hot = &stage->view.hot[(from + i) % hots];
    assert_non_null(hot);
    r = hot->rect;
    x = r.x + (int)(next_random(random) % (unsigned)r.w);
    y = rail_middle(r.y, r.h);
    switch (next_random(random) % 4) {
    case 0:
        rail_double_click(stage, r);
        if (stage->view.typing.on) {
            stage_letters(stage, typed[next_random(random) % (sizeof typed / sizeof *typed)]);
            stage_key(stage, SDLK_RETURN, KMOD_NONE);
        }
        break;
    case 1:
        stage_click(stage, x, y);
        break;
    case 2:
        stage_drag(stage, x, y, x + (int)(next_random(random) % 121) - 60, y);
        break;
    default:
        motion(stage, x, y);
        stage_wheel(stage, (int)(next_random(random) % 9) - 4);
    }
}

/* The trainer takes every wish, and the next snapshot shows it. */
static int take_wishes(struct stage *stage)
{
    const int count = stage->wished;

    for (int i = 0; i < count; i++) {
        const struct lab_config config = stage->wishes[i].config;
        const enum wish_kind kind = stage->wishes[i].kind;
        struct error error = { STATUS_OK, "" };

        assert_true(kind == WISH_CHANGE || kind == WISH_RESTART);
        if (config_check(&config, &error) != STATUS_OK ||
            lab_check(&config, &error) != STATUS_OK)
            fail_msg("%s", error.message);
        stage->snapshot.config = config;
        stage->snapshot.task = config.task;
        for (int arm = 0; arm < stage->snapshot.arms; arm++)
            snprintf(stage->snapshot.arm[arm].model, CONFIG_WORD_MAX, "%s",
                     config.arm[arm].model);
    }
    stage->wished = 0;
    return count;
}

static void no_presses_ask_for_an_impossible_lab(void **state)
{
    struct stage *stage = *state;
    unsigned random = 11;
    int wishes = 0;

    stage_resize(stage, 700, 424, 1); /* the rail, and little else to draw */
    rail_show_settings(stage, KEEP);
    for (int i = 0; i < 2000; i++) {
        stage->view.rail.scroll =
            (int)(next_random(&random) % (unsigned)(stage->view.rail.scroll_most + 1));
        stage->view.rail.scrolling_until_ms = 0;
        stage_draw(stage);
        press_any(stage, &random);
        stage->view.now_ms += next_random(&random) % 500;
        wishes += take_wishes(stage);
    }
    assert_true(wishes > 700);
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function, \
                         .setup_func = stage_setup, .teardown_func = stage_teardown }
static const struct CMUnitTest single[] = {
    TEST(every_control_is_in_the_table_of_these_tests),
    TEST(what_begins_anew_is_sent_when_the_hand_lets_go),
    TEST(what_acts_at_once_is_sent_once_a_frame),
    TEST(the_bar_follows_the_hand_not_the_snapshot),
    TEST(with_shift_a_bar_goes_a_tenth_as_far),
    TEST(a_click_without_a_move_changes_nothing),
    TEST(many_notches_are_one_wish),
    TEST(three_clicks_build_on_each_other),
    TEST(a_restart_takes_along_what_waits),
    TEST(what_follows_is_said),
    TEST(what_cannot_be_is_said_and_not_sent),
    TEST(escape_gives_up_what_is_typed),
    TEST(every_control_says_when_it_acts),
    TEST(the_sign_is_on_what_begins_anew_alone),
    TEST(a_default_is_a_number_and_says_so),
    TEST(the_other_button_goes_backwards),
    TEST(words_that_cannot_be_are_not_shown),
    TEST(what_means_nothing_is_not_there),
    TEST(no_presses_ask_for_an_impossible_lab),
};
/* clang-format on */

enum { SINGLE = sizeof single / sizeof *single, ROWS = sizeof rows / sizeof *rows };

int main(void)
{
    struct CMUnitTest tests[SINGLE + ROWS];

    for (int i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){ .name = rows[i].label,
                                        .test_func = a_hand_on_a_control_sends_one_wish,
                                        .setup_func = stage_setup,
                                        .teardown_func = stage_teardown,
                                        .initial_state = (void *)(size_t)&rows[i] };
    memcpy(&tests[ROWS], single, sizeof single);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
