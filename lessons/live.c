#include "lessons/live.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/numeric/parallel.h"
#include "lessons/change.h"
#include "lessons/claims_live.h"
#include "lessons/lab.h"
#include "lessons/past.h"
#include "lessons/run_keep.h"

enum { QUEUE = 256 /* a hand paints many cells in one frame */, BUFFERS = 3 };

/*
 * Looking may take this share of the thread's time: one probe rests for so many times its own
 * cost.
 */
static const double REST_ONE = 40, REST_MANY = 100;

/* Between two training steps all arms together may write for so long. */
static const double WRITING_SECONDS = 0.008;

/*
 * Somebody has to draw the pictures, too: where no core is free for that, fewer are enough to
 * see things move.
 */
static const double SECONDS_WITH_A_FREE_CORE = 1.0 / 20, SECONDS_WITHOUT = 1.0 / 12;

/*
 * Who has which of the three snapshots: the writer one, the reader one, and one is on its way.
 */
struct buffers {
    struct snapshot snapshot[BUFFERS];
    int writing, waiting, reading;
    bool fresh; /* `waiting` is newer than `reading` */
    bool any;   /* something has been published */
};

struct live {
    pthread_t thread;
    pthread_mutex_t mutex; /* guards what follows; held for a few instructions only */
    pthread_cond_t wished;
    struct wish queue[QUEUE];
    int first, count;
    bool quit;
    struct error refusal;
    enum live_news news;
    char news_path[LIVE_PATH_MAX];
    struct buffers buffers;

    /* the thread's own */
    struct lab *lab;
    enum writes writes; /* what its task can */
    struct generation generation[ARMS_MAX];
    struct claims_live claims;
    struct past past;
    bool unprobed;      /* a wish has come since the last probe */
    bool unprobed_many; /* and the 64 fixed sequences have to be looked at again */
    bool running;
    long steps_left;           /* wished single steps */
    long alone_left[ARMS_MAX]; /* of one arm only */
    unsigned long serial;
    double next_picture, next_many; /* times before which nothing is probed again */
    double next_written;            /* the same of what arms write while the lab stands */
    double rate;                    /* steps per second, lately */
    double rate_since;
    long rate_from;
};

/* Steps per second over at least half a second; 0 while standing still. */
static void measure_rate(struct live *live)
{
    const double span = clock_seconds() - live->rate_since;

    if (!live->running)
        live->rate = 0;
    if (span < 0.5)
        return;
    if (live->running)
        live->rate = (double)(live->lab->step - live->rate_from) / span;
    live->rate_since = clock_seconds();
    live->rate_from = live->lab->step;
}

/* Hand the snapshot just written over to the reader. */
static void publish(struct live *live)
{
    struct buffers *b = &live->buffers;
    int written;

    pthread_mutex_lock(&live->mutex);
    written = b->writing;
    b->writing = b->waiting;
    b->waiting = written;
    b->fresh = true;
    b->any = true;
    pthread_mutex_unlock(&live->mutex);
}

static bool trains_on_every_core(const struct live *live)
{
    return live->lab->arm[0].trainer.threads >= parallel_available();
}

/* Take a picture of what was probed last. False: no memory, it is left out. */
static bool take_picture(struct live *live)
{
    struct snapshot *snapshot = &live->buffers.snapshot[live->buffers.writing];

    if (snapshot_take(snapshot, live->lab, NULL) != STATUS_OK)
        return false;
    snapshot->serial = ++live->serial;
    snapshot->running = live->running;
    snapshot->every_core = trains_on_every_core(live);
    snapshot->steps_per_second = live->rate;
    past_show(&live->past, snapshot);
    snapshot->claims = live->claims.now;
    snapshot->writes = live->writes;
    for (int i = 0; i < snapshot->arms; i++)
        snapshot->arm[i].written = live->generation[i].written;
    publish(live);
    return true;
}

/*
 * Measure what is looked at, if that can have changed: a past moment only changes with a wish.
 * The 64 fixed sequences of one moment must not be seen beside another's pinned one.
 */
static enum status probe(struct live *live, bool many, struct error *error)
{
    enum status status;

    if (live->lab->looking_at != LAB_NOW && !live->unprobed)
        return STATUS_OK;
    status = lab_probe(live->lab, many || live->unprobed_many, error);
    if (status == STATUS_OK)
        live->unprobed = live->unprobed_many = false;
    return status;
}

/*
 * Probe and show. `many`: the 64 fixed sequences too. A picture that finds no memory is left
 * out.
 */
