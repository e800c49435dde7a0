#include "viz/window/prediction_view.h"

#include <math.h>

const real *prediction_output(const struct snapshot *s, const struct snapshot_arm *arm, int t)
{
    const struct trace_entry *logits = trace_find(&arm->trace, "logits", -1);
    const int row = s->every ? t : 0;

    if (logits == NULL || t < 0 || t >= s->length || (!s->every && t != s->length - 1))
        return NULL;
    if (logits->extent[2] != s->outputs || row >= logits->extent[1])
        return NULL;
    return logits->value + (size_t)row * (size_t)s->outputs;
}

bool prediction_shown(const struct snapshot *s, const struct snapshot_arm *arm, int t)
{
    return t >= 0 && t < s->steps && (s->token[t].scored || t == s->length - 1) &&
           prediction_output(s, arm, t) != NULL;
}

/* Does a come before b? */
static bool is_before(const real *logits, int a, int b)
{
    return logits[a] > logits[b] || (!(logits[a] < logits[b]) && a < b);
}

int prediction_top(const real *logits, int V, int wanted, struct candidate *top, int most)
{
    int count = V < most ? V : most;
    double sum = 0, highest;
    bool there = wanted < 0;

    for (int k = 0; k < count; k++) {
        int best = -1;

        for (int v = 0; v < V; v++)
            if ((k == 0 || is_before(logits, top[k - 1].symbol, v)) &&
                (best < 0 || is_before(logits, v, best)))
                best = v;
        if (best < 0) { /* what is not finite has no order */
            count = k;
            break;
        }
        top[k].symbol = best;
        there = there || best == wanted;
    }
    highest = count > 0 ? (double)logits[top[0].symbol] : 0;
    for (int v = 0; v < V; v++)
        sum += exp((double)logits[v] - highest);
    if (!there && count > 0)
        top[count - 1].symbol = wanted;
    for (int k = 0; k < count; k++)
        top[k].probability = exp((double)logits[top[k].symbol] - highest) / sum;
    return count;
}

int prediction_scored(const struct snapshot *s, const struct snapshot_arm *arm, int first,
                      int end, int *right)
{
    int scored = 0;

    *right = 0;
    for (int t = first; t < end; t++) {
        scored += s->token[t].scored;
        *right += s->token[t].scored && arm->answer[t].right;
    }
    return scored;
}
