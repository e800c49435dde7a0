#include "rnn/bidirectional.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FORWARD, REVERSE, DIRECTIONS };

struct bidirectional {
    struct layer layer;
    struct layer *half[DIRECTIONS]; /* owned */
};

static const struct bidirectional *bidirectional_of(const struct layer *layer)
{
    return (const struct bidirectional *)layer;
}

static void bidirectional_destroy(struct layer *layer)
{
    struct bidirectional *both = (struct bidirectional *)layer;

    for (int d = 0; d < DIRECTIONS; d++)
        layer_destroy(both->half[d]);
    free(both);
}

static void bidirectional_declare(struct layer *layer, struct parameter_list *list,
                                  const char *prefix)
{
    for (int d = 0; d < DIRECTIONS; d++) {
        struct layer *half = bidirectional_of(layer)->half[d];

        half->kind->declare(half, list, prefix);
    }
}

static size_t bidirectional_prepared_count(const struct layer *layer)
{
    const struct bidirectional *both = bidirectional_of(layer);

    return layer_prepared_count(both->half[FORWARD]) +
           layer_prepared_count(both->half[REVERSE]);
}

static void bidirectional_prepare(const struct layer *layer, const real *parameters,
                                  real *prepared)
{
    for (int d = 0; d < DIRECTIONS; d++) {
        const struct layer *half = bidirectional_of(layer)->half[d];

        layer_prepare(half, parameters, prepared);
        prepared += layer_prepared_count(half);
    }
}

static double bidirectional_flops(const struct layer *layer, int steps)
{
    double flops = 0;

    for (int d = 0; d < DIRECTIONS; d++) {
        const struct layer *half = bidirectional_of(layer)->half[d];

        flops += half->kind->flops(half, steps);
    }
    return flops;
}

static struct layer_sizes half_sizes(const struct layer *layer, int d, struct extent extent)
{
    const struct layer *half = bidirectional_of(layer)->half[d];

    return half->kind->sizes(half, extent);
}

/* Reals of one half's output and of its input: (T, B, H) and (T, B, D). */
static size_t output_count(const struct layer *layer, struct extent extent)
{
    return extent_rows(extent) * (size_t)(layer->out / DIRECTIONS);
}

static size_t input_count(const struct layer *layer, struct extent extent)
{
    return extent_rows(extent) * (size_t)layer->in;
}

static struct layer_sizes bidirectional_sizes(const struct layer *layer, struct extent extent)
{
    const size_t y = output_count(layer, extent), x = input_count(layer, extent);
    const struct layer_sizes f = half_sizes(layer, FORWARD, extent);
    const struct layer_sizes r = half_sizes(layer, REVERSE, extent);

    return (struct layer_sizes){
        .saved = DIRECTIONS * y + x + f.saved + r.saved, /* y of both, x backwards */
        .scratch = y + x + (f.scratch > r.scratch ? f.scratch : r.scratch), /* dy, dx of one */
        .recorded = f.recorded + r.recorded,
    };
}

/* What one half works on: its own y, saved and recorded are pieces of the layer's. */
static struct layer_pass half_pass(const struct layer *layer, const struct layer_pass *pass,
                                   int d)
{
    const size_t y = output_count(layer, pass->extent), x = input_count(layer, pass->extent);
    const struct layer_sizes first = half_sizes(layer, FORWARD, pass->extent);
    real *x_reverse = pass->saved + DIRECTIONS * y; /* (T, B, D) */
    struct layer_pass half = *pass;

    half.x = d == FORWARD ? pass->x : x_reverse;
    half.y = pass->saved + (size_t)d * y;
    half.saved = x_reverse + x + (d == FORWARD ? 0 : first.saved);
    half.scratch = pass->scratch + y + x;
    half.dy = pass->scratch;
    half.dx = pass->dx == NULL ? NULL : pass->scratch + y;
    if (d == REVERSE)
        half.prepared += layer_prepared_count(bidirectional_of(layer)->half[FORWARD]);
    if (d == REVERSE && pass->recorded != NULL)
        half.recorded += first.recorded;
    return half;
}

/* Where half d meets row (t, b), which is no padding: the row of its own step. */
static size_t met_at(const struct layer_pass *pass, int d, int t, int b)
{
    const int step = d == FORWARD ? t : pass_length(pass, b) - 1 - t;

    return (size_t)step * (size_t)pass->extent.batch + (size_t)b;
}

/* A walk over all rows: which of them are padding, and where half d meets the others. */
struct row {
    size_t at;  /* t * B + b */
    size_t met; /* the same as half d counts; not of padding */
    bool padding;
};

static struct row row_of(const struct layer_pass *pass, int d, size_t at)
{
    const int B = pass->extent.batch, t = (int)at / B, b = (int)at % B;
    const bool padding = t >= pass_length(pass, b);

    return (struct row){ at, padding ? at : met_at(pass, d, t, b), padding };
}

/* to (T, B, width): each row of from where half d meets it; 0 for padding. */
static void turn(const struct layer_pass *pass, int d, real *to, const real *from, int from_row,
                 int width)
{
    const size_t bytes = (size_t)width * sizeof *to;

    for (size_t at = 0; at < extent_rows(pass->extent); at++) {
        const struct row row = row_of(pass, d, at);
        real *out = to + row.met * (size_t)width;

        if (row.padding)
            memset(out, 0, bytes);
        else
            memcpy(out, from + row.at * (size_t)from_row, bytes);
    }
}

