#include "common/tasks/cycle.h"

enum { STAY, FORWARD, BACK, MOVES, PLACES = 5 };

const struct automaton_task cycle_task = {
    .kind = {
        .name = "cycle",
        .title = "where on a ring of five places does a walk end?",
        .about = "moves 0, +1 and -1, after each their sum modulo 5; cross-entropy, about ln 5 "
                 "for guessing; made to be tested beyond the lengths it was trained on",
        .default_length = 20,
        .shortest = 1,
        .longest = 4096,
        .length_is = "moves",
        .choices = { { OPTION_SHORTEST, "the fewest moves that are asked about", 1, 4096, 1 },
                     { OPTION_SCORED, "answers in the loss", .usual = SCORED_EVERY } },
        .shape = automaton_shape,
        .fill = automaton_fill,
        .baseline = automaton_baseline,
        .input_text = automaton_input_text,
        .output_symbol = automaton_output_symbol,
        .parse = automaton_parse,
    },
    .automaton = {
        .states = PLACES,
        .symbols = MOVES,
        .answers = PLACES,
        .next = { { [STAY] = 0, [FORWARD] = 1, [BACK] = 4 },
                  { [STAY] = 1, [FORWARD] = 2, [BACK] = 0 },
                  { [STAY] = 2, [FORWARD] = 3, [BACK] = 1 },
                  { [STAY] = 3, [FORWARD] = 4, [BACK] = 2 },
                  { [STAY] = 4, [FORWARD] = 0, [BACK] = 3 } },
        .answer = { 0, 1, 2, 3, 4 },
        .symbol_names = { [STAY] = "0", [FORWARD] = "+1", [BACK] = "-1" },
        .answer_names = { "0", "1", "2", "3", "4" },
    },
};
