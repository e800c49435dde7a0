/* Recurrent layers under attention: nn.GRU and the others, then nn.MultiheadAttention. */
#include "rnn/bidirectional.h"
#include "rnn/elman.h"
#include "rnn/gru.h"
#include "rnn/lstm.h"
#include "tests/golden/golden.h"
#include "transformer/attend.h"

static void build(struct stack *core, const struct golden_row *row)
{
    const bool both = row->options.both;
    const int states = (both ? 2 : 1) * row->hidden;
    const struct attention_options attention = {
        .width = states, .heads = row->heads, .depth = row->layers, .sources = true
    };

    for (int i = 0; i < row->layers; i++) {
        const struct recurrent_options options = {
            .inputs = i ? states : row->width, .hidden = row->hidden, .number = i, .depth = i
        };

        stack_add(core,
                  both ? bidirectional_create(row->create, &options) : row->create(&options),
                  "core.0.");
    }
    stack_add(core, attend_create(&attention), "core.1.");
}

/* clang-format off */
#define ATTENDED(file, cell, ...)                                                              \
    GOLDEN_TESTS(file, .name = file, .build = build, .create = cell, .batch = 3, .width = 5,   \
                 .heads = 2,                                                                   \
                 .shape = { 8, INPUT_TOKENS, 7, TARGET_CLASSES, 4, READOUT_EVERY }, __VA_ARGS__)

static const struct CMUnitTest tests[] = {
    ATTENDED("gru_attention", gru_create, .hidden = 6, .layers = 1),
    ATTENDED("gru_attention_source", gru_create, .hidden = 6, .layers = 1, .sources = true),
    ATTENDED("lstm_attention", lstm_create, .hidden = 6, .layers = 2),
    ATTENDED("lstm_attention_source", lstm_create, .hidden = 6, .layers = 1, .sources = true),
    ATTENDED("elman_attention", elman_create, .hidden = 6, .layers = 1),
    ATTENDED("gru_attention_padded", gru_create, .hidden = 3, .layers = 1, .sources = true,
             .options = { .both = true }),
    ATTENDED("lstm_attention_padded", lstm_create, .hidden = 3, .layers = 2, .sources = true,
             .options = { .both = true }),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
