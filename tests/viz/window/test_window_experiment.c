/* Tests of links that begin an experiment of a lesson: real events, and a lab that trains. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lessons/experiment.h"
#include "tests/lessons/live_watch.h"
#include "tests/viz/window/stage.h"
#include "viz/window/act.h"
#include "viz/window/document.h"
#include "viz/window/file_name.h"
#include "viz/window/window_files.h"

/* Links of the fixture's README.md, in its order. */
enum { TO_FAR, TO_FAR_HEAD, TO_FAR_RUN, OF_FAR, TO_LESSON, OF_LESSON, TO_NOWHERE };

struct theatre {
    struct stage *stage; /* its snapshot is the lab's last, borrowed */
    struct lesson_list lessons;
    struct live *live;
};

static bool send(void *context, const struct wish *wish)
{
    struct theatre *theatre = context;

    return live_send(theatre->live, wish);
}

static const struct lesson *lesson_of(const struct theatre *theatre, const char *name)
{
    const struct lesson *lesson = experiment_find(&theatre->lessons, 5, name);

    assert_non_null(lesson);
    return lesson;
}

/* Wait for that picture of the lab, and draw it. */
static void show(struct theatre *theatre, wanted *is, long number)
{
    theatre->stage->snapshot = *watch_for(theatre->live, is, number);
    stage_draw(theatre->stage);
}

static bool has_claims(const struct snapshot *s, long count)
{
    return s->claims.count == count;
}

static int setup(void **state)
{
    struct theatre *theatre = calloc(1, sizeof *theatre);
    void *within = NULL;
    struct wish wish = { .kind = WISH_CLAIMS };

    if (theatre == NULL || stage_setup(&within) != 0)
        return -1;
    theatre->stage = within;
    snapshot_free(&theatre->stage->snapshot);
    setenv("DUET_LESSONS", "tests/viz/window/lessons", 1);
    assert_int_equal(lessons_open(&theatre->lessons, NULL), STATUS_OK);
    wish.lesson = lesson_of(theatre, "lesson");
    theatre->live = watch_start(&wish.lesson->config);
    assert_true(live_send(theatre->live, &wish));
    theatre->stage->view.sink = (struct view_sink){ send, theatre };
    theatre->stage->view.lessons = &theatre->lessons;
    view_open_lab(&theatre->stage->view, wish.lesson);
    show(theatre, has_claims, 1);
    *state = theatre;
    return 0;
}

static int teardown(void **state)
{
    struct theatre *theatre = *state;
    void *within = theatre->stage;

    theatre->stage->snapshot = (struct snapshot){ 0 };
    live_stop(theatre->live);
    stage_teardown(&within);
    lesson_list_free(&theatre->lessons);
    free(theatre);
    return 0;
}

static void press(struct theatre *theatre, long link)
{
    stage_press(theatre->stage, ACT_LINK, 0, link);
}

static bool is_ticked(const struct theatre *theatre, int link)
{
    return document_link(theatre->stage->view.document, link)->done;
}

/* ------------------------------------------------------------------------------------------ */

static void links_are_about_the_experiment_above_them(void **state)
{
    const struct theatre *theatre = *state;
    const struct document *document = theatre->stage->view.document;

    assert_int_equal(document_link(document, TO_FAR)->kind, LINK_OURS);
    assert_string_equal(document_link(document, TO_FAR)->hint, "Begins experiment far");
    assert_int_equal(document_link(document, OF_FAR)->kind, LINK_OURS);
    assert_int_equal(document_link(document, OF_LESSON)->kind, LINK_BROKEN);
    assert_int_equal(document_link(document, TO_NOWHERE)->kind, LINK_BROKEN);
    assert_non_null(strstr(document_link(document, TO_NOWHERE)->hint, "lesson, far"));
}

static void a_link_begins_an_experiment_with_its_settings_and_claims(void **state)
{
    struct theatre *theatre = *state;
    struct view *view = &theatre->stage->view;

    watch_ask(theatre->live, WISH_STEP, 3);
    show(theatre, stands_at, 3);
    assert_false(is_ticked(theatre, TO_FAR));
    press(theatre, TO_FAR);
    show(theatre, has_claims, 3);
    assert_ptr_equal(view->lesson, lesson_of(theatre, "far"));
    assert_int_equal(theatre->stage->snapshot.step, 0);
    assert_false(theatre->stage->snapshot.running);
    assert_int_equal(theatre->stage->snapshot.steps, 12);
    assert_string_equal(view->seen.config.arm[0].model, "gru");
    assert_true(view->seen.claims.own);
    assert_int_equal(view->seen.claims.claim[1].state, CLAIM_MET);
    assert_int_equal(view_reading(view)->page, 0); /* of the same text */
    assert_non_null(view->document);
    assert_true(is_ticked(theatre, TO_FAR));
    assert_false(is_ticked(theatre, TO_LESSON));
    assert_false(is_ticked(theatre, TO_FAR_HEAD)); /* it has another clip */
}

