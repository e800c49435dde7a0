#include "common/numeric/eigenvalues.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

/* An eigenvalue takes two or three iterations; shifts that go in circles are shaken twice. */
enum { ITERATIONS_MOST = 60, SHAKEN_EVERY = 10 };

/* A matrix (n, n), row after row. */
struct square {
    double *a;
    int n;
};

static double *row(const struct square *m, int i)
{
    return m->a + (size_t)i * (size_t)m->n;
}

/* The largest |element|; NaN or infinite if any of them is. */
static double largest(const struct square *m)
{
    const size_t count = (size_t)m->n * (size_t)m->n;
    double most = 0;

    for (size_t i = 0; i < count; i++) {
        if (!isfinite(m->a[i]))
            return m->a[i];
        most = fmax(most, fabs(m->a[i]));
    }
    return most;
}

/* Balancing -------------------------------------------------------------------------------- */

/* Row i divided by `factor`, column i multiplied: a similarity, exact for a power of two. */
static void scale(const struct square *m, int i, double factor)
{
    for (int k = 0; k < m->n; k++)
        row(m, i)[k] /= factor;
    for (int k = 0; k < m->n; k++)
        row(m, k)[i] *= factor;
}

/* The power of two nearest to the square root of ratio. */
static double half_power(double ratio)
{
    int exponent;

    frexp(ratio, &exponent);
    return ldexp(1, (int)floor(exponent / 2.0));
}

/*
 * Make rows and columns of the same number about as large, so that rounding errors are small
 * beside each of them.
 */
static void balance(const struct square *m)
{
    bool changed = true;

    for (int pass = 0; pass < 100 && changed; pass++) {
        changed = false;
        for (int i = 0; i < m->n; i++) {
            double across = 0, down = 0, factor;

            for (int k = 0; k < m->n; k++)
                if (k != i) {
                    across += fabs(row(m, i)[k]);
                    down += fabs(row(m, k)[i]);
                }
            if (!(across > 0) || !(down > 0) || !isfinite(across / down) ||
                !(across / down > 0))
                continue;
            factor = half_power(across / down);
            if (across / factor + down * factor < 0.95 * (across + down)) {
                scale(m, i, factor);
                changed = true;
            }
        }
    }
}

/* Hessenberg form -------------------------------------------------------------------------- */

/*
 * Overwrite x (count, `step` apart) with v such that (I - v v' beta) x is a multiple of the
 * first unit vector; *alpha is that multiple. Returns beta, 0 if there is nothing to reflect.
 */
static double reflector(double *x, int count, size_t step, double *alpha)
{
    double most = 0, squares = 0, first;

    for (int i = 0; i < count; i++)
        most = fmax(most, fabs(x[(size_t)i * step]));
    *alpha = x[0];
    if (!(most > 0))
        return 0;
    for (int i = 0; i < count; i++) {
        x[(size_t)i * step] /= most;
        squares += x[(size_t)i * step] * x[(size_t)i * step];
    }
    first = x[0];
    *alpha = first > 0 ? -sqrt(squares) : sqrt(squares);
    x[0] = first - *alpha; /* of equal sign: nothing cancels */
    squares += x[0] * x[0] - first * first;
    *alpha *= most;
    return 2 / squares;
}

/* The reflection of column k below the diagonal, v in its place, from both sides. */
static void reflect_rest(const struct square *m, int k, double beta, double *sums)
{
    const int n = m->n;

    memset(sums, 0, (size_t)n * sizeof *sums);
    for (int i = k + 1; i < n; i++) /* sums = v' A, the columns on the right */
        for (int j = k + 1; j < n; j++)
            sums[j] += row(m, i)[k] * row(m, i)[j];
    for (int i = k + 1; i < n; i++) {
        const double v = beta * row(m, i)[k];

        for (int j = k + 1; j < n; j++)
            row(m, i)[j] -= v * sums[j];
    }
    for (int i = k + 1; i < n; i++) /* v once more, in one piece */
        sums[i] = row(m, i)[k];
    for (int i = 0; i < n; i++) {
        double sum = 0;

        for (int j = k + 1; j < n; j++)
            sum += row(m, i)[j] * sums[j];
        for (int j = k + 1; j < n; j++)
            row(m, i)[j] -= beta * sum * sums[j];
    }
}

