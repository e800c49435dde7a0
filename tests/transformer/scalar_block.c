#include "tests/transformer/scalar_block.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/test.h"
#include "tests/transformer/dense_attention.h"

static const real *tensor(const struct scalar_block *s, const char *prefix, const char *name)
{
    char full[PARAMETER_NAME_MAX];
    const struct parameter *p;

    snprintf(full, sizeof full, "%s%s", prefix, name);
    p = parameter_find(s->list, full);
    assert_non_null(p);
    return s->parameters + p->offset;
}

static real *reals(int count)
{
    real *values = calloc((size_t)count, sizeof *values);

    assert_non_null(values);
    return values;
}

/* y_j = b_j + sum over i of W_ji x_i */
static void affine(real *y, const real *x, const real *w, const real *b, int in, int out)
{
    for (int j = 0; j < out; j++) {
        y[j] = b[j];
        for (int i = 0; i < in; i++)
            y[j] += w[j * in + i] * x[i];
    }
}

void scalar_attention(struct scalar_block *s, real *y, const real *x)
{
    const real *in_w = tensor(s, s->prefix, "in_proj_weight");
    const real *in_b = tensor(s, s->prefix, "in_proj_bias");
    const real *out_w = tensor(s, s->prefix, "out_proj.weight");
    const real *out_b = tensor(s, s->prefix, "out_proj.bias");
    real *qkv = reals(s->T * 3 * s->E);

    for (int b = 0; b < s->B; b++) {
        for (int t = 0; t < s->T; t++)
            affine(qkv + t * 3 * s->E, x + (t * s->B + b) * s->E, in_w, in_b, s->E, 3 * s->E);
        for (int i = 0; i < s->T; i++) {
            real *mix = reals(s->E);

            for (int head = 0; head < s->heads; head++)
                dense_attention_row(s, mix, qkv, b, head, i);
            affine(y + (i * s->B + b) * s->E, mix, out_w, out_b, s->E, s->E);
            free(mix);
        }
    }
    free(qkv);
}

static void norm(const struct scalar_block *s, const char *prefix, real *y, const real *x)
{
    const real *gamma = tensor(s, prefix, "weight"), *beta = tensor(s, prefix, "bias");

    for (int row = 0; row < s->T * s->B; row++) {
        double mean = 0, variance = 0;

        for (int k = 0; k < s->E; k++)
            mean += (double)x[row * s->E + k] / s->E;
        for (int k = 0; k < s->E; k++)
            variance += pow((double)x[row * s->E + k] - mean, 2) / s->E;
        for (int k = 0; k < s->E; k++)
            y[row * s->E + k] =
                gamma[k] * (real)(((double)x[row * s->E + k] - mean) / sqrt(variance + 1e-5)) +
                beta[k];
    }
}

static void feed_forward(const struct scalar_block *s, real *y, const real *x)
{
    const int E = s->E, wide = 4 * E;
    real *a = reals(wide);

    for (int row = 0; row < s->T * s->B; row++) {
        affine(a, x + row * E, tensor(s, "", "linear1.weight"), tensor(s, "", "linear1.bias"),
               E, wide);
        for (int k = 0; k < wide; k++)
            a[k] *= (real)(0.5 * erfc(-(double)a[k] / sqrt(2)));
        affine(y + row * E, a, tensor(s, "", "linear2.weight"), tensor(s, "", "linear2.bias"),
               wide, E);
    }
    free(a);
}

void scalar_block(struct scalar_block *s, real *y, const real *x)
{
    const int count = s->T * s->B * s->E;
    real *normed = reals(count), *middle = reals(count);

    norm(s, "norm1.", normed, x);
    scalar_attention(s, middle, normed);
    for (int k = 0; k < count; k++)
        middle[k] += x[k];
    norm(s, "norm2.", normed, middle);
    feed_forward(s, y, normed);
    for (int k = 0; k < count; k++)
        y[k] += middle[k];
    free(normed);
    free(middle);
}
