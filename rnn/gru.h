/*
 * gru.h - gated recurrent unit (Cho and others 2014), in PyTorch's form, nn.GRU.
 *
 *     a = W_ih x_t + b_ih      u = W_hh h_{t-1} + b_hh      3H sums each, in the order r z n
 *     r   = sigmoid(a_r + u_r)                  reset
 *     z   = sigmoid(a_z + u_z)                  update
 *     n   = tanh(a_n + r * u_n)                 candidate; b_hn is inside the product with r
 *     h_t = (1 - z) * n + z * h_{t-1}
 *
 * Cho's paper applies r before the matrix W_hn, and the roles of z and 1 - z are exchanged
 * there.
 *
 *     saved: h_0, r z n after their squashing, and u_n    parameters: 3H (D + H + 2)
 *     trace: "hidden", "gate.r", "gate.z", "gate.n"
 */
#ifndef RNN_GRU_H
#define RNN_GRU_H

#include "rnn/recurrent.h"

/* Owned by the caller (layer_destroy); NULL if memory ran out. */
struct layer *gru_create(const struct recurrent_options *options);

#endif
