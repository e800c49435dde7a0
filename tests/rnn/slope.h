/*
 * slope.h - how fast the gradient on the state of a recurrent layer shrinks or grows with every
 * step back: the quantity of the law of vanishing gradients.
 *
 * The loss is the last output times a random vector. G_b(k) is the norm of its total gradient
 * on the state k steps before, that of (h, c) for an lstm; the slope is that of the
 * least-squares line through the mean over sequences of ln G_b(k), k = 5..50.
 */
#ifndef TESTS_RNN_SLOPE_H
#define TESTS_RNN_SLOPE_H

#include "tests/layer_fixture.h"

enum { SLOPE_FROM = 5, SLOPE_TO = 50, SLOPE_SEQUENCES = 32, SLOPE_STEPS = 120 };

struct slope_stage {
    struct layer_fixture fx;
    int H;
    bool cell; /* the state has a cell */
};

/*
 * A layer, of a bare case, whose parameters have their first values, drawn from seed, with
 * inputs N(0, 1) and a random vector as gradient of each last output.
 */
void slope_stage_create(struct slope_stage *stage, const struct layer_case *sizes,
                        uint64_t seed);
void slope_stage_free(struct slope_stage *stage);

/* A tensor of the layer, to change before the pass. */
real *slope_stage_tensor(struct slope_stage *stage, const char *name);

/* Forward and backward. */
void slope_stage_run(struct slope_stage *stage);

/* ln G_b(k) after the pass. */
double slope_stage_log(const struct slope_stage *stage, int b, int k);
double slope_stage_slope(const struct slope_stage *stage);

#endif
