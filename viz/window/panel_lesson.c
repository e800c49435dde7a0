/*
 * The text of the lesson: a head to turn its pages, the page, scrolled by the wheel; or one
 * line in its place.
 */
#include "viz/window/panels.h"

#include <stdio.h>
#include <string.h>

#include "lessons/words.h"
#include "viz/window/act.h"
#include "viz/window/document.h"
#include "viz/window/widgets.h"

enum {
    PAD = 14,
    HEAD_H = 26,
    DOT = 6,
    DOT_GAP = 5,
    DOTS_MAX = 14,
    NEXT_H = 26,
    FAULT_LINES = 4
};

static bool is_claims_page(const struct view *view, int page)
{
    return page >= document_chunks(view->document);
}

static const char *page_title(const struct view *view, int page)
{
    return is_claims_page(view, page) ? words_in(view->language, "What this lesson claims")
                                      : document_title(view->document, page);
}

/* ------------------------------------------------------------------------------------- head */

static int add_chip(struct view *view, int x, struct rect row, const char *label,
                    enum action action, long value, const char *hint)
{
    const int inset = canvas_px(view->canvas, 3);

    return x +
           widget_chip(
               view, x, row.y + inset, row.h - 2 * inset,
               &(struct button){ .label = label,
                                 .hot = { .action = action, .value = value, .hint = hint } }) +
           canvas_px(view->canvas, 4);
}

/* One for each page, filled up to the one that is shown. */
static void draw_dots(struct view *view, int x, struct rect row)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const int page = view_reading(view)->page, pages = view_pages(view);
    const int size = canvas_px(view->canvas, DOT),
              step = size + canvas_px(view->canvas, DOT_GAP);

    for (int i = 0; i < pages && pages <= DOTS_MAX && x + step <= row.x + row.w;
         i++, x += step) {
        const struct rect dot = { x, row.y + (row.h - size) / 2, size, size };
        const bool over =
            view_hot(view, (struct hot){ .rect = rect_inset(dot, -2, -size, -2, -size),
                                         .action = ACT_CHUNK,
                                         .value = i,
                                         .hint = page_title(view, i) });

        canvas_round(view->canvas, i == page ? rect_inset(dot, -1, -1, -1, -1) : dot, size / 2,
                     i == page  ? theme->accent
                     : over     ? theme->text
                     : i < page ? theme->dim
                                : theme->edge);
    }
}

static void claims_label(const struct view *view, char label[32])
{
    snprintf(label, 32, words_in(view->language, "claims %d/%d"), panel_claims_met(view),
             view->lesson->claim_count);
}

/* Page, dots, claims, fold. */
static void draw_head(struct view *view, struct rect row)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    char label[32];
    int x = row.x, right = row.x + row.w;

    right -= widget_chip_width(view, "\u2013");
    add_chip(view, right, row, "\u2013", ACT_TEXT, 0, "Fold the text into one line (T)");
    if (view->lesson->claim_count > 0) {
        claims_label(view, label);
        right -= widget_chip_width(view, label) + canvas_px(canvas, 4);
        add_chip(view, right, row, label, ACT_CHUNK, document_chunks(view->document),
                 "What this lesson claims, and what this run has met of it");
    }
    x = add_chip(view, x, row, "\u2039", ACT_PAGE, -1, "The page before (B)");
    snprintf(label, sizeof label, words_in(view->language, "%2d of %d"),
             view_reading(view)->page + 1, view_pages(view));
    x += canvas_text(canvas, (struct rect){ x, row.y, right - x, row.h }, TEXT_MONO_SMALL,
                     ALIGN_LEFT, theme->dim, label) +
         canvas_px(canvas, 4);
    x = add_chip(view, x, row, "\u203a", ACT_PAGE, 1, "The next page (N)");
    draw_dots(view, x + canvas_px(canvas, 4),
              (struct rect){ row.x, row.y, right - row.x, row.h });
}

/* ------------------------------------------------------------------------------------- page */

