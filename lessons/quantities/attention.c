/* attention.c - what is read off where heads look: measure.h has the sums. */
#include <math.h>

#include "lessons/measure.h"
#include "lessons/quantities/quantities.h"

double quantity_row_sum_error(const struct measured *m, double argument)
{
    (void)argument;
    return m->heads > 0 ? m->row_sum_error : (double)NAN;
}

double quantity_answer_mass(const struct measured *m, double output)
{
    double most = (double)NAN;

    if (!(output >= 0 && output <= m->outputs && output == floor(output)))
        return (double)NAN;
    for (int head = 0; head < m->heads; head++)
        most = fmax(most, m->attention[head * (m->outputs + 1) + (int)output].answer);
    return most;
}
