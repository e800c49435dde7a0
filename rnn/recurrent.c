/*
 * recurrent.c - the walk forwards; recurrent_backward.c is the walk back.
 *
 * The multiply-adds are the limit: a step of training of lstm-1-64-100-32 spends three quarters
 * of its time in products. The chain through time has few rows, B of them at each step, which
 * is why 8 sequences go together: they fill a register tile, and W_hh is read once for all.
 * What is no chain is taken out of it: the input's product runs over many steps, or over the
 * symbols; the gradient on W_hh over a chunk of steps.
 *
 * Measured on one core of a Zen 4 EPYC (118 GFLOP/s), gcc 12, of the 3.97 ms of that step:
 *
 *     W_hh h, 8 rows, K = 64            24 %    at 90..94 % of the limit
 *     dW_hh' a, 8 rows, K = 256         23 %    at 97 %
 *     the gradient on W_hh              23 %    at 97 %
 *     the cell forwards                  9 %    1.8 ns a unit: exponentials and divisions
 *     the cell backwards                 6 %
 *     readout                            5 %
 *     loss, data, Adam, rest            10 %
 *
 * H = 256: the weights, 1 MB in either packing, leave the L2 cache and come from L3 at every
 * step; the products still run at 92 % of the limit.
 */
#include "rnn/recurrent_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct layer *recurrent_create(const struct layer_kind *kind, int gates, enum recurrent_sum sum,
                               const struct recurrent_options *options)
{
    const int H = options->hidden, D = options->inputs;
    struct recurrent *r = calloc(1, sizeof *r);

    if (r == NULL)
        return NULL;
    r->layer = (struct layer){ .kind = kind, .in = D, .out = H, .depth = options->depth };
    r->options = *options;
    r->sum = sum;
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

    return affine_prepared_count(&r->input) + affine_prepared_count(&r->hidden) +
           (size_t)r->input.out;
}

void recurrent_prepare(const struct layer *layer, const real *parameters, real *prepared)
{
    const struct recurrent *r = recurrent_of(layer);
    real *hidden = prepared + affine_prepared_count(&r->input);
    real *bias = hidden + affine_prepared_count(&r->hidden);

    affine_prepare(&r->input, parameters, prepared);
    affine_prepare(&r->hidden, parameters, hidden);
    for (int k = 0; k < r->input.out; k++)
        bias[k] = parameters[r->input.bias + (size_t)k] +
                  (r->sum == RECURRENT_SUM ? parameters[r->hidden.bias + (size_t)k] : 0);
}

double recurrent_flops(const struct layer *layer, int steps)
{
    const struct recurrent *r = recurrent_of(layer);

    return steps * (affine_flops(&r->input) + affine_flops(&r->hidden));
}

enum { CHUNK = 1 << 17 }; /* reals: half a megabyte, of an L2 cache of one or two */

/* Reals of one step. */
static size_t step_count(const struct layer *layer, struct extent extent)
{
    return (size_t)extent.batch * (size_t)recurrent_of(layer)->input.out;
}

int recurrent_chunk(const struct layer *layer, struct extent extent)
{
    const size_t steps = CHUNK / step_count(layer, extent);

    if (steps > (size_t)extent.steps)
        return extent.steps;
    return steps < 1 ? 1 : (int)steps;
}

size_t recurrent_chunk_count(const struct layer *layer, struct extent extent)
{
    const size_t step = step_count(layer, extent), all = step * (size_t)extent.steps;
    const size_t most = step > CHUNK ? step : CHUNK;

    return all < most ? all : most;
}

size_t recurrent_scratch_count(const struct layer *layer, struct extent extent)
{
    const size_t GH = (size_t)recurrent_of(layer)->input.out;

    return GH + (extent.distinct > 0 ? (size_t)extent.distinct * GH
                                     : recurrent_chunk_count(layer, extent));
}

