/*
 * attention.h - multi-head self-attention (Vaswani and others 2017), PyTorch's
 * nn.MultiheadAttention, with masks and position codes.
 *
 *     q, k, v = x W_in' + b_in                   packed (3E, E), rows q k v; heads contiguous
 *     s_ij    = q_i . k_j / sqrt(E / heads)      for j that mask.h lets i look at
 *     p_i     = softmax over j of s_ij           the attention weights: one row sums to 1
 *     y       = (sum over j of p_ij v_j) W_out' + b_out
 *
 * rope turns q_i and k_j before the product (rope.h), means of the two-level mask are of turned
 * keys; alibi takes slope_h |i - j| off s_ij (alibi.h), a mean lies in the middle of its block.
 *
 * Under the causal mask every position reaches every earlier one in one step: the path a
 * gradient travels has the same length for all distances. The work is T^2 and so is the memory
 * for p, kept for backward; other masks need both in proportion to the pairs that they allow.
 * A forward_only pass keeps a few rows of p at a time: memory in proportion to T.
 *
 * Padding (layer_pass.lengths) is never looked at; its rows of y are b_out, of dx exactly 0.
 *
 * trace: "attention" (B, heads, T, T), exactly 0 where nobody looked. Its gradient at (i, j) is
 * dmix_i . v_j, that of the loss if p_ij alone were nudged after the softmax, and 0 where
 * nobody looked. Two-level: a mean's weight is shown as equal shares on the steps of its block,
 * so rows still sum to 1, and its gradient stands unchanged on each of them: what a change of
 * the block's whole weight would do, which is the mean of what its steps would do one by one.
 *
 * And what they come from, without gradients: "query", "key", "value" (B, T, E), turned by rope
 * where it turns; "score" (B, heads, T, T), s_ij as the softmax has it, alibi's part included
 * and a mean's at each step of its block, -infinity where the mask hides the key. A weight that
 * a hand has set (edit.h) is seen in "attention" alone. A trace's sums get "attention" (1,
 * heads, T, T), added up over sequences.
 *
 *     saved: q k v, p in the mask's tiles, the mix before W_out
 *     parameters: 4 E^2 + 4 E; first values in_proj Xavier-uniform with zero bias, out_proj
 *     U(-1/sqrt E, 1/sqrt E) with zero bias, as in PyTorch
 *     step: keeps keys and values; NULL under the full mask, whose outputs need later inputs
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

/*
 * Attention weights that a pass over `steps` steps keeps for backward, in reals for each
 * sequence: T^2 under the full mask, half of it under the causal one, about T w in a window of
 * w. What is forbidden in a tile of queries counts too, since it is stored.
 */
size_t attention_stored_count(const struct attention_options *options, int steps);

#endif
