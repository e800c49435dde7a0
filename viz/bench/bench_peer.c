#include "viz/bench/bench_peer.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "common/clock.h"
#include "viz/commands/interrupt.h"
#include "viz/commands/report_json.h"

static const double FAREWELL_SECONDS = 1;

/* --------------------------------------------------------------------------- start and stop */

/*
 * The child: a group of its own, so that all that it starts can be ended with it. How long
 * OpenMP's threads spin is what main chose for us, not for others.
 */
static void become_peer(const char *command, int in, int out)
{
    setpgid(0, 0);
    unsetenv("GOMP_SPINCOUNT");
    if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0)
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static void close_both(int ends[2])
{
    close(ends[0]);
    close(ends[1]);
}

/* So that neither the peer nor what is measured beside it keeps the other's end open. */
static void close_on_exec(int ends[2])
{
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
}

enum status bench_peer_start(struct bench_peer *peer, const char *command, double patience,
                             struct error *error)
{
    int to[2], from[2];
    pid_t process;

    if (pipe(to) != 0)
        return error_set(error, STATUS_FILE, "no pipe to a peer: %s", strerror(errno));
    if (pipe(from) != 0) {
        close_both(to);
        return error_set(error, STATUS_FILE, "no pipe from a peer: %s", strerror(errno));
    }
    close_on_exec(to);
    close_on_exec(from);
    fflush(stdout);
    process = fork();
    if (process == 0)
        become_peer(command, to[0], from[1]);
    close(to[0]);
    close(from[1]);
    if (process < 0) {
        close(to[1]);
        close(from[0]);
        return error_set(error, STATUS_FILE, "no process for a peer: %s", strerror(errno));
    }
    setpgid(process, process); /* whichever of the two comes first */
    *peer = (struct bench_peer){
        .process = process, .to = to[1], .from = from[0], .patience = patience
    };
    return STATUS_OK;
}

static bool has_ended(pid_t process, double seconds)
{
    const double begin = clock_seconds();

    while (waitpid(process, NULL, WNOHANG) == 0) {
        if (clock_seconds() - begin > seconds)
            return false;
        nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
    }
    return true;
}

void bench_peer_stop(struct bench_peer *peer)
{
    if (peer->process == 0)
        return;
    close(peer->to);
    close(peer->from);
    if (has_ended(peer->process, FAREWELL_SECONDS)) {
        kill(-peer->process, SIGKILL); /* what it started and left behind */
    } else {
        kill(-peer->process, SIGKILL);
        waitpid(peer->process, NULL, 0);
    }
    *peer = (struct bench_peer){ 0 };
}

/* ------------------------------------------------------------------------------------ talk */

/* A peer that is gone is a write that fails, not a signal. */
static bool send_line(const struct bench_peer *peer, const char *line)
{
    const size_t length = strlen(line);
    struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
    ssize_t wrote;

    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, &before);
    do
        wrote = write(peer->to, line, length); /* shorter than what a pipe takes at once */
    while (wrote < 0 && errno == EINTR);
    sigaction(SIGPIPE, &before, NULL);
    return wrote == (ssize_t)length;
}

/* How it ended, as far as can be seen: a peer that closes its output is about to. */
static enum status say_ended(struct bench_peer *peer, struct error *error)
{
    const double begin = clock_seconds();
    int code = 0;
    pid_t ended = 0;

    while (ended == 0 && clock_seconds() - begin < 0.2) {
        ended = waitpid(peer->process, &code, WNOHANG);
        if (ended == 0)
            nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
    if (ended == 0)
        return error_set(error, STATUS_FILE, "the peer closed its output");
    kill(-peer->process, SIGKILL);
    close(peer->to);
    close(peer->from);
    peer->process = 0;
    if (WIFSIGNALED(code))
        return error_set(error, STATUS_FILE, "the peer was ended by signal %d", WTERMSIG(code));
    return error_set(error, STATUS_FILE, "the peer ended with status %d and without an answer",
                     WEXITSTATUS(code));
}

/* Take a whole line out of what is held; false if there is none yet. */
static bool take_line(struct bench_peer *peer, char line[BENCH_LINE_MAX])
{
    const char *end = memchr(peer->held, '\n', (size_t)peer->held_count);
    int length;

    if (end == NULL)
        return false;
    length = (int)(end - peer->held);
    memcpy(line, peer->held, (size_t)length);
    line[length] = '\0';
    peer->held_count -= length + 1;
    memmove(peer->held, end + 1, (size_t)peer->held_count);
    return true;
}

static enum status read_line(struct bench_peer *peer, char line[BENCH_LINE_MAX],
                             struct error *error)
{
    const double begin = clock_seconds();

