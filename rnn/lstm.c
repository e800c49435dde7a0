#include "rnn/lstm.h"

#include <assert.h>
#include <string.h>

#include "common/numeric/functions.h"
#include "common/numeric/reduce.h"

enum { GATE_I, GATE_F, GATE_G, GATE_O, GATES };

/* What forward leaves for backward and the trace. */
struct lstm_saved {
    real *gates; /* (T, B, 4H) i f g o after their squashing */
    real *c;     /* (T+1, B, H) the cell: block 0 is c_0, before the first step */
};

/* Gradients that a probe keeps. */
struct lstm_recorded {
    real *dh;     /* (T, B, H) total: from above and through time */
    real *dc;     /* (T, B, H) total, the path through h_t included */
    real *dgates; /* (T, B, 4H) on i f g o, after their squashing */
};

/* Reals of (T, B, H). */
static size_t states_count(const struct layer *layer, struct extent extent)
{
    return extent_rows(extent) * (size_t)layer->out;
}

static struct lstm_saved saved_of(const struct layer *layer, const struct layer_pass *pass)
{
    real *own = recurrent_saved(layer, pass);

    return (struct lstm_saved){ .gates = own,
                                .c = own + GATES * states_count(layer, pass->extent) };
}

static struct lstm_recorded recorded_of(const struct layer *layer,
                                        const struct layer_pass *pass)
{
    const size_t states = states_count(layer, pass->extent);

    return (struct lstm_recorded){ .dh = pass->recorded,
                                   .dc = pass->recorded + states,
                                   .dgates = pass->recorded + 2 * states };
}

static void lstm_declare(struct layer *layer, struct parameter_list *list, const char *prefix)
{
    const struct recurrent *r = recurrent_of(layer);
    const struct recurrent_options *o = &r->options;
    const struct initial constant = { INITIAL_CONSTANT, o->forget_bias };
    const struct initial opposite = { INITIAL_OPPOSITE, GATE_F * o->hidden };

    recurrent_declare(layer, list, prefix);
    recurrent_declare_cell(layer, list);
    if (o->initial == RECURRENT_CHRONO) {
        recurrent_start_gate(r, list, GATE_F, recurrent_chrono(r));
        recurrent_start_gate(r, list, GATE_I, opposite);
    } else if (o->forget_bias != 0) {
        recurrent_start_gate(r, list, GATE_F, constant);
    }
}

static struct layer_sizes lstm_sizes(const struct layer *layer, struct extent extent)
{
    const size_t states = states_count(layer, extent);
    const size_t state = (size_t)extent.batch * (size_t)layer->out;

    return (struct layer_sizes){ .saved = recurrent_saved_count(layer, extent) +
                                          (GATES + 1) * states + state,
                                 .scratch = recurrent_scratch_count(layer, extent) +
                                            recurrent_chunk_count(layer, extent) + 6 * state,
                                 .recorded = (2 + GATES) * states };
}

/* One row of one step: squash the sums in place, then update the cell. */
static void cell_forward(real *restrict h, real *restrict c, real *restrict gates,
                         const real *restrict c_previous, int H)
{
    real *i = gates, *f = gates + H, *g = gates + 2 * H, *o = gates + 3 * H;

    for (int k = 0; k < 2 * H; k++) /* i and f are neighbours */
        i[k] = real_sigmoid(i[k]);
    for (int k = 0; k < H; k++)
        g[k] = real_tanh(g[k]);
    for (int k = 0; k < H; k++)
        o[k] = real_sigmoid(o[k]);
    for (int k = 0; k < H; k++)
        c[k] = f[k] * c_previous[k] + i[k] * g[k];
    for (int k = 0; k < H; k++)
        h[k] = o[k] * real_tanh(c[k]);
}

/* What a hand makes of h_t and c_t; c (T+1, B, H). */
static void edit_forward(const struct recurrent *r, const struct layer_pass *pass, real *c,
                         int t)
{
    const struct edit *edit = recurrent_edit(r, pass, t);
    const int B = pass->extent.batch, H = r->layer.out;
    const size_t state = (size_t)B * (size_t)H, at = state * (size_t)t;

    if (edit == NULL)
        return;
    recurrent_edit_forward(edit, pass->y + at, recurrent_previous(r, pass, t), B, H, 0);
    recurrent_edit_forward(edit, c + at + state, c + at, B, H, 1);
}

static void lstm_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct recurrent *r = recurrent_of(layer);
    const int B = pass->extent.batch, H = layer->out;
    const size_t state = (size_t)B * (size_t)H;
    const struct lstm_saved s = saved_of(layer, pass);

    recurrent_begin(r, pass);
    recurrent_start_rows(r, pass->parameters, r->start_cell, s.c, B);
    for (int t = 0; t < pass->extent.steps; t++) {
        const size_t at = state * (size_t)t;
        real *gates_t = s.gates + GATES * at;

        recurrent_sum(r, pass, gates_t, t);
        for (int b = 0; b < B; b++)
            cell_forward(pass->y + at + b * H, s.c + at + state + b * H,
                         gates_t + b * GATES * H, s.c + at + b * H, H);
        edit_forward(r, pass, s.c, t);
    }
}

