#include "lessons/quantities/quantities.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/model/generator.h"
#include "lessons/measure.h"
#include "lessons/models.h"

static const struct arm_config *config_of(const struct measured *m)
{
    return &m->lab->config.arm[m->arm->number];
}

/* ---------------------------------------------------------------------------------- FLOPs */

double quantity_flop_formula(const struct measured *m, double argument)
{
    const struct arm_config *arm = config_of(m);
    const struct batch_shape *shape = &m->lab->task.shape;
    const double T = shape->steps, O = output_steps(shape), D = arm->width, H = arm->hidden;
    const double G = quantity_gates(arm->model), layers = arm_layers(arm), V = shape->outputs;
    const double input = shape->input == INPUT_FEATURES ? 2 * T * shape->inputs * D : 0;

    if (G > 0 && arm->direction == DIRECTION_FORWARD)
        return input + 2 * T * G * H * (D + H) + (layers - 1) * 4 * T * G * H * H +
               2 * O * H * V;
    if (strcmp(arm->model, "transformer") == 0)
        return input +
               layers * ((arm->feed_forward ? 24 : 8) * T * D * D +
                         4 * D * quantity_pair_formula(m, argument)) +
               2 * O * D * V;
    return (double)NAN;
}

/* -------------------------------------------------------------------------------- waiting */

/* What a layer adds to the longest path. */
enum waits {
    WAITS_NOT,        /* no product at all: a look-up, a norm, a pool */
    WAITS_ONCE,       /* one product, on each step by itself */
    WAITS_FOR_STATES, /* one over the input, then one more from each step to the next */
    WAITS_FOR_KEYS,   /* q k v, scores, mix, the way out: on all that a step looks at */
    WAITS_IN_A_BLOCK  /* the same, and the two products of a feed-forward network */
};
enum { ATTENTION_PRODUCTS = 4, FEED_FORWARD_PRODUCTS = 2 };

static const struct {
    const char *kind;
    enum waits waits;
} layers[] = {
    { "embedding", WAITS_NOT },    { "positions", WAITS_NOT },
    { "sinusoidal", WAITS_NOT },   { "layer_norm", WAITS_NOT },
    { "pool", WAITS_NOT },         { "linear", WAITS_ONCE },
    { "elman", WAITS_FOR_STATES }, { "gru", WAITS_FOR_STATES },
    { "lstm", WAITS_FOR_STATES },  { "bidirectional", WAITS_FOR_STATES },
    { "attend", WAITS_FOR_KEYS },  { "block", WAITS_IN_A_BLOCK },
};
enum { LAYERS = sizeof layers / sizeof layers[0] };

static double most_of(const double *ready, int first, int step, int count)
{
    double most = 0;

    for (int c = 0; c < count; c++)
        most = fmax(most, ready[first + c * step]);
    return most;
}

/* Products on the longest path to each step's state, in one direction. */
static void wait_for_states(const double *input, double *ready, int T, bool reverse)
{
    double before = 0; /* the first state is there from the start */

    for (int i = 0; i < T; i++) {
        const int t = reverse ? T - 1 - i : i;

        before = fmax(input[t], i > 0 ? before : 0) + 1;
        ready[t] = fmax(ready[t], before);
    }
}

/* The same through attention: each step waits for all that it looks at. */
static void wait_for_keys(const struct mask *mask, const double *input, double *ready)
{
    for (int i = 0; i < mask->steps; i++) {
        struct mask_run run[MASK_RUNS];
        const int runs = mask_runs(mask, i, run);

        for (int k = 0; k < runs; k++) {
            const int per = run[k].means ? mask->span : 1;

            ready[i] =
                fmax(ready[i], most_of(input, run[k].first * per,
                                       run[k].means ? 1 : run[k].step, run[k].count * per));
        }
        ready[i] += ATTENTION_PRODUCTS;
    }
}

