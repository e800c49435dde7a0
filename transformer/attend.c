#include "transformer/attend.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct attend {
    struct layer layer;
    struct layer *attention; /* owned */
};

static const struct layer *attention_of(const struct layer *layer)
{
    return ((const struct attend *)layer)->attention;
}

static void attend_declare(struct layer *layer, struct parameter_list *list, const char *prefix)
{
    struct layer *attention = ((struct attend *)layer)->attention;

    attention->kind->declare(attention, list, prefix);
}

/* Reals of (T, B, E). */
static size_t states_count(const struct layer *layer, struct extent extent)
{
    return extent_rows(extent) * (size_t)layer->in;
}

/*
 * scratch: c, or in backward dc; then attention's. recorded: the gradient on h, then
 * attention's.
 */
static struct layer_sizes attend_sizes(const struct layer *layer, struct extent extent)
{
    const struct layer *attention = attention_of(layer);
    struct layer_sizes sizes = attention->kind->sizes(attention, extent);

    sizes.scratch += states_count(layer, extent);
    sizes.recorded += states_count(layer, extent);
    return sizes;
}

static size_t attend_prepared_count(const struct layer *layer)
{
    return layer_prepared_count(attention_of(layer));
}

static void attend_prepare(const struct layer *layer, const real *parameters, real *prepared)
{
    layer_prepare(attention_of(layer), parameters, prepared);
}

/* Attention's pass: ours, with what is its own of scratch and recorded. */
static struct layer_pass attention_pass(const struct layer *layer,
                                        const struct layer_pass *pass)
{
    const size_t states = states_count(layer, pass->extent);
    struct layer_pass own = *pass;

    own.scratch = pass->scratch + states;
    own.recorded = pass->recorded != NULL ? pass->recorded + states : NULL;
    return own;
}

/* y (rows, 2E) = [h, c] */
static void join(real *restrict y, const real *restrict h, const real *restrict c, size_t rows,
                 size_t E)
{
    for (size_t row = 0; row < rows; row++) {
        memcpy(y + 2 * row * E, h + row * E, E * sizeof *y);
        memcpy(y + (2 * row + 1) * E, c + row * E, E * sizeof *y);
    }
}

static void attend_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct layer *attention = attention_of(layer);
    struct layer_pass own = attention_pass(layer, pass);
    real *c = pass->scratch; /* (T, B, E) */

    own.y = c;
    attention->kind->forward(attention, &own);
    join(pass->y, pass->x, c, extent_rows(pass->extent), (size_t)layer->in);
}

static void attend_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct layer *attention = attention_of(layer);
    const size_t E = (size_t)layer->in, rows = extent_rows(pass->extent);
    struct layer_pass own = attention_pass(layer, pass);
    real *dc = pass->scratch; /* (T, B, E) */

    assert(pass->recorded == NULL || pass->dx != NULL);
    for (size_t row = 0; row < rows; row++) /* y = [h, c] */
        memcpy(dc + row * E, pass->dy + (2 * row + 1) * E, E * sizeof *dc);
    own.dy = dc;
    attention->kind->backward(attention, &own); /* c = attention(h) */
    for (size_t row = 0; row < rows && pass->dx != NULL; row++)
        for (size_t k = 0; k < E; k++) /* y = [h, c] */
            pass->dx[row * E + k] += pass->dy[2 * row * E + k];
    if (pass->recorded != NULL)
        memcpy(pass->recorded, pass->dx, rows * E * sizeof *pass->dx);
}

static void attend_trace(const struct layer *layer, const struct layer_pass *pass,
                         struct trace *trace)
{
    const struct layer *attention = attention_of(layer);
    const struct layer_pass own = attention_pass(layer, pass);

    trace_add_rows(trace, "residual", layer->depth, true, TRACE_SIGNED, pass->extent.steps,
                   pass->extent.batch, layer->in, (struct trace_rows){ pass->x, layer->in },
                   (struct trace_rows){ pass->recorded, layer->in });
    attention->kind->trace(attention, &own, trace);
}

static double attend_flops(const struct layer *layer, int steps)
{
    return attention_of(layer)->kind->flops(attention_of(layer), steps);
}

/* scratch: c (B, E), then attention's. */
static struct layer_step_sizes attend_step_sizes(const struct layer *layer, int batch,
                                                 int capacity)
{
    const struct layer *attention = attention_of(layer);
    struct layer_step_sizes sizes = attention->kind->step_sizes(attention, batch, capacity);

    sizes.scratch += (size_t)batch * (size_t)layer->in;
    return sizes;
}

static void attend_step(const struct layer *layer, const struct layer_step *step)
{
    const struct layer *attention = attention_of(layer);
    struct layer_step own = *step;
    real *c = step->scratch;

    own.y = c;
    own.scratch = step->scratch + step->batch * layer->in;
    attention->kind->step(attention, &own);
    join(step->y, step->x, c, (size_t)step->batch, (size_t)layer->in);
}

static void attend_destroy(struct layer *layer)
{
    layer_destroy(((struct attend *)layer)->attention);
    free(layer);
}

/* clang-format off */
#define ATTEND_KIND \
    .name = "attend", .products = PRODUCTS_OF_ROWS, \
    .declare = attend_declare, .sizes = attend_sizes, \
    .prepared_count = attend_prepared_count, .prepare = attend_prepare, \
    .forward = attend_forward, .backward = attend_backward, .trace = attend_trace, \
    .flops = attend_flops, .destroy = attend_destroy
/* clang-format on */

static const struct layer_kind attend_kind = { ATTEND_KIND, .step_sizes = attend_step_sizes,
                                               .step = attend_step };
/* Around an attention that looks at later inputs. */
static const struct layer_kind attend_kind_without_step = { ATTEND_KIND };

struct layer *attend_create(const struct attention_options *options)
{
    struct attend *attend = calloc(1, sizeof *attend);

    if (attend == NULL)
        return NULL;
    attend->attention = attention_create(options);
    if (attend->attention == NULL) {
        free(attend);
        return NULL;
    }
    attend->layer = (struct layer){
        .kind =
            attend->attention->kind->step != NULL ? &attend_kind : &attend_kind_without_step,
        .in = options->width,
        .out = 2 * options->width,
        .depth = options->depth,
    };
    return &attend->layer;
}
