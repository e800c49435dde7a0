#include <math.h>
#include <stdlib.h>

#include "common/tasks/task.h"
#include "lessons/measure.h"
#include "lessons/quantities/quantities.h"

/* Pivots below so many times the largest are rounding: the points lie on a plane. */
static const double SINGULAR = 1e-12;

/*
 * The normal equations: A (n, n + V) holds sum z z^T and, to the right, sum z y^T, with z = (x,
 * 1) of n numbers.
 */
struct normal {
    int n, V;
    double *A;
};

static double *row_of(const struct normal *normal, int row)
{
    return normal->A + (size_t)row * (size_t)(normal->n + normal->V);
}

/* Points (x, y) of one sequence, which is sequence 0 of the batch. */
static void add_points(const struct normal *normal, const struct batch *batch)
{
    const int in = batch->shape.inputs, B = batch->extent.batch;

    for (int t = 0; t < batch_length(batch, 0); t++) {
        const real *x = batch->features + (size_t)t * (size_t)B * (size_t)in;
        const real *y = batch->values + (size_t)t * (size_t)B * (size_t)normal->V;

        for (int i = 0; i < normal->n; i++) {
            const double z = i < in ? (double)x[i] : 1;
            double *row = row_of(normal, i);

            for (int k = 0; k < normal->n; k++)
                row[k] += z * (k < in ? (double)x[k] : 1);
            for (int v = 0; v < normal->V; v++)
                row[normal->n + v] += z * (double)y[v];
        }
    }
}

/* Every sequence that training goes through. */
static enum status add_training_set(const struct normal *normal, const struct lab *lab)
{
    struct batch batch;

    if (batch_create(&batch, &lab->task.shape, 1, NULL) != STATUS_OK)
        return STATUS_NO_MEMORY;
    for (int i = 0; i < lab->config.training.samples; i++) {
        task_fill_sample(&lab->task, lab->config.training.seed, (uint32_t)i, &batch, 0);
        add_points(normal, &batch);
    }
    batch_free(&batch);
    return STATUS_OK;
}

static void swap_rows(const struct normal *normal, int i, int k)
{
    for (int j = 0; j < normal->n + normal->V; j++) {
        const double kept = row_of(normal, i)[j];

        row_of(normal, i)[j] = row_of(normal, k)[j];
        row_of(normal, k)[j] = kept;
    }
}

/* Gauss and Jordan, with the largest pivot: the right part becomes the solution (n, V). */
static bool solve(const struct normal *normal)
{
    double largest = 0;

    for (int i = 0; i < normal->n; i++) {
        int pivot = i;

        for (int k = i + 1; k < normal->n; k++)
            if (fabs(row_of(normal, k)[i]) > fabs(row_of(normal, pivot)[i]))
                pivot = k;
        swap_rows(normal, i, pivot);
        largest = fmax(largest, fabs(row_of(normal, i)[i]));
        if (!(fabs(row_of(normal, i)[i]) > SINGULAR * largest))
            return false;
        for (int k = 0; k < normal->n; k++) {
            const double factor = row_of(normal, k)[i] / row_of(normal, i)[i];

            for (int j = i; j < normal->n + normal->V && k != i; j++)
                row_of(normal, k)[j] -= factor * row_of(normal, i)[j];
        }
    }
    for (int i = 0; i < normal->n; i++)
        for (int v = 0; v < normal->V; v++)
            row_of(normal, i)[normal->n + v] /= row_of(normal, i)[i];
    return true;
}

/* PyTorch's layout: weight (V, in), bias (V). */
static double distance(const struct normal *normal, const struct lab_arm *arm)
{
    const struct parameter_list *list = &arm->model.parameters;
    const real *weight =
        arm->trainer.parameters + parameter_find(list, "readout.weight")->offset;
    const real *bias = arm->trainer.parameters + parameter_find(list, "readout.bias")->offset;
    const int in = normal->n - 1;
    double largest = 0;

    for (int v = 0; v < normal->V; v++)
        for (int i = 0; i < normal->n; i++) {
            const double w =
                (double)(i < in ? weight[(size_t)v * (size_t)in + (size_t)i] : bias[v]);
            const double apart = fabs(w - row_of(normal, i)[normal->n + v]);

            largest = apart > largest || isnan(apart) ? apart : largest;
        }
    return largest;
}

/* A readout alone, of numbers, at every step, learning from a set that does not change. */
static bool has_best(const struct measured *m)
{
    const struct batch_shape *shape = &m->lab->task.shape;

    return m->arm->model.layers.count == 1 && shape->input == INPUT_FEATURES &&
           shape->target == TARGET_VALUES && shape->readout == READOUT_EVERY &&
           m->lab->config.training.samples > 0;
}

double quantity_least_squares_distance(const struct measured *m, double argument)
{
    const struct batch_shape *shape = &m->lab->task.shape;
    struct normal normal = { .n = shape->inputs + 1, .V = shape->outputs };
    double of = (double)NAN;

    (void)argument;
    if (!has_best(m))
        return of;
    normal.A = calloc((size_t)normal.n * (size_t)(normal.n + normal.V), sizeof *normal.A);
    if (normal.A != NULL && add_training_set(&normal, m->lab) == STATUS_OK && solve(&normal))
        of = distance(&normal, m->arm);
    free(normal.A);
    return of;
}
