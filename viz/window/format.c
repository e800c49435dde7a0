#include "viz/window/format.h"

#include "lessons/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "2.31e-09" as "2.31e-9": the exponent without leading zeros and plus. */
static void scientific(char out[FORMAT_MAX], double value)
{
    char *e;
    int exponent;

    snprintf(out, FORMAT_MAX, "%.2e", value);
    e = strchr(out, 'e');
    if (e == NULL)
        return;
    exponent = (int)strtol(e + 1, NULL, 10);
    snprintf(e + 1, (size_t)(FORMAT_MAX - (e + 1 - out)), "%d", exponent);
}

const char *format_number(char out[FORMAT_MAX], double value)
{
    const double size = fabs(value);

    if (isnan(value))
        snprintf(out, FORMAT_MAX, "\u2013");
    else if (isinf(value))
        snprintf(out, FORMAT_MAX, value < 0 ? "-inf" : "inf");
    else if (size == 0)
        snprintf(out, FORMAT_MAX, "0");
    else if (size < 1e-3 || size >= 99950)
        scientific(out, value);
    else if (size >= 99.95)
        snprintf(out, FORMAT_MAX, "%.0f", value);
    else
        snprintf(out, FORMAT_MAX, "%.*f",
                 size >= 9.995      ? 1
                 : size >= 0.9995   ? 2
                 : size >= 0.09995  ? 3
                 : size >= 0.009995 ? 4
                                    : 5,
                 value);
    return out;
}

const char *format_factor(char out[FORMAT_MAX], double factor)
{
    char number[FORMAT_MAX];

    if (isnan(factor))
        return format_number(out, factor);
    snprintf(out, FORMAT_MAX, "\u00d7%.24s", format_number(number, factor));
    return out;
}

/* Divides by thousands; returns their letter. */
static const char *thousands(double *value)
{
    static const char *const letters[] = { "", "k", "M", "G", "T", "P", "E" };
    size_t letter = 0;

    for (; *value >= 999.5 && letter + 1 < sizeof letters / sizeof *letters; letter++)
        *value /= 1000;
    return letters[letter];
}

const char *format_short(char out[FORMAT_MAX], double value)
{
    const char *letter = thousands(&value);

    snprintf(out, FORMAT_MAX, "%.3g%s", value, letter);
    return out;
}

const char *format_flops(char out[FORMAT_MAX], double flops)
{
    const char *letter = thousands(&flops);
    char number[FORMAT_MAX];

    snprintf(out, FORMAT_MAX, "%.16s %sFLOP", format_number(number, flops), letter);
    return out;
}

const char *format_percent(char out[FORMAT_MAX], double share)
{
    if (isnan(share))
        return format_number(out, share);
    snprintf(out, FORMAT_MAX, "%.1f %%", 100 * share);
    return out;
}

const char *format_count(char out[FORMAT_MAX], size_t count)
{
    char digits[FORMAT_MAX];
    const int length = snprintf(digits, sizeof digits, "%zu", count);
    int to = 0;

    for (int i = 0; i < length && to < FORMAT_MAX - 2; i++) {
        out[to++] = digits[i];
        if ((length - 1 - i) % 3 == 0 && i + 1 < length)
            out[to++] = ',';
    }
    out[to] = '\0';
    return out;
}

const char *format_time(char out[FORMAT_MAX], double seconds)
{
    if (isnan(seconds) || seconds < 0)
        return format_number(out, (double)NAN);
    if (seconds < 60)
        snprintf(out, FORMAT_MAX, "%.1f s", seconds);
    else
        snprintf(out, FORMAT_MAX, "%.0f:%02.0f", floor(seconds / 60), floor(fmod(seconds, 60)));
    return out;
}

void format_rates(char *out, size_t size, const double *rates, int count, double clip,
                  enum language language)
{
    size_t used = (size_t)snprintf(out, size, "lr");

    for (int i = 0; i < count && used < size; i++)
        used +=
            (size_t)snprintf(out + used, size - used, "%s %.3g", i > 0 ? " /" : "", rates[i]);
    if (used < size && clip > 0)
        snprintf(out + used, size - used, words_in(language, ", clip %.3g"), clip);
    else if (used < size)
        snprintf(out + used, size - used, "%s", words_in(language, ", clip off"));
}

double format_rounded(double value, int digits)
{
    char text[FORMAT_MAX];

    snprintf(text, sizeof text, "%.*e", digits - 1, value);
    return strtod(text, NULL);
}