static void show(struct live *live, bool many)
{
    const double begin = clock_seconds();
    const bool every_core = trains_on_every_core(live);
    double cost;
    bool probed;

    measure_rate(live);
    probed = probe(live, many, NULL) == STATUS_OK;
    if (probed)
        claims_live_look(&live->claims, live->lab); /* at step 0, before any step */
    if (!probed || !take_picture(live)) {
        live->next_picture = clock_seconds() + 1; /* memory may come back */
        return;
    }
    cost = clock_seconds() - begin;
    if (many)
        live->next_many = clock_seconds() + REST_MANY * cost;
    live->next_picture =
        clock_seconds() + fmax(every_core ? SECONDS_WITHOUT : SECONDS_WITH_A_FREE_CORE,
                               many ? 0 : REST_ONE * cost);
}

static void refuse(struct live *live, const struct error *error)
{
    pthread_mutex_lock(&live->mutex);
    live->refusal = *error;
    pthread_mutex_unlock(&live->mutex);
}

static void forget_steps(struct live *live)
{
    live->steps_left = 0;
    memset(live->alone_left, 0, sizeof live->alone_left);
}

/* Steps are counted from here on. */
static void begin_way(struct live *live)
{
    forget_steps(live);
    live->rate_from = live->lab->step;
    live->rate_since = clock_seconds();
    live->rate = 0;
    live->unprobed_many = true;
}

static void begin_lab(struct live *live, struct lab *lab)
{
    live->lab = lab;
    claims_live_restart(&live->claims);
    past_free(&live->past);
    past_begin(&live->past, lab);
    begin_way(live);
    for (int i = 0; i < ARMS_MAX; i++)
        generation_free(&live->generation[i]);
    if (generation_writes(&lab->task, &live->writes, NULL) != STATUS_OK)
        live->writes = WRITES_NOTHING;
}

/* The sequence that the old lab looked at; the first if it was a hand's, and is none here. */
static void pin_as_before(struct lab *lab, const struct lab *old)
{
    char *text = old->sample == LAB_OWN_INPUT
                     ? task_render(&old->task, &old->arm[0].probe.one, 0)
                     : NULL;

    if (text == NULL || lab_input(lab, text, NULL) != STATUS_OK)
        lab_pin(lab, old->sample >= 0 ? old->sample : 0);
    free(text);
}

/* A new lab in place of the old one, looking at the same sequence and output. */
static void restart(struct live *live, const struct lab_config *config)
{
    struct lab *old = live->lab, *lab;
    struct error error;

    if (lab_create(&lab, config, &error) != STATUS_OK) {
        refuse(live, &error);
        return;
    }
    lab_average(lab, old->arm[0].probe.average);
    lab_raw(lab, old->raw);
    pin_as_before(lab, old);
    lab_loss_at(lab, old->arm[0].probe.from == PROBE_MEAN ? LAB_ALL_OUTPUTS
                                                          : old->arm[0].probe.loss_at);
    begin_lab(live, lab); /* nobody writes from the old one any more */
    lab_free(old);
}

static void look(struct live *live, long step)
{
    struct error error;

    if (history_look(&live->past.history, live->lab, step, &error) != STATUS_OK)
        refuse(live, &error);
    live->unprobed_many = true;
}

/* Without a restart, if that is possible. */
static void change(struct live *live, const struct lab_config *config)
{
    struct error error;

    if (!change_is_at_once(&live->lab->config, config))
        restart(live, config);
    else if (lab_change(live->lab, config, &error) != STATUS_OK)
        refuse(live, &error);
    else if (live->lab->looking_at != LAB_NOW) /* with other layers, perhaps */
        look(live, live->lab->looking_at);
    for (int i = 0; i < live->lab->arms; i++)
        generation_check(&live->generation[i], &live->lab->arm[i]);
}

static void tell(struct live *live, enum live_news news, const char *path)
{
    pthread_mutex_lock(&live->mutex);
    live->news = news;
    snprintf(live->news_path, sizeof live->news_path, "%.*s", LIVE_PATH_MAX - 1, path);
    pthread_mutex_unlock(&live->mutex);
}

/* Between two steps, so that it is one moment of the lab. */
static void save_run(struct live *live, const char *begin)
{
    char name[LIVE_PATH_MAX + 32], folder[RUN_PATH_MAX];
    struct error error;

    snprintf(name, sizeof name, "%s-step%ld-run", begin, live->lab->step);
    if (run_keep(folder, name, live->lab, &error) == STATUS_OK)
        tell(live, NEWS_SAVED, folder);
    else
        refuse(live, &error);
}

/* On failure the lab that there is goes on. */
static void open_run(struct live *live, const char *folder)
{
    struct lab *lab;
    struct error error;

    if (run_open(&lab, folder, &error) != STATUS_OK) {
        refuse(live, &error);
        return;
    }
    lab_average(lab, live->lab->arm[0].probe.average);
    lab_raw(lab, live->lab->raw);
    lab_free(live->lab);
    begin_lab(live, lab);
    live->running = false;
    tell(live, NEWS_OPENED, folder);
}

