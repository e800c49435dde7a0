/* recurrent_backward.c - the walk back: see recurrent.c for what limits it. */
#include "rnn/recurrent_parts.h"

#include <string.h>

#include "common/numeric/reduce.h"

void recurrent_total_gradient(const struct recurrent *r, const struct layer_pass *pass,
                              real *restrict dh_t, const real *restrict dh_next, int t)
{
    const size_t state = (size_t)pass->extent.batch * (size_t)r->layer.out;
    const real *restrict dy_t = pass->dy + (size_t)t * state;

    for (size_t k = 0; k < state; k++)
        dh_t[k] = dy_t[k] + dh_next[k];
}

void recurrent_edit_backward(real *held, real *dstate, size_t count)
{
    memcpy(held, dstate, count * sizeof *held);
    memset(dstate, 0, count * sizeof *dstate);
}

bool recurrent_edit_goes_back(const struct recurrent *r, const struct edit *edit, int t)
{
    return edit != NULL && edit->kind == EDIT_STATE_HOLD && recurrent_goes_back(r, t);
}

bool recurrent_goes_back(const struct recurrent *r, int t)
{
    const int k = r->options.truncate;

    return t > 0 ? k == 0 || t % k != 0 : r->options.learned_state;
}

void recurrent_hidden_backward(const struct recurrent *r, const struct layer_pass *pass,
                               real *dh_previous, const real *du_t, enum product_mode mode)
{
    affine_backward_input(&r->hidden, recurrent_prepared_of(r, pass->prepared).hidden,
                          dh_previous, du_t, pass->extent.batch, mode);
}

/*
 * The input's map backwards, for steps t .. t + steps - 1. Everything is linear in x, so da of
 * equal rows is added up first, and the map runs once for each symbol when t = 0 is reached.
 */
static void input_distinct_add(const struct recurrent *r, const struct layer_pass *pass,
                               const real *da, int t, int steps)
{
    const size_t GH = (size_t)r->input.out, B = (size_t)pass->extent.batch;
    const int *tokens = pass->tokens + (size_t)t * B;
    real *sums = recurrent_scratch_of(r, pass).a;

    for (size_t row = 0; row < (size_t)steps * B; row++) {
        real *restrict sum = sums + (size_t)tokens[row] * GH;
        const real *restrict da_row = da + row * GH;

        for (size_t k = 0; k < GH; k++)
            sum[k] += da_row[k];
    }
}

static void input_distinct_finish(const struct recurrent *r, const struct layer_pass *pass)
{
    const int V = pass->extent.distinct;
    const struct recurrent_scratch scratch = recurrent_scratch_of(r, pass);

    reduce_rows_add(scratch.bias, scratch.a, V, r->input.out);
    affine_backward_weight(&r->input, pass->gradients, scratch.a, pass->x, V);
    if (pass->dx != NULL)
        affine_backward_input(&r->input, pass->prepared, pass->dx, scratch.a, V, PRODUCT_SET);
}

static void input_add(const struct recurrent *r, const struct layer_pass *pass, const real *da,
                      int t, int steps)
{
    const int B = pass->extent.batch, rows = steps * B;
    const size_t at = (size_t)t * (size_t)B * (size_t)r->layer.in;

    reduce_rows_add(recurrent_scratch_of(r, pass).bias, da, rows, r->input.out);
    affine_backward_weight(&r->input, pass->gradients, da, pass->x + at, rows);
    if (pass->dx != NULL)
        affine_backward_input(&r->input, pass->prepared, pass->dx + at, da, rows, PRODUCT_SET);
}

/* u_t = W_hh h_{t-1} + b_hh, for steps t .. t + steps - 1; h_{t-1} is y of the step before. */
static void hidden_weight_add(const struct recurrent *r, const struct layer_pass *pass,
                              const real *du, int t, int steps)
{
    const int B = pass->extent.batch, first = t == 0; /* the first step's is not in y */
    const size_t step = (size_t)B * (size_t)r->hidden.out;

    if (steps > first)
        affine_backward_weight(&r->hidden, pass->gradients, du + (size_t)first * step,
                               recurrent_previous(r, pass, t + first), (steps - first) * B);
    if (first && has_previous(r, 0))
        affine_backward_weight(&r->hidden, pass->gradients, du, recurrent_previous(r, pass, 0),
                               B);
}

void recurrent_gradients(const struct recurrent *r, const struct layer_pass *pass,
                         const real *da, const real *du, int t)
{
    const int T = pass->extent.steps, B = pass->extent.batch, GH = r->input.out;
    const int chunk = recurrent_chunk(&r->layer, pass->extent);
    const int steps = chunk < T - t ? chunk : T - t;
    const bool distinct = pass->extent.distinct > 0;
    const struct recurrent_scratch scratch = recurrent_scratch_of(r, pass);

    if (t + steps == T) {
        memset(scratch.bias, 0, (size_t)GH * sizeof *scratch.bias);
        if (distinct)
            memset(scratch.a, 0,
                   (size_t)pass->extent.distinct * (size_t)GH * sizeof *scratch.a);
    }
    if (distinct)
        input_distinct_add(r, pass, da, t, steps);
    else
        input_add(r, pass, da, t, steps);
    hidden_weight_add(r, pass, du, t, steps);
    if (r->sum == RECURRENT_APART)
        reduce_rows_add(pass->gradients + r->hidden.bias, du, steps * B, GH);
    if (t > 0)
        return;
    if (distinct)
        input_distinct_finish(r, pass);
    reduce_add(pass->gradients + r->input.bias, scratch.bias, (size_t)GH);
    if (r->sum == RECURRENT_SUM)
        reduce_add(pass->gradients + r->hidden.bias, scratch.bias, (size_t)GH);
}

void recurrent_start_gradient(const struct recurrent *r, const struct layer_pass *pass,
                              size_t offset, const real *dstart)
{
    if (r->options.learned_state) /* each row of the start is the vector */
        reduce_rows_add(pass->gradients + offset, dstart, pass->extent.batch, r->layer.out);
}
