/* How an arm is doing: a badge in its header, a line at the bottom, a card with what to try. */
#include <stdio.h>
#include <string.h>

#include "lessons/words.h"
#include "viz/window/panels.h"
#include "viz/window/widgets.h"

enum { BADGE_TEXT_MAX = 48, CARD_W = 520, PAD = 10 };

static const char *badge_text(char text[BADGE_TEXT_MAX], const struct snapshot_arm *arm,
                              enum language language)
{
    const struct finding *worst = health_worst(&arm->health);

    snprintf(text, BADGE_TEXT_MAX, "! %s",
             worst != NULL ? words_in(language, health_name(worst->kind)) : "");
    return worst != NULL ? text : NULL;
}

int panel_badge_width(struct view *view, const struct snapshot_arm *arm)
{
    char text[BADGE_TEXT_MAX];

    return badge_text(text, arm, view->language) != NULL ? widget_chip_width(view, text) : 0;
}

int panel_badge(const struct arm_panel *panel, int x, int y, int h, int right)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    const struct finding *worst = health_worst(&panel->arm->health);
    char text[BADGE_TEXT_MAX];
    struct rect r = { x, y, panel_badge_width(view, panel->arm), h };
    bool over;

    if (badge_text(text, panel->arm, view->language) == NULL || x + r.w > right)
        return 0;
    over = view_hot(view, (struct hot){ .rect = r,
                                        .action = ACT_HEALTH,
                                        .arm = panel->number,
                                        .hint = finding_words(worst, panel->view->language) });
    canvas_round(view->canvas, r, canvas_px(view->canvas, 3),
                 theme_between(theme->panel, theme->bad, over ? 0.5 : 0.35));
    canvas_text(view->canvas, r, TEXT_TINY, ALIGN_CENTRE, theme->text, text);
    return r.w;
}

/* Less than 0: a is worse off than b. */
static int worse(const struct finding *a, const struct finding *b)
{
    if (a == NULL || b == NULL)
        return (a == NULL) - (b == NULL);
    return health_compare(a, b);
}

int panel_worst_arm(const struct view *view, const struct snapshot *s)
{
    int worst = view->shown[0];

    if (view->shown[1] < s->arms && worse(health_worst(&s->arm[view->shown[1]].health),
                                          health_worst(&s->arm[worst].health)) < 0)
        worst = view->shown[1];
    return worst;
}

bool panel_health_line(struct view *view, const struct snapshot *s, struct rect row)
{
    const struct theme *theme = canvas_theme(view->canvas);
    const int arm = panel_worst_arm(view, s);
    const struct finding *worst = health_worst(&s->arm[arm].health);
    char label[ARM_LABEL_MAX], text[HEALTH_WORDS_MAX + ARM_LABEL_MAX + 8];

    if (worst == NULL)
        return false;
    panel_arm_label(s, arm, label);
    snprintf(text, sizeof text, "%s: %s", label, finding_words(worst, view->language));
    if (canvas_text_width(view->canvas, TEXT_SMALL, text, -1) > row.w)
        snprintf(text, sizeof text, words_in(view->language, "%s: %s (H says more)"), label,
                 words_in(view->language, health_name(worst->kind)));
    if (canvas_text_width(view->canvas, TEXT_SMALL, text, -1) > row.w)
        return false;
    row =
        rect_inset(row, row.w - canvas_text_width(view->canvas, TEXT_SMALL, text, -1), 0, 0, 0);
    canvas_text(view->canvas, row, TEXT_SMALL, ALIGN_RIGHT,
                worst->level == HEALTH_STOPPED ? theme->bad : theme->text, text);
    view_hot(view, (struct hot){ .rect = row,
                                 .action = ACT_HEALTH,
                                 .arm = arm,
                                 .hint = "H: what is wrong, and what to try" });
    return true;
}

/* ------------------------------------------------------------------------------------- card */

/* Draw from the top down, or only measure; returns the height used. */
struct writer {
    struct view *view;
    struct rect left;
    bool draws;
};

static void write_words(struct writer *w, enum text_style style, struct colour colour,
                        const char *text)
{
    const int h = widget_paragraph_height(w->view, w->left, style, text);

    if (w->draws)
        widget_paragraph(w->view, w->left, style, colour, text);
    w->left = rect_inset(w->left, 0, h, 0, 0);
}

static void write_finding(struct writer *w, const struct finding *finding)
{
    const struct theme *theme = canvas_theme(w->view->canvas);
    const struct colour colour = finding->level > HEALTH_NOTE ? theme->bad : theme->dim;
    const enum language language = w->view->language;
    char title[HEALTH_TENSOR_MAX + 64];

    snprintf(title, sizeof title, "%s %s%s%s",
             finding->level > HEALTH_NOTE ? "!" : words_in(language, "note:"),
             words_in(language, health_name(finding->kind)),
             finding->tensor[0] != '\0' ? words_in(language, ", in ") : "", finding->tensor);
    w->left = rect_inset(w->left, 0, canvas_px(w->view->canvas, 6), 0, 0);
    write_words(w, TEXT_SMALL_BOLD, colour, title);
    write_words(w, TEXT_SMALL, theme->text, finding_words(finding, language));
    write_words(w, TEXT_SMALL, theme->dim, finding_advice(finding, language));
}

static void write_card(struct writer *w, const struct snapshot *s, int arm)
{
    const struct theme *theme = canvas_theme(w->view->canvas);
    const struct health *health = &s->arm[arm].health;
    char label[ARM_LABEL_MAX], title[ARM_LABEL_MAX + 32];

    snprintf(title, sizeof title, words_in(w->view->language, "Health: %s"),
             panel_arm_label(s, arm, label));
    write_words(w, TEXT_BOLD, theme_arm_colour(theme, s->arm[arm].model), title);
    if (health->count == 0)
        write_words(w, TEXT_SMALL, theme->text,
                    "Nothing is wrong that can be seen: no gradient vanishes or explodes, no "
                    "tanh is saturated, every head is heard.");
    for (int i = 0; i < health->count; i++)
        write_finding(w, &health->finding[i]);
}

/* The column that shows the arm; the first if none does. */
static struct rect column_of(const struct view *view, int arm)
{
    const struct layout *layout = &view->layout;

    return layout->column[layout->columns > 1 && view->shown[1] == arm ? 1 : 0].card;
}

void panel_health(struct view *view, const struct snapshot *s)
{
    const struct theme *theme = canvas_theme(view->canvas);
    struct canvas *canvas = view->canvas;
    const int pad = canvas_px(canvas, PAD), arm = view->card_arm;
    struct writer w = { .view = view };
    struct rect card;

    if (!view->card || arm >= s->arms)
        return;
    card = rect_inset(column_of(view, arm), pad, canvas_px(canvas, 56), pad, pad);
    if (card.w > canvas_px(canvas, CARD_W))
        card.w = canvas_px(canvas, CARD_W);
    w.left = rect_inset(card, pad, pad, pad, pad);
    write_card(&w, s, arm); /* what has no room below is left out */
    card.h = w.left.y + pad - card.y;
    canvas_round(canvas, rect_inset(card, -1, -1, -1, -1), canvas_px(canvas, 6), theme->edge);
    canvas_round(canvas, card, canvas_px(canvas, 5), theme->window);
    w = (struct writer){ .view = view, .left = rect_inset(card, pad, pad, pad, pad) };
    w.draws = true;
    write_card(&w, s, arm);
    view_hot(view, (struct hot){ .rect = card,
                                 .action = ACT_HEALTH,
                                 .arm = arm,
                                 .hint = "H, Esc or a click: away with it" });
}
