#include "transformer/attention.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/layers/affine.h"
#include "common/numeric/functions.h"
#include "common/numeric/reduce.h"

/*
 * Queries are taken in groups of this many rows; a group looks only at the keys up to its last
 * row. Small groups skip more of the future, large ones fill the product's tiles.
 */
enum { QUERY_ROWS = 24 };

struct attention {
    struct layer layer;
    int heads;
    struct affine in_proj;  /* (3E, E) rows q k v */
    struct affine out_proj; /* (E, E) */
};

/* What forward leaves for backward and the trace. */
struct attention_saved {
    real *qkv; /* (T, B, 3E) */
    real *mix; /* (T, B, E) sum over j of p_ij v_j, heads side by side */
    real *p;   /* (B, heads, T, T) attention weights, 0 for the future */
};

/* One head of one sequence: where its rows stand among everybody else's. */
struct head {
    int T;
    int width;         /* E / heads */
    ptrdiff_t qkv_row; /* reals from one time step's q, k or v to the next */
    ptrdiff_t mix_row;
    real scale; /* 1 / sqrt(width) */
    const real *q, *k, *v;
    real *p; /* (T, T) */
};

static const struct attention *attention_of(const struct layer *layer)
{
    return (const struct attention *)layer;
}

static void attention_declare(struct layer *layer, struct parameter_list *list,
                              const char *prefix)
{
    struct attention *attention = (struct attention *)layer;
    const int E = layer->in;
    const struct initial xavier = { INITIAL_UNIFORM, sqrt(6.0 / (E + 3 * E)) };
    const struct initial zero = { INITIAL_CONSTANT, 0 };

    affine_declare(&attention->in_proj, list, prefix, "in_proj_weight", xavier, "in_proj_bias",
                   zero);
    affine_declare(&attention->out_proj, list, prefix, "out_proj.weight",
                   affine_default_initial(E), "out_proj.bias", zero);
}

static size_t weights_count(const struct layer *layer, struct extent extent)
{
    return extent_rows(extent) * (size_t)extent.steps * (size_t)attention_of(layer)->heads;
}

static size_t packed_keys_count(const struct layer *layer, struct extent extent)
{
    return product_packed_count(layer->in / attention_of(layer)->heads, extent.steps);
}

/*
 * scratch: packed keys or values of one head; in backward also dqkv, dmix and one group of ds.
 */
static struct layer_sizes attention_sizes(const struct layer *layer, struct extent extent)
{
    const size_t states = extent_rows(extent) * (size_t)layer->in; /* (T, B, E) */

    return (struct layer_sizes){
        .saved = 4 * states + weights_count(layer, extent),
        .scratch = packed_keys_count(layer, extent) + 4 * states +
                   (size_t)QUERY_ROWS * (size_t)extent.steps,
        .recorded = weights_count(layer, extent),
    };
}

static size_t attention_prepared_count(const struct layer *layer)
{
    const struct attention *attention = attention_of(layer);

    return affine_prepared_count(&attention->in_proj) +
           affine_prepared_count(&attention->out_proj);
}

static const real *out_prepared(const struct layer *layer, const real *prepared)
{
    return prepared + affine_prepared_count(&attention_of(layer)->in_proj);
}

static void attention_prepare(const struct layer *layer, const real *parameters, real *prepared)
{
    const struct attention *attention = attention_of(layer);

    affine_prepare(&attention->in_proj, parameters, prepared);
    affine_prepare(&attention->out_proj, parameters,
                   prepared + affine_prepared_count(&attention->in_proj));
}

static struct attention_saved saved_of(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t states = extent_rows(pass->extent) * (size_t)layer->in;

    return (struct attention_saved){ .qkv = pass->saved,
                                     .mix = pass->saved + 3 * states,
                                     .p = pass->saved + 4 * states };
}

/* Offset of head h of sequence b in an array of (T, B, width of all heads). */
static size_t head_offset(const struct layer *layer, int b, int h, int row_width)
{
    return (size_t)b * (size_t)row_width +
           (size_t)h * (size_t)(layer->in / attention_of(layer)->heads);
}

/* Offset of head h of sequence b in (B, heads, T, T). */
static size_t weights_offset(const struct layer *layer, const struct layer_pass *pass, int b,
                             int h)
{
    const size_t T = (size_t)pass->extent.steps;

    return ((size_t)b * (size_t)attention_of(layer)->heads + (size_t)h) * T * T;
}

