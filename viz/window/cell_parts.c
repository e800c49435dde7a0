#include "viz/window/cell_parts.h"

#include <math.h>
#include <stdio.h>

/* A quantity of the layer over time and units, in one of its halves; NULL if there is none. */
static const struct trace_entry *find(const struct trace *trace, const char *quantity,
                                      int layer, bool reverse)
{
    char name[TRACE_NAME_MAX];
    const struct trace_entry *entry;

    snprintf(name, sizeof name, "%s%s", quantity, reverse ? ".reverse" : "");
    entry = trace_find(trace, name, layer);
    return entry != NULL && trace_is_over_time(entry) ? entry : NULL;
}

enum cell_kind cell_kind_of(const struct trace *trace, int layer)
{
    if (find(trace, "hidden", layer, false) == NULL)
        return CELL_NONE;
    if (find(trace, "gate.f", layer, false) != NULL &&
        find(trace, "cell", layer, false) != NULL)
        return CELL_LSTM;
    return find(trace, "gate.z", layer, false) != NULL ? CELL_GRU : CELL_ELMAN;
}

/* Where a half has only padding its gates are 0, which no step makes them. */
static bool is_padding(const struct trace *trace, const struct cell_place *place,
                       enum cell_kind kind, int step)
{
    const bool lstm = kind == CELL_LSTM;
    const struct trace_entry *keep =
        find(trace, lstm ? "gate.f" : "gate.z", place->layer, place->reverse);
    const struct trace_entry *other =
        find(trace, lstm ? "gate.i" : "gate.r", place->layer, place->reverse);

    return trace_at(keep, step, place->unit) == 0 && trace_at(other, step, place->unit) == 0;
}

/* The step before, as the half counts; -1: there is none. */
static int step_before(const struct trace *trace, const struct cell_place *place,
                       enum cell_kind kind, int steps)
{
    const int step = place->step + (place->reverse ? 1 : -1);

    return step >= steps || (place->reverse && is_padding(trace, place, kind, step)) ? -1
                                                                                     : step;
}

/* kept and sum, once `before` is known; or `before` from the state, before the first step. */
static void join(struct cell_parts *p, const struct cell_place *place,
                 const struct trace_entry *state, int before)
{
    p->added = p->write * p->fresh;
    p->state = trace_at(state, place->step, place->unit);
    if (before >= 0 || !place->learned) {
        p->before = before >= 0 ? trace_at(state, before, place->unit) : 0;
        p->kept = p->keep * p->before;
    } else if (place->edited) {
        p->before = p->kept = (double)NAN;
    } else {
        p->kept = p->state - p->added;
        if (fabs(p->kept) <=
            1e-6 * (fabs(p->state) + fabs(p->added))) /* nothing but rounding */
            p->kept = 0;
        p->before = p->keep > 0 ? p->kept / p->keep : 0;
    }
    p->sum = p->kept + p->added;
}

static void elman_parts(struct cell_parts *p, const struct trace *trace,
                        const struct cell_place *at)
{
    const struct trace_entry *hidden = find(trace, "hidden", at->layer, at->reverse);
    const int before = at->step + (at->reverse ? 1 : -1);

    if (before >= 0 && before < hidden->extent[1])
        p->before = trace_at(hidden, before, at->unit);
    if (p->before == 0 && at->learned) /* there is none, or only padding */
        p->before = (double)NAN;
}

static void lstm_parts(struct cell_parts *p, const struct trace *trace,
                       const struct cell_place *at, int before)
{
    p->keep = trace_at(find(trace, "gate.f", at->layer, at->reverse), at->step, at->unit);
    p->write = trace_at(find(trace, "gate.i", at->layer, at->reverse), at->step, at->unit);
    p->fresh = trace_at(find(trace, "gate.g", at->layer, at->reverse), at->step, at->unit);
    p->show = trace_at(find(trace, "gate.o", at->layer, at->reverse), at->step, at->unit);
    join(p, at, find(trace, "cell", at->layer, at->reverse), before);
    p->squashed = tanh(p->sum);
    p->shown = p->show * p->squashed;
}

static void gru_parts(struct cell_parts *p, const struct trace *trace,
                      const struct cell_place *at, int before)
{
    p->keep = trace_at(find(trace, "gate.z", at->layer, at->reverse), at->step, at->unit);
    p->write = 1 - p->keep;
    p->fresh = trace_at(find(trace, "gate.n", at->layer, at->reverse), at->step, at->unit);
    p->reset = trace_at(find(trace, "gate.r", at->layer, at->reverse), at->step, at->unit);
    join(p, at, find(trace, "hidden", at->layer, at->reverse), before);
}

bool cell_parts(struct cell_parts *parts, const struct trace *trace,
                const struct cell_place *place)
{
    const enum cell_kind kind = cell_kind_of(trace, place->layer);
    const struct trace_entry *hidden = find(trace, "hidden", place->layer, place->reverse);
    int before;

    *parts = (struct cell_parts){ .kind = CELL_NONE };
    if (kind == CELL_NONE || hidden == NULL || place->step < 0 || place->unit < 0 ||
        place->step >= hidden->extent[1] || place->unit >= hidden->extent[2])
        return false;
    parts->kind = kind;
    parts->hidden = parts->state = trace_at(hidden, place->step, place->unit);
    if (kind == CELL_ELMAN) {
        elman_parts(parts, trace, place);
        return true;
    }
    before = step_before(trace, place, kind, hidden->extent[1]);
    if (kind == CELL_LSTM)
        lstm_parts(parts, trace, place, before);
    else
        gru_parts(parts, trace, place, before);
    return true;
}

const struct edit *cell_edit(struct edits edits, int layer, bool reverse, int step)
{
    const enum edit_half half = reverse ? EDIT_REVERSE_HALF : EDIT_FORWARD_HALF;

    for (int i = 0; i < edits.count; i++) {
        const struct edit *edit = &edits.items[i];

        if (edit_is_of_state(edit) && edit->depth == layer && edit->step == step &&
            (edit->half == EDIT_BOTH_HALVES || edit->half == half))
            return edit;
    }
    return NULL;
}

/* What a change of the cell is multiplied by in that step. */
static double factor(const struct trace_entry *forget, struct edits edits, int layer, int step,
                     int unit)
{
    const struct edit *edit = cell_edit(edits, layer, false, step);

    if (edit == NULL)
        return trace_at(forget, step, unit);
    return edit->kind == EDIT_STATE_HOLD ? 1 : 0;
}

bool cell_path(const struct trace *trace, struct edits edits, int layer, int tau, int unit,
               double *out)
{
    const struct trace_entry *forget = find(trace, "gate.f", layer, false);
    int first, end;

    if (forget == NULL || unit >= forget->extent[2] || tau < 0 || tau >= forget->extent[1])
        return false;
    first = unit < 0 ? 0 : unit;
    end = unit < 0 ? forget->extent[2] : unit + 1;
    for (int t = 0; t < forget->extent[1]; t++)
        out[t] = t > tau ? (double)NAN : 0;
    for (int u = first; u < end; u++) {
        double product = 1;

        for (int t = tau; t >= 0; t--) {
            out[t] += product * product;
            product *= factor(forget, edits, layer, t, u);
        }
    }
    for (int t = 0; t <= tau; t++)
        out[t] = sqrt(out[t] / (end - first));
    return true;
}
