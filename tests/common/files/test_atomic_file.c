/* Tests of common/files/atomic_file.c. */
#include "tests/test.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/files/atomic_file.h"
#include "tests/common/files/scratch.h"

/*
 * This program's own fsync stands before the C library's: it looks at the disk at the moment
 * when it is called, and fails on demand. What the disk does cannot be tested; the order can.
 */
static struct {
    const char *path;    /* the file under test; NULL: do not look */
    int fail_at;         /* the call, from 1, that fails; 0: none */
    int calls;           /* so far */
    char at_call[3][64]; /* what path held at each call */
    int is_folder[3];    /* whether the call was for a folder */
} disk;

int fsync(int fd)
{
    struct stat found;
    FILE *file;

    if (disk.path == NULL)
        return 0;
    assert_in_range(disk.calls, 0, 2);
    assert_int_equal(fstat(fd, &found), 0);
    disk.is_folder[disk.calls] = S_ISDIR(found.st_mode);
    file = fopen(disk.path, "rb");
    if (file != NULL) {
        disk.at_call[disk.calls][fread(disk.at_call[disk.calls], 1, 63, file)] = '\0';
        fclose(file);
    }
    disk.calls++;
    if (disk.calls != disk.fail_at)
        return 0;
    errno = EIO;
    return -1;
}

static void watch_disk(const char *path, int fail_at)
{
    memset(&disk, 0, sizeof disk);
    disk.path = path;
    disk.fail_at = fail_at;
}

static int setup(void **state)
{
    watch_disk(NULL, 0);
    return scratch_setup(state);
}

static void write_text(const char *path, const char *text)
{
    struct atomic_file f;

    assert_int_equal(atomic_file_open(&f, path, NULL), STATUS_OK);
    fputs(text, f.file);
    assert_int_equal(atomic_file_commit(&f, NULL), STATUS_OK);
    assert_null(f.file);
    assert_null(f.path);
}

static void a_committed_file_holds_what_was_written(void **state)
{
    const struct scratch *scratch = *state;

    write_text(scratch->path, "first");
    scratch_assert_text(scratch->path, "first");
    write_text(scratch->path, "2nd");
    scratch_assert_text(scratch->path, "2nd");
    assert_int_equal(scratch_count(scratch), 1);
}

static void a_bare_name_is_written_in_the_current_folder(void **state)
{
    const struct scratch *scratch = *state;
    char before[4096];

    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(scratch->folder), 0);
    write_text("file", "here");
    assert_int_equal(chdir(before), 0);
    scratch_assert_text(scratch->path, "here");
}

static void the_old_file_stands_until_the_commit(void **state)
{
    const struct scratch *scratch = *state;
    struct atomic_file f;

    write_text(scratch->path, "old");
    assert_int_equal(atomic_file_open(&f, scratch->path, NULL), STATUS_OK);
    fputs("new", f.file);
    fflush(f.file);
    scratch_assert_text(scratch->path, "old");
    assert_int_equal(atomic_file_commit(&f, NULL), STATUS_OK);
    scratch_assert_text(scratch->path, "new");
}

static void an_abandoned_file_leaves_the_old_one_and_nothing_else(void **state)
{
    const struct scratch *scratch = *state;
    struct atomic_file f;

    write_text(scratch->path, "old");
    assert_int_equal(atomic_file_open(&f, scratch->path, NULL), STATUS_OK);
    fputs("new", f.file);
    atomic_file_abandon(&f);
    assert_null(f.file);
    atomic_file_abandon(&f);
    scratch_assert_text(scratch->path, "old");
    assert_int_equal(scratch_count(scratch), 1);
}

static void a_writer_killed_before_the_commit_leaves_the_old_file_whole(void **state)
{
    const struct scratch *scratch = *state;
    int ending;
    pid_t child;

    write_text(scratch->path, "old");
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct atomic_file f;

        if (atomic_file_open(&f, scratch->path, NULL) == STATUS_OK &&
            fputs("new", f.file) >= 0 && fflush(f.file) == 0)
            kill(getpid(), SIGKILL);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &ending, 0), child);
    assert_true(WIFSIGNALED(ending) && WTERMSIG(ending) == SIGKILL);
    scratch_assert_text(scratch->path, "old");
    write_text(scratch->path, "later"); /* what the dead one left behind is in nobody's way */
    scratch_assert_text(scratch->path, "later");
}

static void a_temporary_file_left_by_a_dead_process_of_our_number_is_replaced(void **state)
{
    const struct scratch *scratch = *state;
    char stale[2 * SCRATCH_PATH_MAX];

    snprintf(stale, sizeof stale, "%s.%lu.tmp", scratch->path, (unsigned long)getpid());
    scratch_write(stale, "a longer text than the new one", 30);
    write_text(scratch->path, "new");
    scratch_assert_text(scratch->path, "new");
    assert_int_equal(scratch_count(scratch), 1);
}

