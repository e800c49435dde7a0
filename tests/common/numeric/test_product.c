/*
 * Tests of common/numeric/product.c: both products against the reference, bit for bit, and the
 * reference against long double.
 */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/numeric/product.h"
#include "common/numeric/random.h"
#include "tests/close.h"

/* How a matrix lies in memory. */
enum order {
    BY_ROWS,
    BY_COLUMNS, /* a transposed matrix */
    SPREAD      /* every third number, the rows further apart than that takes */
};

enum way {
    FROM_ROWS, /* product */
    PACKED     /* product_packed */
};

/* What is tried on every shape. */
struct kind {
    enum way way;
    enum order a, b;
    enum product_mode mode;
};

struct shape {
    int M, N, K;
};

/* Around the edges of tiles of 6 and 12 rows, panels of 8, 16 and 32 columns, blocks of 384. */
static const struct shape edges[] = {
    { 1, 1, 1 },     { 1, 32, 1 },    { 2, 31, 3 },    { 3, 33, 2 },   { 4, 16, 5 },
    { 5, 17, 16 },   { 6, 15, 31 },   { 7, 8, 64 },    { 8, 256, 64 }, { 9, 7, 33 },
    { 10, 9, 7 },    { 11, 63, 12 },  { 12, 64, 8 },   { 13, 65, 9 },  { 24, 48, 4 },
    { 25, 47, 10 },  { 65, 3, 17 },   { 37, 100, 40 }, { 3, 5, 383 },  { 3, 40, 384 },
    { 14, 33, 385 }, { 2, 70, 769 },  { 13, 36, 800 }, { 5, 4, 0 },    { 0, 5, 3 },
    { 3, 0, 4 },     { 100, 24, 50 },
};

/* A matrix in memory of its own, of exactly its size, so that a sanitizer sees its end. */
struct matrix {
    real *data;
    struct strided view;
};

static struct matrix matrix_make(int rows, int columns, enum order order, struct random *r)
{
    struct matrix m = { NULL, { NULL, columns, 1 } };
    ptrdiff_t count = 0;

    if (order == BY_COLUMNS)
        m.view = (struct strided){ NULL, 1, rows };
    if (order == SPREAD)
        m.view = (struct strided){ NULL, 3 * columns + 5, 3 };
    if (rows > 0 && columns > 0)
        count = (rows - 1) * m.view.row + (columns - 1) * m.view.col + 1;
    m.data = malloc((size_t)(count > 0 ? count : 1) * sizeof(real));
    assert_non_null(m.data);
    for (ptrdiff_t i = 0; i < count; i++)
        m.data[i] = (real)random_normal(r);
    m.view.data = m.data;
    return m;
}

static struct random numbers_for(struct shape s)
{
    return random_stream(7, RANDOM_PROBE,
                         (uint64_t)s.M << 32 | (uint64_t)s.N << 16 | (uint64_t)s.K, 0);
}

static void multiply(enum way way, real *c, ptrdiff_t ldc, struct strided a, struct strided b,
                     struct shape s, enum product_mode mode)
{
    if (way == FROM_ROWS) {
        product(c, ldc, a, b, s.M, s.N, s.K, mode);
        return;
    }
    size_t count = product_packed_count(s.K, s.N);
    real *packed = malloc((count > 0 ? count : 1) * sizeof *packed);

    assert_non_null(packed);
    memset(packed, 0xff, count * sizeof *packed); /* NaN where packing leaves a hole */
    product_pack(packed, b, s.K, s.N);
    product_packed(c, ldc, a, packed, s.M, s.N, s.K, mode);
    free(packed);
}

/* C has columns to the right that are nobody's; they must keep what they hold. */
static void check_shape(struct shape s, const struct kind *kind)
{
    struct random r = numbers_for(s);
    struct matrix a = matrix_make(s.M, s.K, kind->a, &r),
                  b = matrix_make(s.K, s.N, kind->b, &r);
    struct matrix c = matrix_make(s.M, s.N + 3, BY_ROWS, &r);
    size_t size = (size_t)s.M * (size_t)(s.N + 3) * sizeof(real);
    real *expected = malloc(size + 1);

    assert_non_null(expected);
    memcpy(expected, c.data, size);
    product_reference(expected, s.N + 3, a.view, b.view, s.M, s.N, s.K, kind->mode);
    multiply(kind->way, c.data, s.N + 3, a.view, b.view, s, kind->mode);
    for (int i = 0; i < s.M * (s.N + 3); i++)
        if (memcmp(&c.data[i], &expected[i], sizeof(real)) != 0)
            fail_msg("M %d, N %d, K %d: C(%d, %d) is %a, should be %a", s.M, s.N, s.K,
                     i / (s.N + 3), i % (s.N + 3), (double)c.data[i], (double)expected[i]);
    free(a.data);
    free(b.data);
    free(c.data);
    free(expected);
}

