/*
 * quantities.h - quantities that are more than a number read off. Each subject has a file of its
 * own, lessons/quantities/SUBJECT.c, and each quantity is a function of what has been measured
 * and of the number in brackets (struct quantity). The table of quantity.c, measure.c and the
 * quantities' tests alone include this.
 */
#ifndef LESSONS_QUANTITIES_QUANTITIES_H
#define LESSONS_QUANTITIES_QUANTITIES_H

#include "common/error.h"
#include "common/layers/trace.h"
#include "common/model/sequence_model.h"
#include "common/training/probe.h"
#include "lessons/config.h"

struct measured;

/* shared.c: what several of them ask ------------------------------------------------ */

/* The larger one, or NaN if one is: fmax would swallow it, and a claim hold of what is broken. */
double quantity_larger(double a, double b);

/* Gates of a recurrent cell: elman 1, gru 3, lstm 4; NaN: it is none of these. */
double quantity_gates(const char *cell);

/* Heads of attention, of all layers together. The probe that owns the trace has been run. */
int quantity_heads(const struct trace *trace);

/*
 * The step that makes scored output `number` (from 1 on; 0: the last) of the probe's pinned
 * sequence; -1: there is none.
 */
int quantity_output_step(const struct probe *probe, int number);

/* counts.c: how many parameters a model must have ------------------------------------
 *
 * From the configuration alone, by the formulas of textbooks, without asking a layer. With g
 * gates (elman 1, gru 3, lstm 4), D directions, widths W (embedding) and H (hidden), one layer
 * of inputs `in` has
 *
 *     recurrent     D g (H in + H H + 2 H)                nn.RNN, nn.GRU, nn.LSTM: two biases
 *     attention     4 E^2 + 4 E                           nn.MultiheadAttention of width E
 *     block         attention + 2 W + 8 W^2 + 5 W + 2 W   nn.TransformerEncoderLayer, 4 W wide
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
struct count_formula quantity_count_formula(const struct arm_config *arm,
                                            const struct batch_shape *shape);

double quantity_formula_parameters(const struct measured *measured, double argument);
double quantity_formula_core_parameters(const struct measured *measured, double argument);

/* fit.c: the best that a readout alone can do ----------------------------------------
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

/* bptt.c: is the backward pass the derivative of the forward pass? -------------------
 *
 * Along direction d of all weights, with the loss summed in double,
 *
 *     numeric    (L(w + d) - L(w - d)) / 2        analytic    gradient . d
 *
 * The directions are the gradient itself, random halves of it (the elements that a coin
 * leaves), and random signs for all weights, which a part that backward forgets cannot hide
 * from. Each difference is counted in units of what the analytic side has by size: |gradient|
 * |d|, and for random signs, whose sum mostly cancels, |gradient| |d| / sqrt(weights).
 * Of three lengths of d the best counts (Nocedal and Wright 2006, Numerical Optimization,
 * section 8.1: rounding forbids short ones, the loss's bending long ones).
 */

/*
 * The largest such difference between those weights' gradient and `gradients`
 * (model->parameters.total each) of the summed loss on the batch, which belongs to the model.
 * NaN: no memory, or a loss or gradient that is not finite.
 */
double quantity_gradient_disagreement(const struct sequence_model *model,
                                      const real *parameters, const real *gradients,
                                      const struct batch *batch);

/* Of the arm's first weights, on up to 8 sequences of its first batch. */
double quantity_finite_difference(const struct measured *measured, double argument);

/* law.c: the law of vanishing gradients ---------------------------------------------
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

/* attention.c: both read what NEEDS_ATTENTION has measured ------------------------- */

/*
 * max |sum_j p_ij - 1| over all rows i of all heads, but for padding's that are 0; NaN of an arm
 * without attention, or with a weight that is NaN.
 */
double quantity_row_sum_error(const struct measured *measured, double argument);

/*
 * The attention that the best head gives, when output number `output` is made (from 1 on; 0:
 * the last), to the steps that read as the answer that is right then; a mean over the fixed
 * sequences. NaN if there is no such output or no head.
 */
double quantity_answer_mass(const struct measured *measured, double output);

/* forced.c: does the answer follow a look? ------------------------------------------
 *
 * The share of forced looks that the answer follows. When output number
 * `output` is made (as above), all heads look at one step alone, at each of the outlined ones
 * in turn, of each fixed sequence; the answer follows if it is what that step reads. NaN if
 * there is no such output, no head, no outlined step, or no memory.
 */
double quantity_forced_answer(const struct measured *measured, double output);

/* mirror.c: does the arm hear order? -------------------------------------------------
 *
 * The largest difference between what the arm says (logits, or values) of a
 * fixed sequence and of the same one read backwards. NaN where there is an output for every
 * step, or no memory.
 */
