#include "rnn/elman.h"

#include <assert.h>
#include <string.h>

#include "common/numeric/functions.h"
#include "common/numeric/reduce.h"

static struct layer_sizes elman_sizes(const struct layer *layer, struct extent extent)
{
    const size_t state = (size_t)extent.batch * (size_t)layer->out; /* one (B, H) block */

    return (struct layer_sizes){
        .saved = recurrent_saved_count(layer, extent),
        .scratch = recurrent_scratch_count(layer, extent) +
                   recurrent_chunk_count(layer, extent) + 3 * state,
        .recorded = state * (size_t)extent.steps,
    };
}

/* The sums a become h in place; what is not a number stays visible. */
static void cell_forward(const struct recurrent *r, real *h, size_t count)
{
    if (r->options.squash == RECURRENT_RELU)
        for (size_t k = 0; k < count; k++)
            h[k] = h[k] < 0 ? 0 : h[k];
    else
        for (size_t k = 0; k < count; k++)
            h[k] = real_tanh(h[k]);
}

static void elman_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct recurrent *r = recurrent_of(layer);
    const size_t state = (size_t)pass->extent.batch * (size_t)layer->out;

    recurrent_begin(r, pass);
    for (int t = 0; t < pass->extent.steps; t++) {
        real *h_t = pass->y + (size_t)t * state;

        recurrent_sum(r, pass, h_t, t);
        cell_forward(r, h_t, state);
        if (recurrent_edit(r, pass, t) != NULL)
            recurrent_edit_forward(recurrent_edit(r, pass, t), h_t,
                                   recurrent_previous(r, pass, t), pass->extent.batch,
                                   layer->out, 0);
    }
}

static void cell_backward(const struct recurrent *r, real *restrict da_t,
                          const real *restrict dh_t, const real *restrict h_t, size_t count)
{
    if (r->options.squash == RECURRENT_RELU)
        for (size_t k = 0; k < count; k++)
            da_t[k] = h_t[k] > 0 ? dh_t[k] : 0; /* h = max(a, 0); 0 at the kink, as PyTorch */
    else
        for (size_t k = 0; k < count; k++)
            da_t[k] = dh_t[k] * (1 - h_t[k] * h_t[k]); /* h = tanh(a) */
}

static void elman_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct recurrent *r = recurrent_of(layer);
    const size_t state = (size_t)pass->extent.batch * (size_t)layer->out;
    real *da = recurrent_scratch(layer, pass); /* (chunk, B, H) gradient on the sum in tanh */
    real *dh_t = da + recurrent_chunk_count(layer, pass->extent); /* (B, H) on h_t, all paths */
    real *dh_next = dh_t + state;                                 /* (B, H) from t+1 alone */
    real *held = dh_next + state; /* (B, H) past a cell that a hand has made of no account */

    memset(dh_next, 0, state * sizeof *dh_next); /* nothing comes back from after the end */
    for (int t = pass->extent.steps - 1; t >= 0; t--) {
        const real *h_t = pass->y + (size_t)t * state;
        const struct edit *edit = recurrent_edit(r, pass, t);
        real *da_t = da + recurrent_chunk_at(layer, pass->extent, t);

        recurrent_total_gradient(r, pass, dh_t, dh_next, t);
        if (pass->recorded != NULL)
            memcpy(pass->recorded + (size_t)t * state, dh_t, state * sizeof *dh_t);
        if (edit != NULL)
            recurrent_edit_backward(held, dh_t, state);
        cell_backward(r, da_t, dh_t, h_t, state);
        if (recurrent_goes_back(r, t))
            recurrent_hidden_backward(r, pass, dh_next, da_t, PRODUCT_SET);
        else
            memset(dh_next, 0, state * sizeof *dh_next);
        if (recurrent_edit_goes_back(r, edit, t))
            reduce_add(dh_next, held, state);
        if (da_t == da)
            recurrent_gradients(r, pass, da, da, t);
    }
    recurrent_start_gradient(r, pass, r->start_hidden, dh_next);
}

/* state: h (B, H). */
static struct layer_step_sizes elman_step_sizes(const struct layer *layer, int batch,
                                                int capacity)
{
    (void)capacity;
    return (struct layer_step_sizes){ .state = (size_t)batch * (size_t)layer->out };
}

static void elman_step(const struct layer *layer, const struct layer_step *step)
{
    const struct recurrent *r = recurrent_of(layer);
    const size_t state = (size_t)step->batch * (size_t)layer->out;

    recurrent_step_begin(r, step, step->y, step->state);
    recurrent_step_hidden_add(r, step, step->y, step->state);
    cell_forward(r, step->y, state);
    memcpy(step->state, step->y, state * sizeof *step->y);
}

static void elman_trace(const struct layer *layer, const struct layer_pass *pass,
                        struct trace *trace)
{
    const int H = layer->out;

    trace_add_rows(trace, "hidden", layer->depth, true, TRACE_SIGNED, pass->extent.steps,
                   pass->extent.batch, H, (struct trace_rows){ pass->y, H },
                   (struct trace_rows){ pass->recorded, H });
}

static const struct layer_kind elman_kind = {
    .name = "elman",
    .products = PRODUCTS_OF_STEPS,
    .by_symbol = true,
    .declare = recurrent_declare,
    .sizes = elman_sizes,
    .prepared_count = recurrent_prepared_count,
    .prepare = recurrent_prepare,
    .forward = elman_forward,
    .backward = elman_backward,
    .trace = elman_trace,
    .flops = recurrent_flops,
    .step_sizes = elman_step_sizes,
    .step = elman_step,
};

struct layer *elman_create(const struct recurrent_options *options)
{
    assert(options->initial != RECURRENT_CHRONO && options->forget_bias == 0); /* no gates */
    return recurrent_create(&elman_kind, 1, RECURRENT_SUM, options);
}
