/* What holds for the two layers of common/layers as for every other: linear and embedding. */
#include "tests/test.h"

#include <math.h>

#include "common/layers/embedding.h"
#include "common/layers/linear.h"
#include "tests/layer_properties.h"

static struct layer *create_linear(const struct layer_case *sizes)
{
    return linear_create(sizes->in, sizes->out);
}

static struct layer *create_embedding(const struct layer_case *sizes)
{
    return embedding_create(sizes->in, sizes->out);
}

static void nothing_can_be_destroyed(void **state)
{
    (void)state;
    layer_destroy(NULL);
}

#define LINEAR create_linear, .batch = 5, .steps = 6, .in = 13, .out = 19
#define EMBEDDING create_embedding, .batch = 5, .steps = 6, .in = 7, .out = 11

static const struct layer_form linear_form = {
    .sizes = { create_linear, .batch = 1, .steps = 9, .in = 8, .out = 70 },
    .tensors = { { "weight", 70, 8, .bound = 0.35355339059327378 }, /* 1 / sqrt 8 */
                 { "bias", 70, 0, .bound = 0.35355339059327378 } },
    .parameters = 70 * 8 + 70,
    .flops = 2.0 * 9 * 8 * 70,
};

static const struct layer_form embedding_form = {
    .sizes = { create_embedding, .batch = 1, .steps = 9, .in = 6, .out = 4 },
    .tensors = { { "weight", 6, 4, .bound = (double)INFINITY } },
    .parameters = 6 * 4,
    .flops = 0,
};

/* clang-format off */

static const struct CMUnitTest tests[] = {
    LAYER_PROPERTIES("linear", LINEAR),
    LAYER_PROPERTIES("embedding", EMBEDDING),
    LAYER_FORM("linear", linear_form),
    LAYER_FORM("embedding", embedding_form),
    cmocka_unit_test(nothing_can_be_destroyed),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
