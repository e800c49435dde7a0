/*
 * attend.h - an attention layer over the states of the layer below, which it hands on as well:
 *
 *     c = attention(h)        y = [h, c]                     h, c (T, B, E)    y (T, B, 2E)
 *
 * On top of a recurrent layer this is how attention was born: a decoder that sees its own state
 * and a sum of earlier states, weighted by how well they match it (Bahdanau, Cho, Bengio 2015;
 * here with the scaled products of attention.h). With attention's `sources` the sum is over the
 * states of the source alone, where a sequence has one.
 *
 * State and sum stand side by side, as in the output layer of Luong, Pham, Manning 2015: the
 * readout has a matrix for each and learns itself how much of either it wants. In h + c they
 * would share one set of units, and the state, which carries the memory, would have to keep
 * clear of what attention brings.
 *
 *     trace: "residual", the states h with the gradient that comes to each from above, past the
 *     recurrence (that of the layer below has both ways), and what attention.h lists
 *     parameters: those of nn.MultiheadAttention, 4 E^2 + 4 E
 */
#ifndef TRANSFORMER_ATTEND_H
#define TRANSFORMER_ATTEND_H

#include "transformer/attention.h"

/* heads must divide width. Owned by the caller (layer_destroy); NULL if memory ran out. */
struct layer *attend_create(const struct attention_options *options);

#endif
