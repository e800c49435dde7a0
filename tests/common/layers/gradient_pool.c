/* Gradients of common/layers/pool.c, in double, and what it makes of padded sequences. */
#include "common/layers/pool.h"

#include <math.h>
#include <stdlib.h>

#include "tests/close.h"
#include "tests/gradcheck.h"
#include "tests/layer_fixture.h"
#include "tests/test.h"

enum { B = 3, T = 5, D = 4 };

struct pool_row {
    enum pool_kind kind;
    int lengths[B]; /* 0: no lengths are given */
};

struct pooled {
    struct layer *layer;
    real x[T * B * D], dx[T * B * D], y[B * D], dy[B * D];
    struct layer_pass pass;
};

static void pooled_create(struct pooled *p, const struct pool_row *row)
{
    *p = (struct pooled){ .layer = pool_create(D, row->kind) };
    assert_non_null(p->layer);
    fill_normal(p->x, T * B * D, 1, 1);
    fill_normal(p->dy, B * D, 2, 1);
    p->pass = (struct layer_pass){ .extent = { .batch = B, .steps = T },
                                   .lengths = row->lengths[0] > 0 ? row->lengths : NULL,
                                   .x = p->x,
                                   .y = p->y,
                                   .dy = p->dy,
                                   .dx = p->dx };
}

static real loss(void *context)
{
    struct pooled *p = context;

    for (int i = 0; i < B * D; i++)
        p->y[i] = (real)NAN;
    p->layer->kind->forward(p->layer, &p->pass);
    return (real)sum_of_products(p->y, p->dy, B * D);
}

static int length_of(const struct pool_row *row, int b)
{
    return row->lengths[0] > 0 ? row->lengths[b] : T;
}

static void y_is_the_last_step_or_the_mean(void **state)
{
    const struct pool_row *row = *state;
    struct pooled p;

    pooled_create(&p, row);
    loss(&p);
    for (int b = 0; b < B; b++)
        for (int k = 0; k < D; k++) {
            const int n = length_of(row, b);
            double sum = 0;

            for (int t = 0; t < n; t++)
                sum += (double)p.x[(t * B + b) * D + k];
            assert_close((double)p.y[b * D + k],
                         row->kind == POOL_MEAN ? sum / n
                                                : (double)p.x[((n - 1) * B + b) * D + k],
                         1e-14, 1e-14);
        }
    layer_destroy(p.layer);
}

static void backward_is_right_and_padding_has_no_gradient(void **state)
{
    const struct pool_row *row = *state;
    struct pooled p;

    pooled_create(&p, row);
    loss(&p);
    for (int i = 0; i < T * B * D; i++)
        p.dx[i] = (real)NAN;
    p.layer->kind->backward(p.layer, &p.pass);
    assert_gradient(&(struct gradient){ "x", p.x, p.dx, T * B * D, 0, 0 }, loss, &p);
    for (int t = 0; t < T; t++)
        for (int i = t * B * D; i < (t + 1) * B * D; i++)
            if (t >= length_of(row, i / D % B))
                assert_close((double)p.dx[i], 0, 0, 0);
    layer_destroy(p.layer);
}

static void backward_without_dx_does_nothing(void **state)
{
    struct pooled p;

    pooled_create(&p, *state);
    p.pass.dx = NULL;
    p.layer->kind->backward(p.layer, &p.pass);
    for (int i = 0; i < T * B * D; i++)
        assert_close((double)p.dx[i], 0, 0, 0);
    layer_destroy(p.layer);
}

/* clang-format off */
#define POOL(label, ...)                                                                       \
    { .name = label "_is_what_it_says", .test_func = y_is_the_last_step_or_the_mean,           \
      .initial_state = &(struct pool_row){ __VA_ARGS__ } },                                    \
    { .name = label "_backward_is_right_and_padding_has_no_gradient",                          \
      .test_func = backward_is_right_and_padding_has_no_gradient,                              \
      .initial_state = &(struct pool_row){ __VA_ARGS__ } },                                    \
    { .name = label "_backward_without_dx_does_nothing",                                       \
      .test_func = backward_without_dx_does_nothing,                                           \
      .initial_state = &(struct pool_row){ __VA_ARGS__ } }

static const struct CMUnitTest tests[] = {
    POOL("the_last_step", .kind = POOL_LAST),
    POOL("the_last_step_of_padded_sequences", .kind = POOL_LAST, .lengths = { 3, T, 1 }),
    POOL("the_mean", .kind = POOL_MEAN),
    POOL("the_mean_of_padded_sequences", .kind = POOL_MEAN, .lengths = { 3, T, 1 }),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
