/*
 * product.c - matrix products.
 */
#include "common/numeric/product.h"

#include <assert.h>

#include "common/numeric/functions.h"

enum { PANEL = 32 };

void product_reference(real *c, ptrdiff_t ldc, struct strided a, struct strided b, int M, int N,
                       int K, enum product_mode mode)
{
    for (int m = 0; m < M; m++) {
        if (mode == PRODUCT_SET)
            for (int n = 0; n < N; n++)
                c[m * ldc + n] = 0;
        for (int k = 0; k < K; k++)
            for (int n = 0; n < N; n++)
                c[m * ldc + n] = fused(a.data[m * a.row + k * a.col],
                                       b.data[k * b.row + n * b.col], c[m * ldc + n]);
    }
}

void product(real *c, ptrdiff_t ldc, struct strided a, struct strided b, int M, int N, int K,
             enum product_mode mode)
{
    product_reference(c, ldc, a, b, M, N, K, mode);
}

size_t product_packed_count(int K, int N)
{
    return (size_t)K * (size_t)((N + PANEL - 1) / PANEL * PANEL);
}

void product_pack(real *packed, struct strided b, int K, int N)
{
    for (int n0 = 0; n0 < N; n0 += PANEL)
        for (int k = 0; k < K; k++)
            for (int n = n0; n < n0 + PANEL; n++)
                *packed++ = n < N ? b.data[k * b.row + n * b.col] : 0;
}

void product_packed(real *c, ptrdiff_t ldc, struct strided a, const real *packed, int M, int N,
                    int K, enum product_mode mode)
{
    for (int n0 = 0; n0 < N; n0 += PANEL) {
        struct strided panel = {packed + (ptrdiff_t)n0 * K, PANEL, 1};
        int width = N - n0 < PANEL ? N - n0 : PANEL;

        product_reference(c + n0, ldc, a, panel, M, width, K, mode);
    }
}
