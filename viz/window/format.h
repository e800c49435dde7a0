/*
 * format.h - numbers as people read them: three significant digits, scientific below 1e-3, and
 * never wider than FORMAT_WIDTH characters, so that live values stand still in a field of that
 * width.
 */
#ifndef VIZ_WINDOW_FORMAT_H
#define VIZ_WINDOW_FORMAT_H

#include <stddef.h>

#include "lessons/language.h"

enum { FORMAT_MAX = 32, FORMAT_WIDTH = 8 };

/* "0.167", "12.3", "2.31e-9", "-" for NaN, "inf". Returns out. */
const char *format_number(char out[FORMAT_MAX], double value);

/* "x0.581", or "x1.6e4": what a value is multiplied by. "-" for NaN. */
const char *format_factor(char out[FORMAT_MAX], double factor);

/* "1.2k", "40G": three digits and a letter for thousands, millions and so on. value >= 0. */
const char *format_short(char out[FORMAT_MAX], double value);

/* "1.23 MFLOP" */
const char *format_flops(char out[FORMAT_MAX], double flops);

/* "98.4 %" from .984. */
const char *format_percent(char out[FORMAT_MAX], double share);

/* "25,472" */
const char *format_count(char out[FORMAT_MAX], size_t count);

/* "42 s", "3:07" */
const char *format_time(char out[FORMAT_MAX], double seconds);

/* "lr 0.003 / 0.001, clip 1": learning rates of some arms, and a clip, 0 for none. */
void format_rates(char *out, size_t size, const double *rates, int count, double clip,
                  enum language language);

/* The number that is written with so many significant digits. */
double format_rounded(double value, int digits);

#endif
