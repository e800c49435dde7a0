/*
 * document.h - a lesson's text as lines of words in a column, one chunk at a time.
 *
 * md4c reads the Markdown; what it finds is kept as words with a style each, broken into lines
 * again when the column's width changes. A chunk is one "##" section; what stands above the
 * first is a chunk too. Headings, paragraphs, emphasis, code, lists, quotes, tables and links
 * are drawn, a picture is its description. A link says what it does (lessons/link.h), a
 * prediction (lessons/lesson_text.h) waits for an answer before it shows its own.
 *
 * A document knows nothing of the window: after it was drawn it lists the spots that can be
 * pressed, and it is told what was answered and which links have nothing left to do.
 */
#ifndef VIZ_WINDOW_DOCUMENT_H
#define VIZ_WINDOW_DOCUMENT_H

#include "lessons/lesson.h"
#include "lessons/lesson_text.h"
#include "lessons/link.h"
#include "viz/window/canvas.h"

struct document;

/*
 * Read the text in the lesson's folder, of that language, or README.md if it has none in that:
 * then *language becomes English. Its links are checked against the lesson's settings, or those
 * of the experiment that was named last above them. Of an experiment it is the lesson's. NULL:
 * there is no text, it is longer than 1 MiB, or no memory.
 */
struct document *document_read(const struct lesson *lesson, enum language *language);

/* From Markdown in memory, `length` bytes. NULL: no memory. */
struct document *document_parse(const char *markdown, size_t length);
void document_free(struct document *document); /* safe on NULL */

/* Chunks, at least 1, and the heading of one ("" without); the one that is shown, at first 0. */
int document_chunks(const struct document *document);
const char *document_title(const struct document *document, int chunk);
void document_show(struct document *document, int chunk);

/* Links, in the order of the text. ------------------------------------------------------------
 */

enum link_kind {
    LINK_OURS,  /* `link` says what it does */
    LINK_WEB,   /* an address, which is not opened */
    LINK_BROKEN /* ours, but wrong */
};

enum { LINK_HINT_MAX = 512 };

struct document_link {
    enum link_kind kind;
    struct link link;
    int prediction;           /* in whose question it stands, or -1 */
    bool done;                /* what it would do is so already: drawn with a tick */
    char hint[LINK_HINT_MAX]; /* what it does, where it leads, or what is wrong with it */
};

/* How many links it has. */
int document_links(const struct document *document);
const struct document_link *document_link(const struct document *document, int link);
void document_mark(struct document *document, int link, bool done);

/* Predictions, in the order of the text. ------------------------------------------------------
 */

enum answer_state { ANSWER_OPEN, ANSWER_DRAWING, ANSWER_GIVEN, ANSWER_SKIPPED };

/* Zeroed, it has not been given. */
struct answer {
    enum answer_state state;
    int choice;     /* that was taken */
    double decades; /* of a curve: how far off it is, on average; NaN: it was not drawn */
};

/* How many predictions. */
int document_predictions(const struct document *document);
const struct prediction *document_prediction(const struct document *document, int prediction);
void document_answer(struct document *document, int prediction, const struct answer *answer);

/* Drawing. ------------------------------------------------------------------------------------
 */

/*
 * Draw the lines of the chunk that fall into the rectangle when it is scrolled down by `scroll`
 * pixels. Returns the height of the whole chunk.
 */
int document_draw(struct document *document, struct canvas *canvas, struct rect rect,
                  int scroll);

enum spot_kind {
    SPOT_LINK,   /* link `number` */
    SPOT_CHOICE, /* `choice` of prediction `number` */
    SPOT_SKIP,   /* prediction `number`, as all below */
    SPOT_DRAW,   /* begin to draw */
    SPOT_SHAPE,  /* take shape `choice` of the curves that can be chosen */
    SPOT_COMPARE /* it is drawn */
};

/* The curves that can be chosen instead of drawn: level, falling slowly, falling fast. */
enum { DOCUMENT_SHAPES = 3 };

/* Something to press; a link that goes over several lines is several. */
struct spot {
    enum spot_kind kind;
    int number, choice;
    struct rect rect; /* as far as it was drawn */
};

/* The spots of the last document_draw; valid until the next. Returns how many. */
int document_spots(const struct document *document, const struct spot **spots);

/* The words of the document one after another, for who cannot see; to be freed. NULL: no
 * memory. */
char *document_words(const struct document *document);

#endif
