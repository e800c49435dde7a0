#include <math.h>
#include <string.h>

#include "lessons/measure.h"
#include "lessons/models.h"
#include "lessons/quantities/quantities.h"

/* W x + b, from `in` numbers to `out`. */
static double affine(double in, double out)
{
    return in * out + out;
}

/* Query, key, value and output, each width to width. */
static double attention(double width)
{
    return 4 * affine(width, width);
}

static const double NORM_VECTORS = 2; /* gain and bias */

/* Recurrent layers, and attention over their states if the name ends so. */
static void add_recurrent(struct count_formula *count, const struct arm_config *arm,
                          double *top)
{
    const char *plus = strchr(arm->model, '+');
    const double D = arm->direction == DIRECTION_BOTH ? 2 : 1, H = arm->hidden;
    const double E = D * H;
    char cell[CONFIG_WORD_MAX];
    double in = arm->width;

    strcpy(cell, arm->model);
    cell[strcspn(cell, "+")] = '\0';
    for (int i = 0; i < arm_layers(arm); i++) {
        count->core += D * quantity_gates(cell) * (H * in + H * H + 2 * H);
        in = E;
    }
    if (arm->state == STATE_LEARNED)
        count->around += arm_layers(arm) * E * (strcmp(cell, "lstm") == 0 ? 2 : 1);
    *top = E;
    if (plus == NULL)
        return;
    count->core += strcmp(plus, "+attention") == 0 ? attention(E) : (double)NAN;
    *top = 2 * E;
}

static void add_transformer(struct count_formula *count, const struct arm_config *arm,
                            double steps)
{
    const double W = arm->width, inside = 4 * W;
    const double norms = arm->norm == NORM_NONE ? 0 : arm->feed_forward ? 2 : 1;
    const double block = attention(W) + norms * NORM_VECTORS * W +
                         (arm->feed_forward ? affine(W, inside) + affine(inside, W) : 0);

    count->core += arm_layers(arm) * block;
    if (arm->norm == NORM_BEFORE)
        count->core += NORM_VECTORS * W;
    if (arm->positions == POSITIONS_LEARNED)
        count->around += steps * W;
}

struct count_formula quantity_count_formula(const struct arm_config *arm,
                                            const struct batch_shape *shape)
{
    const bool tokens = shape->input == INPUT_TOKENS, alone = strcmp(arm->model, "linear") == 0;
    struct count_formula count = { 0, 0 };
    double top = arm->width;

    if (tokens)
        count.around += (double)shape->inputs * arm->width;
    else if (!alone)
        count.around += affine(shape->inputs, arm->width);
    else
        top = shape->inputs;
    if (strcmp(arm->model, "transformer") == 0)
        add_transformer(&count, arm, shape->steps);
    else if (!alone)
        add_recurrent(&count, arm, &top);
    count.around += affine(top, shape->outputs);
    return count;
}

static struct count_formula formula_of(const struct measured *m)
{
    const struct lab *lab = m->lab;
    const struct lab_config config = config_resolved(&lab->config, &lab->task);

    return quantity_count_formula(&config.arm[m->arm->number], &lab->task.shape);
}

double quantity_formula_parameters(const struct measured *m, double argument)
{
    const struct count_formula count = formula_of(m);

    (void)argument;
    return count.core + count.around;
}

double quantity_formula_core_parameters(const struct measured *m, double argument)
{
    (void)argument;
    return formula_of(m).core;
}