/* Links that have nothing left to do are ticked. */
static void mark_links(struct view *view)
{
    for (int i = 0; i < document_links(view->document); i++) {
        const struct document_link *link = document_link(view->document, i);

        if (link->kind == LINK_OURS)
            document_mark(view->document, i, act_link_done(view, &link->link));
    }
}

static struct hot hot_of(const struct view *view, const struct spot *spot)
{
    struct hot hot = { .rect = spot->rect, .arm = spot->number };

    switch (spot->kind) {
    case SPOT_LINK: {
        const struct document_link *link = document_link(view->document, spot->number);

        hot.action = link->kind == LINK_OURS ? ACT_LINK : ACT_NONE;
        hot.arm = 0;
        hot.value = spot->number;
        hot.hint = link->hint;
        break;
    }
    case SPOT_CHOICE:
        hot.action = ACT_CHOOSE;
        hot.value = spot->choice;
        hot.hint = "Your guess: the answer is shown then";
        break;
    case SPOT_SKIP:
        hot.action = ACT_CHOOSE;
        hot.value = -1;
        hot.hint = "Show the answer without a guess";
        break;
    case SPOT_DRAW:
        hot.action = ACT_SKETCH;
        hot.value = SKETCH_BEGIN;
        hot.hint = "Make it as the question says, cover the bars, and draw what you expect";
        break;
    case SPOT_SHAPE:
        hot.action = ACT_SKETCH;
        hot.value = SKETCH_SHAPE + spot->choice;
        hot.hint = "This line, instead of one by hand";
        break;
    case SPOT_COMPARE:
        hot.action = ACT_SKETCH;
        hot.value = SKETCH_COMPARE;
        hot.hint = "Uncover the bars: how far is what you drew from them?";
        break;
    }
    return hot;
}

static void add_spots(struct view *view)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const struct spot *spots;
    const int count = document_spots(view->document, &spots);

    for (int i = 0; i < count; i++) {
        const struct hot hot = hot_of(view, &spots[i]);
        const bool over = view_hot(view, hot);

        if (over && hot.action != ACT_NONE)
            canvas_outline(view->canvas, rect_inset(hot.rect, -1, -1, -1, -1),
                           canvas_px(view->canvas, 1), theme->accent);
    }
}

/* At the end of a page, the way to the next; returns the height. */
static int draw_next(struct view *view, struct rect r, int y)
{
    const int page = view_reading(view)->page, gap = canvas_px(view->canvas, PAD);
    const struct rect button = { r.x, y + gap, r.w, canvas_px(view->canvas, NEXT_H) };
    char label[128];

    if (page + 1 >= view_pages(view))
        return 0;
    snprintf(label, sizeof label, "%s  \u203a", page_title(view, page + 1));
    if (button.y >= r.y && button.y + button.h <= r.y + r.h)
        widget_button(view, &(struct button){ .label = label,
                                              .hot = { .rect = button,
                                                       .action = ACT_PAGE,
                                                       .value = 1,
                                                       .hint = "The next page (N)" } });
    return gap + button.h;
}

static int draw_page(struct view *view, struct rect r)
{
    int height;

    if (is_claims_page(view, view_reading(view)->page))
        return panel_claims(view, r, view->scroll);
    mark_links(view);
    height = document_draw(view->document, view->canvas, r, view->scroll);
    add_spots(view);
    return height + draw_next(view, r, r.y - view->scroll + height);
}

/* What is wrong with the lesson, over its text; returns what is left of the page. */
static struct rect draw_fault(struct view *view, struct rect r)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const int line = canvas_line_height(view->canvas, TEXT_SMALL) + canvas_px(view->canvas, 2);
    const int lines = FAULT_LINES * line < r.h ? FAULT_LINES * line : r.h;
    int height;

    if (view->lesson->fault.status == STATUS_OK)
        return r;
    height = widget_paragraph(view, (struct rect){ r.x, r.y, r.w, lines }, TEXT_SMALL,
                              theme->bad, view->lesson->fault.message);
    view_hot(view, (struct hot){ .rect = { r.x, r.y, r.w, height },
                                 .hint = view->lesson->fault.message });
    return rect_inset(r, 0, height + canvas_px(view->canvas, 8), 0, 0);
}

