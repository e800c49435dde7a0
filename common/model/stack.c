#include "common/model/stack.h"

#include <assert.h>
#include <stdio.h>

void stack_add(struct stack *stack, struct layer *layer, const char *prefix)
{
    struct stack_item *item;

    if (layer == NULL) {
        stack->failed = true;
        return;
    }
    assert(stack->count < STACK_MAX);
    item = &stack->items[stack->count++];
    item->layer = layer;
    snprintf(item->prefix, sizeof item->prefix, "%s", prefix);
}

void stack_free(struct stack *stack)
{
    for (int i = 0; i < stack->count; i++)
        layer_destroy(stack->items[i].layer);
    *stack = (struct stack){ 0 };
}
