/*
 * A small checkpoint, weight file and run.ini, cut at every length and with single bytes
 * changed: each is refused in one line, or what is loaded equals what was saved. (Of a run.ini,
 * which people may edit: or it is another configuration, which its checkpoint refuses.)
 */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/files/file_read.h"
#include "lessons/checkpoint.h"
#include "lessons/weights_file.h"
#include "tests/lessons/small_run.h"

enum { MUTATIONS = 4000, STEPS = 2 };

/* A run, one file of it as bytes, and a lab to read into. */
struct ground {
    char folder[SCRATCH_PATH_MAX], path[RUN_FILE_MAX];
    struct lab_config config;
    struct lab *saved; /* as it was saved */
    struct lab *lab;   /* what is read into */
    char *bytes;
    size_t length;
};

/* Numbers of its own: the same in every run of this test. */
static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static struct lab_config tiny_config(void)
{
    struct lab_config config = small_config("adding", "elman", NULL);

    config.task.length = 2;
    config.training.batch = 1;
    config.training.report_every = 1;
    config.training.steps = STEPS;
    config.arm[0].width = 1;
    config.arm[0].hidden = 2;
    config.arm[0].heads = 1;
    return config;
}

static void ground_create(struct ground *g, const struct scratch *scratch, const char *name)
{
    *g = (struct ground){ .config = tiny_config() };
    snprintf(g->folder, sizeof g->folder, "%s", scratch->path);
    run_write(g->folder, &g->config, STEPS);
    run_file(g->path, g->folder, name);
    assert_int_equal(file_read_all(&g->bytes, &g->length, g->path, 1 << 20, NULL), STATUS_OK);
    g->saved = lab_make(&g->config);
    lab_train(g->saved, STEPS);
    g->lab = lab_make(&g->config);
}

static void ground_free(struct ground *g)
{
    lab_free(g->saved);
    lab_free(g->lab);
    free(g->bytes);
}

/* The file with those bytes is read; STATUS_OK: into *lab. */
typedef enum status reader(struct ground *g, struct lab **lab, struct error *error);

static enum status read_checkpoint(struct ground *g, struct lab **lab, struct error *error)
{
    *lab = g->lab;
    return checkpoint_read(g->lab, g->path, error);
}

static enum status read_weights(struct ground *g, struct lab **lab, struct error *error)
{
    *lab = g->lab;
    return weights_file_read(g->path, g->lab, &g->lab->arm[0], error);
}

/* As run_resume does it, but for what it writes. The lab is a new one. */
static enum status read_configuration(struct ground *g, struct lab **lab, struct error *error)
{
    struct lab_config config;
    char path[RUN_FILE_MAX];
    enum status status = run_config(&config, g->folder, error);

    *lab = NULL;
    if (status == STATUS_OK)
        status = lab_create(lab, &config, error);
    if (status != STATUS_OK)
        return status;
    run_file(path, g->folder, "checkpoint.safetensors");
    status = checkpoint_read(*lab, path, error);
    if (status != STATUS_OK)
        lab_free(*lab);
    return status;
}

struct file_row {
    const char *name;
    reader *read;
};

/* Read the file as it is. Returns whether it was taken. */
static bool try(struct ground *g, const struct file_row *row)
{
    struct error error = { STATUS_OK, "" };
    struct lab *lab = NULL;
    enum status status;

    status = row->read(g, &lab, &error);
    if (status != STATUS_OK) {
        assert_int_equal(error.status, status);
        assert_true(status == STATUS_FILE || status == STATUS_USAGE);
        if (error.message[0] == '\0' || strchr(error.message, '\n') != NULL)
            fail_msg("\"%s\" is not one line", error.message);
        return false;
    }
    assert_same_weights(&g->saved->arm[0], &lab->arm[0]);
    assert_int_equal(lab->arm[0].trainer.step, STEPS);
    if (lab != g->lab)
        lab_free(lab);
    return true;
}

static void every_length_is_refused_or_the_same(void **state)
{
    const struct scratch *scratch = *state;
    const struct file_row *row = scratch->row;
    struct ground g;

    ground_create(&g, scratch, row->name);
    assert_true(try(&g, row));
    for (size_t length = g.length; length-- > 0;) {
        assert_int_equal(truncate(g.path, (off_t)length), 0);
        if (try(&g, row)) /* half a run.ini may say all that there is to say */
            assert_string_equal(row->name, "run.ini");
    }
    ground_free(&g);
}

/* In place: making a file anew has to wait for the disk. */
static void put_byte(const char *path, size_t at, unsigned byte)
{
    FILE *file = fopen(path, "r+b");

    assert_non_null(file);
    assert_int_equal(fseek(file, (long)at, SEEK_SET), 0);
    assert_int_equal(putc((int)byte, file), (int)byte);
    assert_int_equal(fclose(file), 0);
}

static void changed_bytes_are_refused_or_change_nothing(void **state)
{
    const struct scratch *scratch = *state;
    const struct file_row *row = scratch->row;
    uint32_t random = 1;
    int refused = 0;
    struct ground g;

    ground_create(&g, scratch, row->name);
    for (int i = 0; i < MUTATIONS; i++) {
        const size_t at = i < (int)g.length ? (size_t)i : next(&random) % g.length;
        const unsigned char before = (unsigned char)g.bytes[at];

        put_byte(g.path, at, i % 2 ? before ^ 1u << next(&random) % 8 : next(&random) & 255);
        refused += !try(&g, row);
        put_byte(g.path, at, before);
    }
    assert_true(refused > MUTATIONS / 2);
    assert_true(try(&g, row));
    ground_free(&g);
}

/* clang-format off */
#define ROW(sentence, function, ...)                                                   \
    { .name = sentence, .test_func = function,                                         \
      .setup_func = scratch_setup, .teardown_func = scratch_teardown,                  \
      .initial_state = &(struct file_row){ __VA_ARGS__ } }
#define ROWS(of, ...)                                                                  \
    ROW("every_shorter_" of "_is_refused_or_the_same",                                 \
        every_length_is_refused_or_the_same, __VA_ARGS__),                             \
    ROW("changed_bytes_of_a_" of "_are_refused_or_change_nothing",                     \
        changed_bytes_are_refused_or_change_nothing, __VA_ARGS__)
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROWS("checkpoint", "checkpoint.safetensors", read_checkpoint),
        ROWS("weight_file", "left.safetensors", read_weights),
        ROWS("configuration", "run.ini", read_configuration),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
