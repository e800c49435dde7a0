/* Tests of viz/window/view.c and actions.c: a hand's events, and what they do. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "tests/viz/window/hearing.h"

/* --------------------------------------------------------------------------- keys that wish */

struct key_row {
    SDL_Keycode key;
    SDL_Keymod modifiers;
    bool running; /* in the snapshot */
    struct wish wish;
};

static void a_key_sends_its_wish(void **state)
{
    struct stage *stage = *state;
    const struct key_row *row = stage->row;
    const struct wish *wish;

    stage->snapshot.running = row->running;
    stage->snapshot.sample = 7;
    stage_draw(stage);
    stage_key(stage, row->key, row->modifiers);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, row->wish.kind);
    assert_int_equal(wish->number, row->wish.number);
    assert_true(stage->view.dirty);
}

static void restarting_keeps_the_configuration(void **state)
{
    struct stage *stage = *state;
    const struct wish *wish;

    stage_key(stage, SDLK_r, KMOD_NONE);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_RESTART);
    assert_memory_equal(&wish->config, &stage->snapshot.config, sizeof wish->config);
}

static void shift_and_r_restarts_with_another_seed(void **state)
{
    struct stage *stage = *state;
    const struct wish *wish;

    stage_key(stage, SDLK_r, KMOD_LSHIFT);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_RESTART);
    assert_int_equal(wish->config.training.seed, stage->snapshot.config.training.seed + 1);
}

static void a_sequence_before_the_first_is_not_asked_for(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_LEFT, KMOD_NONE);
    assert_int_equal(stage->wished, 0);
}

static void a_key_held_down_does_not_run_and_pause_in_turn(void **state)
{
    struct stage *stage = *state;
    SDL_Event event = { .key = { .type = SDL_KEYDOWN, .repeat = 1 } };

    event.key.keysym.sym = SDLK_SPACE;
    view_event(&stage->view, &event);
    assert_int_equal(stage->wished, 0);
}

static void nothing_is_wished_before_the_first_snapshot(void **state)
{
    struct stage *stage = *state;

    view_open_lab(&stage->view, &stage->lesson);
    view_frame(&stage->view, NULL, 1280, 720);
    stage_key(stage, SDLK_SPACE, KMOD_NONE);
    stage_key(stage, SDLK_r, KMOD_NONE);
    assert_int_equal(stage->wished, 0);
}

static void a_wish_that_is_refused_is_said(void **state)
{
    struct stage *stage = *state;

    stage->busy = true;
    stage_key(stage, SDLK_SPACE, KMOD_NONE);
    assert_string_equal(stage->view.message, "The trainer is busy: try again");
    assert_true(stage->view.message_bad);
}

/* ------------------------------------------------------- hands faster than the snapshots */

static void three_new_seeds_are_three(void **state)
{
    struct stage *stage = *state;

    for (int i = 0; i < 3; i++)
        stage_key(stage, SDLK_r, KMOD_LSHIFT);
    assert_int_equal(stage->wished, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(stage->wishes[i].config.training.seed, 2 + i);
}

static void two_arrows_go_two_sequences_on(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_RIGHT, KMOD_NONE);
    stage_draw(stage);
    stage_key(stage, SDLK_RIGHT, KMOD_NONE);
    assert_int_equal(stage->wished, 2);
    assert_int_equal(stage->wishes[1].number, 2);
}

static void space_twice_runs_and_pauses(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_SPACE, KMOD_NONE);
    stage_draw(stage);
    stage_key(stage, SDLK_SPACE, KMOD_NONE);
    assert_int_equal(stage->wished, 2);
    assert_int_equal(stage->wishes[0].kind, WISH_RUN);
    assert_int_equal(stage->wishes[1].kind, WISH_PAUSE);
}