static void an_experiment_begun_while_the_lab_runs_stands_still(void **state)
{
    struct theatre *theatre = *state;

    watch_ask(theatre->live, WISH_RUN, 0);
    show(theatre, runs_beyond, 2);
    press(theatre, TO_FAR);
    show(theatre, has_claims, 3);
    assert_int_equal(theatre->stage->snapshot.step, 0);
    assert_false(theatre->stage->snapshot.running);
}

static void settings_of_the_link_come_on_top_and_its_views_are_shown(void **state)
{
    struct theatre *theatre = *state;
    struct view *view = &theatre->stage->view;

    press(theatre, TO_FAR_HEAD);
    assert_int_equal(view->arm[1].head, 0); /* the lesson's arm has no head 4 */
    show(theatre, stands_at, 2);
    assert_ptr_equal(view->lesson, lesson_of(theatre, "far"));
    assert_int_equal(view->arm[1].head, 3);
    assert_int_equal(view->seen.head[1], 3);
    assert_int_equal(view->arm[1].tab, TAB_ATTENTION);
    assert_true(view->seen.config.training.clip == 2);
    assert_int_equal(view->seen.loss_at, 11); /* its last, not the lesson's */
    assert_false(view->seen.claims.own);
    assert_true(is_ticked(theatre, TO_FAR_HEAD));
    assert_false(is_ticked(theatre, TO_FAR));
}

static void an_experiment_can_be_begun_running(void **state)
{
    struct theatre *theatre = *state;

    press(theatre, TO_FAR_RUN);
    show(theatre, runs_beyond, 2);
    assert_ptr_equal(theatre->stage->view.lesson, lesson_of(theatre, "far"));
    assert_true(theatre->stage->view.seen.claims.own); /* watched from step 0 on */
}

static void its_own_settings_are_those_of_the_experiment(void **state)
{
    struct theatre *theatre = *state;
    struct view *view = &theatre->stage->view;

    press(theatre, TO_FAR_HEAD);
    show(theatre, stands_at, 2);
    stage_key(theatre->stage, SDLK_r, KMOD_NONE); /* as it is, with its clip */
    show(theatre, stands_at, 0);
    assert_int_equal(view->seen.steps, 12);
    assert_true(view->seen.config.training.clip == 2);
    view_act(view, ACT_CHUNK, 0, document_chunks(view->document)); /* the claims */
    stage_draw(theatre->stage);
    stage_press(theatre->stage, ACT_OWN, 0, 0);
    theatre->stage->snapshot = *watch_after_all(theatre->live);
    stage_draw(theatre->stage);
    assert_ptr_equal(view->lesson, lesson_of(theatre, "far"));
    assert_true(view->seen.config.training.clip == 1);
    assert_true(view->seen.claims.own);
    assert_non_null(strstr(view->message, "the experiment's own settings"));
}

static void one_goes_back_to_the_lesson(void **state)
{
    struct theatre *theatre = *state;
    struct view *view = &theatre->stage->view;

    press(theatre, TO_FAR);
    show(theatre, has_claims, 3);
    watch_ask(theatre->live, WISH_STEP, 2);
    show(theatre, stands_at, 2);
    press(theatre, TO_LESSON);
    show(theatre, has_claims, 1);
    assert_ptr_equal(view->lesson, lesson_of(theatre, "lesson"));
    assert_int_equal(theatre->stage->snapshot.step, 0);
    assert_int_equal(view->seen.steps, 8);
    assert_true(view->seen.claims.own);
    assert_true(is_ticked(theatre, TO_LESSON));
    assert_false(is_ticked(theatre, TO_FAR));
}

static void a_run_knows_its_experiment_by_its_name(void **state)
{
    struct theatre *theatre = *state;
    struct view *view = &theatre->stage->view;
    char name[FILE_NAME_MAX];

    file_name_begin(name, view);
    assert_string_equal(name, "duet-05");
    press(theatre, TO_FAR);
    show(theatre, has_claims, 3);
    file_name_begin(name, view);
    assert_string_equal(name, "duet-05-far");
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function, \
                         .setup_func = setup, .teardown_func = teardown }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(links_are_about_the_experiment_above_them),
        TEST(a_link_begins_an_experiment_with_its_settings_and_claims),
        TEST(an_experiment_begun_while_the_lab_runs_stands_still),
        TEST(settings_of_the_link_come_on_top_and_its_views_are_shown),
        TEST(an_experiment_can_be_begun_running),
        TEST(its_own_settings_are_those_of_the_experiment),
        TEST(one_goes_back_to_the_lesson),
        TEST(a_run_knows_its_experiment_by_its_name),
    };
    /* clang-format on */

    alarm(WATCHDOG_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
