/*
 * optimizer.h - from gradients to new weights, exactly as torch.optim does it.
 *
 *     sgd        p -= lr g
 *     momentum   m = mu m + g (first step: m = g)                    p -= lr m
 *     adam       m = b1 m + (1 - b1) g     v = b2 v + (1 - b2) g^2
 *                p -= lr / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + eps)
 *     adamw      p *= 1 - lr wd first, then adam
 *     rmsprop    v = a v + (1 - a) g^2                  p -= lr g / (sqrt(v) + eps)
 *
 * b1 = .9, b2 = .999, eps = 1e-8 (Kingma and Ba 2015; Loshchilov and Hutter 2019); a = .99 as
 * in torch, where papers use .9, neither centred nor with momentum (Hinton 2012). Weight decay
 * acts on matrices only: in adamw as above, in the others it is added to the gradient, g + wd
 * p.
 */
#ifndef COMMON_TRAINING_OPTIMIZER_H
#define COMMON_TRAINING_OPTIMIZER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/numeric/real.h"

enum optimizer_kind {
    OPTIMIZER_SGD,
    OPTIMIZER_MOMENTUM,
    OPTIMIZER_ADAM,
    OPTIMIZER_ADAMW,
    OPTIMIZER_RMSPROP
};

struct optimizer {
    enum optimizer_kind kind;
    double learning_rate;
    double momentum;
    double weight_decay;
};

/* Blocks of state that a kind keeps, each as long as the parameters: 0, 1 or 2. */
int optimizer_states(enum optimizer_kind kind);

/* What one update needs besides the arrays: the same for all parameters of the model. */
struct optimizer_step {
    const struct optimizer *optimizer;
    long update;                     /* 1 for the first */
    double scale;                    /* every gradient is multiplied by this first: clipping */
    double correction1, correction2; /* 1 - b1^t and 1 - b2^t */
};

struct optimizer_step optimizer_begin(const struct optimizer *optimizer, long update,
                                      double scale);

/*
 * Update n parameters in place from their gradients. m and v are the state, zero before the
 * first update; NULL where the kind keeps none, and where it keeps one that one is m. decay:
 * these are elements of a matrix. Pieces of a model may be updated in any order and by any
 * thread.
 */
void optimizer_update(const struct optimizer_step *step, real *parameters,
                      const real *gradients, real *m, real *v, size_t n, bool decay);

/*
 * clip_grad_norm_: the factor that brings a global 2-norm `norm` down to `largest`,
 * min(1, largest / (norm + 1e-6)); 1 when largest is 0.
 */
double clip_factor(double norm, double largest);

#endif
