#include "rnn/gru.h"

#include <assert.h>
#include <string.h>

#include "common/numeric/functions.h"
#include "common/numeric/reduce.h"

enum { GATE_R, GATE_Z, GATE_N, GATES };

/* What forward leaves for backward and the trace. */
struct gru_saved {
    real *gates; /* (T, B, 3H)   r z n after their squashing */
    real *u_n;   /* (T, B, H)    W_hn h_{t-1} + b_hn, before r gates it */
};

/* Gradients that a probe keeps. */
struct gru_recorded {
    real *dh;     /* (T, B, H) total: from above and through time */
    real *dgates; /* (T, B, 3H) on r z n, after their squashing */
};

/* Reals of (T, B, H). */
static size_t states_count(const struct layer *layer, struct extent extent)
{
    return extent_rows(extent) * (size_t)layer->out;
}

static struct gru_saved saved_of(const struct layer *layer, const struct layer_pass *pass)
{
    real *own = recurrent_saved(layer, pass);

    return (struct gru_saved){ .gates = own,
                               .u_n = own + GATES * states_count(layer, pass->extent) };
}

static struct gru_recorded recorded_of(const struct layer *layer, const struct layer_pass *pass)
{
    return (struct gru_recorded){ .dh = pass->recorded,
                                  .dgates =
                                      pass->recorded + states_count(layer, pass->extent) };
}

static void gru_declare(struct layer *layer, struct parameter_list *list, const char *prefix)
{
    const struct recurrent *rec = recurrent_of(layer);

    recurrent_declare(layer, list, prefix);
    if (rec->options.initial == RECURRENT_CHRONO)
        recurrent_start_gate(rec, list, GATE_Z, recurrent_chrono(rec));
}

static struct layer_sizes gru_sizes(const struct layer *layer, struct extent extent)
{
    const size_t states = states_count(layer, extent);
    const size_t state = (size_t)extent.batch * (size_t)layer->out;

    return (struct layer_sizes){
        .saved = recurrent_saved_count(layer, extent) + (GATES + 1) * states,
        .scratch = recurrent_scratch_count(layer, extent) +
                   2 * recurrent_chunk_count(layer, extent) + (GATES + 3) * state,
        .recorded = (1 + GATES) * states
    };
}

/* One row of one step: gates become r z n; a is W_ih x_t + b_ih, u is W_hh h_{t-1} + b_hh. */
static void cell_forward(real *restrict h, real *restrict gates, real *restrict u_n,
                         const real *restrict a, const real *restrict u,
                         const real *restrict h_previous, int H)
{
    real *r = gates, *z = gates + H, *n = gates + 2 * H;

    for (int k = 0; k < 2 * H; k++) /* r and z are neighbours */
        r[k] = real_sigmoid(a[k] + u[k]);
    for (int k = 0; k < H; k++) {
        u_n[k] = u[2 * H + k];
        n[k] = real_tanh(a[2 * H + k] + r[k] * u_n[k]);
        h[k] = (1 - z[k]) * n[k] + z[k] * h_previous[k];
    }
}

static void gru_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct recurrent *rec = recurrent_of(layer);
    const int B = pass->extent.batch, H = layer->out;
    const size_t state = (size_t)B * (size_t)H;
    const struct gru_saved s = saved_of(layer, pass);
    real *u_t = recurrent_scratch(layer, pass); /* (B, 3H) */

    recurrent_begin(rec, pass);
    for (int t = 0; t < pass->extent.steps; t++) {
        const real *h_previous = recurrent_previous(rec, pass, t);
        const struct product_start a = recurrent_input(rec, pass, t);

        recurrent_hidden(rec, pass, u_t, t);
        for (int b = 0; b < B; b++) {
            const size_t row = state * (size_t)t + (size_t)(b * H);

            cell_forward(pass->y + row, s.gates + GATES * row, s.u_n + row,
                         recurrent_input_row(a, b), u_t + b * GATES * H, h_previous + b * H, H);
        }
        if (recurrent_edit(rec, pass, t) != NULL)
            recurrent_edit_forward(recurrent_edit(rec, pass, t), pass->y + state * (size_t)t,
                                   h_previous, B, H, 0);
    }
}

