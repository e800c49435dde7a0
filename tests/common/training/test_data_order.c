/* Tests of common/training/data_order.c. */
#include "tests/test.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/training/data_order.h"
#include "tests/close.h"

static struct data_order make_groups(uint32_t samples, uint32_t group, uint64_t seed)
{
    struct data_order order;

    assert_int_equal(data_order_create(&order, samples, group, seed, NULL), STATUS_OK);
    return order;
}

static struct data_order make(uint32_t samples, uint64_t seed)
{
    return make_groups(samples, 1, seed);
}

struct order_row {
    uint32_t samples;
    int batch;
};

/* Batch after batch, and cut into epochs afterwards. */
static void every_sample_comes_once_in_every_epoch(void **state)
{
    const struct order_row *row = *state;
    const uint32_t epochs = 6, total = epochs * row->samples;
    struct data_order order = make(row->samples, 5);
    uint32_t *drawn = calloc((size_t)total + (size_t)row->batch, sizeof *drawn);
    int *seen = calloc(row->samples, sizeof *seen);

    assert_true(drawn != NULL && seen != NULL);
    for (uint32_t first = 0; first < total; first += (uint32_t)row->batch)
        data_order_draw(&order, first, row->batch, drawn + first);
    for (uint32_t position = 0; position < total; position++) {
        const uint32_t epoch = position / row->samples;

        assert_true(drawn[position] < row->samples);
        assert_int_equal(seen[drawn[position]]++, epoch);
    }
    free(drawn);
    free(seen);
    data_order_free(&order);
}

/* What a run that is resumed there draws. */
static void any_position_is_drawn_without_those_before(void **state)
{
    const struct order_row *row = *state;
    struct data_order along = make(row->samples, 5);

    for (int step = 0; step < 40; step++) {
        const uint64_t first = (uint64_t)step * (uint64_t)row->batch;
        struct data_order fresh = make(row->samples, 5);
        uint32_t one[64], other[64];

        data_order_draw(&along, first, row->batch, one);
        data_order_draw(&fresh, first, row->batch, other);
        assert_memory_equal(one, other, (size_t)row->batch * sizeof *one);
        data_order_free(&fresh);
    }
    data_order_free(&along);
}

static void every_epoch_and_every_seed_has_an_order_of_its_own(void **state)
{
    enum { N = 50 };
    struct data_order order = make(N, 5), other = make(N, 6);
    uint32_t first[N], second[N], third[N], sorted[N];

    (void)state;
    for (uint32_t i = 0; i < N; i++)
        sorted[i] = i;
    data_order_draw(&order, 0, N, first);
    data_order_draw(&order, N, N, second);
    data_order_draw(&other, 0, N, third);
    assert_memory_not_equal(first, sorted, sizeof first);
    assert_memory_not_equal(first, second, sizeof first);
    assert_memory_not_equal(first, third, sizeof first);
    data_order_free(&order);
    data_order_free(&other);
}

/* 4800 epochs of four samples: each of 24 orders some 200 times, deviation 13.8. */
static void all_orders_are_equally_likely(void **state)
{
    enum { EPOCHS = 4800, ORDERS = 256 };
    int counts[ORDERS] = { 0 }, orders = 0;
    struct data_order order = make(4, 11);
    double chi_squared = 0;

    (void)state;
    for (uint64_t epoch = 0; epoch < EPOCHS; epoch++) {
        uint32_t drawn[4];

        data_order_draw(&order, 4 * epoch, 4, drawn);
        counts[drawn[0] | drawn[1] << 2 | drawn[2] << 4 | drawn[3] << 6]++;
    }
    for (int i = 0; i < ORDERS; i++)
        if (counts[i] > 0) {
            orders++;
            chi_squared += (counts[i] - 200.0) * (counts[i] - 200.0) / 200.0;
        }
    assert_int_equal(orders, 24);
    assert_true(chi_squared < 50); /* 23 degrees of freedom: once in a thousand */
    data_order_free(&order);
}

/* Twelve groups and two samples that are none, in every epoch in an order of its own. */
static void groups_stay_together_and_what_is_left_ends_the_epoch(void **state)
{
    enum { GROUP = 3, GROUPS = 12, SAMPLES = GROUP * GROUPS + 2 };
    struct data_order order = make_groups(SAMPLES, GROUP, 5);
    uint32_t before[SAMPLES] = { 0 }, drawn[SAMPLES];

    (void)state;
    for (uint64_t epoch = 0; epoch < 20; epoch++) {
        bool seen[GROUPS] = { false };

        data_order_draw(&order, epoch * SAMPLES, SAMPLES, drawn);
        for (int i = 0; i < GROUPS; i++) {
            const uint32_t first = drawn[i * GROUP];

            assert_int_equal(first % GROUP, 0);
            assert_false(seen[first / GROUP]);
            seen[first / GROUP] = true;
            for (int j = 1; j < GROUP; j++)
                assert_int_equal(drawn[i * GROUP + j], first + (uint32_t)j);
        }
        assert_int_equal(drawn[SAMPLES - 2], SAMPLES - 2);
        assert_int_equal(drawn[SAMPLES - 1], SAMPLES - 1);
        assert_memory_not_equal(drawn, before, sizeof drawn);
        memcpy(before, drawn, sizeof drawn);
    }
    data_order_free(&order);
}

static void a_zeroed_order_can_be_freed(void **state)
{
    struct data_order order = { 0 };

    (void)state;
    data_order_free(&order);
}

/* clang-format off */
#define ORDER(sentence, test, samples, batch)                                                  \
    { .name = sentence "_of_" #samples "_samples_in_batches_of_" #batch, .test_func = test,    \
      .initial_state = &(struct order_row){ samples, batch } }
#define ORDERS(sentence, test)                                                                 \
    ORDER(sentence, test, 1, 3), ORDER(sentence, test, 7, 7), ORDER(sentence, test, 20, 8),    \
    ORDER(sentence, test, 5, 64), ORDER(sentence, test, 1000, 19)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ORDERS("every_sample_comes_once_in_every_epoch",
               every_sample_comes_once_in_every_epoch),
        ORDERS("any_position_is_drawn_without_those_before",
               any_position_is_drawn_without_those_before),
        cmocka_unit_test(every_epoch_and_every_seed_has_an_order_of_its_own),
        cmocka_unit_test(all_orders_are_equally_likely),
        cmocka_unit_test(groups_stay_together_and_what_is_left_ends_the_epoch),
        cmocka_unit_test(a_zeroed_order_can_be_freed),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
