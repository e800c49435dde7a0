/*
 * document.h - a lesson's README.md as lines of words in a column.
 *
 * md4c reads the Markdown; what it finds is kept as words with a style each, broken into lines
 * again when the column's width changes. Headings, paragraphs, emphasis, code, lists, quotes
 * and tables are drawn; a link is its text, a picture its description.
 */
#ifndef VIZ_WINDOW_DOCUMENT_H
#define VIZ_WINDOW_DOCUMENT_H

#include "lessons/lesson.h"
#include "viz/window/canvas.h"

struct document;

/*
 * Read README.md in the lesson's folder. NULL: there is none, it is longer than 1 MiB, or no
 * memory.
 */
struct document *document_read(const struct lesson *lesson);

/* From Markdown in memory, `length` bytes. NULL: no memory. */
struct document *document_parse(const char *markdown, size_t length);
void document_free(struct document *document); /* safe on NULL */

/*
 * Draw the lines that fall into the rectangle when the text is scrolled down by `scroll`
 * pixels. Returns the height of the whole text.
 */
int document_draw(struct document *document, struct canvas *canvas, struct rect rect,
                  int scroll);

/* The words of the document one after another, for who cannot see; to be freed. NULL: no
 * memory. */
char *document_words(const struct document *document);

#endif
