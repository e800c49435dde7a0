#include "common/layers/parameters.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/numeric/portable.h"
#include "common/numeric/random.h"

size_t parameter_add(struct parameter_list *list, const char *prefix, const char *name,
                     int rows, int columns, struct initial initial)
{
    struct parameter *p;
    int written;

    assert(rows > 0 && columns >= 0);
    if (list->count == list->capacity) {
        const int capacity = list->capacity ? 2 * list->capacity : 16;
        struct parameter *items = realloc(list->items, (size_t)capacity * sizeof *items);

        if (items == NULL) {
            list->failed = true;
            return 0;
        }
        list->items = items;
        list->capacity = capacity;
    }
    p = &list->items[list->count++];
    *p = (struct parameter){ .rank = columns ? 2 : 1, .shape = { rows, columns } };
    written = snprintf(p->name, sizeof p->name, "%s%s", prefix, name);
    assert(written > 0 && (size_t)written < sizeof p->name);
    p->count = (size_t)rows * (size_t)(columns ? columns : 1);
    p->offset = list->total;
    p->initial = initial;
    list->total += p->count;
    return p->offset;
}

/* The tensor that begins there; NULL only in a list that is not to be used. */
static struct parameter *tensor_at(struct parameter_list *list, size_t offset)
{
    struct parameter *found = NULL;

    if (list->failed)
        return NULL;
    for (int i = 0; i < list->count; i++)
        if (list->items[i].offset == offset)
            found = &list->items[i];
    assert(found != NULL);
    return found;
}

void parameter_start_rows(struct parameter_list *list, size_t offset, int first, int count,
                          struct initial initial)
{
    struct parameter *p = tensor_at(list, offset);

    if (p == NULL)
        return;
    assert(first >= 0 && count > 0 && first + count <= p->shape[0]);
    assert(p->rows_count < PARAMETER_ROWS_MAX);
    p->rows[p->rows_count++] = (struct initial_rows){ first, count, initial };
}

void parameter_start(struct parameter_list *list, size_t offset, struct initial initial)
{
    struct parameter *p = tensor_at(list, offset);

    if (p == NULL)
        return;
    p->initial = initial;
    p->rows_count = 0;
}

const struct parameter *parameter_find(const struct parameter_list *list, const char *name)
{
    for (int i = 0; i < list->count; i++)
        if (strcmp(list->items[i].name, name) == 0)
            return &list->items[i];
    return NULL;
}

/* FNV-1a over the name, cut to the 56 bits that a random stream's index may have. */
static uint64_t name_number(const char *name)
{
    uint64_t hash = 14695981039346656037u;

    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 1099511628211u;
    return hash >> 8;
}

/*
 * Rows as they lie in the work memory of an orthogonal block: filled up with zeros to whole
 * lanes, and the rows with zero rows to whole groups, for which a projection changes nothing.
 */
enum { LANES = 8, GROUP = 4 };

static int padded(int n, int multiple)
{
    return (n + multiple - 1) / multiple * multiple;
}

/* Doubles: one row in work and the rows that are done. */
static size_t work_count(int columns)
{
    return (size_t)padded(columns, LANES) * (1 + (size_t)padded(columns, GROUP));
}

/* dot[m] = row . unit m, each as LANES partial sums added in a fixed order. */
static void dot_products(double dot[GROUP], const double *row, const double *units, int pitch)
{
    double partial[GROUP][LANES] = { { 0 } };

    for (int k = 0; k < pitch; k += LANES)
        for (int m = 0; m < GROUP; m++)
            for (int j = 0; j < LANES; j++)
                partial[m][j] += row[k + j] * units[(ptrdiff_t)m * pitch + k + j];
    for (int m = 0; m < GROUP; m++) {
        for (int half = LANES / 2; half > 0; half /= 2)
            for (int j = 0; j < half; j++)
                partial[m][j] += partial[m][j + half];
        dot[m] = partial[m][0];
    }
}

/* The row (pitch) minus its projections on `count` units, orthogonal rows of length 1. */
static void remove_projections(double *restrict row, const double *restrict units, int count,
                               int pitch)
{
    for (int i = 0; i < count; i += GROUP) {
        const double *group = units + (ptrdiff_t)i * pitch;
        double dot[GROUP];

        dot_products(dot, row, group, pitch);
        for (int k = 0; k < pitch; k += LANES)
            for (int m = 0; m < GROUP; m++)
                for (int j = 0; j < LANES; j++)
                    row[k + j] -= dot[m] * group[(ptrdiff_t)m * pitch + k + j];
    }
}

