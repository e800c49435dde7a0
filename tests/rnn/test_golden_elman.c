/* Elman layers inside a model, held against PyTorch's nn.RNN. */
#include "rnn/elman.h"
#include "tests/golden/golden.h"

static void build(struct stack *core, const struct golden_row *row)
{
    for (int i = 0; i < row->layers; i++) {
        const struct recurrent_options options = { .inputs = i ? row->hidden : row->width,
                                                   .hidden = row->hidden,
                                                   .number = i,
                                                   .depth = i };

        stack_add(core, elman_create(&options), "core.");
    }
}

static const struct golden_row one_layer = { .name = "elman_1",
                                             .batch = 3,
                                             .layers = 1,
                                             .width = 5,
                                             .hidden = 19,
                                             .shape = { 7, INPUT_TOKENS, 8, TARGET_CLASSES, 6,
                                                        READOUT_EVERY },
                                             .build = build };

static const struct golden_row two_layers = { .name = "elman_2",
                                              .batch = 2,
                                              .layers = 2,
                                              .width = 6,
                                              .hidden = 11,
                                              .shape = { 9, INPUT_FEATURES, 3, TARGET_VALUES, 2,
                                                         READOUT_LAST },
                                              .build = build };

int main(void)
{
    static const struct CMUnitTest tests[] = { GOLDEN_TESTS("one_layer", &one_layer),
                                               GOLDEN_TESTS("two_layers", &two_layers) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
