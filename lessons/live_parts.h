/*
 * live_parts.h - what the files of live.h have in common: live.c is the way between the two
 * threads, live_thread.c what the training thread does all day, live_show.c its pictures,
 * live_wishes.c what each wish does. Nobody else needs it.
 */
#ifndef LESSONS_LIVE_PARTS_H
#define LESSONS_LIVE_PARTS_H

#include <pthread.h>

#include "lessons/claims_live.h"
#include "lessons/lab.h"
#include "lessons/live.h"
#include "lessons/past.h"

enum { LIVE_QUEUE = 256 /* a hand paints many cells in one frame */, LIVE_BUFFERS = 3 };

/*
 * Who has which of the three snapshots: the writer one, the reader one, and one is on its way.
 */
struct live_buffers {
    struct snapshot snapshot[LIVE_BUFFERS];
    int writing, waiting, reading;
    bool fresh; /* `waiting` is newer than `reading` */
    bool any;   /* something has been published */
};

struct live {
    pthread_t thread;
    pthread_mutex_t mutex; /* guards what follows; held for a few instructions only */
    pthread_cond_t wished;
    struct wish queue[LIVE_QUEUE];
    int first, count;
    bool quit;
    struct lab_config config; /* the lab's */
    bool urgent;              /* a wish waits that discards the lab */
    bool rests;               /* the thread waits for a wish */
    double busy_since;        /* else: when it began with what it does now */
    struct error refusal;
    enum live_news news;
    char news_path[LIVE_PATH_MAX];
    struct live_buffers buffers;

    /* the thread's own */
    struct interrupt interrupt; /* of what takes long: asks live.c */
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

/* ---- live.c: the thread's end of the way ------------------------------------------------ */

/*
 * Take the next wish out of the queue, waiting for one if `wait`. False: there is none, or
 * *quit: go home. What is done from here on begins now.
 */
bool live_next_wish(struct live *live, struct wish *wish, bool *quit, bool wait);

/* Is what the thread works at to be called off? Of an interrupt; context: struct live. */
bool live_is_called_off(void *context);

/* Another configuration: the lab's, as it is now. */
void live_note_config(struct live *live);

/* Hand the snapshot just written over to the reader. */
void live_publish(struct live *live);

/* Leave the reason why a wish was not carried out, or what has been done with a folder. */
void live_refuse(struct live *live, const struct error *error);
void live_tell(struct live *live, enum live_news news, const char *path);

/* ---- live_thread.c ---------------------------------------------------------------------- */

/* The training thread; context: struct live. Returns NULL, once live->quit. */
void *live_thread(void *context);

/* Running pauses there. */
bool live_is_at_end(const struct lab *lab);

/* ---- live_show.c ------------------------------------------------------------------------ */

/* Between two pictures of a training, where a core is free for who draws them; seconds. */
extern const double LIVE_PICTURE_SECONDS;

/*
 * Publish a picture of what was probed last. False: no memory, it is left out.
 */
bool live_take_picture(struct live *live);

/*
 * Probe and publish a picture. `many`: the 64 fixed sequences, too. One that finds no memory is
 * left out.
 */
void live_show(struct live *live, bool many);

/* ---- live_wishes.c ---------------------------------------------------------------------- */

/* That lab, the thread's own from now on, in place of live->lab: the caller frees the old. */
void live_begin_lab(struct live *live, struct lab *lab);

/* Carry a wish out, between two steps. */
void live_apply(struct live *live, const struct wish *wish);

/*
 * Does it put another lab in place of one of that configuration? Then what has been worked at
 * for long is called off. No other wish does that: arms in lockstep do not stop with one of them
 * ahead.
 */
bool live_discards(const struct wish *wish, const struct lab_config *now);

/* Is it of the pinned sequence alone, so that the 64 fixed ones need no other look? */
bool live_is_of_the_pinned(enum wish_kind kind);

#endif
