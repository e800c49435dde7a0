#include "transformer/block.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "transformer/attention.h"
#include "transformer/feed_forward.h"
#include "transformer/layer_norm.h"

/* The block's own layers, in the order of the forward pass. */
enum part { NORM1, ATTENTION, NORM2, FEED_FORWARD, PARTS };

struct block {
    struct layer layer;
    struct layer *part[PARTS];
};

/* Where the pieces of one pass lie inside the block's saved, scratch and recorded memory. */
struct block_memory {
    real *normed1;      /* (T, B, D) norm1(x) */
    real *middle;       /* (T, B, D) m = x + attention(normed1) */
    real *normed2;      /* (T, B, D) norm2(m) */
    real *saved[PARTS]; /* what each part saves */
    real *d_branch;     /* (T, B, D) gradient on a norm's output */
    real *d_middle;     /* (T, B, D) gradient on m */
    real *scratch;      /* for whichever part runs */
    real *d_residual;   /* (T, B, D) recorded: the gradient on x */
    real *attention_recorded;
};

static const struct block *block_of(const struct layer *layer)
{
    return (const struct block *)layer;
}

static void block_declare(struct layer *layer, struct parameter_list *list, const char *prefix)
{
    /* PyTorch's names; the order is the forward pass's, which diagnosis.c walks backwards */
    static const char *const names[PARTS] = {
        [NORM1] = "norm1.", [ATTENTION] = "self_attn.", [NORM2] = "norm2.", [FEED_FORWARD] = ""
    };
    struct block *block = (struct block *)layer;

    for (int i = 0; i < PARTS; i++) {
        struct layer *part = block->part[i];
        char part_prefix[PARAMETER_NAME_MAX];

        snprintf(part_prefix, sizeof part_prefix, "%s%s", prefix, names[i]);
        part->kind->declare(part, list, part_prefix);
    }
}

static size_t states_count(const struct layer *layer, struct extent extent)
{
    return extent_rows(extent) * (size_t)layer->in;
}

static struct layer_sizes block_sizes(const struct layer *layer, struct extent extent)
{
    const size_t states = states_count(layer, extent);
    struct layer_sizes sizes = { .saved = 3 * states, .recorded = states };
    size_t largest = 0;

    for (int i = 0; i < PARTS; i++) {
        const struct layer *part = block_of(layer)->part[i];
        const struct layer_sizes need = part->kind->sizes(part, extent);

        sizes.saved += need.saved;
        sizes.recorded += need.recorded;
        if (need.scratch > largest)
            largest = need.scratch;
    }
    sizes.scratch = 2 * states + largest;
    return sizes;
}

static struct block_memory memory_of(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t states = states_count(layer, pass->extent);
    struct block_memory m = { .normed1 = pass->saved,
                              .middle = pass->saved + states,
                              .normed2 = pass->saved + 2 * states,
                              .d_branch = pass->scratch,
                              .d_middle = pass->scratch + states,
                              .scratch = pass->scratch + 2 * states };
    real *next = pass->saved + 3 * states;

    for (int i = 0; i < PARTS; i++) {
        const struct layer *part = block_of(layer)->part[i];

        m.saved[i] = next;
        next += part->kind->sizes(part, pass->extent).saved;
    }
    if (pass->recorded != NULL) {
        m.d_residual = pass->recorded;
        m.attention_recorded = pass->recorded + states;
    }
    return m;
}

static size_t block_prepared_count(const struct layer *layer)
{
    size_t count = 0;

    for (int i = 0; i < PARTS; i++)
        count += layer_prepared_count(block_of(layer)->part[i]);
    return count;
}

static void block_prepare(const struct layer *layer, const real *parameters, real *prepared)
{
    for (int i = 0; i < PARTS; i++) {
        const struct layer *part = block_of(layer)->part[i];

        layer_prepare(part, parameters, prepared);
        prepared += layer_prepared_count(part);
    }
}

/*
 * The pass of one part: the block's, with the part's own memory; x, y, dy, dx are set by the
 * user.
 */
static struct layer_pass part_pass(const struct layer *layer, const struct layer_pass *pass,
                                   const struct block_memory *m, enum part which)
{
    struct layer_pass part = *pass;

    for (int i = 0; i < (int)which; i++)
        part.prepared += layer_prepared_count(block_of(layer)->part[i]);
    part.saved = m->saved[which];
    part.scratch = m->scratch;
    part.recorded = which == ATTENTION ? m->attention_recorded : NULL;
    return part;
}

static void part_forward(const struct layer *layer, const struct layer_pass *pass,
                         const struct block_memory *m, enum part which, const real *x, real *y)
{
    struct layer_pass part = part_pass(layer, pass, m, which);

    part.x = x;
    part.y = y;
    block_of(layer)->part[which]->kind->forward(block_of(layer)->part[which], &part);
}

