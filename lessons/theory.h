/*
 * theory.h - what is known beforehand about the gradient per time step of a plain recurrent
 * arm, from its recurrent matrix alone.
 *
 * In a layer h_t = squash(W_ih x_t + W_hh h_{t-1} + b), where the loss is asked at one output
 * of the layer on top, the gradient on the state goes back by
 *
 *     dh_{t-1} = W_hh^T diag(squash'_t) dh_t,    squash' <= 1
 *
 * so no step multiplies its length by more than the largest singular value of W_hh (Bengio,
 * Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013). If W_hh is g times an orthogonal
 * matrix all its singular values are g, and a tanh without input stays where it does not bend:
 * each step multiplies by exactly g (Saxe, McClelland and Ganguli 2014), by less as soon as
 * units saturate.
 *
 * Both hold at every moment of a training, not at its beginning alone, since they are read from
 * the weights as they are.
 *
 * Before training, and with the task `drive`, whose noise of variance s2 goes into every unit,
 * it is also known how much saturation takes, in the limit of many units (Schoenholz, Gilmer,
 * Ganguli and Sohl-Dickstein 2017; Chen, Pennington and Schoenholz 2018): by a factor sqrt(chi)
 *
 *     q = g^2 E[tanh^2(sqrt(q) z)] + s2      chi = g^2 E[(1 - tanh^2(sqrt(q) z))^2]
 */
#ifndef LESSONS_THEORY_H
#define LESSONS_THEORY_H

#include "common/error.h"
#include "common/numeric/real.h"

enum theory_kind {
    THEORY_NONE,       /* nothing as simple is known of this arm */
    THEORY_ORTHOGONAL, /* each step multiplies by `factor`, without input or saturation */
    THEORY_DRIVEN,     /* the same with noise that drives every unit, in the mean over many */
    THEORY_BOUND       /* no step multiplies by more than `factor` */
};

struct theory {
    enum theory_kind kind;
    double factor;       /* per step back */
    int layer;           /* of the states that it is about: the arm's last */
    const char *because; /* THEORY_NONE: why, in one line; static. Else NULL */
};

struct lab;
struct lab_arm;

/*
 * What theory says of the arm with the weights that it has now: about an elman alone, one that
 * reads forwards and answers from the state of a step. STATUS_NO_MEMORY.
 */
enum status theory_of(struct theory *theory, const struct lab *lab, const struct lab_arm *arm,
                      struct error *error);

/*
 * The line: the norm that it gives to the step `lag` >= 1 before the asked one. It is anchored
 * at the measured norm of lag 1: the asked step itself also has the readout's gradient, which
 * no recurrent matrix has multiplied.
 */
double theory_norm(const struct theory *theory, double at_lag_one, int lag);

/*
 * Largest singular value of W (n, n), by power iteration on W^T W in double: three digits, and
 * never too large by more than rounding. NaN if W has a number that is not finite.
 * `scratch` has room for 2 n.
 */
double theory_largest_singular_value(const real *W, int n, double *scratch);

/*
 * sqrt(chi) of the equations above: the factor per step back of a tanh layer whose W_hh is g > 0
 * times a random orthogonal matrix, with noise of variance s2 >= 0 in every unit.
 */
double theory_driven_factor(double g, double s2);

/* g if W (n, n) is g times an orthogonal matrix, each element of W^T W within 1e-4 g^2; or NaN. */
double theory_orthogonal_gain(const real *W, int n);

#endif
