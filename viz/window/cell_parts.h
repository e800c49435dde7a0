/*
 * cell_parts.h - the numbers of one unit of a recurrent layer at one step, from the trace
 * alone: what its equation is made of.
 *
 *     lstm     c_t = f c_{t-1} + i g          h_t = o tanh(c_t)
 *     gru      h_t = z h_{t-1} + (1 - z) n    n is made with r, as in rnn/gru.h
 *     elman    h_t = tanh(W x_t + U h_{t-1} + b)
 */
#ifndef VIZ_WINDOW_CELL_PARTS_H
#define VIZ_WINDOW_CELL_PARTS_H

#include <stdbool.h>

#include "common/layers/edit.h"
#include "common/layers/trace.h"

enum cell_kind { CELL_NONE, CELL_ELMAN, CELL_LSTM, CELL_GRU };

/* Of which unit, and when. */
struct cell_place {
    int layer, unit, step;
    bool reverse; /* in the half that begins at the end */
    bool learned; /* the state before the first step is; else it is 0 */
    bool edited;  /* a hand has set the state after this step */
};

struct cell_parts {
    enum cell_kind kind;
    double before;                /* c_{t-1} of an lstm, h_{t-1} of the others */
    double keep;                  /* f, z: the share of it that stays */
    double kept;                  /* keep x before */
    double write;                 /* i, 1 - z: the share of what is new */
    double fresh;                 /* g, n */
    double added;                 /* write x fresh */
    double sum;                   /* kept + added: what the cell made */
    double state;                 /* c_t, h_t: what is there, sum or what a hand has set */
    double reset;                 /* r of a gru */
    double squashed, show, shown; /* of an lstm: tanh(sum), o, and their product */
    double hidden;                /* h_t: what is there */
};

/*
 * Before the first step there is no trace. `kept` is then what the state is beyond `added`, and
 * `before` the same divided by keep; NaN, like the sum, where a hand has set the state. Of an
 * elman with a learned state it is NaN, too: its sum is kept nowhere.
 *
 * False, and parts zeroed: the layer is not recurrent, or has no such unit or step.
 */
bool cell_parts(struct cell_parts *parts, const struct trace *trace,
                const struct cell_place *place);

/* What the layer is; CELL_NONE if it is not recurrent. */
enum cell_kind cell_kind_of(const struct trace *trace, int layer);

/*
 * The share of a change of the cell at step t that is still there at step tau along the cell
 * alone, the gates being as they are: f_{t+1} .. f_tau, for t = 0 .. tau into out (T), NaN
 * after. unit -1: the root of the mean square over the units. Where a hand has set the state it
 * is cut, where it holds the state nothing is lost. False: not an lstm, or no such unit.
 */
bool cell_path(const struct trace *trace, struct edits edits, int layer, int tau, int unit,
               double *out);

/* The edit of the state after that step, in that half; NULL: there is none. */
const struct edit *cell_edit(struct edits edits, int layer, bool reverse, int step);

#endif
