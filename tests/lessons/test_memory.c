/*
 * What happens when memory runs out: for n = 1, 2, 3, ... the n-th allocation of a piece of
 * work fails, until the work needs fewer. Each time it must succeed nevertheless or say why
 * not, and give back all that it took.
 *
 * The test's own malloc stands before glibc's; where that is impossible (another C library, a
 * sanitizer with a malloc of its own) the tests are skipped.
 */
#include "tests/test.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/training/probe_file.h"
#include "lessons/change.h"
#include "lessons/run.h"
#include "lessons/snapshot.h"
#include "tests/common/files/scratch.h"
#include "tests/lessons/small_lab.h"

#if defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define SANITIZED 1
#endif

/* The allocator with a countdown: file-scope, since malloc has no argument for it. */
static long countdown;   /* the allocation that fails, 1: the next; 0: none */
static bool lasting;     /* all after it fail too */
static bool failed;      /* it did */
static long live_blocks; /* allocated and not freed */

#if defined __GLIBC__ && !defined SANITIZED
enum { CAN_FAIL = 1 };

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

static bool fails_now(void)
{
    if (countdown == 0 || (countdown > 1 && countdown--))
        return false;
    if (!lasting)
        countdown = 0;
    failed = true;
    errno = ENOMEM;
    return true;
}

static void *counted(void *block)
{
    live_blocks += block != NULL;
    return block;
}

void *malloc(size_t size)
{
    return fails_now() ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *block, size_t size)
{
    void *moved;

    if (fails_now())
        return NULL;
    moved = __libc_realloc(block, size);
    live_blocks += (block == NULL && moved != NULL) - (block != NULL && moved == NULL);
    return moved;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails_now() ? NULL : counted(__libc_memalign(alignment, size));
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    if (fails_now())
        return ENOMEM;
    *block = counted(__libc_memalign(alignment, size));
    return *block == NULL ? ENOMEM : 0;
}

void free(void *block)
{
    live_blocks -= block != NULL;
    __libc_free(block);
}
#else
enum { CAN_FAIL = 0 };
#endif

/* Instead of the C library's: waiting for the disk takes time, but no memory. */
int fsync(int fd)
{
    (void)fd;
    return 0;
}

/* One attempt: what lies ready, and what the work under test makes. */
struct scene {
    struct lab_config config;
    const char *folder; /* for a new run: empty */
    const char *saved;  /* holds a run */
    const char *file;   /* for what a probe saw */
    struct lab *lab;
    struct lab *loaded;
    struct snapshot snapshot;
    struct run run;
};

typedef enum status work(struct scene *scene, struct error *error);

static enum status nothing(struct scene *scene, struct error *error)
{
    (void)scene;
    (void)error;
    return STATUS_OK;
}

static enum status create(struct scene *scene, struct error *error)
{
    return lab_create(&scene->lab, &scene->config, error);
}

static enum status probe(struct scene *scene, struct error *error)
{
    return lab_probe(scene->lab, true, error);
}

static enum status create_and_probe(struct scene *scene, struct error *error)
{
    const enum status status = create(scene, error);

    return status == STATUS_OK ? probe(scene, error) : status;
}

/* Another mask, other recurrent weights, another number of threads: all that takes memory. */
static enum status change(struct scene *scene, struct error *error)
{
    struct lab_config next = scene->lab->config;

    set(&next, "training.threads", "2");
    set(&next, "left.gain", "2");
    if (next.arm[1].model[0] != '\0')
        set(&next, "right.mask", "full");
    return lab_change(scene->lab, &next, error);
}

static enum status create_orthogonal(struct scene *scene, struct error *error)
{
    set(&scene->config, "left.initial", "orthogonal");
    return create(scene, error);
}

static enum status test_long(struct scene *scene, struct error *error)
{
    struct report report;

    return lab_test_long(scene->lab, 1, &report, error);
}

static enum status snap(struct scene *scene, struct error *error)
{
    return snapshot_take(&scene->snapshot, scene->lab, error);
}

static enum status write_probe(struct scene *scene, struct error *error)
{
    const struct safetensors_metadata metadata[] = { { "arm", "left" } };

    return probe_file_write(&scene->lab->arm[0].probe, scene->file, metadata, 1, error);
}

static enum status create_run(struct scene *scene, struct error *error)
{
    return run_create(&scene->run, scene->folder, scene->lab, true, error);
}

static enum status create_and_create_run(struct scene *scene, struct error *error)
{
    const enum status status = create(scene, error);

    return status == STATUS_OK ? create_run(scene, error) : status;
}

static enum status save_run(struct scene *scene, struct error *error)
{
    return run_save(&scene->run, scene->lab, error);
}

static enum status load_run(struct scene *scene, struct error *error)
{
    return run_load(&scene->loaded, scene->saved, error);
}

/* A configuration whose task reads a file: the lab opens it more than once. */
static void give_data(struct scene *scene, const char *task, const char *path)
{
    scene->config.task = (struct task_options){ 0 };
    set(&scene->config, "task.name", task);
    set(&scene->config, "task.file", path);
}

static enum status give_pairs(struct scene *scene, struct error *error)
{
    static const char lines[] = "a\tb\nb\tc\nc\td\nd\te\ne\tf\nf\tg\ng\th\nh\ti\ni\tj\n";

    (void)error;
    scratch_write(scene->file, lines, sizeof lines - 1);
    give_data(scene, "pairs", scene->file);
    return STATUS_OK;
}

static enum status give_text(struct scene *scene, struct error *error)
{
    (void)error;
    give_data(scene, "text", scene->saved); /* any folder with files in it */
    return STATUS_OK;
}