static void bidirectional_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const int H = layer->out / DIRECTIONS;

    for (int d = 0; d < DIRECTIONS; d++) {
        const struct layer *half = bidirectional_of(layer)->half[d];
        const struct layer_pass own = half_pass(layer, pass, d);

        if (d == REVERSE)
            turn(pass, d, pass->saved + DIRECTIONS * output_count(layer, pass->extent), pass->x,
                 layer->in, layer->in);
        half->kind->forward(half, &own);
        for (size_t at = 0; at < extent_rows(pass->extent); at++) {
            const struct row row = row_of(pass, d, at);
            real *y = pass->y + at * (size_t)layer->out + d * H;

            if (row.padding)
                memset(y, 0, (size_t)H * sizeof *y);
            else
                memcpy(y, own.y + row.met * (size_t)H, (size_t)H * sizeof *y);
        }
    }
}

/* dx = that of the forward half, then += that of the reverse one; 0 at padding. */
static void collect_dx(const struct layer *layer, const struct layer_pass *pass, int d,
                       const real *own_dx)
{
    const size_t D = (size_t)layer->in;

    for (size_t at = 0; at < extent_rows(pass->extent); at++) {
        const struct row row = row_of(pass, d, at);
        const real *from = own_dx + row.met * D;
        real *dx = pass->dx + at * D;

        for (size_t k = 0; k < D; k++)
            dx[k] = row.padding ? 0 : d == FORWARD ? from[k] : dx[k] + from[k];
    }
}

static void bidirectional_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const int H = layer->out / DIRECTIONS;

    for (int d = 0; d < DIRECTIONS; d++) {
        const struct layer *half = bidirectional_of(layer)->half[d];
        const struct layer_pass own = half_pass(layer, pass, d);

        turn(pass, d, pass->scratch, pass->dy + d * H, layer->out, H);
        half->kind->backward(half, &own);
        if (pass->dx != NULL)
            collect_dx(layer, pass, d, own.dx);
    }
}

/* The names of the reverse half's entries; a trace wants constants. */
static const char *reverse_name(const char *quantity)
{
    static const char *const names[][2] = {
        { "hidden", "hidden.reverse" }, { "cell", "cell.reverse" },
        { "gate.i", "gate.i.reverse" }, { "gate.f", "gate.f.reverse" },
        { "gate.g", "gate.g.reverse" }, { "gate.o", "gate.o.reverse" },
        { "gate.r", "gate.r.reverse" }, { "gate.z", "gate.z.reverse" },
        { "gate.n", "gate.n.reverse" },
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i][0], quantity) == 0)
            return names[i][1];
    assert(!"every quantity of a cell has a name in reverse");
    return quantity;
}

/* (T, units) of one sequence: its first n steps in the other order, if asked; then 0. */
static void straighten(real *rows, int T, int units, int n, bool turned)
{
    for (int t = 0; turned && t < n / 2; t++)
        for (int k = 0; k < units; k++) {
            real *early = rows + t * units + k, *late = rows + (n - 1 - t) * units + k;
            const real kept = *early;

            *early = *late;
            *late = kept;
        }
    memset(rows + n * units, 0, (size_t)((T - n) * units) * sizeof *rows);
}

static void bidirectional_trace(const struct layer *layer, const struct layer_pass *pass,
                                struct trace *trace)
{
    for (int d = 0; d < DIRECTIONS; d++) {
        const struct layer *half = bidirectional_of(layer)->half[d];
        const struct layer_pass own = half_pass(layer, pass, d);
        const int before = trace->count;

        half->kind->trace(half, &own, trace);
        for (int i = before; i < trace->count; i++) {
            struct trace_entry *entry = &trace->entries[i];
            const int T = entry->extent[1], units = entry->extent[2];

            if (d == REVERSE)
                trace_rename(entry, reverse_name(entry->quantity));
            for (int b = 0; b < entry->extent[0]; b++) {
                straighten(entry->value + (ptrdiff_t)b * T * units, T, units,
                           pass_length(pass, b), d == REVERSE);
                straighten(entry->gradient + (ptrdiff_t)b * T * units, T, units,
                           pass_length(pass, b), d == REVERSE);
            }
        }
    }
}

static const struct layer_kind bidirectional_kind = {
    .name = "bidirectional",
    .products = PRODUCTS_OF_STEPS,
    .declare = bidirectional_declare,
    .sizes = bidirectional_sizes,
    .prepared_count = bidirectional_prepared_count,
    .prepare = bidirectional_prepare,
    .forward = bidirectional_forward,
    .backward = bidirectional_backward,
    .trace = bidirectional_trace,
    .flops = bidirectional_flops,
    .destroy = bidirectional_destroy,
};

struct layer *bidirectional_create(recurrent_creator *create,
                                   const struct recurrent_options *options)
{
    struct bidirectional *both = calloc(1, sizeof *both);

    if (both == NULL)
        return NULL;
    both->layer = (struct layer){ .kind = &bidirectional_kind,
                                  .in = options->inputs,
                                  .out = DIRECTIONS * options->hidden,
                                  .depth = options->depth };
    for (int d = 0; d < DIRECTIONS; d++) {
        struct recurrent_options own = *options;

        own.reverse = d == REVERSE;
        both->half[d] = create(&own);
        if (both->half[d] == NULL) {
            bidirectional_destroy(&both->layer);
            return NULL;
        }
    }
    return &both->layer;
}
