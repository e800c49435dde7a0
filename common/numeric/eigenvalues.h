/*
 * eigenvalues.h - the eigenvalues of a real square matrix, in double.
 *
 *     A x = lambda x          repeated multiplication by A grows or shrinks by |lambda|
 *
 * Balancing, reduction to Hessenberg form by reflections, and the implicit double-shift QR
 * algorithm of Francis (1961), with deflation: Golub and Van Loan, Matrix Computations, 4th
 * edition, sections 7.4.3, 7.5.1 and 7.5.4 to 7.5.8. What is found are the exact eigenvalues of
 * a matrix that differs from A in its last bits. Those of a defective matrix move by far more
 * than that: a Jordan block of k rows spreads its k equal ones over a circle as wide as the
 * k-th root of the rounding error.
 */
#ifndef COMMON_NUMERIC_EIGENVALUES_H
#define COMMON_NUMERIC_EIGENVALUES_H

#include <stdbool.h>

/* re + i im */
struct eigenvalue {
    double re, im;
};

/* Rows of the largest matrix: work grows with their third power (n = 256: some 100 ms). */
enum { EIGENVALUES_MOST = 256 };

/*
 * Write the n eigenvalues of matrix (n, n), row after row, into values (n), in no order but
 * that complex ones stand in conjugate pairs. Overwrites matrix and work (n). 1 <= n <=
 * EIGENVALUES_MOST. False: an element is not finite, or the iteration did not converge; values
 * are then undefined.
 */
bool eigenvalues_find(double *matrix, int n, struct eigenvalue *values, double *work);

/* |lambda| */
double eigenvalue_size(struct eigenvalue value);

#endif
