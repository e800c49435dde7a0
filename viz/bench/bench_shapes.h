/*
 * bench_shapes.h - the shapes that are measured, here and elsewhere: 13 for each recurrent cell
 * and 13 Transformers. Vocabulary 16, embedding as wide as the core.
 *
 * A name is MODEL-LAYERS-WIDTH[-HEADS]-T-BATCH.
 */
#ifndef VIZ_BENCH_BENCH_SHAPES_H
#define VIZ_BENCH_BENCH_SHAPES_H

#include "common/error.h"

enum { BENCH_NAME_MAX = 48, BENCH_VOCABULARY = 16 };

struct bench_shape {
    char name[BENCH_NAME_MAX];
    const char *model;
    int gates; /* 0: a Transformer */
    int layers;
    int width; /* H of a recurrent model, d of a Transformer */
    int heads; /* of a Transformer */
    int steps; /* T */
    int batch;
    int window; /* steps that a Transformer looks at; 0: all before */
};

/* Standard shape number `index`, 0 .. bench_shape_count() - 1. */
struct bench_shape bench_shape_at(int index);
int bench_shape_count(void);

/* The standard shape of that name; STATUS_USAGE with names that there are. */
enum status bench_shape_find(struct bench_shape *shape, const char *name, struct error *error);

/* Write shape->name from the rest. */
void bench_shape_name(struct bench_shape *shape);

/*
 * Nominal FLOPs of a training step: what the arithmetic of the equations is, forward and twice
 * that backward, whatever a kernel saves of it.
 */
double bench_shape_flops(const struct bench_shape *shape);

#endif
