#include "common/training/validation.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t validation_bytes(const struct sequence_model *model)
{
    return model->parameters.total * sizeof(real);
}

/* Before the first look. */
static struct validation empty_validation(void)
{
    return (struct validation){ .best_loss = (double)INFINITY,
                                .looked_at = -1,
                                .last = { (double)NAN, (double)NAN, (double)NAN },
                                .end_loss = (double)NAN };
}

enum status validation_create(struct validation *validation, const struct sequence_model *model,
                              struct error *error)
{
    const size_t total = model->parameters.total;
    struct validation made = empty_validation();

    made.weights = calloc(total, sizeof *made.weights);
    if (made.weights == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for the best of %zu weights",
                         total);
    *validation = made;
    return STATUS_OK;
}

void validation_free(struct validation *validation)
{
    free(validation->weights);
    *validation = (struct validation){ 0 };
}

bool validation_look(struct validation *validation, struct trainer *trainer, int samples)
{
    assert(!validation->restored);
    trainer_evaluate(trainer, RANDOM_VALIDATE, samples, &validation->last);
    validation->looked_at = trainer->step;
    if (!(validation->last.loss < validation->best_loss)) { /* nor is NaN a better one */
        validation->worse++;
        return false;
    }
    validation->best_loss = validation->last.loss;
    validation->best_step = trainer->step;
    validation->worse = 0;
    memcpy(validation->weights, trainer->parameters,
           trainer->model->parameters.total * sizeof *validation->weights);
    return true;
}

/*
 * No step is made between a restore and its undoing, so what the trainer would take back to is
 * still right after the second exchange.
 */
static void exchange(struct validation *validation, struct trainer *trainer)
{
    const bool has_usable = trainer->has_usable;

    for (size_t k = 0; k < trainer->model->parameters.total; k++) {
        const real other = trainer->parameters[k];

        trainer->parameters[k] = validation->weights[k];
        validation->weights[k] = other;
    }
    trainer_weights_changed(trainer);
    trainer->has_usable = has_usable;
    validation->restored = !validation->restored;
}

void validation_restore(struct validation *validation, struct trainer *trainer)
{
    if (!validation->restored && isfinite(validation->best_loss))
        exchange(validation, trainer);
}

void validation_end(struct validation *validation, struct trainer *trainer, int samples)
{
    struct report report;

    assert(!validation->restored);
    if (validation->looked_at != trainer->step) {
        trainer_evaluate(trainer, RANDOM_VALIDATE, samples, &report);
        validation->end_loss = report.loss;
        if (report.loss < validation->best_loss)
            return;
    }
    validation_restore(validation, trainer);
}

void validation_go_on(struct validation *validation, struct trainer *trainer)
{
    validation->end_loss = (double)NAN;
    if (validation->restored)
        exchange(validation, trainer);
}

void validation_forget(struct validation *validation, struct trainer *trainer)
{
    const struct validation empty = empty_validation();
    real *weights = validation->weights;

    validation_go_on(validation, trainer);
    *validation = empty;
    validation->weights = weights;
}

long validation_weights_step(const struct validation *validation, const struct trainer *trainer)
{
    return validation->restored ? validation->best_step : trainer->step;
}
