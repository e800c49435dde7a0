#include "common/model/sampling.h"

#include <assert.h>
#include <stdbool.h>

#include "common/numeric/portable.h"

/* The order of tokens: by output, and of equal ones the first. */
static bool is_before(const real *logits, int a, int b)
{
    return logits[a] > logits[b] || (!(logits[a] < logits[b]) && a < b);
}

/* The first of the tokens that come after `above` in that order; above -1: of all. */
static int next_largest(const real *logits, int V, int above)
{
    int best = -1;

    for (int v = 0; v < V; v++)
        if ((above < 0 || is_before(logits, above, v)) &&
            (best < 0 || is_before(logits, v, best)))
            best = v;
    return best;
}

/* The last token that top-k keeps. */
static int last_kept(const struct sampling *sampling, const real *logits, int V)
{
    int last = -1;

    for (int k = 0; k < sampling->top_k; k++)
        last = next_largest(logits, V, last);
    return last;
}

/* ln of an exponential number: of -ln u, u on (0, 1) in 52 bits. */
static double log_exponential(struct random *random)
{
    const double high = random_bits(random) >> 6, low = random_bits(random) >> 6; /* 26 bits */
    const double u = (high * 67108864.0 + low + 0.5) / 4503599627370496.0;

    return portable_log(-portable_log(u));
}

int sampling_pick(const struct sampling *sampling, const real *logits, int V,
                  struct random *random)
{
    const int largest = next_largest(logits, V, -1);
    const bool all = sampling->top_k <= 0 || sampling->top_k >= V;
    const int last = all ? -1 : last_kept(sampling, logits, V);
    double furthest = 0;
    int winner = -1;

    assert(V > 0 && sampling->temperature >= 0);
    if (!(sampling->temperature > 0))
        return largest;
    for (int v = 0; v < V; v++) {
        const double below = (double)logits[v] - (double)logits[largest]; /* <= 0 */
        const double reached = below / sampling->temperature - log_exponential(random);

        if ((all || !is_before(logits, last, v)) && (winner < 0 || reached > furthest)) {
            furthest = reached;
            winner = v;
        }
    }
    return winner;
}
