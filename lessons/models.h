/*
 * models.h - the models one can choose: the only place that knows both families.
 *
 * A new cell or a new stack is one line here; nothing above has to know.
 */
#ifndef LESSONS_MODELS_H
#define LESSONS_MODELS_H

#include "common/model/sequence_model.h"
#include "common/training/trainer.h"
#include "lessons/config.h"
#include "transformer/mask.h"

struct model_kind {
    const char *name;
    const char *about; /* one line */
    int default_layers;
    double default_learning_rate;
    bool recurrent;            /* `hidden` is its size; else it is `width` */
    bool uses_heads;           /* they must divide arm_attention_width() */
    const char *const *traces; /* what its recurrent layers trace; NULL: it has none */

    /* Put the core's layers on an empty stack for sequences of that shape. */
    void (*build)(struct stack *core, const struct arm_config *arm, int layers, int steps);
};

/* The models there are: kinds[0 .. *count - 1]. */
const struct model_kind *const *model_kinds(int *count);

/* STATUS_USAGE with the names there are, or with what does not fit together. */
enum status model_kind_find(const struct model_kind **kind, const char *name,
                            struct error *error);
enum status arm_check(const struct arm_config *arm, const char *name, struct error *error);

/* The kind of an arm's model, which arm_check has accepted. */
const struct model_kind *arm_kind(const struct arm_config *arm);

/* False: a readout alone, which has no layers and no size. */
bool model_kind_has_core(const struct model_kind *kind);

/* The width that attention works on, so that the arm's heads must divide it. */
int arm_attention_width(const struct arm_config *arm, const struct model_kind *kind);

/*
 * Overwrite mask with that of the arm's attention in a sequence of so many steps without a
 * source, the same in each of its layers. False, and untouched: it has no attention.
 */
bool arm_mask(const struct arm_config *arm, int steps, struct mask *mask);

/* Attention weights, in reals, that training on one such sequence keeps, of all layers. */
size_t arm_attention_stored(const struct arm_config *arm, int steps);

/* The model of an arm that arm_check has accepted. The caller frees it with model_free. */
enum status arm_model(struct sequence_model *model, const struct arm_config *arm,
                      const struct batch_shape *shape, struct error *error);

/* The arm's own number of layers, or its model's default. */
int arm_layers(const struct arm_config *arm);

/* The arm's own rate, else the training's, else its model's default. */
double arm_learning_rate(const struct lab_config *config, int arm);

/* How the arm is trained: the keys of [training], with its own rate. */
struct trainer_options arm_trainer_options(const struct lab_config *config, int arm);

#endif