/*
 * One row of one step, backwards. On entry dh and dc hold the gradients on h_t and, through
 * time, on c_t. On exit dc is the one on c_{t-1}, dc_total the whole gradient on c_t and da the
 * one on the 4H sums. Each line differentiates the forward line quoted beside it; sigmoid' = s
 * (1 - s), tanh' = 1 - tanh^2.
 */
static void cell_backward(real *restrict da, real *restrict dc, real *restrict dc_total,
                          const real *restrict dh, const real *restrict gates,
                          const real *restrict c, const real *restrict c_previous, int H)
{
    const real *i = gates, *f = gates + H, *g = gates + 2 * H, *o = gates + 3 * H;
    real *da_i = da, *da_f = da + H, *da_g = da + 2 * H, *da_o = da + 3 * H;

    for (int k = 0; k < H; k++) {
        const real tanh_c = real_tanh(c[k]); /* cheaper to compute again than to keep */

        da_o[k] = dh[k] * tanh_c * o[k] * (1 - o[k]);               /* h = o tanh(c)      */
        dc_total[k] = dc[k] + dh[k] * o[k] * (1 - tanh_c * tanh_c); /* h = o tanh(c)      */
        da_i[k] = dc_total[k] * g[k] * i[k] * (1 - i[k]);           /* c = f c_prev + i g */
        da_g[k] = dc_total[k] * i[k] * (1 - g[k] * g[k]);           /* c = f c_prev + i g */
        da_f[k] = dc_total[k] * c_previous[k] * f[k] * (1 - f[k]);  /* c = f c_prev + i g */
        dc[k] = dc_total[k] * f[k];                                 /* c = f c_prev + i g */
    }
}

/* For the probe: the gradients on the gates themselves, one row of one step. */
static void gate_gradients(real *dgates, const real *dh, const real *dc_total,
                           const real *gates, const real *c, const real *c_previous, int H)
{
    const real *i = gates, *g = gates + 2 * H;

    for (int k = 0; k < H; k++) {
        dgates[k] = dc_total[k] * g[k];              /* c = f c_prev + i g */
        dgates[H + k] = dc_total[k] * c_previous[k]; /* c = f c_prev + i g */
        dgates[2 * H + k] = dc_total[k] * i[k];      /* c = f c_prev + i g */
        dgates[3 * H + k] = dh[k] * real_tanh(c[k]); /* h = o tanh(c)      */
    }
}

/* For the probe: keep every gradient of step t; dh_t and dc_total are (B, H). */
static void record_step(const struct layer *layer, const struct layer_pass *pass, int t,
                        const real *dh_t, const real *dc_total)
{
    const int B = pass->extent.batch, H = layer->out;
    const size_t state = (size_t)B * (size_t)H, at = state * (size_t)t;
    const struct lstm_saved s = saved_of(layer, pass);
    const struct lstm_recorded kept = recorded_of(layer, pass);

    memcpy(kept.dh + at, dh_t, state * sizeof *dh_t);
    memcpy(kept.dc + at, dc_total, state * sizeof *dc_total);
    for (int b = 0; b < B; b++) {
        const size_t row = at + (size_t)(b * H);

        gate_gradients(kept.dgates + GATES * row, dh_t + b * H, dc_total + b * H,
                       s.gates + GATES * row, s.c + state + row, s.c + row, H);
    }
}

