/*
 * stack.h - a list of layers, each with the prefix of its tensors' names: the core of a model.
 */
#ifndef COMMON_MODEL_STACK_H
#define COMMON_MODEL_STACK_H

#include <stdbool.h>

#include "common/layers/layer.h"

enum { STACK_MAX = 64 };

struct stack_item {
    struct layer *layer; /* owned */
    char prefix[PARAMETER_NAME_MAX];
};

/* A zeroed stack is an empty one. */
struct stack {
    struct stack_item items[STACK_MAX];
    int count;
    bool failed; /* a layer could not be made: memory ran out */
};

/*
 * Put layer on top and take it over. NULL, what a *_create returns without memory, sets failed;
 * so a builder adds all its layers and looks once.
 */
void stack_add(struct stack *stack, struct layer *layer, const char *prefix);

void stack_free(struct stack *stack);

#endif
