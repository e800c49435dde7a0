/* Tests of common/training/schedule.c, against torch.optim.lr_scheduler (schedules.py). */
#include "tests/test.h"

#include <math.h>

#include "common/files/safetensors.h"
#include "common/training/schedule.h"
#include "tests/close.h"

enum { STEPS = 60, WARMUP = 7 }; /* those of tests/golden/schedules.py */

static struct safetensors golden; /* opened once, for all tests */

static int open_golden(void **state)
{
    struct error error = { 0 };

    (void)state;
    if (safetensors_open(&golden, "tests/golden/schedules.safetensors", &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return 0;
}

static int close_golden(void **state)
{
    (void)state;
    safetensors_free(&golden);
    return 0;
}

struct schedule_row {
    const char *name; /* in the golden file */
    struct schedule schedule;
};

static void every_rate_is_that_of_torch(void **state)
{
    const struct schedule_row *row = *state;
    const struct safetensors_tensor *tensor = safetensors_find(&golden, row->name);
    const float *rates;

    assert_non_null(tensor);
    assert_int_equal(tensor->dtype, SAFETENSORS_F32);
    rates = tensor->data;
    assert_true(tensor->shape[0] > STEPS);
    for (size_t step = 0; step < tensor->shape[0]; step++)
        assert_close(schedule_factor(&row->schedule, (long)step), (double)rates[step], 1e-9,
                     1e-6);
}

/* Exactly: a multiplication by it changes no bit. */
static void without_a_schedule_the_factor_is_one(void **state)
{
    const struct schedule none = { 0 };

    (void)state;
    for (long step = 0; step < 100; step++)
        assert_true(schedule_factor(&none, step) == 1);
    assert_true(schedule_factor(&none, 1000000000) == 1);
}

static void a_warm_up_begins_above_zero_and_ends_at_one(void **state)
{
    const struct schedule schedule = { .warmup = 4 };
    static const double factors[] = { 0.25, 0.5, 0.75, 1, 1, 1 };
    const struct schedule one = { .warmup = 1 };

    (void)state;
    for (int step = 0; step < 6; step++)
        assert_true(schedule_factor(&schedule, step) == factors[step]);
    assert_true(schedule_factor(&one, 0) == 1);
}

static const struct schedule falling[] = {
    { SCHEDULE_LINEAR, .steps = 50, .decay_from = 0.5, .decay_to = 0.125 },
    { SCHEDULE_COSINE, .steps = 50, .decay_from = 0.5, .decay_to = 0.125 },
};

static void a_fall_begins_and_ends_where_it_is_told(void **state)
{
    const struct schedule *schedule = *state;

    for (long step = 0; step <= 25; step++)
        assert_true(schedule_factor(schedule, step) == 1);
    for (long step = 26; step <= 50; step++)
        assert_true(schedule_factor(schedule, step) < schedule_factor(schedule, step - 1));
    assert_true(schedule_factor(schedule, 49) > 0.125);
    assert_close(schedule_factor(schedule, 50), 0.125, 0, 1e-15);
}

static void after_the_end_the_rate_stays_what_it_is(void **state)
{
    const struct schedule *schedule = *state;

    for (long step = 50; step < 5000; step += 7)
        assert_true(schedule_factor(schedule, step) == schedule_factor(schedule, 50));
}

static void a_training_without_an_end_never_falls(void **state)
{
    struct schedule schedule = *(const struct schedule *)*state;

    schedule.steps = 0;
    for (long step = 0; step < 5000; step += 7)
        assert_true(schedule_factor(&schedule, step) == 1);
}

static void a_fall_from_the_very_end_never_begins(void **state)
{
    struct schedule schedule = *(const struct schedule *)*state;

    schedule.decay_from = 1;
    for (long step = 0; step <= 50; step++)
        assert_true(schedule_factor(&schedule, step) == 1);
}

/* Both are half way down there, and the cosine is above the line before. */
static void line_and_cosine_meet_half_way(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct schedule schedule = falling[i];

        schedule.decay_from = 0;
        schedule.decay_to = 0;
        assert_close(schedule_factor(&schedule, 25), 0.5, 0, 1e-15);
        assert_close(schedule_factor(&schedule, 10), i ? (1 + cos(acos(-1.0) / 5)) / 2 : 0.8, 0,
                     1e-14);
    }
}

/* clang-format off */
#define TORCH(label, ...)                                                                      \
    { .name = label "_follows_torch", .test_func = every_rate_is_that_of_torch,                \
      .initial_state = &(struct schedule_row){ label, { __VA_ARGS__ } } }
#define EACH(test)                                                                             \
    { .name = #test "_linear", .test_func = test, .initial_state = (void *)&falling[0] },      \
    { .name = #test "_cosine", .test_func = test, .initial_state = (void *)&falling[1] }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TORCH("constant", SCHEDULE_CONSTANT, .steps = STEPS),
        TORCH("warmup", SCHEDULE_CONSTANT, .steps = STEPS, .warmup = WARMUP),
        TORCH("linear", SCHEDULE_LINEAR, .steps = STEPS, .decay_to = 0.05),
        TORCH("linear_to_zero", SCHEDULE_LINEAR, .steps = STEPS),
        TORCH("linear_late", SCHEDULE_LINEAR, .steps = STEPS, .decay_from = 0.4,
              .decay_to = 0.05),
        TORCH("cosine", SCHEDULE_COSINE, .steps = STEPS, .decay_to = 0.05),
        TORCH("cosine_to_zero", SCHEDULE_COSINE, .steps = STEPS),
        TORCH("cosine_late", SCHEDULE_COSINE, .steps = STEPS, .decay_from = 0.4,
              .decay_to = 0.05),
        TORCH("step", SCHEDULE_STEP, .steps = STEPS, .decay_every = 11, .decay_by = 0.3),
        TORCH("warmup_step", SCHEDULE_STEP, .steps = STEPS, .warmup = WARMUP, .decay_every = 5,
              .decay_by = 0.5),
        TORCH("warmup_linear", SCHEDULE_LINEAR, .steps = STEPS, .warmup = WARMUP,
              .decay_to = 0.05),
        TORCH("warmup_cosine", SCHEDULE_COSINE, .steps = STEPS, .warmup = WARMUP),
        cmocka_unit_test(without_a_schedule_the_factor_is_one),
        cmocka_unit_test(a_warm_up_begins_above_zero_and_ends_at_one),
        EACH(a_fall_begins_and_ends_where_it_is_told),
        EACH(after_the_end_the_rate_stays_what_it_is),
        EACH(a_training_without_an_end_never_falls),
        EACH(a_fall_from_the_very_end_never_begins),
        cmocka_unit_test(line_and_cosine_meet_half_way),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, open_golden, close_golden);
}
