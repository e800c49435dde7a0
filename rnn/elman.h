/*
 * elman.h - the plain recurrent layer (Elman 1990), PyTorch's nn.RNN with tanh.
 *
 *     h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)
 *
 * Backwards, one step multiplies by W_hh' diag(1 - h_t^2): that product, T times over, is why
 * gradients vanish or explode (Bengio, Simard, Frasconi 1994).
 *
 *     saved: nothing but the output    trace: "hidden"    parameters: H (D + H + 2)
 */
#ifndef RNN_ELMAN_H
#define RNN_ELMAN_H

#include "rnn/recurrent.h"

/* Owned by the caller (layer_destroy); NULL if memory ran out. */
struct layer *elman_create(const struct recurrent_options *options);

#endif
