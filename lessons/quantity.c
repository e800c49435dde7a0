#include "lessons/quantity.h"

#include <math.h>
#include <string.h>

#include "lessons/measure.h"
#include "lessons/quantities/quantities.h"

static double test_loss(const struct measured *m, double argument)
{
    (void)argument;
    return m->test.loss;
}

static double test_accuracy(const struct measured *m, double argument)
{
    (void)argument;
    return m->test.accuracy;
}

static double long_loss(const struct measured *m, double argument)
{
    (void)argument;
    return m->long_test.loss;
}

static double long_accuracy(const struct measured *m, double argument)
{
    (void)argument;
    return m->long_test.accuracy;
}

static double baseline(const struct measured *m, double argument)
{
    (void)argument;
    return task_baseline(&m->lab->task);
}

static double loss_share(const struct measured *m, double argument)
{
    return m->test.loss / baseline(m, argument);
}

static double long_share(const struct measured *m, double argument)
{
    (void)argument;
    return m->long_test.loss / m->test.loss;
}

static double steps_to(const struct measured *m, double accuracy)
{
    for (int i = 0; i < m->looks; i++)
        if (m->look[i].accuracy >= accuracy)
            return (double)m->look[i].step;
    return (double)INFINITY;
}

static double steps_to_loss(const struct measured *m, double loss)
{
    for (int i = 0; i < m->looks; i++)
        if (m->look[i].loss <= loss)
            return (double)m->look[i].step;
    return (double)INFINITY;
}

static double loss(const struct measured *m, double argument)
{
    (void)argument;
    return m->arm->last.loss;
}

static double accuracy(const struct measured *m, double argument)
{
    (void)argument;
    return m->arm->last.accuracy;
}

static double gradient_norm(const struct measured *m, double argument)
{
    (void)argument;
    return m->arm->last.gradient_norm;
}

static double slope_input(const struct measured *m, double argument)
{
    (void)argument;
    return m->arm->first.input.slope;
}

/* Of the lowest layer that has a state. */
static double state_slope(const struct profile *profile)
{
    for (int layer = 0; layer < profile->layers; layer++)
        if (!isnan(profile->state[layer].slope))
            return profile->state[layer].slope;
    return (double)NAN;
}

static double slope_state(const struct measured *m, double argument)
{
    (void)argument;
    return state_slope(&m->arm->first);
}

static double trained_slope_input(const struct measured *m, double argument)
{
    (void)argument;
    return m->arm->probe.profile.input.slope;
}

static double trained_slope_state(const struct measured *m, double argument)
{
    (void)argument;
    return state_slope(&m->arm->probe.profile);
}

/* Of output `number`, by the head that looks there the most. */
static const struct attention_share *best_head(const struct measured *m, double number,
                                               double (*share)(const struct attention_share *))
{
    const struct attention_share *best = NULL;

    if (!(number >= 0 && number <= m->outputs && number == floor(number)))
        return NULL;
    for (int head = 0; head < m->heads; head++) {
        const struct attention_share *one =
            &m->attention[head * (m->outputs + 1) + (int)number];

        if (best == NULL || share(one) > share(best))
            best = one;
    }
    return best;
}

static double marked_share(const struct attention_share *share)
{
    return share->marked;
}

static double source_share(const struct attention_share *share)
{
    return share->source;
}

static double first_share(const struct attention_share *share)
{
    return share->first;
}

static double marked_mass(const struct measured *m, double argument)
{
    const struct attention_share *best = best_head(m, argument, marked_share);

    return best != NULL ? best->marked : (double)NAN;
}

static double source_mass(const struct measured *m, double argument)
{
    const struct attention_share *best = best_head(m, argument, source_share);

    return best != NULL ? best->source : (double)NAN;
}

static double looks_at_marked(const struct measured *m, double output)
{
    const struct attention_share *best = best_head(m, output, first_share);

    return best != NULL ? best->first : (double)NAN;
}

