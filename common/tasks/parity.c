#include "common/tasks/parity.h"

enum { EVEN, ODD, ANSWERS };

const struct automaton_task parity_task = {
    .kind = {
        .name = "parity",
        .title = "is the number of ones even?",
        .about = "bits, after each prefix whether its ones are even or odd; cross-entropy, "
                 "ln 2 for guessing; made to be tested beyond the lengths it was trained on",
        .default_length = 20,
        .shortest = 1,
        .longest = 4096,
        .length_is = "bits",
        .choices = { { OPTION_SHORTEST, "the fewest bits that are asked about", 1, 4096, 1 },
                     { OPTION_SCORED, "answers in the loss", .usual = SCORED_EVERY } },
        .shape = automaton_shape,
        .fill = automaton_fill,
        .baseline = automaton_baseline,
        .input_text = automaton_input_text,
        .output_symbol = automaton_output_symbol,
        .parse = automaton_parse,
    },
    .automaton = {
        .states = ANSWERS,
        .symbols = 2,
        .answers = ANSWERS,
        .next = { [EVEN] = { EVEN, ODD }, [ODD] = { ODD, EVEN } },
        .answer = { EVEN, ODD },
        .symbol_names = { "0", "1" },
        .answer_names = { "even", "odd" },
    },
};