static void a_run_that_ended_by_itself_is_run_again(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_SPACE, KMOD_NONE);
    stage->snapshot.running = true;
    stage_draw(stage);
    stage->snapshot.running = false;
    stage_draw(stage);
    stage_key(stage, SDLK_SPACE, KMOD_NONE);
    assert_int_equal(stage->wished, 2);
    assert_int_equal(stage->wishes[1].kind, WISH_RUN);
}

static void a_wish_that_came_to_nothing_is_forgotten(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_r, KMOD_LSHIFT);
    stage->view.now_ms += 2000;
    stage_key(stage, SDLK_r, KMOD_LSHIFT);
    assert_int_equal(stage->wished, 2);
    assert_int_equal(stage->wishes[1].config.training.seed, 2);
}

static void a_refused_wish_is_not_built_upon(void **state)
{
    struct stage *stage = *state;

    stage->busy = true;
    stage_key(stage, SDLK_r, KMOD_LSHIFT);
    assert_string_equal(stage->view.message, "The trainer is busy: try again");
    stage->busy = false;
    stage_key(stage, SDLK_r, KMOD_LSHIFT);
    assert_int_equal(stage_one_wish(stage)->config.training.seed, 2);
}

static void a_message_leaves_after_its_time(void **state)
{
    struct stage *stage = *state;

    stage->view.now_ms = 1000;
    view_say(&stage->view, false, "Saved %s", "x.png");
    stage->view.now_ms = 5000;
    stage_draw(stage);
    assert_string_equal(stage->view.message, "Saved x.png");
    stage->view.now_ms = 6000;
    stage_draw(stage);
    assert_string_equal(stage->view.message, "");
}

/* -------------------------------------------------------------------------- keys that look */

static void v_changes_between_input_and_state_view(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_v, KMOD_NONE);
    assert_true(stage->view.state_view);
    stage_key(stage, SDLK_v, KMOD_NONE);
    assert_false(stage->view.state_view);
}

static void l_changes_the_axis_of_the_loss(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_l, KMOD_NONE);
    assert_true(stage->view.linear_loss);
}

static void t_folds_the_text_away(void **state)
{
    struct stage *stage = *state;

    assert_true(stage->view.layout.lesson.w > 0);
    stage_key(stage, SDLK_t, KMOD_NONE);
    stage_draw(stage);
    assert_int_equal(stage->view.layout.lesson.w, 0);
}

static void f1_shows_the_keys_and_any_key_hides_them(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_F1, KMOD_NONE);
    assert_true(stage->view.help);
    stage_draw(stage);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_false(stage->view.help);
    assert_int_equal(stage->view.request, REQUEST_NONE);
}

static void digits_choose_a_head(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_2, KMOD_NONE);
    assert_int_equal(stage->view.arm[1].head, 1);
    assert_int_equal(stage->view.arm[0].head, 0); /* elman has none */
    stage_key(stage, SDLK_3, KMOD_NONE);          /* neither has the transformer a third */
    assert_int_equal(stage->view.arm[1].head, 1);
}

static void control_and_plus_asks_for_a_larger_scale(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_EQUALS, KMOD_LCTRL);
    assert_int_equal(stage->view.scale_steps, 1);
    assert_int_equal(stage->view.request, REQUEST_LOOK);
    for (int i = 0; i < 40; i++)
        stage_key(stage, SDLK_MINUS, KMOD_LCTRL);
    assert_in_range(10 + stage->view.scale_steps, 5, 9); /* never nothing */
}

static void s_asks_for_a_picture_and_escape_for_the_list(void **state)
{
    struct stage *stage = *state;

    stage_key(stage, SDLK_s, KMOD_NONE);
    assert_int_equal(stage->view.request, REQUEST_SAVE);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_int_equal(stage->view.request, REQUEST_PICKER);
}

static void k_knocks_the_enlarged_head_out(void **state)
{
    struct stage *stage = *state;
    const struct wish *wish;

    stage_key(stage, SDLK_2, KMOD_NONE); /* enlarge */
    stage_draw(stage);
    stage_key(stage, SDLK_k, KMOD_NONE);
    wish = stage_one_wish(stage); /* of the arm that has heads */
    assert_int_equal(wish->kind, WISH_EDIT);
    assert_int_equal(wish->number, 1);
    assert_int_equal(wish->edit.kind, EDIT_HEAD_OUT);
    assert_int_equal(wish->edit.depth, 0);
    assert_int_equal(wish->edit.head, 1);
}

