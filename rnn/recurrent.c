#include "rnn/recurrent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct layer *recurrent_create(const struct layer_kind *kind, int gates,
                               const struct recurrent_options *options)
{
    const int H = options->hidden, D = options->inputs;
    struct recurrent *r = calloc(1, sizeof *r);

    if (r == NULL)
        return NULL;
    r->layer = (struct layer){ .kind = kind, .in = D, .out = H, .depth = options->depth };
    r->options = *options;
    r->input = (struct affine){ .in = D, .out = gates * H };
    r->hidden = (struct affine){ .in = H, .out = gates * H };
    return &r->layer;
}

void recurrent_declare(struct layer *layer, struct parameter_list *list, const char *prefix)
{
    struct recurrent *r = (struct recurrent *)layer;
    const struct recurrent_options *o = &r->options;
    const struct initial uniform = { INITIAL_UNIFORM, 1 / sqrt(o->hidden) };
    const struct initial orthogonal = { INITIAL_ORTHOGONAL, o->gain };
    char weight_ih[32], weight_hh[32], bias_ih[32], bias_hh[32];

    snprintf(weight_ih, sizeof weight_ih, "weight_ih_l%d", o->number);
    snprintf(weight_hh, sizeof weight_hh, "weight_hh_l%d", o->number);
    snprintf(bias_ih, sizeof bias_ih, "bias_ih_l%d", o->number);
    snprintf(bias_hh, sizeof bias_hh, "bias_hh_l%d", o->number);
    affine_declare(&r->input, list, prefix, weight_ih, uniform, bias_ih, uniform);
    affine_declare(&r->hidden, list, prefix, weight_hh,
                   o->initial == RECURRENT_ORTHOGONAL ? orthogonal : uniform, bias_hh, uniform);
}

size_t recurrent_prepared_count(const struct layer *layer)
{
    const struct recurrent *r = recurrent_of(layer);

    return affine_prepared_count(&r->input) + affine_prepared_count(&r->hidden);
}

static const real *hidden_prepared(const struct recurrent *r, const real *prepared)
{
    return prepared + affine_prepared_count(&r->input);
}

void recurrent_prepare(const struct layer *layer, const real *parameters, real *prepared)
{
    const struct recurrent *r = recurrent_of(layer);

    affine_prepare(&r->input, parameters, prepared);
    affine_prepare(&r->hidden, parameters, prepared + affine_prepared_count(&r->input));
}

double recurrent_flops(const struct layer *layer, int steps)
{
    const struct recurrent *r = recurrent_of(layer);

    return steps * (affine_flops(&r->input) + affine_flops(&r->hidden));
}

/* h of step t, (B, H). */
static const real *hidden_at(const struct recurrent *r, const struct layer_pass *pass, int t)
{
    return pass->y + (size_t)t * (size_t)pass->extent.batch * (size_t)r->layer.out;
}

/*
 * Does it pay to work on the different rows of x alone? By shape only: forward and backward
 * agree.
 */
static bool works_on_distinct(struct extent extent)
{
    return extent.distinct > 0 && (size_t)extent.distinct <= extent_rows(extent) / 2;
}

/* The different rows, in scratch. */
struct distinct {
    real *x; /* (V, D), and in backward dx */
    real *a; /* (V, GH), or in backward the sum of da over equal rows */
};

static struct distinct distinct_of(const struct recurrent *r, const struct layer_pass *pass)
{
    return (struct distinct){ .x = pass->scratch,
                              .a = pass->scratch +
                                   (size_t)pass->extent.distinct * (size_t)r->layer.in };
}

size_t recurrent_scratch_count(const struct layer *layer, struct extent extent)
{
    const struct recurrent *r = recurrent_of(layer);

    return works_on_distinct(extent)
               ? (size_t)extent.distinct * (size_t)(r->input.in + r->input.out)
               : 0;
}

/* The different rows of x; 0 where a symbol does not occur. */
static void gather_rows(const struct recurrent *r, const struct layer_pass *pass, real *x)
{
    const size_t D = (size_t)r->layer.in, rows = extent_rows(pass->extent);

    memset(x, 0, (size_t)pass->extent.distinct * D * sizeof *x);
    for (size_t row = 0; row < rows; row++)
        memcpy(x + (size_t)pass->tokens[row] * D, pass->x + row * D, D * sizeof *x);
}

