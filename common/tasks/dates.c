#include "common/tasks/dates.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/files/utf8.h"
#include "common/tasks/characters.h"
#include "common/tasks/held_out.h"
#include "common/tasks/source_target.h"

/* What can stand in a date, in the order of its symbols. */
static const char alphabet[] = " ,-./0123456789ADFJMNOSabcdefghilmnoprstuvy";
static const char *const months[12] = { "January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December" };

enum {
    ALPHABET = sizeof alphabet - 1,
    ANSWER = 10,       /* characters of 2009-06-25 */
    LONGEST_TEXT = 23, /* 30th of September, 2009 */
    HELD_OUT_SHARE = 10
};

/* Days -----------------------------------------------------------------------------------------*/

static int year_days(int year)
{
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return leap ? 366 : 365;
}

static int month_days(int year, int month)
{
    static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return month == 2 ? year_days(year) - 337 : days[month - 1];
}

struct date date_of_day(int day)
{
    struct date date = { .year = 1900, .month = 1 };

    for (; day >= year_days(date.year); date.year++)
        day -= year_days(date.year);
    for (; day >= month_days(date.year, date.month); date.month++)
        day -= month_days(date.year, date.month);
    date.day = day + 1;
    return date;
}

static const char *ordinal(int day)
{
    static const char *const endings[4] = { "th", "st", "nd", "rd" };

    return endings[day % 10 > 3 || (day > 10 && day < 20) ? 0 : day % 10];
}

void date_text(struct date date, int format, char text[DATES_TEXT_MAX])
{
    const char *month = months[date.month - 1], *nth = ordinal(date.day);
    const size_t size = DATES_TEXT_MAX;

    switch (format) {
    case 0:
        snprintf(text, size, "%d%s of %s, %d", date.day, nth, month, date.year);
        break;
    case 1:
        snprintf(text, size, "%d %s %d", date.day, month, date.year);
        break;
    case 2:
        snprintf(text, size, "%s %d, %d", month, date.day, date.year);
        break;
    case 3:
        snprintf(text, size, "%s %d%s %d", month, date.day, nth, date.year);
        break;
    case 4:
        snprintf(text, size, "%d %.3s %d", date.day, month, date.year);
        break;
    case 5:
        snprintf(text, size, "%02d.%02d.%d", date.day, date.month, date.year);
        break;
    case 6:
        snprintf(text, size, "%02d/%02d/%d", date.month, date.day, date.year);
        break;
    default:
        snprintf(text, size, "%d %s %d", date.year, month, date.day);
        break;
    }
}

bool dates_is_held_out(int day)
{
    return held_out_mix((uint32_t)day * 2654435769u) % HELD_OUT_SHARE == 0;
}

/* Sequences ------------------------------------------------------------------------------------*/

/* The symbol of a character; -1: no date has it. */
static int symbol_of(char character)
{
    const char *found = character != '\0' ? strchr(alphabet, character) : NULL;

    return found ? SYMBOLS_RESERVED + (int)(found - alphabet) : -1;
}

static void write_date(struct batch *batch, int b, struct date date, int format)
{
    char text[DATES_TEXT_MAX], answer[DATES_TEXT_MAX];
    int source[DATES_TEXT_MAX], target[DATES_TEXT_MAX], n, m;

    date_text(date, format, text);
    snprintf(answer, sizeof answer, "%d-%02d-%02d", date.year, date.month, date.day);
    for (n = 0; text[n] != '\0'; n++)
        source[n] = symbol_of(text[n]);
    for (m = 0; answer[m] != '\0'; m++)
        target[m] = symbol_of(answer[m]);
    source_target_fill(batch, b, source, n, target, m);
}

static enum status dates_open(struct task *task, struct error *error)
{
    if (task->options.test_length != 0)
        return error_set(error, STATUS_USAGE,
                         "task dates: test_length %d is impossible: a date has one length only",
                         task->options.test_length);
    return STATUS_OK;
}

static void dates_shape(struct task *task)
{
    source_target_shape(task, SYMBOLS_RESERVED + ALPHABET,
                        source_target_steps(LONGEST_TEXT, ANSWER));
}

static void dates_fill(const struct task *task, struct random *random, bool held_out,
                       struct batch *batch, int b)
{
    const int format = (int)random_below(random, DATES_FORMATS);
    int day;

    (void)task;
    do
        day = (int)random_below(random, DATES_DAYS);
    while (dates_is_held_out(day) != held_out);
    write_date(batch, b, date_of_day(day), format);
}

static double dates_baseline(const struct task *task)
{
    (void)task;
    return log(DATES_DAYS) / (ANSWER + 1);
}

