#include "rnn/elman.h"

#include <string.h>

#include "common/numeric/functions.h"

static struct layer_sizes elman_sizes(const struct layer *layer, struct extent extent)
{
    const size_t state = (size_t)extent.batch * (size_t)layer->out; /* one (B, H) block */
    const size_t all = state * (size_t)extent.steps;

    return (struct layer_sizes){
        .scratch = recurrent_scratch_count(layer, extent) + all + 2 * state,
        .recorded = all,
    };
}

static void elman_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct recurrent *r = recurrent_of(layer);
    const size_t state = (size_t)pass->extent.batch * (size_t)layer->out;

    recurrent_input(r, pass, pass->y);
    for (int t = 0; t < pass->extent.steps; t++) {
        real *h_t = pass->y + (size_t)t * state;

        recurrent_hidden_add(r, pass, h_t, t);
        for (size_t k = 0; k < state; k++)
            h_t[k] = real_tanh(h_t[k]);
    }
}

static void elman_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct recurrent *r = recurrent_of(layer);
    const size_t state = (size_t)pass->extent.batch * (size_t)layer->out;
    real *da = recurrent_scratch(layer, pass); /* (T, B, H) gradient on the sum inside tanh */
    real *dh_t = da + state * (size_t)pass->extent.steps; /* (B, H) from above and from t+1 */
    real *dh_next = dh_t + state;                         /* (B, H) from t+1 alone */

    memset(dh_next, 0, state * sizeof *dh_next); /* nothing comes back from after the end */
    for (int t = pass->extent.steps - 1; t >= 0; t--) {
        const real *h_t = pass->y + (size_t)t * state;
        real *da_t = da + (size_t)t * state;

        recurrent_total_gradient(r, pass, dh_t, dh_next, t);
        if (pass->recorded != NULL)
            memcpy(pass->recorded + (size_t)t * state, dh_t, state * sizeof *dh_t);
        for (size_t k = 0; k < state; k++)
            da_t[k] = dh_t[k] * (1 - h_t[k] * h_t[k]); /* h = tanh(a) */
        if (t > 0)
            recurrent_hidden_backward(r, pass, dh_next, da_t, PRODUCT_SET);
    }
    recurrent_gradients(r, pass, da, da);
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
    .declare = recurrent_declare,
    .sizes = elman_sizes,
    .prepared_count = recurrent_prepared_count,
    .prepare = recurrent_prepare,
    .forward = elman_forward,
    .backward = elman_backward,
    .trace = elman_trace,
    .flops = recurrent_flops,
};

struct layer *elman_create(const struct recurrent_options *options)
{
    return recurrent_create(&elman_kind, 1, options);
}
