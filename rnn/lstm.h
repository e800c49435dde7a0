/*
 * lstm.h - long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of
 * Gers, Schmidhuber and Cummins 2000), PyTorch's nn.LSTM.
 *
 *     a           = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh      4H sums, in the order i f g o
 *     i, f, o     = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o)   g = tanh(a_g)
 *     c_t         = f * c_{t-1} + i * g                        the cell: what it remembers
 *     h_t         = o * tanh(c_t)                              the output: what it says
 *
 * Backwards, the direct path along the cell multiplies by f alone: where f is near 1 the
 * gradient survives. PyTorch's forget bias is not 1 but whatever the uniform first values give;
 * options.forget_bias is what Gers and others, and Jozefowicz, Zaremba and Sutskever 2015
 * recommend.
 *
 *     saved: h_0, c_0, the gates after their squashing, and c    parameters: 4H (D + H + 2)
 *     trace: "hidden", "cell", "gate.i", "gate.f", "gate.g", "gate.o"
 */
#ifndef RNN_LSTM_H
#define RNN_LSTM_H

#include "rnn/recurrent.h"

/* Owned by the caller (layer_destroy); NULL if memory ran out. */
struct layer *lstm_create(const struct recurrent_options *options);

#endif