static void lstm_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct recurrent *r = recurrent_of(layer);
    const int B = pass->extent.batch, H = layer->out, T = pass->extent.steps;
    const size_t state = (size_t)B * (size_t)H;
    const struct lstm_saved s = saved_of(layer, pass);
    real *da = recurrent_scratch(layer, pass); /* (chunk, B, 4H) gradient on the sums */
    real *dh_t = da + recurrent_chunk_count(layer, pass->extent); /* (B, H) on h_t, all paths */
    real *dh_next = dh_t + state;                                 /* (B, H) from t+1 alone */
    real *dc = dh_next + state;    /* (B, H) carried along the cell */
    real *dc_total = dc + state;   /* (B, H) on c_t, all paths */
    real *held = dc_total + state; /* (2, B, H) on h_t and c_t that a hand has set */

    memset(dh_next, 0, 2 * state * sizeof *dh_next); /* nothing comes back from after the end */
    for (int t = T - 1; t >= 0; t--) {
        const size_t at = state * (size_t)t;
        const struct edit *edit = recurrent_edit(r, pass, t);
        real *da_t = da + recurrent_chunk_at(layer, pass->extent, t);

        recurrent_total_gradient(r, pass, dh_t, dh_next, t);
        if (edit != NULL) {
            recurrent_edit_backward(held, dh_t, state);
            recurrent_edit_backward(held + state, dc, state);
        }
        for (int b = 0; b < B; b++) {
            const size_t row = at + (size_t)(b * H);

            cell_backward(da_t + b * GATES * H, dc + b * H, dc_total + b * H, dh_t + b * H,
                          s.gates + GATES * row, s.c + state + row, s.c + row, H);
        }
        if (pass->recorded != NULL)
            record_step(layer, pass, t, dh_t, dc_total);
        if (pass->recorded != NULL && edit != NULL) {
            memcpy(recorded_of(layer, pass).dh + at, held, state * sizeof *held);
            memcpy(recorded_of(layer, pass).dc + at, held + state, state * sizeof *held);
        }
        if (recurrent_goes_back(r, t))
            recurrent_hidden_backward(r, pass, dh_next, da_t, PRODUCT_SET);
        else
            memset(dh_next, 0, 2 * state * sizeof *dh_next); /* and dc behind it */
        if (recurrent_edit_goes_back(r, edit, t))
            reduce_add(dh_next, held, 2 * state); /* to h and to c of the step before */
        if (da_t == da)
            recurrent_gradients(r, pass, da, da, t);
    }
    recurrent_start_gradient(r, pass, r->start_hidden, dh_next);
    recurrent_start_gradient(r, pass, r->start_cell, dc);
}

/* state: h, then c, (B, H) each. scratch: the gates (B, 4H), and c before the step (B, H). */
static struct layer_step_sizes lstm_step_sizes(const struct layer *layer, int batch,
                                               int capacity)
{
    const size_t state = (size_t)batch * (size_t)layer->out;

    (void)capacity;
    return (struct layer_step_sizes){ .state = 2 * state, .scratch = (GATES + 1) * state };
}

static void lstm_step(const struct layer *layer, const struct layer_step *step)
{
    const struct recurrent *r = recurrent_of(layer);
    const int B = step->batch, H = layer->out;
    const size_t state = (size_t)B * (size_t)H;
    real *h = step->state, *c = h + state;
    real *gates = step->scratch, *c_previous = gates + GATES * state;

    recurrent_step_begin(r, step, gates, h);
    if (step->t == 0)
        recurrent_start_rows(r, step->parameters, r->start_cell, c, B);
    recurrent_step_hidden_add(r, step, gates, h);
    memcpy(c_previous, c, state * sizeof *c);
    for (int b = 0; b < B; b++)
        cell_forward(step->y + b * H, c + b * H, gates + b * GATES * H, c_previous + b * H, H);
    memcpy(h, step->y, state * sizeof *h);
}

static void lstm_trace(const struct layer *layer, const struct layer_pass *pass,
                       struct trace *trace)
{
    static const char *const gate_names[GATES] = { "gate.i", "gate.f", "gate.g", "gate.o" };
    static const enum trace_range gate_ranges[GATES] = { TRACE_SHARE, TRACE_SHARE, TRACE_SIGNED,
                                                         TRACE_SHARE };
    const int B = pass->extent.batch, T = pass->extent.steps, H = layer->out;
    const struct lstm_saved s = saved_of(layer, pass);
    const struct lstm_recorded kept = recorded_of(layer, pass);

    trace_add_rows(trace, "hidden", layer->depth, true, TRACE_SIGNED, T, B, H,
                   (struct trace_rows){ pass->y, H }, (struct trace_rows){ kept.dh, H });
    trace_add_rows(trace, "cell", layer->depth, true, TRACE_SIGNED, T, B, H,
                   (struct trace_rows){ s.c + (size_t)B * (size_t)H, H },
                   (struct trace_rows){ kept.dc, H });
    for (int gate = 0; gate < GATES; gate++)
        trace_add_rows(trace, gate_names[gate], layer->depth, false, gate_ranges[gate], T, B, H,
                       (struct trace_rows){ s.gates + gate * H, GATES * H },
                       (struct trace_rows){ kept.dgates + gate * H, GATES * H });
}

static const struct layer_kind lstm_kind = {
    .name = "lstm",
    .products = PRODUCTS_OF_STEPS,
    .by_symbol = true,
    .declare = lstm_declare,
    .sizes = lstm_sizes,
    .prepared_count = recurrent_prepared_count,
    .prepare = recurrent_prepare,
    .forward = lstm_forward,
    .backward = lstm_backward,
    .trace = lstm_trace,
    .flops = recurrent_flops,
    .step_sizes = lstm_step_sizes,
    .step = lstm_step,
};

struct layer *lstm_create(const struct recurrent_options *options)
{
    assert(options->squash == RECURRENT_TANH);
    return recurrent_create(&lstm_kind, GATES, RECURRENT_SUM, options);
}
