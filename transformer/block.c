#include "transformer/block.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/numeric/reals.h"
#include "common/numeric/reduce.h"
#include "transformer/feed_forward.h"
#include "transformer/layer_norm.h"

/*
 * The block's own layers, in the order of norm before; those that an option leaves out are
 * NULL.
 */
enum part { NORM1, ATTENTION, NORM2, FEED_FORWARD, PARTS };

struct block {
    struct layer layer;
    struct block_options options;
    struct layer *part[PARTS];
};

/*
 * One of the two steps from x to y: a layer, its norm, and where a pass keeps what is between.
 */
struct branch {
    enum part layer, norm;
    real *inner; /* (T, B, D) norm(x), or with norm after [x +] layer(x); none without a norm */
};

/* Where the pieces of one pass lie inside the block's saved, scratch and recorded memory. */
struct block_memory {
    struct branch attention, feed_forward;
    real *middle;       /* (T, B, D) m, what attention's branch makes of x */
    real *saved[PARTS]; /* what each part saves */
    real *d_inner;      /* (T, B, D) gradient on a branch's inner */
    real *d_middle;     /* (T, B, D) gradient on m */
    real *scratch;      /* for whichever part runs */
    real *d_residual;   /* (T, B, D) recorded: the gradient on x */
    real *attention_recorded;
};

static const struct block *block_of(const struct layer *layer)
{
    return (const struct block *)layer;
}

static const struct layer *part_of(const struct layer *layer, enum part which)
{
    return block_of(layer)->part[which];
}

/* PyTorch's names; the order is the forward pass's, which diagnosis.c walks backwards. */
static void block_declare(struct layer *layer, struct parameter_list *list, const char *prefix)
{
    static const char *const names[PARTS] = {
        [NORM1] = "norm1.", [ATTENTION] = "self_attn.", [NORM2] = "norm2.", [FEED_FORWARD] = ""
    };
    static const enum part before[PARTS] = { NORM1, ATTENTION, NORM2, FEED_FORWARD };
    static const enum part after[PARTS] = { ATTENTION, NORM1, FEED_FORWARD, NORM2 };
    const struct block *block = block_of(layer);
    const enum part *order = block->options.norm == BLOCK_NORM_AFTER ? after : before;

    for (int i = 0; i < PARTS; i++) {
        struct layer *part = block->part[order[i]];
        char part_prefix[PARAMETER_NAME_MAX];

        if (part == NULL)
            continue;
        snprintf(part_prefix, sizeof part_prefix, "%s%s", prefix, names[order[i]]);
        part->kind->declare(part, list, part_prefix);
    }
}

static size_t states_count(const struct layer *layer, struct extent extent)
{
    return extent_rows(extent) * (size_t)layer->in;
}

/* Arrays (T, B, D) that a pass saves beside what its parts save: inners and the middle. */
static size_t own_saved(const struct layer *layer)
{
    const struct block_options *o = &block_of(layer)->options;
    const size_t branches = o->feed_forward ? 2 : 1;

    return (o->norm == BLOCK_NORM_NONE ? 0 : branches) + (o->feed_forward ? 1 : 0);
}

/* Of backward alone. */
static size_t own_scratch(const struct layer *layer, struct extent extent)
{
    return extent.forward_only ? 0 : 2 * states_count(layer, extent);
}

/* Parts save one behind another; if forward_only, one after another in the same place. */
static struct layer_sizes block_sizes(const struct layer *layer, struct extent extent)
{
    const size_t states = states_count(layer, extent);
    struct layer_sizes sizes = { .saved = own_saved(layer) * states, .recorded = states };
    size_t saved = 0, largest = 0;

    for (int i = 0; i < PARTS; i++) {
        const struct layer *part = part_of(layer, i);
        struct layer_sizes need;

        if (part == NULL)
            continue;
        need = part->kind->sizes(part, extent);
        saved = extent.forward_only ? larger_size(saved, need.saved) : saved + need.saved;
        sizes.recorded += i == ATTENTION ? need.recorded : 0;
        sizes.traced += need.traced;
        sizes.summed += need.summed;
        largest = larger_size(largest, need.scratch);
    }
    sizes.saved += saved;
    sizes.scratch = own_scratch(layer, extent) + largest;
    return sizes;
}

static struct block_memory memory_of(const struct layer *layer, const struct layer_pass *pass)
{
    const struct block_options *o = &block_of(layer)->options;
    const size_t states = states_count(layer, pass->extent);
    struct block_memory m = { .attention = { ATTENTION, NORM1, NULL },
                              .feed_forward = { FEED_FORWARD, NORM2, NULL },
                              .d_inner = pass->scratch,
                              .d_middle = pass->scratch + states,
                              .scratch = pass->scratch + own_scratch(layer, pass->extent) };
    real *next = pass->saved;

