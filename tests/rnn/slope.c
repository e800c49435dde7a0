#include "tests/rnn/slope.h"

#include <math.h>
#include <string.h>

#include "common/numeric/random.h"
#include "tests/test.h"

static void fill_from(real *values, size_t count, uint64_t seed, uint64_t stream)
{
    struct random random = random_stream(seed, RANDOM_PROBE, stream, 1);

    for (size_t i = 0; i < count; i++)
        values[i] = (real)random_normal(&random);
}

void slope_stage_create(struct slope_stage *stage, const struct layer_case *sizes,
                        uint64_t seed)
{
    struct layer_fixture *fx = &stage->fx;
    const size_t step = (size_t)sizes->batch * (size_t)sizes->out;

    assert_true(sizes->bare);
    layer_fixture_create(fx, sizes);
    stage->H = sizes->out;
    stage->cell = strcmp(fx->layer->kind->name, "lstm") == 0;
    assert_int_equal(parameters_initialise(&fx->list, fx->parameters, seed), STATUS_OK);
    fill_from(fx->x, fx->inputs, seed, 0);
    fill_from(fx->dy + fx->outputs - step, step, seed, 1);
}

void slope_stage_free(struct slope_stage *stage)
{
    layer_fixture_free(&stage->fx);
}

real *slope_stage_tensor(struct slope_stage *stage, const char *name)
{
    const struct parameter *p = parameter_find(&stage->fx.list, name);

    assert_non_null(p);
    return stage->fx.parameters + p->offset;
}

void slope_stage_run(struct slope_stage *stage)
{
    layer_fixture_forward(&stage->fx);
    layer_fixture_backward(&stage->fx);
}

/* What a layer records begins with dh (T, B, H); an lstm's goes on with dc. */
double slope_stage_log(const struct slope_stage *stage, int b, int k)
{
    const struct layer_fixture *fx = &stage->fx;
    const size_t H = (size_t)stage->H, B = (size_t)fx->pass.extent.batch;
    const size_t t = (size_t)(fx->pass.extent.steps - 1 - k);
    const real *dh = fx->recorded + (t * B + (size_t)b) * H, *dc = dh + fx->outputs;

    return 0.5 *
           log(sum_of_products(dh, dh, H) + (stage->cell ? sum_of_products(dc, dc, H) : 0));
}

double slope_stage_slope(const struct slope_stage *stage)
{
    const int B = stage->fx.pass.extent.batch, n = SLOPE_TO - SLOPE_FROM + 1;
    const double middle = (SLOPE_FROM + SLOPE_TO) / 2.0;
    double product = 0, squares = 0;

    for (int i = 0; i < n; i++) {
        const double lag = SLOPE_FROM + i - middle;
        double mean = 0;

        for (int b = 0; b < B; b++)
            mean += slope_stage_log(stage, b, SLOPE_FROM + i) / B;
        product += lag * mean;
        squares += lag * lag;
    }
    return product / squares;
}
