/* Tests of transformer/mask.c: its runs and tiles against the definition, pair by pair. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "tests/close.h"
#include "tests/transformer/dense_attention.h"
#include "transformer/attention.h"

static const enum attention_mask KINDS[] = { ATTENTION_CAUSAL,  ATTENTION_FULL,
                                             ATTENTION_WINDOW,  ATTENTION_BLOCK,
                                             ATTENTION_STRIDED, ATTENTION_TWO_LEVEL };

enum { MASKS = sizeof KINDS / sizeof *KINDS };

/* A test of one mask, for many sizes. */
static void for_many_masks(void (*test)(const struct mask *mask))
{
    static const int steps[] = { 1, 2, 5, 24, 25, 31, 60 },
                     spans[] = { 1, 2, 3, 7, 24, 26, 61 };
    static const int sources[] = { 0, 1, 4, 27, 60 };

    for (int kind = 0; kind < MASKS; kind++)
        for (size_t n = 0; n < sizeof steps / sizeof *steps; n++)
            for (size_t s = 0; s < sizeof spans / sizeof *spans; s++)
                for (size_t source = 0; source < sizeof sources / sizeof *sources; source++)
                    if (sources[source] <= steps[n])
                        test(&(struct mask){ .kind = KINDS[kind],
                                             .span = spans[s],
                                             .steps = steps[n],
                                             .source = sources[source] });
}

/* How often each query looks at each step and at each mean, (n, 2n). */
static int *looks_create(const struct mask *mask)
{
    int *looks = calloc((size_t)(2 * mask->steps * mask->steps), sizeof *looks);

    assert_non_null(looks);
    return looks;
}

static int *look(const struct mask *mask, int *looks, int query, bool means, int key)
{
    assert_true(0 <= query && query < mask->steps && 0 <= key && key < mask->steps);
    return &looks[(2 * query + (means ? 1 : 0)) * mask->steps + key];
}

static void assert_looks_are_the_definition(const struct mask *mask, int *looks)
{
    for (int i = 0; i < mask->steps; i++)
        for (int j = 0; j < mask->steps; j++) {
            assert_int_equal(*look(mask, looks, i, false, j), dense_sees(mask, i, j));
            assert_int_equal(*look(mask, looks, i, true, j), dense_sees_mean(mask, i, j));
        }
}

static void assert_runs(const struct mask *mask)
{
    int *looks = looks_create(mask);

    for (int i = 0; i < mask->steps; i++) {
        struct mask_run runs[MASK_RUNS];
        const int count = mask_runs(mask, i, runs);

        assert_in_range(count, 1, MASK_RUNS);
        for (int r = 0; r < count; r++) {
            assert_true(runs[r].count >= 1);
            for (int c = 0; c < runs[r].count; c++)
                ++*look(mask, looks, i, runs[r].means, runs[r].first + c * runs[r].step);
        }
    }
    assert_looks_are_the_definition(mask, looks);
    free(looks);
}

static void the_runs_of_a_row_are_its_pairs(void **state)
{
    (void)state;
    for_many_masks(assert_runs);
}

static void assert_tile(const struct mask *mask, const struct mask_tile *tile, int *looks)
{
    assert_true(tile->rows >= 1 && tile->columns >= 1);
    assert_int_equal(mask_from(tile, 0), 0); /* no column is for nobody */
    assert_int_equal(mask_until(tile, tile->rows - 1), tile->columns);
    if (mask_keys_are_leading(mask->kind))
        assert_true(tile->key == 0 && tile->key_step == 1 && !tile->means);
    for (int r = 0; r < tile->rows; r++) {
        assert_true(0 <= mask_from(tile, r) && mask_from(tile, r) < mask_until(tile, r));
        assert_true(mask_until(tile, r) <= tile->columns);
        for (int c = mask_from(tile, r); c < mask_until(tile, r); c++)
            ++*look(mask, looks, tile->query + r * tile->query_step, tile->means,
                    tile->key + c * tile->key_step);
    }
}

/* Also that no mean is asked for that mask_means does not count. */
static void assert_tiles(const struct mask *mask)
{
    struct mask_walk walk = { .mask = *mask };
    struct mask_tile tile;
    int *looks = looks_create(mask);
    size_t offset = 0;

    while (mask_next(&walk, &tile)) {
        assert_int_equal(tile.offset, offset);
        offset += (size_t)tile.rows * (size_t)tile.columns;
        assert_tile(mask, &tile, looks);
        assert_true(!tile.means || tile.key + tile.columns <= mask_means(mask));
    }
    assert_looks_are_the_definition(mask, looks);
    free(looks);
}

static void the_tiles_hold_each_pair_once_and_no_other(void **state)
{
    (void)state;
    for_many_masks(assert_tiles);
}