    if (o->norm != BLOCK_NORM_NONE) {
        m.attention.inner = next;
        next += states;
    }
    if (o->feed_forward) {
        m.middle = next;
        next += states;
    }
    if (o->feed_forward && o->norm != BLOCK_NORM_NONE) {
        m.feed_forward.inner = next;
        next += states;
    }
    for (int i = 0; i < PARTS; i++) {
        const struct layer *part = part_of(layer, i);

        m.saved[i] = next;
        if (part != NULL && !pass->extent.forward_only)
            next += part->kind->sizes(part, pass->extent).saved;
    }
    if (pass->recorded != NULL) {
        m.d_residual = pass->recorded;
        m.attention_recorded = pass->recorded + states;
    }
    return m;
}

/* What the parts before `which` have prepared; PARTS: what all have. */
static size_t prepared_before(const struct layer *layer, enum part which)
{
    size_t count = 0;

    for (int i = 0; i < (int)which; i++)
        if (part_of(layer, i) != NULL)
            count += layer_prepared_count(part_of(layer, i));
    return count;
}

static size_t block_prepared_count(const struct layer *layer)
{
    return prepared_before(layer, PARTS);
}

static void block_prepare(const struct layer *layer, const real *parameters, real *prepared)
{
    for (int i = 0; i < PARTS; i++)
        if (part_of(layer, i) != NULL)
            layer_prepare(part_of(layer, i), parameters, prepared + prepared_before(layer, i));
}

/*
 * The pass of one part: the block's, with the part's own memory; x, y, dy, dx are set by the
 * user.
 */
static struct layer_pass part_pass(const struct layer *layer, const struct layer_pass *pass,
                                   const struct block_memory *m, enum part which)
{
    struct layer_pass part = *pass;

    part.prepared += prepared_before(layer, which);
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
    part_of(layer, which)->kind->forward(part_of(layer, which), &part);
}

static void part_backward(const struct layer *layer, const struct layer_pass *pass,
                          const struct block_memory *m, enum part which, const real *x,
                          const real *dy, real *dx)
{
    struct layer_pass part = part_pass(layer, pass, m, which);

    part.x = x;
    part.dy = dy;
    part.dx = dx;
    part_of(layer, which)->kind->backward(part_of(layer, which), &part);
}

/* y (T, B, D) = what one branch makes of x (T, B, D). */
static void branch_forward(const struct layer *layer, const struct layer_pass *pass,
                           const struct block_memory *m, const struct branch *branch,
                           const real *x, real *y)
{
    const struct block_options *o = &block_of(layer)->options;
    const size_t states = states_count(layer, pass->extent);
    real *sum = o->norm == BLOCK_NORM_AFTER ? branch->inner : y;

    if (o->norm == BLOCK_NORM_BEFORE) {
        part_forward(layer, pass, m, branch->norm, x, branch->inner);
        part_forward(layer, pass, m, branch->layer, branch->inner, sum);
    } else {
        part_forward(layer, pass, m, branch->layer, x, sum);
    }
    if (o->residual)
        reduce_add(sum, x, states);
    if (o->norm == BLOCK_NORM_AFTER)
        part_forward(layer, pass, m, branch->norm, sum, y);
}

/* dx (T, B, D), or NULL, from dy, and the gradients of the branch's parameters. */
static void branch_backward(const struct layer *layer, const struct layer_pass *pass,
                            const struct block_memory *m, const struct branch *branch,
                            const real *x, const real *dy, real *dx)
{
    const struct block_options *o = &block_of(layer)->options;
    const size_t states = states_count(layer, pass->extent);
    const real *dsum = dy;

    switch (o->norm) {
    case BLOCK_NORM_BEFORE: /* sum = [x +] layer(norm(x)) */
        part_backward(layer, pass, m, branch->layer, branch->inner, dy, m->d_inner);
        part_backward(layer, pass, m, branch->norm, x, m->d_inner, dx);
        break;
    case BLOCK_NORM_AFTER: /* y = norm(sum), sum = [x +] layer(x) */
        part_backward(layer, pass, m, branch->norm, branch->inner, dy, m->d_inner);
        dsum = m->d_inner;
        part_backward(layer, pass, m, branch->layer, x, dsum, dx);
        break;
    case BLOCK_NORM_NONE: /* sum = [x +] layer(x) */
        part_backward(layer, pass, m, branch->layer, x, dy, dx);
        break;
    }
    if (o->residual && dx != NULL)
        reduce_add(dx, dsum, states); /* sum = x + ... */
}

static void block_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct block_memory m = memory_of(layer, pass);
    const bool two = block_of(layer)->options.feed_forward;

    branch_forward(layer, pass, &m, &m.attention, pass->x, two ? m.middle : pass->y);
    if (two)
        branch_forward(layer, pass, &m, &m.feed_forward, m.middle, pass->y);
}

static void block_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct block_memory m = memory_of(layer, pass);
    const bool two = block_of(layer)->options.feed_forward;

    if (two) /* y = branch of feed_forward on m */
        branch_backward(layer, pass, &m, &m.feed_forward, m.middle, pass->dy, m.d_middle);
    /* m, or y, = branch of attention on x */
    branch_backward(layer, pass, &m, &m.attention, pass->x, two ? m.d_middle : pass->dy,
                    pass->dx);
    assert(pass->recorded == NULL || pass->dx != NULL);
    if (pass->recorded != NULL)
        memcpy(m.d_residual, pass->dx, states_count(layer, pass->extent) * sizeof *pass->dx);
}

