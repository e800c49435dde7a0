/* Recurrent layers under attention: nn.GRU and the others, then nn.MultiheadAttention. */
#include "rnn/elman.h"
#include "rnn/gru.h"
#include "rnn/lstm.h"
#include "tests/golden/golden.h"
#include "transformer/attend.h"

static void build(struct stack *core, const struct golden_row *row)
{
    const struct attention_options attention = {
        .width = row->hidden, .heads = row->heads, .depth = row->layers, .sources = true
    };

    for (int i = 0; i < row->layers; i++) {
        const struct recurrent_options options = { .inputs = i ? row->hidden : row->width,
                                                   .hidden = row->hidden,
                                                   .number = i,
                                                   .depth = i };

        stack_add(core, row->create(&options), "core.0.");
    }
    stack_add(core, attend_create(&attention), "core.1.");
}

/* clang-format off */
#define ATTENDED(file, cell, ...)                                                              \
    GOLDEN_TESTS(file, .name = file, .build = build, .create = cell, .batch = 3, .width = 5,   \
                 .hidden = 6, .heads = 2,                                                      \
                 .shape = { 8, INPUT_TOKENS, 7, TARGET_CLASSES, 4, READOUT_EVERY }, __VA_ARGS__)

static const struct CMUnitTest tests[] = {
    ATTENDED("gru_attention", gru_create, .layers = 1),
    ATTENDED("gru_attention_source", gru_create, .layers = 1, .sources = true),
    ATTENDED("lstm_attention", lstm_create, .layers = 2),
    ATTENDED("lstm_attention_source", lstm_create, .layers = 1, .sources = true),
    ATTENDED("elman_attention", elman_create, .layers = 1),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
