/*
 * layer.h - the one interface between the two families and everything they share.
 *
 *     tokens or features -> input layer -> [ core: a stack of layers ] -> readout -> loss
 *
 * A layer maps x (T, B, in) to y (T, B, out) and back. Time comes first, so that one step is
 * one contiguous block of B rows, which a recurrent layer needs; row (t, b) is row t * B + b,
 * which is all that an attention layer needs to find sequence b.
 *
 * Layers are plain serial C over one shard (a few sequences of the batch). They allocate
 * nothing: sizes() says how many reals a pass needs, the caller gives the blocks. The only
 * function pointers of the engine are here.
 *
 *     B sequences of the shard    T time steps    in, out widths
 */
#ifndef COMMON_LAYERS_LAYER_H
#define COMMON_LAYERS_LAYER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/layers/edit.h"
#include "common/layers/parameters.h"
#include "common/layers/trace.h"
#include "common/numeric/real.h"

/* How much a pass works on. */
struct extent {
    int batch; /* B */
    int steps; /* T */

    /*
     * V > 0: x has only so many different rows and holds each of them once, as (V, in): row (t,
     * b) of the input is x's row tokens[t * B + b]. dx (V, in) is then the sum over equal rows.
     * Only for a layer whose kind is by_symbol, and for the embedding below it.
     */
    int distinct;

    /*
     * Nobody will call backward or trace: what a layer saves may be no more than forward itself
     * needs, and belongs to the next layer afterwards.
     */
    bool forward_only;
};

static inline size_t extent_rows(struct extent e)
{
    return (size_t)e.batch * (size_t)e.steps;
}

/* Reals that a layer wants for a pass of a given extent. */
struct layer_sizes {
    size_t saved;    /* written by forward, read by backward and trace */
    size_t scratch;  /* used inside one call; contents do not matter before or after */
    size_t recorded; /* for a probe: gradients of what trace() lists, written by backward */
    size_t traced;   /* for a probe: what trace() adds, beyond as much as saved and recorded */
    size_t summed;   /* for a probe: what trace() adds to its sums */
};

/* Everything one forward and its backward work on. The caller owns all of it. */
struct layer_pass {
    struct extent extent;
    const real *parameters; /* the model's block; the layer knows its offsets */
    const real *prepared;   /* what prepare() wrote from these parameters */
    const int *tokens;      /* (T, B) input of an embedding, or what extent.distinct counts */
    const int *lengths;     /* (B) steps that are no padding; NULL: all are none */
    const int *sources;     /* (B) leading steps that are a source; NULL: no sequence has one */
    const real *x;          /* (T, B, in) input, or (V, in); NULL for an embedding */
    real *y;                /* (T, B, out) output */
    real *saved;
    real *scratch;
    const struct edits *edits; /* what a hand has changed; NULL: nothing, as while training */

    const real *dy;  /* (T, B, out) gradient of the loss on y */
    real *dx;        /* (T, B, in) gradient on x, or NULL if nobody wants it */
    real *gradients; /* the model's block of gradients */
    real *recorded;  /* NULL while training; else dx must be wanted, where the layer has an x */
};

/*
 * One more time step of B sequences while a model generates: what a forward pass over all steps
 * so far would give for the last of them, without the work for the others. All sequences are at
 * the same step and none is padded.
 */
struct layer_step {
    int batch; /* B */
    int t;     /* number of this step, from 0; the steps before it have been made, in order */
    int capacity; /* steps that state has room for: t < capacity */
    const real *parameters;
    const real *prepared;
    const int *tokens; /* (B) input of an embedding */
    const real *x;     /* (B, in) input; NULL for an embedding */
    real *y;           /* (B, out) output */
    real *state;   /* what the layer carries from step to step; contents undefined at t = 0 */
    real *scratch; /* used inside one call */
    const int *sources; /* (B) as in layer_pass; NULL: no sequence has one */
};

/* Reals that a layer wants for generating. */
struct layer_step_sizes {
    size_t state; /* a recurrent layer's does not grow with the capacity, attention's does */
    size_t scratch;
};

struct layer;

/*
 * What a layer's products are made of, which decides how many sequences are best taken through
 * a model at a time (common/training/shard.h).
 */
enum layer_products {
    PRODUCTS_NONE,     /* none to speak of */
    PRODUCTS_OF_STEPS, /* the rows of one time step: many sequences fill a register tile */
    PRODUCTS_OF_ROWS   /* all rows at once: few sequences leave them in the cache */
};

struct layer_kind {
    const char *name;
    enum layer_products products;
    bool by_symbol; /* works on the different rows of x alone, if told so (extent.distinct) */

    /*
     * Add the layer's tensors to the list, names beginning with prefix; remember their offsets.
     */
    void (*declare)(struct layer *layer, struct parameter_list *list, const char *prefix);

    struct layer_sizes (*sizes)(const struct layer *layer, struct extent extent);

    /* Reals that prepare() writes; both NULL if the layer needs no preparation. */
    size_t (*prepared_count)(const struct layer *layer);

    /* Once per update, before the shards: bring weights into the order the products want. */
    void (*prepare)(const struct layer *layer, const real *parameters, real *prepared);

    /* Overwrites y and saved. */
    void (*forward)(const struct layer *layer, const struct layer_pass *pass);

    /* After forward with the same pass: overwrites dx, adds to gradients, fills recorded. */
    void (*backward)(const struct layer *layer, const struct layer_pass *pass);

    /* After backward with recording: add what can be seen. NULL if there is nothing. */
    void (*trace)(const struct layer *layer, const struct layer_pass *pass,
                  struct trace *trace);

    /* Multiply-adds count as two: nominal forward FLOPs of one sequence of T steps. */
    double (*flops)(const struct layer *layer, int steps);

    /*
     * Both NULL if the layer cannot generate, because an output needs later inputs. step
     * overwrites y and the state, and gives the same numbers as forward, to the last digits.
     */
    struct layer_step_sizes (*step_sizes)(const struct layer *layer, int batch, int capacity);
    void (*step)(const struct layer *layer, const struct layer_step *step);

    /* Release what the layer owns, itself included. NULL: free() is enough. */
    void (*destroy)(struct layer *layer);
};

/* The first member of every layer's own struct. */
struct layer {
    const struct layer_kind *kind;
    int in;
    int out;
    int depth; /* its number in a trace ("layers.0.hidden"); -1 if it has none */
};

/* Steps of sequence b that are no padding, and those that are its source. */
static inline int pass_length(const struct layer_pass *pass, int b)
{
    return pass->lengths != NULL ? pass->lengths[b] : pass->extent.steps;
}

static inline int pass_source(const struct layer_pass *pass, int b)
{
    return pass->sources != NULL ? pass->sources[b] : 0;
}

/* Safe on NULL. */
void layer_destroy(struct layer *layer);

/*
 * step_sizes and step of a layer whose output at a step depends on its input at that step
 * alone: forward, on one step. There is no state.
 */
struct layer_step_sizes layer_stepwise_sizes(const struct layer *layer, int batch,
                                             int capacity);
void layer_stepwise(const struct layer *layer, const struct layer_step *step);

/* 0 for a layer that needs no preparation. */
size_t layer_prepared_count(const struct layer *layer);
void layer_prepare(const struct layer *layer, const real *parameters, real *prepared);

#endif