    while (!take_line(peer, line)) {
        struct pollfd poll_from = { .fd = peer->from, .events = POLLIN };
        const double left = peer->patience - (clock_seconds() - begin);
        ssize_t got;

        if (peer->held_count == BENCH_LINE_MAX)
            return error_set(error, STATUS_FILE,
                             "the peer wrote a line of more than %d characters: \"%.40s...\"",
                             BENCH_LINE_MAX, peer->held);
        if (interrupt_caught())
            return error_set(error, STATUS_FILE, "waiting for the peer was interrupted");
        if (left <= 0)
            return error_set(error, STATUS_FILE, "the peer said nothing for %g seconds",
                             peer->patience);
        if (poll(&poll_from, 1, (int)(1e3 * left) + 1) <= 0)
            continue;
        got = read(peer->from, peer->held + peer->held_count,
                   (size_t)(BENCH_LINE_MAX - peer->held_count));
        if (got == 0)
            return say_ended(peer, error);
        if (got > 0)
            peer->held_count += (int)got;
    }
    return STATUS_OK;
}

enum status bench_peer_ask(struct bench_peer *peer, const char *shape, double seconds,
                           struct bench_answer *answer, struct error *error)
{
    char line[BENCH_LINE_MAX];
    enum status status;

    snprintf(line, sizeof line, "%s %g\n", shape, seconds);
    if (!send_line(peer, line))
        return say_ended(peer, error);
    status = read_line(peer, line, error);
    return status == STATUS_OK ? bench_answer_read(answer, line, shape, error) : status;
}

/* ---------------------------------------------------------------------------------- answer */

/* NULL, or what is wrong with it. */
static const char *read_ways(struct bench_answer *answer, const cJSON *milliseconds)
{
    const cJSON *way;

    if (!cJSON_IsObject(milliseconds))
        return "has neither \"milliseconds\" nor \"error\"";
    cJSON_ArrayForEach(way, milliseconds)
    {
        struct bench_way *read = &answer->ways[answer->count];

        if (answer->count == BENCH_WAYS_MAX)
            return "has more than 4 ways";
        if (!cJSON_IsNumber(way) || !(way->valuedouble > 0) || isinf(way->valuedouble))
            return "has a time that is no number above 0";
        if (strlen(way->string) >= BENCH_WAY_NAME)
            return "has a way with a name of more than 15 characters";
        strcpy(read->name, way->string);
        read->milliseconds = way->valuedouble;
        answer->count++;
    }
    return answer->count == 0 ? "has no milliseconds" : NULL;
}

enum status bench_answer_read(struct bench_answer *answer, const char *line, const char *shape,
                              struct error *error)
{
    cJSON *object = cJSON_Parse(line);
    const char *named = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "shape"));
    struct bench_answer read = { 0 };
    const char *wrong = NULL;

    if (object == NULL)
        wrong = "is no JSON object";
    else if (named == NULL || strcmp(named, shape) != 0)
        wrong = "is not about the shape that was asked for";
    else {
        json_get_text(read.error, BENCH_SAID_MAX, object, "error");
        json_get_text(read.peer, BENCH_SAID_MAX, object, "peer");
        if (read.error[0] == '\0')
            wrong = read_ways(&read, cJSON_GetObjectItemCaseSensitive(object, "milliseconds"));
    }
    cJSON_Delete(object);
    if (wrong != NULL)
        return error_set(error, STATUS_FILE,
                         "the peer was asked for %s, and its answer %s: \"%.100s\"", shape,
                         wrong, line);
    *answer = read;
    return STATUS_OK;
}
