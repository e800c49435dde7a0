/*
 * quantity_parts.h - quantities that are more than a number read off: each subject has a file of
 * its own, quantity_SUBJECT.c. The table of quantity.c alone includes this, and their tests.
 * quantity_parts.h - quantities of quantity.c's table whose code is long: each has a file of its
 * own, lessons/quantity_SUBJECT.c. Nobody else needs it.
 */
#ifndef LESSONS_QUANTITY_PARTS_H
#define LESSONS_QUANTITY_PARTS_H

#include "common/error.h"
#include "common/model/sequence_model.h"
#include "lessons/config.h"

struct measured;

/* quantity_counts.c: how many parameters a model must have -------------------------------------
 *
 * From the configuration alone, by the formulas of textbooks, without asking a layer. With g
 * gates (elman 1, gru 3, lstm 4), D directions, widths W (embedding) and H (hidden), one layer
 * of inputs `in` has
 *
 *     recurrent     D g (H in + H H + 2 H)                nn.RNN, nn.GRU, nn.LSTM: two biases
 *     attention     4 E^2 + 4 E                           nn.MultiheadAttention of width E
 *     block         attention + 2 W + 8 W^2 + 5 W + 2 W   nn.TransformerEncoderLayer, 4 W inside
 *     final norm    2 W
 *
 * and around the core stand n W (tokens) or n W + W (features), learned positions T W, learned
 * states D H (of h and of c) for each layer, and V top + V of the readout.
 */
struct count_formula {
    double core, around; /* their sum is all that is trained */
};

/*
 * Of an arm with nothing left open (config_resolved) that learns sequences of that shape. NaN:
 * the model is one that this knows no formula for.
 */
struct count_formula count_formula(const struct arm_config *arm,
                                   const struct batch_shape *shape);

double quantity_formula_parameters(const struct measured *measured, double argument);
double quantity_formula_core_parameters(const struct measured *measured, double argument);

/* quantity_fit.c: the best that a readout alone can do -------------------------------------------
 *
 * The largest |w - w*| over weights and biases w of y = W x + b, where w* solves the normal
 * equations
 *
 *     sum_rows z z^T [W b]*^T = sum_rows z y^T    z = (x, 1)
 *
 * of all rows of the training set, by elimination in double (Legendre 1805, Gauss 1809). NaN:
 * the arm has a core, the task is not one of numbers with an output at every step, there is no
 * fixed training set, its points do not determine w*, or no memory.
 */
double quantity_least_squares_distance(const struct measured *measured, double argument);

/* quantity_bptt.c: is the backward pass the derivative of the forward pass? -----------------------
 *
 * Along direction d of all weights, with the loss summed in double,
 *
 *     numeric    (L(w + d) - L(w - d)) / 2        analytic    gradient . d
 *
 * The directions are the gradient itself, random halves of it (the elements that a coin
 * leaves), and random signs for all weights, which a part that backward forgets cannot hide
 * from. Each difference is counted in units of what the analytic side has by size: |gradient|
 * |d|, and for random signs, whose sum mostly cancels, |gradient| |d| / sqrt(weights).
 * Of three lengths of d the best counts (Nocedal and Wright 2006, Numerical Optimization, section
 * 8.1: rounding forbids short ones, the loss's bending long ones).
 */

/*
 * The largest such difference between those weights' gradient and `gradients`
 * (model->parameters.total each) of the summed loss on the batch, which belongs to the model.
 * NaN: no memory, or a loss or gradient that is not finite.
 */
double gradient_disagreement(const struct sequence_model *model, const real *parameters,
                             const real *gradients, const struct batch *batch);

/* Of the arm's first weights, on up to 8 sequences of its first batch. */
double quantity_finite_difference(const struct measured *measured, double argument);
struct measured;

/* quantity_law.c: the law of vanishing gradients --------------------------------------------------
 *
 * ln sqrt(chi) of theory.h, from the arm's gain g and the variance s2 of its drive:
 *
 *     q = g^2 E[tanh^2(sqrt(q) z)] + s2      chi = g^2 E[(1 - tanh^2(sqrt(q) z))^2]
 *
 * what slope_state comes to before training, in the limit of many units. NaN: theory has no
 * slope, since the arm is no elman of one layer that reads forwards, with tanh, an orthogonal
 * W_hh of a gain above 0 and nothing truncated, or no noise of known variance drives it.
 */
double quantity_law_slope(const struct measured *measured, double argument);
struct measured;

/* quantity_attention.c: both read what NEEDS_ATTENTION has measured. ------------------------ */

/* max |sum_j p_ij - 1| over all rows i of all heads; NaN of an arm without attention. */
double quantity_row_sum_error(const struct measured *measured, double argument);

/*
 * The attention that the best head gives, when output number `output` is made (from 1 on; 0:
 * the last), to the steps that read as the answer that is right then; a mean over the fixed
 * sequences. NaN if there is no such output or no head.
 */
double quantity_answer_mass(const struct measured *measured, double output);

/*
 * quantity_mirror.c: the largest difference between what the arm says (logits, or values) of a
 * fixed sequence and of the same one read backwards. NaN where there is an output for every
 * step, or no memory.
 */
double quantity_mirror_difference(const struct measured *measured, double argument);
struct measured;

/*
 * Ablation (quantity_ablation.c): the share of the fixed sequences of probe.h in which output
 * number `output` is right although its step may not look, in any head of any layer,
 *
 *     right_when_blind            at the marked steps, those that task_input_text outlines
 *     right_when_blind_elsewhere  at as many of the others, those it looks at the most
 *
 * of the source, where the task has one. `output` counts the scored outputs from 1; 0 is the
 * last. The pass is teacher-forced: the outputs before are read as they should be. NaN: there is
 * no such output, no attention, no such step, or no memory.
 */
double right_when_blind(const struct measured *measured, double output);
double right_when_blind_elsewhere(const struct measured *measured, double output);

/*
 * Padding (quantity_padding.c), on the fixed sequences of probe.h, padded as in training:
 *
 *     padding_difference  the largest difference between a number that the arm puts out for a
 *                         sequence in a batch, and for the same one alone, not padded at all
 *     padding_gradient    the largest gradient of the loss, summed over all scored outputs, on
 *                         the input of a step that is padding
 *
 * NaN: nothing is padded, nothing comes out or back anywhere else, or no memory.
 */
double padding_difference(const struct measured *measured, double argument);
double padding_gradient(const struct measured *measured, double argument);

/*
 * The share of the cells of a matrix that are padding if a row holds one sequence each, its
 * source where the task has one, of as many steps as a digit of `lengths` says (359: of 3, 5 and
 * 9), and all are as long as the longest. NaN: the task draws none that long, or no memory.
 */
double padding_share(const struct measured *measured, double lengths);

#endif