/*
 * One row of one step, backwards: dh is the gradient on h_t; da and du are the ones on a and u;
 * dh_direct is what reaches h_{t-1} without passing through W_hh. Each line differentiates the
 * forward line quoted beside it.
 */
static void cell_backward(real *restrict da, real *restrict du, real *restrict dh_direct,
                          const real *restrict dh, const real *restrict gates,
                          const real *restrict u_n, const real *restrict h_previous, int H)
{
    const real *r = gates, *z = gates + H, *n = gates + 2 * H;

    for (int k = 0; k < H; k++) {
        const real dn = dh[k] * (1 - z[k]);             /* h = (1 - z) n + z h_prev */
        const real dz = dh[k] * (h_previous[k] - n[k]); /* h = (1 - z) n + z h_prev */
        const real da_n = dn * (1 - n[k] * n[k]);       /* n = tanh(a_n + r u_n)    */
        const real dr = da_n * u_n[k];                  /* n = tanh(a_n + r u_n)    */

        dh_direct[k] = dh[k] * z[k];        /* h = (1 - z) n + z h_prev */
        da[k] = dr * r[k] * (1 - r[k]);     /* r = sigmoid(a_r + u_r)   */
        da[H + k] = dz * z[k] * (1 - z[k]); /* z = sigmoid(a_z + u_z)   */
        da[2 * H + k] = da_n;
        du[k] = da[k];
        du[H + k] = da[H + k];
        du[2 * H + k] = da_n * r[k]; /* n = tanh(a_n + r u_n)    */
    }
}

/* For the probe: the gradients on the gates themselves, one row of one step. */
static void gate_gradients(real *dgates, const real *dh, const real *gates, const real *u_n,
                           const real *h_previous, int H)
{
    const real *z = gates + H, *n = gates + 2 * H;

    for (int k = 0; k < H; k++) {
        const real dn = dh[k] * (1 - z[k]);

        dgates[k] = dn * (1 - n[k] * n[k]) * u_n[k];    /* n = tanh(a_n + r u_n)    */
        dgates[H + k] = dh[k] * (h_previous[k] - n[k]); /* h = (1 - z) n + z h_prev */
        dgates[2 * H + k] = dn;                         /* h = (1 - z) n + z h_prev */
    }
}

/* For the probe: keep every gradient of step t; dh_t is (B, H). */
static void record_step(const struct layer *layer, const struct layer_pass *pass, int t,
                        const real *dh_t)
{
    const struct recurrent *rec = recurrent_of(layer);
    const int B = pass->extent.batch, H = layer->out;
    const size_t state = (size_t)B * (size_t)H, at = state * (size_t)t;
    const struct gru_saved s = saved_of(layer, pass);
    const struct gru_recorded kept = recorded_of(layer, pass);
    const real *h_previous = recurrent_previous(rec, pass, t);

    memcpy(kept.dh + at, dh_t, state * sizeof *dh_t);
    for (int b = 0; b < B; b++) {
        const size_t row = at + (size_t)(b * H);

        gate_gradients(kept.dgates + GATES * row, dh_t + b * H, s.gates + GATES * row,
                       s.u_n + row, h_previous + b * H, H);
    }
}

