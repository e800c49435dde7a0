/*
 * bench_report.h - what was measured, for a person, a machine, or a page.
 */
#ifndef VIZ_BENCH_BENCH_REPORT_H
#define VIZ_BENCH_BENCH_REPORT_H

#include "viz/bench/bench_goals.h"
#include "viz/bench/bench_machine.h"
#include "viz/bench/bench_row.h"

enum bench_format {
    BENCH_TABLE,
    BENCH_JSON, /* one object a line: {"machine": ...}, {"shape": ...}, {"class": ...} */
    BENCH_MARKDOWN
};

/* Zeroed but for the format: nothing was printed yet. */
struct bench_report {
    enum bench_format format;
    int rows;
    struct bench_answer columns; /* the peer's ways that the table's head names */
    bool before;                 /* there is a column for an earlier output */
};

/* All of them on standard output. STATUS_FILE: it is gone; STATUS_NO_MEMORY. */

enum status bench_report_machine(const struct bench_report *report,
                                 const struct bench_machine *machine, struct error *error);
enum status bench_report_row(struct bench_report *report, const struct bench_row *row,
                             struct error *error);

/* The means of all classes that have some; nothing without a peer. */
enum status bench_report_means(const struct bench_report *report,
                               const struct bench_means *means, struct error *error);

/* A row of some other table: a JSON object, freed in every case, or the same as text. */
enum status bench_report_line(const struct bench_report *report, const char *text,
                              cJSON *object, struct error *error);

#endif
