/*
 * small_models.h - a small model of each kind around a task, for tests of what they share.
 */
#ifndef TESTS_COMMON_TRAINING_SMALL_MODELS_H
#define TESTS_COMMON_TRAINING_SMALL_MODELS_H

#include "common/model/sequence_model.h"
#include "common/tasks/task.h"

/* Which model learns which task. */
struct small_case {
    const char *model; /* "elman", "lstm", "gru" or "transformer" */
    const char *task;
    int length; /* of the task */
    int width;  /* 0: 6 */
    int hidden; /* 0: 11 */
    int layers; /* 0: 2 */
};

/* With two heads. Fails the test if it cannot; free with model_free. */
void small_model_create(struct sequence_model *model, struct task *task,
                        const struct small_case *small);

/* The same around a task that is there already: small->task and length are not looked at. */
void small_model_around(struct sequence_model *model, const struct task *task,
                        const struct small_case *small);

/* A real array of `count` zeros, to be freed; and a copy of one. */
real *reals_zero(size_t count);
real *reals_copy(const real *from, size_t count);

/* clang-format off */
/* Rows of a table of tests: every model on every task. */
#define SMALL_CASE(sentence, test, on, of, number)                                             \
    { .name = sentence "_of_" on "_on_" of, .test_func = test,                                 \
      .initial_state = &(struct small_case){ .model = on, .task = of, .length = number } }
#define SMALL_CASES_OF(sentence, test, on)                                                     \
    SMALL_CASE(sentence, test, on, "adding", 13),                                              \
    SMALL_CASE(sentence, test, on, "copying", 3),                                              \
    SMALL_CASE(sentence, test, on, "sort", 5)
#define SMALL_CASES(sentence, test)                                                            \
    SMALL_CASES_OF(sentence, test, "elman"), SMALL_CASES_OF(sentence, test, "lstm"),           \
    SMALL_CASES_OF(sentence, test, "gru"), SMALL_CASES_OF(sentence, test, "transformer")
/* clang-format on */

#endif
