#include "lessons/theory.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/lab.h"
#include "lessons/models.h"

enum { ITERATIONS = 200, HALVINGS = 60, PARTS = 8 };
static const double CHANGE = 1e-5;     /* of sigma in one iteration: it has settled */
static const double ORTHOGONAL = 1e-4; /* of g^2: float orthogonalisation is a hundred times
                                          closer, one update of training moves more */

double theory_orthogonal_gain(const real *W, int n)
{
    double square = 0; /* g^2, of the first column */

    for (int i = 0; i < n; i++)
        square += (double)W[i * n] * (double)W[i * n];
    if (!(square > 0) || !isfinite(square))
        return (double)NAN;
    for (int a = 0; a < n; a++)
        for (int b = a; b < n; b++) { /* most matrices are no such one, and leave at once */
            double sum = 0;

            for (int i = 0; i < n; i++)
                sum += (double)W[i * n + a] * (double)W[i * n + b];
            if (!(fabs(sum - (a == b ? square : 0)) <= ORTHOGONAL * square))
                return (double)NAN;
        }
    return sqrt(square);
}

/* E f(sqrt(q) z) for z ~ N(0, 1): the trapezoidal rule is exact to all digits here. */
static double expected(double (*f)(double a), double q)
{
    const double step = 0.05;
    double sum = 0;

    for (int i = -200; i <= 200; i++)
        sum += f(sqrt(q) * i * step) * exp(-0.5 * i * step * i * step);
    return sum * step / sqrt(2 * acos(-1));
}

static double tanh_squared(double a)
{
    return tanh(a) * tanh(a);
}

static double slope_squared(double a)
{
    return pow(1 - tanh_squared(a), 2);
}

/*
 * q is the root of what is left of its equation, positive below it and negative above: halving
 * reaches it where iteration, at g = 1 without noise, would take for ever.
 */
double theory_driven_factor(double g, double s2)
{
    double low = 0, high = g * g + s2; /* tanh^2 < 1 */

    for (int i = 0; i < HALVINGS; i++) {
        const double q = (low + high) / 2;

        if (g * g * expected(tanh_squared, q) + s2 > q)
            low = q;
        else
            high = q;
    }
    return g * sqrt(expected(slope_squared, low));
}

/* row . v, in PARTS sums side by side: so the compiler may take them at once. */
static double dot(const real *row, const double *v, int n)
{
    double sums[PARTS] = { 0 }, sum = 0;
    int k = 0;

    for (; k + PARTS <= n; k += PARTS)
        for (int p = 0; p < PARTS; p++)
            sums[p] += (double)row[k + p] * v[k + p];
    for (; k < n; k++)
        sum += (double)row[k] * v[k];
    for (int p = 0; p < PARTS; p++)
        sum += sums[p];
    return sum;
}

/* next = W^T (W v), one row of W at a time; returns the length of W v. */
static double turn(const real *W, int n, const double *v, double *next)
{
    double squares = 0;

    memset(next, 0, (size_t)n * sizeof *next);
    for (int i = 0; i < n; i++) {
        const real *row = W + (size_t)i * (size_t)n;
        const double u = dot(row, v, n);

        squares += u * u;
        for (int k = 0; k < n; k++)
            next[k] += u * (double)row[k];
    }
    return sqrt(squares);
}

/* v = next / its length, or false if that is 0. */
static bool make_unit(const double *next, double *v, int n)
{
    double squares = 0;

    for (int i = 0; i < n; i++)
        squares += next[i] * next[i];
    for (int i = 0; i < n && squares > 0; i++)
        v[i] = next[i] / sqrt(squares);
    return squares > 0;
}

