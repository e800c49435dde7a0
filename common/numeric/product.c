/*
 * product.c - matrix products out of registers.
 *
 *     for each block of up to K_BLOCK k's              a panel's block stays in the cache
 *         for each panel of PANEL columns of B
 *             for each tile of up to TILE_ROWS rows    its part of C stays in registers
 *                 for each k:  C(rows, panel) += A(rows, k) B(k, panel)
 *
 * One k costs a tile of R rows two vector loads of B, R broadcasts from A and 2 R fused
 * multiply-adds. Between two blocks of k, C goes back to memory, which rounds nothing: an
 * element's additions keep their order.
 *
 * The multiply-adds are the limit from about four rows on. Below that it is the reading of B,
 * each of whose vectors is used R times: one row runs at the speed of the cache that holds B.
 * Where C and A together leave the L2 cache their traffic costs a tenth to a quarter.
 *
 * Measured on one core of a Zen 4 EPYC (one 512-bit multiply-add a cycle: 118 GFLOP/s), gcc 12:
 *
 *     (M, N, K)                                      GFLOP/s    of the limit
 *     (8, 256, 64), (8, 64, 256), B packed: a step  111, 115        94, 97 %
 *     (8, 1024, 256), (8, 256, 1024), packed        115, 116            98 %
 *     (1, 256, 64) and (4, 256, 64), packed          52, 107        44, 91 %
 *     (200, 64..1024, 64..256), packed              107..117       91..99 %
 *     (256, 64, 200..800), A transposed             114..116       97..98 %
 *     (1024, 256, 64..256), A transposed            112..114       95..96 %
 *     (1024, 256, 800..3200), A transposed           84..112       71..95 %
 *     (100, 100, 16), (100, 16, 100): a narrow head  90, 113        77, 96 %
 *     (200, 200, 32), B transposed, copied               102            86 %
 */
#include "common/numeric/product.h"

#include <assert.h>
#include <string.h>

#include "common/numeric/functions.h"

#ifdef REAL_IS_DOUBLE

enum { PANEL = 8 };

static inline void vector_transpose(real *to, ptrdiff_t to_row, const real *from,
                                    ptrdiff_t from_row)
{
    for (int r = 0; r < 4; r++)
        for (int c = 0; c < 4; c++)
            to[c * to_row + r] = from[r * from_row + c];
}

#else

#include "common/numeric/vector.h"

enum {
    LANES = VECTOR_LANES,
    PANEL = 2 * LANES,
    MOST_ROWS = 12,
    /* two accumulators a row, and two vectors of B and one of A beside them */
    TILE_ROWS = VECTOR_REGISTERS >= 2 * MOST_ROWS + 3 ? MOST_ROWS : 6,
    K_BLOCK = 384,
    FETCH_FROM = 64 /* k's that a tile must have to be worth looking ahead from */
};

#endif

void product_reference(real *c, ptrdiff_t ldc, struct strided a, struct strided b, int M, int N,
                       int K, enum product_mode mode)
{
    for (int m = 0; m < M; m++) {
        real *c_m = c + m * ldc;

        if (mode == PRODUCT_SET)
            for (int n = 0; n < N; n++)
                c_m[n] = 0;
        for (int k = 0; k < K; k++) {
            real a_mk = a.data[m * a.row + k * a.col];

            for (int n = 0; n < N; n++)
                c_m[n] = fused(a_mk, b.data[k * b.row + n * b.col], c_m[n]);
        }
    }
}

/* The constants of a tile must reach its loops before the compiler unrolls them. */
#define ALWAYS_INLINE inline __attribute__((always_inline))

static ALWAYS_INLINE const real *start_row(const struct product_start *start, int m)
{
    return start->data + (start->pick != NULL ? start->pick[m] : m) * start->row;
}

static struct product_start start_of(real *c, ptrdiff_t ldc, enum product_mode mode)
{
    return (struct product_start){ .data = mode == PRODUCT_ADD ? c : NULL, .row = ldc };
}

/* The width of the panel that begins at column n of N. */
static int panel_width(int n, int N)
{
    return N - n < PANEL ? N - n : PANEL;
}

/* Columns that lie in order, a transposed matrix: in squares, as far as they go. */
static void pack_columns(real *panel, const real *from, ptrdiff_t col, int width, int K)
{
    enum { SQUARE = 4 };

    for (int j = 0; j < width; j += SQUARE)
        for (int k = 0; k < K; k += SQUARE) {
            real *to = panel + k * PANEL + j;

            if (j + SQUARE <= width && k + SQUARE <= K) {
                vector_transpose(to, PANEL, from + j * col + k, col);
                continue;
            }
            for (int c = 0; c < SQUARE && j + c < width; c++)
                for (int r = 0; r < SQUARE && k + r < K; r++)
                    to[r * PANEL + c] = from[(j + c) * col + k + r];
        }
}

