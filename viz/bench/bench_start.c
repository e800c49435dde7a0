#include "viz/bench/bench_start.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "viz/bench/bench_child.h"
#include "viz/bench/bench_training.h"
#include "viz/commands/report_json.h"

#ifndef DUET_NO_WINDOW
#include "viz/window/window.h"
#endif

/* In the environment: the descriptor to which the started program says that it has drawn. */
static const char variable[] = "DUET_BENCH_START";

enum { LESSON = 3, PATIENCE_MS = 60000 };

/* ----------------------------------------------------------------- in the started program */

#ifndef DUET_NO_WINDOW
static enum window_next say_drawn(void *context, const struct window_drawn *drawn)
{
    const int *to = context;

    if (!drawn->complete)
        return WINDOW_WAIT;
    /* once is enough; who asks looks at our memory, and ends us */
    return write(*to, "!", 1) == 1 ? WINDOW_CLOSE : WINDOW_WAIT;
}

static enum status show_window(const char *descriptor, struct error *error)
{
    int to = (int)strtol(descriptor, NULL, 10);
    struct lesson_list lessons = { 0 };
    const struct window_options options = {
        .lessons = &lessons, .lesson = LESSON, .drawn = say_drawn, .context = &to
    };
    enum status status = lessons_read(&lessons, error);

    if (status == STATUS_OK)
        status = window_run(&options, error);
    lesson_list_free(&lessons);
    return status;
}
#endif

/* ------------------------------------------------------------------- in the one that asks */

static const struct start {
    const char *name;
    const char *words[4]; /* ends with NULL */
    bool draws;           /* until it says that it has, else until it ends */
} starts[] = {
    { "duet --version", { "duet", "--version", NULL }, false },
#ifndef DUET_NO_WINDOW
    { "duet lesson 3, the first picture", { "duet", "bench", "--start", NULL }, true },
#endif
};
enum { STARTS = sizeof starts / sizeof starts[0] };

struct started {
    double seconds;
    double resident_megabytes; /* when it had drawn; NaN: not known */
};

/* The child's end: the program as it would be started, but that nobody sees its window. */
static void become(const struct start *start, int to)
{
    const int nowhere = open("/dev/null", O_WRONLY);
    char descriptor[16];

    snprintf(descriptor, sizeof descriptor, "%d", to);
    dup2(nowhere, STDOUT_FILENO);
    unsetenv("GOMP_SPINCOUNT"); /* main sets it, and begins again */
    if (setenv("SDL_VIDEODRIVER", "dummy", 1) == 0 && setenv(variable, descriptor, 1) == 0)
        execv("/proc/self/exe", (char *const *)start->words);
    _exit(127);
}

/* The resident memory of a process now, by Linux's account of it; NaN: there is none. */
static double resident_megabytes(pid_t process)
{
    char path[64];
    long whole, resident;
    double megabytes = (double)NAN;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/statm", (long)process);
    file = fopen(path, "r");
    if (file == NULL)
        return megabytes;
    if (fscanf(file, "%ld %ld", &whole, &resident) == 2)
        megabytes = 1e-6 * (double)resident * (double)sysconf(_SC_PAGESIZE);
    fclose(file);
    return megabytes;
}

/* True when something was written; false at the end of the pipe, or after too long. */
static bool wait_for_word(int from)
{
    struct pollfd poll_from = { .fd = from, .events = POLLIN };
    char word;
    int ready;

    do
        ready = poll(&poll_from, 1, PATIENCE_MS);
    while (ready < 0 && errno == EINTR);
    return ready > 0 && read(from, &word, 1) == 1;
}

/* Runs in a child of its own, so that memory of what it starts is that of one start. */
static enum status start_once(const void *context, void *result, struct error *error)
{
    const struct start *start = context;
    struct started *started = result;
    const double begin = clock_seconds();
    int ends[2], code = 0;
    bool drawn = false;
    pid_t process;

    started->resident_megabytes = (double)NAN;
    if (pipe(ends) != 0)
        return error_set(error, STATUS_FILE, "no pipe to measure through: %s", strerror(errno));
    process = fork();
    if (process == 0)
        become(start, ends[1]);
    close(ends[1]);
    if (process < 0)
        return error_set(error, STATUS_FILE, "no process to start: %s", strerror(errno));
    if (start->draws) {
        drawn = wait_for_word(ends[0]);
        started->seconds = clock_seconds() - begin;
        started->resident_megabytes = resident_megabytes(process);
        kill(process, SIGKILL);
    }
    while (waitpid(process, &code, 0) < 0 && errno == EINTR)
        continue;
    if (!start->draws)
        started->seconds = clock_seconds() - begin;
    if (start->draws ? !drawn : !WIFEXITED(code) || WEXITSTATUS(code) != 0)
        return error_set(error, STATUS_FILE, "`%s` did not come to that", start->name);
    return STATUS_OK;
}

static cJSON *start_json(const struct start *start, const struct started *started,
                         double megabytes)
{
    cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "start", start->name);
    json_number(object, "milliseconds", 1e3 * started->seconds);
    json_number(object, "resident_megabytes", started->resident_megabytes);
    json_number(object, "megabytes", megabytes);
    return object;
}

static enum status print(const struct bench_report *report, const struct start *start,
                         const struct started *started, double megabytes, struct error *error)
{
    char text[160], resident[16] = "-";

    if (!isnan(started->resident_megabytes))
        snprintf(resident, sizeof resident, "%.1f", started->resident_megabytes);
    snprintf(text, sizeof text,
             report->format == BENCH_MARKDOWN ? "| `%s` | %.0f | %s | %.1f |"
                                              : "%-34s %12.1f %12s %9.1f",
             start->name, 1e3 * started->seconds, resident, megabytes);
    return bench_report_line(
        report, text,
        report->format == BENCH_JSON ? start_json(start, started, megabytes) : NULL, error);
}

static enum status measure(const struct start *start, int rounds,
                           const struct bench_report *report, struct error *error)
{
    double seconds[BENCH_ROUNDS_MOST], most = 0;
    struct started started = { 0 };
    enum status status = STATUS_OK;

    for (int round = 0; round < rounds && status == STATUS_OK; round++) {
        double megabytes = 0;

        status =
            bench_child_run(start_once, start, &started, sizeof started, &megabytes, error);
        seconds[round] = started.seconds;
        most = fmax(most, megabytes);
    }
    if (status != STATUS_OK)
        return status;
    started.seconds = bench_median(seconds, rounds);
    return print(report, start, &started, most, error);
}

enum status bench_start(const struct bench_plan *plan, enum bench_format format,
                        struct error *error)
{
    const struct bench_report report = { .format = format };
    enum status status = STATUS_OK;

#ifndef DUET_NO_WINDOW
    if (getenv(variable) != NULL)
        return show_window(getenv(variable), error);
#endif
    if (format == BENCH_TABLE)
        printf("%-34s %12s %12s %9s\n", "start", "milliseconds", "resident MB", "at most");
    else if (format == BENCH_MARKDOWN)
        puts("| start | ms | resident MB | at most |\n|---|---|---|---|");
    for (int i = 0; i < STARTS && status == STATUS_OK; i++)
        status = measure(&starts[i], plan->rounds, &report, error);
    return status;
}