/* Zeros below the first subdiagonal. */
static void reduce(const struct square *m, double *work)
{
    const int n = m->n;

    for (int k = 0; k + 2 < n; k++) {
        double alpha;
        const double beta = reflector(row(m, k + 1) + k, n - k - 1, (size_t)n, &alpha);

        if (beta > 0)
            reflect_rest(m, k, beta, work);
        row(m, k + 1)[k] = alpha;
        for (int i = k + 2; i < n; i++)
            row(m, i)[k] = 0;
    }
}

/* QR --------------------------------------------------------------------------------------- */

/* The sum of all |elements|: what an element is small beside where its neighbours are zero. */
static double size_of(const struct square *m)
{
    double sum = 0;

    for (int i = 0; i < m->n; i++)
        for (int j = i > 0 ? i - 1 : 0; j < m->n; j++)
            sum += fabs(row(m, i)[j]);
    return sum;
}

/* The first row of the block that ends in `last` and does not fall apart. */
static int block_begin(const struct square *m, int last, double size)
{
    for (int l = last; l > 0; l--) {
        double beside = fabs(row(m, l)[l]) + fabs(row(m, l - 1)[l - 1]);

        if (!(beside > 0))
            beside = size;
        if (fabs(row(m, l)[l - 1]) <= DBL_EPSILON * beside) {
            row(m, l)[l - 1] = 0;
            return l;
        }
    }
    return 0;
}

/* The two eigenvalues of rows and columns i, i + 1. */
static void solve_pair(const struct square *m, int i, struct eigenvalue values[2])
{
    const double a = row(m, i)[i], d = row(m, i + 1)[i + 1];
    const double bc = row(m, i)[i + 1] * row(m, i + 1)[i], half = (a - d) / 2;
    const double inside = half * half + bc, root = sqrt(fabs(inside));

    if (inside < 0) {
        values[0] = (struct eigenvalue){ d + half, root };
        values[1] = (struct eigenvalue){ d + half, -root };
    } else {
        const double far = half >= 0 ? half + root : half - root;

        values[0] = (struct eigenvalue){ d + far, 0 };
        values[1] = (struct eigenvalue){ fabs(far) > 0 ? d - bc / far : d, 0 };
    }
}

/* Two shifts by what a quadratic says of them: their sum, and the rest by elements. */
struct shifts {
    double a, d, bc;
};

/* Those of the last two rows of the block; now and then others, to leave a circle. */
static struct shifts choose_shifts(const struct square *m, int last, int iteration)
{
    struct shifts s = { row(m, last - 1)[last - 1], row(m, last)[last],
                        row(m, last - 1)[last] * row(m, last)[last - 1] };

    if (iteration > 0 && iteration % SHAKEN_EVERY == 0) {
        const double size = fabs(row(m, last)[last - 1]) + fabs(row(m, last - 1)[last - 2]);

        s.a = s.d = 0.75 * size + row(m, last)[last];
        s.bc = -0.4375 * size * size;
    }
    return s;
}

/* The first column of (H - s1)(H - s2) of the block that begins in row m, up to a factor. */
static void first_column(const struct square *h, int m, const struct shifts *s, double x[3])
{
    const double here = row(h, m)[m], below = row(h, m + 1)[m];
    double size;

    x[0] = ((here - s->a) * (here - s->d) - s->bc) / below + row(h, m)[m + 1];
    x[1] = here + row(h, m + 1)[m + 1] - s->a - s->d;
    x[2] = row(h, m + 2)[m + 1];
    size = fabs(x[0]) + fabs(x[1]) + fabs(x[2]);
    for (int i = 0; i < 3 && size > 0; i++)
        x[i] /= size;
}

/*
 * Where the sweep can begin: lower than `first` if two subdiagonal elements in a row are small
 * there, so that the shifts are not lost on the way down. Writes its first column to x.
 */