static void the_button_does_what_k_does(void **state)
{
    struct stage *stage = *state;
    const struct wish *wish;

    stage_press(stage, ACT_KNOCK_OUT, 1, 0);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_EDIT);
    assert_int_equal(wish->edit.head, 0);
}

static void escape_takes_changes_back_before_it_leaves(void **state)
{
    struct stage *stage = *state;

    stage->snapshot.arm[1].edits = 1;
    stage_draw(stage);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_int_equal(stage_one_wish(stage)->kind, WISH_EDITS_CLEAR);
    assert_int_equal(stage->view.request, REQUEST_NONE);
    stage->snapshot.arm[1].edits = 0;
    stage_draw(stage);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_int_equal(stage->view.request, REQUEST_PICKER);
}

/* While the trainer is at a step of a minute, the changes are not seen to go. */
static void escape_leaves_a_lab_that_does_not_answer(void **state)
{
    struct stage *stage = *state;

    stage->snapshot.arm[1].edits = 1;
    stage_draw(stage);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_int_equal(stage_one_wish(stage)->kind, WISH_EDITS_CLEAR);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_int_equal(stage->view.request, REQUEST_PICKER);
    stage->view.request = REQUEST_NONE;
    stage_draw(stage); /* an answer, with new changes */
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_int_equal(stage_one_wish(stage)->kind, WISH_EDITS_CLEAR);
    assert_int_equal(stage->view.request, REQUEST_NONE);
}

/* ---------------------------------------------------------------------------------- mouse */

static void a_click_enlarges_the_head_that_it_hits(void **state)
{
    struct stage *stage = *state;

    stage_press(stage, ACT_HEAD, 1, 1);
    assert_int_equal(stage->view.arm[1].head, 1);
    stage_press(stage, ACT_HEAD, 1, 0);
    assert_int_equal(stage->view.arm[1].head, 0);
}

static void the_button_of_a_length_restarts_with_it(void **state)
{
    struct stage *stage = *state;
    const struct wish *wish;

    stage_press(stage, ACT_LENGTH, 0, 100);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_RESTART);
    assert_int_equal(wish->config.task.length, 100);
    assert_string_equal(wish->config.arm[0].model, "elman");
}

/*
 * Half, once, twice and four times the lesson's, as far as the task can have them: sort begins
 * at 4.
 */
static void only_lengths_that_the_task_can_have_are_offered(void **state)
{
    struct stage *stage = *state;
    struct lesson lesson = { .config = config_default() };
    int lengths[4];

    stage->view.lesson = &lesson;
    lesson.config.task.length = stage->view.seen.config.task.length = 50;
    assert_int_equal(view_lengths(&stage->view, lengths), 4);
    assert_int_equal(lengths[0], 25);
    assert_int_equal(lengths[3], 200);
    strcpy(stage->view.seen.config.task.name, "sort");
    lesson.config.task.length = stage->view.seen.config.task.length = 6;
    assert_int_equal(view_lengths(&stage->view, lengths), 3);
    assert_int_equal(lengths[0], 6);
    assert_int_equal(lengths[2], 24);
    stage->view.lesson = NULL;
}

/* A lesson with another task put in has other lengths; where there is one, none is asked for. */
static void lengths_are_those_of_the_task_that_is_learned(void **state)
{
    struct stage *stage = *state;
    int lengths[4];

    strcpy(stage->snapshot.config.task.name, "text");
    stage->snapshot.config.task.length = 32;
    stage->lesson.config.task.length = 6;
    stage->view.lesson = &stage->lesson;
    stage_draw(stage);
    assert_int_equal(view_lengths(&stage->view, lengths), 4);
    assert_int_equal(lengths[1], 32);
    assert_true(stage_says(stage, "Length of the sequences"));
    strcpy(stage->snapshot.config.task.name, "dates");
    assert_false(stage_says(stage, "Length of the sequences"));
    stage->view.lesson = NULL;
}

