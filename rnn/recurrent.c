#include "rnn/recurrent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

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

void recurrent_input(const struct recurrent *r, const struct layer_pass *pass, real *a)
{
    affine_forward(&r->input, pass->parameters, pass->prepared, a, pass->x,
                   (int)extent_rows(pass->extent));
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

    affine_backward_parameters(&r->input, pass->gradients, da, pass->x, rows);
    affine_backward_bias(&r->hidden, pass->gradients, du, rows);
    if (T > 1) /* u_t = W_hh h_{t-1} + b_hh, and h before the first step is zero */
        affine_backward_weight(&r->hidden, pass->gradients, du + step, pass->y, rows - B);
    if (pass->dx != NULL)
        affine_backward_input(&r->input, pass->prepared, pass->dx, da, rows, PRODUCT_SET);
}