static int sweep_begin(const struct square *h, int first, int last, const struct shifts *s,
                       double x[3])
{
    for (int m = last - 2;; m--) {
        first_column(h, m, s, x);
        if (m == first)
            return m;
        if (fabs(row(h, m)[m - 1]) * (fabs(x[1]) + fabs(x[2])) <=
            DBL_EPSILON * fabs(x[0]) *
                (fabs(row(h, m - 1)[m - 1]) + fabs(row(h, m)[m]) + fabs(row(h, m + 1)[m + 1])))
            return m;
    }
}

/* Reflect rows k .. k + count - 1 and the same columns, inside the block first .. last. */
static void reflect_block(const struct square *h, int first, int last, int k, int count,
                          const double *v, double beta)
{
    const int bottom = k + count < last ? k + count : last;

    for (int j = k; j <= last; j++) {
        double sum = 0;

        for (int i = 0; i < count; i++)
            sum += v[i] * row(h, k + i)[j];
        for (int i = 0; i < count; i++)
            row(h, k + i)[j] -= beta * sum * v[i];
    }
    for (int i = first; i <= bottom; i++) {
        double *x = row(h, i) + k, sum = 0;

        for (int j = 0; j < count; j++)
            sum += v[j] * x[j];
        for (int j = 0; j < count; j++)
            x[j] -= beta * sum * v[j];
    }
}

/* One implicit double step on the block first .. last, of three rows at least. */
static void francis_step(const struct square *h, int first, int last, int iteration)
{
    const struct shifts shifts = choose_shifts(h, last, iteration);
    double v[3], alpha;
    const int begin = sweep_begin(h, first, last, &shifts, v);

    for (int k = begin; k < last; k++) {
        const int count = k + 2 <= last ? 3 : 2;
        double beta;

        if (k > begin) /* the bulge, in the column on the left */
            for (int i = 0; i < count; i++)
                v[i] = row(h, k + i)[k - 1];
        beta = reflector(v, count, 1, &alpha);
        if (k > begin) {
            row(h, k)[k - 1] = alpha;
            for (int i = 1; i < count; i++)
                row(h, k + i)[k - 1] = 0;
        } else if (k > first) { /* what it does below is as good as nothing */
            row(h, k)[k - 1] *= 1 - beta * v[0] * v[0];
        }
        if (beta > 0)
            reflect_block(h, first, last, k, count, v, beta);
    }
}

static bool find_all(const struct square *h, struct eigenvalue *values)
{
    const double size = size_of(h);
    int last = h->n - 1, iteration = 0;

    while (last >= 0) {
        const int first = block_begin(h, last, size);

        if (first == last) {
            values[last] = (struct eigenvalue){ row(h, last)[last], 0 };
            last -= 1;
            iteration = 0;
        } else if (first == last - 1) {
            solve_pair(h, first, values + first);
            last -= 2;
            iteration = 0;
        } else if (iteration == ITERATIONS_MOST) {
            return false;
        } else {
            francis_step(h, first, last, iteration++);
        }
    }
    return true;
}

bool eigenvalues_find(double *matrix, int n, struct eigenvalue *values, double *work)
{
    const struct square m = { matrix, n };
    const size_t count = (size_t)n * (size_t)n;
    const double most = largest(&m);
    int exponent;

    assert(n > 0 && n <= EIGENVALUES_MOST);
    if (!isfinite(most))
        return false;
    frexp(most, &exponent); /* elements near 1, so that no product of two is lost */
    for (size_t i = 0; i < count; i++)
        matrix[i] = ldexp(matrix[i], -exponent);
    balance(&m);
    reduce(&m, work);
    if (!find_all(&m, values))
        return false;
    for (int i = 0; i < n; i++)
        values[i] =
            (struct eigenvalue){ ldexp(values[i].re, exponent), ldexp(values[i].im, exponent) };
    return true;
}

double eigenvalue_size(struct eigenvalue value)
{
    return hypot(value.re, value.im);
}