static enum status resume_run(struct scene *scene, struct error *error)
{
    return run_resume(&scene->run, &scene->loaded, scene->saved, NULL, error);
}

static void strike(struct scene *scene)
{
    if (scene->run.metrics != NULL)
        assert_int_equal(run_close(&scene->run, NULL), STATUS_OK);
    snapshot_free(&scene->snapshot);
    lab_free(scene->loaded);
    lab_free(scene->lab);
    scene->run = (struct run){ 0 };
    scene->loaded = scene->lab = NULL;
}

/* Replacing files has to wait for the disk; making new ones has not. */
static void empty_folder(const char *folder)
{
    static const char *const names[] = { "run.ini", "metrics.csv", "checkpoint.safetensors",
                                         "left.safetensors", "right.safetensors" };
    char path[3 * SCRATCH_PATH_MAX];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
}

struct memory_row {
    const char *task;
    work *before;               /* what must lie ready */
    work *act;                  /* what runs out of memory */
    bool lasting;               /* and never has any again */
    const char *layers, *right; /* "": the left arm alone */
};

/* Allocation n fails. Returns whether there was one. */
static bool fail_once(struct scene *scene, const struct memory_row *row, long n)
{
    const long before = live_blocks;
    struct error error = { STATUS_OK, "" };
    enum status status;

    assert_int_equal(row->before(scene, &error), STATUS_OK);
    failed = false;
    lasting = row->lasting;
    countdown = n;
    status = row->act(scene, &error);
    countdown = 0;
    if (status != STATUS_OK) {
        if (!failed)
            fail_msg("%s", error.message);
        assert_int_equal(error.status, status);
        assert_true(error.message[0] != '\0');
        assert_null(scene->loaded);
        assert_true(row->act != create || scene->lab == NULL);
    }
    strike(scene);
    empty_folder(scene->folder);
    if (live_blocks != before)
        fail_msg("allocation %ld fails (\"%s\"): %ld blocks are never freed", n, error.message,
                 live_blocks - before);
    return failed;
}

static void save_a_run(const struct lab_config *config, const char *folder)
{
    struct scene scene = { .config = *config, .folder = folder };

    assert_int_equal(create_and_create_run(&scene, NULL), STATUS_OK);
    assert_int_equal(save_run(&scene, NULL), STATUS_OK);
    strike(&scene);
}

/* Every allocation in turn, after two times without a failure for what the C library keeps. */
static void each_allocation_may_fail(void **state)
{
    const struct scratch *scratch = *state;
    const struct memory_row *row = scratch->row;
    char folder[2 * SCRATCH_PATH_MAX], saved[2 * SCRATCH_PATH_MAX];
    const bool reads = row->before == give_pairs || row->before == give_text;
    struct scene scene = { .config =
                               small_config(reads ? "sort" : row->task, "elman", "transformer"),
                           .folder = folder,
                           .saved = saved,
                           .file = scratch->path };
    long n = 1;

    if (!CAN_FAIL)
        skip();
    snprintf(folder, sizeof folder, "%s/run", scratch->folder);
    snprintf(saved, sizeof saved, "%s/saved", scratch->folder);
    set(&scene.config, "left.layers", row->layers);
    set(&scene.config, "right.layers", row->layers);
    set(&scene.config, "right.model", row->right);
    set(&scene.config, "training.samples", "8");
    set(&scene.config, "training.validate_every", "5");
    set(&scene.config, "task.test_length", "14");
    save_a_run(&scene.config, saved);
    save_a_run(&scene.config, folder);
    assert_false(fail_once(&scene, row, 0));
    while (fail_once(&scene, row, n))
        n++;
    assert_true(n > 1);
}

/* clang-format off */
#define ROW(sentence, of, ready, work, for_good, layers, right)                                               \
    { .name = sentence "_of_" of, .test_func = each_allocation_may_fail,                       \
      .setup_func = scratch_setup, .teardown_func = scratch_teardown,                          \
      .initial_state = &(struct memory_row){ of, ready, work, for_good, layers, right } }
#define ROWS(sentence, ready, work, layers, right)                                                            \
    ROW("one_allocation_may_fail_" sentence, "adding", ready, work, false, layers, right),                    \
    ROW("one_allocation_may_fail_" sentence, "sort", ready, work, false, layers, right),                      \
    ROW("memory_may_run_out_" sentence, "sort", ready, work, true, layers, right)

static const struct CMUnitTest tests[] = {
    ROWS("making_a_lab", nothing, create, "2", "transformer"),
    ROWS("probing_a_lab", create, probe, "2", "transformer"),
    ROWS("changing_a_lab", create_orthogonal, change, "2", "transformer"),
    ROWS("testing_at_another_length", create, test_long, "2", "transformer"),
    ROWS("taking_a_snapshot", create_and_probe, snap, "2", "transformer"),
    ROWS("writing_what_a_probe_saw", create_and_probe, write_probe, "2", "transformer"),
    ROWS("beginning_a_run", create, create_run, "2", "transformer"),
    ROWS("saving_a_run", create_and_create_run, save_run, "1", ""),
    ROWS("loading_a_run", nothing, load_run, "2", "transformer"),
    ROWS("going_on_with_a_run", nothing, resume_run, "1", "transformer"),
    ROW("one_allocation_may_fail_making_a_lab", "pairs", give_pairs, create, false, "2",
        "transformer"),
    ROW("one_allocation_may_fail_making_a_lab", "text", give_text, create, false, "2",
        "transformer"),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