static void a_run_past_its_end_counts_on_without_it(void **state)
{
    struct stage *stage = *state;

    stage->snapshot.config.training.steps = 600;
    assert_true(stage_says(stage, "600 / 600"));
    stage->snapshot.step = 601;
    assert_true(stage_says(stage, "step    601   "));
    assert_false(stage_says(stage, "601 /"));
}

static void a_sequence_of_ones_own_is_called_so(void **state)
{
    struct stage *stage = *state;

    stage->snapshot.sample = 3;
    assert_true(stage_says(stage, "sequence 3"));
    stage->snapshot.sample = LAB_OWN_INPUT;
    assert_true(stage_says(stage, "sequence yours"));
}

/* Long words have no room each; some of them say more than a dash for every one. */
static void words_that_are_wider_than_a_step_are_still_words(void **state)
{
    struct stage *stage = *state;

    stage_show(stage, &(struct synthetic){ .left = "gru",
                                           .right = "transformer",
                                           .steps = 14,
                                           .layers = 1,
                                           .heads = 2,
                                           .step = 600,
                                           .words = true });
    for (int t = 0; t < 14; t++)
        strcpy(stage->snapshot.token[t].input, "breakfast");
    assert_true(stage_says(stage, "breakfast"));
    for (int t = 0; t < 14; t++)
        strcpy(stage->snapshot.token[t].input, "123456789");
    assert_false(stage_says(stage, "123456789")); /* numbers are bars */
}

/* Every place where some words were drawn. */
struct places {
    const char *words;
    int count;
    struct rect rect[32];
};

static void note_place(void *context, const struct canvas_letters *letters)
{
    struct places *places = context;

    if (strncmp(letters->string, places->words, strlen(places->words)) == 0 &&
        places->count < 32)
        places->rect[places->count++] = letters->rect;
}

/* Neither a bar nor the ground of another step lies on a word. */
static void nothing_lies_on_a_wide_word(void **state)
{
    struct stage *stage = *state;
    struct places said = { .words = "derriere" }, read = { .words = "breakfast" };
    const struct theme *theme = canvas_theme(stage->canvas);

    stage_show(stage, &(struct synthetic){ .left = "gru",
                                           .right = "transformer",
                                           .steps = 14,
                                           .layers = 1,
                                           .heads = 2,
                                           .step = 600,
                                           .words = true });
    for (int t = 0; t < 14; t++) {
        strcpy(stage->snapshot.token[t].input, t % 4 == 2 ? "breakfast" : "");
        strcpy(stage->snapshot.arm[0].answer[t].text, t % 3 ? "derriere" : "la");
        stage->snapshot.arm[0].answer[t].right = false;
    }
    canvas_listen(stage->canvas, note_place, &read);
    stage_draw(stage);
    canvas_listen(stage->canvas, note_place, &said);
    stage_draw(stage);
    canvas_listen(stage->canvas, NULL, NULL);
    assert_true(read.count > 0);
    for (int i = 0; i < read.count; i++) {
        const struct rect r = read.rect[i];
        int ink = 0;

        for (int x = r.x + r.w - 7; x < r.x + r.w; x++) /* its last letter */
            for (int y = r.y; y < r.y + r.h; y++)
                ink += (stage_pixel(stage, x, y) & 0xff) > 0x90; /* bright on dark */
        assert_true(ink > 3);
    }
    assert_true(said.count > 0);
    for (int i = 0; i < said.count; i++) { /* letters have gaps; a bar has none */
        const struct rect r = said.rect[i];
        int run = 0, longest = 0;

        for (int x = r.x; x < r.x + r.w; x++) {
            run =
                stage_pixel(stage, x, r.y + r.h / 2 - 1) == stage_rgb(theme->bad) ? run + 1 : 0;
            longest = run > longest ? run : longest;
        }
        assert_true(longest < 8);
    }
}