double quantity_mirror_difference(const struct measured *measured, double argument);

/* ablation.c: answers without attention on some steps -------------------------------
 *
 * The share of the fixed sequences of probe.h in which output number `output` is right although
 * its step may not look, in any head of any layer,
 *
 *     right_when_blind            at the marked steps, those that task_input_text outlines
 *     right_when_blind_elsewhere  at as many of the others, those it looks at the most
 *
 * of the source, where the task has one. `output` counts the scored outputs from 1; 0 is the
 * last. The pass is teacher-forced: the outputs before are read as they should be. NaN: there is
 * no such output, no attention, no such step, or no memory.
 */
double quantity_right_when_blind(const struct measured *measured, double output);
double quantity_right_when_blind_elsewhere(const struct measured *measured, double output);

/* padding.c: who notices padding ----------------------------------------------------
 *
 * On the fixed sequences of probe.h, padded as in training:
 *
 *     padding_difference  the largest difference between a number that the arm puts out for a
 *                         sequence in a batch, and for the same one alone, not padded at all
 *     padding_gradient    the largest gradient of the loss, summed over all scored outputs, on
 *                         the input of a step that is padding
 *
 * NaN: nothing is padded, nothing comes out or back anywhere else, or no memory.
 */
double quantity_padding_difference(const struct measured *measured, double argument);
double quantity_padding_gradient(const struct measured *measured, double argument);

/*
 * The share of the cells of a matrix that are padding if a row holds one sequence each, its
 * source where the task has one, of as many steps as a digit of `lengths` says (359: of 3, 5 and
 * 9), and all are as long as the longest. NaN: the task draws none that long, or no memory.
 */
double quantity_padding_share(const struct measured *measured, double lengths);
/* cost.c: what a model costs -------------------------------------------------------- */

/*
 * FLOPs of one sequence forward, by a closed form that knows no layer; T steps, D width, H
 * hidden, V outputs at O steps, G gates (1 elman, 3 gru, 4 lstm), l layers:
 *
 *     recurrent      T 2 G H (D + H) + (l - 1) T 2 G H (H + H) + O 2 H V
 *     transformer    l (24 T D^2 + 4 D pairs) + O 2 D V
 *
 * and T 2 F D in front where a step is F numbers. 8 T D^2 of the 24 are q, k, v and the way
 * out, 16 T D^2 a feed-forward network of 4 D (Vaswani and others 2017); pairs is
 * quantity_pair_formula. NaN for other models, with both directions, and where that is NaN.
 */
double quantity_flop_formula(const struct measured *m, double argument);

/*
 * Matrix products of a forward pass that have to wait for one another: how many lie on the
 * longest path from an input to an output. Any number of processors must make at least so many,
 * one after the other.
 */
double quantity_chain(const struct measured *m, double argument);

/* Bytes of attention weights that training on one sequence of so many steps keeps; 0: none. */
double quantity_attention_bytes(const struct measured *m, double steps);

/* Their growth between T steps and 2 T: log2 of the ratio. NaN where there are none. */
double quantity_attention_exponent(const struct measured *m, double steps);

/* Bytes of a forward and backward pass over one sequence of so many steps, all together. */
double quantity_training_bytes(const struct measured *m, double steps);

/*
 * Bytes that a model which writes carries from one token to the next when there are so many;
 * NaN if it cannot generate.
 */
double quantity_state_bytes(const struct measured *m, double tokens);

/*
 * Processor seconds of one token of a model that writes, when there are so many: the best of
 * seven means over the last 32. Takes as long as that; NaN if it cannot generate.
 */
double quantity_token_seconds(const struct measured *m, double tokens);

/* reach.c: what a mask lets a step look at ------------------------------------------ */

/*
 * Pairs of a query and a key that one head weighs in a sequence of the task, counted in the
 * tiles that a forward pass walks through. NaN without attention.
 */
double quantity_pairs(const struct measured *m, double argument);

/*
 * The same by the closed form of the mask (transformer/mask.h); NaN where a span does not
 * divide the steps, or a window is longer than they are.
 */
double quantity_pair_formula(const struct measured *m, double argument);

/*
 * Steps from the asked output back to the first from which some path leads to it, through all
 * layers: L (w - 1) with a window of w in each of L. NaN before the first probe.
 */
double quantity_reach(const struct measured *m, double argument);

/*
 * Largest norm of the gradient, at step 0 and on the pinned sequence, on the inputs from which
 * no path leads to the asked output; NaN if there is no such step.
 */
double quantity_beyond_reach(const struct measured *m, double argument);

/* The same norm on the first input from which a path leads there. */
double quantity_edge_of_reach(const struct measured *m, double argument);

#endif
