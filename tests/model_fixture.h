/*
 * model_fixture.h - a small model of any family, its weights, and a batch that is not learnable
 * but fixed: random inputs, random targets, every fourth class ignored.
 */
#ifndef TESTS_MODEL_FIXTURE_H
#define TESTS_MODEL_FIXTURE_H

#include "common/model/loss.h"
#include "common/model/sequence_model.h"

enum family { ELMAN, LSTM, GRU, TRANSFORMER };

/* A row of a test's table. */
struct model_case {
    enum family family;
    struct batch_shape shape;
    int batch;
    int width, layers;
    int hidden; /* of a recurrent family */
    int heads;  /* of a Transformer */
};

struct model_fixture {
    struct sequence_model model;
    struct batch batch;
    struct workspace workspace; /* with room for more, recording */
    real *parameters, *prepared, *gradients;
    struct loss loss; /* of the last forward pass */
};

/* First weights from seed 1, gradients zero. */
void model_fixture_create(struct model_fixture *fixture, const struct model_case *sizes);
void model_fixture_free(struct model_fixture *fixture);

/* Prepare and run; sets fixture->loss, and workspace->doutput to the gradient of its sum. */
void model_fixture_forward(struct model_fixture *fixture);

/* The same: a loss_function; the context is a fixture. */
real model_fixture_loss(void *fixture);

/* Run backward, from doutput; adds to fixture->gradients. */
void model_fixture_backward(struct model_fixture *fixture);

#endif