static void every_shape_has_the_bits_of_the_reference(void **state)
{
    struct random r = random_stream(8, RANDOM_PROBE, 0, 0);

    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        check_shape(edges[i], *state);
    for (int i = 0; i < 60; i++) {
        struct shape s = { .M = 1 + (int)random_below(&r, 40) };

        s.N = 1 + (int)random_below(&r, 100);
        s.K = (int)random_below(&r, 90);
        check_shape(s, *state);
    }
}

/* A product of 8 rows gives the bits of the same rows in a product of 100. */
static void rows_do_not_depend_on_the_other_rows(void **state)
{
    const enum way *way = *state;
    const struct shape all = { 100, 70, 50 };
    struct random r = numbers_for(all);
    struct matrix a = matrix_make(all.M, all.K, BY_ROWS, &r);
    struct matrix b = matrix_make(all.K, all.N, BY_ROWS, &r);
    struct matrix whole = matrix_make(all.M, all.N, BY_ROWS, &r);
    struct matrix part = matrix_make(all.M, all.N, BY_ROWS, &r);

    multiply(*way, whole.data, all.N, a.view, b.view, all, PRODUCT_SET);
    for (int rows = 1; rows <= 26; rows++)
        for (int first = 0; first + rows <= all.M; first += 23) {
            struct strided from = { a.data + first * all.K, all.K, 1 };

            multiply(*way, part.data, all.N, from, b.view, (struct shape){ rows, all.N, all.K },
                     PRODUCT_SET);
            assert_memory_equal(part.data, whole.data + first * all.N,
                                (size_t)(rows * all.N) * sizeof(real));
        }
    free(a.data);
    free(b.data);
    free(whole.data);
    free(part.data);
}

/* Old and new k's, one after the other: two products that add are one long product. */
static void a_product_that_adds_goes_on_where_the_last_one_stopped(void **state)
{
    const enum way *way = *state;
    const struct shape all = { 13, 70, 50 };
    struct random r = numbers_for(all);
    struct matrix a = matrix_make(all.M, all.K, BY_ROWS, &r);
    struct matrix b = matrix_make(all.K, all.N, BY_ROWS, &r);
    struct matrix whole = matrix_make(all.M, all.N, BY_ROWS, &r);
    struct matrix halves = matrix_make(all.M, all.N, BY_ROWS, &r);

    multiply(*way, whole.data, all.N, a.view, b.view, all, PRODUCT_SET);
    for (int first = 0; first <= all.K; first++) {
        struct shape head = { all.M, all.N, first }, tail = { all.M, all.N, all.K - first };
        struct strided a_tail = { a.data + first, all.K, 1 };
        struct strided b_tail = { b.data + first * all.N, all.N, 1 };

        multiply(*way, halves.data, all.N, a.view, b.view, head, PRODUCT_SET);
        multiply(*way, halves.data, all.N, a_tail, b_tail, tail, PRODUCT_ADD);
        assert_memory_equal(halves.data, whole.data, (size_t)(all.M * all.N) * sizeof(real));
    }
    free(a.data);
    free(b.data);
    free(whole.data);
    free(halves.data);
}

static void a_product_by_hand(void **state)
{
    (void)state;
    const real a[] = { 1, 2, 3, 4, 5, 6 };    /* (2, 3) */
    const real b[] = { 7, 8, 9, 10, 11, 12 }; /* (3, 2) */
    real c[] = { 1000, 2000, 3000, 4000 };

    product_reference(c, 2, (struct strided){ a, 3, 1 }, (struct strided){ b, 2, 1 }, 2, 2, 3,
                      PRODUCT_ADD);
    assert_true(c[0] == 1058 && c[1] == 2064 && c[2] == 3139 && c[3] == 4154);
    product_reference(c, 2, (struct strided){ a, 3, 1 }, (struct strided){ b, 1, 3 }, 2, 2, 3,
                      PRODUCT_SET);
    assert_true(c[0] == 50 && c[1] == 68 && c[2] == 122 && c[3] == 167);
}