/* Running pauses there. */
static bool is_at_end(const struct lab *lab)
{
    return lab->limit > 0 && lab->step >= lab->limit;
}

/* Once more as long. */
static void train_longer(struct live *live)
{
    struct lab *lab = live->lab;
    struct error error;

    if (lab_extend(lab, lab->step + lab->config.training.steps, &error) != STATUS_OK)
        refuse(live, &error);
}

static void edit(struct live *live, const struct wish *wish)
{
    struct error error;

    if (wish->number >= live->lab->arms)
        return; /* of a lab that there is no more */
    if (!lab_edit(live->lab, (int)wish->number, &wish->edit)) {
        lab_edit_refusal(live->lab, (int)wish->number, &wish->edit, &error);
        refuse(live, &error);
    }
}

static void input(struct live *live, const struct wish *wish)
{
    struct error error;

    if (lab_input(live->lab, wish->generation.prompt, &error) != STATUS_OK)
        refuse(live, &error);
}

static void generate(struct live *live, const struct wish *wish)
{
    for (int i = 0; i < live->lab->arms; i++)
        if (wish->number < 0 || wish->number == i)
            generation_begin(&live->generation[i], live->lab, &live->lab->arm[i],
                             &wish->generation);
}

static void fork_from_there(struct live *live, const struct lab_config *config)
{
    struct error error;

    if (past_fork(&live->past, live->lab, config->task.name[0] != '\0' ? config : NULL,
                  &error) != STATUS_OK)
        refuse(live, &error);
    for (int i = 0; i < live->lab->arms; i++)
        generation_check(&live->generation[i], &live->lab->arm[i]);
    begin_way(live);
}

/* Of the pinned sequence alone: the 64 fixed ones need no other look. */
static bool is_of_the_pinned(const struct wish *wish)
{
    return wish->kind == WISH_SAMPLE || wish->kind == WISH_EDIT ||
           wish->kind == WISH_EDITS_CLEAR || wish->kind == WISH_INPUT ||
           wish->kind == WISH_GENERATE || wish->kind == WISH_GENERATE_MORE ||
           wish->kind == WISH_CLAIMS;
}

static void apply(struct live *live, const struct wish *wish)
{
    live->unprobed = true;
    if (live->lab->looking_at != LAB_NOW && !is_of_the_pinned(wish))
        live->unprobed_many = true;
    switch (wish->kind) {
    case WISH_RUN:
        live->running = true;
        forget_steps(live);
        if (is_at_end(live->lab))
            train_longer(live);
        break;
    case WISH_PAUSE:
        live->running = false;
        forget_steps(live);
        break;
    case WISH_STEP:
        live->running = false;
        live->steps_left += wish->number;
        break;
    case WISH_STEP_ARM:
        live->running = false;
        if (wish->number < live->lab->arms)
            live->alone_left[wish->number]++;
        break;
    case WISH_RESTART:
        restart(live, &wish->config);
        break;
    case WISH_CHANGE:
        change(live, &wish->config);
        break;
    case WISH_SAMPLE:
        lab_pin(live->lab, wish->number);
        break;
    case WISH_LOSS_AT:
        lab_loss_at(live->lab, wish->number < 0 ? LAB_ALL_OUTPUTS : (int)wish->number);
        break;
    case WISH_SEED:
        lab_raw(live->lab, wish->number != 0);
        break;
    case WISH_EDIT:
        edit(live, wish);
        break;
    case WISH_EDITS_CLEAR:
        lab_edits_clear(live->lab);
        break;
    case WISH_AVERAGE:
        lab_average(live->lab, wish->number != 0);
        live->next_many = 0; /* somebody waits for it */
        break;
    case WISH_SAVE_RUN:
        save_run(live, wish->path);
        break;
    case WISH_OPEN_RUN:
        open_run(live, wish->path);
        break;
    case WISH_INPUT:
        input(live, wish);
        break;
    case WISH_GENERATE:
        generate(live, wish);
        break;
    case WISH_GENERATE_MORE:
        for (int i = 0; i < live->lab->arms; i++)
            generation_more(&live->generation[i], (int)wish->number);
        break;
    case WISH_CLAIMS:
        claims_live_begin(&live->claims, wish->lesson);
        break;
    case WISH_LOOK:
        look(live, wish->number);
        break;
    case WISH_FORK:
        fork_from_there(live, &wish->config);
        break;
    }
}

/* The arm that is wished to make a step alone, or -1. */
static int wanted_alone(const struct live *live)
{
    for (int i = 0; i < live->lab->arms; i++)
        if (live->alone_left[i] > 0)
            return i;
    return -1;
}

static bool wants_to_train(const struct live *live)
{
    return live->running || live->steps_left > 0 || wanted_alone(live) >= 0;
}