static void gru_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct recurrent *rec = recurrent_of(layer);
    const int B = pass->extent.batch, H = layer->out, T = pass->extent.steps;
    const size_t state = (size_t)B * (size_t)H;
    const struct gru_saved s = saved_of(layer, pass);
    const size_t chunk = recurrent_chunk_count(layer, pass->extent);
    real *da = recurrent_scratch(layer, pass); /* (chunk, B, 3H) gradient on a */
    real *du = da + chunk;                     /* (chunk, B, 3H) gradient on u */
    real *dh_t = du + chunk;                   /* (B, H) on h_t, all paths */
    real *dh_next = dh_t + state;              /* (B, H) from t+1 alone */
    real *held = dh_next + state; /* (B, H) past a cell that a hand has made of no account */

    memset(dh_next, 0, state * sizeof *dh_next); /* nothing comes back from after the end */
    for (int t = T - 1; t >= 0; t--) {
        const real *h_previous = recurrent_previous(rec, pass, t);
        const size_t at = state * (size_t)t;
        const size_t in_chunk = recurrent_chunk_at(layer, pass->extent, t);
        const struct edit *edit = recurrent_edit(rec, pass, t);

        recurrent_total_gradient(rec, pass, dh_t, dh_next, t);
        if (edit != NULL)
            recurrent_edit_backward(held, dh_t, state);
        for (int b = 0; b < B; b++) {
            const size_t row = at + (size_t)(b * H);

            cell_backward(da + in_chunk + b * GATES * H, du + in_chunk + b * GATES * H,
                          dh_next + b * H, dh_t + b * H, s.gates + GATES * row, s.u_n + row,
                          h_previous + b * H, H);
        }
        if (pass->recorded != NULL)
            record_step(layer, pass, t, dh_t);
        if (pass->recorded != NULL && edit != NULL)
            memcpy(recorded_of(layer, pass).dh + at, held, state * sizeof *held);
        if (recurrent_goes_back(rec, t))
            recurrent_hidden_backward(rec, pass, dh_next, du + in_chunk, PRODUCT_ADD);
        else
            memset(dh_next, 0, state * sizeof *dh_next);
        if (recurrent_edit_goes_back(rec, edit, t))
            reduce_add(dh_next, held, state);
        if (in_chunk == 0)
            recurrent_gradients(rec, pass, da, du, t);
    }
    recurrent_start_gradient(rec, pass, rec->start_hidden, dh_next);
}

/* state: h (B, H). scratch: a, u and the gates, (B, 3H) each, and u_n (B, H). */
static struct layer_step_sizes gru_step_sizes(const struct layer *layer, int batch,
                                              int capacity)
{
    const size_t state = (size_t)batch * (size_t)layer->out;

    (void)capacity;
    return (struct layer_step_sizes){ .state = state, .scratch = (3 * GATES + 1) * state };
}

static void gru_step(const struct layer *layer, const struct layer_step *step)
{
    const struct recurrent *rec = recurrent_of(layer);
    const int B = step->batch, H = layer->out;
    const size_t state = (size_t)B * (size_t)H;
    real *a = step->scratch, *u = a + GATES * state, *gates = u + GATES * state;
    real *u_n = gates + GATES * state;

    recurrent_step_begin(rec, step, a, step->state);
    recurrent_step_hidden(rec, step, u, step->state);
    for (int b = 0; b < B; b++)
        cell_forward(step->y + b * H, gates + b * GATES * H, u_n + b * H, a + b * GATES * H,
                     u + b * GATES * H, step->state + b * H, H);
    memcpy(step->state, step->y, state * sizeof *step->y);
}

static void gru_trace(const struct layer *layer, const struct layer_pass *pass,
                      struct trace *trace)
{
    static const char *const gate_names[GATES] = { "gate.r", "gate.z", "gate.n" };
    static const enum trace_range gate_ranges[GATES] = { TRACE_SHARE, TRACE_SHARE,
                                                         TRACE_SIGNED };
    const int B = pass->extent.batch, T = pass->extent.steps, H = layer->out;
    const struct gru_saved s = saved_of(layer, pass);
    const struct gru_recorded kept = recorded_of(layer, pass);

    trace_add_rows(trace, "hidden", layer->depth, true, TRACE_SIGNED, T, B, H,
                   (struct trace_rows){ pass->y, H }, (struct trace_rows){ kept.dh, H });
    for (int gate = 0; gate < GATES; gate++)
        trace_add_rows(trace, gate_names[gate], layer->depth, false, gate_ranges[gate], T, B, H,
                       (struct trace_rows){ s.gates + gate * H, GATES * H },
                       (struct trace_rows){ kept.dgates + gate * H, GATES * H });
}

static const struct layer_kind gru_kind = {
    .name = "gru",
    .products = PRODUCTS_OF_STEPS,
    .by_symbol = true,
    .declare = gru_declare,
    .sizes = gru_sizes,
    .prepared_count = recurrent_prepared_count,
    .prepare = recurrent_prepare,
    .forward = gru_forward,
    .backward = gru_backward,
    .trace = gru_trace,
    .flops = recurrent_flops,
    .step_sizes = gru_step_sizes,
    .step = gru_step,
};

struct layer *gru_create(const struct recurrent_options *options)
{
    assert(options->squash == RECURRENT_TANH && options->forget_bias == 0);
    return recurrent_create(&gru_kind, GATES, RECURRENT_APART, options);
}