double theory_largest_singular_value(const real *W, int n, double *scratch)
{
    double *v = scratch, *next = scratch + n, sigma = 0, before = 0;

    /* Any start does that is not orthogonal to the answer: one without symmetries. */
    for (int i = 0; i < n; i++)
        next[i] = 1 + 0.5 * sin(1 + 12.9898 * i);
    /* It ends with W^T W v = 0 when W is zero, or v happens to be in its kernel. */
    for (int pass = 0; pass < ITERATIONS && make_unit(next, v, n); pass++) {
        before = sigma;
        sigma = turn(W, n, v, next); /* ||W v|| <= the largest, for any unit v */
        if (!isfinite(sigma))
            return (double)NAN;
        if (pass > 4 && fabs(sigma - before) <= CHANGE * sigma)
            break;
    }
    return sigma;
}

double theory_norm(const struct theory *theory, double at_lag_one, int lag)
{
    return at_lag_one * pow(theory->factor, lag - 1);
}

/* Why nothing is known of the arm; NULL: something is. */
static const char *unknown_because(const struct lab *lab, const struct lab_arm *arm)
{
    const struct arm_config *config = &lab->config.arm[arm->number];

    if (strcmp(config->model, "elman") != 0)
        return "This line is for an elman alone: its gradient goes back through one matrix";
    if (config->direction == DIRECTION_BOTH)
        return "It reads from both ends: the gradient goes both ways";
    if (lab->task.shape.readout == READOUT_MEAN)
        return "The answer is the mean over all steps: an error enters at each of them";
    if (arm->probe.from == PROBE_MEAN)
        return "All outputs at once: an error enters at each of them";
    return NULL;
}

/* Does noise of a known variance go into every unit, as it did before training? */
static bool is_driven(const struct lab *lab, const struct lab_arm *arm)
{
    return lab->config.arm[arm->number].drive > 0 && lab_looked_step(lab, arm) == 0 &&
           strcmp(lab->config.task.name, "drive") == 0;
}

/* sigma, or g: of W_hh of the last layer. */
static enum status read_matrix(struct theory *theory, const struct lab *lab,
                               const struct lab_arm *arm, struct error *error)
{
    const struct arm_config *config = &lab->config.arm[arm->number];
    const struct parameter *p;
    char name[PARAMETER_NAME_MAX];
    const real *W;
    double *scratch;

    snprintf(name, sizeof name, "core.weight_hh_l%d", theory->layer);
    p = parameter_find(&arm->model.parameters, name);
    assert(p != NULL);
    W = lab_looked_weights(lab, arm).parameters + p->offset;
    theory->factor = theory_orthogonal_gain(W, p->shape[0]);
    /* A relu without input is 0 on both sides; a truncated gradient ends at the cut. */
    theory->kind = config->squash == SQUASH_TANH && config->truncate == 0 ? THEORY_ORTHOGONAL
                                                                          : THEORY_BOUND;
    if (theory->kind == THEORY_ORTHOGONAL && is_driven(lab, arm)) {
        theory->kind = THEORY_DRIVEN;
        theory->factor = theory_driven_factor(theory->factor, config->drive);
    }
    if (isfinite(theory->factor))
        return STATUS_OK;
    scratch = malloc(2 * (size_t)p->shape[0] * sizeof *scratch);
    if (scratch == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a singular value");
    theory->factor = theory_largest_singular_value(W, p->shape[0], scratch);
    theory->kind = THEORY_BOUND;
    free(scratch);
    return STATUS_OK;
}

enum status theory_of(struct theory *theory, const struct lab *lab, const struct lab_arm *arm,
                      struct error *error)
{
    enum status status = STATUS_OK;

    *theory = (struct theory){ .kind = THEORY_NONE,
                               .factor = (double)NAN,
                               .because = unknown_because(lab, arm) };
    if (theory->because != NULL)
        return STATUS_OK;
    theory->layer = arm_layers(&lab->config.arm[arm->number]) - 1;
    status = read_matrix(theory, lab, arm, error);
    if (status == STATUS_OK && !isfinite(theory->factor)) {
        theory->kind = THEORY_NONE;
        theory->because = "The recurrent matrix is no longer finite";
    }
    return status;
}
