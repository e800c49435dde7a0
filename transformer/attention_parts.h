/*
 * attention_parts.h - what attention.c, over all steps, attention_step.c, one after another, and
 * attention_trace.c, for a probe, have in common. Nobody else needs it.
 */
#ifndef TRANSFORMER_ATTENTION_PARTS_H
#define TRANSFORMER_ATTENTION_PARTS_H

#include "common/layers/affine.h"
#include "common/layers/layer.h"
#include "transformer/attention.h"
#include "transformer/head.h"

struct attention {
    struct layer layer;
    struct attention_options options;
    struct affine in_proj;  /* (3E, E) rows q k v */
    struct affine out_proj; /* (E, E) */
};

static inline const struct attention *attention_of(const struct layer *layer)
{
    return (const struct attention *)layer;
}

/* Of what prepare wrote, out_proj's part. */
static inline const real *attention_out_prepared(const struct layer *layer,
                                                 const real *prepared)
{
    return prepared + affine_prepared_count(&attention_of(layer)->in_proj);
}

/* How many reals a pass needs of each kind; to be counted once, tile by tile of the mask. */
struct attention_counts {
    size_t states; /* (T, B, E) */
    size_t p;      /* of one head of one sequence */
    size_t stage;  /* of that, the most in work at a time */
    size_t shares; /* p of all heads; forward_only: one stage of one head */
    size_t means;  /* (means, width), one head */
    size_t turns;
};

/*
 * Where the pieces of one pass lie in what it saves: what forward leaves for backward and
 * trace.
 */
struct attention_saved {
    struct attention_counts n;
    real *qkv;   /* (T, B, 3E), with rope turned */
    real *mix;   /* (T, B, E) sum over j of p_ij v_j, heads side by side */
    real *p;     /* (B, heads, tiles of the mask); forward_only: one stage of them */
    real *means; /* (B, heads, 2, means, width) of keys and of values; two-level */
    real *turns; /* (T, width) sinusoid.h's table; rope */
};

struct attention_saved attention_saved_of(const struct layer *layer,
                                          const struct layer_pass *pass);

/* Head h of sequence b, as that pass has it. */
struct head attention_head_of(const struct layer *layer, const struct layer_pass *pass,
                              const struct attention_saved *s, int b, int h);

/* Offset of head h of sequence b in arrays of `count` reals for each. */
size_t attention_nth_head(const struct layer *layer, int b, int h, size_t count);

/* layer_kind's trace. */
void attention_trace(const struct layer *layer, const struct layer_pass *pass,
                     struct trace *trace);

/*
 * Generation: keys and values of all steps so far are kept (the "key-value cache"), so a step
 * costs its own projections and one row of the mask.
 */
struct layer_step_sizes attention_step_sizes(const struct layer *layer, int batch,
                                             int capacity);
void attention_step(const struct layer *layer, const struct layer_step *step);

#endif
