/* Elman layers inside a model, held against PyTorch's nn.RNN. */
#include "rnn/elman.h"
#include "tests/golden/golden.h"

/* clang-format off */
static const struct CMUnitTest tests[] = {
    GOLDEN_TESTS("one_layer", .name = "elman_1", .build = golden_recurrent, .create = elman_create,
                 .batch = 3, .layers = 1, .width = 5, .hidden = 19,
                 .shape = { 7, INPUT_TOKENS, 8, TARGET_CLASSES, 6, READOUT_EVERY }),
    GOLDEN_TESTS("two_layers", .name = "elman_2", .build = golden_recurrent, .create = elman_create,
                 .batch = 2, .layers = 2, .width = 6, .hidden = 11,
                 .shape = { 9, INPUT_FEATURES, 3, TARGET_VALUES, 2, READOUT_LAST }),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
