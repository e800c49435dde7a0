/*
 * elman.h - the plain recurrent layer (Elman 1990), PyTorch's nn.RNN with tanh
 * or relu.
 *
 *     h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)        or max(that sum, 0)
 *
 * Backwards, one step multiplies by W_hh' diag(1 - h_t^2): that product, T times over, is why
 * gradients vanish or explode (Bengio, Simard, Frasconi 1994). With relu the diagonal is 1
 * where h_t > 0, else 0.
 *
 *     saved: h_0; all else is the output    trace: "hidden"    parameters: H (D + H + 2)
 */
#ifndef RNN_ELMAN_H
#define RNN_ELMAN_H

#include "rnn/recurrent.h"

/* Owned by the caller (layer_destroy); NULL if memory ran out. */
struct layer *elman_create(const struct recurrent_options *options);

#endif