void recurrent_input(const struct recurrent *r, const struct layer_pass *pass, real *a)
{
    const size_t GH = (size_t)r->input.out, rows = extent_rows(pass->extent);
    const struct distinct distinct = distinct_of(r, pass);

    if (!works_on_distinct(pass->extent)) {
        affine_forward(&r->input, pass->parameters, pass->prepared, a, pass->x, (int)rows);
        return;
    }
    gather_rows(r, pass, distinct.x);
    affine_forward(&r->input, pass->parameters, pass->prepared, distinct.a, distinct.x,
                   pass->extent.distinct);
    for (size_t row = 0; row < rows; row++)
        memcpy(a + row * GH, distinct.a + (size_t)pass->tokens[row] * GH, GH * sizeof *a);
}

/*
 * As recurrent_input's product, backwards: everything is linear in x, so equal rows add up
 * first.
 */
static void input_gradients_distinct(const struct recurrent *r, const struct layer_pass *pass,
                                     const real *da)
{
    const int V = pass->extent.distinct;
    const size_t D = (size_t)r->layer.in, GH = (size_t)r->input.out;
    const size_t rows = extent_rows(pass->extent);
    const struct distinct distinct = distinct_of(r, pass);

    gather_rows(r, pass, distinct.x);
    memset(distinct.a, 0, (size_t)V * GH * sizeof *da);
    for (size_t row = 0; row < rows; row++) {
        real *sum = distinct.a + (size_t)pass->tokens[row] * GH;

        for (size_t k = 0; k < GH; k++)
            sum[k] += da[row * GH + k];
    }
    affine_backward_parameters(&r->input, pass->gradients, distinct.a, distinct.x, V);
    if (pass->dx == NULL)
        return;
    affine_backward_input(&r->input, pass->prepared, distinct.x, distinct.a, V, PRODUCT_SET);
    for (size_t row = 0; row < rows; row++) { /* the first of equal rows takes the sum away */
        real *sum = distinct.x + (size_t)pass->tokens[row] * D;

        memcpy(pass->dx + row * D, sum, D * sizeof *sum);
        memset(sum, 0, D * sizeof *sum);
    }
}

static void input_gradients(const struct recurrent *r, const struct layer_pass *pass,
                            const real *da)
{
    const int rows = (int)extent_rows(pass->extent);

    if (works_on_distinct(pass->extent)) {
        input_gradients_distinct(r, pass, da);
        return;
    }
    affine_backward_parameters(&r->input, pass->gradients, da, pass->x, rows);
    if (pass->dx != NULL)
        affine_backward_input(&r->input, pass->prepared, pass->dx, da, rows, PRODUCT_SET);
}

void recurrent_hidden_add(const struct recurrent *r, const struct layer_pass *pass, real *a_t,
                          int t)
{
    const int B = pass->extent.batch, width = r->hidden.out;
    const real *bias = pass->parameters + r->hidden.bias;

    for (int b = 0; b < B; b++)
        for (int k = 0; k < width; k++)
            a_t[b * width + k] += bias[k];
    if (t > 0)
        affine_forward_add(&r->hidden, hidden_prepared(r, pass->prepared), a_t,
                           hidden_at(r, pass, t - 1), B);
}

void recurrent_hidden(const struct recurrent *r, const struct layer_pass *pass, real *u_t,
                      int t)
{
    const int B = pass->extent.batch;

    for (int i = 0; i < B * r->hidden.out; i++)
        u_t[i] = 0;
    recurrent_hidden_add(r, pass, u_t, t);
}

void recurrent_total_gradient(const struct recurrent *r, const struct layer_pass *pass,
                              real *dh_t, const real *dh_next, int t)
{
    const size_t state = (size_t)pass->extent.batch * (size_t)r->layer.out;
    const real *dy_t = pass->dy + (size_t)t * state;

    for (size_t k = 0; k < state; k++)
        dh_t[k] = dy_t[k] + dh_next[k];
}

void recurrent_hidden_backward(const struct recurrent *r, const struct layer_pass *pass,
                               real *dh_previous, const real *du_t, enum product_mode mode)
{
    affine_backward_input(&r->hidden, hidden_prepared(r, pass->prepared), dh_previous, du_t,
                          pass->extent.batch, mode);
}

void recurrent_gradients(const struct recurrent *r, const struct layer_pass *pass,
                         const real *da, const real *du)
{
    const int B = pass->extent.batch, T = pass->extent.steps, rows = T * B;
    const size_t step = (size_t)B * (size_t)r->hidden.out;

    input_gradients(r, pass, da);
    affine_backward_bias(&r->hidden, pass->gradients, du, rows);
    if (T > 1) /* u_t = W_hh h_{t-1} + b_hh, and h before the first step is zero */
        affine_backward_weight(&r->hidden, pass->gradients, du + step, pass->y, rows - B);
}
