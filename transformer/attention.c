#include "transformer/attention.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/numeric/functions.h"
#include "transformer/alibi.h"
#include "transformer/attention_parts.h"
#include "transformer/head.h"
#include "transformer/rope.h"
#include "transformer/sinusoid.h"

static int head_width(const struct layer *layer)
{
    return layer->in / attention_of(layer)->options.heads;
}

static struct mask whole_mask(const struct layer *layer, int steps)
{
    const struct attention_options *options = &attention_of(layer)->options;

    return (struct mask){ .kind = options->mask, .span = options->span, .steps = steps };
}

/* Heads of all sequences. */
static size_t heads_count(const struct layer *layer, struct extent extent)
{
    return (size_t)extent.batch * (size_t)attention_of(layer)->options.heads;
}

static struct attention_counts counts_of(const struct layer *layer, struct extent extent)
{
    const struct attention_options *options = &attention_of(layer)->options;
    const struct mask mask = whole_mask(layer, extent.steps);
    const struct mask_storage storage =
        mask_storage(options->mask, options->span, extent.steps, options->sources);
    const size_t width = (size_t)head_width(layer);

    return (struct attention_counts){
        .states = extent_rows(extent) * (size_t)layer->in,
        .p = storage.all,
        .stage = storage.stage,
        .shares =
            extent.forward_only ? storage.stage : heads_count(layer, extent) * storage.all,
        .means = (size_t)mask_means(&mask) * width,
        .turns = options->position == ATTENTION_ROPE ? (size_t)extent.steps * width : 0,
    };
}

static struct initial normal(double deviation)
{
    return (struct initial){ INITIAL_NORMAL, deviation };
}

static void attention_declare(struct layer *layer, struct parameter_list *list,
                              const char *prefix)
{
    struct attention *attention = (struct attention *)layer;
    const struct attention_options *options = &attention->options;
    const int E = layer->in;
    const bool gpt2 = options->initial == ATTENTION_GPT2;
    const struct initial xavier = { INITIAL_UNIFORM, sqrt(6.0 / (E + 3 * E)) };
    const struct initial zero = { INITIAL_CONSTANT, 0 };

    affine_declare(&attention->in_proj, list, prefix, "in_proj_weight",
                   gpt2 ? normal(0.02) : xavier, "in_proj_bias", zero);
    affine_declare(&attention->out_proj, list, prefix, "out_proj.weight",
                   gpt2 ? normal(0.02 / sqrt(2.0 * options->layers))
                        : affine_default_initial(E),
                   "out_proj.bias", zero);
}

/*
 * scratch: what one head works with; in backward also ds, dqkv, dmix and gradients on means.
 */
static struct layer_sizes attention_sizes(const struct layer *layer, struct extent extent)
{
    const struct attention_counts n = counts_of(layer, extent);
    const size_t heads = heads_count(layer, extent), T = (size_t)extent.steps;
    const size_t packed =
        head_packed_count(attention_of(layer)->options.mask, head_width(layer), extent.steps);
    const size_t backward = 4 * n.states + n.stage + 2 * n.means;

    return (struct layer_sizes){
        .saved = 4 * n.states + n.shares + heads * 2 * n.means + n.turns,
        .scratch = packed + 2 * T + (extent.forward_only ? 0 : backward),
        .recorded = heads * n.p,
        /* q, k, v are as large as what is saved; weights, gradients and scores are dense */
        .traced = heads * (T * T > n.p ? 3 * T * T - 2 * n.p : T * T),
        .summed = (size_t)attention_of(layer)->options.heads * T * T,
    };
}

static size_t attention_prepared_count(const struct layer *layer)
{
    const struct attention *attention = attention_of(layer);

    return affine_prepared_count(&attention->in_proj) +
           affine_prepared_count(&attention->out_proj);
}

static void attention_prepare(const struct layer *layer, const real *parameters, real *prepared)
{
    const struct attention *attention = attention_of(layer);

    affine_prepare(&attention->in_proj, parameters, prepared);
    affine_prepare(&attention->out_proj, parameters,
                   prepared + affine_prepared_count(&attention->in_proj));
}

struct attention_saved attention_saved_of(const struct layer *layer,
                                          const struct layer_pass *pass)
{
    const size_t heads = heads_count(layer, pass->extent);
    struct attention_saved s = { .n = counts_of(layer, pass->extent), .qkv = pass->saved };

    s.mix = s.qkv + 3 * s.n.states;
    s.p = s.mix + s.n.states;
    s.means = s.p + s.n.shares;
    s.turns = s.means + heads * 2 * s.n.means;
    return s;
}

