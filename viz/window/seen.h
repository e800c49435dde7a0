/*
 * seen.h - what events build on: what an arm shows, what the snapshot drawn last was, and what has
 * been wished since. Events may come at any time, and no snapshot is kept for them.
 */
#ifndef VIZ_WINDOW_SEEN_H
#define VIZ_WINDOW_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/layers/trace.h"
#include "lessons/claims_now.h"
#include "lessons/config.h"
#include "lessons/generation.h"
#include "lessons/history.h"
#include "viz/window/hot.h"

/* What the lower part of a column shows. */
enum tab {
    TAB_AUTO, /* attention where there is some, else gates */
    TAB_ATTENTION,
    TAB_GATES, /* or, without any, the gradient on each unit */
    TAB_CELL,
    TAB_PREDICTION,
    TAB_WEIGHTS,
    TABS
};

/* What one arm shows. */
struct arm_view {
    char entry[TRACE_NAME_MAX]; /* quantity in the states panel; "": the first state */
    int layer;
    int head; /* counted through all layers */
    int unit; /* chosen by a hand, or -1 */
    int part; /* of the state, in the gradient's state view; 0: all of it */
    enum tab tab;
    int tensor; /* number of the one that is shown; -1: the first that is worth it */
    int block;  /* of its gates */
};

/* An lstm in both directions has twelve, and each arm its input and logits. */
enum { ENTRIES_MAX = 14 };

/* The entry that an arm's states panel shows. */
struct seen_states {
    int units; /* 0: it is of no layer */
    int layer;
    bool recurrent; /* the layer is */
    bool reverse;   /* of its half that begins at the end */
};

/* What events need to know of the snapshot drawn last. */
struct seen {
    bool any;             /* false: nothing was drawn yet */
    unsigned long serial; /* of the snapshot */
    struct lab_config config;
    struct task_options task; /* every default replaced by what it stands for */
    bool running;
    long step, sample;
    int steps, loss_at, last_scored;
    bool raw;
    int worst; /* the arm of the two columns that is worst off */
    int arms;
    struct claims_now claims;
    int heads[ARMS_MAX];                     /* through all layers */
    int layer[ARMS_MAX], head[ARMS_MAX];     /* of the enlarged one, in its layer */
    int edits;                               /* made by hand, in all arms */
    int tensors[ARMS_MAX], tensor[ARMS_MAX]; /* how many, and which is shown */
    bool parses;
    enum writes writes;
    int outputs;
    char text[TYPED_MAX]; /* of the pinned sequence; "" if it has no room here */
    long looking_at;      /* as in the snapshot, and so the moments */
    int moments;
    long moment[MOMENTS_MAX];
    long timeline_last;                       /* step at the timeline's right end */
    const char *entry[ARMS_MAX][ENTRIES_MAX]; /* what the states panel offers; NULL: no more */
    struct seen_states states[ARMS_MAX];      /* what it shows */
};

/*
 * What was wished lately, for the next event to build on: snapshots come later than hands. Each
 * holds until its time, on the clock of view->now_ms; then the snapshot is right again, so that
 * a wish that came to nothing is forgotten.
 */
struct wished {
    struct lab_config config;
    long sample;
    bool running;
    long looking_at;
    uint64_t config_until_ms, sample_until_ms, running_until_ms, looking_until_ms;
};

#endif