/* a (rows, GH) = W_ih x + b. */
static void input_forward(const struct recurrent *r, const real *prepared, real *a,
                          const real *x, int rows)
{
    const struct recurrent_prepared p = recurrent_prepared_of(r, prepared);

    affine_forward_from(&r->input, p.input, a, (struct product_start){ .data = p.bias }, x,
                        rows);
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

void recurrent_begin(const struct recurrent *r, const struct layer_pass *pass)
{
    recurrent_start_rows(r, pass->parameters, r->start_hidden, pass->saved, pass->extent.batch);
    if (pass->extent.distinct > 0)
        input_forward(r, pass->prepared, recurrent_scratch_of(r, pass).a, pass->x,
                      pass->extent.distinct);
}

struct product_start recurrent_input(const struct recurrent *r, const struct layer_pass *pass,
                                     int t)
{
    const int B = pass->extent.batch, left = pass->extent.steps - t;
    const int chunk = recurrent_chunk(&r->layer, pass->extent);
    const size_t row = (size_t)t * (size_t)B;
    real *a = recurrent_scratch_of(r, pass).a;

    if (pass->extent.distinct > 0)
        return (struct product_start){ a, r->input.out, pass->tokens + row };
    if (t % chunk == 0)
        input_forward(r, pass->prepared, a, pass->x + row * (size_t)r->layer.in,
                      (chunk < left ? chunk : left) * B);
    return (struct product_start){ .data = a + recurrent_chunk_at(&r->layer, pass->extent, t),
                                   .row = r->input.out };
}

const real *recurrent_previous(const struct recurrent *r, const struct layer_pass *pass, int t)
{
    const size_t state = (size_t)pass->extent.batch * (size_t)r->layer.out;

    return t > 0 ? pass->y + (size_t)(t - 1) * state : pass->saved;
}

/* u (B, GH) = start + W_hh h; h NULL: it is zero, a product over no k's. */
static void hidden_forward(const struct recurrent *r, const real *prepared, real *u,
                           struct product_start start, const real *h, int B)
{
    const int K = h != NULL ? r->hidden.in : 0;
    const real *a = h != NULL ? h : start.data; /* of no k's nothing is read */

    product_packed_from(u, r->hidden.out, start, (struct strided){ a, K, 1 },
                        recurrent_prepared_of(r, prepared).hidden, B, r->hidden.out, K);
}

static const real *previous_or_null(const struct recurrent *r, const struct layer_pass *pass,
                                    int t)
{
    return has_previous(r, t) ? recurrent_previous(r, pass, t) : NULL;
}

static struct product_start hidden_bias(const struct recurrent *r, const real *parameters)
{
    return (struct product_start){ .data = parameters + r->hidden.bias };
}

void recurrent_sum(const struct recurrent *r, const struct layer_pass *pass, real *a_t, int t)
{
    hidden_forward(r, pass->prepared, a_t, recurrent_input(r, pass, t),
                   previous_or_null(r, pass, t), pass->extent.batch);
}

void recurrent_hidden(const struct recurrent *r, const struct layer_pass *pass, real *u_t,
                      int t)
{
    hidden_forward(r, pass->prepared, u_t, hidden_bias(r, pass->parameters),
                   previous_or_null(r, pass, t), pass->extent.batch);
}

static bool is_of_half(const struct edit *edit, const struct recurrent *r)
{
    return edit->half == EDIT_BOTH_HALVES ||
           (edit->half == EDIT_REVERSE_HALF) == r->options.reverse;
}

const struct edit *recurrent_edit(const struct recurrent *r, const struct layer_pass *pass,
                                  int t)
{
    for (int i = 0; pass->edits != NULL && i < pass->edits->count; i++) {
        const struct edit *edit = &pass->edits->items[i];

        if (edit_is_of_state(edit) && edit->depth == r->layer.depth && edit->step == t &&
            is_of_half(edit, r))
            return edit;
    }
    return NULL;
}

void recurrent_edit_forward(const struct edit *edit, real *state, const real *previous, int B,
                            int H, int part)
{
    const size_t count = (size_t)B * (size_t)H;

    if (edit->kind == EDIT_STATE_ZERO)
        memset(state, 0, count * sizeof *state);
    else if (edit->kind == EDIT_STATE_HOLD)
        memcpy(state, previous, count * sizeof *state);
    else
        for (int b = 0; b < B; b++)
            memcpy(state + b * H, edit->state + part * H, (size_t)H * sizeof *state);
}

void recurrent_step_begin(const struct recurrent *r, const struct layer_step *step, real *a,
                          real *h)
{
    input_forward(r, step->prepared, a, step->x, step->batch);
    if (step->t == 0)
        recurrent_start_rows(r, step->parameters, r->start_hidden, h, step->batch);
}

void recurrent_step_hidden_add(const struct recurrent *r, const struct layer_step *step,
                               real *a, const real *h)
{
    hidden_forward(r, step->prepared, a, (struct product_start){ a, r->hidden.out, NULL },
                   has_previous(r, step->t) ? h : NULL, step->batch);
}

void recurrent_step_hidden(const struct recurrent *r, const struct layer_step *step, real *u,
                           const real *h)
{
    hidden_forward(r, step->prepared, u, hidden_bias(r, step->parameters),
                   has_previous(r, step->t) ? h : NULL, step->batch);
}
