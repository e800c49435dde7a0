#include "common/training/data_order.h"

#include <assert.h>
#include <stdlib.h>

#include "common/numeric/random.h"

static void swap_groups(struct data_order *order, uint32_t i, uint32_t k)
{
    uint32_t *one = order->order + (size_t)i * order->group;
    uint32_t *other = order->order + (size_t)k * order->group;

    for (uint32_t j = 0; j < order->group; j++) {
        const uint32_t kept = one[j];

        one[j] = other[j];
        other[j] = kept;
    }
}

/* Swap every whole group, from the last, with one of those not yet settled. */
static void shuffle(struct data_order *order, uint64_t epoch)
{
    struct random random = random_stream(order->seed, RANDOM_ORDER, epoch, 0);

    for (uint32_t i = 0; i < order->samples; i++)
        order->order[i] = i;
    for (uint32_t i = order->samples / order->group; i > 1; i--)
        swap_groups(order, i - 1, random_below(&random, i));
    order->epoch = epoch;
}

enum status data_order_create(struct data_order *order, uint32_t samples, uint32_t group,
                              uint64_t seed, struct error *error)
{
    struct data_order made = { .samples = samples, .group = group, .seed = seed };

    assert(samples > 0 && group > 0);
    made.order = calloc(samples, sizeof *made.order);
    if (made.order == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for the order of %lu samples",
                         (unsigned long)samples);
    shuffle(&made, 0);
    *order = made;
    return STATUS_OK;
}

void data_order_free(struct data_order *order)
{
    free(order->order);
    *order = (struct data_order){ 0 };
}

void data_order_draw(struct data_order *order, uint64_t first, int count, uint32_t *drawn)
{
    for (int i = 0; i < count; i++) {
        const uint64_t position = first + (uint64_t)i;

        if (position / order->samples != order->epoch)
            shuffle(order, position / order->samples);
        drawn[i] = order->order[position % order->samples];
    }
}
