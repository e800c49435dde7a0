/*
 * reading.h - how far a reader is in each lesson, kept while the window is open: the page, what
 * was predicted, and the curve that is being drawn.
 */
#ifndef VIZ_WINDOW_READING_H
#define VIZ_WINDOW_READING_H

#include <stdbool.h>

#include "viz/window/document.h"

enum { READINGS = 100 /* a lesson's number has two digits; 0 is for those without */ };

struct reading {
    int page; /* of the text's chunks; behind the last come the claims */
    struct answer answer[PREDICTIONS_MAX];
};

enum { SKETCH_POINTS = 128 };

/* A curve over the left arm's gradient. Zeroed, there is none. */
struct sketch {
    int prediction; /* its number + 1; 0: there is no curve */
    bool covers;    /* it is still being drawn: the bars are hidden */
    bool measured;  /* and compared: training goes on, the prediction was about that moment */
    int shape;      /* one that was chosen and is still to be filled in, + 1; 0: none */
    double decade[SKETCH_POINTS]; /* log10, over all steps evenly; NaN: not drawn there */
    int last; /* point that was drawn last while the button is down, or -1 */
};

/* What ACT_SKETCH does. */
enum sketch_act {
    SKETCH_COVER, /* begin, in the lab that there is */
    SKETCH_BEGIN, /* and make the lab the one that is asked about: follow the question's links */
    SKETCH_HAND,  /* press.x, press.y say where */
    SKETCH_COMPARE,
    SKETCH_SHAPE /* + number of the shape */
};

#endif