static void the_reference_is_close_to_the_exact_product(void **state)
{
    (void)state;
    const struct shape s = { 9, 11, 300 };
    struct random r = numbers_for(s);
    struct matrix a = matrix_make(s.M, s.K, SPREAD, &r), b = matrix_make(s.K, s.N, SPREAD, &r);
    real c[9 * 11];

    product_reference(c, s.N, a.view, b.view, s.M, s.N, s.K, PRODUCT_SET);
    for (int m = 0; m < s.M; m++)
        for (int n = 0; n < s.N; n++) {
            long double exact = 0;

            for (int k = 0; k < s.K; k++)
                exact += (long double)a.data[m * a.view.row + k * a.view.col] *
                         (long double)b.data[k * b.view.row + n * b.view.col];
            /* 300 roundings of sums of about 20 */
            assert_close((double)c[m * s.N + n], (double)exact, 3e-4, 0);
        }
    free(a.data);
    free(b.data);
}

/* A row of gates packed once serves a product with the first of them only. */
static void the_first_columns_of_a_packed_b_are_a_packed_b(void **state)
{
    (void)state;
    const struct shape all = { 7, 70, 20 };
    struct random r = numbers_for(all);
    struct matrix a = matrix_make(all.M, all.K, BY_ROWS, &r);
    struct matrix b = matrix_make(all.K, all.N, BY_ROWS, &r);
    real *packed = malloc(product_packed_count(all.K, all.N) * sizeof *packed);
    real c[7 * 70], expected[7 * 70];

    assert_non_null(packed);
    product_pack(packed, b.view, all.K, all.N);
    for (int N = 0; N <= all.N; N++) {
        product_reference(expected, N, a.view, b.view, all.M, N, all.K, PRODUCT_SET);
        product_packed(c, N, a.view, packed, all.M, N, all.K, PRODUCT_SET);
        assert_memory_equal(c, expected, (size_t)(all.M * N) * sizeof *c);
    }
    free(a.data);
    free(b.data);
    free(packed);
}

enum start { ZEROS, BIAS, ROWS, PICKED };

/* What a product may begin with, out of `rows` (M, N), whose rows are N + 1 apart. */
static struct product_start start_of(enum start start, const struct matrix *rows, int N,
                                     const int *pick)
{
    if (start == ZEROS)
        return (struct product_start){ .data = NULL };
    return (struct product_start){ .data = rows->data,
                                   .row = start == BIAS ? 0 : N + 1,
                                   .pick = start == PICKED ? pick : NULL };
}

/* The reference, with what it begins with written into C first. */
static void expect_from(real *c, struct product_start start, struct strided a, struct strided b,
                        struct shape s)
{
    for (int m = 0; m < s.M; m++)
        for (int n = 0; n < s.N; n++) {
            const int row = start.pick != NULL ? start.pick[m] : m;

            c[m * s.N + n] = start.data != NULL ? start.data[row * start.row + n] : 0;
        }
    product_reference(c, s.N, a, b, s.M, s.N, s.K, PRODUCT_ADD);
}

static void check_start(struct shape s, enum start start)
{
    struct random r = numbers_for(s);
    struct matrix a = matrix_make(s.M, s.K, BY_ROWS, &r),
                  b = matrix_make(s.K, s.N, BY_ROWS, &r);
    struct matrix rows = matrix_make(s.M, s.N + 1, BY_ROWS, &r);
    const size_t count = (size_t)(s.M * s.N);
    real *packed = malloc((product_packed_count(s.K, s.N) + 1) * sizeof *packed);
    real *c = malloc((count + 1) * sizeof *c), *expected = malloc((count + 1) * sizeof *c);
    int *pick = calloc((size_t)s.M + 1, sizeof *pick);

    assert_true(packed != NULL && c != NULL && expected != NULL && pick != NULL);
    for (int m = 0; m < s.M; m++)
        pick[m] = (int)random_below(&r, (uint32_t)s.M);
    product_pack(packed, b.view, s.K, s.N);
    expect_from(expected, start_of(start, &rows, s.N, pick), a.view, b.view, s);
    product_packed_from(c, s.N, start_of(start, &rows, s.N, pick), a.view, packed, s.M, s.N,
                        s.K);
    assert_memory_equal(c, expected, count * sizeof *c);
    free(a.data);
    free(b.data);
    free(rows.data);
    free(packed);
    free(c);
    free(expected);
    free(pick);
}

static void a_product_begins_with_the_rows_it_is_given(void **state)
{
    const enum start *start = *state;

    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        check_start(edges[i], *start);
}

