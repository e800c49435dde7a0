/*
 * recurrent.h - what the three recurrent layers share: two affine maps and the walk through
 * time.
 *
 *     a_t = W_ih x_t + b_ih         many steps in one product, ahead of the walk
 *     u_t = W_hh h_{t-1} + b_hh     step by step: this is the chain that cannot run in parallel
 *
 * with G blocks of H rows, one for each gate: W_ih (GH, D), W_hh (GH, H), b_ih, b_hh (GH). What
 * the cell makes of a and u is its own file: elman.c (G = 1), gru.c (3), lstm.c (4).
 *
 * Names, layouts and first values are those of PyTorch's nn.RNN, nn.GRU and nn.LSTM: every
 * tensor is U(-1/sqrt H, 1/sqrt H), and both biases are trained. h_0 and c_0 are zero, or
 * learned: vectors (H), the same for every sequence, named initial.hidden_l<k> and
 * initial.cell_l<k> whatever the prefix of the others is.
 *
 * Trained with full backpropagation through time (Werbos 1990): backward walks from the last
 * step to the first and leaves the weight gradients to one product over each chunk of steps.
 * Truncated to k steps, h_{t-1} and c_{t-1} count as constants wherever k divides t > 0: what
 * PyTorch's h.detach() does to them between windows of k steps, the loss of all windows being
 * backpropagated at once. Values do not change, and W_hh has the gradient of every step.
 *
 *     B sequences    T steps    D input width    H hidden width    G gates
 */
#ifndef RNN_RECURRENT_H
#define RNN_RECURRENT_H

#include "common/layers/affine.h"
#include "common/layers/layer.h"

/* First values; what is not named here is PyTorch's default. */
enum recurrent_initial {
    RECURRENT_DEFAULT,    /* U(-1/sqrt H, 1/sqrt H) */
    RECURRENT_ORTHOGONAL, /* W_hh: gain x an orthogonal matrix, for each gate */

    /*
     * W_hh: gain x the identity, for each gate; biases 0. An elman with RELU is then the IRNN
     * of Le, Jaitly and Hinton 2015, "A simple way to initialize recurrent networks of
     * rectified linear units".
     */
    RECURRENT_IDENTITY,

    /*
     * Tallec and Ollivier 2018, "Can recurrent neural networks warp time?": gates that keep
     * what they have for 1 to `longest` steps. lstm: b_f = log U(1, longest - 1), b_i = -b_f.
     * gru: b_z = log U(1, longest - 1), since z is what keeps h here. All in b_ih, the same
     * rows of b_hh being 0. Not for elman, which has no gates.
     */
    RECURRENT_CHRONO
};

/* Whether a cell adds a_t and u_t at once, with both biases, or needs u_t by itself. */
enum recurrent_sum { RECURRENT_SUM, RECURRENT_APART };

enum recurrent_squash { RECURRENT_TANH, RECURRENT_RELU };

struct recurrent_options {
    int inputs; /* D */
    int hidden; /* H */
    int number; /* k of PyTorch's weight_ih_l<k> */
    int depth;  /* number in the trace */
    enum recurrent_initial initial;
    double gain;        /* of RECURRENT_ORTHOGONAL and RECURRENT_IDENTITY */
    double forget_bias; /* lstm: b_f, in b_ih, that of b_hh being 0; 0: as `initial` says */
    int longest;        /* of RECURRENT_CHRONO: steps of the task */
    enum recurrent_squash squash; /* elman */
    int truncate;                 /* gradients stop at multiples of k steps; 0: nowhere */
    bool learned_state;           /* h_0 and c_0 are parameters, first 0 */
    bool reverse;                 /* names end in _reverse: the other half of bidirectional.h */
};

struct recurrent {
    struct layer layer;
    struct recurrent_options options;
    enum recurrent_sum sum;
    struct affine input;  /* W_ih (GH, D), b_ih */
    struct affine hidden; /* W_hh (GH, H), b_hh */
    size_t start_hidden;  /* (H) offset of h_0, if it is learned */
    size_t start_cell;    /* (H) offset of c_0, if there is a cell and it is learned */
};

static inline const struct recurrent *recurrent_of(const struct layer *layer)
{
    return (const struct recurrent *)layer;
}

/* What *_create of a cell is: a new layer, owned by the caller; NULL if memory ran out. */
typedef struct layer *recurrent_creator(const struct recurrent_options *options);

/* A layer of that kind with `gates` blocks of rows. Owned by the caller; NULL: no memory. */
struct layer *recurrent_create(const struct layer_kind *kind, int gates, enum recurrent_sum sum,
                               const struct recurrent_options *options);

/* Members of struct layer_kind that are the same for all three cells. */
void recurrent_declare(struct layer *layer, struct parameter_list *list, const char *prefix);
size_t recurrent_prepared_count(const struct layer *layer);
void recurrent_prepare(const struct layer *layer, const real *parameters, real *prepared);
double recurrent_flops(const struct layer *layer, int steps);

/* For a cell's own declare: the learned c_0 (H); nothing if the state is not learned. */
void recurrent_declare_cell(struct layer *layer, struct parameter_list *list);

/*
 * For a cell's own declare: the biases of one gate, a block of H rows, begin with `initial` in
 * b_ih and 0 in b_hh.
 */
void recurrent_start_gate(const struct recurrent *r, struct parameter_list *list, int gate,
                          struct initial initial);

/* log U(1, longest - 1), the chrono bias of a gate that keeps. */
struct initial recurrent_chrono(const struct recurrent *r);

/*
 * Reals at the beginning of a layer's saved and of its scratch that the functions below use:
 * the state before the first step; the sum of a bias's gradient; and the different rows of x
 * and of a, if x has so few that it pays (extent.distinct).
 */
