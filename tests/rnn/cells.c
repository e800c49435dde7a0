#include "tests/rnn/cells.h"

#include "rnn/elman.h"
#include "rnn/gru.h"
#include "rnn/lstm.h"

static struct recurrent_options options_of(const struct layer_case *sizes)
{
    return (struct recurrent_options){ .inputs = sizes->in,
                                       .hidden = sizes->out,
                                       .depth = CELL_DEPTH,
                                       .truncate = sizes->cut,
                                       .learned_state = sizes->cut > 0 };
}

struct layer *cell_elman(const struct layer_case *sizes)
{
    const struct recurrent_options options = options_of(sizes);

    return elman_create(&options);
}

struct layer *cell_gru(const struct layer_case *sizes)
{
    const struct recurrent_options options = options_of(sizes);

    return gru_create(&options);
}

struct layer *cell_lstm(const struct layer_case *sizes)
{
    const struct recurrent_options options = options_of(sizes);

    return lstm_create(&options);
}