static void packing_pads_with_zeros(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        for (int order = BY_ROWS; order <= SPREAD; order++) {
            int K = edges[i].K, N = edges[i].N, zeros = 0;
            struct random r = numbers_for(edges[i]);
            struct matrix b = matrix_make(K, N, (enum order)order, &r);
            int count = (int)product_packed_count(K, N);
            real *packed = malloc((size_t)(count + 1) * sizeof *packed);

            assert_non_null(packed);
            memset(packed, 0xff, (size_t)(count + 1) * sizeof *packed);
            product_pack(packed, b.view, K, N);
            for (int j = 0; j < count; j++) {
                assert_false(isnan(packed[j]));
                zeros += packed[j] == 0;
            }
            assert_int_equal(zeros, count - K * N);
            assert_true(isnan(packed[count])); /* not a real too far */
            free(packed);
            free(b.data);
        }
}

static void nothing_times_nothing_is_zero_or_what_was_there(void **state)
{
    const enum way *way = *state;
    real c[6] = { 1, 2, 3, 4, 5, 6 };
    const real set[6] = { 0, 0, 3, 0, 0, 6 }, nothing = 0;
    const struct strided empty = { &nothing, 1, 1 };

    multiply(*way, c, 3, empty, empty, (struct shape){ 2, 2, 0 }, PRODUCT_ADD);
    assert_true(c[0] == 1 && c[1] == 2 && c[3] == 4 && c[4] == 5);
    multiply(*way, c, 3, empty, empty, (struct shape){ 2, 2, 0 }, PRODUCT_SET);
    assert_memory_equal(c, set, sizeof c);
}

enum { WAYS = 2, ORDERS = 3, MODES = 2, KINDS = WAYS * ORDERS * ORDERS * MODES, OTHERS = 14 };

/* Every way, order of A, order of B and mode: a test each, with a sentence for its name. */
static void list_kinds(struct CMUnitTest *tests, struct kind *kinds, char (*names)[160])
{
    static const char *const in_order[] = { "by rows", "by columns", "spread out" };

    for (int i = 0; i < KINDS; i++) {
        struct kind kind = {
            .way = i % WAYS == 0 ? FROM_ROWS : PACKED,
            .a = (enum order)(i / WAYS % ORDERS),
            .b = (enum order)(i / WAYS / ORDERS % ORDERS),
            .mode = i / WAYS / ORDERS / ORDERS == 0 ? PRODUCT_SET : PRODUCT_ADD,
        };

        kinds[i] = kind;
        snprintf(names[i], sizeof names[i],
                 "%s A %s times B %s%s gives the reference's bits at every shape",
                 kind.mode == PRODUCT_SET ? "setting C to" : "adding to C", in_order[kind.a],
                 in_order[kind.b], kind.way == PACKED ? ", packed," : "");
        tests[i] = (struct CMUnitTest){ names[i], every_shape_has_the_bits_of_the_reference,
                                        NULL, NULL, &kinds[i] };
    }
}

int main(void)
{
    static enum way from_rows = FROM_ROWS, packed = PACKED;
    static enum start zeros = ZEROS, bias = BIAS, row_by_row = ROWS, picked = PICKED;
    struct kind kinds[KINDS];
    char names[KINDS][160];
    struct CMUnitTest tests[KINDS + OTHERS] = {
        [KINDS] = cmocka_unit_test(a_product_by_hand),
        cmocka_unit_test(the_reference_is_close_to_the_exact_product),
        cmocka_unit_test(the_first_columns_of_a_packed_b_are_a_packed_b),
        { "a product begins with zeros", a_product_begins_with_the_rows_it_is_given, NULL, NULL,
          &zeros },
        { "a product begins with a bias", a_product_begins_with_the_rows_it_is_given, NULL,
          NULL, &bias },
        { "a product begins with rows", a_product_begins_with_the_rows_it_is_given, NULL, NULL,
          &row_by_row },
        { "a product begins with picked rows", a_product_begins_with_the_rows_it_is_given, NULL,
          NULL, &picked },
        cmocka_unit_test(packing_pads_with_zeros),
        { "rows do not depend on the other rows", rows_do_not_depend_on_the_other_rows, NULL,
          NULL, &from_rows },
        { "rows do not depend on the other rows, B packed",
          rows_do_not_depend_on_the_other_rows, NULL, NULL, &packed },
        { "a product that adds goes on where the last one stopped",
          a_product_that_adds_goes_on_where_the_last_one_stopped, NULL, NULL, &from_rows },
        { "a product that adds goes on where the last one stopped, B packed",
          a_product_that_adds_goes_on_where_the_last_one_stopped, NULL, NULL, &packed },
        { "nothing times nothing is zero or what was there",
          nothing_times_nothing_is_zero_or_what_was_there, NULL, NULL, &from_rows },
        { "nothing times nothing is zero or what was there, B packed",
          nothing_times_nothing_is_zero_or_what_was_there, NULL, NULL, &packed },
    };

    list_kinds(tests, kinds, names);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
