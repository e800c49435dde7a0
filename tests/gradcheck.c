#include "tests/gradcheck.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "tests/test.h"

static const double STEP = 1e-5, RELATIVE = 1e-6, ABSOLUTE = 1e-9, EXACT = 1e-12;
static const double SIGN_FROM = 1e-6, LARGEST_FROM = 1e-3;

static double central_difference(real *value, loss_function loss, void *context)
{
    const real kept = *value;
    const real up = kept + (real)STEP, down = kept - (real)STEP;
    double above, below;

    *value = up;
    above = (double)loss(context);
    *value = down;
    below = (double)loss(context);
    *value = kept;
    return (above - below) / (double)(up - down);
}

/* What is wrong with one entry, and by how many times it exceeds what is allowed. */
static enum gradient_fault judge(double analytic, double numeric, double loss, bool zero,
                                 double *excess)
{
    const double largest = fmax(fabs(analytic), fabs(numeric));
    const double allowed = RELATIVE * largest + ABSOLUTE * (1 + fabs(loss));

    *excess = (double)INFINITY;
    if (!isfinite(analytic) || !isfinite(numeric) || !isfinite(loss))
        return GRADIENT_NOT_FINITE;
    if (zero && fabs(analytic) > EXACT * (1 + fabs(loss)))
        return GRADIENT_NOT_ZERO;
    *excess = fabs(analytic - numeric) / allowed;
    if (fmin(fabs(analytic), fabs(numeric)) > SIGN_FROM && analytic * numeric < 0)
        return GRADIENT_WRONG_SIGN;
    return *excess > 1 ? GRADIENT_WRONG : GRADIENT_RIGHT;
}

struct gradient_verdict gradient_check(const struct gradient *gradient, loss_function loss,
                                       void *context)
{
    const double at_rest = (double)loss(context);
    struct gradient_verdict worst = { GRADIENT_RIGHT, 0, 0, 0 };
    double worst_excess = -1, largest = 0;

    assert(sizeof(real) == sizeof(double));
    for (size_t i = 0; i < gradient->count; i++) {
        const bool zero = i >= gradient->zero && i - gradient->zero < gradient->zero_count;
        const double analytic = (double)gradient->analytic[i];
        const double numeric = central_difference(&gradient->value[i], loss, context);
        double excess;
        const enum gradient_fault fault = judge(analytic, numeric, at_rest, zero, &excess);
        const bool worse = fault != GRADIENT_RIGHT && excess > worst_excess;
        const bool larger = worst.fault == GRADIENT_RIGHT && fabs(analytic) > largest;

        if (worse || larger)
            worst = (struct gradient_verdict){ fault, i, analytic, numeric };
        if (worse)
            worst_excess = excess;
        largest = fmax(largest, fabs(analytic));
    }
    if (worst.fault == GRADIENT_RIGHT && gradient->zero_count < gradient->count &&
        !(largest > LARGEST_FROM))
        worst.fault = GRADIENT_TOO_SMALL;
    return worst;
}

void assert_gradient(const struct gradient *gradient, loss_function loss, void *context)
{
    static const char *const faults[] = {
        [GRADIENT_RIGHT] = "right",
        [GRADIENT_NOT_FINITE] = "not finite",
        [GRADIENT_WRONG_SIGN] = "of the wrong sign",
        [GRADIENT_WRONG] = "wrong",
        [GRADIENT_NOT_ZERO] = "not zero",
        [GRADIENT_TOO_SMALL] = "too small everywhere to prove anything",
    };
    const struct gradient_verdict verdict = gradient_check(gradient, loss, context);

    if (verdict.fault != GRADIENT_RIGHT)
        fail_msg("the gradient of %s is %s: entry %zu of %zu is %.12g, by differences %.12g",
                 gradient->name, faults[verdict.fault], verdict.index, gradient->count,
                 verdict.analytic, verdict.numeric);
}

static struct zero_rows rows_of(const struct zero_rows *zeros, const char *tensor)
{
    for (; zeros->tensor != NULL; zeros++)
        if (strcmp(zeros->tensor, tensor) == 0)
            return *zeros;
    return (struct zero_rows){ 0 };
}

void assert_all_gradients(const struct parameter_list *list, const struct zero_rows *zeros,
                          real *parameters, const real *gradients, loss_function loss,
                          void *context)
{
    assert_true(list->count > 0);
    for (const struct zero_rows *zero = zeros; zero->tensor != NULL; zero++)
        assert_non_null(parameter_find(list, zero->tensor)); /* or it would declare nothing */
    for (int i = 0; i < list->count; i++) {
        const struct parameter *p = &list->items[i];
        const size_t columns = p->count / (size_t)p->shape[0];
        const struct zero_rows zero = rows_of(zeros, p->name);
        const struct gradient gradient = {
            p->name,  parameters + p->offset,       gradients + p->offset,
            p->count, (size_t)zero.first * columns, (size_t)zero.rows * columns
        };

        assert_gradient(&gradient, loss, context);
    }
}
