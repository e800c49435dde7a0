/*
 * bidirectional.h - two recurrent layers over the same sequence, one of them from its end
 * (Schuster and Paliwal 1997), PyTorch's bidirectional=True.
 *
 *     y_t = [ h_t of the forward layer ; h_t of the reverse one ]        2H wide
 *
 * The reverse layer is an ordinary one that is handed each sequence backwards, within the
 * sequence's own length: it meets step n-1 first and padding never. So any cell will do, with
 * any of its options, and a padded sequence gives what it gives alone: what
 * pack_padded_sequence does in PyTorch. At padding y is 0, what stands in dy is not looked at,
 * and dx is 0.
 *
 * Tensors have the names of PyTorch: weight_ih_l0 .. bias_hh_l0, then weight_ih_l0_reverse ..;
 * of the learned states initial.hidden_l0_reverse, initial.cell_l0_reverse. A cut of the
 * gradient counts steps as each of the two meets them.
 *
 * An output needs inputs that come later, so the layer cannot generate: step is NULL.
 *
 *     trace: what the cell shows, and the same of the reverse layer as "hidden.reverse",
 *     "gate.i.reverse" .., in the order of time; 0 at padding
 *     parameters: twice those of the cell
 */
#ifndef RNN_BIDIRECTIONAL_H
#define RNN_BIDIRECTIONAL_H

#include "rnn/recurrent.h"

/*
 * Two layers of the cell that `create` makes, with the same options. Owned by the caller
 * (layer_destroy); NULL if memory ran out.
 */
struct layer *bidirectional_create(recurrent_creator *create,
                                   const struct recurrent_options *options);

#endif
