/*
 * scalar_block.h - a Transformer block written a second time, one number after another, to
 * compare with.
 *
 * The attention weights get a nudge as soon as they are known: the derivative of the loss by it
 * is the gradient on a weight, by its definition.
 */
#ifndef TESTS_TRANSFORMER_SCALAR_BLOCK_H
#define TESTS_TRANSFORMER_SCALAR_BLOCK_H

#include "common/layers/parameters.h"
#include "common/numeric/real.h"
#include "transformer/attention.h"

/* One sequence's worth of sizes, and where the tensors are. */
struct scalar_block {
    const struct parameter_list *list;
    const real *parameters;
    const char *prefix; /* of attention's tensors: "" or "self_attn." */
    int T, B, E, heads;
    const struct attention_options *options; /* mask and position code; NULL: causal, none */
    const int *lengths, *sources;            /* (B) or NULL */
    real *p;     /* (B, heads, T, T) the weights, nudge included: overwritten */
    real *nudge; /* (B, heads, T, T) */
};

/* y (T, B, E) = attention(x); time-major like the layer. Overwrites y and p. */
void scalar_attention(struct scalar_block *s, real *y, const real *x);

/* y (T, B, E) = x + attention(norm1(x)), then + feed_forward(norm2(.)) . Overwrites y and p. */
void scalar_block(struct scalar_block *s, real *y, const real *x);

#endif
