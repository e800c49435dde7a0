/*
 * layer_fixture.h - any layer, through the interface of common/layers/layer.h, with everything
 * that one pass needs around it.
 *
 * Every array has exactly the size that the layer asked for, and before each call those it may
 * not rely on hold NaN: an element that is read before it is written, or never written, cannot
 * hide. The loss is the sum of dy * y, so its gradient on y is dy.
 */
#ifndef TESTS_LAYER_FIXTURE_H
#define TESTS_LAYER_FIXTURE_H

#include <stdbool.h>

#include "common/layers/layer.h"
#include "tests/gradcheck.h"

struct attention_options;

/* A row of a test's table: which layer, and how large. */
struct layer_case {
    struct layer *(*create)(const struct layer_case *sizes);
    int batch, steps, in, out;
    int heads;   /* of attention */
    int rows;    /* of a table of positions */
    int symbols; /* x holds so many different rows, and tokens say where: extent.distinct */
    int cut;     /* of a recurrent layer: steps between two cuts of the gradient */
    bool bare;   /* x and dy stay zero: the test fills them */
    const struct attention_options *attention; /* all but width and heads; NULL: causal */
    const int *lengths, *sources;              /* (batch) as in struct layer_pass, or NULL */
    const struct edits *edits;                 /* of a hand, or NULL */
    struct zero_rows zeros[8];                 /* at most 7 */
};

struct layer_fixture {
    struct layer *layer;
    struct parameter_list list;
    size_t inputs, outputs; /* elements of x and of y */
    real *parameters, *prepared, *gradients;
    real *x, *dx;
    real *y, *dy;
    real *saved, *scratch, *recorded;
    int *tokens;
    struct layer_sizes sizes;
    struct layer_pass pass;
};

/*
 * Overwrite values with normal numbers times scale, the same for the same number of the stream.
 */
void fill_normal(real *values, size_t count, int stream, double scale);

/* The sum of a * b, in double. */
double sum_of_products(const real *a, const real *b, size_t count);

/*
 * A layer of that case, with parameters N(0, 1/4), x and dy N(0, 1), tokens of every kind,
 * gradients zero. Everything is recorded.
 */
void layer_fixture_create(struct layer_fixture *fixture, const struct layer_case *sizes);
void layer_fixture_free(struct layer_fixture *fixture);

/* Prepare the parameters and run forward on poisoned memory. */
void layer_fixture_forward(struct layer_fixture *fixture);

/* Run backward on poisoned memory; adds to fixture->gradients. */
void layer_fixture_backward(struct layer_fixture *fixture);

/* Forward, and the sum of dy * y: a loss_function; the context is a fixture. */
real layer_fixture_loss(void *fixture);

/* A test: finite differences on every tensor and on x, for the case that is its state. */
void backward_matches_finite_differences(void **state);

#endif
