/* Tests of lessons/quantities/fit.c: the best line, against one that is found otherwise. */
#include "tests/test.h"

#include "common/tasks/line.h"
#include "lessons/measure.h"
#include "lessons/quantities/quantities.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

enum { SAMPLES = 12 };

static struct lab_config line_config(void)
{
    struct lab_config config = small_config("line", "linear", "elman");

    config.training.samples = SAMPLES;
    return config;
}

static double distance_of(struct lab *lab, int arm)
{
    const struct measured measured = { .lab = lab, .arm = &lab->arm[arm] };

    return quantity_least_squares_distance(&measured, 0);
}

/* By line.c's sums, of a batch that holds the whole training set. */
static struct line best_line(const struct lab *lab)
{
    struct batch batch;
    struct line line;

    assert_int_equal(batch_create(&batch, &lab->task.shape, SAMPLES, NULL), STATUS_OK);
    for (int i = 0; i < SAMPLES; i++)
        task_fill_sample(&lab->task, lab->config.training.seed, (uint32_t)i, &batch, i);
    line = line_least_squares(&batch);
    batch_free(&batch);
    return line;
}

static void the_best_line_is_at_distance_zero(void **state)
{
    const struct lab_config config = line_config();
    struct lab *lab = lab_make(&config);
    const struct line best = best_line(lab);
    real *weights = lab->arm[0].trainer.parameters;

    (void)state;
    assert_true(fabs(best.slope - line_drawn.slope) > 1e-5); /* it is these points' own */
    assert_true(fabs(best.intercept - line_drawn.intercept) > 1e-3);
    weights[0] = (real)best.slope;
    weights[1] = (real)best.intercept;
    assert_close(distance_of(lab, 0), 0, 1e-7, 0);
    weights[0] = (real)(best.slope - .25);
    assert_close(distance_of(lab, 0), .25, 1e-6, 0);
    weights[1] = (real)(best.intercept + .5);
    assert_close(distance_of(lab, 0), .5, 1e-6, 0);
    weights[0] = (real)NAN;
    assert_true(isnan(distance_of(lab, 0)));
    lab_free(lab);
}

/* Descent, which knows nothing of the equations, ends where they say. */
static void training_on_all_points_at_once_arrives(void **state)
{
    struct lab_config config = line_config();
    struct lab *lab;
    double before;

    (void)state;
    set(&config, "training.optimizer", "sgd");
    set(&config, "training.learning_rate", "0.3");
    set(&config, "training.clip", "0");
    config.training.batch = SAMPLES;
    lab = lab_make(&config);
    before = distance_of(lab, 0);
    lab_train(lab, 120);
    assert_true(before > .05);
    assert_true(distance_of(lab, 0) < 1e-5);
    lab_free(lab);
}

static void whoever_has_no_best_has_no_distance(void **state)
{
    static const char *const sets[][2] = {
        { "training.samples", "0" }, /* no fixed set */
        { "task.name", "drive" },    /* one output for a whole sequence */
        { "task.name", "sort" },     /* symbols */
        { "left.model", "elman" },   /* a core */
    };

    (void)state;
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        struct lab_config config = line_config();
        struct lab *lab;

        set(&config, sets[i][0], sets[i][1]);
        lab = lab_make(&config);
        assert_true(isnan(distance_of(lab, 0)));
        lab_free(lab);
    }
}

/* One point lies on many lines. */
static void points_that_do_not_determine_a_line_have_no_best(void **state)
{
    struct lab_config config = line_config();
    struct lab *lab;

    (void)state;
    config.training.samples = 1;
    config.task.length = 1;
    lab = lab_make(&config);
    assert_true(isnan(distance_of(lab, 0)));
    lab_free(lab);
    config.task.length = 2; /* two points: one line */
    lab = lab_make(&config);
    assert_true(isfinite(distance_of(lab, 0)));
    lab_free(lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_line_is_at_distance_zero),
        cmocka_unit_test(training_on_all_points_at_once_arrives),
        cmocka_unit_test(whoever_has_no_best_has_no_distance),
        cmocka_unit_test(points_that_do_not_determine_a_line_have_no_best),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
