/*
 * sampling.h - from a model's outputs to one token.
 *
 *     P(v) = exp(z_v / X) / sum over the K largest z_u of exp(z_u / X)
 *
 * X is the temperature: 1 samples what the model has learned, less makes the likely likelier, 0
 * takes the largest output, always. K keeps the rare mistakes of the tail out (top-k: Fan,
 * Lewis, Dauphin 2018).
 *
 * Drawn as the winner of a race (Gumbel-max): the largest of z_v / X - ln E_v, with E_v
 * exponential, has exactly these probabilities (Gumbel 1954; Maddison, Tarlow, Minka 2014), and
 * needs no sum and no exponential function, so that all machines draw the same token.
 */
#ifndef COMMON_MODEL_SAMPLING_H
#define COMMON_MODEL_SAMPLING_H

#include "common/numeric/random.h"
#include "common/numeric/real.h"

struct sampling {
    double temperature; /* X >= 0 */
    int top_k;          /* K; 0: all */
};

/*
 * The number of the token, 0 .. V - 1; of equal outputs the first is taken to be the larger.
 * Takes the same number of draws whatever they are, and none at temperature 0.
 */
int sampling_pick(const struct sampling *sampling, const real *logits, int V,
                  struct random *random);

#endif
