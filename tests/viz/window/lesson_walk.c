#include "tests/viz/window/lesson_walk.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/files/file_read.h"
#include "tests/viz/window/guided.h"
#include "tests/viz/window/link_kept.h"
#include "viz/window/document.h"
#include "viz/window/view.h"

enum { WIDTH = 1280, HEIGHT = 720, NOTCHES_MOST = 500 };

struct walker {
    struct lesson_walk *walk;
    struct guided *guided;
    const struct window_drawn *drawn; /* NULL: the window is gone */
    struct view *view;
    char path[LESSON_PATH_MAX + 32]; /* of the text */
    char *bytes;                     /* of it; owned */
    int link, prediction;            /* the next of the document */
    int page;
    bool listens; /* to the letters of the page */
    struct view_sink sink;
    long asked; /* updates, by the last wish for some; -1: none */
};

/* --------------------------------------------------------------------------------- findings */

/* Line of the text with that link of ours, or 0. */
static int line_of(const struct walker *w, int link)
{
    const char *at = w->bytes;
    int line = 1, nth = 0;

    for (int i = 0; i < link; i++)
        nth += document_link(w->view->document, i)->kind != LINK_WEB;
    for (; at != NULL && *at != '\0'; at++) {
        line += *at == '\n';
        if (strncmp(at, "](duet:", 7) == 0 && nth-- == 0)
            return line;
    }
    return 0;
}

/* Line where these letters stand in one piece, or 0. */
static int line_with(const struct walker *w, const char *letters, int length)
{
    int line = 1;

    for (const char *at = w->bytes; at != NULL && *at != '\0'; at++) {
        line += *at == '\n';
        if (strncmp(at, letters, (size_t)length) == 0)
            return line;
    }
    return 0;
}