static void part_backward(const struct layer *layer, const struct layer_pass *pass,
                          const struct block_memory *m, enum part which, const real *x,
                          const real *dy, real *dx)
{
    struct layer_pass part = part_pass(layer, pass, m, which);

    part.x = x;
    part.dy = dy;
    part.dx = dx;
    block_of(layer)->part[which]->kind->backward(block_of(layer)->part[which], &part);
}

static void add(real *restrict out, const real *restrict a, const real *restrict b, size_t n)
{
    for (size_t k = 0; k < n; k++)
        out[k] = a[k] + b[k];
}

static void add_to(real *restrict out, const real *restrict a, size_t n)
{
    for (size_t k = 0; k < n; k++)
        out[k] += a[k];
}

static void block_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t states = states_count(layer, pass->extent);
    const struct block_memory m = memory_of(layer, pass);

    part_forward(layer, pass, &m, NORM1, pass->x, m.normed1);
    part_forward(layer, pass, &m, ATTENTION, m.normed1, pass->y);
    add(m.middle, pass->x, pass->y, states); /* m = x + attention(norm1(x)) */
    part_forward(layer, pass, &m, NORM2, m.middle, m.normed2);
    part_forward(layer, pass, &m, FEED_FORWARD, m.normed2, pass->y);
    add_to(pass->y, m.middle, states); /* y = m + feed_forward(norm2(m)) */
}

static void block_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t states = states_count(layer, pass->extent);
    const struct block_memory m = memory_of(layer, pass);

    part_backward(layer, pass, &m, FEED_FORWARD, m.normed2, pass->dy, m.d_branch);
    part_backward(layer, pass, &m, NORM2, m.middle, m.d_branch, m.d_middle);
    add_to(m.d_middle, pass->dy, states); /* y = m + feed_forward(norm2(m)) */
    part_backward(layer, pass, &m, ATTENTION, m.normed1, m.d_middle, m.d_branch);
    part_backward(layer, pass, &m, NORM1, pass->x, m.d_branch, pass->dx);
    if (pass->dx != NULL)
        add_to(pass->dx, m.d_middle, states); /* m = x + attention(norm1(x)) */
    assert(pass->recorded == NULL || pass->dx != NULL);
    if (pass->recorded != NULL)
        memcpy(m.d_residual, pass->dx, states * sizeof *pass->dx);
}

static void block_trace(const struct layer *layer, const struct layer_pass *pass,
                        struct trace *trace)
{
    const struct layer *attention = block_of(layer)->part[ATTENTION];
    const struct block_memory m = memory_of(layer, pass);
    const struct layer_pass attention_pass = part_pass(layer, pass, &m, ATTENTION);

    trace_add_rows(trace, "residual", layer->depth, true, TRACE_SIGNED, pass->extent.steps,
                   pass->extent.batch, layer->in, (struct trace_rows){ pass->x, layer->in },
                   (struct trace_rows){ m.d_residual, layer->in });
    attention->kind->trace(attention, &attention_pass, trace);
}

static double block_flops(const struct layer *layer, int steps)
{
    double flops = 0;

    for (int i = 0; i < PARTS; i++)
        flops += block_of(layer)->part[i]->kind->flops(block_of(layer)->part[i], steps);
    return flops;
}

static void block_destroy(struct layer *layer)
{
    struct block *block = (struct block *)layer;

    for (int i = 0; i < PARTS; i++)
        layer_destroy(block->part[i]);
    free(block);
}

static const struct layer_kind block_kind = {
    .name = "block",
    .declare = block_declare,
    .sizes = block_sizes,
    .prepared_count = block_prepared_count,
    .prepare = block_prepare,
    .forward = block_forward,
    .backward = block_backward,
    .trace = block_trace,
    .flops = block_flops,
    .destroy = block_destroy,
};

struct layer *block_create(int width, int heads, int depth)
{
    struct block *block = calloc(1, sizeof *block);

    if (block == NULL)
        return NULL;
    block->layer =
        (struct layer){ .kind = &block_kind, .in = width, .out = width, .depth = depth };
    block->part[NORM1] = layer_norm_create(width);
    block->part[ATTENTION] = attention_create(
        &(struct attention_options){ .width = width, .heads = heads, .depth = depth });
    block->part[NORM2] = layer_norm_create(width);
    block->part[FEED_FORWARD] = feed_forward_create(width);
    for (int i = 0; i < PARTS; i++)
        if (block->part[i] == NULL) {
            block_destroy(&block->layer);
            return NULL;
        }
    return &block->layer;
}
