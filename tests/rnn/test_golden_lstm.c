/* LSTM layers inside a model, held against PyTorch's nn.LSTM. */
#include "rnn/lstm.h"
#include "tests/golden/golden.h"

static void build(struct stack *core, const struct golden_row *row)
{
    for (int i = 0; i < row->layers; i++) {
        const struct recurrent_options options = { .inputs = i ? row->hidden : row->width,
                                                   .hidden = row->hidden,
                                                   .number = i,
                                                   .depth = i };

        stack_add(core, lstm_create(&options), "core.");
    }
}

static const struct golden_row one_layer = { .name = "lstm_1",
                                             .batch = 2,
                                             .layers = 1,
                                             .width = 4,
                                             .hidden = 17,
                                             .shape = { 6, INPUT_FEATURES, 2, TARGET_VALUES, 3,
                                                        READOUT_LAST },
                                             .build = build };

static const struct golden_row two_layers = { .name = "lstm_2",
                                              .batch = 3,
                                              .layers = 2,
                                              .width = 5,
                                              .hidden = 9,
                                              .shape = { 7, INPUT_TOKENS, 6, TARGET_CLASSES, 8,
                                                         READOUT_EVERY },
                                              .build = build };

int main(void)
{
    static const struct CMUnitTest tests[] = { GOLDEN_TESTS("one_layer", &one_layer),
                                               GOLDEN_TESTS("two_layers", &two_layers) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