/* seen[i]: 0 query i not met, 1 met in the present stage, 2 in an earlier one. */
static void assert_stages(const struct mask *mask)
{
    struct mask_walk walk = { .mask = *mask };
    struct mask_tile tile = { .closes = false };
    int *seen = calloc((size_t)mask->steps, sizeof *seen);

    assert_non_null(seen);
    while (mask_next(&walk, &tile)) {
        for (int r = 0; r < tile.rows; r++) {
            int *query = &seen[tile.query + r * tile.query_step];

            assert_int_equal(*query, tile.opens ? 0 : 1);
            *query = 1;
        }
        for (int i = 0; i < mask->steps && tile.closes; i++)
            seen[i] = seen[i] > 0 ? 2 : 0;
    }
    for (int i = 0; i < mask->steps; i++)
        assert_int_equal(seen[i], 2);
    free(seen);
}

static void a_stage_has_whole_rows(void **state)
{
    (void)state;
    for_many_masks(assert_stages);
}

static void assert_storage(const struct mask *mask)
{
    /* of a longer sequence, which may have a source or not */
    const struct mask_storage storage =
        mask_storage(mask->kind, mask->span, mask->steps + mask->span % 3, mask->source > 0);
    struct mask_walk walk = { .mask = *mask };
    struct mask_tile tile;
    size_t begin = 0;

    while (mask_next(&walk, &tile))
        if (tile.closes) {
            assert_true(walk.offset - begin <= storage.stage);
            begin = walk.offset;
        }
    assert_true(walk.offset <= storage.all);
}

static void storage_is_enough_for_shorter_sequences_and_any_source(void **state)
{
    (void)state;
    for_many_masks(assert_storage);
}

static void assert_pairs(const struct mask *mask)
{
    size_t pairs = 0;

    if (mask->source > 0)
        return;
    for (int i = 0; i < mask->steps; i++)
        for (int j = 0; j < mask->steps; j++)
            pairs += (dense_sees(mask, i, j) ? 1u : 0) + (dense_sees_mean(mask, i, j) ? 1u : 0);
    assert_int_equal(mask_pairs(mask->kind, mask->span, mask->steps), pairs);
}

static void pairs_are_counted(void **state)
{
    (void)state;
    for_many_masks(assert_pairs);
    for (int kind = 0; kind < MASKS; kind++)
        assert_int_equal(mask_pairs(KINDS[kind], 3, 0), 0);
}

/* The closed forms, of spans s that divide n. */
static void pairs_are_the_closed_forms(void **state)
{
    (void)state;
    for (int n = 12; n <= 3600; n += 12)
        for (int s = 1; s <= 12; s = s == 4 ? 6 : 2 * s) {
            const double N = n, S = s, window = N * S - S * (S - 1) / 2,
                         block = N * (S + 1) / 2;
            const double far = N * (N / S - 1) / 2;

            if (n % s != 0)
                continue;
            assert_close((double)mask_pairs(ATTENTION_FULL, s, n), N * N, 0, 0);
            assert_close((double)mask_pairs(ATTENTION_CAUSAL, s, n), N * (N + 1) / 2, 0, 0);
            assert_close((double)mask_pairs(ATTENTION_WINDOW, s, n), window, 0, 0);
            assert_close((double)mask_pairs(ATTENTION_BLOCK, s, n), block, 0, 0);
            assert_close((double)mask_pairs(ATTENTION_STRIDED, s, n), window + far, 0, 0);
            assert_close((double)mask_pairs(ATTENTION_TWO_LEVEL, s, n), block + far, 0, 0);
        }
}

static size_t stored(enum attention_mask kind, int span, int n)
{
    return attention_stored_count(
        &(struct attention_options){ .width = 8, .heads = 2, .mask = kind, .span = span }, n);
}

/* Two heads. Tiles are of up to 24 queries, each of which may waste a row's length of 23. */
static void stored_weights_grow_with_the_pairs(void **state)
{
    (void)state;
    enum { ROWS = 24 };

    for (size_t n = 200; n <= 3200; n *= 2) {
        const int N = (int)n;

        assert_int_equal(stored(ATTENTION_FULL, 0, N), 2 * n * n);
        assert_true(stored(ATTENTION_CAUSAL, 0, N) <= n * (n + ROWS));
        for (size_t span = 1; span <= 64; span *= 4) {
            const size_t near = n * (span + (span < ROWS ? span + 3 : ROWS));
            const size_t far = n * (n / span + ROWS);
            const int S = (int)span;

            assert_true(stored(ATTENTION_WINDOW, S, N) <= 2 * near);
            assert_true(stored(ATTENTION_BLOCK, S, N) <= 2 * near);
            assert_true(stored(ATTENTION_STRIDED, S, N) <= 2 * near + far);
            assert_true(stored(ATTENTION_TWO_LEVEL, S, N) <= 2 * near + far);
            assert_true(stored(ATTENTION_WINDOW, S, N) >=
                        2 * mask_pairs(ATTENTION_WINDOW, S, N));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_runs_of_a_row_are_its_pairs),
        cmocka_unit_test(the_tiles_hold_each_pair_once_and_no_other),
        cmocka_unit_test(a_stage_has_whole_rows),
        cmocka_unit_test(storage_is_enough_for_shorter_sequences_and_any_source),
        cmocka_unit_test(pairs_are_counted),
        cmocka_unit_test(pairs_are_the_closed_forms),
        cmocka_unit_test(stored_weights_grow_with_the_pairs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
