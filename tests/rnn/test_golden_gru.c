/* GRU layers inside a model, held against PyTorch's nn.GRU. */
#include "rnn/gru.h"
#include "tests/golden/golden.h"

static void build(struct stack *core, const struct golden_row *row)
{
    for (int i = 0; i < row->layers; i++) {
        const struct recurrent_options options = { .inputs = i ? row->hidden : row->width,
                                                   .hidden = row->hidden,
                                                   .number = i,
                                                   .depth = i };

        stack_add(core, gru_create(&options), "core.");
    }
}

static const struct golden_row one_layer = { .name = "gru_1",
                                             .batch = 3,
                                             .layers = 1,
                                             .width = 7,
                                             .hidden = 18,
                                             .shape = { 5, INPUT_TOKENS, 9, TARGET_CLASSES, 4,
                                                        READOUT_LAST },
                                             .build = build };

static const struct golden_row two_layers = { .name = "gru_2",
                                              .batch = 2,
                                              .layers = 2,
                                              .width = 5,
                                              .hidden = 10,
                                              .shape = { 8, INPUT_FEATURES, 3, TARGET_VALUES, 2,
                                                         READOUT_EVERY },
                                              .build = build };

int main(void)
{
    static const struct CMUnitTest tests[] = { GOLDEN_TESTS("one_layer", &one_layer),
                                               GOLDEN_TESTS("two_layers", &two_layers) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