/* Overwrite panel (K, PANEL) with B (K, width) from column n on, and zeros. */
static void pack_panel(real *panel, struct strided b, int n, int width, int K)
{
    const real *from = b.data + n * b.col;

    if (width < PANEL)
        memset(panel, 0, (size_t)K * PANEL * sizeof *panel);
    if (b.col == 1)
        for (int k = 0; k < K; k++)
            memcpy(panel + k * PANEL, from + k * b.row, (size_t)width * sizeof *panel);
    else if (b.row == 1)
        pack_columns(panel, from, b.col, width, K);
    else
        for (int j = 0; j < width; j++)
            for (int k = 0; k < K; k++)
                panel[k * PANEL + j] = from[k * b.row + j * b.col];
}

size_t product_packed_count(int K, int N)
{
    return (size_t)K * (size_t)((N + PANEL - 1) / PANEL * PANEL);
}

void product_pack(real *packed, struct strided b, int K, int N)
{
    for (int n = 0; n < N; n += PANEL)
        pack_panel(packed + (ptrdiff_t)n * K, b, n, panel_width(n, N), K);
}

#ifdef REAL_IS_DOUBLE

void product(real *c, ptrdiff_t ldc, struct strided a, struct strided b, int M, int N, int K,
             enum product_mode mode)
{
    product_reference(c, ldc, a, b, M, N, K, mode);
}

void product_packed_from(real *c, ptrdiff_t ldc, struct product_start start, struct strided a,
                         const real *packed, int M, int N, int K)
{
    for (int m = 0; m < M; m++)
        for (int n = 0; n < N; n++)
            c[m * ldc + n] = start.data != NULL ? start_row(&start, m)[n] : 0;
    for (int n = 0; n < N; n += PANEL) {
        struct strided panel = { packed + (ptrdiff_t)n * K, PANEL, 1 };

        product_reference(c + n, ldc, a, panel, M, panel_width(n, N), K, PRODUCT_ADD);
    }
}

#else

/* gcc keeps an array in registers only if its loops are gone early; clang does unasked. */
#ifdef __clang__
#define UNROLLED
#else
#define UNROLLED _Pragma("GCC unroll 12")
#endif

/* What a tile works on. */
struct work {
    float *c; /* (rows, width), rows ldc apart */
    ptrdiff_t ldc;
    struct strided a; /* (rows, K) */
    const float *b;   /* (K, width), rows ldb apart */
    ptrdiff_t ldb;
    int width; /* columns, 1..PANEL */
    int K;
    struct product_start start; /* (rows, width) */
};

/*
 * p, in a register of its own. gcc would otherwise keep the distance of each row of A from the
 * first, twelve of them, and fetch what it has no register for in every step of k.
 */
static inline const float *address_held(const float *p)
{
#if defined(__x86_64__) && !defined(__clang__)
    __asm__("" : "+r"(p));
#endif
    return p;
}

/* Rows of A whose addresses are one pointer and 0, 1, 2 or 3 strides. */
enum { ROWS_APART = 4 };

/* clang-format takes UNROLLED for a name, not for a pragma. */
/* clang-format off */

/*
 * One tile. rows, vectors and ragged are constants where it is called: vectors is 1 or 2,
 * ragged says that the last of them is not full, neither in C nor in B.
 */
static ALWAYS_INLINE void tile(struct work w, const int rows, const int vectors,
                               const bool ragged)
{
    const float *a[MOST_ROWS / ROWS_APART];
    vector sum[MOST_ROWS][2];
    const int last = vectors - 1, part = w.width - last * LANES;

    if (rows > TILE_ROWS)
        return; /* never called for; leaves no code behind */

    UNROLLED for (int r = 0; r < rows; r++)
        UNROLLED for (int v = 0; v < vectors; v++) {
            const float *s;

            if (w.start.data == NULL) {
                sum[r][v] = vector_set(0.0f);
                continue;
            }
            s = start_row(&w.start, r) + v * LANES;
            sum[r][v] = ragged && v == last ? vector_load_part(s, part) : vector_load(s);
        }

    UNROLLED for (int i = 0; i < MOST_ROWS / ROWS_APART; i++)
        a[i] = address_held(w.a.data + i * ROWS_APART * w.a.row);

    for (int k = 0; k < w.K; k++) {
        vector b_k[2];

        UNROLLED for (int v = 0; v < vectors; v++) {
            const float *b = w.b + v * LANES;

            b_k[v] = ragged && v == last ? vector_load_part(b, part) : vector_load(b);
            b_k[v] = vector_held(b_k[v]);
        }
        UNROLLED for (int r = 0; r < rows; r++) {
            vector a_rk = vector_set(a[r / ROWS_APART][r % ROWS_APART * w.a.row]);

            UNROLLED for (int v = 0; v < vectors; v++)
                sum[r][v] = vector_fused(a_rk, b_k[v], sum[r][v]);
        }
        UNROLLED for (int i = 0; i < MOST_ROWS / ROWS_APART; i++)
            a[i] += w.a.col;
        w.b += w.ldb;
    }

    UNROLLED for (int r = 0; r < rows; r++)
        UNROLLED for (int v = 0; v < vectors; v++) {
            float *c = w.c + r * w.ldc + v * LANES;

            if (ragged && v == last)
                vector_store_part(c, sum[r][v], part);
            else
                vector_store(c, sum[r][v]);
        }
}