/* The next wish, waiting for one if `wait`. False: there is none, or *quit: go home. */
static bool next_wish(struct live *live, struct wish *wish, bool *quit, bool wait)
{
    bool found;

    pthread_mutex_lock(&live->mutex);
    while (wait && live->count == 0 && !live->quit)
        pthread_cond_wait(&live->wished, &live->mutex);
    *quit = live->quit;
    found = !live->quit && live->count > 0;
    if (found) {
        *wish = live->queue[live->first];
        live->first = (live->first + 1) % QUEUE;
        live->count--;
    }
    pthread_mutex_unlock(&live->mutex);
    return found;
}

/*
 * One lab_step; stops when a limit is reached or no arm runs any more. A wished step has been
 * made when every arm has made it.
 */
static void step(struct live *live)
{
    const long before = live->lab->step;
    const bool any = lab_step(live->lab);
    const long made = live->lab->step - before;

    if (made > 0)
        past_note(&live->past, live->lab);
    claims_live_look(&live->claims, live->lab);
    live->steps_left = live->steps_left > made ? live->steps_left - made : 0;
    if (!any || is_at_end(live->lab))
        live->running = false;
    if (!any)
        live->steps_left = 0;
}

/* What is wished for one arm comes before what is wished for all. */
static void train(struct live *live)
{
    const int alone = wanted_alone(live);

    if (alone < 0)
        step(live);
    else
        live->alone_left[alone] =
            lab_step_arm(live->lab, alone) ? live->alone_left[alone] - 1 : 0;
    if (!wants_to_train(live))
        show(live, true); /* it stands still: everything exact */
    else if (clock_seconds() >= live->next_picture)
        show(live, clock_seconds() >= live->next_many);
}

static bool is_writing(const struct live *live)
{
    bool any = false;

    for (int i = 0; i < live->lab->arms; i++)
        any = any || live->generation[i].written.going;
    return any;
}

/*
 * A few symbols of every arm that writes. While the lab stands they are shown as they come:
 * nothing else has changed, so that nothing has to be probed for it.
 */
static void write_on(struct live *live)
{
    for (int i = 0; i < live->lab->arms; i++)
        generation_go_on(&live->generation[i], WRITING_SECONDS / live->lab->arms);
    if (wants_to_train(live) || (is_writing(live) && clock_seconds() < live->next_written))
        return;
    take_picture(live);
    live->next_written = clock_seconds() + SECONDS_WITH_A_FREE_CORE;
}

static void *thread_main(void *context)
{
    struct live *live = context;
    struct wish wish;
    bool quit = false;

    show(live, true);
    for (;;) {
        bool many = false, changed = false;

        /*
         * all wishes that have come, then one picture; waits only if there is nothing to do or
         * show
         */
        while (next_wish(live, &wish, &quit,
                         !changed && !wants_to_train(live) && !is_writing(live))) {
            apply(live, &wish);
            changed = true;
            many = many || !is_of_the_pinned(&wish);
        }
        if (quit)
            break;
        /* A lab is met before its first step: what is claimed of a run holds from there on. */
        if (changed && (!wants_to_train(live) || live->lab->step == 0 ||
                        clock_seconds() >= live->next_picture))
            show(live, many);
        if (is_writing(live))
            write_on(live);
        if (wants_to_train(live))
            train(live);
    }
    return NULL;
}

/* The lab is the thread's from now on, in every case. */
static enum status start(struct live **live, struct lab *lab, struct error *error)
{
    struct live *made = calloc(1, sizeof *made);

    if (made == NULL) {
        lab_free(lab);
        return error_set(error, STATUS_NO_MEMORY, "no memory for a live lab");
    }
    begin_lab(made, lab);
    made->buffers.writing = 0;
    made->buffers.waiting = 1;
    made->buffers.reading = 2;
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->wished, NULL);
    if (pthread_create(&made->thread, NULL, thread_main, made) != 0) {
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
    for (int i = 0; i < BUFFERS; i++)
        snapshot_free(&live->buffers.snapshot[i]);
    free(live);
}

bool live_send(struct live *live, const struct wish *wish)
{
    struct wish *last;
    bool room;

    pthread_mutex_lock(&live->mutex);
    last = live->count > 0 ? &live->queue[(live->first + live->count - 1) % QUEUE] : NULL;
    room = live->count < QUEUE;
    if (last != NULL && last->kind == WISH_LOOK && wish->kind == WISH_LOOK) {
        *last = *wish; /* a hand that scrubs is faster than a step: the last place counts */
        room = true;
    } else if (room) {
        live->queue[(live->first + live->count) % QUEUE] = *wish;
        live->count++;
        pthread_cond_signal(&live->wished);
    }
    pthread_mutex_unlock(&live->mutex);
    return room;
}

const struct snapshot *live_latest(struct live *live, bool *changed)
{
    struct buffers *b = &live->buffers;
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