static struct head head_of(const struct layer *layer, const struct layer_pass *pass, int b,
                           int h)
{
    const struct attention_saved s = saved_of(layer, pass);
    const int E = layer->in, B = pass->extent.batch, width = E / attention_of(layer)->heads;
    const real *q = s.qkv + head_offset(layer, b, h, 3 * E);

    return (struct head){ .T = pass->extent.steps,
                          .width = width,
                          .qkv_row = (ptrdiff_t)B * 3 * E,
                          .mix_row = (ptrdiff_t)B * E,
                          .scale = 1 / real_sqrt((real)width),
                          .q = q,
                          .k = q + E,
                          .v = q + 2 * E,
                          .p = s.p + weights_offset(layer, pass, b, h) };
}

/* Rows i.. of queries and the keys they may look at. */
struct group {
    int rows;
    int keys;
};

static struct group group_at(const struct head *head, int i)
{
    const int rows = head->T - i < QUERY_ROWS ? head->T - i : QUERY_ROWS;

    return (struct group){ .rows = rows, .keys = i + rows };
}

/*
 * p_i = softmax(scale s_i) over the first `keys` elements, in place; the rest of the row is 0.
 */
static void softmax_row(real *row, int keys, int T, real scale)
{
    const real highest = reduce_max(row, (size_t)keys);
    real sum;

    for (int j = 0; j < keys; j++)
        row[j] = real_exp((row[j] - highest) * scale);
    sum = reduce_sum(row, (size_t)keys);
    for (int j = 0; j < keys; j++)
        row[j] /= sum;
    memset(row + keys, 0, (size_t)(T - keys) * sizeof *row);
}

/* p and mix of one head; packed holds its keys as (width, T). */
static void head_forward(const struct head *head, real *mix, real *packed)
{
    const ptrdiff_t T = head->T;

    product_pack(packed, (struct strided){ head->k, 1, head->qkv_row }, head->width, head->T);
    for (int i = 0; i < head->T; i += QUERY_ROWS) {
        const struct group group = group_at(head, i);
        real *p = head->p + i * T;

        product_packed(p, T, (struct strided){ head->q + i * head->qkv_row, head->qkv_row, 1 },
                       packed, group.rows, group.keys, head->width, PRODUCT_SET);
        for (int row = 0; row < group.rows; row++)
            softmax_row(p + row * T, i + row + 1, head->T, head->scale);
        product(mix + i * head->mix_row, head->mix_row, (struct strided){ p, T, 1 },
                (struct strided){ head->v, head->qkv_row, 1 }, group.rows, head->width,
                group.keys, PRODUCT_SET);
    }
}

static void attention_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct attention *attention = attention_of(layer);
    const struct attention_saved s = saved_of(layer, pass);
    const int rows = (int)extent_rows(pass->extent);

    affine_forward(&attention->in_proj, pass->parameters, pass->prepared, s.qkv, pass->x, rows);
    for (int b = 0; b < pass->extent.batch; b++)
        for (int h = 0; h < attention->heads; h++) {
            const struct head head = head_of(layer, pass, b, h);

            head_forward(&head, s.mix + head_offset(layer, b, h, layer->in), pass->scratch);
        }
    affine_forward(&attention->out_proj, pass->parameters, out_prepared(layer, pass->prepared),
                   pass->y, s.mix, rows);
}

/* In place dp -> ds: ds_ij = scale p_ij (dp_ij - sum over k of dp_ik p_ik). */
static void softmax_row_backward(real *row, const real *p, int keys, int all, real scale)
{
    const real dot = reduce_dot(row, p, (size_t)keys);

    for (int j = 0; j < keys; j++)
        row[j] = scale * p[j] * (row[j] - dot);
    memset(row + keys, 0, (size_t)(all - keys) * sizeof *row);
}

/*
 * One head, backwards: dq is overwritten, dk and dv are added to. ds has room for one group,
 * (rows, T); recorded, (T, T), may be NULL. packed holds the values as (width, T).
 */
static void head_backward(const struct head *head, real *dq, real *dk, real *dv,
                          const real *dmix, real *packed, real *ds, real *recorded)
{
    const ptrdiff_t T = head->T, row = head->qkv_row, mix_row = head->mix_row;

    product_pack(packed, (struct strided){ head->v, 1, row }, head->width, head->T);
    for (int i = 0; i < head->T; i += QUERY_ROWS) {
        const struct group group = group_at(head, i);
        const struct strided dmix_i = { dmix + i * mix_row, mix_row, 1 };
        const real *p = head->p + i * T;

        /* mix_i = sum p_ij v_j */
        product_packed(ds, T, dmix_i, packed, group.rows, group.keys, head->width, PRODUCT_SET);
        product(dv, row, (struct strided){ p, 1, T }, dmix_i, group.keys, head->width,
                group.rows, PRODUCT_ADD);
        for (int r = 0; r < group.rows; r++) { /* p_i = softmax(scale s_i) */
            if (recorded != NULL)
                memcpy(recorded + (i + r) * T, ds + r * T, (size_t)(i + r + 1) * sizeof *ds);
            softmax_row_backward(ds + r * T, p + r * T, i + r + 1, group.keys, head->scale);
        }
        /* s_ij = q_i . k_j */
        product(dq + i * row, row, (struct strided){ ds, T, 1 },
                (struct strided){ head->k, row, 1 }, group.rows, head->width, group.keys,
                PRODUCT_SET);
        product(dk, row, (struct strided){ ds, 1, T },
                (struct strided){ head->q + i * row, row, 1 }, group.keys, head->width,
                group.rows, PRODUCT_ADD);
    }
}