static void the_file_is_flushed_before_the_rename_and_the_folder_after(void **state)
{
    const struct scratch *scratch = *state;

    write_text(scratch->path, "old");
    watch_disk(scratch->path, 0);
    write_text(scratch->path, "new");
    assert_int_equal(disk.calls, 2);
    assert_false(disk.is_folder[0]);
    assert_string_equal(disk.at_call[0], "old");
    assert_true(disk.is_folder[1]);
    assert_string_equal(disk.at_call[1], "new");
}

static void a_file_that_cannot_be_flushed_leaves_the_old_one(void **state)
{
    const struct scratch *scratch = *state;
    struct atomic_file f;
    struct error error;

    write_text(scratch->path, "old");
    assert_int_equal(atomic_file_open(&f, scratch->path, NULL), STATUS_OK);
    fputs("new", f.file);
    watch_disk(scratch->path, 1);
    assert_int_equal(atomic_file_commit(&f, &error), STATUS_FILE);
    assert_null(f.file);
    assert_non_null(strstr(error.message, strerror(EIO)));
    scratch_assert_text(scratch->path, "old");
    assert_int_equal(scratch_count(scratch), 1);
}

static void a_folder_that_cannot_be_flushed_is_reported(void **state)
{
    const struct scratch *scratch = *state;
    struct atomic_file f;
    struct error error;

    assert_int_equal(atomic_file_open(&f, scratch->path, NULL), STATUS_OK);
    watch_disk(scratch->path, 2);
    assert_int_equal(atomic_file_commit(&f, &error), STATUS_FILE);
    assert_non_null(strstr(error.message, "folder"));
}

/* A limit on the size of files stands for a full disk. freed: there is room at the commit. */
static void check_full_disk(const struct scratch *scratch, size_t bytes, int freed)
{
    static const char line[64];
    struct rlimit limit, before;
    struct atomic_file f;
    struct error error;
    enum status status;

    write_text(scratch->path, "old");
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(atomic_file_open(&f, scratch->path, NULL), STATUS_OK);
    limit = before;
    limit.rlim_cur = 128;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    for (size_t i = 0; i < bytes; i += sizeof line)
        fwrite(line, sizeof line, 1, f.file);
    if (freed)
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    status = atomic_file_commit(&f, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(status, STATUS_FILE);
    assert_non_null(strstr(error.message, scratch->path));
    assert_non_null(strstr(error.message, "cannot write"));
    scratch_assert_text(scratch->path, "old");
    assert_int_equal(scratch_count(scratch), 1);
}

static void a_disk_that_is_full_at_the_end_leaves_the_old_file(void **state)
{
    check_full_disk(*state, 256, 0);
}

static void a_disk_that_is_full_in_the_middle_leaves_the_old_file(void **state)
{
    check_full_disk(*state, 1 << 20, 0);
}

static void a_write_that_failed_counts_even_if_the_later_ones_do_not(void **state)
{
    check_full_disk(*state, 1 << 20, 1);
}

struct bad_path {
    const char *below; /* appended to the scratch folder */
    const char *said;
};

static void a_bad_path_is_refused_when_it_is_opened(void **state)
{
    const struct scratch *scratch = *state;
    const struct bad_path *row = scratch->row;
    struct atomic_file f = { .path = NULL };
    char path[2 * SCRATCH_PATH_MAX];
    struct error error;

    write_text(scratch->path, "a file");
    snprintf(path, sizeof path, "%s%s", scratch->folder, row->below);
    assert_int_equal(atomic_file_open(&f, path, &error), STATUS_FILE);
    assert_null(f.path);
    assert_ptr_equal(strstr(error.message, path), error.message);
    assert_non_null(strstr(error.message, row->said));
    assert_int_equal(scratch_count(scratch), 1);
}

/* clang-format off */
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)
#define BAD_PATH(label, ...)                                          \
    { .name = label "_is_refused_when_it_is_opened",                  \
      .test_func = a_bad_path_is_refused_when_it_is_opened,           \
      .setup_func = setup, .teardown_func = scratch_teardown,         \
      .initial_state = &(struct bad_path){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    TEST(a_committed_file_holds_what_was_written),
    TEST(a_bare_name_is_written_in_the_current_folder),
    TEST(the_old_file_stands_until_the_commit),
    TEST(an_abandoned_file_leaves_the_old_one_and_nothing_else),
    TEST(a_writer_killed_before_the_commit_leaves_the_old_file_whole),
    TEST(a_temporary_file_left_by_a_dead_process_of_our_number_is_replaced),
    TEST(the_file_is_flushed_before_the_rename_and_the_folder_after),
    TEST(a_file_that_cannot_be_flushed_leaves_the_old_one),
    TEST(a_folder_that_cannot_be_flushed_is_reported),
    TEST(a_disk_that_is_full_at_the_end_leaves_the_old_file),
    TEST(a_disk_that_is_full_in_the_middle_leaves_the_old_file),
    TEST(a_write_that_failed_counts_even_if_the_later_ones_do_not),
    BAD_PATH("a_missing_folder",            "/missing/file", "No such file or directory"),
    BAD_PATH("a_file_in_place_of_a_folder", "/file/file",    "Not a directory"),
    BAD_PATH("a_path_that_ends_in_a_slash", "/",             "not the name of a file"),
    BAD_PATH("a_folder",                    "",              "it is a folder"),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