static ALWAYS_INLINE void tile_of_rows(struct work w, int rows, const int vectors,
                                       const bool ragged)
{
    switch (rows) {
    case 1: tile(w, 1, vectors, ragged); break;
    case 2: tile(w, 2, vectors, ragged); break;
    case 3: tile(w, 3, vectors, ragged); break;
    case 4: tile(w, 4, vectors, ragged); break;
    case 5: tile(w, 5, vectors, ragged); break;
    case 6: tile(w, 6, vectors, ragged); break;
    case 7: tile(w, 7, vectors, ragged); break;
    case 8: tile(w, 8, vectors, ragged); break;
    case 9: tile(w, 9, vectors, ragged); break;
    case 10: tile(w, 10, vectors, ragged); break;
    case 11: tile(w, 11, vectors, ragged); break;
    default: tile(w, MOST_ROWS, vectors, ragged); break;
    }
}

/* clang-format on */

/* Where the next tile writes, which is far away when C is a large gradient. */
static void fetch_rows(const struct work *w, int rows, int M)
{
    for (int r = rows; r < 2 * rows && r < M; r++)
        for (int v = 0; v < 2; v++)
            __builtin_prefetch(w->c + r * w->ldc + v * LANES, 1);
}

/* All rows of one panel, in tiles of nearly equal height: 13 rows are 7 and 6, not 12 and 1. */
static void panel_of_tiles(const struct work *panel, int M)
{
    struct work w = *panel;

    for (int tiles = (M + TILE_ROWS - 1) / TILE_ROWS; tiles > 0; tiles--) {
        const int rows = tiles > 1 ? (M + tiles - 1) / tiles : M; /* a division is long here */

        if (w.K >= FETCH_FROM)
            fetch_rows(&w, rows, M);
        if (w.width == PANEL)
            tile_of_rows(w, rows, 2, false);
        else if (w.width > LANES)
            tile_of_rows(w, rows, 2, true);
        else if (w.width == LANES) /* a narrow head */
            tile_of_rows(w, rows, 1, false);
        else
            tile_of_rows(w, rows, 1, true);
        M -= rows;
        w.c += rows * w.ldc;
        if (w.start.pick != NULL)
            w.start.pick += rows;
        else if (w.start.data != NULL)
            w.start.data += rows * w.start.row;
        w.a.data += rows * w.a.row;
    }
}

/*
 * The loops above the tiles. b is read in panels, `step` reals from one to the next, its own
 * column stride being 1; or else each block of each panel is copied to the stack first.
 */
static void multiply(struct work w, struct strided b, ptrdiff_t step, int M, int N, int K)
{
    float copy[K_BLOCK * PANEL];
    float *c = w.c;
    struct product_start start = w.start;

    /* Blocks of equal length. K == 0 is one block too: C becomes what it starts from. */
    for (int blocks = K > K_BLOCK ? (K + K_BLOCK - 1) / K_BLOCK : 1; blocks > 0; blocks--) {
        w.K = (K + blocks - 1) / blocks;
        for (int n = 0; n < N; n += PANEL) {
            w.c = c + n;
            w.start = start;
            if (start.data != NULL)
                w.start.data += n;
            w.width = panel_width(n, N);
            if (b.col == 1) {
                w.b = b.data + n / PANEL * step;
                w.ldb = b.row;
            } else {
                pack_panel(copy, b, n, w.width, w.K);
                w.b = copy;
                w.ldb = PANEL;
            }
            panel_of_tiles(&w, M);
        }
        K -= w.K;
        w.a.data += w.K * w.a.col;
        b.data += w.K * b.row;
        start = (struct product_start){ .data = c, .row = w.ldc };
    }
}

void product(real *c, ptrdiff_t ldc, struct strided a, struct strided b, int M, int N, int K,
             enum product_mode mode)
{
    assert(M >= 0 && N >= 0 && K >= 0);
    multiply((struct work){ .c = c, .ldc = ldc, .a = a, .start = start_of(c, ldc, mode) }, b,
             PANEL, M, N, K);
}

void product_packed_from(real *c, ptrdiff_t ldc, struct product_start start, struct strided a,
                         const real *packed, int M, int N, int K)
{
    assert(M >= 0 && N >= 0 && K >= 0);
    multiply((struct work){ .c = c, .ldc = ldc, .a = a, .start = start },
             (struct strided){ packed, PANEL, 1 }, (ptrdiff_t)K * PANEL, M, N, K);
}

#endif

void product_packed(real *c, ptrdiff_t ldc, struct strided a, const real *packed, int M, int N,
                    int K, enum product_mode mode)
{
    product_packed_from(c, ldc, start_of(c, ldc, mode), a, packed, M, N, K);
}
