/* Tables: columns as wide as their widest cell, or narrower where the page is. */
#include <string.h>

#include "viz/window/document_parts.h"

enum { GAP = 14 /* between two columns */, LEAST = 24 };

struct table {
    int first, end; /* blocks */
    int columns;
    int x[COLUMNS_MAX], w[COLUMNS_MAX];
    enum align align[COLUMNS_MAX];
};

/* Columns past the last are set into it. */
static int column_of(const struct word *word)
{
    const int cell = word->cell > 0 ? word->cell : 0;

    return cell < COLUMNS_MAX ? cell : COLUMNS_MAX - 1;
}

/* Words i .. that stand in the same cell of the same row; returns the one behind. */
static int cell_end(const struct document *d, int i)
{
    int end = i + 1;

    while (end < d->count && d->words[end].block == d->words[i].block &&
           column_of(&d->words[end]) == column_of(&d->words[i]))
        end++;
    return end;
}

static int space_before(const struct document *d, struct canvas *canvas, int word, int first)
{
    const struct word *w = &d->words[word];

    return document_mark_room(d, canvas, word) +
           (w->space && word > first ? canvas_text_width(canvas, w->style, " ", 1) : 0);
}

/* In one line. */
static int cell_width(struct document *d, struct canvas *canvas, int from, int end)
{
    int width = 0;

    for (int i = from; i < end; i++) {
        struct word *w = &d->words[i];

        w->w = canvas_text_width(canvas, w->style, d->text + w->from, w->length);
        width += space_before(d, canvas, i, from) + w->w;
    }
    return width;
}

/* What the columns would like. */
static void measure(struct document *d, struct canvas *canvas, struct table *t, int word)
{
    while (word < d->count && d->words[word].block < t->end) {
        const int end = cell_end(d, word), column = column_of(&d->words[word]);
        const int width = cell_width(d, canvas, word, end);

        if (width > t->w[column])
            t->w[column] = width;
        if (column >= t->columns)
            t->columns = column + 1;
        word = end;
    }
}

/* Where the page is too narrow, the widest columns give way first. */
static void fit(struct table *t, int room, int gap, int least)
{
    room -= (t->columns - 1) * gap;
    for (;;) {
        int sum = 0, widest = 0, second = least, widest_count = 0, cut;

        for (int i = 0; i < t->columns; i++) {
            sum += t->w[i];
            widest = t->w[i] > widest ? t->w[i] : widest;
        }
        for (int i = 0; i < t->columns; i++) {
            widest_count += t->w[i] == widest;
            if (t->w[i] < widest && t->w[i] > second)
                second = t->w[i];
        }
        if (sum <= room || widest <= least)
            break;
        cut = (sum - room + widest_count - 1) / widest_count;
        if (cut > widest - second)
            cut = widest - second;
        for (int i = 0; i < t->columns; i++)
            if (t->w[i] == widest)
                t->w[i] -= cut;
    }
    for (int i = 1; i < t->columns; i++)
        t->x[i] = t->x[i - 1] + t->w[i - 1] + gap;
}

/* One cell from y down; returns the lines it takes. */
static int lay_cell(struct document *d, struct canvas *canvas, const struct table *t, int from,
                    int end, int y, int line)
{
    const int column = column_of(&d->words[from]), width = cell_width(d, canvas, from, end);
    const int left = t->x[column], room = t->w[column];
    int x = left, lines = 1;

    if (width <= room && t->align[column] == ALIGN_RIGHT)
        x += room - width;
    if (width <= room && t->align[column] == ALIGN_CENTRE)
        x += (room - width) / 2;
    for (int i = from; i < end; i++) {
        struct word *w = &d->words[i];
        const int space = space_before(d, canvas, i, from);

        if (i > from && x > left && (w->space || w->split) &&
            x + space + document_run(d, canvas, i, end) - document_mark_room(d, canvas, i) >
                left + room) {
            x = left + document_mark_room(d, canvas, i);
            lines++;
        } else {
            x += space;
        }
        w->x = x;
        w->y = y + (lines - 1) * line;
        x += w->w;
    }
    return lines;
}

int document_lay_table(struct document *d, struct canvas *canvas, int block, int *word, int *y)
{
    struct table t = { .first = block, .end = block };
    const int indent = document_indent(&d->blocks[block], canvas);
    const int line = document_line(&d->blocks[block], canvas);

    while (t.end < d->block_count && d->blocks[t.end].kind == KIND_ROW &&
           d->blocks[t.end].table == d->blocks[block].table &&
           d->blocks[t.end].chunk == d->blocks[block].chunk)
        t.end++;
    memcpy(t.align, d->blocks[block].align, sizeof t.align);
    t.x[0] = indent;
    measure(d, canvas, &t, *word);
    fit(&t, d->width - indent, canvas_px(canvas, GAP), canvas_px(canvas, LEAST));
    for (int row = t.first; row < t.end; row++) {
        struct block *b = &d->blocks[row];
        int lines = 1;

        b->shown = true;
        b->joined = row > t.first && b->quote ? canvas_px(canvas, 3) : b->joined;
        *y += row > t.first ? canvas_px(canvas, 3) : 0;
        b->y = *y;
        while (*word < d->count && d->words[*word].block == row) {
            const int end = cell_end(d, *word);
            const int used = lay_cell(d, canvas, &t, *word, end, *y, line);

            lines = used > lines ? used : lines;
            *word = end;
        }
        *y += lines * line;
        b->h = *y - b->y;
    }
    return t.end;
}
