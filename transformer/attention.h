/*
 * attention.h - causal multi-head self-attention (Vaswani and others 2017), PyTorch's
 * nn.MultiheadAttention.
 *
 *     q, k, v = x W_in' + b_in                   packed (3E, E), rows q k v; heads contiguous
 *     s_ij    = q_i . k_j / sqrt(E / heads)      for j <= i; later positions are not looked at
 *     p_i     = softmax over j of s_ij           the attention weights: one row sums to 1
 *     y       = (sum over j of p_ij v_j) W_out' + b_out
 *
 * Every position reaches every earlier one in one step: the path a gradient travels has the
 * same length for all distances. The work is T^2 and so is the memory for p, kept for backward.
 *
 *     saved: q k v, p (B, heads, T, T), the mix before W_out    trace: "attention"
 *     parameters: 4 E^2 + 4 E; first values in_proj Xavier-uniform with zero bias, out_proj
 *     U(-1/sqrt E, 1/sqrt E) with zero bias, as in PyTorch
 */
#ifndef TRANSFORMER_ATTENTION_H
#define TRANSFORMER_ATTENTION_H

#include "common/layers/layer.h"

/* heads must divide width. Owned by the caller (layer_destroy); NULL if memory ran out. */
struct layer *attention_create(int width, int heads, int depth);

#endif
