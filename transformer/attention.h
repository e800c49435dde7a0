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
#include "transformer/mask.h"

/* What a layer knows of the order of the steps it looks at. */
enum attention_position {
    ATTENTION_NO_POSITION, /* nothing, beyond what the mask forbids */
    ATTENTION_ROPE,        /* transformer/rope.h */
    ATTENTION_ALIBI        /* transformer/alibi.h */
};

enum attention_initial {
    ATTENTION_DEFAULT, /* PyTorch's */
    ATTENTION_GPT2     /* GPT-2's: N(0, .02^2), W_out N(0, .02^2 / 2L); L layers in the stack */
};

struct attention_options {
    int width;
    int heads; /* divide width */
    int depth; /* its number in a trace */
    enum attention_mask mask;
    int span; /* w, b or s of the mask, at least 1; causal and full have none */
    enum attention_position position;
    bool sources; /* steps after a sequence's source look at the source only */
    enum attention_initial initial;
    int layers; /* L of ATTENTION_GPT2, at least 1 */
};

/* Owned by the caller (layer_destroy); NULL if memory ran out. */
struct layer *attention_create(const struct attention_options *options);

#endif