/* Also where backward's arrays begin, behind what a head needs. */
static struct head_scratch scratch_of(const struct layer *layer, const struct layer_pass *pass,
                                      struct attention_counts n, real **rest)
{
    const size_t T = (size_t)pass->extent.steps;
    struct head_scratch scratch = { .packed = pass->scratch };

    scratch.highest = scratch.packed + head_packed_count(attention_of(layer)->options.mask,
                                                         head_width(layer), pass->extent.steps);
    scratch.sum = scratch.highest + T;
    scratch.ds = scratch.sum + T;
    scratch.dmean_k = scratch.ds + n.stage;
    scratch.dmean_v = scratch.dmean_k + n.means;
    *rest = scratch.dmean_v + n.means;
    return scratch;
}

/* Offset of head h of sequence b in an array of (T, B, width of all heads). */
static size_t head_offset(const struct layer *layer, int b, int h, int row_width)
{
    return (size_t)b * (size_t)row_width + (size_t)h * (size_t)head_width(layer);
}

size_t attention_nth_head(const struct layer *layer, int b, int h, size_t count)
{
    return ((size_t)b * (size_t)attention_of(layer)->options.heads + (size_t)h) * count;
}

struct head attention_head_of(const struct layer *layer, const struct layer_pass *pass,
                              const struct attention_saved *s, int b, int h)
{
    const struct attention_options *options = &attention_of(layer)->options;
    const int E = layer->in, B = pass->extent.batch, width = head_width(layer);
    const bool forward_only = pass->extent.forward_only;
    const real *q = s->qkv + head_offset(layer, b, h, 3 * E);
    struct head head = { .mask = whole_mask(layer, pass_length(pass, b)),
                         .width = width,
                         .qkv_row = (ptrdiff_t)B * 3 * E,
                         .mix_row = (ptrdiff_t)B * E,
                         .scale = 1 / real_sqrt((real)width),
                         .q = q,
                         .k = q + E,
                         .v = q + 2 * E,
                         .mean_k = s->means + attention_nth_head(layer, b, h, 2 * s->n.means),
                         .p = s->p +
                              (forward_only ? 0 : attention_nth_head(layer, b, h, s->n.p)),
                         .forward_only = forward_only };

    head.mean_v = head.mean_k + s->n.means;
    head.edits = head_edits_of(pass->edits, layer->depth, h);
    if (options->sources)
        head.mask.source = pass_source(pass, b);
    if (options->position == ATTENTION_ALIBI)
        head.slope = alibi_slope(h, options->heads);
    return head;
}

/* Rope: turn q and k of all heads, or gradients on them back. */
static void turn(const struct layer *layer, const struct layer_pass *pass, real *qkv,
                 const real *turns, bool back)
{
    const int E = layer->in, width = head_width(layer);

    for (size_t row = 0; row < extent_rows(pass->extent); row++) {
        const real *turns_t = turns + row / (size_t)pass->extent.batch * (size_t)width;

        for (int at = 0; at < 2 * E; at += width) { /* q, then k, head by head */
            real *x = qkv + row * 3 * (size_t)E + at;

            if (back)
                rope_backward(x, turns_t, width);
            else
                rope_forward(x, turns_t, width);
        }
    }
}

/* Nobody has mixed anything for padding: its rows of mix are 0. */
static void clear_padding(const struct layer *layer, const struct layer_pass *pass, real *mix)
{
    const size_t E = (size_t)layer->in, B = (size_t)pass->extent.batch;

    for (int b = 0; b < pass->extent.batch; b++)
        for (int t = pass_length(pass, b); t < pass->extent.steps; t++)
            memset(mix + ((size_t)t * B + (size_t)b) * E, 0, E * sizeof *mix);
}

/* A head that a hand has taken out mixes nothing: its columns are 0, of mix or of dmix. */
static void clear_heads_out(const struct layer *layer, const struct layer_pass *pass, real *mix)
{
    const size_t E = (size_t)layer->in, width = (size_t)head_width(layer);

    for (int h = 0; pass->edits != NULL && h < attention_of(layer)->options.heads; h++)
        for (size_t row = 0; row < extent_rows(pass->extent); row++)
            if (head_is_out(pass->edits, layer->depth, h))
                memset(mix + row * E + (size_t)h * width, 0, width * sizeof *mix);
}

