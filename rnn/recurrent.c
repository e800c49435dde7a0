#include "rnn/recurrent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/numeric/reduce.h"

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

/* The name of a tensor of this layer, as PyTorch's: "weight_ih_l0", "weight_ih_l0_reverse". */
enum { NAME_MAX = 32 };

static const char *name_of(const struct recurrent *r, const char *what, char name[NAME_MAX])
{
    snprintf(name, NAME_MAX, "%s_l%d%s", what, r->options.number,
             r->options.reverse ? "_reverse" : "");
    return name;
}

static struct initial hidden_initial(const struct recurrent_options *o)
{
    switch (o->initial) {
    case RECURRENT_ORTHOGONAL:
        return (struct initial){ INITIAL_ORTHOGONAL, o->gain };
    case RECURRENT_IDENTITY:
        return (struct initial){ INITIAL_IDENTITY, o->gain };
    default:
        return (struct initial){ INITIAL_UNIFORM, 1 / sqrt(o->hidden) };
    }
}

static const struct initial zero = { INITIAL_CONSTANT, 0 };
static const char outside_core[] = "initial."; /* a learned state is no part of the core */

void recurrent_declare(struct layer *layer, struct parameter_list *list, const char *prefix)
{
    struct recurrent *r = (struct recurrent *)layer;
    const struct recurrent_options *o = &r->options;
    const struct initial uniform = { INITIAL_UNIFORM, 1 / sqrt(o->hidden) };
    const struct initial biases = o->initial == RECURRENT_IDENTITY ? zero : uniform;
    char weight[NAME_MAX], bias[NAME_MAX];

    affine_declare(&r->input, list, prefix, name_of(r, "weight_ih", weight), uniform,
                   name_of(r, "bias_ih", bias), biases);
    affine_declare(&r->hidden, list, prefix, name_of(r, "weight_hh", weight), hidden_initial(o),
                   name_of(r, "bias_hh", bias), biases);
    if (o->learned_state)
        r->start_hidden =
            parameter_add(list, outside_core, name_of(r, "hidden", weight), o->hidden, 0, zero);
}

void recurrent_declare_cell(struct layer *layer, struct parameter_list *list)
{
    struct recurrent *r = (struct recurrent *)layer;
    char name[NAME_MAX];

    if (r->options.learned_state)
        r->start_cell = parameter_add(list, outside_core, name_of(r, "cell", name),
                                      r->options.hidden, 0, zero);
}

void recurrent_start_gate(const struct recurrent *r, struct parameter_list *list, int gate,
                          struct initial initial)
{
    const int H = r->options.hidden;

    parameter_start_rows(list, r->input.bias, gate * H, H, initial);
    parameter_start_rows(list, r->hidden.bias, gate * H, H, zero);
}

struct initial recurrent_chrono(const struct recurrent *r)
{
    const int longest = r->options.longest;

    return (struct initial){ INITIAL_LOG_UNIFORM, longest > 2 ? longest - 1 : 1 };
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

/* a (T, B, GH) = W_ih x + b_ih. */
static void input_forward(const struct recurrent *r, const struct layer_pass *pass, real *a)
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
 * As input_forward's product, backwards: everything is linear in x, so equal rows add up
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

/* The state before the first step, (B, H): the same vector for every sequence. */
size_t recurrent_saved_count(const struct layer *layer, struct extent extent)
{
    return (size_t)extent.batch * (size_t)layer->out;
}

void recurrent_start_rows(const struct recurrent *r, const real *parameters, size_t offset,
                          real *rows, int B)
{
    const size_t H = (size_t)r->layer.out;

    if (!r->options.learned_state)
        memset(rows, 0, (size_t)B * H * sizeof *rows);
    for (int b = 0; b < B && r->options.learned_state; b++)
        memcpy(rows + (size_t)b * H, parameters + offset, H * sizeof *rows);
}

void recurrent_begin(const struct recurrent *r, const struct layer_pass *pass, real *a)
{
    input_forward(r, pass, a);
    recurrent_start_rows(r, pass->parameters, r->start_hidden, pass->saved, pass->extent.batch);
}

const real *recurrent_previous(const struct recurrent *r, const struct layer_pass *pass, int t)
{
    const size_t state = (size_t)pass->extent.batch * (size_t)r->layer.out;

    return t > 0 ? pass->y + (size_t)(t - 1) * state : pass->saved;
}

/* Is there anything in h_{t-1}? Before the first step only what was learned. */
static bool has_previous(const struct recurrent *r, int t)
{
    return t > 0 || r->options.learned_state;
}

/* a (B, GH) += W_hh h + b_hh; without h (B, H) only the bias. */
static void hidden_add(const struct recurrent *r, const real *parameters, const real *prepared,
                       real *a, const real *h, int B)
{
    const int width = r->hidden.out;
    const real *bias = parameters + r->hidden.bias;

    for (int b = 0; b < B; b++)
        for (int k = 0; k < width; k++)
            a[b * width + k] += bias[k];
    if (h != NULL)
        affine_forward_add(&r->hidden, hidden_prepared(r, prepared), a, h, B);
}

void recurrent_hidden_add(const struct recurrent *r, const struct layer_pass *pass, real *a_t,
                          int t)
{
    hidden_add(r, pass->parameters, pass->prepared, a_t,
               has_previous(r, t) ? recurrent_previous(r, pass, t) : NULL, pass->extent.batch);
}

void recurrent_hidden(const struct recurrent *r, const struct layer_pass *pass, real *u_t,
                      int t)
{
    const int B = pass->extent.batch;

    for (int i = 0; i < B * r->hidden.out; i++)
        u_t[i] = 0;
    recurrent_hidden_add(r, pass, u_t, t);
}

void recurrent_step_begin(const struct recurrent *r, const struct layer_step *step, real *a,
                          real *h)
{
    affine_forward(&r->input, step->parameters, step->prepared, a, step->x, step->batch);
    if (step->t == 0)
        recurrent_start_rows(r, step->parameters, r->start_hidden, h, step->batch);
}

void recurrent_step_hidden_add(const struct recurrent *r, const struct layer_step *step,
                               real *a, const real *h)
{
    hidden_add(r, step->parameters, step->prepared, a, has_previous(r, step->t) ? h : NULL,
               step->batch);
}

void recurrent_total_gradient(const struct recurrent *r, const struct layer_pass *pass,
                              real *dh_t, const real *dh_next, int t)
{
    const size_t state = (size_t)pass->extent.batch * (size_t)r->layer.out;
    const real *dy_t = pass->dy + (size_t)t * state;

    for (size_t k = 0; k < state; k++)
        dh_t[k] = dy_t[k] + dh_next[k];
}

bool recurrent_goes_back(const struct recurrent *r, int t)
{
    const int k = r->options.truncate;

    return t > 0 ? k == 0 || t % k != 0 : r->options.learned_state;
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
    if (T > 1) /* u_t = W_hh h_{t-1} + b_hh, h_{t-1} being y of the step before */
        affine_backward_weight(&r->hidden, pass->gradients, du + step, pass->y, rows - B);
    if (has_previous(r, 0)) /* u_0 = W_hh h_start + b_hh */
        affine_backward_weight(&r->hidden, pass->gradients, du, recurrent_previous(r, pass, 0),
                               B);
}

void recurrent_start_gradient(const struct recurrent *r, const struct layer_pass *pass,
                              size_t offset, const real *dstart)
{
    if (r->options.learned_state) /* each row of the start is the vector */
        reduce_rows_add(pass->gradients + offset, dstart, pass->extent.batch, r->layer.out);
}
