/* Blocks of every form, held against what PyTorch makes of them. */
#include <stdio.h>

#include "tests/golden/golden.h"
#include "transformer/block.h"
#include "transformer/layer_norm.h"

static void build(struct stack *core, const struct golden_row *row)
{
    for (int i = 0; i < row->layers; i++) {
        struct block_options options = *row->block;
        char prefix[32];

        options.attention.width = row->width;
        options.attention.heads = row->heads;
        options.attention.depth = i;
        snprintf(prefix, sizeof prefix, "core.layers.%d.", i);
        stack_add(core, block_create(&options), prefix);
    }
    if (row->block->norm == BLOCK_NORM_BEFORE)
        stack_add(core, layer_norm_create(row->width), "core.norm.");
}

/* clang-format off */
#define BLOCK(file, deep, readout, ...)                                                        \
    GOLDEN_TESTS(file, .name = file, .build = build, .batch = 2, .layers = deep, .width = 6,   \
                 .heads = 2, .block = &(struct block_options){ __VA_ARGS__ },                  \
                 .shape = { 6, INPUT_TOKENS, 5, TARGET_CLASSES, 4, readout })
#define FORMS(name, where)                                                                     \
    BLOCK(name, 2, READOUT_EVERY, .norm = where, .feed_forward = true, .residual = true),      \
    BLOCK(name "_no_residual", 2, READOUT_EVERY, .norm = where, .feed_forward = true),         \
    BLOCK(name "_attention_only", 2, READOUT_EVERY, .norm = where, .residual = true),          \
    BLOCK(name "_attention_only_no_residual", 2, READOUT_EVERY, .norm = where)

static const struct CMUnitTest tests[] = {
    FORMS("block_before", BLOCK_NORM_BEFORE),
    FORMS("block_after", BLOCK_NORM_AFTER),
    FORMS("block_none", BLOCK_NORM_NONE),
    BLOCK("block_mean", 1, READOUT_MEAN, .norm = BLOCK_NORM_AFTER, .feed_forward = true,
          .residual = true),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
