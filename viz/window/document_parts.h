/*
 * document_parts.h - what a document is made of: for document.c, which reads it,
 * document_layout.c and document_table.c, which break it into lines, and document_draw.c. Nobody
 * else looks inside.
 */
#ifndef VIZ_WINDOW_DOCUMENT_PARTS_H
#define VIZ_WINDOW_DOCUMENT_PARTS_H

#include <stdbool.h>

#include "lessons/experiment.h"
#include "viz/window/document.h"
#include "viz/window/text.h"
#include "viz/window/theme.h"

enum { NEST_MAX = 16, COLUMNS_MAX = 8, TITLE_MAX = 80 };

/* Units. */
enum {
    BULLET_W = 18,
    BUTTON_H = 22,
    ASKED_INSET = 12, /* of what a prediction has beside its words */
    CHOICE_PAD = 5,   /* above and below the words of a choice */
    CHOICE_INSET = 24,
    LINK_MARK_W = 13 /* of the mark before a link of ours */
};

/* What a word is written with; the theme says the colour. */
enum ink { INK_PROSE, INK_STRONG, INK_CODE, INK_LINK, INK_PICTURE };

/* What a block of the text is. */
enum kind { KIND_PARAGRAPH, KIND_HEADING, KIND_CODE, KIND_RULE, KIND_ROW, KIND_BUTTONS };

/* What a block is in a prediction. */
enum role { ROLE_NONE, ROLE_QUESTION, ROLE_CHOICE, ROLE_BUTTONS, ROLE_ANSWER };

struct word {
    int block;
    int from, length; /* in text */
    int link;         /* number of its link + 1, or 0 */
    int cell;         /* column of a table it stands in */
    enum text_style style;
    enum ink ink;
    bool space;  /* there is a space before it */
    bool split;  /* there is none, but a line may begin with it (line_break.h) */
    bool line;   /* it begins a line in any case */
    int x, y, w; /* where the last layout put it */
};

struct block {
    enum kind kind;
    int chunk;
    int level;  /* of a heading; how deep in lists else */
    int bullet; /* of the first paragraph of a list item: 0 none, -1 a dot, n the number */
    bool quote; /* marked at the left */
    int table;  /* of a row: which table, from 1 */
    bool head;  /* of a row: the titles of the columns */
    enum align align[COLUMNS_MAX];
    enum role role;
    int prediction, choice;
    bool shown; /* by the last layout */
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
    struct document_link *links;
    int link_count, link_room;
    struct spot *spots;
    int spot_count, spot_room;
    char (*titles)[TITLE_MAX]; /* (chunks) */
    int chunks, title_room;
    int chunk; /* that is shown */
    struct lesson_text asked;
    struct answer answer[PREDICTIONS_MAX];
    enum language language;
    bool failed; /* no memory */
    /* While md4c reads: */
    struct experiment_place place; /* what its links are about */
    struct list lists[NEST_MAX];
    int depth, quotes, bullet, tables, cell;
    int strong, emphasis, code, link, picture;
    int predictions; /* met so far */
    enum role role;  /* of the blocks that come */
    bool open, space, line, head;
    bool soft; /* a line of the file ended: that may be a space */
    /* The layout that words and blocks hold: */
    int width, height;
    double scale;
    bool stale; /* it is of other answers, or of another chunk */
};

/* document_words.c: what is met while the text is read. */
void document_begin_chunk(struct document *document);
void document_begin_block(struct document *document, enum kind kind, int level);
void document_add_word(struct document *document, const char *text, int length);
void document_add_prose(struct document *document, const char *text, int length);
void document_add_code(struct document *document, const char *text, int length);

/* document_parse.c: read Markdown. False: no memory. */
bool document_take(struct document *document, const char *markdown, size_t length);

/* Make room for `needed` things of that size. False: no memory. */
bool document_grow(void **memory, int *room, int needed, size_t size);

/* document_layout.c: break the chunk that is shown into lines of a column. */
void document_lay_out(struct document *document, struct canvas *canvas, int width);

/* How far the words of a block stand in, in pixels. */
int document_indent(const struct block *block, struct canvas *canvas);
int document_line(const struct block *block, struct canvas *canvas);

/* Pixels before a word: a link of ours has a mark before its first. */
int document_mark_room(const struct document *document, struct canvas *canvas, int word);

/* Words `word` .. `end` - 1, whose widths are known, up to the next place where a line may end:
 * how wide they are together. */
int document_run(const struct document *document, struct canvas *canvas, int word, int end);

/*
 * document_table.c: the rows of one table, from `block` on, whose words begin at `word`.
 * Returns the block behind the table; *word and *y go on.
 */
int document_lay_table(struct document *document, struct canvas *canvas, int block, int *word,
                       int *y);

/* document_predict.c: the buttons, or the verdict, below a prediction; how high that is. */
int document_buttons_height(const struct document *document, struct canvas *canvas,
                            int prediction, int w);
void document_draw_buttons(struct document *document, struct canvas *canvas, struct rect row,
                           struct rect within, const struct block *block);
void document_draw_choice(const struct document *document, struct canvas *canvas,
                          struct rect box, const struct block *block);

/* The prediction has been answered or skipped. */
bool document_answered(const struct document *document, int prediction);

/* Note a spot, as far as it lies within the rectangle. */
void document_add_spot(struct document *document, struct rect within, const struct spot *spot);

#endif
