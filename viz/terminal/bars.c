#include "viz/terminal/bars.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const char *const blocks[] = { " ",      "\u2581", "\u2582", "\u2583", "\u2584",
                                      "\u2585", "\u2586", "\u2587", "\u2588" };
static const char *const letters[] = { " ", ".", ":", "#" };
enum { BLOCK_LEVELS = 8, LETTER_LEVELS = 3 };

static const char *glyph(int level, bool unicode)
{
    return unicode ? blocks[level] : letters[level];
}

/* Levels of a bar that fall into row `row`. */
static int level_in_row(double height, int row, int rows, int levels)
{
    const double clipped = height < 1 ? height : 1;
    const int filled = (int)ceil(clipped * rows * levels - 1e-9);
    const int above = filled - (rows - 1 - row) * levels;

    return above < 0 ? 0 : above > levels ? levels : above;
}

void bars_row(char text[ROW_TEXT_MAX], const double *heights, int columns, int row, int rows,
              bool unicode)
{
    const int levels = unicode ? BLOCK_LEVELS : LETTER_LEVELS;

    assert(columns <= COLUMNS_MAX);
    text[0] = '\0';
    for (int i = 0; i < columns; i++) {
        const int level = heights[i] > 0 ? level_in_row(heights[i], row, rows, levels) : 0;

        strcpy(text, glyph(level, unicode));
        text += strlen(text);
    }
}

/* The norm that stands for column i: the largest of its steps. A NaN hides nothing. */
static double column_norm(const double *norms, int steps, int columns, int i)
{
    int t = (int)((long)i * steps / columns);
    int end = (int)((long)(i + 1) * steps / columns);
    double largest = norms[t];

    for (t++; t < end; t++)
        if (norms[t] > largest || isnan(largest))
            largest = norms[t];
    return largest;
}

static const char *strip_mark(double norm)
{
    if (isnan(norm))
        return "?";
    if (norm == 0)
        return "x";
    return log10(norm) <= STRIP_LEAST ? "v" : NULL;
}

void strip_row(char text[ROW_TEXT_MAX], const double *norms, int steps, int columns, int row,
               int rows, bool unicode)
{
    assert(columns <= COLUMNS_MAX);
    text[0] = '\0';
    for (int i = 0; i < columns; i++) {
        const double norm = column_norm(norms, steps, columns, i);
        const double height = (log10(norm) - STRIP_LEAST) / (STRIP_MOST - STRIP_LEAST);
        const char *mark = strip_mark(norm);

        if (mark == NULL)
            bars_row(text, &height, 1, row, rows, unicode);
        else
            strcpy(text, row == rows - 1 ? mark : " ");
        text += strlen(text);
    }
}

int strip_columns(int steps, int room)
{
    const int most = room < COLUMNS_MAX ? room : COLUMNS_MAX;

    return steps <= most ? most / steps * steps : most;
}

/* The next number at or below x of the series .. .5 1 2 5 10 .. */
static double round_down(double x)
{
    const double power = pow(10, floor(log10(x)));

    return power * (x >= 5 * power ? 5 : x >= 2 * power ? 2 : 1);
}

static double round_up(double x)
{
    const double below = round_down(x);
    const double power = pow(10, floor(log10(x)));

    if (below >= x)
        return x;
    return below < 1.5 * power ? 2 * power : below < 3 * power ? 5 * power : 10 * power;
}

struct loss_axis loss_axis_begin(double baseline)
{
    const double known = baseline > 0 && isfinite(baseline) ? baseline : 1;

    return (struct loss_axis){ round_down(known / 2), round_up(known * 2) };
}

void loss_axis_add(struct loss_axis *axis, const struct curve *curve)
{
    for (int i = 0; i < curve->count; i++) {
        const double loss = (double)curve->points[i].loss;

        if (loss > 0 && loss < axis->least)
            axis->least = round_down(loss);
    }
}

static double loss_height(const struct loss_axis *axis, double log_loss)
{
    return (log_loss - log(axis->least)) / (log(axis->most) - log(axis->least));
}

void sparkline(char text[ROW_TEXT_MAX], const struct curve *curve, long steps, int columns,
               const struct loss_axis *axis, bool unicode)
{
    const long last = curve->count ? curve->points[curve->count - 1].step : -1;
    double heights[COLUMNS_MAX];
    double before = (double)NAN;
    int p = 0;

    assert(columns <= COLUMNS_MAX);
    for (int i = 0; i < columns; i++) {
        const double end = (double)steps * (i + 1) / columns;
        double sum = 0;
        int count = 0;

        for (; p < curve->count && (double)curve->points[p].step < end; p++)
            if (curve->points[p].loss > 0 && isfinite(curve->points[p].loss)) {
                sum += log((double)curve->points[p].loss);
                count++;
            }
        if (count > 0)
            before = loss_height(axis, sum / count);
        heights[i] = (double)steps * i / columns <= (double)last ? before : (double)NAN;
    }
    bars_row(text, heights, columns, 0, 1, unicode);
}

void sparkline_constant(char text[ROW_TEXT_MAX], double loss, int columns,
                        const struct loss_axis *axis, bool unicode)
{
    double heights[COLUMNS_MAX];

    assert(columns <= COLUMNS_MAX);
    for (int i = 0; i < columns; i++)
        heights[i] = loss > 0 ? loss_height(axis, log(loss)) : (double)NAN;
    bars_row(text, heights, columns, 0, 1, unicode);
}
