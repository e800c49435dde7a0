/*
 * What is written in the window can be read: at every size that people have, with every kind of
 * model, nothing is cut short and no letters lie on others.
 */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/tasks/task.h"
#include "lessons/lab.h"
#include "lessons/models.h"
#include "tests/viz/window/stage.h"

enum { HEARD_MAX = 4096, STRING_MAX = 128 };

struct heard {
    int count;
    char string[HEARD_MAX][STRING_MAX];
    struct rect rect[HEARD_MAX];
    bool cut[HEARD_MAX];
};

static void hear(void *context, const struct canvas_letters *letters)
{
    struct heard *heard = context;
    const int i = heard->count++;

    assert_true(i < HEARD_MAX);
    snprintf(heard->string[i], STRING_MAX, "%.*s",
             letters->length < 0 ? STRING_MAX : letters->length, letters->string);
    heard->rect[i] = letters->rect;
    heard->cut[i] = letters->cut;
}

/* One frame, listened to. */
static struct heard *listen(struct stage *stage)
{
    struct heard *heard = calloc(1, sizeof *heard);

    assert_non_null(heard);
    canvas_listen(stage->canvas, hear, heard);
    stage_draw(stage);
    canvas_listen(stage->canvas, NULL, NULL);
    assert_true(heard->count >= 4);
    return heard;
}

/* The letters themselves, without the space above and below that a line keeps for others. */
static struct rect ink(struct rect rect)
{
    return rect_inset(rect, 0, rect.h / 4, 0, rect.h / 4);
}

static int lie_on_each_other(const struct heard *heard)
{
    int count = 0;

    for (int i = 0; i < heard->count; i++)
        for (int k = 0; k < i; k++) {
            const struct rect both = rect_common(ink(heard->rect[i]), ink(heard->rect[k]));

            if (both.w <= 1 || both.h <= 1)
                continue;
            print_message("\"%s\" (%d, %d, %d, %d) lies on \"%s\" (%d, %d, %d, %d)\n",
                          heard->string[i], heard->rect[i].x, heard->rect[i].y,
                          heard->rect[i].w, heard->rect[i].h, heard->string[k],
                          heard->rect[k].x, heard->rect[k].y, heard->rect[k].w,
                          heard->rect[k].h);
            count++;
        }
    return count;
}

static int are_cut(const struct heard *heard)
{
    int count = 0;

    for (int i = 0; i < heard->count; i++)
        if (heard->cut[i]) {
            print_message("\"%s\" is cut to %d pixels at (%d, %d)\n", heard->string[i],
                          heard->rect[i].w, heard->rect[i].x, heard->rect[i].y);
            count++;
        }
    return count;
}

static int are_outside(const struct heard *heard, int w, int h)
{
    int count = 0;

    for (int i = 0; i < heard->count; i++) {
        const struct rect r = heard->rect[i];

        if (r.w > 0 && (r.x < 0 || r.y < 0 || r.x + r.w > w || r.y + r.h > h)) {
            print_message("\"%s\" lies outside: (%d, %d, %d, %d)\n", heard->string[i], r.x, r.y,
                          r.w, r.h);
            count++;
        }
    }
    return count;
}

/* ------------------------------------------------------------------------------------ scenes */

struct scene {
    int w, h;
    double scale;
    struct synthetic of;
    enum layout_part enlarged;
    enum tab tab; /* of both columns */
    bool more;
    bool chosen; /* a unit and a step, the state of another having been changed by a hand */
    bool writes; /* the arms have written */
    bool past;   /* somebody looks back, and two ways were left */
    enum race_x over;
    bool small; /* there may be no room for all of it, but what is there is legible */
};

static void choose_and_change(struct stage *stage)
{
    stage->view.chosen_step = 7;
    for (int i = 0; i < 2; i++) {
        struct snapshot_arm *arm = &stage->snapshot.arm[i];

        stage->view.arm[i].unit = 13;
        stage->view.state_view = true;
        arm->edit[0] = (struct edit){ .kind = EDIT_STATE_ZERO, .step = 3 };
        arm->edit[1] = (struct edit){ .kind = EDIT_STATE_SET, .step = 7 };
        arm->edits = i + 1;
        arm->probe_loss = -1.234e-5;
        arm->free_loss = -5.678e-5;
    }
}

