#include "viz/bench/bench_shapes.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct sizes {
    int layers, width, heads, steps, batch;
};

/* clang-format off */
static const struct sizes recurrent[] = {
    { 1, 32, 0, 20, 16 },     { 1, 32, 0, 100, 32 },    { 1, 32, 0, 400, 32 },
    { 1, 64, 0, 20, 32 },     { 1, 64, 0, 100, 32 },    { 1, 64, 0, 100, 64 },
    { 1, 64, 0, 400, 32 },    { 1, 128, 0, 100, 32 },   { 1, 128, 0, 400, 64 },
    { 1, 256, 0, 100, 32 },   { 2, 64, 0, 100, 32 },    { 2, 128, 0, 100, 64 },
    { 2, 256, 0, 20, 64 },
};
static const struct sizes attentive[] = {
    { 1, 32, 2, 20, 16 },     { 1, 32, 2, 100, 32 },    { 2, 32, 2, 100, 32 },
    { 1, 64, 2, 100, 32 },    { 2, 64, 4, 20, 32 },     { 2, 64, 4, 100, 32 },
    { 2, 64, 4, 100, 64 },    { 2, 64, 4, 400, 16 },    { 2, 128, 4, 100, 32 },
    { 4, 128, 4, 100, 32 },   { 2, 128, 4, 400, 32 },   { 2, 256, 4, 20, 64 },
    { 4, 256, 4, 100, 32 },
};
/* clang-format on */
enum {
    RECURRENT = sizeof recurrent / sizeof recurrent[0],
    ATTENTIVE = sizeof attentive / sizeof attentive[0]
};

static const struct {
    const char *model;
    int gates;
    const struct sizes *sizes;
    int count;
} families[] = {
    { "elman", 1, recurrent, RECURRENT },
    { "gru", 3, recurrent, RECURRENT },
    { "lstm", 4, recurrent, RECURRENT },
    { "transformer", 0, attentive, ATTENTIVE },
};
enum { FAMILIES = sizeof families / sizeof families[0] };

void bench_shape_name(struct bench_shape *shape)
{
    char heads[16] = "";

    if (shape->gates == 0)
        snprintf(heads, sizeof heads, "-%d", shape->heads);
    snprintf(shape->name, sizeof shape->name, "%s-%d-%d%s-%d-%d", shape->model, shape->layers,
             shape->width, heads, shape->steps, shape->batch);
}

int bench_shape_count(void)
{
    return 3 * RECURRENT + ATTENTIVE;
}

struct bench_shape bench_shape_at(int index)
{
    struct bench_shape shape = { 0 };
    const struct sizes *sizes;
    int f = 0;

    assert(index >= 0 && index < bench_shape_count());
    for (; index >= families[f].count; f++)
        index -= families[f].count;
    sizes = &families[f].sizes[index];
    shape.model = families[f].model;
    shape.gates = families[f].gates;
    shape.layers = sizes->layers;
    shape.width = sizes->width;
    shape.heads = sizes->heads;
    shape.steps = sizes->steps;
    shape.batch = sizes->batch;
    bench_shape_name(&shape);
    return shape;
}

enum status bench_shape_find(struct bench_shape *shape, const char *name, struct error *error)
{
    for (int i = 0; i < bench_shape_count(); i++) {
        const struct bench_shape other = bench_shape_at(i);

        if (strcmp(other.name, name) == 0) {
            *shape = other;
            return STATUS_OK;
        }
    }
    return error_set(error, STATUS_USAGE,
                     "\"%.60s\" is no standard shape; they are called lstm-1-64-100-32 or "
                     "transformer-2-64-4-100-32",
                     name);
}

double bench_shape_flops(const struct bench_shape *shape)
{
    const double d = shape->width, T = shape->steps;
    const double layer =
        shape->gates ? 2 * shape->gates * d * (d + d) : 24 * d * d + 2 * d * (T + 1);

    return 3.0 * shape->batch * T * (shape->layers * layer + 2 * d * BENCH_VOCABULARY);
}
