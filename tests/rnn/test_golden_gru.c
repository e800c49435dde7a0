/* GRU layers inside a model, held against PyTorch's nn.GRU. */
#include "rnn/gru.h"
#include "tests/golden/golden.h"

/* clang-format off */
static const struct CMUnitTest tests[] = {
    GOLDEN_TESTS("one_layer", .name = "gru_1", .build = golden_recurrent, .create = gru_create,
                 .batch = 3, .layers = 1, .width = 7, .hidden = 18,
                 .shape = { 5, INPUT_TOKENS, 9, TARGET_CLASSES, 4, READOUT_LAST }),
    GOLDEN_TESTS("two_layers", .name = "gru_2", .build = golden_recurrent, .create = gru_create,
                 .batch = 2, .layers = 2, .width = 5, .hidden = 10,
                 .shape = { 8, INPUT_FEATURES, 3, TARGET_VALUES, 2, READOUT_EVERY }),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