static void block_trace(const struct layer *layer, const struct layer_pass *pass,
                        struct trace *trace)
{
    const struct layer *attention = part_of(layer, ATTENTION);
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
        if (part_of(layer, i) != NULL)
            flops += part_of(layer, i)->kind->flops(part_of(layer, i), steps);
    return flops;
}

/* scratch: inner and middle, (B, D) each, then that of whichever part runs. */
static struct layer_step_sizes block_step_sizes(const struct layer *layer, int batch,
                                                int capacity)
{
    struct layer_step_sizes sizes = { 0 };

    for (int i = 0; i < PARTS; i++) {
        const struct layer *part = part_of(layer, i);
        struct layer_step_sizes need;

        if (part == NULL)
            continue;
        need = part->kind->step_sizes(part, batch, capacity);
        sizes.state += need.state; /* attention's: the other parts have none */
        if (need.scratch > sizes.scratch)
            sizes.scratch = need.scratch;
    }
    sizes.scratch += 2 * (size_t)batch * (size_t)layer->in;
    return sizes;
}

static void part_step(const struct layer *layer, const struct layer_step *step, enum part which,
                      const real *x, real *y)
{
    struct layer_step part = *step;

    part.prepared += prepared_before(layer, which);
    part.scratch += 2 * step->batch * layer->in;
    part.x = x;
    part.y = y;
    part_of(layer, which)->kind->step(part_of(layer, which), &part);
}

/* As branch_forward, of one step: x, inner and y are (B, D). */
static void branch_step(const struct layer *layer, const struct layer_step *step,
                        enum part which, enum part norm, const real *x, real *inner, real *y)
{
    const struct block_options *o = &block_of(layer)->options;
    real *sum = o->norm == BLOCK_NORM_AFTER ? inner : y;

    if (o->norm == BLOCK_NORM_BEFORE) {
        part_step(layer, step, norm, x, inner);
        part_step(layer, step, which, inner, sum);
    } else {
        part_step(layer, step, which, x, sum);
    }
    if (o->residual)
        reduce_add(sum, x, (size_t)step->batch * (size_t)layer->in);
    if (o->norm == BLOCK_NORM_AFTER)
        part_step(layer, step, norm, sum, y);
}

static void block_step(const struct layer *layer, const struct layer_step *step)
{
    const bool two = block_of(layer)->options.feed_forward;
    real *inner = step->scratch, *middle = step->scratch + step->batch * layer->in;

    branch_step(layer, step, ATTENTION, NORM1, step->x, inner, two ? middle : step->y);
    if (two)
        branch_step(layer, step, FEED_FORWARD, NORM2, middle, inner, step->y);
}

static void block_destroy(struct layer *layer)
{
    struct block *block = (struct block *)layer;

    for (int i = 0; i < PARTS; i++)
        layer_destroy(block->part[i]);
    free(block);
}

/* clang-format off */
#define BLOCK_KIND \
    .name = "block", .products = PRODUCTS_OF_ROWS, \
    .declare = block_declare, .sizes = block_sizes, \
    .prepared_count = block_prepared_count, .prepare = block_prepare, \
    .forward = block_forward, .backward = block_backward, .trace = block_trace, \
    .flops = block_flops, .destroy = block_destroy
/* clang-format on */

static const struct layer_kind block_kind = { BLOCK_KIND, .step_sizes = block_step_sizes,
                                              .step = block_step };
/* Around an attention that looks at later inputs. */
static const struct layer_kind block_kind_without_step = { BLOCK_KIND };

static bool is_wanted(const struct block_options *options, enum part which)
{
    if ((which == FEED_FORWARD || which == NORM2) && !options->feed_forward)
        return false;
    return (which != NORM1 && which != NORM2) || options->norm != BLOCK_NORM_NONE;
}

static struct layer *part_create(const struct block_options *options, enum part which)
{
    const struct attention_options *a = &options->attention;

    if (which == ATTENTION)
        return attention_create(a);
    if (which == FEED_FORWARD)
        return feed_forward_create(a->width, a->initial, a->layers);
    return layer_norm_create(a->width);
}

struct layer *block_create(const struct block_options *options)
{
    const int width = options->attention.width;
    struct block *block = calloc(1, sizeof *block);

    if (block == NULL)
        return NULL;
    block->layer = (struct layer){
        .kind = &block_kind, .in = width, .out = width, .depth = options->attention.depth
    };
    block->options = *options;
    for (int i = 0; i < PARTS; i++) {
        if (!is_wanted(options, i))
            continue;
        block->part[i] = part_create(options, i);
        if (block->part[i] == NULL) {
            block_destroy(&block->layer);
            return NULL;
        }
    }
    if (block->part[ATTENTION]->kind->step == NULL)
        block->layer.kind = &block_kind_without_step;
    return &block->layer;
}
