#include "viz/bench/bench_child.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a child sends before its result. */
struct report {
    struct error error;
    double megabytes;
};

static bool write_all(int to, const void *bytes, size_t size)
{
    const char *next = bytes;

    while (size > 0) {
        const ssize_t wrote = write(to, next, size);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        next += wrote;
        size -= (size_t)wrote;
    }
    return true;
}

static bool read_all(int from, void *bytes, size_t size)
{
    char *next = bytes;

    while (size > 0) {
        const ssize_t got = read(from, next, size);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        next += got;
        size -= (size_t)got;
    }
    return true;
}

/* getrusage counts in KiB on Linux, in bytes on macOS. */
static double resident_megabytes(void)
{
#ifdef __APPLE__
    const double unit = 1;
#else
    const double unit = 1024;
#endif
    struct rusage own, started;

    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &started);
    return 1e-6 * unit * fmax((double)own.ru_maxrss, (double)started.ru_maxrss);
}

/* The child's whole life. */
static void run_and_exit(int to, bench_work *work, const void *context, void *result,
                         size_t size)
{
    struct report report = { .error = { .status = STATUS_OK } };

    report.error.status = work(context, result, &report.error);
    report.megabytes = resident_megabytes();
    if (!write_all(to, &report, sizeof report) || !write_all(to, result, size))
        _exit(1);
    _exit(0);
}

static enum status without_answer(int code, struct error *error)
{
    if (WIFSIGNALED(code))
        return error_set(error, STATUS_FILE, "the process that measured was ended by signal %d",
                         WTERMSIG(code));
    return error_set(error, STATUS_FILE, "the process that measured ended with status %d",
                     WEXITSTATUS(code));
}

enum status bench_child_run(bench_work *work, const void *context, void *result, size_t size,
                            double *megabytes, struct error *error)
{
    struct report report;
    int ends[2], code = 0;
    bool answered;
    pid_t child;

    fflush(stdout);
    if (pipe(ends) != 0)
        return error_set(error, STATUS_FILE, "no pipe to measure through: %s", strerror(errno));
    child = fork();
    if (child == 0) {
        close(ends[0]);
        run_and_exit(ends[1], work, context, result, size);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return error_set(error, STATUS_FILE, "no process to measure in: %s", strerror(errno));
    }
    answered = read_all(ends[0], &report, sizeof report) && read_all(ends[0], result, size);
    close(ends[0]);
    while (waitpid(child, &code, 0) < 0 && errno == EINTR)
        continue;
    if (!answered)
        return without_answer(code, error);
    if (megabytes != NULL)
        *megabytes = report.megabytes;
    if (report.error.status != STATUS_OK && error != NULL)
        *error = report.error;
    return report.error.status;
}
