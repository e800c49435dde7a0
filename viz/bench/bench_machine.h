/*
 * bench_machine.h - where and with what something was measured: without that a time means
 * nothing.
 */
#ifndef VIZ_BENCH_BENCH_MACHINE_H
#define VIZ_BENCH_BENCH_MACHINE_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "common/error.h"

enum { BENCH_WORD_MAX = 80 };

struct bench_machine {
    char cpu[BENCH_WORD_MAX]; /* the processor's own name for itself */
    int threads;
    char version[BENCH_WORD_MAX];
    char compiler[BENCH_WORD_MAX];
    char vectors[BENCH_WORD_MAX];
    char date[BENCH_WORD_MAX];        /* 2026-11-25 */
    double peak_gflops;               /* of all threads; 0: not measured */
    double peak_gflops_of_one_thread; /* likewise */
};

/* This machine and program; the peaks are left 0. */
struct bench_machine bench_machine_here(int threads);

/* Measure the peaks: of one thread and of all, each in a process of its own. */
enum status bench_machine_peaks(struct bench_machine *machine, struct error *error);

/* {"machine": ..., "threads": ..., "version": ..., ...}; NULL: no memory. */
cJSON *bench_machine_json(const struct bench_machine *machine);

/* The other way; false if the object is no machine. What it does not have stays "" or 0. */
bool bench_machine_read(struct bench_machine *machine, const cJSON *object);

/* "AMD EPYC, 2 threads, duet 0.1.0, gcc 12.2.0, AVX-512, 2026-11-25". */
enum { BENCH_MACHINE_LINE = 6 * BENCH_WORD_MAX };
void bench_machine_line(char line[BENCH_MACHINE_LINE], const struct bench_machine *machine);

#endif