/*
 * One square block of orthonormal rows times gain. Gram-Schmidt on rows of normal numbers is
 * the QR decomposition with a positive diagonal of R, so the matrix is uniform over the
 * orthogonal group (Mezzadri 2007), as torch.nn.init.orthogonal_. Projecting twice keeps the
 * rows orthogonal to the last bits ("twice is enough", Kahan and Parlett). work:
 * work_count(columns).
 */
static void orthogonal_block(real *out, int columns, double gain, struct random *random,
                             double *work)
{
    const int pitch = padded(columns, LANES);
    double *row = work, *units = work + pitch;

    memset(work, 0, work_count(columns) * sizeof *work);
    for (int r = 0; r < columns; r++) {
        double squares = 0;

        for (int k = 0; k < columns; k++)
            row[k] = random_normal(random);
        remove_projections(row, units, r, pitch);
        remove_projections(row, units, r, pitch);
        for (int k = 0; k < columns; k++)
            squares += row[k] * row[k];
        for (int k = 0; k < columns; k++) {
            units[(ptrdiff_t)r * pitch + k] = row[k] / sqrt(squares);
            out[(ptrdiff_t)r * columns + k] = (real)(gain * units[(ptrdiff_t)r * pitch + k]);
        }
    }
}

/* Some rows of a tensor, as far as their first values depend on it. */
struct block {
    real *out;
    int rows, columns; /* columns 1: of a vector */
    const real *tensor;
};

/* A (blocks x columns, columns) matrix gets one orthogonal matrix per gate. */
static enum status fill_orthogonal(const struct block *block, double gain,
                                   struct random *random)
{
    const int columns = block->columns;
    double *work = malloc(work_count(columns) * sizeof *work);

    assert(block->rows % columns == 0);
    if (work == NULL)
        return STATUS_NO_MEMORY;
    for (int r = 0; r < block->rows; r += columns)
        orthogonal_block(block->out + (size_t)r * (size_t)columns, columns, gain, random, work);
    free(work);
    return STATUS_OK;
}

static void fill_identity(const struct block *block, double gain)
{
    for (int r = 0; r < block->rows; r++)
        for (int k = 0; k < block->columns; k++)
            block->out[(size_t)r * (size_t)block->columns + (size_t)k] =
                r % block->columns == k ? (real)gain : 0;
}

/* What depends on no other element: one draw, or none. */
static double draw(struct initial initial, struct random *random)
{
    switch (initial.kind) {
    case INITIAL_UNIFORM:
        return initial.value * (2 * random_uniform(random) - 1);
    case INITIAL_NORMAL:
        return initial.value * random_normal(random);
    case INITIAL_LOG_UNIFORM:
        return portable_log(1 + (initial.value - 1) * random_uniform(random));
    default:
        return initial.value;
    }
}

static enum status fill(const struct block *block, struct initial initial,
                        struct random *random)
{
    const size_t columns = (size_t)block->columns, count = (size_t)block->rows * columns;

    switch (initial.kind) {
    case INITIAL_ORTHOGONAL:
        return fill_orthogonal(block, initial.value, random);
    case INITIAL_IDENTITY:
        fill_identity(block, initial.value);
        break;
    case INITIAL_OPPOSITE:
        for (size_t i = 0; i < count; i++)
            block->out[i] = -block->tensor[(size_t)initial.value * columns + i];
        break;
    default:
        for (size_t i = 0; i < count; i++)
            block->out[i] = (real)draw(initial, random);
    }
    return STATUS_OK;
}

/* The whole tensor, then the rows that start otherwise, each from a stream of its own. */
static enum status start(const struct parameter *p, real *values, uint64_t seed)
{
    const uint64_t number = name_number(p->name);
    const int columns = p->rank == 2 ? p->shape[1] : 1;
    struct random random = random_stream(seed, RANDOM_WEIGHTS, number, 0);
    const struct block whole = { values, p->shape[0], columns, values };
    enum status status = fill(&whole, p->initial, &random);

    for (int i = 0; i < p->rows_count && status == STATUS_OK; i++) {
        const struct initial_rows *rows = &p->rows[i];
        const struct block some = { values + (size_t)rows->first * (size_t)columns, rows->count,
                                    columns, values };

        random = random_stream(seed, RANDOM_WEIGHTS, number, (uint32_t)rows->first + 1);
        status = fill(&some, rows->initial, &random);
    }
    return status;
}

enum status parameters_initialise(const struct parameter_list *list, real *values,
                                  uint64_t seed)
{
    enum status status = STATUS_OK;

    for (int i = 0; i < list->count && status == STATUS_OK; i++) {
        const struct parameter *p = &list->items[i];

        status = start(p, values + p->offset, seed);
    }
    return status;
}

void parameter_list_free(struct parameter_list *list)
{
    free(list->items);
    *list = (struct parameter_list){ 0 };
}
