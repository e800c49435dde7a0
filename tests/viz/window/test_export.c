/* Tests of viz/window/panel_at.c, export.c, file_name.c, panel_runs.c and act_files.c. */
#include "tests/test.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/common/files/scratch.h"
#include "tests/viz/window/stage.h"
#include "viz/window/export.h"
#include "viz/window/file_name.h"
#include "viz/window/panels.h"

/* What is exported of a panel, as text that the caller frees. */
static char *exported(const struct stage *stage, enum panel_kind kind, int column)
{
    const struct panel_place place = { .kind = kind,
                                       .column = column,
                                       .arm = stage->view.shown[column] };
    struct error error = { STATUS_OK, "" };
    FILE *file = tmpfile();
    char *text;
    long length;

    assert_non_null(file);
    if (export_panel(file, &stage->view, &stage->snapshot, &place, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    length = ftell(file);
    rewind(file);
    text = calloc(1, (size_t)length + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)length, file), length);
    fclose(file);
    return text;
}

static int lines_of(const char *text)
{
    int lines = 0;

    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

/* The field of that number in line `line`, both from 0, as a number. */
static double field_of(const char *text, int line, int field)
{
    for (; line > 0; line--)
        text = strchr(text, '\n') + 1;
    for (; field > 0; field--)
        text = strchr(text, ',') + 1;
    return strtod(text, NULL);
}

static void assert_begins(const char *text, const char *head)
{
    if (strncmp(text, head, strlen(head)) != 0)
        fail_msg("\"%.80s\" does not begin with \"%s\"", text, head);
}

static void race_has_every_point_of_every_arm(void **state)
{
    const struct stage *stage = *state;
    const struct curve *curve = &stage->snapshot.arm[1].curve;
    char *text = exported(stage, PANEL_RACE, 0);
    const int lines = 1 + stage->snapshot.arm[0].curve.count + curve->count;

    assert_begins(text,
                  "arm,model,step,loss,accuracy,gradient_norm,validation_loss,branch\nleft,"
                  "elman,0,");
    assert_int_equal(lines_of(text), lines);
    assert_non_null(strstr(text, "\nright,transformer,"));
    assert_true((float)field_of(text, lines - 1, 3) == curve->points[curve->count - 1].loss);
    free(text);
}

static void gradient_has_every_step_with_all_digits(void **state)
{
    const struct stage *stage = *state;
    const struct profile *now = &stage->snapshot.arm[0].now;
    char *text = exported(stage, PANEL_GRADIENT, 0);

    assert_begins(text, "t,input.one,input.rms,input.first,state.0.one,state.0.rms,"
                        "state.0.first\n0,");
    assert_int_equal(lines_of(text), 51);
    for (int t = 0; t < 50; t++) {
        assert_true(field_of(text, 1 + t, 0) == t);
        assert_true(field_of(text, 1 + t, 1) == now->input.one[t]);
        assert_true(field_of(text, 1 + t, 4) == now->state[0].one[t]);
    }
    free(text);
}

static void what_was_not_measured_is_an_empty_field(void **state)
{
    struct stage *stage = *state;
    char *text;

    stage->snapshot.arm[0].now.input.rms[0] = (double)NAN;
    text = exported(stage, PANEL_GRADIENT, 0);
    for (int i = 0; i < 2; i++) {
        const char *at = strchr(text, '\n') + 1;

        at = strchr(strchr(at, ',') + 1, ',') + 1; /* behind input.one */
        assert_true(*at == ',');
    }
    free(text);
}

static void states_are_those_of_the_entry_that_is_shown(void **state)
{
    struct stage *stage = *state;
    const struct trace_entry *entry = trace_find(&stage->snapshot.arm[0].trace, "hidden", 0);
    const int units = entry->extent[2];
    char *text = exported(stage, PANEL_STATES, 0);

    assert_begins(text, entry->has_gradient ? "t,unit,value,gradient\n0,0," : "t,unit,value\n");
    assert_int_equal(lines_of(text), 1 + 50 * units);
    assert_true((real)field_of(text, 1 + 7 * units + 3, 2) == entry->value[7 * units + 3]);
    free(text);
    snprintf(stage->view.arm[0].entry, sizeof stage->view.arm[0].entry, "logits");
    text = exported(stage, PANEL_STATES, 0);
    entry = trace_find(&stage->snapshot.arm[0].trace, "logits", -1);
    if (entry != NULL && entry->extent[1] == 50)
        assert_int_equal(lines_of(text), 1 + 50 * entry->extent[2]);
    free(text);
}

static void attention_is_that_of_the_enlarged_head(void **state)
{
    struct stage *stage = *state;
    char *text;

    stage->view.arm[1].head = 1;
    text = exported(stage, PANEL_ATTENTION, 1);
    assert_begins(text, "layer,head,query,key,weight\n1,2,0,0,");
    assert_int_equal(lines_of(text), 1 + 50 * 50);
    assert_true((real)field_of(text, 1 + 30 * 50 + 9, 4) ==
                (real)synthetic_weight(0, 1, 30, 9, stage->snapshot.step));
    free(text);
}

static void race_has_the_ways_that_were_left(void **state)
{
    struct stage *stage = *state;
    struct branches *branches = &stage->snapshot.branches;
    const int before = stage->snapshot.arm[0].curve.count + stage->snapshot.arm[1].curve.count;
    char *text;

    branches->count = 2;
    for (int b = 0; b < 2; b++) {
        branches->items[b].arms = 2;
        branches->items[b].arm[1].count = 1;
        branches->items[b].arm[1].points[0] = (struct curve_point){ .step = 7, .loss = 0.5F };
    }
    text = exported(stage, PANEL_RACE, 0);
    assert_int_equal(lines_of(text), 1 + before + 2);
    assert_non_null(strstr(text, "\nright,transformer,7,0.5,0,0,0,1\n"));
    assert_non_null(strstr(text, "\nright,transformer,7,0.5,0,0,0,2\n"));
    free(text);
}

static void weights_are_those_of_the_tensor_that_is_shown(void **state)
{
    struct stage *stage = *state;
    const struct snapshot_weights *weights;
    const struct snapshot_tensor *tensor;
    char *text;

    stage_show(stage, &(struct synthetic){ .left = "gru",
                                           .right = "transformer",
                                           .steps = 50,
                                           .layers = 1,
                                           .heads = 2,
                                           .tensors = 3 });
    weights = &stage->snapshot.arm[0].weights;
    tensor = &weights->tensor[stage->view.seen.tensor[0]];
    text = exported(stage, PANEL_WEIGHTS, 0);
    assert_begins(text, "tensor,row,column,value\n");
    assert_int_equal(lines_of(text), 1 + tensor->rows * tensor->columns);
    assert_true((real)field_of(text, 1 + 2 * tensor->columns + 1, 3) ==
                weights->value[tensor->offset + (size_t)(2 * tensor->columns + 1)]);
    free(text);
}

static void tokens_are_quoted_where_they_must_be(void **state)
{
    struct stage *stage = *state;
    char *text;

    strcpy(stage->snapshot.token[0].input, "a,\"b\"");
    text = exported(stage, PANEL_TOKENS, 0);
    assert_begins(text, "t,input,target,scored,marked,answer,confidence,right\n"
                        "0,\"a,\"\"b\"\"\",");
    assert_int_equal(lines_of(text), 51);
    free(text);
}

static void gates_stand_side_by_side(void **state)
{
    struct stage *stage = *state;
    char *text;

    stage_show(stage, &(struct synthetic){ .left = "lstm", .right = "gru", .steps = 20 });
    text = exported(stage, PANEL_GATES, 0);
    assert_begins(text, "t,unit,i,f,");
    assert_true(lines_of(text) > 20);
    free(text);
    text = exported(stage, PANEL_CELL, 0);
    assert_non_null(strstr(text, ",cell\n"));
    free(text);
}

static void units_of_an_elman_are_its_states(void **state)
{
    const struct stage *stage = *state;
    char *states = exported(stage, PANEL_STATES, 0), *units = exported(stage, PANEL_GATES, 0);

    assert_string_equal(states, units);
    free(states);
    free(units);
}

static void a_panel_without_numbers_says_so(void **state)
{
    const struct stage *stage = *state;
    const struct panel_place place = { .kind = PANEL_NONE };
    struct error error = { STATUS_OK, "" };
    FILE *file = tmpfile();

    assert_non_null(file);
    assert_int_equal(export_panel(file, &stage->view, &stage->snapshot, &place, &error),
                     STATUS_USAGE);
    assert_string_equal(error.message, "The panel \"window\" has no numbers to write");
    fclose(file);
}

/* Where things are --------------------------------------------------------------------------- */

static enum panel_kind kind_at(struct stage *stage, struct rect r, int *column)
{
    const struct panel_place place =
        panel_at(&stage->view, &stage->snapshot, r.x + r.w / 2, r.y + r.h / 2);

    *column = place.column;
    if (place.kind != PANEL_NONE)
        assert_memory_equal(&place.rect, &r, sizeof r);
    return place.kind;
}

static void each_panel_is_found_where_it_was_drawn(void **state)
{
    struct stage *stage = *state;
    const struct layout *layout = &stage->view.layout;
    int column;

    assert_int_equal(kind_at(stage, layout->race, &column), PANEL_RACE);
    for (int i = 0; i < 2; i++) {
        const struct layout_column *c = &layout->column[i];

        assert_int_equal(kind_at(stage, c->gradient, &column), PANEL_GRADIENT);
        assert_int_equal(column, i);
        assert_int_equal(kind_at(stage, c->tokens, &column), PANEL_TOKENS);
        assert_int_equal(kind_at(stage, c->states, &column), PANEL_STATES);
        assert_int_equal(kind_at(stage, c->lower, &column),
                         i == 0 ? PANEL_GATES : PANEL_ATTENTION);
        assert_int_equal(kind_at(stage, c->header, &column), PANEL_NONE);
    }
    assert_int_equal(kind_at(stage, layout->rail, &column), PANEL_NONE);
    assert_int_equal(kind_at(stage, layout->status, &column), PANEL_NONE);
}

static void the_keyboards_panel_comes_before_the_mouses(void **state)
{
    struct stage *stage = *state;
    const struct rect race = stage->view.layout.race;
    struct panel_place place;

    stage_move(stage, race.x + race.w / 2, race.y + race.h / 2);
    assert_int_equal(panel_meant(&stage->view, &stage->snapshot).kind, PANEL_RACE);
    stage->view.focus.on = true;
    stage->view.focus.hot = (struct hot){ .action = ACT_HEAD, .arm = 1, .value = 1 };
    stage_draw(stage);
    place = panel_meant(&stage->view, &stage->snapshot);
    assert_int_equal(place.kind, PANEL_ATTENTION);
    assert_int_equal(place.column, 1);
}

static void a_files_name_says_lesson_step_panel_and_arm(void **state)
{
    struct stage *stage = *state;
    const struct panel_place none = { .kind = PANEL_NONE };
    const struct panel_place place = { .kind = PANEL_GRADIENT, .column = 1, .arm = 1 };
    char name[FILE_NAME_MAX];

    assert_true(file_name_free(name, &stage->view, &stage->snapshot, &none, "png"));
    assert_string_equal(name, "duet-03-step600.png");
    assert_true(file_name_free(name, &stage->view, &stage->snapshot, &place, "csv"));
    assert_string_equal(name, "duet-03-step600-gradient-right.csv");
    stage->view.lesson = NULL;
    file_name_begin(name, &stage->view);
    assert_string_equal(name, "duet-adding");
}

/* Keys --------------------------------------------------------------------------------------- */

static void keys_ask_for_pictures_numbers_and_runs(void **state)
{
    struct stage *stage = *state;
    const struct wish *wish;

    stage_key(stage, SDLK_s, KMOD_NONE);
    assert_int_equal(stage->view.request, REQUEST_SAVE);
    stage_key(stage, SDLK_s, KMOD_LSHIFT);
    assert_int_equal(stage->view.request, REQUEST_SAVE_WINDOW);
    stage_key(stage, SDLK_e, KMOD_NONE);
    assert_int_equal(stage->view.request, REQUEST_EXPORT);
    stage->view.request = REQUEST_NONE;
    stage_key(stage, SDLK_s, KMOD_LCTRL);
    wish = stage_one_wish(stage);
    assert_int_equal(wish->kind, WISH_SAVE_RUN);
    assert_string_equal(wish->path, "duet-03");
    assert_int_equal(stage->view.request, REQUEST_NONE);
}

/* The list of runs, in a folder of its own --------------------------------------------------- */

static void make_run(const char *name, long age)
{
    const struct timespec times[2] = { { .tv_sec = 9000 - age }, { .tv_sec = 9000 - age } };
    char path[64];

    assert_int_equal(mkdir(name, 0777), 0);
    snprintf(path, sizeof path, "%s/run.ini", name);
    scratch_write(path, "x", 1);
    snprintf(path, sizeof path, "%s/checkpoint.safetensors", name);
    scratch_write(path, "x", 1);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

struct there {
    struct stage *stage;
    void *scratch, *stage_state;
    char home[SCRATCH_PATH_MAX];
};

static int there_setup(void **state)
{
    struct there *there = calloc(1, sizeof *there);

    if (there == NULL || stage_setup(&there->stage_state) != 0 ||
        scratch_setup(&there->scratch) != 0 ||
        getcwd(there->home, sizeof there->home) == NULL ||
        chdir(((struct scratch *)there->scratch)->folder) != 0)
        return -1;
    there->stage = there->stage_state;
    *state = there;
    return 0;
}

static int there_teardown(void **state)
{
    struct there *there = *state;
    int failed = chdir(there->home);

    failed |= scratch_teardown(&there->scratch);
    failed |= stage_teardown(&there->stage_state);
    free(there);
    return failed;
}

static void open_list(struct stage *stage)
{
    stage_key(stage, SDLK_o, KMOD_LCTRL);
    stage_draw(stage);
    assert_true(stage->view.runs_shown);
}

static void enter_opens_the_newest_run(void **state)
{
    struct there *there = *state;
    const struct wish *wish;

    make_run("older", 9);
    make_run("newest", 1);
    open_list(there->stage);
    stage_key(there->stage, SDLK_RETURN, KMOD_NONE);
    wish = stage_one_wish(there->stage);
    assert_int_equal(wish->kind, WISH_OPEN_RUN);
    assert_string_equal(wish->path, "newest");
    assert_false(there->stage->view.runs_shown);
}

static void arrows_and_clicks_choose_another_run(void **state)
{
    struct there *there = *state;
    struct stage *stage = there->stage;

    make_run("older", 9);
    make_run("newest", 1);
    open_list(stage);
    stage_key(stage, SDLK_DOWN, KMOD_NONE);
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    assert_string_equal(stage_one_wish(stage)->path, "older");
    open_list(stage);
    stage_press(stage, ACT_OPEN_RUN, 0, 1);
    assert_string_equal(stage_one_wish(stage)->path, "older");
}

static void another_folder_can_be_typed(void **state)
{
    struct there *there = *state;
    struct stage *stage = there->stage;
    const char *text = "far/away";

    open_list(stage); /* there is none here: the place to type has the focus */
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    assert_true(stage->view.typing.on);
    stage->view.typing.skip = false;
    for (; *text != '\0'; text++) {
        SDL_Event event = { .text = { .type = SDL_TEXTINPUT } };

        event.text.text[0] = *text;
        view_event(&stage->view, &event);
    }
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    assert_string_equal(stage_one_wish(stage)->path, "far/away");
}

static void nothing_below_the_list_can_be_pressed(void **state)
{
    struct there *there = *state;
    struct stage *stage = there->stage;
    const struct rect rail = stage->view.layout.rail;

    open_list(stage);
    for (int i = 0; i < stage->view.hots; i++)
        assert_true(stage->view.hot[i].action == ACT_OPEN_RUN ||
                    stage->view.hot[i].action == ACT_RUNS);
    stage_click(stage, rail.x + rail.w / 2, rail.y + rail.h / 2);
    stage_key(stage, SDLK_SPACE, KMOD_NONE);
    assert_int_equal(stage->wished, 0);
    stage_key(stage, SDLK_ESCAPE, KMOD_NONE);
    assert_false(stage->view.runs_shown);
    assert_int_equal(stage->view.request, REQUEST_NONE);
    open_list(stage);
    stage_press(stage, ACT_RUNS, 0, 0);
    assert_false(stage->view.runs_shown);
}

/* The list lies on the middle of the window, in the panel's colour. */
static void the_list_is_drawn_over_the_lab(void **state)
{
    struct there *there = *state;
    struct stage *stage = there->stage;
    const struct theme *theme = canvas_theme(stage->canvas);

    make_run("newest", 1);
    open_list(stage);
    assert_int_equal(stage_pixel(stage, 640 - 255, 360), stage_rgb(theme->panel));
    assert_int_equal(stage->view.hot[0].action, ACT_OPEN_RUN);
    assert_in_range(stage->view.hot[0].rect.x, 380, 420);
}

static void many_runs_scroll_with_the_focus(void **state)
{
    struct there *there = *state;
    struct stage *stage = there->stage;
    char name[16];

    for (int i = 0; i < 30; i++) {
        snprintf(name, sizeof name, "run-%02d", i);
        make_run(name, i);
    }
    stage_resize(stage, 900, 400, 1);
    open_list(stage);
    for (int i = 1; i <= 30; i++) {
        stage_key(stage, SDLK_DOWN, KMOD_NONE);
        stage_draw(stage);
        assert_non_null(view_focused(&stage->view));
        assert_int_equal(view_focused(&stage->view)->value, i < 30 ? i : VIEW_TYPED_RUN);
        assert_true(view_focused(&stage->view)->rect.y + view_focused(&stage->view)->rect.h <
                    400);
    }
    stage_key(stage, SDLK_UP, KMOD_NONE);
    stage_draw(stage);
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
    assert_string_equal(stage_one_wish(stage)->path, "run-29");
}

#define ON_STAGE(test) cmocka_unit_test_setup_teardown(test, stage_setup, stage_teardown)
#define THERE(test) cmocka_unit_test_setup_teardown(test, there_setup, there_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_STAGE(race_has_every_point_of_every_arm),
        ON_STAGE(gradient_has_every_step_with_all_digits),
        ON_STAGE(what_was_not_measured_is_an_empty_field),
        ON_STAGE(states_are_those_of_the_entry_that_is_shown),
        ON_STAGE(attention_is_that_of_the_enlarged_head),
        ON_STAGE(race_has_the_ways_that_were_left),
        ON_STAGE(weights_are_those_of_the_tensor_that_is_shown),
        ON_STAGE(tokens_are_quoted_where_they_must_be),
        ON_STAGE(gates_stand_side_by_side),
        ON_STAGE(units_of_an_elman_are_its_states),
        ON_STAGE(a_panel_without_numbers_says_so),
        ON_STAGE(each_panel_is_found_where_it_was_drawn),
        ON_STAGE(the_keyboards_panel_comes_before_the_mouses),
        ON_STAGE(a_files_name_says_lesson_step_panel_and_arm),
        ON_STAGE(keys_ask_for_pictures_numbers_and_runs),
        THERE(enter_opens_the_newest_run),
        THERE(arrows_and_clicks_choose_another_run),
        THERE(another_folder_can_be_typed),
        THERE(nothing_below_the_list_can_be_pressed),
        THERE(the_list_is_drawn_over_the_lab),
        THERE(many_runs_scroll_with_the_focus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