/* What cannot be read when the window speaks that language. */
static int scene_faults(struct stage *stage, const struct scene *scene, enum language language)
{
    struct heard *heard;
    int faults;

    view_speak(&stage->view, language);
    if (stage->view.language != language)
        return 0; /* there is no font of it */
    stage->view.message[0] = '\0';
    stage_draw(stage);
    heard = listen(stage);
    faults = lie_on_each_other(heard) + are_outside(heard, scene->w, scene->h);
    if (!scene->small)
        faults += are_cut(heard);
    if (faults > 0)
        print_message("... in %s\n", language_tag(language));
    free(heard);
    return faults;
}

/* A window of that size, showing that, with one tab after the other, in every language. */
static void letters_can_be_read(void **state)
{
    struct stage *stage = *state;
    const struct scene *scene = stage->row;
    int faults = 0;

    stage_resize(stage, scene->w, scene->h, scene->scale);
    stage_show(stage, &scene->of);
    stage->view.enlarged = scene->enlarged;
    stage->view.arm[0].tab = stage->view.arm[1].tab = scene->tab;
    stage->view.more = scene->more;
    if (scene->chosen)
        choose_and_change(stage);
    if (scene->writes)
        stage_write(stage, 90);
    stage->view.race_x = scene->over;
    if (scene->past) {
        synthetic_moments(&stage->snapshot, 20);
        synthetic_branch(&stage->snapshot, 100, scene->of.step, 0.001, 0);
        synthetic_branch(&stage->snapshot, 100, 2 * scene->of.step, 0.000333, 0.25);
        stage->snapshot.looking_at = scene->of.step;
    }
    for (int language = 0; language < LANGUAGES; language++)
        faults += scene_faults(stage, scene, (enum language)language);
    assert_int_equal(faults, 0);
}

/* ------------------------------------------------------------------------- all that there is */

/* A lab of that task and model, two steps old, as the window gets it. False: it cannot be. */
static bool take_lab(struct snapshot *snapshot, const char *task, const char *model)
{
    struct lab_config config = config_default();
    struct lab *lab = NULL;
    struct error error;
    bool made;

    snprintf(config.task.name, sizeof config.task.name, "%s", task);
    config.task.length = 0;
    config.training.batch = 4;
    config.training.threads = 1;
    for (int i = 0; i < 2; i++) {
        config.arm[i].hidden = config.arm[i].width = 8;
        config.arm[i].learning_rate = 1e-3;
    }
    snprintf(config.arm[0].model, sizeof config.arm[0].model, "%s", model);
    made = lab_create(&lab, &config, &error) == STATUS_OK;
    for (int i = 0; made && i < 2; i++)
        lab_step(lab);
    if (made) {
        assert_int_equal(lab_probe(lab, true, &error), STATUS_OK);
        assert_int_equal(snapshot_take(snapshot, lab, &error), STATUS_OK);
    }
    lab_free(lab);
    return made;
}

static int read_faults(struct stage *stage, const char *task, const char *model)
{
    struct heard *heard = listen(stage);
    const int faults =
        are_cut(heard) + lie_on_each_other(heard) + are_outside(heard, 1280, 720);

    if (faults > 0)
        print_message("... with task %s, model %s\n", task, model);
    free(heard);
    return faults;
}

static void every_task_and_every_model_can_be_read(void **state)
{
    struct stage *stage = *state;
    int tasks, models, seen = 0, faults = 0;
    const struct task_kind *const *task = task_kinds(&tasks);
    const struct model_kind *const *model = model_kinds(&models);

    view_open_lab(&stage->view, NULL);
    for (int t = 0; t < tasks; t++)
        for (int m = 0; m < models; m++) {
            view_speak(&stage->view, (t + m) % 2 ? LANGUAGE_CHINESE : LANGUAGE_ENGLISH);
            if (!take_lab(&stage->snapshot, task[t]->name, model[m]->name))
                continue; /* it needs data of the user's own, say */
            seen++;
            for (int tab = 0; tab < TABS; tab++) {
                stage->view.arm[0].tab = stage->view.arm[1].tab = (enum tab)tab;
                faults += read_faults(stage, task[t]->name, model[m]->name);
            }
        }
    assert_true(seen > (tasks - 4) * models / 2);
    assert_int_equal(faults, 0);
}