size_t recurrent_saved_count(const struct layer *layer, struct extent extent);
size_t recurrent_scratch_count(const struct layer *layer, struct extent extent);

/*
 * Steps whose rows of a (B, GH) are worked on together, so that they are still in the L2 cache
 * when they are read again: in forward by the product over x, in backward by those for weights.
 */
int recurrent_chunk(const struct layer *layer, struct extent extent);

/* Reals that a chunk (chunk, B, GH) needs, and no fewer than one of fewer sequences needs. */
size_t recurrent_chunk_count(const struct layer *layer, struct extent extent);

/* Where in a chunk step t begins. */
static inline size_t recurrent_chunk_at(const struct layer *layer, struct extent extent, int t)
{
    return (size_t)(t % recurrent_chunk(layer, extent)) * (size_t)extent.batch *
           (size_t)recurrent_of(layer)->input.out;
}

/* Where the cell's own part begins. */
static inline real *recurrent_saved(const struct layer *layer, const struct layer_pass *pass)
{
    return pass->saved + recurrent_saved_count(layer, pass->extent);
}

static inline real *recurrent_scratch(const struct layer *layer, const struct layer_pass *pass)
{
    return pass->scratch + recurrent_scratch_count(layer, pass->extent);
}

/* rows (B, H) = the learned vector (H) at that offset for each sequence, or 0. Overwrites. */
void recurrent_start_rows(const struct recurrent *r, const real *parameters, size_t offset,
                          real *rows, int B);

/*
 * Before the walk: the hidden state before the first step, and W_ih x + b of the different rows
 * if there are few.
 */
void recurrent_begin(const struct recurrent *r, const struct layer_pass *pass);

/*
 * Rows (B, GH) of W_ih x_t + b_ih, and + b_hh if a and u are one sum, in scratch. To be called
 * for t = 0, 1, 2, ...: where the different rows of x are many, a whole chunk is computed at
 * its first step.
 */
struct product_start recurrent_input(const struct recurrent *r, const struct layer_pass *pass,
                                     int t);

/* Row b of them. */
static inline const real *recurrent_input_row(struct product_start input, int b)
{
    return input.data + (input.pick != NULL ? input.pick[b] : b) * input.row;
}

/* h_{t-1}, (B, H): the state before the first step at t = 0, then rows of pass->y. */
const real *recurrent_previous(const struct recurrent *r, const struct layer_pass *pass, int t);

/*
 * a_t (B, GH) = W_ih x_t + b_ih + b_hh + W_hh h_{t-1}, for t = 0, 1, 2, ...; where h is zero
 * before the first step, without the last term.
 */
void recurrent_sum(const struct recurrent *r, const struct layer_pass *pass, real *a_t, int t);

/* u_t (B, GH) = W_hh h_{t-1} + b_hh: for a cell that must keep it apart from a_t. */
void recurrent_hidden(const struct recurrent *r, const struct layer_pass *pass, real *u_t,
                      int t);

/*
 * The same for one step of generation, in the same order of operations as in a pass. h
 * (B, H) is the state before the step, which recurrent_step_begin makes at t = 0 from what is
 * learned, or 0.
 */
void recurrent_step_begin(const struct recurrent *r, const struct layer_step *step, real *a,
                          real *h);
void recurrent_step_hidden_add(const struct recurrent *r, const struct layer_step *step,
                               real *a, const real *h);
void recurrent_step_hidden(const struct recurrent *r, const struct layer_step *step, real *u,
                           const real *h);

/* What a hand has made of the state after step t; NULL: nothing. */
const struct edit *recurrent_edit(const struct recurrent *r, const struct layer_pass *pass,
                                  int t);

/*
 * Overwrites a state (B, H) after its step as the edit says, `previous` (B, H) being the same
 * before it. part: 0 for h, 1 for c.
 */
void recurrent_edit_forward(const struct edit *edit, real *state, const real *previous, int B,
                            int H, int part);

/*
 * The gradient dstate (count) on an edited state does not reach the cell: it moves to `held`
 * (count), and dstate becomes 0.
 */
void recurrent_edit_backward(real *held, real *dstate, size_t count);

/* Does the state before step t get what is held? Where the state was held, too. */
bool recurrent_edit_goes_back(const struct recurrent *r, const struct edit *edit, int t);

/* dh_t (B, H) = dy_t, what comes from above, plus dh_next, what comes back through time. */
void recurrent_total_gradient(const struct recurrent *r, const struct layer_pass *pass,
                              real *restrict dh_t, const real *restrict dh_next, int t);

/*
 * Does the gradient go on from step t to the state before it? Not where it is truncated, and
 * from step 0 only to a state that is learned.
 */
bool recurrent_goes_back(const struct recurrent *r, int t);

/* dh_{t-1} (B, H) = du_t (B, GH) W_hh, or += : one step back through time. */
void recurrent_hidden_backward(const struct recurrent *r, const struct layer_pass *pass,
                               real *dh_previous, const real *du_t, enum product_mode mode);

/*
 * While walking back, when step t is done and chunk divides t: the gradients of all tensors but
 * the learned states, and dx if wanted, for steps t .. t + chunk - 1, from the gradients on a
 * and u, da and du (chunk, B, GH); the same array where a cell adds a and u.
 */
void recurrent_gradients(const struct recurrent *r, const struct layer_pass *pass,
                         const real *da, const real *du, int t);

/*
 * After the walk: the learned vector (H) at that offset gets the sum over sequences of dstart
 * (B, H), what came back to the state before the first step. Nothing if none is learned.
 */
void recurrent_start_gradient(const struct recurrent *r, const struct layer_pass *pass,
                              size_t offset, const real *dstart);

#endif
