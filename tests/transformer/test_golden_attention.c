/*
 * Attention under every mask with every position code, held against PyTorch:
 * tests/golden/attention.py.
 */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/files/safetensors.h"
#include "tests/close.h"
#include "tests/layer_fixture.h"
#include "tests/transformer/attention_cases.h"

enum { B = 2, T = 29, E = 8, HEADS = 2 };

static const double VALUES = 1e-5, GRADIENTS = 2e-5; /* as in golden.c; measured: 1e-6 */

/* A row of the table: what the layer is, and where its numbers are. */
struct golden_attention {
    const char *position; /* of the file */
    const char *mask;     /* before the names in it; of "two_level" PyTorch has no own module */
    struct attention_options options;
};

static const float *stored(const struct safetensors *file, const char *prefix, const char *name,
                           size_t count)
{
    const struct safetensors_tensor *tensor;
    char full[128];

    snprintf(full, sizeof full, "%s%s", prefix, name);
    tensor = safetensors_find(file, full);
    if (tensor == NULL || safetensors_elements(tensor) != count)
        fail_msg("no tensor %s of %zu elements", full, count);
    assert_int_equal(tensor->dtype, SAFETENSORS_F32);
    return tensor->data;
}

/* Element (b, t, k) of the file, which is batch first, for element i of ours. */
static size_t batch_first(size_t i)
{
    const size_t t = i / (B * E), b = i / E % B, k = i % E;

    return (b * T + t) * E + k;
}

static size_t same(size_t i)
{
    return i;
}

static void compare(const struct safetensors *file, const struct golden_attention *row,
                    const char *what, const char *name, const real *actual, size_t count,
                    size_t (*place)(size_t i), double tolerance)
{
    char prefix[64];
    const float *expected;
    double largest;

    snprintf(prefix, sizeof prefix, "%s.%s", row->mask, what);
    expected = stored(file, prefix, name, count);
    largest = largest_of(expected, count);
    assert_true(largest > 1e-3);
    for (size_t i = 0; i < count; i++) {
        const double wanted = (double)expected[place(i)];

        if (!(fabs((double)actual[i] - wanted) <= tolerance * (fabs(wanted) + 0.1 * largest)))
            fail_msg("%s%s, element %zu, is %.9g, PyTorch has %.9g (largest %g)", prefix, name,
                     i, (double)actual[i], wanted, largest);
    }
}

static void fill(struct layer_fixture *fx, const struct safetensors *file)
{
    const float *x = stored(file, "", "x", B * T * E), *dy = stored(file, "", "dy", B * T * E);

    for (size_t i = 0; i < B * T * E; i++) {
        fx->x[i] = (real)x[batch_first(i)];
        fx->dy[i] = (real)dy[batch_first(i)];
    }
    for (int i = 0; i < fx->list.count; i++) {
        const struct parameter *p = &fx->list.items[i];
        const float *values = stored(file, "", p->name, p->count);

        for (size_t k = 0; k < p->count; k++)
            fx->parameters[p->offset + k] = (real)values[k];
    }
}

static void gives_the_numbers_of_pytorch(void **state)
{
    const struct golden_attention *row = *state;
    const struct layer_case sizes = {
        create_attention_case,      .batch = B,     .steps = T,    .in = E, .heads = HEADS,
        .attention = &row->options, LENGTHS(T, 26), SOURCES(0, 11)
    };
    struct safetensors file;
    struct error error = { 0 };
    struct layer_fixture fx;
    struct trace trace = { 0 };
    const struct trace_entry *entry;
    char path[128];

    snprintf(path, sizeof path, "tests/golden/attention_%s.safetensors", row->position);
    if (safetensors_open(&file, path, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    layer_fixture_create(&fx, &sizes);
    fill(&fx, &file);
    layer_fixture_forward(&fx);
    layer_fixture_backward(&fx);
    fx.layer->kind->trace(fx.layer, &fx.pass, &trace);
    entry = trace_find(&trace, "attention", TRACED_DEPTH);
    assert_non_null(entry);
    compare(&file, row, "", "y", fx.y, fx.outputs, batch_first, VALUES);
    compare(&file, row, "", "attention", entry->value, entry->count, same, VALUES);
    compare(&file, row, "gradient.", "x", fx.dx, fx.inputs, batch_first, GRADIENTS);
    for (int i = 0; i < fx.list.count; i++)
        compare(&file, row, "gradient.", fx.list.items[i].name,
                fx.gradients + fx.list.items[i].offset, fx.list.items[i].count, same,
                GRADIENTS);
    trace_free(&trace);
    layer_fixture_free(&fx);
    safetensors_free(&file);
}

/* clang-format off */
#define CASE(name_, kind, span_, code, name_of_code)                                           \
    { .name = name_ "_attention_with_position_" name_of_code "_gives_the_numbers_of_pytorch",  \
      .test_func = gives_the_numbers_of_pytorch,                                               \
      .initial_state = &(struct golden_attention){                                             \
          name_of_code, name_,                                                                 \
          { .mask = kind, .span = span_, .position = code, .sources = true } } }

#define POSITION(code, name)                                                                   \
    CASE("causal", ATTENTION_CAUSAL, 0, code, name),                                           \
    CASE("full", ATTENTION_FULL, 0, code, name),                                               \
    CASE("window", ATTENTION_WINDOW, 5, code, name),                                           \
    CASE("block", ATTENTION_BLOCK, 6, code, name),                                             \
    CASE("strided", ATTENTION_STRIDED, 4, code, name),                                         \
    CASE("two_level", ATTENTION_TWO_LEVEL, 5, code, name)

static const struct CMUnitTest tests[] = {
    POSITION(ATTENTION_NO_POSITION, "none"),
    POSITION(ATTENTION_ROPE, "rope"),
    POSITION(ATTENTION_ALIBI, "alibi"),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
