/*
 * attention_cases.h - every mask with every position code, as rows of a test's table.
 *
 * A batch of three: a whole sequence, one with padding, and one with a source and padding;
 * nothing divides anything.
 */
#ifndef TESTS_TRANSFORMER_ATTENTION_CASES_H
#define TESTS_TRANSFORMER_ATTENTION_CASES_H

#include "tests/layer_fixture.h"
#include "tests/test.h"
#include "tests/transformer/traced_attention.h"
#include "transformer/attention.h"

/* The attention layer of a case, of depth TRACED_DEPTH. */
struct layer *create_attention_case(const struct layer_case *sizes);

/* Causal, so that it can generate. */
bool attention_case_is_causal(const struct layer_case *sizes);

/* clang-format off */
#define ATTENTION_OPTIONS(mask_, span_, position_)                                             \
    .attention = &(const struct attention_options){                                            \
        .mask = mask_, .span = span_, .position = position_, .sources = true }

#define ATTENTION_CASE(label, test, mask, span, position, ...)                                 \
    { .name = label, .test_func = test,                                                        \
      .initial_state = &(struct layer_case){ create_attention_case,                            \
                                             ATTENTION_OPTIONS(mask, span, position),          \
                                             __VA_ARGS__ } }

/*
 * One position code under all masks; macros that take (label, test, mask, span, position, ...).
 */
#define EVERY_CAUSAL_MASK(row, label, test, position, code, ...)                               \
    row("causal_attention_" label code, test, ATTENTION_CAUSAL, 0, position, __VA_ARGS__),     \
    row("window_attention_" label code, test, ATTENTION_WINDOW, 4, position, __VA_ARGS__),     \
    row("block_attention_" label code, test, ATTENTION_BLOCK, 4, position, __VA_ARGS__),       \
    row("strided_attention_" label code, test, ATTENTION_STRIDED, 3, position, __VA_ARGS__),   \
    row("two_level_attention_" label code, test, ATTENTION_TWO_LEVEL, 3, position, __VA_ARGS__)

#define EVERY_MASK(row, label, test, position, code, ...)                                      \
    EVERY_CAUSAL_MASK(row, label, test, position, code, __VA_ARGS__),                          \
    row("full_attention_" label code, test, ATTENTION_FULL, 0, position, __VA_ARGS__)

#define EVERY_ATTENTION(label, test, ...)                                                      \
    EVERY_MASK(ATTENTION_CASE, label, test, ATTENTION_NO_POSITION, "", __VA_ARGS__),           \
    EVERY_MASK(ATTENTION_CASE, label, test, ATTENTION_ROPE, "_with_rope", __VA_ARGS__),        \
    EVERY_MASK(ATTENTION_CASE, label, test, ATTENTION_ALIBI, "_with_alibi", __VA_ARGS__)

#define EVERY_CAUSAL_ATTENTION(label, test, ...)                                               \
    EVERY_CAUSAL_MASK(ATTENTION_CASE, label, test, ATTENTION_NO_POSITION, "", __VA_ARGS__),    \
    EVERY_CAUSAL_MASK(ATTENTION_CASE, label, test, ATTENTION_ROPE, "_with_rope", __VA_ARGS__), \
    EVERY_CAUSAL_MASK(ATTENTION_CASE, label, test, ATTENTION_ALIBI, "_with_alibi", __VA_ARGS__)

#define LENGTHS(...) .lengths = (const int[]){ __VA_ARGS__ }
#define SOURCES(...) .sources = (const int[]){ __VA_ARGS__ }
/* clang-format on */

#endif
