/*
 * bench_peak.h - how many fused multiply-adds this machine can do: the limit that a matrix
 * product is measured against.
 */
#ifndef VIZ_BENCH_BENCH_PEAK_H
#define VIZ_BENCH_BENCH_PEAK_H

/*
 * GFLOP/s (a multiply-add counts as two) of registers alone on `threads` threads at once, with
 * the vectors that this program was built with: the best of many short runs, because what other
 * programs take is not the machine's limit. Takes .4 s.
 */
double bench_peak_gflops(int threads);

#endif