/* On the page of keys too, whatever lies behind it. */
static void all_keys_can_be_read(void **state)
{
    static const int sizes[][2] = { { 1280, 720 }, { 1366, 688 }, { 1920, 1080 } };
    struct stage *stage = *state;

    for (int n = 0; n < 3 * LANGUAGES; n++) {
        const int i = n % 3;
        struct heard *heard;

        stage_resize(stage, sizes[i][0], sizes[i][1], 1);
        view_speak(&stage->view, (enum language)(n / 3));
        view_open_lab(&stage->view, NULL); /* nothing is drawn but the keys */
        stage->view.help = true;
        heard = calloc(1, sizeof *heard);
        assert_non_null(heard);
        canvas_listen(stage->canvas, hear, heard);
        view_frame(&stage->view, NULL, sizes[i][0], sizes[i][1]);
        canvas_listen(stage->canvas, NULL, NULL);
        assert_true(heard->count > 30);
        assert_int_equal(are_cut(heard) + lie_on_each_other(heard) +
                             are_outside(heard, sizes[i][0], sizes[i][1]),
                         0);
        free(heard);
    }
}

/* clang-format off */
#define ADDING .of = { .left = "elman", .right = "transformer", .steps = 50, .layers = 1, .heads = 2, .step = 600 }
#define DEEP   .of = { .left = "lstm", .right = "transformer", .steps = 50, .layers = 2, .heads = 4, .step = 12345 }
#define WORDS  .of = { .left = "gru", .right = "transformer", .steps = 14, .layers = 2, .heads = 2, .step = 600, .words = true }
#define FRESH  .of = { .left = "elman", .right = "transformer", .steps = 50, .layers = 1, .heads = 2 }
#define LONG   .of = { .left = "lstm", .right = "transformer", .steps = 200, .layers = 2, .heads = 4, .step = 987654 }

#define PAIR   .of = { .left = "lstm", .right = "gru", .steps = 50, .layers = 1, .heads = 2, .step = 12345 }
#define VALUE  .of = { .left = "elman", .right = "transformer", .steps = 50, .layers = 1, .heads = 2, .step = 600, .outputs = true }
#define CLASS  .of = { .left = "gru", .right = "transformer", .steps = 14, .layers = 2, .heads = 2, .step = 600, .words = true, .outputs = true }
#define MANY   .of = { .left = "lstm", .right = "transformer", .steps = 14, .layers = 2, .heads = 2, .step = 600, .tensors = 40 }

#define SCENE(label, ...) \
    { .name = "letters_can_be_read_" label, .test_func = letters_can_be_read, \
      .setup_func = stage_setup, .teardown_func = stage_teardown, \
      .initial_state = &(struct scene){ __VA_ARGS__ } }
#define SIZES(label, ...) \
    SCENE(label "_1280x720", .w = 1280, .h = 720, .scale = 1, __VA_ARGS__), \
    SCENE(label "_1366x688", .w = 1366, .h = 688, .scale = 1, __VA_ARGS__), \
    SCENE(label "_1920x1080", .w = 1920, .h = 1080, .scale = 1, __VA_ARGS__), \
    SCENE(label "_3840x2160_at_2", .w = 3840, .h = 2160, .scale = 2, __VA_ARGS__), \
    SCENE(label "_for_a_room", .w = 1920, .h = 1080, .scale = 1.5, __VA_ARGS__)

