/*
 * The memory that a lab asks for before it takes any is what its parts then take: a limit that
 * counted less would not be one. Measured by glibc's own books; skipped where there are none.
 */
#include "tests/test.h"

#if defined __GLIBC__
#include <malloc.h>
#endif

#include "tests/close.h"
#include "tests/lessons/small_lab.h"

#if defined __GLIBC__ && __GLIBC_PREREQ(2, 33)
static size_t taken(void)
{
    const struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}
#else
static size_t taken(void)
{
    return 0;
}
#endif

struct asked_row {
    const char *set[8][2];
};

static struct lab *lab_of(const struct asked_row *row)
{
    struct lab_config config = config_default();

    for (int i = 0; i < 8 && row->set[i][0] != NULL; i++)
        set(&config, row->set[i][0], row->set[i][1]);
    config.training.threads = 2;
    return lab_make(&config);
}

/* Within 1 %, and what malloc and small things need. */
static void assert_taken(size_t before, size_t asked)
{
    const double found = (double)(taken() - before);

    assert_close(found, (double)asked, 32768, 0.01);
}

static void what_is_asked_for_is_taken(void **state)
{
    struct lab *lab;

    if (taken() == 0) /* a sanitizer, or another C library */
        skip();
    lab = lab_of(*state);
    for (int i = 0; i < lab->arms; i++) {
        const struct lab_arm *arm = &lab->arm[i];
        const struct trainer_options *options = &arm->trainer.options;
        const struct task *longer = lab->longer.kind != NULL ? &lab->longer : &lab->task;
        struct trainer trainer;
        struct validation validation;
        struct evaluation evaluation;
        size_t before = taken();

        assert_int_equal(trainer_create(&trainer, &arm->model, &lab->task, options, NULL),
                         STATUS_OK);
        assert_taken(before, trainer_bytes(&arm->model, &lab->task, options));
        trainer_free(&trainer);
        before = taken();
        assert_int_equal(validation_create(&validation, &arm->model, NULL), STATUS_OK);
        assert_taken(before, validation_bytes(&arm->model));
        validation_free(&validation);
        before = taken();
        assert_int_equal(evaluation_create(&evaluation, &arm->model, longer, 1, 2, NULL),
                         STATUS_OK);
        assert_taken(before, evaluation_bytes(&arm->model, longer, 2));
        evaluation_free(&evaluation);
    }
    lab_free(lab);
}

#define ROW(name_, ...)                                                                       \
    {                                                                                         \
        .name = "what_is_asked_for_is_taken_" name_, .test_func = what_is_asked_for_is_taken, \
        .initial_state = &(struct asked_row)                                                  \
        {                                                                                     \
            {                                                                                 \
                __VA_ARGS__                                                                   \
            }                                                                                 \
        }                                                                                     \
    }

int main(void)
{
    /* clang-format off */
    const struct CMUnitTest tests[] = {
        ROW("by_default", { "task.name", "adding" }),
        ROW("with_a_training_set", { "training.samples", "1000000" }),
        ROW("by_a_longer_test", { "task.test_length", "900" }),
        ROW("by_large_vocabularies", { "task.name", "recall" }, { "task.symbols", "2000" },
            { "right.model", "gru+attention" }),
        ROW("by_many_numbers_in_a_step", { "task.name", "drive" }, { "task.items", "512" },
            { "task.length", "64" }, { "training.batch", "512" }, { "left.model", "linear" },
            { "right.model", "lstm" }),
        ROW("in_both_directions", { "left.direction", "both" }, { "left.state", "learned" },
            { "left.layers", "3" }, { "right.mask", "two-level" }, { "right.span", "10" },
            { "right.positions", "rope" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