static void note_hint(void *context, const struct canvas_letters *letters)
{
    struct rect *last = context;

    *last = letters->rect;
}

/* Its outline too. */
static void a_hint_stays_within_the_window(void **state)
{
    struct stage *stage = *state;
    struct rect words = { 0 };
    const struct hot *right = NULL;

    for (int i = 0; i < stage->view.hots; i++)
        if (stage->view.hot[i].hint != NULL && !stage->view.hot[i].ground &&
            (right == NULL || stage->view.hot[i].rect.x > right->rect.x))
            right = &stage->view.hot[i];
    assert_non_null(right);
    stage_move(stage, right->rect.x + right->rect.w / 2, right->rect.y + right->rect.h / 2);
    stage_draw(stage);
    canvas_listen(stage->canvas, note_hint, &words);
    stage_draw(stage);
    canvas_listen(stage->canvas, NULL, NULL);
    assert_true(words.x + words.w > 1200); /* it is the hint that was drawn last */
    assert_true(words.x + words.w + 8 + 1 < 1280);
}

static void the_button_of_a_model_changes_the_left_arm_only(void **state)
{
    struct stage *stage = *state;
    const struct wish *wish;

    stage_press(stage, ACT_MODEL, 0, 2);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_RESTART);
    assert_string_equal(wish->config.arm[0].model, "gru");
    assert_string_equal(wish->config.arm[1].model, "transformer");
}

static void a_click_on_a_scored_output_takes_the_loss_there(void **state)
{
    struct stage *stage = *state;
    const struct wish *wish;

    stage_show(stage, &(struct synthetic){ .left = "gru",
                                           .right = "transformer",
                                           .steps = 12,
                                           .layers = 2,
                                           .heads = 2,
                                           .step = 100,
                                           .words = true });
    stage_press(stage, ACT_LOSS_AT, 0, 8);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_LOSS_AT);
    assert_int_equal(wish->number, 8);
}

static void all_outputs_is_a_switch(void **state)
{
    struct stage *stage = *state;

    stage_press(stage, ACT_LOSS_AT, 0, -1);
    assert_int_equal(stage_one_wish(stage)->number, -1);
    stage->snapshot.loss_at = -1;
    stage_draw(stage);
    stage_press(stage, ACT_LOSS_AT, 0, 49); /* back to the last scored one */
    assert_int_equal(stage_one_wish(stage)->number, 49);
}

static void every_button_explains_itself(void **state)
{
    struct stage *stage = *state;

    stage->view.more = true;
    stage_draw(stage);
    assert_true(stage->view.hots > 15);
    for (int i = 0; i < stage->view.hots; i++) {
        if (stage->view.hot[i].ground)
            continue;
        assert_non_null(stage->view.hot[i].hint);
        assert_true(strlen(stage->view.hot[i].hint) > 10);
    }
}

static void what_restarts_says_so(void **state)
{
    struct stage *stage = *state;

    stage->view.more = true;
    stage_draw(stage);
    for (int i = 0; i < stage->view.hots; i++) {
        const struct hot *hot = &stage->view.hot[i];

        if (hot->action == ACT_LENGTH || hot->action == ACT_MODEL ||
            hot->action == ACT_RESTART || hot->action == ACT_NEW_SEED)
            assert_true(strstr(hot->hint, "egin") != NULL);
    }
}

static void the_states_panel_shows_what_is_chosen(void **state)
{
    struct stage *stage = *state;

    stage_show(stage, &(struct synthetic){ .left = "lstm",
                                           .right = "transformer",
                                           .steps = 50,
                                           .layers = 2,
                                           .heads = 4,
                                           .step = 100 });
    stage_press(stage, ACT_ENTRY, 0, 1);
    assert_string_equal(stage->view.arm[0].entry, "cell");
    stage_press(stage, ACT_LAYER, 1, 1);
    assert_int_equal(stage->view.arm[1].layer, 1);
}

