/*
 * document_parts.h - what a document is made of: for document.c, which reads it, and
 * document_draw.c, which breaks it into lines. Nobody else looks inside.
 */
#ifndef VIZ_WINDOW_DOCUMENT_PARTS_H
#define VIZ_WINDOW_DOCUMENT_PARTS_H

#include <stdbool.h>

#include "viz/window/text.h"
#include "viz/window/theme.h"

enum { NEST_MAX = 16 };

/* What a word is written with; the theme says the colour. */
enum ink { INK_PROSE, INK_STRONG, INK_CODE, INK_LINK };

/* What a block of the text is. */
enum kind { KIND_PARAGRAPH, KIND_HEADING, KIND_CODE, KIND_RULE, KIND_ROW };

struct word {
    int block;
    int from, length; /* in text */
    enum text_style style;
    enum ink ink;
    bool space; /* there is a space before it */
    bool line;  /* it begins a line in any case */
    int x, y;   /* where the last layout put it */
};

struct block {
    enum kind kind;
    int level;  /* of a heading; how deep in lists else */
    int bullet; /* of the first paragraph of a list item: 0 none, -1 a dot, n the number */
    bool quote; /* marked at the left */
    int y, h;
    int joined; /* pixels up to the quoted block above */
};

struct list {
    bool ordered;
    int number;
};

struct document {
    char *text;
    int size, room;
    struct word *words;
    int count, word_room;
    struct block *blocks;
    int block_count, block_room;
    bool failed; /* no memory */
    /* While md4c reads: */
    struct list lists[NEST_MAX];
    int depth, quotes, bullet;
    int strong, emphasis, code, link;
    bool open, space, line;
    /* The layout that words and blocks hold: */
    int width, height;
    double scale;
};

#endif
