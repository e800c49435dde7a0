/*
 * scratch.h - a folder of its own for each test that touches files. A row of a table reaches
 * its test through it:
 *
 *     { .name = ..., .test_func = ..., .setup_func = scratch_setup,
 *       .teardown_func = scratch_teardown, .initial_state = &(struct row){ ... } }
 */
#ifndef TESTS_COMMON_FILES_SCRATCH_H
#define TESTS_COMMON_FILES_SCRATCH_H

#include <stddef.h>

enum { SCRATCH_PATH_MAX = 512 };

struct scratch {
    const void *row;               /* the initial_state of the test */
    char folder[SCRATCH_PATH_MAX]; /* empty when the test begins, removed when it ends */
    char path[SCRATCH_PATH_MAX];   /* folder/file, for tests that need one file */
};

/* cmocka's fixtures: *state becomes a struct scratch. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

/* How many files and folders the folder holds. */
size_t scratch_count(const struct scratch *scratch);

/* Make the file at path hold exactly these bytes. Fails the test if it cannot. */
void scratch_write(const char *path, const void *bytes, size_t length);

/* Fail the test unless the file at path holds exactly this text. */
void scratch_assert_text(const char *path, const char *text);

#endif