static void the_wheel_scrolls_the_text_within_its_length(void **state)
{
    struct stage *stage = *state;

    stage_resize(stage, 1280, 400, 1);
    stage_key(stage, SDLK_t, KMOD_NONE); /* so low a window has it in one line */
    stage_draw(stage);
    assert_true(stage->view.scroll_most > 0);
    stage_move(stage, stage->view.layout.lesson.x + 50, 100);
    stage_wheel(stage, -1);
    assert_true(stage->view.scroll > 0);
    stage_wheel(stage, -100);
    assert_int_equal(stage->view.scroll, stage->view.scroll_most);
    stage_wheel(stage, 100);
    assert_int_equal(stage->view.scroll, 0);
}

static void a_dense_screen_scales_the_mouse(void **state)
{
    struct stage *stage = *state;

    stage->view.mouse_scale = 2;
    stage_move(stage, 100, 50);
    assert_int_equal(stage->view.mouse_x, 200);
    assert_int_equal(stage->view.mouse_y, 100);
}

/* ------------------------------------------------------------------------------- readouts */

/* Put the mouse over step t of a column's gradient bars. */
static void hover(struct stage *stage, int column, int t)
{
    const struct rect plot = stage_gradient_plot(stage, column);
    const struct time_axis axis = { .x = plot.x, .w = plot.w, .steps = stage->snapshot.steps };

    stage_move(stage, time_centre(&axis, t), plot.y + plot.h / 2);
}

static void the_cursor_crosses_both_columns_with_value_and_factor(void **state)
{
    struct stage *stage = *state;

    for (int t = 0; t < 50; t++)
        stage->snapshot.arm[0].now.input.one[t] = pow(0.5, 49 - t);
    hover(stage, 0, 39);
    assert_int_equal(stage->view.hover_step, 39);
    assert_int_equal(stage->view.hover_column, 0);
    assert_string_equal(stage->view.hover_text[0][HOVER_GRADIENT],
                        "t 39, 10 back  9.77e-4  \u00d70.500 a step");
    assert_memory_equal(stage->view.hover_text[1][HOVER_GRADIENT], "t 39, 10 back", 13);
}

static void the_step_of_the_loss_has_no_factor(void **state)
{
    struct stage *stage = *state;

    stage->snapshot.arm[0].now.input.one[49] = 0.25;
    hover(stage, 0, 49);
    assert_string_equal(stage->view.hover_text[0][HOVER_GRADIENT], "t 49  0.250");
}

static void attention_is_read_as_query_and_key(void **state)
{
    struct stage *stage = *state;
    const struct layout_column *c = &stage->view.layout.column[1];
    const struct time_axis axis = { .x = c->axis_x, .w = c->axis_w, .steps = 50 };
    const struct rect plot = stage_lower_plot(stage, 1);
    struct trace_entry *attention =
        (struct trace_entry *)trace_find(&stage->snapshot.arm[1].trace, "attention", 0);

    attention->value[40 * 50 + 11] = (real)0.375;
    stage_move(stage, time_centre(&axis, 11), plot.y + (plot.h * 81) / 100);
    assert_string_equal(stage->view.hover_text[1][HOVER_LOWER],
                        "query 40 looks at key 11: 0.375");
    stage_move(stage, time_centre(&axis, 45), plot.y + (plot.h * 41) / 100);
    assert_string_equal(stage->view.hover_text[1][HOVER_LOWER], "query 20 cannot see key 45");
}

static void there_is_no_readout_outside(void **state)
{
    struct stage *stage = *state;

    hover(stage, 0, 39);
    stage_move(stage, 5, 5);
    assert_int_equal(stage->view.hover_step, -1);
    assert_string_equal(stage->view.hover_text[0][HOVER_GRADIENT], "");
}