/* Why the text is not in the language that is wished; returns what is left of the page. */
static struct rect draw_language(struct view *view, struct rect r)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const bool other = view->text_language != view->language;
    const char *why =
        view->lacks_letters
            ? "Chinese needs a font that is not here: install the package " TEXT_WIDE_PACKAGE
              ", then press Shift-L"
            : "This lesson has no text in Chinese yet; here it is in English";

    if (!view->lacks_letters && !other)
        return r;
    return rect_inset(r, 0,
                      widget_paragraph(view, r, TEXT_SMALL, theme->mark, why) +
                          canvas_px(view->canvas, 8),
                      0, 0);
}

static void draw_scroll_bar(struct view *view, struct rect text, int height)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const int bar = (int)((long)text.h * text.h / height);

    canvas_round(
        view->canvas,
        (struct rect){ text.x + text.w + canvas_px(view->canvas, 5),
                       text.y + (int)((long)(text.h - bar) * view->scroll / view->scroll_most),
                       canvas_px(view->canvas, 3), bar },
        canvas_px(view->canvas, 1), theme->edge);
}

/* The text is folded into a line: where one is, and the way back to it. */
static void draw_bar(struct view *view)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct rect r = view->layout.lesson_bar;
    const int page = view_reading(view)->page, pad = canvas_px(canvas, 8);
    char label[160], claims[32];
    int x = r.x + pad, right = r.x + r.w - pad;

    if (r.w == 0)
        return;
    canvas_round(canvas, r, canvas_px(canvas, 6), theme->panel);
    right -= widget_chip_width(view, "Read");
    add_chip(view, right, r, "Read", ACT_TEXT, 0, "Open the lesson's text (T)");
    if (view->lesson->claim_count > 0) {
        claims_label(view, claims);
        right -= canvas_text_width(canvas, TEXT_TINY, claims, -1) + pad;
        canvas_text(canvas, (struct rect){ right, r.y, r.w, r.h }, TEXT_TINY, ALIGN_LEFT,
                    theme->dim, claims);
    }
    x = add_chip(view, x, r, "\u2039", ACT_PAGE, -1, "The page before (B)");
    x = add_chip(view, x, r, "\u203a", ACT_PAGE, 1, "The next page (N)");
    snprintf(label, sizeof label, words_in(view->language, "%d of %d   %s"), page + 1,
             view_pages(view), page_title(view, page));
    canvas_text(canvas, (struct rect){ x + pad, r.y, right - x - 2 * pad, r.h }, TEXT_SMALL,
                ALIGN_LEFT, view->lesson->fault.status != STATUS_OK ? theme->bad : theme->text,
                view->lesson->fault.status != STATUS_OK ? view->lesson->fault.message : label);
}

void panel_lesson(struct view *view)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const struct rect r = view->layout.lesson;
    const int pad = canvas_px(canvas, PAD), head = canvas_px(canvas, HEAD_H);
    struct rect text = rect_inset(r, pad, head + pad / 2, pad, pad / 2);
    int height;

    if (r.w == 0) {
        draw_bar(view);
        return;
    }
    canvas_round(canvas, r, canvas_px(canvas, 6), theme->panel);
    view_hot(view,
             (struct hot){ .rect = r, .action = ACT_SCROLL, .wheel = true, .ground = true });
    draw_head(view,
              (struct rect){ r.x + pad / 2, r.y + canvas_px(canvas, 2), r.w - pad, head });
    text = draw_language(view, draw_fault(view, text));
    height = draw_page(view, text);
    view->scroll_most = height > text.h ? height - text.h + pad : 0;
    if (view->scroll > view->scroll_most)
        view->scroll = view->scroll_most;
    if (view->scroll_most > 0)
        draw_scroll_bar(view, text, height + pad);
}
