/*
 * vector.h - the widest register of floats that the compiler was told of, and the few things
 * the matrix product does with it: AVX-512, AVX2 with fused multiply-add, or four portable
 * lanes.
 *
 * vector_fused is fused() of functions.h in every lane, bit for bit. The _part functions touch
 * only the first `count` floats in memory, 0 <= count <= VECTOR_LANES; a part's other lanes
 * load as 0.
 */
#ifndef COMMON_NUMERIC_VECTOR_H
#define COMMON_NUMERIC_VECTOR_H

#include <stddef.h>

#include "common/numeric/functions.h"

#if defined(__AVX512F__)

#include <immintrin.h>

enum { VECTOR_LANES = 16, VECTOR_REGISTERS = 32 };
typedef __m512 vector;

static inline vector vector_set(float x)
{
    return _mm512_set1_ps(x);
}
static inline vector vector_load(const float *p)
{
    return _mm512_loadu_ps(p);
}
static inline void vector_store(float *p, vector v)
{
    _mm512_storeu_ps(p, v);
}

static inline vector vector_fused(vector a, vector b, vector c)
{
    return _mm512_fmadd_ps(a, b, c);
}

static inline vector vector_load_part(const float *p, int count)
{
    return _mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
}

static inline void vector_store_part(float *p, vector v, int count)
{
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), v);
}

#elif defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

enum { VECTOR_LANES = 8, VECTOR_REGISTERS = 16 };
typedef __m256 vector;

static inline vector vector_set(float x)
{
    return _mm256_set1_ps(x);
}
static inline vector vector_load(const float *p)
{
    return _mm256_loadu_ps(p);
}
static inline void vector_store(float *p, vector v)
{
    _mm256_storeu_ps(p, v);
}

static inline vector vector_fused(vector a, vector b, vector c)
{
    return _mm256_fmadd_ps(a, b, c);
}

static inline __m256i vector_mask(int count)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(count),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

static inline vector vector_load_part(const float *p, int count)
{
    return _mm256_maskload_ps(p, vector_mask(count));
}

static inline void vector_store_part(float *p, vector v, int count)
{
    _mm256_maskstore_ps(p, vector_mask(count), v);
}

#else

enum { VECTOR_LANES = 4 };
#ifdef __aarch64__
enum { VECTOR_REGISTERS = 32 };
#else
enum { VECTOR_REGISTERS = 16 };
#endif
typedef float vector __attribute__((vector_size(VECTOR_LANES * sizeof(float))));

static inline vector vector_set(float x)
{
    return (vector){ x, x, x, x };
}

static inline vector vector_load(const float *p)
{
    vector v;

    memcpy(&v, p, sizeof v);
    return v;
}

static inline void vector_store(float *p, vector v)
{
    memcpy(p, &v, sizeof v);
}

static inline vector vector_fused(vector a, vector b, vector c)
{
#if FUSED_IN_HARDWARE
    for (int lane = 0; lane < VECTOR_LANES; lane++)
        c[lane] = fused(a[lane], b[lane], c[lane]);
    return c;
#else
    return a * b + c;
#endif
}

static inline vector vector_load_part(const float *p, int count)
{
    vector v = { 0 };

    memcpy(&v, p, (size_t)count * sizeof *p);
    return v;
}

static inline void vector_store_part(float *p, vector v, int count)
{
    memcpy(p, &v, (size_t)count * sizeof *p);
}

#endif

/* to (4, 4) = the transpose of from (4, 4); rows are to_row and from_row floats apart. */
static inline void vector_transpose(float *to, ptrdiff_t to_row, const float *from,
                                    ptrdiff_t from_row)
{
#if __GNUC__ >= 12 || defined(__clang__)
    typedef float four __attribute__((vector_size(4 * sizeof(float))));
    four in[4], pair[4], out[4];

    for (int r = 0; r < 4; r++)
        memcpy(&in[r], from + r * from_row, sizeof in[r]);
    for (int r = 0; r < 4; r += 2) { /* columns 0 and 1 of two rows, then 2 and 3 */
        pair[r / 2] = __builtin_shufflevector(in[r], in[r + 1], 0, 4, 1, 5);
        pair[r / 2 + 2] = __builtin_shufflevector(in[r], in[r + 1], 2, 6, 3, 7);
    }
    for (int r = 0; r < 4; r += 2) {
        out[r] = __builtin_shufflevector(pair[r], pair[r + 1], 0, 1, 4, 5);
        out[r + 1] = __builtin_shufflevector(pair[r], pair[r + 1], 2, 3, 6, 7);
    }
    for (int r = 0; r < 4; r++)
        memcpy(to + r * to_row, &out[r], sizeof out[r]);
#else
    for (int r = 0; r < 4; r++)
        for (int c = 0; c < 4; c++)
            to[c * to_row + r] = from[r * from_row + c];
#endif
}

/*
 * v, in a register. gcc would otherwise fold a load into each multiply-add that uses it and
 * fetch the same vector from memory a dozen times.
 */
static inline vector vector_held(vector v)
{
#if defined(__x86_64__) && !defined(__clang__)
    __asm__("" : "+v"(v));
#endif
    return v;
}

#endif
