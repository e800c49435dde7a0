/*
 * curve.h - what an arm has gone through so far, thinned so that it fits a screen for ever.
 *
 * When the points are full every second one is dropped and the stride doubles, so memory is
 * bounded and the whole run stays visible.
 */
#ifndef LESSONS_CURVE_H
#define LESSONS_CURVE_H

enum { CURVE_POINTS = 2048 };

struct curve_point {
    long step; /* updates made before this point was measured */
    float loss;
    float accuracy;
    float gradient_norm;   /* before clipping */
    float validation_loss; /* of the last look, perhaps right after this step; NaN: none yet */
    float seconds;         /* that the arm had spent in its updates before this one */
};

/* A zeroed curve is an empty one. */
struct curve {
    struct curve_point points[CURVE_POINTS];
    int count;
    long stride; /* steps between points; 0 before the first */
};

/* Take the point in if its distance from the first is a multiple of the stride. */
void curve_add(struct curve *curve, struct curve_point point);

/* Forget the points measured after `step` updates or more. */
void curve_cut(struct curve *curve, long step);

/*
 * Copy the points that are left when every second one is dropped until they are at most `most`;
 * the last is always among them, so that the end stays where it was. Returns how many.
 */
int curve_copy_thinned(const struct curve *curve, struct curve_point *to, int most);

#endif