static void a_title_with_buttons_has_no_cursor(void **state)
{
    struct stage *stage = *state;
    const struct layout_column *c = &stage->view.layout.column[0];

    stage_move(stage, c->axis_x + 100, c->gradient.y + 5);
    assert_int_equal(stage->view.hover_step, -1);
}

/* A number that tells pictures of a rectangle apart. */
static unsigned long picture_of(const struct stage *stage, struct rect r)
{
    unsigned long sum = 0;

    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            sum = sum * 31 + stage_pixel(stage, x, y);
    return sum;
}

static void the_tensor_where_an_arm_stopped_can_be_read(void **state)
{
    static const char *const reasons[] = {
        "step 3: loss nan, gradient norm nan: no longer usable numbers; it began in "
        "core.layers.1.linear2.bias; kept are the weights of step 1, the last usable ones",
        "step 3: loss nan, gradient norm nan: no longer usable numbers; it began in "
        "core.layers.1.linear2.bins; kept are the weights of step 1, the last usable ones",
    };
    struct stage *stage = *state;
    unsigned long picture[2];

    stage->snapshot.arm[1].stopped = true;
    for (int i = 0; i < 2; i++) {
        strcpy(stage->snapshot.arm[1].stop_reason, reasons[i]);
        stage_draw(stage);
        picture[i] = picture_of(stage, stage->view.layout.column[1].header);
    }
    assert_true(picture[0] != picture[1]);
}

static void an_arm_whose_patience_ran_out_says_so(void **state)
{
    struct stage *stage = *state;
    struct snapshot_arm *arm = &stage->snapshot.arm[1];
    const struct rect header = stage->view.layout.column[1].header;
    unsigned long learning, pictures[2];

    arm->step = 120;
    learning = picture_of(stage, header);
    arm->finished = true;
    for (int i = 0; i < 2; i++) {
        arm->validation_loss = 0.5 + i;
        stage_draw(stage);
        pictures[i] = picture_of(stage, header);
    }
    assert_true(pictures[0] != learning && pictures[1] != learning);
    assert_true(pictures[0] != pictures[1]);
}

static void a_finished_run_offers_to_train_on(void **state)
{
    struct stage *stage = *state;
    const struct rect rail = stage->view.layout.rail;
    struct rect button = { 0 };
    unsigned long unfinished;

    for (int i = 0; i < stage->view.hots; i++) {
        const struct hot *hot = &stage->view.hot[i];

        if (hot->action == ACT_RUN && rect_contains(rail, hot->rect.x, hot->rect.y))
            button = hot->rect;
    }
    assert_true(button.w > 0);
    stage->snapshot.step = 1499;
    stage_draw(stage);
    unfinished = picture_of(stage, button);
    stage->snapshot.step = 1500;
    stage_draw(stage);
    assert_true(picture_of(stage, button) != unfinished);
}

static void any_size_is_drawn(void **state)
{
    struct stage *stage = *state;
    static const int sizes[][2] = { { 300, 200 }, { 64, 64 },   { 200, 900 },
                                    { 900, 120 }, { 640, 480 }, { 1920, 1080 } };

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        stage_resize(stage, sizes[i][0], sizes[i][1], 1);
        stage->view.help = true;
        stage_draw(stage);
        stage->view.help = false;
        stage_draw(stage);
    }
}

static void sequences_of_any_length_are_drawn(void **state)
{
    static const int lengths[] = { 2, 3, 50, 700, 2000 };
    struct stage *stage = *state;

    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        stage_show(stage, &(struct synthetic){ .left = "elman",
                                               .right = i < 4 ? "transformer" : "gru",
                                               .steps = lengths[i],
                                               .layers = 1,
                                               .heads = 1,
                                               .step = 3 });
        stage_move(stage, 500, 300);
    }
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function, \
                         .setup_func = stage_setup, .teardown_func = stage_teardown }
