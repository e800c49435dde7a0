#include "common/layers/affine.h"

#include <math.h>

#include "common/numeric/reduce.h"

void affine_declare(struct affine *a, struct parameter_list *list, const char *prefix,
                    const char *weight, struct initial weight_initial, const char *bias,
                    struct initial bias_initial)
{
    a->weight = parameter_add(list, prefix, weight, a->out, a->in, weight_initial);
    a->bias = parameter_add(list, prefix, bias, a->out, 0, bias_initial);
}

struct initial affine_default_initial(int in)
{
    return (struct initial){ INITIAL_UNIFORM, 1 / sqrt(in) };
}

/* prepared: W' (in, out) for the forward product, then W (out, in) for the backward one. */
static size_t forward_count(const struct affine *a)
{
    return product_packed_count(a->in, a->out);
}

size_t affine_prepared_count(const struct affine *a)
{
    return forward_count(a) + product_packed_count(a->out, a->in);
}

void affine_prepare(const struct affine *a, const real *parameters, real *prepared)
{
    const real *w = parameters + a->weight;

    product_pack(prepared, (struct strided){ w, 1, a->in }, a->in, a->out);
    product_pack(prepared + forward_count(a), (struct strided){ w, a->in, 1 }, a->out, a->in);
}

void affine_forward(const struct affine *a, const real *parameters, const real *prepared,
                    real *y, const real *x, int M)
{
    affine_forward_from(a, prepared, y, (struct product_start){ .data = parameters + a->bias },
                        x, M);
}

void affine_forward_from(const struct affine *a, const real *prepared, real *y,
                         struct product_start start, const real *x, int M)
{
    product_packed_from(y, a->out, start, (struct strided){ x, a->in, 1 }, prepared, M, a->out,
                        a->in);
}

void affine_backward_input(const struct affine *a, const real *prepared, real *dx,
                           const real *dy, int M, enum product_mode mode)
{
    product_packed(dx, a->in, (struct strided){ dy, a->out, 1 }, prepared + forward_count(a), M,
                   a->in, a->out, mode);
}

void affine_backward_weight(const struct affine *a, real *gradients, const real *dy,
                            const real *x, int M)
{
    product(gradients + a->weight, a->in, (struct strided){ dy, 1, a->out },
            (struct strided){ x, a->in, 1 }, a->out, a->in, M, PRODUCT_ADD);
}

void affine_backward_bias(const struct affine *a, real *gradients, const real *dy, int M)
{
    reduce_rows_add(gradients + a->bias, dy, M, a->out);
}

void affine_backward_parameters(const struct affine *a, real *gradients, const real *dy,
                                const real *x, int M)
{
    affine_backward_weight(a, gradients, dy, x, M);
    affine_backward_bias(a, gradients, dy, M);
}

double affine_flops(const struct affine *a)
{
    return 2.0 * a->in * a->out;
}