static const struct CMUnitTest tests[] = {
    SIZES("adding", ADDING),
    SIZES("before_the_first_step", FRESH),
    SIZES("deep", DEEP),
    SIZES("words", WORDS),
    SIZES("long", LONG),
    SIZES("more", DEEP, .more = true),
    SCENE("small_300x200", .w = 300, .h = 200, .scale = 1, ADDING, .small = true),
    SCENE("small_300x200_deep", .w = 300, .h = 200, .scale = 1, DEEP, .small = true),
    SCENE("small_500x300", .w = 500, .h = 300, .scale = 1, DEEP, .small = true),
    SCENE("small_800x480", .w = 800, .h = 480, .scale = 1, DEEP, .small = true),
    SCENE("small_800x600", .w = 800, .h = 600, .scale = 1, WORDS, .small = true),
    SCENE("small_1024x768", .w = 1024, .h = 768, .scale = 1, DEEP, .small = true),
    SIZES("answers_value", VALUE, .tab = TAB_PREDICTION),
    SIZES("answers_class", CLASS, .tab = TAB_PREDICTION),
    SIZES("answers_large", CLASS, .tab = TAB_PREDICTION, .enlarged = LAYOUT_LOWER),
    SIZES("written", CLASS, .tab = TAB_PREDICTION, .writes = true),
    SIZES("weights", MANY, .tab = TAB_WEIGHTS),
    SIZES("weights_large", MANY, .tab = TAB_WEIGHTS, .enlarged = LAYOUT_LOWER),
    SCENE("small_answers", .w = 800, .h = 480, .scale = 1, CLASS, .tab = TAB_PREDICTION, .enlarged = LAYOUT_LOWER, .small = true),
    SCENE("small_weights", .w = 800, .h = 480, .scale = 1, MANY, .tab = TAB_WEIGHTS, .enlarged = LAYOUT_LOWER, .small = true),
    SIZES("looking_back", ADDING, .past = true),
    SIZES("looking_back_over_examples", LONG, .past = true, .over = RACE_EXAMPLES),
    SIZES("looking_back_over_flops", WORDS, .past = true, .over = RACE_FLOPS),
    SIZES("over_seconds", DEEP, .over = RACE_SECONDS),
    SCENE("small_600x500_looking_back", .w = 600, .h = 500, .scale = 1, DEEP, .past = true,
          .small = true),
    SCENE("small_900x600_looking_back", .w = 900, .h = 600, .scale = 1, LONG, .past = true,
          .small = true),
    SIZES("large_gradient", ADDING, .enlarged = LAYOUT_GRADIENT),
    SIZES("large_states", DEEP, .enlarged = LAYOUT_STATES),
    SIZES("large_lower_part", DEEP, .enlarged = LAYOUT_LOWER),
    SIZES("a_chosen_cell_of_two_arms", PAIR, .tab = TAB_CELL, .chosen = true),
    SIZES("a_chosen_cell", DEEP, .tab = TAB_CELL, .chosen = true),
    SIZES("gates_with_a_chosen_unit", DEEP, .tab = TAB_GATES, .chosen = true),
    SIZES("a_chosen_cell_of_an_elman", ADDING, .tab = TAB_CELL, .chosen = true),
    SIZES("a_chosen_cell_in_large", PAIR, .tab = TAB_CELL, .chosen = true, .enlarged = LAYOUT_LOWER),
    SIZES("large_states_with_a_chosen_unit", PAIR, .tab = TAB_CELL, .chosen = true, .enlarged = LAYOUT_STATES),
    SCENE("small_800x480_with_a_chosen_cell", .w = 800, .h = 480, .scale = 1, PAIR, .tab = TAB_CELL, .chosen = true, .small = true),
    SCENE("small_1024x768_with_a_chosen_cell", .w = 1024, .h = 768, .scale = 1, PAIR, .tab = TAB_CELL, .chosen = true, .small = true),
    { .name = "every_task_and_every_model_can_be_read",
      .test_func = every_task_and_every_model_can_be_read,
      .setup_func = stage_setup, .teardown_func = stage_teardown },
    { .name = "all_keys_can_be_read", .test_func = all_keys_can_be_read,
      .setup_func = stage_setup, .teardown_func = stage_teardown },
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
