/*
 * recurrent.h - what the three recurrent layers share: two affine maps and the walk through
 * time.
 *
 *     a_t = W_ih x_t + b_ih         all T steps in one product, before the walk
 *     u_t = W_hh h_{t-1} + b_hh     step by step: this is the chain that cannot run in parallel
 *
 * with G blocks of H rows, one for each gate: W_ih (GH, D), W_hh (GH, H), b_ih, b_hh (GH). What
 * the cell makes of a and u is its own file: elman.c (G = 1), gru.c (3), lstm.c (4).
 *
 * Names, layouts and first values are those of PyTorch's nn.RNN, nn.GRU and nn.LSTM: every
 * tensor is U(-1/sqrt H, 1/sqrt H), and both biases are trained. h_0 and c_0 are zero. Trained
 * with full backpropagation through time (Werbos 1990): backward walks from the last step to
 * the first and leaves the weight gradients to one product over all steps at the end.
 *
 *     B sequences    T steps    D input width    H hidden width    G gates
 */
#ifndef RNN_RECURRENT_H
#define RNN_RECURRENT_H

#include "common/layers/affine.h"
#include "common/layers/layer.h"

/* How W_hh gets its first values; everything else is PyTorch's default. */
enum recurrent_initial {
    RECURRENT_DEFAULT,   /* U(-1/sqrt H, 1/sqrt H) */
    RECURRENT_ORTHOGONAL /* gain x an orthogonal matrix, for each gate */
};

struct recurrent_options {
    int inputs; /* D */
    int hidden; /* H */
    int number; /* k of PyTorch's weight_ih_l<k> */
    int depth;  /* number in the trace */
    enum recurrent_initial initial;
    double gain; /* of RECURRENT_ORTHOGONAL */
};

struct recurrent {
    struct layer layer;
    struct recurrent_options options;
    struct affine input;  /* W_ih (GH, D), b_ih */
    struct affine hidden; /* W_hh (GH, H), b_hh */
};

static inline const struct recurrent *recurrent_of(const struct layer *layer)
{
    return (const struct recurrent *)layer;
}

/* A layer of that kind with `gates` blocks of rows. Owned by the caller; NULL: no memory. */
struct layer *recurrent_create(const struct layer_kind *kind, int gates,
                               const struct recurrent_options *options);

/* Members of struct layer_kind that are the same for all three cells. */
void recurrent_declare(struct layer *layer, struct parameter_list *list, const char *prefix);
size_t recurrent_prepared_count(const struct layer *layer);
void recurrent_prepare(const struct layer *layer, const real *parameters, real *prepared);
double recurrent_flops(const struct layer *layer, int steps);

/*
 * Reals at the beginning of a layer's scratch that the functions below use: the different rows
 * of x and of a, if x has so few that it pays (extent.distinct). 0 otherwise.
 */
size_t recurrent_scratch_count(const struct layer *layer, struct extent extent);

/* Where the cell's own scratch begins. */
static inline real *recurrent_scratch(const struct layer *layer, const struct layer_pass *pass)
{
    return pass->scratch + recurrent_scratch_count(layer, pass->extent);
}

/* a (T, B, GH) = W_ih x + b_ih for all steps. Overwrites a. */
void recurrent_input(const struct recurrent *r, const struct layer_pass *pass, real *a);

/* a_t (B, GH) += W_hh h_{t-1} + b_hh, h read from pass->y; at t = 0 only the bias. */
void recurrent_hidden_add(const struct recurrent *r, const struct layer_pass *pass, real *a_t,
                          int t);

/* u_t (B, GH) = W_hh h_{t-1} + b_hh: for a cell that must keep it apart from a_t. */
void recurrent_hidden(const struct recurrent *r, const struct layer_pass *pass, real *u_t,
                      int t);

/* dh_t (B, H) = dy_t, what comes from above, plus dh_next, what comes back through time. */
void recurrent_total_gradient(const struct recurrent *r, const struct layer_pass *pass,
                              real *dh_t, const real *dh_next, int t);

/* dh_{t-1} (B, H) = du_t (B, GH) W_hh, or += : one step back through time. */
void recurrent_hidden_backward(const struct recurrent *r, const struct layer_pass *pass,
                               real *dh_previous, const real *du_t, enum product_mode mode);

/*
 * After the walk: the gradients of all four tensors, and dx if wanted, from the gradients on a
 * and u, da and du (T, B, GH); the same array where a cell adds a and u.
 */
void recurrent_gradients(const struct recurrent *r, const struct layer_pass *pass,
                         const real *da, const real *du);

#endif