static void wait(const struct arm_config *arm, enum waits waits, const double *input,
                 double *ready, int T)
{
    struct mask mask;

    if (waits == WAITS_FOR_STATES) {
        memset(ready, 0, (size_t)T * sizeof *ready);
        wait_for_states(input, ready, T, false);
        if (arm->direction == DIRECTION_BOTH)
            wait_for_states(input, ready, T, true);
        return;
    }
    memcpy(ready, input, (size_t)T * sizeof *ready);
    if (waits == WAITS_ONCE)
        for (int t = 0; t < T; t++)
            ready[t]++;
    else if (waits != WAITS_NOT && arm_mask(arm, T, &mask))
        wait_for_keys(&mask, input, ready);
    if (waits == WAITS_IN_A_BLOCK && arm->feed_forward)
        for (int t = 0; t < T; t++)
            ready[t] += FEED_FORWARD_PRODUCTS;
}

static int find_layer(const char *kind)
{
    int i = 0;

    while (i < LAYERS && strcmp(layers[i].kind, kind) != 0)
        i++;
    return i;
}

double quantity_chain(const struct measured *m, double argument)
{
    const struct stack *stack = &m->arm->model.layers;
    const int T = m->lab->task.shape.steps;
    double *ready = calloc(2 * (size_t)T, sizeof *ready), chain = (double)NAN;
    bool known = ready != NULL;

    (void)argument;
    for (int i = 0; i < stack->count && known; i++) {
        const int layer = find_layer(stack->items[i].layer->kind->name);

        known = layer < LAYERS;
        if (!known)
            break;
        wait(config_of(m), layers[layer].waits, ready, ready + T, T);
        memcpy(ready, ready + T, (size_t)T * sizeof *ready);
    }
    if (known)
        chain = most_of(ready, 0, 1, T);
    free(ready);
    return chain;
}

/* --------------------------------------------------------------------------------- memory */

enum { LENGTH_MOST = 4096 }; /* of task.length */

static bool is_length(double steps)
{
    return steps >= 1 && steps <= LENGTH_MOST && steps == floor(steps);
}

double quantity_attention_bytes(const struct measured *m, double steps)
{
    return is_length(steps)
               ? (double)(arm_attention_stored(config_of(m), (int)steps) * sizeof(real))
               : (double)NAN;
}

double quantity_attention_exponent(const struct measured *m, double steps)
{
    const double once = quantity_attention_bytes(m, steps);

    return once > 0 ? log2(quantity_attention_bytes(m, 2 * steps) / once) : (double)NAN;
}

double quantity_training_bytes(const struct measured *m, double steps)
{
    struct extent extent = { .batch = 1 };

    if (!is_length(steps))
        return (double)NAN;
    extent.steps = (int)steps;
    return (double)workspace_bytes(&m->arm->model, extent, false);
}

double quantity_state_bytes(const struct measured *m, double tokens)
{
    const struct stack *stack = &m->arm->model.layers;
    double reals = 0;

    if (!is_length(tokens) || m->lab->task.shape.input != INPUT_TOKENS)
        return (double)NAN;
    for (int i = 0; i < stack->count; i++) {
        const struct layer *layer = stack->items[i].layer;

        if (layer->kind->step_sizes == NULL)
            return (double)NAN;
        reals += (double)layer->kind->step_sizes(layer, 1, (int)tokens).state;
    }
    return reals * sizeof(real);
}

/* ----------------------------------------------------------------------------------- time */

enum { AROUND = 32 /* tokens */, REPEATS = 7 };

/* The mean over the last tokens, of a generator at its beginning. */
static double mean_token(struct generator *generator, int tokens, int inputs)
{
    const int timed = tokens < AROUND ? tokens : AROUND;
    double begin = 0;

    for (int t = 0; t < tokens; t++) {
        if (t == tokens - timed)
            begin = clock_work_seconds();
        generator_step(generator, &(int){ t % inputs });
    }
    return (clock_work_seconds() - begin) / timed;
}

double quantity_token_seconds(const struct measured *m, double tokens)
{
    struct generator generator;
    double best = (double)INFINITY;

    if (!is_length(tokens) ||
        generator_create(&generator, &m->arm->model, trainer_weights(&m->arm->trainer), 1,
                         (int)tokens, NULL) != STATUS_OK)
        return (double)NAN;
    for (int i = 0; i < REPEATS; i++) {
        generator_reset(&generator, NULL);
        best = fmin(best, mean_token(&generator, (int)tokens, m->lab->task.shape.inputs));
    }
    generator_free(&generator);
    return best;
}
