#include "tests/transformer/dense_attention.h"

#include <math.h>
#include <stdlib.h>

#include "tests/test.h"

bool dense_sees(const struct mask *mask, int i, int j)
{
    if (i >= mask->steps || j >= mask->steps)
        return false;
    if (mask->source > 0 && i >= mask->source)
        return j < mask->source;
    if (mask->source > 0 && j >= mask->source)
        return false;
    switch (mask->kind) {
    case ATTENTION_CAUSAL:
        return j <= i;
    case ATTENTION_FULL:
        return true;
    case ATTENTION_WINDOW:
        return j <= i && i - mask->span < j;
    case ATTENTION_BLOCK:
    case ATTENTION_TWO_LEVEL:
        return j <= i && j / mask->span == i / mask->span;
    case ATTENTION_STRIDED:
        return j <= i && (i - j < mask->span || (i - j) % mask->span == 0);
    }
    return false;
}

bool dense_sees_mean(const struct mask *mask, int i, int m)
{
    return mask->kind == ATTENTION_TWO_LEVEL && i < mask->steps &&
           !(mask->source > 0 && i >= mask->source) && m < i / mask->span;
}

bool dense_shows(const struct mask *mask, int i, int j)
{
    return dense_sees(mask, i, j) ||
           (mask->kind == ATTENTION_TWO_LEVEL && dense_sees_mean(mask, i, j / mask->span));
}

struct mask dense_mask(const struct attention_options *options, int steps, const int *lengths,
                       const int *sources, int b)
{
    struct mask mask = { .kind = ATTENTION_CAUSAL, .span = 1, .steps = steps };

    if (options != NULL) {
        mask.kind = options->mask;
        mask.span = options->span > 0 ? options->span : 1;
        mask.source = options->sources && sources != NULL ? sources[b] : 0;
    }
    if (lengths != NULL)
        mask.steps = lengths[b];
    return mask;
}

/* Number c of the query (part 0) or key (part 1) of step i, one head, with rope turned. */
static double turned(const struct scalar_block *s, const real *qkv, int part, int head, int i,
                     int c)
{
    const int width = s->E / s->heads;
    const real *x = qkv + i * 3 * s->E + part * s->E + head * width;
    const int pair = c / 2 * 2;
    const double angle = i * pow(10000, -(double)pair / width);

    if (s->options == NULL || s->options->position != ATTENTION_ROPE || pair + 1 >= width)
        return (double)x[c];
    if (c == pair)
        return (double)x[pair] * cos(angle) - (double)x[pair + 1] * sin(angle);
    return (double)x[pair] * sin(angle) + (double)x[pair + 1] * cos(angle);
}

/* exp(s) of query i and the mean of the keys first .. first + count - 1. */
static double weight(const struct scalar_block *s, const real *qkv, int head, int i, int first,
                     int count)
{
    const int width = s->E / s->heads;
    double score = 0;

    for (int c = 0; c < width; c++) {
        double key = 0;

        for (int j = first; j < first + count; j++)
            key += turned(s, qkv, 1, head, j, c) / count;
        score += turned(s, qkv, 0, head, i, c) * key / sqrt(width);
    }
    if (s->options != NULL && s->options->position == ATTENTION_ALIBI)
        score -= pow(2, -8.0 * (head + 1) / s->heads) * fabs(i - (first + (count - 1) / 2.0));
    return exp(score);
}

/* Add p times the mean of the values of steps first .. first + count - 1, and show p. */
static void take(struct scalar_block *s, real *mix, const real *qkv, real *row,
                 const real *nudge, int head, int first, int count, double p)
{
    const int width = s->E / s->heads;

    for (int j = first; j < first + count; j++)
        p += (double)nudge[j];
    for (int j = first; j < first + count; j++) {
        row[j] += (real)(p / count);
        for (int c = head * width; c < (head + 1) * width; c++)
            mix[c] += (real)(p / count * (double)qkv[j * 3 * s->E + 2 * s->E + c]);
    }
}

void dense_attention_row(struct scalar_block *s, real *mix, const real *qkv, int b, int head,
                         int i)
{
    const struct mask mask = dense_mask(s->options, s->T, s->lengths, s->sources, b);
    const int at = ((b * s->heads + head) * s->T + i) * s->T, blocks = s->T / mask.span;
    double sum = 0;

    for (int j = 0; j < s->T; j++) {
        s->p[at + j] = 0;
        sum += dense_sees(&mask, i, j) ? weight(s, qkv, head, i, j, 1) : 0;
    }
    for (int m = 0; m < blocks; m++)
        if (dense_sees_mean(&mask, i, m))
            sum += weight(s, qkv, head, i, m * mask.span, mask.span);
    for (int j = 0; j < s->T; j++)
        if (dense_sees(&mask, i, j))
            take(s, mix, qkv, s->p + at, s->nudge + at, head, j, 1,
                 weight(s, qkv, head, i, j, 1) / sum);
    for (int m = 0; m < blocks; m++)
        if (dense_sees_mean(&mask, i, m))
            take(s, mix, qkv, s->p + at, s->nudge + at, head, m * mask.span, mask.span,
                 weight(s, qkv, head, i, m * mask.span, mask.span) / sum);
}