#define KEY(label, ...) \
    { .name = label, .test_func = a_key_sends_its_wish, .setup_func = stage_setup, \
      .teardown_func = stage_teardown, .initial_state = &(struct key_row){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    KEY("space_runs_what_is_paused", SDLK_SPACE, KMOD_NONE, false, { .kind = WISH_RUN }),
    KEY("space_pauses_what_runs", SDLK_SPACE, KMOD_NONE, true, { .kind = WISH_PAUSE }),
    KEY("a_full_stop_takes_one_step", SDLK_PERIOD, KMOD_NONE, false,
        { .kind = WISH_STEP, .number = 1 }),
    KEY("r_restarts", SDLK_r, KMOD_NONE, false, { .kind = WISH_RESTART }),
    KEY("right_pins_the_next_sequence", SDLK_RIGHT, KMOD_NONE, false,
        { .kind = WISH_SAMPLE, .number = 8 }),
    KEY("left_pins_the_sequence_before", SDLK_LEFT, KMOD_NONE, false,
        { .kind = WISH_SAMPLE, .number = 6 }),
    TEST(restarting_keeps_the_configuration),
    TEST(shift_and_r_restarts_with_another_seed),
    TEST(a_sequence_before_the_first_is_not_asked_for),
    TEST(a_key_held_down_does_not_run_and_pause_in_turn),
    TEST(nothing_is_wished_before_the_first_snapshot),
    TEST(a_wish_that_is_refused_is_said),
    TEST(three_new_seeds_are_three),
    TEST(two_arrows_go_two_sequences_on),
    TEST(space_twice_runs_and_pauses),
    TEST(a_run_that_ended_by_itself_is_run_again),
    TEST(a_wish_that_came_to_nothing_is_forgotten),
    TEST(a_refused_wish_is_not_built_upon),
    TEST(a_message_leaves_after_its_time),
    TEST(v_changes_between_input_and_state_view),
    TEST(l_changes_the_axis_of_the_loss),
    TEST(t_folds_the_text_away),
    TEST(f1_shows_the_keys_and_any_key_hides_them),
    TEST(digits_choose_a_head),
    TEST(control_and_plus_asks_for_a_larger_scale),
    TEST(s_asks_for_a_picture_and_escape_for_the_list),
    TEST(k_knocks_the_enlarged_head_out),
    TEST(the_button_does_what_k_does),
    TEST(escape_takes_changes_back_before_it_leaves),
    TEST(escape_leaves_a_lab_that_does_not_answer),
    TEST(a_click_enlarges_the_head_that_it_hits),
    TEST(the_button_of_a_length_restarts_with_it),
    TEST(only_lengths_that_the_task_can_have_are_offered),
    TEST(lengths_are_those_of_the_task_that_is_learned),
    TEST(a_run_past_its_end_counts_on_without_it),
    TEST(a_hint_stays_within_the_window),
    TEST(words_that_are_wider_than_a_step_are_still_words),
    TEST(nothing_lies_on_a_wide_word),
    TEST(a_sequence_of_ones_own_is_called_so),
    TEST(the_button_of_a_model_changes_the_left_arm_only),
    TEST(a_click_on_a_scored_output_takes_the_loss_there),
    TEST(all_outputs_is_a_switch),
    TEST(every_button_explains_itself),
    TEST(what_restarts_says_so),
    TEST(the_states_panel_shows_what_is_chosen),
    TEST(the_wheel_scrolls_the_text_within_its_length),
    TEST(a_dense_screen_scales_the_mouse),
    TEST(the_cursor_crosses_both_columns_with_value_and_factor),
    TEST(the_step_of_the_loss_has_no_factor),
    TEST(attention_is_read_as_query_and_key),
    TEST(there_is_no_readout_outside),
    TEST(a_title_with_buttons_has_no_cursor),
    TEST(the_tensor_where_an_arm_stopped_can_be_read),
    TEST(an_arm_whose_patience_ran_out_says_so),
    TEST(a_finished_run_offers_to_train_on),
    TEST(any_size_is_drawn),
    TEST(sequences_of_any_length_are_drawn),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
