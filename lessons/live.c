#include "lessons/live.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "lessons/live_parts.h"
#include "lessons/run.h"

/* ------------------------------------------------------------------------- the thread's end */

bool live_next_wish(struct live *live, struct wish *wish, bool *quit, bool wait)
{
    bool found;

    pthread_mutex_lock(&live->mutex);
    live->rests = wait;
    while (wait && live->count == 0 && !live->quit)
        pthread_cond_wait(&live->wished, &live->mutex);
    live->rests = false;
    live->busy_since = clock_seconds();
    *quit = live->quit;
    found = !live->quit && live->count > 0;
    if (found) {
        *wish = live->queue[live->first];
        live->first = (live->first + 1) % LIVE_QUEUE;
        live->count--;
    }
    live->urgent = live->urgent && live->count > 0;
    pthread_mutex_unlock(&live->mutex);
    return found;
}

/*
 * A wish waits a moment for the step it came in: a hand that turns a dial all the time would
 * else keep any from being made.
 */
bool live_is_called_off(void *context)
{
    static const double PATIENCE_SECONDS = 0.25;
    struct live *live = context;
    bool called;

    pthread_mutex_lock(&live->mutex);
    called =
        live->quit || (live->urgent && clock_seconds() - live->busy_since > PATIENCE_SECONDS);
    pthread_mutex_unlock(&live->mutex);
    return called;
}

void live_note_config(struct live *live)
{
    pthread_mutex_lock(&live->mutex);
    live->config = live->lab->config;
    pthread_mutex_unlock(&live->mutex);
}

void live_publish(struct live *live)
{
    struct live_buffers *b = &live->buffers;
    int written;

    pthread_mutex_lock(&live->mutex);
    written = b->writing;
    b->writing = b->waiting;
    b->waiting = written;
    b->fresh = true;
    b->any = true;
    pthread_mutex_unlock(&live->mutex);
}

void live_refuse(struct live *live, const struct error *error)
{
    pthread_mutex_lock(&live->mutex);
    live->refusal = *error;
    pthread_mutex_unlock(&live->mutex);
}

void live_tell(struct live *live, enum live_news news, const char *path)
{
    pthread_mutex_lock(&live->mutex);
    live->news = news;
    snprintf(live->news_path, sizeof live->news_path, "%.*s", LIVE_PATH_MAX - 1, path);
    pthread_mutex_unlock(&live->mutex);
}

/* ----------------------------------------------------------------------- from start to stop */

/* The lab is the thread's from now on, in every case. */
static enum status start(struct live **live, struct lab *lab, struct error *error)
{
    struct live *made = calloc(1, sizeof *made);

    if (made == NULL) {
        lab_free(lab);
        return error_set(error, STATUS_NO_MEMORY, "no memory for a live lab");
    }
    made->busy_since = clock_seconds();
    made->interrupt = (struct interrupt){ live_is_called_off, made };
    made->buffers.writing = 0;
    made->buffers.waiting = 1;
    made->buffers.reading = 2;
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->wished, NULL);
    live_begin_lab(made, lab);
    if (pthread_create(&made->thread, NULL, live_thread, made) != 0) {
        pthread_cond_destroy(&made->wished);
        pthread_mutex_destroy(&made->mutex);
        past_free(&made->past);
        lab_free(lab);
        free(made);
        return error_set(error, STATUS_NO_MEMORY, "the training thread cannot be started");
    }
    *live = made;
    return STATUS_OK;
}

enum status live_start(struct live **live, const struct lab_config *config, struct error *error)
{
    struct lab *lab;
    const enum status status = lab_create(&lab, config, error);

    return status == STATUS_OK ? start(live, lab, error) : status;
}

enum status live_open(struct live **live, const char *folder, struct error *error)
{
    struct lab *lab;
    const enum status status = run_open(&lab, folder, error);

    return status == STATUS_OK ? start(live, lab, error) : status;
}

void live_stop(struct live *live)
{
    if (live == NULL)
        return;
    pthread_mutex_lock(&live->mutex);
    live->quit = true;
    pthread_cond_signal(&live->wished);
    pthread_mutex_unlock(&live->mutex);
    pthread_join(live->thread, NULL);
    pthread_cond_destroy(&live->wished);
    pthread_mutex_destroy(&live->mutex);
    for (int i = 0; i < ARMS_MAX; i++)
        generation_free(&live->generation[i]);
    claims_live_free(&live->claims);
    past_free(&live->past);
    lab_free(live->lab);
    for (int i = 0; i < LIVE_BUFFERS; i++)
        snapshot_free(&live->buffers.snapshot[i]);
    free(live);
}

/* ---------------------------------------------------------------------------- the other end */

bool live_send(struct live *live, const struct wish *wish)
{
    struct wish *last;
    bool room;

    assert(wish->kind < WISH_KINDS);
    pthread_mutex_lock(&live->mutex);
    last = live->count > 0 ? &live->queue[(live->first + live->count - 1) % LIVE_QUEUE] : NULL;
    room = live->count < LIVE_QUEUE;
    if (last != NULL && last->kind == WISH_LOOK && wish->kind == WISH_LOOK) {
        *last = *wish; /* a hand that scrubs is faster than a step: the last place counts */
        room = true;
    } else if (room) {
        live->queue[(live->first + live->count) % LIVE_QUEUE] = *wish;
        live->count++;
        live->urgent = live->urgent || live_discards(wish, &live->config);
        pthread_cond_signal(&live->wished);
    }
    pthread_mutex_unlock(&live->mutex);
    return room;
}

const struct snapshot *live_latest(struct live *live, bool *changed)
{
    struct live_buffers *b = &live->buffers;
    const struct snapshot *latest = NULL;

    pthread_mutex_lock(&live->mutex);
    *changed = b->fresh;
    if (b->fresh) {
        const int read = b->reading;

        b->reading = b->waiting;
        b->waiting = read;
        b->fresh = false;
    }
    if (b->any)
        latest = &b->snapshot[b->reading];
    pthread_mutex_unlock(&live->mutex);
    return latest;
}

bool live_refusal(struct live *live, struct error *error)
{
    bool any;

    pthread_mutex_lock(&live->mutex);
    any = live->refusal.status != STATUS_OK;
    *error = live->refusal;
    live->refusal = (struct error){ .status = STATUS_OK };
    pthread_mutex_unlock(&live->mutex);
    return any;
}

double live_busy_seconds(struct live *live)
{
    double seconds;

    pthread_mutex_lock(&live->mutex);
    seconds = live->rests ? 0 : clock_seconds() - live->busy_since;
    pthread_mutex_unlock(&live->mutex);
    return seconds;
}

enum live_news live_news(struct live *live, char path[LIVE_PATH_MAX])
{
    enum live_news news;

    pthread_mutex_lock(&live->mutex);
    news = live->news;
    memcpy(path, live->news_path, LIVE_PATH_MAX);
    live->news = NEWS_NONE;
    pthread_mutex_unlock(&live->mutex);
    return news;
}
