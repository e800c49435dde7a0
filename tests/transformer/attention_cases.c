#include "tests/transformer/attention_cases.h"

struct layer *create_attention_case(const struct layer_case *sizes)
{
    struct attention_options options = *sizes->attention;

    options.width = sizes->in;
    options.heads = sizes->heads;
    options.depth = TRACED_DEPTH;
    return attention_create(&options);
}

bool attention_case_is_causal(const struct layer_case *sizes)
{
    return sizes->attention->mask != ATTENTION_FULL;
}
