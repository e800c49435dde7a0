/*
 * sequence_model.h - the matched experiment: everything but the core is the same for every
 * model.
 *
 *     tokens or features -> input layer -> core -> readout -> outputs
 *
 * The input layer is an embedding (tokens) or a linear layer (features), both to `width`; the
 * readout is a linear layer to the task's outputs, at every step, or above a pool that leaves
 * the last step or the mean of all. Tensors are named embedding.weight | input.weight,
 * input.bias; core.*; readout.weight, readout.bias. What a core learns beside its PyTorch
 * modules is named positions.* and initial.*, and is not counted as the core's.
 *
 * A core may be empty. Then the readout works on the embedding of each token by itself, or on
 * the features themselves, without input layer: y = W x + b.
 *
 * A model is shapes and offsets only: parameters, activations and gradients live in blocks that
 * the caller owns, so one model serves any number of threads and any number of weight sets.
 */
#ifndef COMMON_MODEL_SEQUENCE_MODEL_H
#define COMMON_MODEL_SEQUENCE_MODEL_H

#include "common/layers/parameters.h"
#include "common/model/batch.h"
#include "common/model/stack.h"

struct sequence_model {
    struct batch_shape shape;
    /* Input layer first, then the core, a pool if there is one output, and the readout. */
    struct stack layers;
    struct parameter_list parameters;
    size_t prepared_count; /* reals that model_prepare writes */
};

/*
 * A model around `core`, which it takes over in every case: core is empty afterwards. width is
 * that of the core's first layer, which must match; an empty core on features has none.
 */
enum status model_create(struct sequence_model *model, const struct batch_shape *shape,
                         int width, struct stack *core, struct error *error);
void model_free(struct sequence_model *model);

/* A set of weights, and what model_prepare made of them. */
struct weights {
    const real *parameters; /* model->parameters.total */
    const real *prepared;   /* model->prepared_count */
};

/* Overwrite prepared from parameters; needed after every change of them. */
void model_prepare(const struct sequence_model *model, const real *parameters, real *prepared);

/* The same for layer `index` alone: layers may be prepared in any order and by any thread. */
void model_prepare_layer(const struct sequence_model *model, int index, const real *parameters,
                         real *prepared);

/* Parameters of the core alone, without embedding, positions and readout. */
size_t model_core_parameters(const struct sequence_model *model);

/* Nominal forward FLOPs of one sequence of T steps, of the core alone and of all. */
double model_core_flops(const struct sequence_model *model, int steps);
double model_flops(const struct sequence_model *model, int steps);

/*
 * The memory of one forward and backward: one for each thread. With capacity.forward_only that
 * of a forward pass, of which `output` alone is left afterwards: it grows in proportion to the
 * steps even where attention looks at all of them.
 */
struct workspace {
    struct extent capacity;
    bool recording;            /* keep the gradients that a trace shows */
    real *block;               /* everything below points in here */
    size_t count;              /* reals of it */
    const struct edits *edits; /* that a hand has made, set by the caller; NULL: none */
    struct extent extent;
    real *output;      /* (T_out, B, outputs) */
    real *doutput;     /* same shape: set by the caller before model_backward; or NULL */
    real *dinput;      /* (T, B, inputs) gradient on the task's own input; only if recording */
    real *gradient[2]; /* (T, B, widest) what is handed from layer to layer */
    real *scratch;
    struct layer_pass passes[STACK_MAX];
};

/* Bytes that workspace_create would take. */
size_t workspace_bytes(const struct sequence_model *model, struct extent capacity,
                       bool recording);

/* Memory for up to capacity.batch sequences of up to capacity.steps steps. */
enum status workspace_create(struct workspace *workspace, const struct sequence_model *model,
                             struct extent capacity, bool recording, struct error *error);
void workspace_free(struct workspace *workspace); /* safe on a zeroed workspace */

/* Numbers in the output of layer `index`, passes[index].y, as model_forward left it. */
size_t workspace_outputs(const struct workspace *workspace, const struct sequence_model *model,
                         int index);

/* Run the batch, which must fit; overwrites workspace->output. */
void model_forward(const struct sequence_model *model, struct weights weights,
                   struct workspace *workspace, const struct batch *batch);

/*
 * After model_forward with the same batch, and with workspace->doutput set: add the gradients
 * of all parameters to `gradients` (model->parameters.total). If recording, also overwrites
 * dinput and what model_trace reads.
 */
void model_backward(const struct sequence_model *model, struct workspace *workspace,
                    real *gradients);

/* After model_backward with recording: reset the trace and let every layer add what it has. */
void model_trace(const struct sequence_model *model, const struct workspace *workspace,
                 struct trace *trace);

#endif