static void found(struct walker *w, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void found(struct walker *w, int line, const char *format, ...)
{
    struct lesson_walk *walk = w->walk;
    char *finding;
    va_list arguments;
    int used;

    if (walk->count == WALK_FINDINGS_MAX)
        return;
    finding = walk->finding[walk->count++];
    used = snprintf(finding, WALK_FINDING_MAX, "%.200s:%d: page %d: ", w->path, line, w->page);
    va_start(arguments, format);
    vsnprintf(finding + used, (size_t)(WALK_FINDING_MAX - used), format, arguments);
    va_end(arguments);
    for (int i = 0; i + 1 < walk->count; i++)
        if (strcmp(walk->finding[i], finding) == 0) { /* once is enough */
            walk->count--;
            return;
        }
}

/* ----------------------------------------------------------------------------------- frames */

/* Letters of the page that nobody can read to their end. */
static void hear(void *context, const struct canvas_letters *letters)
{
    struct walker *w = context;
    const struct rect page = w->view->layout.lesson, seen = letters->rect;
    const int length = letters->length < 0 ? (int)strlen(letters->string) : letters->length;

    if (!w->listens || seen.h <= 0 || !rect_contains(page, seen.x, seen.y))
        return;
    if (letters->cut ||
        (seen.w > 0 &&
         seen.w < canvas_text_width(w->view->canvas, letters->style, letters->string, length)))
        found(w, line_with(w, letters->string, length), "cut: \"%.*s\"", length,
              letters->string);
}

static bool frame(struct walker *w, enum window_next how)
{
    w->drawn = guided_frame(w->guided, how);
    return w->drawn != NULL;
}

/* One in which every letter of the page is looked at. */
static bool read_frame(struct walker *w)
{
    bool drawn;

    w->listens = true;
    canvas_listen(w->view->canvas, hear, w);
    drawn = frame(w, WINDOW_HURRY);
    if (drawn)
        canvas_listen(w->view->canvas, NULL, NULL);
    w->listens = false;
    return drawn;
}

/* Something that the window itself calls a fault; it is said once. */
static bool complains(struct walker *w, int line, const char *what)
{
    struct view *view = w->view;

    if (!view->message_bad || view->message[0] == '\0')
        return false;
    found(w, line, "%s: the window says: %s", what, view->message);
    view->message[0] = '\0';
    return true;
}

static bool take_wish(void *context, const struct wish *wish)
{
    struct walker *w = context;

    if (wish->kind == WISH_STEP)
        w->asked = wish->number;
    return w->sink.wish(w->sink.context, wish);
}

/* ------------------------------------------------------------------------------------ hands */

/* The one that was drawn last for that, as high as a line at least; NULL: none. */
static const struct hot *spot(const struct walker *w, enum action action, int arm, long value)
{
    const int line = canvas_line_height(w->view->canvas, TEXT_BODY) - 1;

    for (int i = w->view->hots - 1; i >= 0; i--) {
        const struct hot *hot = &w->view->hot[i];

        if (hot->action == action && hot->arm == arm && hot->value == value &&
            hot->rect.h >= line &&
            rect_contains(w->view->layout.lesson, hot->rect.x, hot->rect.y))
            return hot;
    }
    return NULL;
}

/* Go there, press, let go. What a hand would press there has to be what is meant. */
static void click(struct walker *w, const struct hot *hot)
{
    const struct hot meant = *hot;
    const int x = meant.rect.x + meant.rect.w / 2, y = meant.rect.y + meant.rect.h / 2;
    const struct hot *is;

    guided_move(x, y);
    if (!frame(w, WINDOW_HURRY))
        return;
    is = view_hot_at(w->view, x, y, false);
    if (is == NULL || !hot_does_same(is, &meant))
        found(w, 0, "something else lies over \"%s\"", meant.hint != NULL ? meant.hint : "");
    guided_button(SDL_MOUSEBUTTONDOWN, x, y);
    guided_button(SDL_MOUSEBUTTONUP, x, y);
    frame(w, WINDOW_HURRY);
}

/* The wheel over the text's edge, where no link is. */
static bool scroll(struct walker *w, int turned)
{
    const struct rect page = w->view->layout.lesson;
    const int before = w->view->scroll;

    guided_move(page.x + 3, page.y + page.h / 2);
    guided_wheel(turned);
    return frame(w, WINDOW_HURRY) && w->view->scroll != before;
}

/* Training that goes on is stopped, so that the next page finds a lab that stands still. */
static void stand_still(struct walker *w)
{
    const double end = clock_seconds() + w->walk->patience;

    if (w->drawn == NULL || w->drawn->snapshot == NULL || !w->view->seen.running)
        return;
    guided_key(SDLK_SPACE);
    while (frame(w, WINDOW_AGAIN) && w->view->seen.running && clock_seconds() < end)
        ;
    if (w->drawn != NULL && w->view->seen.running)
        found(w, 0, "Space does not stop it");
}

/* ------------------------------------------------------------------------------------ links */

/* Wait until what the link says is so. */
static void wait_for_link(struct walker *w, struct pressed *pressed, int line, const char *what)
{
    const double begin = clock_seconds(), own = w->walk->link_patience,
                 patience = own > 0 ? own : w->walk->patience;
    char why[KEPT_WHY_MAX] = "";

    while (w->drawn != NULL) {
        const double waited = clock_seconds() - begin;

        if (w->drawn->snapshot != NULL && w->drawn->snapshot->step < pressed->least)
            pressed->least = w->drawn->snapshot->step;
        pressed->asked = w->asked;
        if (complains(w, line, what) || link_kept(pressed, w->drawn, why))
            return;
        if (waited > w->walk->training && link_on_its_way(pressed, w->drawn)) {
            w->walk->cut_short++;
            stand_still(w);
            return;
        }
        if (waited > patience) {
            found(w, line, "%s: %s", what, why);
            return;
        }
        frame(w, WINDOW_AGAIN);
    }
}

/* From where a link led, another page or lesson, back to the page that is read. */
static void come_back(struct walker *w, const struct link *link)
{
    for (int i = 0; i < link->count; i++) {
        const double end = clock_seconds() + w->walk->patience;

        if (link->part[i].verb != LINK_LESSON || w->drawn == NULL ||
            w->view->lesson->number == w->walk->number)
            continue;
        w->view->asked_lesson = w->walk->number; /* as from the list of lessons */
        w->view->request = REQUEST_LESSON;
        while (frame(w, WINDOW_AGAIN) && clock_seconds() < end &&
               (w->view->lesson->number != w->walk->number || !w->view->seen.any))
            ;
    }
    for (int i = 0; i < NOTCHES_MOST && w->drawn != NULL; i++) {
        const int page = view_reading(w->view)->page;

        if (page == w->page)
            return;
        guided_key(page < w->page ? SDLK_n : SDLK_b);
        frame(w, WINDOW_HURRY);
    }
}

static void press_link(struct walker *w, const struct hot *hot)
{
    const struct document_link *in_text = document_link(w->view->document, w->link);
    const int line = line_of(w, w->link);
    const struct link link = in_text->link;
    struct pressed pressed = { .link = &link,
                               .from = w->drawn->snapshot->step,
                               .seconds = w->drawn->snapshot->seconds,
                               .asked = -1 };
    char what[LINK_HINT_MAX];

    snprintf(what, sizeof what, "%s", in_text->hint);
    w->link++;
    if (in_text->kind == LINK_WEB)
        return;
    if (in_text->kind == LINK_BROKEN) {
        found(w, line, "%s", what);
        return;
    }
    w->walk->links++;
    w->asked = -1;
    w->view->message[0] = '\0';
    pressed.least = pressed.from;
    click(w, hot);
    wait_for_link(w, &pressed, line, what);
    if (w->drawn != NULL)
        come_back(w, &link);
}

/* ------------------------------------------------------------------------------ predictions */

/* A straight line downwards over the covered bars. */
static void draw_curve(struct walker *w, const struct hot *hot)
{
    const struct rect r = hot->rect;

    guided_move(r.x + r.w / 8, r.y + 2 * r.h / 3);
    guided_button(SDL_MOUSEBUTTONDOWN, r.x + r.w / 8, r.y + 2 * r.h / 3);
    guided_move(r.x + r.w - 3, r.y + r.h / 4);
    guided_button(SDL_MOUSEBUTTONUP, r.x + r.w - 3, r.y + r.h / 4);
    frame(w, WINDOW_HURRY);
}

/* The plot is covered, and wide enough for a hand; NULL: not in time. */
static const struct hot *wait_for_cover(struct walker *w, int prediction)
{
    const double end = clock_seconds() + w->walk->patience;

    do {
        for (int i = 0; w->drawn != NULL && i < w->view->hots; i++) {
            const struct hot *hot = &w->view->hot[i];

            if (hot->action == ACT_SKETCH && hot->arm == prediction &&
                hot->value == SKETCH_HAND && hot->rect.w > 50)
                return hot;
        }
    } while (clock_seconds() < end && frame(w, WINDOW_AGAIN));
    return NULL;
}

/* What it was begun with has been pressed: draw, and compare. */
static void sketch(struct walker *w, int prediction)
{
    const struct answer *answer = &view_reading(w->view)->answer[prediction];
    const double end = clock_seconds() + w->walk->patience;
    const struct hot *hot = wait_for_cover(w, prediction);

    if (hot == NULL) {
        found(w, 0, "prediction %d: no curve can be drawn", prediction + 1);
        return;
    }
    draw_curve(w, hot);
    for (int i = 0; i < NOTCHES_MOST && w->drawn != NULL; i++) {
        hot = spot(w, ACT_SKETCH, prediction, SKETCH_COMPARE);
        if (hot != NULL || !scroll(w, -1))
            break;
    }
    if (hot == NULL) {
        found(w, 0, "prediction %d: nothing compares the curve", prediction + 1);
        return;
    }
    click(w, hot);
    while (w->drawn != NULL && clock_seconds() < end &&
           !(answer->state == ANSWER_GIVEN && isfinite(answer->decades)))
        frame(w, WINDOW_AGAIN);
    if (answer->state != ANSWER_GIVEN || !isfinite(answer->decades))
        found(w, 0, "prediction %d: the curve was not measured", prediction + 1);
    w->walk->curves++;
}

static bool skips(const struct walker *w)
{
    return w->walk->skip && w->prediction == 0;
}

/* A link of the question has covered the bars already. */
static bool is_begun(const struct walker *w)
{
    return view_reading(w->view)->answer[w->prediction].state == ANSWER_DRAWING;
}

/* What is pressed for the next prediction of the text, if all of it can be seen. */
static const struct hot *spot_of_prediction(const struct walker *w)
{
    const struct prediction *p;

    if (w->prediction >= document_predictions(w->view->document))
        return NULL;
    p = document_prediction(w->view->document, w->prediction);
    if (skips(w))
        return spot(w, ACT_CHOOSE, w->prediction, -1);
    if (p->draw)
        return spot(w, ACT_SKETCH, w->prediction, is_begun(w) ? SKETCH_COMPARE : SKETCH_BEGIN);
    return spot(w, ACT_CHOOSE, w->prediction, p->right);
}

static void answer(struct walker *w, const struct hot *hot)
{
    const int number = w->prediction;
    const struct prediction *p = document_prediction(w->view->document, number);
    const bool skipped = skips(w);
    const struct answer *is = &view_reading(w->view)->answer[number];

    w->walk->predictions++;
    w->view->message[0] = '\0';
    if (skipped || !p->draw || !is_begun(w))
        click(w, hot);
    if (w->drawn == NULL)
        return;
    if (p->draw && !skipped)
        sketch(w, number);
    else if (is->state != (skipped ? ANSWER_SKIPPED : ANSWER_GIVEN))
        found(w, p->line, "prediction %d was not answered", number + 1);
    else if (!skipped && is->choice != p->right)
        found(w, p->line, "prediction %d got another answer than was pressed", number + 1);
    w->prediction++;
    if (w->drawn != NULL)
        complains(w, p->line, "the prediction");
}

/* ------------------------------------------------------------------------------------ pages */

/* A web address has no action; like a link that is broken it is passed over when it is seen. */
static const struct hot *spot_of_link(const struct walker *w)
{
    const struct document *document = w->view->document;

    if (w->link >= document_links(document))
        return NULL;
    return spot(w, document_link(document, w->link)->kind == LINK_OURS ? ACT_LINK : ACT_NONE, 0,
                w->link);
}

/* Press what comes next in the text, if it can be seen. A question's links come before it. */
static bool press_next(struct walker *w)
{
    const struct hot *link = spot_of_link(w), *prediction = spot_of_prediction(w);
    const bool both = link != NULL && prediction != NULL;

    if (link == NULL && prediction == NULL)
        return false;
    if (link != NULL &&
        (!both || link->rect.y <= prediction->rect.y ||
         document_link(w->view->document, w->link)->prediction == w->prediction))
        press_link(w, link);
    else
        answer(w, prediction);
    return w->drawn != NULL;
}

/* From its top to its end. */
static void read_page(struct walker *w)
{
    for (int i = 0; i < NOTCHES_MOST && w->drawn != NULL; i++) {
        if (!read_frame(w))
            return;
        while (press_next(w))
            read_frame(w);
        if (w->drawn == NULL)
            return;
        if (w->view->scroll >= w->view->scroll_most)
            break;
        if (!scroll(w, -1)) {
            found(w, 0, "it cannot be scrolled to its end");
            break;
        }
    }
    stand_still(w);
    w->walk->pages++;
}

/* By the button at the end of the page. */
static bool turn(struct walker *w)
{
    const struct hot *next = NULL;
    const struct rect page = w->view->layout.lesson;

    for (int i = 0; i < w->view->hots; i++) {
        const struct hot *hot = &w->view->hot[i];

        if (hot->action == ACT_PAGE && hot->value == 1 && hot->rect.w > page.w / 2)
            next = hot;
    }
    if (next == NULL) {
        found(w, 0, "the button to the next page does not fit at its end");
        guided_key(SDLK_n);
        frame(w, WINDOW_HURRY);
    } else {
        click(w, next);
    }
    return w->drawn != NULL && view_reading(w->view)->page == w->page + 1;
}

static void read_all(struct walker *w)
{
    const int pages = view_pages(w->view);

    for (w->page = 0; w->page < pages && w->drawn != NULL; w->page++) {
        read_page(w);
        if (w->drawn != NULL && w->page + 1 < pages && !turn(w)) {
            found(w, 0, "page %d is not reached", w->page + 1);
            return;
        }
    }
    if (w->drawn == NULL)
        return;
    for (; w->link < document_links(w->view->document); w->link++)
        if (document_link(w->view->document, w->link)->kind != LINK_WEB)
            found(w, line_of(w, w->link), "nobody can press: %s",
                  document_link(w->view->document, w->link)->hint);
    if (w->prediction < document_predictions(w->view->document))
        found(w, document_prediction(w->view->document, w->prediction)->line,
              "nobody can answer prediction %d", w->prediction + 1);
}

/* ------------------------------------------------------------------------------------- walk */

/* The lab is there, its text is open. */
static bool settle(struct walker *w)
{
    const double end = clock_seconds() + w->walk->patience;

    do {
        if (!frame(w, WINDOW_AGAIN))
            return false;
        w->view = w->drawn->view;
        if (complains(w, 0, "at the beginning"))
            return false;
    } while ((!w->drawn->complete || !w->view->seen.any) && clock_seconds() < end);
    if (!w->view->seen.any || w->view->document == NULL)
        found(w, 0, "neither lab nor text");
    else if (w->view->text_language != w->walk->language)
        found(w, 0, "the text is in another language");
    else if (w->view->layout.lesson.w == 0)
        found(w, 0, "the text is folded");
    else
        return true;
    return false;
}

static void read_lesson(struct guided *guided, void *context)
{
    struct walker *w = context;
    struct document *other = NULL;

    w->guided = guided;
    if (!frame(w, WINDOW_HURRY))
        return;
    w->view = w->drawn->view;
    w->walk->no_letters =
        w->walk->language == LANGUAGE_CHINESE && !canvas_has_wide(w->view->canvas);
    if (w->walk->no_letters || !settle(w))
        return;
    if (w->walk->text != NULL) {
        other = document_parse(w->walk->text, strlen(w->walk->text));
        document_free(w->view->document);
        w->view->document = other;
        if (other == NULL)
            return;
    }
    w->sink = w->view->sink;
    w->view->sink = (struct view_sink){ take_wish, w };
    read_all(w);
    if (w->drawn != NULL)
        w->view->sink = w->sink;
}

enum status lesson_walk(struct lesson_walk *walk, struct error *error)
{
    const struct lesson *lesson = lesson_find(walk->lessons, walk->number);
    struct walker w = { .walk = walk, .asked = -1 };
    size_t length;
    enum status status;

    if (lesson == NULL)
        return error_set(error, STATUS_USAGE, "there is no lesson %d", walk->number);
    snprintf(w.path, sizeof w.path, "%s/%s", lesson->path, lesson_text_file(walk->language));
    if (walk->text == NULL)
        status = file_read_all(&w.bytes, &length, w.path, LESSON_TEXT_MOST, error);
    else
        status = (w.bytes = strdup(walk->text)) != NULL ? STATUS_OK : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = guided_run((struct window_options){ .lessons = walk->lessons,
                                                     .lesson = walk->number,
                                                     .width = WIDTH,
                                                     .height = HEIGHT,
                                                     .scale = 1,
                                                     .language = walk->language },
                            read_lesson, &w, error);
    free(w.bytes);
    return status;
}
