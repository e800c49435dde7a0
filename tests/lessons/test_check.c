/* Tests of lessons/check.c: what becomes of the claims of a lesson. */
#include "tests/test.h"

#include <string.h>

#include "lessons/check.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

static const struct check_options three = { .first_seed = 1, .seeds = 3, .threads = 1 };

static struct lesson lesson_of(const char *const *claims)
{
    struct lesson lesson = { .number = -1,
                             .path = "here.ini",
                             .config = small_config("sort", "gru", "transformer") };

    lesson.config.training.steps = 10;
    for (; *claims != NULL; claims++) {
        struct error error = { STATUS_OK, "" };

        if (claim_parse(&lesson.claims[lesson.claim_count++], *claims, &error) != STATUS_OK)
            fail_msg("%s", error.message);
    }
    return lesson;
}

static void run(struct check *check, const struct lesson *lesson,
                const struct check_options *options)
{
    struct error error = { STATUS_OK, "" };

    if (check_run(check, lesson, options, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static void every_seed_is_a_training_of_its_own(void **state)
{
    static const char *const claims[] = { "left.test_loss < 5",
                                          "left.test_loss - right.test_loss > 5",
                                          "right.test_accuracy / left.test_loss < 5", NULL };
    static const struct check_options options = { .first_seed = 7, .seeds = 2, .threads = 1 };
    const struct lesson lesson = lesson_of(claims);
    struct check check;

    (void)state;
    run(&check, &lesson, &options);
    assert_int_equal(check.seeds, 2);
    for (int s = 0; s < 2; s++) {
        struct lab_config config = lesson.config;
        struct report left, right;
        struct lab *lab;

        assert_int_equal(check.seed[s], 7 + s);
        config.training.seed = 7 + (uint64_t)s;
        lab = lab_make(&config);
        lab_train(lab, 10);
        lab_test(lab, 0, &left);
        lab_test(lab, 1, &right);
        assert_close(check.claims[0].measured[s], left.loss, 0, 0);
        assert_close(check.claims[1].measured[s], left.loss - right.loss, 0, 0);
        assert_close(check.claims[2].measured[s], right.accuracy / left.loss, 0, 0);
        assert_true(check.seconds[s] > 0);
        lab_free(lab);
    }
    assert_true(check.claims[0].measured[0] != check.claims[0].measured[1]);
    assert_int_equal(check.claims[0].verdict, VERDICT_HOLDS);
    assert_int_equal(check.claims[1].verdict, VERDICT_FAILS);
    assert_string_equal(check.claims[1].why, "");
}

/* What three seeds measured, smallest first. */
static void sorted_losses(double losses[3])
{
    static const char *const claims[] = { "left.test_loss < 5", NULL };
    const struct lesson lesson = lesson_of(claims);
    struct check check;

    run(&check, &lesson, &three);
    losses[1] = claim_median(check.claims[0].measured, 3);
    losses[0] = losses[2] = losses[1];
    for (int s = 0; s < 3; s++) {
        losses[0] = fmin(losses[0], check.claims[0].measured[s]);
        losses[2] = fmax(losses[2], check.claims[0].measured[s]);
    }
    assert_true(losses[0] < losses[1] && losses[1] < losses[2]);
}

static void the_median_holds_where_not_every_seed_does(void **state)
{
    static const char *const claims[] = { "left.test_loss < 1", "left.test_loss < 1 median",
                                          "left.test_loss < 1 median", NULL };
    struct lesson lesson = lesson_of(claims);
    struct check check;
    double losses[3];

    (void)state;
    sorted_losses(losses);
    lesson.claims[0].value = lesson.claims[1].value = (losses[1] + losses[2]) / 2;
    lesson.claims[2].value = (losses[0] + losses[1]) / 2;
    run(&check, &lesson, &three);
    assert_int_equal(check.claims[0].verdict, VERDICT_FAILS);
    assert_int_equal(
        check.claims[0].holds[0] + check.claims[0].holds[1] + check.claims[0].holds[2], 2);
    assert_int_equal(check.claims[1].verdict, VERDICT_HOLDS);
    assert_int_equal(check.claims[2].verdict, VERDICT_FAILS);
    assert_close(check.claims[1].median, losses[1], 0, 0);
}

static void threads_change_nothing_that_is_measured(void **state)
{
    static const char *const claims[] = { "left.test_loss < 5", NULL };
    static const struct check_options as_it_says = { .first_seed = 1,
                                                     .seeds = 1,
                                                     .threads = CHECK_THREADS_UNCHANGED },
                                      four = { .first_seed = 1, .seeds = 1, .threads = 4 };
    const struct lesson lesson = lesson_of(claims);
    struct check one, other;

    (void)state;
    run(&one, &lesson, &as_it_says);
    run(&other, &lesson, &four);
    assert_close(one.claims[0].measured[0], other.claims[0].measured[0], 0, 0);
}

static void claims_about_the_first_step_need_no_training(void **state)
{
    static const char *const claims[] = { "left.slope_input < 1", "right.parameters > 1",
                                          NULL };
    struct lesson lesson = lesson_of(claims);
    struct check check;

    (void)state;
    lesson.config.training.steps = 1000000000; /* would take for ever */
    run(&check, &lesson, &three);
    assert_int_equal(check.claims[0].verdict, VERDICT_HOLDS);
    assert_int_equal(check.claims[1].verdict, VERDICT_HOLDS);
}

static void an_arm_that_diverges_fails_its_claims_with_the_reason(void **state)
{
    static const char *const claims[] = {
        "left.test_loss < 1e30", "right.test_loss < 1e30",  "right.test_loss - left.loss < 9",
        "left.slope_input < 1",  "left.loss < 1e30 median", NULL
    };
    struct lesson lesson = lesson_of(claims);
    struct check check;

    (void)state;
    set(&lesson.config, "training.optimizer", "sgd");
    set(&lesson.config, "training.clip", "0");
    set(&lesson.config, "left.learning_rate", "100");
    set(&lesson.config, "right.learning_rate", "0.001");
    set(&lesson.config, "task.name", "adding");
    set(&lesson.config, "left.model", "elman");
    run(&check, &lesson, &three);
    for (int i = 0; i < 5; i += 2) {
        assert_int_equal(check.claims[i].verdict, VERDICT_FAILS);
        assert_true(isnan(check.claims[i].measured[0]));
        assert_non_null(strstr(check.claims[i].why, "seed 1: left (elman) stops: step "));
    }
    assert_int_equal(check.claims[1].verdict, VERDICT_HOLDS);
    assert_string_equal(check.claims[1].why, "");
    assert_int_equal(check.claims[3].verdict, VERDICT_HOLDS);
    assert_string_equal(check.claims[3].why, "");
}

static void a_lesson_that_cannot_run_is_an_error_with_its_path(void **state)
{
    static const char *const claims[] = { "left.test_loss < 5", NULL };
    struct lesson lesson = lesson_of(claims);
    struct error error = { STATUS_OK, "" };
    struct check check;

    (void)state;
    set(&lesson.config, "task.length", "4096");
    assert_int_equal(check_run(&check, &lesson, &three, &error), STATUS_USAGE);
    assert_says(&error, STATUS_USAGE, "here.ini: task sort: length 4096 is impossible");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_seed_is_a_training_of_its_own),
        cmocka_unit_test(the_median_holds_where_not_every_seed_does),
        cmocka_unit_test(threads_change_nothing_that_is_measured),
        cmocka_unit_test(claims_about_the_first_step_need_no_training),
        cmocka_unit_test(an_arm_that_diverges_fails_its_claims_with_the_reason),
        cmocka_unit_test(a_lesson_that_cannot_run_is_an_error_with_its_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