static void attention_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct attention *attention = attention_of(layer);
    const struct attention_saved s = attention_saved_of(layer, pass);
    const int rows = (int)extent_rows(pass->extent);
    real *rest;
    const struct head_scratch scratch = scratch_of(layer, pass, s.n, &rest);

    affine_forward(&attention->in_proj, pass->parameters, pass->prepared, s.qkv, pass->x, rows);
    if (attention->options.position == ATTENTION_ROPE) {
        sinusoid_table(s.turns, pass->extent.steps, head_width(layer));
        turn(layer, pass, s.qkv, s.turns, false);
    }
    clear_padding(layer, pass, s.mix);
    for (int b = 0; b < pass->extent.batch; b++)
        for (int h = 0; h < attention->options.heads; h++) {
            const struct head head = attention_head_of(layer, pass, &s, b, h);

            head_forward(&head, s.mix + head_offset(layer, b, h, layer->in), &scratch);
        }
    clear_heads_out(layer, pass, s.mix);
    affine_forward(&attention->out_proj, pass->parameters,
                   attention_out_prepared(layer, pass->prepared), pass->y, s.mix, rows);
}

static void attention_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct attention *attention = attention_of(layer);
    const struct attention_saved s = attention_saved_of(layer, pass);
    const struct attention_counts n = s.n;
    const int E = layer->in, rows = (int)extent_rows(pass->extent);
    real *dqkv; /* (T, B, 3E), then dmix (T, B, E) */
    const struct head_scratch scratch = scratch_of(layer, pass, n, &dqkv);
    real *dmix = dqkv + 3 * n.states;

    /* y = mix W_out' + b_out */
    affine_backward_parameters(&attention->out_proj, pass->gradients, pass->dy, s.mix, rows);
    affine_backward_input(&attention->out_proj, attention_out_prepared(layer, pass->prepared),
                          dmix, pass->dy, rows, PRODUCT_SET);
    clear_heads_out(layer, pass, dmix);
    memset(dqkv, 0, 3 * n.states * sizeof *dqkv);
    for (int b = 0; b < pass->extent.batch; b++)
        for (int h = 0; h < attention->options.heads; h++) {
            const struct head head = attention_head_of(layer, pass, &s, b, h);
            real *dq = dqkv + head_offset(layer, b, h, 3 * E);
            const struct head_gradients gradients = {
                .dq = dq,
                .dk = dq + E,
                .dv = dq + 2 * E,
                .recorded = pass->recorded != NULL
                                ? pass->recorded + attention_nth_head(layer, b, h, n.p)
                                : NULL,
            };

            head_backward(&head, &gradients, dmix + head_offset(layer, b, h, E), &scratch);
        }
    if (attention->options.position == ATTENTION_ROPE)
        turn(layer, pass, dqkv, s.turns, true);
    /* q, k, v = x W_in' + b_in */
    affine_backward_parameters(&attention->in_proj, pass->gradients, dqkv, pass->x, rows);
    if (pass->dx != NULL)
        affine_backward_input(&attention->in_proj, pass->prepared, pass->dx, dqkv, rows,
                              PRODUCT_SET);
}

/* Two products of width E for each pair that the mask allows. */
static double attention_flops(const struct layer *layer, int steps)
{
    const struct attention *attention = attention_of(layer);
    const struct attention_options *options = &attention->options;
    const double pairs = (double)mask_pairs(options->mask, options->span, steps);

    return steps * (affine_flops(&attention->in_proj) + affine_flops(&attention->out_proj)) +
           4 * pairs * layer->in;
}

size_t attention_stored_count(const struct attention_options *options, int steps)
{
    return (size_t)options->heads *
           mask_storage(options->mask, options->span, steps, options->sources).all;
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
    .step_sizes = attention_step_sizes,
    .step = attention_step,
};

/* An output of it needs later inputs: it cannot generate. */
static const struct layer_kind full_attention_kind = {
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
    const int E = options->width;

    assert(options->heads > 0 && E % options->heads == 0);
    assert(options->span > 0 || options->mask == ATTENTION_CAUSAL ||
           options->mask == ATTENTION_FULL);
    assert(options->layers > 0 || options->initial != ATTENTION_GPT2);
    if (attention == NULL)
        return NULL;
    attention->layer = (struct layer){
        .kind = options->mask == ATTENTION_FULL ? &full_attention_kind : &attention_kind,
        .in = E,
        .out = E,
        .depth = options->depth,
    };
    attention->options = *options;
    attention->in_proj = (struct affine){ .in = E, .out = 3 * E };
    attention->out_proj = (struct affine){ .in = E, .out = E };
    return &attention->layer;
}
