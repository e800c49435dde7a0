#include "common/tasks/even_pairs.h"

/* First bit, then last bit. */
enum { START, FROM_0_AT_0, FROM_0_AT_1, FROM_1_AT_0, FROM_1_AT_1, STATES };
enum { DIFFERENT, EQUAL, ANSWERS };

const struct automaton_task even_pairs_task = {
    .kind = {
        .name = "even-pairs",
        .title = "are the first and the last bit equal?",
        .about = "bits, after each prefix whether its first and last are equal; cross-entropy, "
                 "ln 2 for guessing; made to be tested beyond the lengths it was trained on",
        .default_length = 20,
        .shortest = 2,
        .longest = 4096,
        .length_is = "bits",
        .choices = { { OPTION_SHORTEST, "the fewest bits that are asked about", 2, 4096, 2 },
                     { OPTION_SCORED, "answers in the loss", .usual = SCORED_EVERY } },
        .shape = automaton_shape,
        .fill = automaton_fill,
        .baseline = automaton_baseline,
        .input_text = automaton_input_text,
        .output_symbol = automaton_output_symbol,
        .parse = automaton_parse,
    },
    .automaton = {
        .states = STATES,
        .symbols = 2,
        .answers = ANSWERS,
        .next = { [START] = { FROM_0_AT_0, FROM_1_AT_1 },
                  [FROM_0_AT_0] = { FROM_0_AT_0, FROM_0_AT_1 },
                  [FROM_0_AT_1] = { FROM_0_AT_0, FROM_0_AT_1 },
                  [FROM_1_AT_0] = { FROM_1_AT_0, FROM_1_AT_1 },
                  [FROM_1_AT_1] = { FROM_1_AT_0, FROM_1_AT_1 } },
        .answer = { [START] = EQUAL,
                    [FROM_0_AT_0] = EQUAL,
                    [FROM_0_AT_1] = DIFFERENT,
                    [FROM_1_AT_0] = DIFFERENT,
                    [FROM_1_AT_1] = EQUAL },
        .symbol_names = { "0", "1" },
        .answer_names = { [DIFFERENT] = "different", [EQUAL] = "equal" },
        .ends_matter = true,
    },
};
