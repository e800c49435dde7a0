/*
 * live.h - a lab that trains in a thread of its own while somebody looks.
 *
 * The thread owns the models. Wishes go to it through one queue and are applied between two
 * steps; what it has to show comes back as snapshots through a triple buffer. Neither side ever
 * waits for the other: live_latest and live_send return at once. A step that has gone on for
 * long (at long sequences it can take a minute) is called off for a wish that puts another
 * lab in its place.
 */
#ifndef LESSONS_LIVE_H
#define LESSONS_LIVE_H

#include <stdbool.h>

#include "common/error.h"
#include "lessons/config.h"
#include "lessons/generation.h"
#include "lessons/lesson.h"
#include "lessons/snapshot.h"

struct live;

enum wish_kind {
    WISH_RUN, /* train until told otherwise (or until training.steps) */
    WISH_PAUSE,
    WISH_STEP,     /* pause, then this many steps of all arms: `number` */
    WISH_STEP_ARM, /* pause, then one step of arm `number` alone */
    WISH_RESTART,  /* begin anew from `config`, paused or running as before; with a `lesson`
                      watch its claims from there on */
    WISH_CHANGE,   /* go on with `config`; begin anew where that cannot be (lessons/change.h) */
    WISH_SAMPLE,   /* pin sequence `number` */
    WISH_LOSS_AT, /* take the gradients from the output of step `number`, or of an enum wish_loss
                   */
    WISH_SEED,    /* gradients of the error as it is (number 1), or made a unit vector (0) */
    WISH_EDIT,    /* make `edit` in the pinned sequence of arm `number`, or take it back */
    WISH_EDITS_CLEAR, /* take all of them back */
    WISH_AVERAGE,     /* attention averaged over the 64 fixed sequences: `number` 1 on, 0 off */
    WISH_SAVE_RUN,    /* keep the run in a folder: `path`-step600-run, as run_keep.h names it */
    WISH_OPEN_RUN, /* pause, and go on with the run in the folder `path`; it stays as it is */
    WISH_INPUT,    /* pin the user's own sequence: `generation.prompt` (task_parse) */
    WISH_GENERATE, /* let arm `number` write (-1: all): `generation` */
    WISH_GENERATE_MORE, /* let what writes write so many symbols more: `number`; 0: rest */
    WISH_CLAIMS,        /* watch the claims of `lesson`; NULL: of none */
    WISH_LOOK, /* look at the moment nearest to step `number`; LAB_NOW: at the present */
    WISH_FORK, /* go back to the moment looked at and go on from there, paused or running as
                 before; with the rates and clip of `config`, if it has a task */
    WISH_KINDS
};

enum wish_loss { WISH_LOSS_ALL = -1, WISH_LOSS_LAST = -2 /* that is scored */ };

enum { LIVE_PATH_MAX = 1024 };

struct wish {
    enum wish_kind kind;
    long number;
    struct lab_config config;
    struct edit edit;
    char path[LIVE_PATH_MAX];
    struct generation_wish generation;
    const struct lesson *lesson; /* not owned; has to live as long as the lab */
};

/*
 * Make the lab of that configuration and start its thread, paused at step 0 with the first
 * snapshot on its way. STATUS_USAGE for a configuration that cannot be, STATUS_NO_MEMORY.
 */
enum status live_start(struct live **live, const struct lab_config *config,
                       struct error *error);

/* The same with the run of a folder, at its checkpoint; as run_open. */
enum status live_open(struct live **live, const char *folder, struct error *error);

/* Stop the thread, wherever in a step it is, and free everything. Safe on NULL. */
void live_stop(struct live *live);

/*
 * Queue a wish. Returns false when the queue is full (the thread is far behind): nothing
 * happens.
 */
bool live_send(struct live *live, const struct wish *wish);

/*
 * The newest snapshot, valid until the next call; NULL before the first. *changed tells whether
 * it is another one than last time.
 */
const struct snapshot *live_latest(struct live *live, bool *changed);

/*
 * The reason why the last wish that could not be carried out was not, once; false if there is
 * none. The lab goes on as it was.
 */
bool live_refusal(struct live *live, struct error *error);

/* How long the thread has been at what it does now, a step or a look; 0: it rests. */
double live_busy_seconds(struct live *live);

/* What has been done with a folder since the last call. */
enum live_news { NEWS_NONE, NEWS_SAVED, NEWS_OPENED };

/* The last of it, once, and the folder's path. */
enum live_news live_news(struct live *live, char path[LIVE_PATH_MAX]);

#endif
