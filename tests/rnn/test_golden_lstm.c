/* LSTM layers inside a model, held against PyTorch's nn.LSTM. */
#include "rnn/lstm.h"
#include "tests/golden/golden.h"

/* clang-format off */
static const struct CMUnitTest tests[] = {
    GOLDEN_TESTS("one_layer", .name = "lstm_1", .build = golden_recurrent, .create = lstm_create,
                 .batch = 2, .layers = 1, .width = 4, .hidden = 17,
                 .shape = { 6, INPUT_FEATURES, 2, TARGET_VALUES, 3, READOUT_LAST }),
    GOLDEN_TESTS("two_layers", .name = "lstm_2", .build = golden_recurrent, .create = lstm_create,
                 .batch = 3, .layers = 2, .width = 5, .hidden = 9,
                 .shape = { 7, INPUT_TOKENS, 6, TARGET_CLASSES, 8, READOUT_EVERY }),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
