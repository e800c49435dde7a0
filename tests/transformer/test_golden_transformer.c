/* Blocks inside a model, held against PyTorch's nn.TransformerEncoder. */
#include <stdio.h>

#include "tests/golden/golden.h"
#include "tests/transformer/causal_block.h"
#include "transformer/layer_norm.h"
#include "transformer/positions.h"

static void build(struct stack *core, const struct golden_row *row)
{
    stack_add(core, positions_create(row->width, row->shape.steps), "positions.");
    for (int i = 0; i < row->layers; i++) {
        char prefix[32];

        snprintf(prefix, sizeof prefix, "core.layers.%d.", i);
        stack_add(core, causal_block_create(row->width, row->heads, i), prefix);
    }
    stack_add(core, layer_norm_create(row->width), "core.norm.");
}

/* clang-format off */
static const struct CMUnitTest tests[] = {
    /* Longer than one group of queries of attention.c. */
    GOLDEN_TESTS("one_block", .name = "transformer_1", .build = build,
                 .batch = 2, .layers = 1, .width = 10, .heads = 2,
                 .shape = { 29, INPUT_FEATURES, 3, TARGET_VALUES, 2, READOUT_LAST }),
    GOLDEN_TESTS("two_blocks", .name = "transformer_2", .build = build,
                 .batch = 3, .layers = 2, .width = 12, .heads = 3,
                 .shape = { 7, INPUT_TOKENS, 8, TARGET_CLASSES, 5, READOUT_EVERY }),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
