/*
 * golden.h - holds a whole model against what PyTorch computed for the same weights and
 * batch.
 *
 * tests/golden/NAME.safetensors (made by models.py) has a model's parameters, a batch, its
 * logits and loss, what a probe sees inside, and the gradient of the mean loss on all of these;
 * and "lengths" where sequences are padded. The fixture golden_setup builds our model, copies
 * the parameters, runs forward and backward once with everything recorded; each test then looks
 * at one kind of result, so that one failure does not hide the others. Every element must
 * agree, to some 1e-5 of itself plus a tenth of its tensor's largest.
 */
#ifndef TESTS_GOLDEN_GOLDEN_H
#define TESTS_GOLDEN_GOLDEN_H

#include "common/files/safetensors.h"
#include "common/model/sequence_model.h"
#include "tests/test.h"

struct recurrent_options;
struct block_options;

/* What the recurrent layers of a file are besides their sizes. */
struct golden_options {
    bool both;    /* bidirectional */
    bool relu;    /* elman */
    bool learned; /* state */
    int truncate;
};

struct golden_row {
    const char *name; /* of the file */
    int batch;        /* B */
    int layers;
    int width;  /* of the core's input */
    int hidden; /* recurrent layers only */
    int heads;  /* attention only */
    const struct block_options
        *block;   /* NULL: the default; width, heads, depth are the row's */
    bool sources; /* the file has the sources of its sequences */
    struct batch_shape shape;
    void (*build)(struct stack *core, const struct golden_row *row);
    struct layer *(*create)(const struct recurrent_options *options); /* recurrent only */
    struct golden_options options;                                    /* recurrent only */
};

/* A build: recurrent layers, each made by the row's create. */
void golden_recurrent(struct stack *core, const struct golden_row *row);

/* cmocka's fixtures: *state is a struct golden_row before, and what the tests want after. */
int golden_setup(void **state);
int golden_teardown(void **state);

/* Names and shapes of parameters and of the trace are those of the file, all of them. */
void golden_tensors(void **state);
/* Logits and the loss. */
void golden_outputs(void **state);
/* Gradients on every parameter, on the logits and on the task's own input. */
void golden_gradients(void **state);
/* Hidden states, cells, gates, residuals and attention. */
void golden_states(void **state);
void golden_state_gradients(void **state);

/* clang-format off */
#define GOLDEN_TEST(label, sentence, test, ...)                                                \
    { .name = label sentence, .test_func = test, .setup_func = golden_setup,                   \
      .teardown_func = golden_teardown, .initial_state = &(struct golden_row){ __VA_ARGS__ } }

/* The five tests of one file, in an array of struct CMUnitTest; then the row's members. */
#define GOLDEN_TESTS(label, ...)                                                               \
    GOLDEN_TEST(label, "_has_the_tensors_of_pytorch", golden_tensors, __VA_ARGS__),            \
    GOLDEN_TEST(label, "_gives_the_outputs_of_pytorch", golden_outputs, __VA_ARGS__),          \
    GOLDEN_TEST(label, "_gives_the_gradients_of_pytorch", golden_gradients, __VA_ARGS__),      \
    GOLDEN_TEST(label, "_shows_the_states_of_pytorch", golden_states, __VA_ARGS__),            \
    GOLDEN_TEST(label, "_shows_the_gradients_on_states_of_pytorch", golden_state_gradients,    \
                __VA_ARGS__)
/* clang-format on */

#endif
