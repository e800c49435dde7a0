#include "lessons/claim_measure.h"

#include <string.h>

int claim_place(const struct lab *lab, int number)
{
    int i = 0;

    while (lab->arm[i].number != number)
        i++;
    return i;
}

void claims_needs(unsigned needs[ARMS_MAX], const struct claim *claims, int count,
                  const struct lab *lab)
{
    memset(needs, 0, ARMS_MAX * sizeof *needs);
    for (int i = 0; i < count; i++)
        for (int k = 0; k < CLAIM_TERMS; k++) {
            const struct claim_term *term = &claims[i].term[k];

            if (term->quantity != NULL)
                needs[claim_place(lab, term->arm)] |= term->quantity->needs;
        }
}

static double term_value(const struct claim_term *term, const struct lab *lab,
                         const struct measured measured[ARMS_MAX])
{
    if (term->quantity == NULL)
        return 0;
    return measured_value(&measured[claim_place(lab, term->arm)], term->quantity,
                          term->argument);
}

double claim_measured(const struct claim *claim, const struct lab *lab,
                      const struct measured measured[ARMS_MAX])
{
    return claim_combine(claim, term_value(&claim->term[0], lab, measured),
                         term_value(&claim->term[1], lab, measured));
}