int dates_year_step(const struct batch *batch, int b)
{
    int digits = 0;

    for (int t = 0; t < batch->sources[b]; t++) {
        const int i = batch->tokens[t * batch->extent.batch + b] - SYMBOLS_RESERVED;

        digits = i >= 0 && alphabet[i] >= '0' && alphabet[i] <= '9' ? digits + 1 : 0;
        if (digits == 4)
            return t - 3;
    }
    return -1;
}

static void dates_output_symbol(const struct task *task, int symbol, char text[TASK_TEXT_MAX])
{
    (void)task;
    if (!source_target_text(symbol, text))
        character_text((unsigned char)alphabet[symbol - SYMBOLS_RESERVED], text);
}

/* The year is outlined: what the first four outputs should look at. */
static bool dates_input_text(const struct task *task, const struct batch *batch, int b, int t,
                             char text[TASK_TEXT_MAX])
{
    const int year = dates_year_step(batch, b);

    dates_output_symbol(task, batch->tokens[t * batch->extent.batch + b], text);
    return year >= 0 && t >= year && t < year + 4;
}

/* The day and format that are written like this. */
static bool recognise(const char *text, struct date *date, int *format)
{
    char written[DATES_TEXT_MAX];

    for (int day = 0; day < DATES_DAYS; day++) {
        const struct date tried = date_of_day(day);
        char year[8];

        snprintf(year, sizeof year, "%d", tried.year);
        if (strstr(text, year) == NULL) { /* on to the next year */
            day += year_days(tried.year) - 1;
            continue;
        }
        for (int f = 0; f < DATES_FORMATS; f++) {
            date_text(tried, f, written);
            if (strcmp(written, text) == 0) {
                *date = tried;
                *format = f;
                return true;
            }
        }
    }
    return false;
}

/*
 * Characters of text, up to end, as symbols; a raised dot, as which a blank is shown, is one.
 * STATUS_USAGE: too many, none, or one that stands in no date.
 */
static enum status read_symbols(const char *text, const char *end, int most, int *symbols,
                                int *count, struct error *error)
{
    for (*count = 0; text < end; ++*count) {
        const bool dot = strncmp(text, "\u00B7", 2) == 0;
        const int symbol = symbol_of(dot ? ' ' : *text);

        if (symbol < 0)
            return error_set(error, STATUS_USAGE,
                             "task dates: \"%.*s\" begins with what stands in no date; there "
                             "are: \"%s\"",
                             utf8_shown(text, 20), text, alphabet);
        if (*count == most)
            return error_set(error, STATUS_USAGE,
                             "task dates: more than %d characters; try \"25th of June, 2009\"",
                             most);
        symbols[*count] = symbol;
        text += dot ? 2 : 1;
    }
    return STATUS_OK;
}

static enum status dates_parse(const struct task *task, const char *text, struct batch *batch,
                               struct error *error)
{
    int source[LONGEST_TEXT], target[ANSWER], n, m = 0, format;
    const char *end = text + strlen(text);
    const char *answer = source_target_split(text, &end);
    enum status status = read_symbols(text, end, LONGEST_TEXT, source, &n, error);
    char plain[LONGEST_TEXT + 1] = "";
    struct date date;

    (void)task;
    if (status == STATUS_OK && answer != NULL)
        status = read_symbols(answer, answer + strlen(answer), ANSWER, target, &m, error);
    if (status != STATUS_OK)
        return status;
    if (n == 0)
        return error_set(error, STATUS_USAGE,
                         "task dates: no date; try \"25th of June, 2009\"");
    for (int i = 0; i < n; i++)
        plain[i] = alphabet[source[i] - SYMBOLS_RESERVED];
    if (m == 0 && recognise(plain, &date, &format))
        write_date(batch, 0, date, format);
    else
        source_target_fill(batch, 0, source, n, m > 0 ? target : NULL, m);
    return STATUS_OK;
}

const struct task_kind dates_task = {
    .name = "dates",
    .title = "read a date that people wrote",
    .about =
        "\"25th of June, 2009\" in one of 8 formats, then 2009-06-25; cross-entropy of the answer, "
        "ln(73049) / 11 for one that reads no question; a tenth of all days is held out",
    .default_length = 1,
    .shortest = 1,
    .longest = 1,
    .length_is = "dates in a sequence",
    .open = dates_open,
    .shape = dates_shape,
    .fill = dates_fill,
    .baseline = dates_baseline,
    .input_text = dates_input_text,
    .output_symbol = dates_output_symbol,
    .separator = "",
    .parse = dates_parse,
};
