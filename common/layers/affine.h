/*
 * affine.h - y = x W' + b: the weight matrix and bias that every layer is made of.
 *
 *     W (out, in)    b (out)    x (M, in)    y (M, out)        M rows, one for each (t, b)
 *
 * as PyTorch's nn.Linear. Not a layer itself: linear, the recurrent cells, attention and
 * feed-forward own one or more. W is packed twice per update, for the forward and for the
 * backward product.
 */
#ifndef COMMON_LAYERS_AFFINE_H
#define COMMON_LAYERS_AFFINE_H

#include "common/layers/parameters.h"
#include "common/numeric/product.h"
#include "common/numeric/real.h"

struct affine {
    int in;
    int out;
    size_t weight; /* (out, in) offset in the model's block */
    size_t bias;   /* (out) */
};

/* Add both tensors as prefix + weight and prefix + bias, and remember their offsets. */
void affine_declare(struct affine *a, struct parameter_list *list, const char *prefix,
                    const char *weight, struct initial weight_initial, const char *bias,
                    struct initial bias_initial);

/* U(-1/sqrt in, 1/sqrt in): what nn.Linear gives weight and bias. */
struct initial affine_default_initial(int in);

/* Reals that affine_prepare writes: both packed forms of W. */
size_t affine_prepared_count(const struct affine *a);
void affine_prepare(const struct affine *a, const real *parameters, real *prepared);

/* y (M, out) = x (M, in) W' + b. Overwrites y. */
void affine_forward(const struct affine *a, const real *parameters, const real *prepared,
                    real *y, const real *x, int M);

/* y (M, out) = start (M, out) + x (M, in) W': see product_packed_from. */
void affine_forward_from(const struct affine *a, const real *prepared, real *y,
                         struct product_start start, const real *x, int M);

/* dx (M, in) = dy (M, out) W, or dx += with PRODUCT_ADD. */
void affine_backward_input(const struct affine *a, const real *prepared, real *dx,
                           const real *dy, int M, enum product_mode mode);

/* gradients: dW += dy' x. */
void affine_backward_weight(const struct affine *a, real *gradients, const real *dy,
                            const real *x, int M);

/* gradients: db += the sum of dy's rows. */
void affine_backward_bias(const struct affine *a, real *gradients, const real *dy, int M);

/* Both of them, when weight and bias see the same rows. */
void affine_backward_parameters(const struct affine *a, real *gradients, const real *dy,
                                const real *x, int M);

/* 2 in out for each row: multiply-adds count as two; the bias is not counted. */
double affine_flops(const struct affine *a);

#endif
