/*
 * Recurrent layers with every option inside a model, held against PyTorch: bidirectional,
 * packed sequences of unequal lengths, relu, learned initial states, truncated backpropagation
 * by detach.
 */
#include "rnn/elman.h"
#include "rnn/gru.h"
#include "rnn/lstm.h"
#include "tests/golden/golden.h"

/* clang-format off */
#define FILE_OF(file, cell, deep, kind, ...)                                                   \
    GOLDEN_TESTS(file, .name = file, .build = golden_recurrent, .create = cell##_create,       \
                 .layers = deep, .shape = kind(cell##_steps), cell##_sizes,                    \
                 .options = { __VA_ARGS__ })
#define TOKENS(steps) { steps, INPUT_TOKENS, 7, TARGET_CLASSES, 5, READOUT_EVERY }
#define NUMBERS(steps) { steps, INPUT_FEATURES, 3, TARGET_VALUES, 2, READOUT_EVERY }
#define LAST(steps) { steps, INPUT_FEATURES, 3, TARGET_VALUES, 2, READOUT_LAST }
#define elman_sizes .batch = 3, .width = 5, .hidden = 9
#define gru_sizes .batch = 2, .width = 4, .hidden = 8
#define lstm_sizes .batch = 3, .width = 5, .hidden = 7
enum { elman_steps = 8, gru_steps = 7, lstm_steps = 6 };

#define CELL(cell)                                                                             \
    FILE_OF(#cell "_both_1", cell, 1, NUMBERS, .both = true),                                  \
    FILE_OF(#cell "_both_2", cell, 2, TOKENS, .both = true),                                   \
    FILE_OF(#cell "_padded", cell, 2, TOKENS, .both = true),                                   \
    FILE_OF(#cell "_padded_last", cell, 1, LAST, .both = true, .learned = true),               \
    FILE_OF(#cell "_learned", cell, 2, TOKENS, .learned = true),                               \
    FILE_OF(#cell "_truncated", cell, 2, TOKENS, .learned = true, .truncate = 3)

static const struct CMUnitTest tests[] = {
    FILE_OF("elman_relu", elman, 2, TOKENS, .relu = true),
    FILE_OF("elman_relu_both", elman, 1, NUMBERS, .relu = true, .both = true),
    CELL(elman), CELL(gru), CELL(lstm),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