static void attention_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct attention *attention = attention_of(layer);
    const struct attention_saved s = saved_of(layer, pass);
    const int E = layer->in, rows = (int)extent_rows(pass->extent);
    const size_t states = (size_t)rows * (size_t)E;
    real *packed = pass->scratch;                                 /* values of one head */
    real *dqkv = packed + packed_keys_count(layer, pass->extent); /* (T, B, 3E) */
    real *dmix = dqkv + 3 * states;                               /* (T, B, E) */
    real *ds = dmix + states;                                     /* (QUERY_ROWS, T) */

    affine_backward_parameters(&attention->out_proj, pass->gradients, pass->dy, s.mix, rows);
    affine_backward_input(&attention->out_proj, out_prepared(layer, pass->prepared), dmix,
                          pass->dy, rows, PRODUCT_SET);
    memset(dqkv, 0, 3 * states * sizeof *dqkv);
    if (pass->recorded != NULL)
        memset(pass->recorded, 0, weights_count(layer, pass->extent) * sizeof *pass->recorded);
    for (int b = 0; b < pass->extent.batch; b++)
        for (int h = 0; h < attention->heads; h++) {
            const struct head head = head_of(layer, pass, b, h);
            real *dq = dqkv + head_offset(layer, b, h, 3 * E);

            head_backward(
                &head, dq, dq + E, dq + 2 * E, dmix + head_offset(layer, b, h, E), packed, ds,
                pass->recorded ? pass->recorded + weights_offset(layer, pass, b, h) : NULL);
        }
    affine_backward_parameters(&attention->in_proj, pass->gradients, dqkv, pass->x, rows);
    if (pass->dx != NULL)
        affine_backward_input(&attention->in_proj, pass->prepared, pass->dx, dqkv, rows,
                              PRODUCT_SET);
}

static void attention_trace(const struct layer *layer, const struct layer_pass *pass,
                            struct trace *trace)
{
    const int T = pass->extent.steps;
    const struct trace_form form = {
        .range = TRACE_SHARE,
        .rank = 4,
        .axes = { AXIS_BATCH, AXIS_HEAD, AXIS_QUERY, AXIS_KEY },
        .extent = { pass->extent.batch, attention_of(layer)->heads, T, T },
    };
    struct trace_entry *entry = trace_add(trace, "attention", layer->depth, true, &form);

    if (entry == NULL)
        return;
    memcpy(entry->value, saved_of(layer, pass).p, entry->count * sizeof *entry->value);
    memcpy(entry->gradient, pass->recorded, entry->count * sizeof *entry->gradient);
}

/* Pairs that causality allows are counted, T (T + 1) / 2, two products of width E for each. */
static double attention_flops(const struct layer *layer, int steps)
{
    const struct attention *attention = attention_of(layer);
    const double pairs = 0.5 * steps * (steps + 1.0);

    return steps * (affine_flops(&attention->in_proj) + affine_flops(&attention->out_proj)) +
           4 * pairs * layer->in;
}

static const struct layer_kind attention_kind = {
    .name = "attention",
    .declare = attention_declare,
    .sizes = attention_sizes,
    .prepared_count = attention_prepared_count,
    .prepare = attention_prepare,
    .forward = attention_forward,
    .backward = attention_backward,
    .trace = attention_trace,
    .flops = attention_flops,
};

struct layer *attention_create(const struct attention_options *options)
{
    struct attention *attention = calloc(1, sizeof *attention);
    const int width = options->width;

    assert(options->heads > 0 && width % options->heads == 0);
    if (attention == NULL)
        return NULL;
    attention->layer = (struct layer){
        .kind = &attention_kind, .in = width, .out = width, .depth = options->depth
    };
    attention->heads = options->heads;
    attention->in_proj = (struct affine){ .in = width, .out = 3 * width };
    attention->out_proj = (struct affine){ .in = width, .out = width };
    return &attention->layer;
}
