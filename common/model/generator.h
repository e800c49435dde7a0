/*
 * generator.h - one token after another: a model that writes.
 *
 *     logits_t = model(tokens 0 .. t), output t                        t = 0, 1, 2, ...
 *
 * Each call hands in one token for each of B sequences and gets the outputs of that step, the
 * same numbers as model_forward on all tokens so far, without doing its work again: every layer
 * carries a state from step to step (struct layer_step). A recurrent layer's is its hidden
 * state, whose size and time per token stay the same however long the sequence is; attention's
 * is the keys and values of all steps, which grow with it, and so does the time to look at
 * them.
 *
 *     B sequences at once    C the capacity: most steps    V outputs of the model
 */
#ifndef COMMON_MODEL_GENERATOR_H
#define COMMON_MODEL_GENERATOR_H

#include "common/model/sequence_model.h"

/* A zeroed generator is one that was freed. */
struct generator {
    const struct sequence_model *model;
    struct weights weights;
    int batch;              /* B */
    int capacity;           /* C */
    int t;                  /* steps made since the last reset */
    real *block;            /* everything below points in here */
    real *y[STACK_MAX];     /* (B, out) of each layer */
    real *state[STACK_MAX]; /* of each layer */
    real *scratch;
    size_t state_count; /* reals of all states */
    int *sources;       /* (B) */
};

/*
 * A generator for `batch` sequences of up to `capacity` steps with these weights, which must
 * stay where they are, like the model. STATUS_USAGE: the model cannot generate; the message
 * names the layer and the reason. STATUS_NO_MEMORY. On success end with generator_free.
 */
enum status generator_create(struct generator *generator, const struct sequence_model *model,
                             struct weights weights, int batch, int capacity,
                             struct error *error);
void generator_free(struct generator *generator); /* safe on a zeroed generator */

/*
 * Begin again with step 0. sources (B): how many leading tokens of each sequence are a source
 * (see struct layer_pass), which attention over sources must know; NULL: none has one.
 */
void generator_reset(struct generator *generator, const int *sources);

/*
 * Token t of every sequence, (B), each from 0 to the model's inputs - 1. Returns the outputs of
 * that step, (B, V), which stay until the next call. At most `capacity` calls after a reset.
 */
const real *generator_step(struct generator *generator, const int *tokens);

/* Bytes that are carried from one step to the next. */
size_t generator_state_bytes(const struct generator *generator);

#endif
