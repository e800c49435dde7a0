/*
 * task_fixture.h - what the tests of tasks ask again and again.
 */
#ifndef TESTS_COMMON_TASKS_TASK_FIXTURE_H
#define TESTS_COMMON_TASKS_TASK_FIXTURE_H

#include "common/tasks/task.h"
#include "tests/test.h"

/* The task of these options, which must open; and a batch for it. */
struct task task_of(const struct task_options *options);
struct batch batch_of(const struct task *task, int size);

/* The same, filled with batch `index` of that purpose. */
struct batch filled(const struct task *task, int size, enum random_purpose purpose,
                    uint64_t index);

static inline int token_at(const struct batch *batch, int b, int t)
{
    return batch->tokens[t * batch->extent.batch + b];
}

static inline int class_at(const struct batch *batch, int b, int t)
{
    return batch->classes[t * batch->extent.batch + b];
}

/* Are sequence i of a and sequence j of b the same, length, input and target? */
bool same_sequence(const struct batch *a, int i, const struct batch *b, int j);

/* The targets of all scored steps of sequence b, with blanks between: "even odd". Free it. */
char *answers_of(const struct task *task, const struct batch *batch, int b);

/* The input texts of the outlined steps of sequence b, with blanks between. Free it. */
char *marked_of(const struct task *task, const struct batch *batch, int b);

/* Fails unless 4 standard deviations of a binomial hold `seen` of n at probability p. */
void assert_frequency(long seen, long n, double p);

/*
 * Fails if numbers so uneven come about once in 30,000 times when all cells are alike:
 * Pearson's chi-squared, as a normal deviate by Wilson and Hilferty's cube root (1931), above
 * 4.
 */
void assert_uniform(const long *seen, int cells);

/* Rows of tables: initial_state points to one. */

struct reads_row {
    struct task_options options;
    const char *text;    /* what a person writes */
    const char *renders; /* how it reads back; NULL: as it was written */
    const char *answers; /* of its scored steps */
    const char *marked;  /* what is outlined */
};
void a_text_reads_as_a_sequence(void **state);

struct refused_row {
    struct task_options options;
    const char *text;    /* NULL: the options themselves are refused */
    const char *said[5]; /* what the one line must say */
};
void a_text_or_option_is_refused(void **state);

/* clang-format off */
#define READS(label, ...)                                                                      \
    { .name = label, .test_func = a_text_reads_as_a_sequence,                                  \
      .initial_state = &(struct reads_row){ __VA_ARGS__ } }
#define REFUSES(label, ...)                                                                    \
    { .name = label "_is_refused", .test_func = a_text_or_option_is_refused,                   \
      .initial_state = &(struct refused_row){ __VA_ARGS__ } }
/* clang-format on */

#endif