static double parameters(const struct measured *m, double argument)
{
    (void)argument;
    return (double)m->arm->model.parameters.total;
}

static double core_parameters(const struct measured *m, double argument)
{
    (void)argument;
    return (double)model_core_parameters(&m->arm->model);
}

static double flops(const struct measured *m, double argument)
{
    (void)argument;
    return model_flops(&m->arm->model, m->lab->task.shape.steps);
}

static double seconds(const struct measured *m, double argument)
{
    (void)argument;
    return m->arm->seconds;
}

static const struct quantity table[] = {
    { "test_loss", NULL, "mean loss on sequences that were held out, after training",
      NEEDS_TRAINING | NEEDS_TEST, test_loss },
    { "test_accuracy", NULL, "share of right answers on them", NEEDS_TRAINING | NEEDS_TEST,
      test_accuracy },
    { "long_loss", NULL, "mean loss at task.test_length, beyond the lengths trained on",
      NEEDS_TRAINING | NEEDS_LONG_TEST, long_loss },
    { "long_accuracy", NULL, "share of right answers there", NEEDS_TRAINING | NEEDS_LONG_TEST,
      long_accuracy },
    { "baseline", NULL, "loss of a model that has learned nothing", 0, baseline },
    { "loss_share", NULL, "test_loss / baseline", NEEDS_TRAINING | NEEDS_TEST, loss_share },
    { "long_share", NULL, "long_loss / test_loss",
      NEEDS_TRAINING | NEEDS_TEST | NEEDS_LONG_TEST, long_share },
    { "steps_to", "ACCURACY",
      "updates until 512 held-out sequences are that right, looked at every 25 steps",
      NEEDS_TRAINING | NEEDS_ARRIVALS, steps_to },
    { "steps_to_loss", "LOSS", "updates until their loss is that small",
      NEEDS_TRAINING | NEEDS_ARRIVALS, steps_to_loss },
    { "loss", NULL, "mean loss of the last batch", NEEDS_TRAINING, loss },
    { "accuracy", NULL, "share of right answers in it", NEEDS_TRAINING, accuracy },
    { "gradient_norm", NULL, "the gradient's norm there, before clipping", NEEDS_TRAINING,
      gradient_norm },
    { "slope_input", NULL, "slope of ln |gradient on the input| per step back, before training",
      NEEDS_FIRST_PROBE, slope_input },
    { "slope_state", NULL, "the same on the state of the lowest layer", NEEDS_FIRST_PROBE,
      slope_state },
    { "law_slope", NULL,
      "slope_state of an orthogonal elman under the task drive, as theory has it", 0,
      quantity_law_slope },
    { "trained_slope_input", NULL, "slope_input after training",
      NEEDS_TRAINING | NEEDS_LAST_PROBE, trained_slope_input },
    { "trained_slope_state", NULL, "slope_state after training",
      NEEDS_TRAINING | NEEDS_LAST_PROBE, trained_slope_state },
    { "marked_mass", NULL,
      "attention on the outlined steps when the last output is made, by the best head",
      NEEDS_TRAINING | NEEDS_ATTENTION, marked_mass },
    { "source_mass", NULL, "attention on the source's steps, likewise",
      NEEDS_TRAINING | NEEDS_ATTENTION, source_mass },
    { "looks_at_marked", "OUTPUT",
      "share of sequences in which the best head looks most at an outlined step when it makes "
      "that output (from 1; 0: the last)",
      NEEDS_TRAINING | NEEDS_ATTENTION, looks_at_marked },
    { "answer_mass", "OUTPUT",
      "attention, when that output is made, on the steps that read as its right answer does, by "
      "the best head",
      NEEDS_TRAINING | NEEDS_ATTENTION, quantity_answer_mass },
    { "forced_answer", "OUTPUT",
      "share of looks, forced in all heads onto one outlined step, after which that output is "
      "what stands there",
      NEEDS_TRAINING, quantity_forced_answer },
    { "row_sum_error", NULL, "of all rows of attention the largest |sum - 1|",
      NEEDS_TRAINING | NEEDS_ATTENTION, quantity_row_sum_error },
    { "mirror_difference", NULL,
      "largest difference of what the arm says of a sequence and of the same backwards",
      NEEDS_TRAINING, quantity_mirror_difference },
    { "right_when_blind", "OUTPUT",
      "share of sequences whose output OUTPUT is right although it may not look at an outlined "
      "step",
      NEEDS_TRAINING, quantity_right_when_blind },
    { "right_when_blind_elsewhere", "OUTPUT",
      "the same, when as many other steps are forbidden, those it looks at most",
      NEEDS_TRAINING, quantity_right_when_blind_elsewhere },
    { "padding_difference", NULL,
      "largest difference between an output of a sequence in a padded batch and alone",
      NEEDS_TRAINING, quantity_padding_difference },
    { "padding_gradient", NULL, "largest gradient on the input of a padded step",
      NEEDS_TRAINING, quantity_padding_gradient },
    { "padding_share", "LENGTHS",
      "share of padding where sources as long as the digits say, 3, 5 and 9 for 359, are padded "
      "to the longest",
      0, quantity_padding_share },
    { "parameters", NULL, "all numbers that are trained", 0, parameters },
    { "core_parameters", NULL, "those that are compared: without embedding and readout", 0,
      core_parameters },
    { "formula_parameters", NULL,
      "as many as parameters must be, by closed formulas of the widths", 0,
      quantity_formula_parameters },
    { "formula_core_parameters", NULL, "the same of core_parameters", 0,
      quantity_formula_core_parameters },
    { "least_squares_distance", NULL,
      "y = W x + b: largest distance of a weight from the best for all training points",
      NEEDS_TRAINING, quantity_least_squares_distance },
    { "finite_difference", NULL,
      "backward pass against differences of the loss, before training: largest relative error",
      0, quantity_finite_difference },
    { "flops", NULL, "nominal arithmetic of one sequence forward", 0, flops },
    { "seconds", NULL, "time that its updates took", NEEDS_TRAINING, seconds },
    { "flop_formula", NULL, "flops by a closed form that knows no layer", 0,
      quantity_flop_formula },
    { "chain", NULL, "matrix products of a forward pass that have to wait for one another", 0,
      quantity_chain },
    { "attention_bytes", "STEPS",
      "bytes of attention weights that training on a sequence that long keeps", 0,
      quantity_attention_bytes },
    { "attention_exponent", "STEPS", "log2 of their growth from so many steps to twice as many",
      0, quantity_attention_exponent },
    { "training_bytes", "STEPS",
      "bytes of a forward and backward pass over a sequence that long", 0,
      quantity_training_bytes },
    { "state_bytes", "TOKENS", "bytes that are carried on when so many tokens are written", 0,
      quantity_state_bytes },
    { "token_seconds", "TOKENS", "time that a model which writes takes for a token there",
      NEEDS_TRAINING | NEEDS_CLOCK, quantity_token_seconds },
    { "pairs", NULL, "pairs of a query and a key that one attention head weighs, counted", 0,
      quantity_pairs },
    { "pair_formula", NULL, "the same by the closed form of the mask", 0,
      quantity_pair_formula },
    { "reach", NULL, "steps back to the first from which a path leads to the last output",
      NEEDS_FIRST_PROBE, quantity_reach },
    { "beyond_reach", NULL,
      "largest gradient norm on inputs from which no path leads there, before training",
      NEEDS_FIRST_PROBE, quantity_beyond_reach },
    { "edge_of_reach", NULL, "gradient norm on the first input from which one leads there",
      NEEDS_FIRST_PROBE, quantity_edge_of_reach },
};
enum { COUNT = sizeof table / sizeof table[0] };

const struct quantity *quantities(int *count)
{
    *count = COUNT;
    return table;
}

const struct quantity *quantity_find(const char *name)
{
    for (int i = 0; i < COUNT; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}
