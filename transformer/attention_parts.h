/*
 * attention_parts.h - what attention.c, over all steps, and attention_step.c, one after
 * another, have in common. Nobody else needs it.
 */
#ifndef TRANSFORMER_ATTENTION_PARTS_H
#define TRANSFORMER_ATTENTION_PARTS_H

#include "common/layers/affine.h"
#include "common/layers/layer.h"
#include "transformer/attention.h"

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

/*
 * Generation: keys and values of all steps so far are kept (the "key-value cache"), so a step
 * costs its own projections and one row of the mask.
 */
struct layer_step_sizes attention_step_sizes(const struct layer *layer, int batch,
                                             int capacity);
void attention_step(const struct layer *layer, const struct layer_step *step);

#endif
