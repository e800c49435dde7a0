/* Who an arm is and how it is doing; the cursor that crosses its panels. */
#include "viz/window/panels.h"

#include <stdio.h>
#include <string.h>

#include "common/training/diagnosis.h"
#include "lessons/words.h"
#include "viz/window/controls.h"
#include "viz/window/format.h"
#include "viz/window/widgets.h"

/* A short piece of the line that the arm has in the race. */
static void draw_sample(const struct arm_panel *panel, int x, int y, int w)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct dashes dashes = theme_arm_dashes(panel->number);
    const int on = dashes.on > 0 ? canvas_px(canvas, dashes.on) : w;
    const int step = on + canvas_px(canvas, dashes.off);

    for (int at = 0; at < w; at += step)
        canvas_fill(canvas,
                    (struct rect){ x + at, y, w - at < on ? w - at : on, canvas_px(canvas, 2) },
                    theme_arm_colour(theme, panel->arm->model));
}

/* The arm whose size the others take; NULL: nothing is matched, or this is that arm. */
static const struct snapshot_arm *reference_of(const struct arm_panel *panel)
{
    const struct training_config *training = &panel->snapshot->config.training;
    const char *name = arm_name(training->match_reference);

    for (int i = 0; i < panel->snapshot->arms && training->match != MATCH_NONE; i++)
        if (strcmp(panel->snapshot->arm[i].name, name) == 0 && i != panel->number)
            return &panel->snapshot->arm[i];
    return NULL;
}

/* " (+0.4 %)": how far off what is matched is; "" where nothing is, or by definition. */
static void difference(const struct arm_panel *panel, enum training_match match,
                       char text[FORMAT_MAX])
{
    const struct snapshot_arm *other = reference_of(panel), *arm = panel->arm;
    const double ours = match == MATCH_FLOPS ? arm->core_flops : (double)arm->core_parameters;
    double theirs;

    text[0] = '\0';
    if (other == NULL || panel->snapshot->config.training.match != match)
        return;
    theirs = match == MATCH_FLOPS ? other->core_flops : (double)other->core_parameters;
    if (theirs > 0)
        snprintf(text, FORMAT_MAX, " (%+.1f %%)", 100 * (ours - theirs) / theirs);
}

/* How a header makes do with less and less room: the first of these that fits is taken. */
enum size_form { SIZE_WORDS, SIZE_NUMBERS, SIZE_SHORT };
static const struct header_form {
    enum size_form size;
    bool lock_words, sample; /* "= parameters", not "="; a piece of the arm's line */
} header_forms[] = {
    { SIZE_WORDS, true, true },     { SIZE_NUMBERS, true, true }, { SIZE_NUMBERS, false, true },
    { SIZE_NUMBERS, false, false }, { SIZE_SHORT, false, false },
};
enum { GAP = 5 /* between two of its parts */ };
enum { HEADER_FORMS = sizeof header_forms / sizeof *header_forms };

/*
 * Parameters and operations. Where they are matched those of the core, which is what is; else
 * all that there is.
 */
enum { SIZE_TEXT_MAX = 6 * FORMAT_MAX };
static void size_text(const struct arm_panel *panel, enum size_form form,
                      char text[SIZE_TEXT_MAX])
{
    const struct snapshot_arm *arm = panel->arm;
    const enum training_match match = panel->snapshot->config.training.match;
    const bool cores = match == MATCH_PARAMETERS || match == MATCH_FLOPS;
    const size_t parameters = cores ? arm->core_parameters : arm->parameters;
    char count[FORMAT_MAX], flops[FORMAT_MAX], off[FORMAT_MAX], flops_off[FORMAT_MAX];

    format_count(count, parameters);
    format_flops(flops, cores ? arm->core_flops : arm->flops);
    difference(panel, MATCH_PARAMETERS, off);
    difference(panel, MATCH_FLOPS, flops_off);
    if (form == SIZE_SHORT && parameters >= 10000)
        snprintf(count, sizeof count, "%zuk", (parameters + 500) / 1000);
    if (form == SIZE_SHORT)
        off[0] = flops_off[0] = '\0';
    snprintf(text, SIZE_TEXT_MAX, "%s%s%s%s \u00b7 %s%s",
             form == SIZE_WORDS && cores ? words_in(panel->view->language, "core ") : "", count,
             form == SIZE_WORDS ? words_in(panel->view->language, " parameters") : "", off,
             flops, flops_off);
}

static void draw_size(const struct arm_panel *panel, struct rect row, enum size_form form)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct snapshot_arm *arm = panel->arm;
    char *hint = panel->view->rail.size_hint[panel->column];
    char core[FORMAT_MAX], all[FORMAT_MAX], flops[FORMAT_MAX], core_flops[FORMAT_MAX];
    char text[SIZE_TEXT_MAX];

    size_text(panel, form, text);
    canvas_text(panel->view->canvas, row, TEXT_TINY, ALIGN_RIGHT, theme->dim, text);
    format_count(core, arm->core_parameters);
    format_count(all, arm->parameters);
    format_flops(flops, arm->flops);
    format_flops(core_flops, arm->core_flops);
    snprintf(
        hint, RAIL_HINT_MAX,
        words_in(
            panel->view->language,
            "Core, which is compared: %s of %s parameters, %s of %s forward for a sequence"),
        core, all, core_flops, flops);
    view_hot(panel->view, (struct hot){ .rect = row, .hint = hint });
}

/* The lock that makes both arms as large, in the last column; NULL: not here. */
static const char *lock_label(const struct arm_panel *panel, bool words)
{
    static const char *const labels[] = { [MATCH_NONE] = "match",
                                          [MATCH_PARAMETERS] = "= parameters",
                                          [MATCH_FLOPS] = "= FLOPs",
                                          [MATCH_WIDTH] = "= width" };
    const enum training_match match = controls_config(panel->view)->training.match;

    if (panel->column != panel->view->layout.columns - 1 || panel->snapshot->arms < 2)
        return NULL;
    return words || match == MATCH_NONE ? labels[match] : "=";
}

static void draw_lock(const struct arm_panel *panel, struct rect row, const char *label)
{
    const int gap = canvas_px(panel->view->canvas, 3);
    const bool on = controls_config(panel->view)->training.match != MATCH_NONE;
    const struct button lock = {
        .label = label,
        .on = on,
        .hot = { .action = ACT_CONTROL_MORE,
                 .value = controls_find("training", "match"),
                 .right = true,
                 .hint =
                     "Lock the sizes: as many parameters, FLOPs, the same width, or each as "
                     "it is. \u21bb Begins anew" },
    };

    widget_chip(panel->view, row.x + row.w - widget_chip_width(panel->view, label), row.y + gap,
                row.h - 2 * gap, &lock);
}

/* The first form that fits beside so many pixels that are taken. */
static struct header_form fit_form(const struct arm_panel *panel, int room, int sample)
{
    const int gap = canvas_px(panel->view->canvas, GAP);
    struct header_form form = header_forms[0];

    for (int i = 0; i < HEADER_FORMS; i++) {
        char text[SIZE_TEXT_MAX];
        const char *label = lock_label(panel, header_forms[i].lock_words);
        int used;

        form = header_forms[i];
        size_text(panel, form.size, text);
        used = canvas_text_width(panel->view->canvas, TEXT_TINY, text, -1) + gap +
               (form.sample ? sample : 0) +
               (label != NULL ? widget_chip_width(panel->view, label) + gap : 0);
        if (used <= room)
            break;
    }
    return form;
}

/* Another arm in this column. Returns its width. */
static int draw_next_arm(const struct arm_panel *panel, int x, struct rect row)
{
    const int inset = canvas_px(panel->view->canvas, 3);

    return widget_chip(panel->view, x, row.y + inset, row.h - 2 * inset,
                       &(struct button){ .label = "next arm",
                                         .hot = { .action = ACT_NEXT_ARM,
                                                  .arm = panel->column,
                                                  .hint = "Show another of the arms here" } });
}

/* While one looks back, in place of the size: everything in the column is of then. */
static void draw_when(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct rect card = panel->place->card;
    char text[2 * FORMAT_MAX];

    snprintf(text, sizeof text, words_in(panel->view->language, "as it was at step %ld"),
             panel->arm->looked_step);
    if (canvas_text_width(canvas, TEXT_SMALL_BOLD, text, -1) > row.w)
        snprintf(text, sizeof text, words_in(panel->view->language, "step %ld"),
                 panel->arm->looked_step);
    canvas_text(canvas, row, TEXT_SMALL_BOLD, ALIGN_RIGHT, theme->accent, text);
    canvas_round(canvas, (struct rect){ card.x, card.y, card.w, canvas_px(canvas, 3) },
                 canvas_px(canvas, 2), theme->accent);
    view_hot(panel->view,
             (struct hot){ .rect = row,
                           .hint = "All of this column is of the moment looked at; End: back "
                                   "to now" });
}

/* Name, line sample, how it is doing, size. */
static void draw_name(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int gap = canvas_px(canvas, GAP), sample = canvas_px(canvas, 26);
    const int badge = panel_badge_width(panel->view, panel->arm);
    struct header_form form;
    char label[ARM_LABEL_MAX];
    const char *lock;
    int x;

    x = canvas_text(canvas, row, TEXT_TITLE, ALIGN_LEFT,
                    theme_arm_colour(theme, panel->arm->model),
                    panel_arm_label(panel->snapshot, panel->number, label));
    if (panel->snapshot->arms > 2)
        x += gap + draw_next_arm(panel, row.x + x + gap, row);
    form = fit_form(panel, row.w - x - (badge > 0 ? badge + gap : 0), sample + gap);
    if (form.sample) {
        draw_sample(panel, row.x + x + gap, row.y + row.h / 2, sample);
        x += gap + sample;
    }
    if (badge > 0)
        x += gap + panel_badge(panel, row.x + x + gap, row.y + canvas_px(canvas, 3),
                               row.h - canvas_px(canvas, 6), row.x + row.w);
    lock = lock_label(panel, form.lock_words);
    if (lock != NULL) {
        draw_lock(panel, row, lock);
        row.w -= widget_chip_width(panel->view, lock) + gap;
    }
    if (panel->snapshot->looking_at != LAB_NOW)
        draw_when(panel, rect_inset(row, x + gap, 0, 0, 0));
    else
        draw_size(panel, rect_inset(row, x + gap, 0, 0, 0), form.size);
}

/* A label and a number in a field of its own, so that live digits stand still. */
static void draw_field(struct canvas *canvas, struct rect place, const char *label,
                       const char *number)
{
    const struct theme *theme = canvas_theme(canvas);
    const int room = 7 * canvas_text_width(canvas, TEXT_MONO, "0", 1);
    const int width = canvas_text(canvas, rect_inset(place, 0, 0, room, 0), TEXT_SMALL,
                                  ALIGN_LEFT, theme->dim, label);

    canvas_text(canvas, rect_inset(place, width + canvas_px(canvas, 6), 0, 0, 0), TEXT_MONO,
                ALIGN_LEFT, theme->text, number);
}

/*
 * Why an arm stopped, with step and place first: a column is narrower than the message that
 * diagnose() writes. Any other message is shown as it is.
 */
static void draw_stopped(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const char *reason = panel->arm->stop_reason;
    char place[DIAGNOSIS_PLACE_MAX];
    long step;

    if (diagnosis_read(reason, &step, place))
        canvas_format(canvas, row, TEXT_SMALL, ALIGN_LEFT, theme->bad,
                      "stopped at step %ld, in %s", step, place);
    else
        canvas_format(canvas, row, TEXT_SMALL, ALIGN_LEFT, theme->bad, "stopped: %s", reason);
    view_hot(panel->view, (struct hot){ .rect = row, .hint = reason });
}

/* Its patience has run out: what it will say from now on. */
static void draw_finished(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    char loss[FORMAT_MAX];

    canvas_format(panel->view->canvas, row, TEXT_SMALL, ALIGN_LEFT, theme->dim,
                  "finished at step %ld, best loss on sequences held back %s", panel->arm->step,
                  format_number(loss, panel->arm->validation_loss));
    view_hot(panel->view,
             (struct hot){ .rect = row,
                           .hint = "It got no better for training.patience looks, and has the "
                                   "weights of its best one again" });
}

static void draw_numbers(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct snapshot_arm *arm = panel->arm;
    const bool back = panel->snapshot->looking_at != LAB_NOW;
    char number[FORMAT_MAX];
    struct rect place = row;

    if (arm->stopped && !back) {
        draw_stopped(panel, row);
        return;
    }
    if (arm->finished && !back) {
        draw_finished(panel, row);
        return;
    }
    if (row.w <
        canvas_px(canvas, 340)) { /* no room for names: what they are is known from the race */
        place.w = row.w / 2;
        draw_field(canvas, place, "loss", format_number(number, arm->loss));
        canvas_text(canvas, row, TEXT_MONO, ALIGN_RIGHT, theme->text,
                    format_percent(number, arm->accuracy));
        return;
    }
    place.w = row.w * 24 / 100;
    draw_field(canvas, place, "loss", format_number(number, arm->loss));
    place.x += place.w;
    place.w = row.w * 45 / 100;
    draw_field(canvas, place, panel->snapshot->metric_name,
               format_percent(number, arm->accuracy));
    place.x += place.w;
    place.w = row.x + row.w - place.x;
    draw_field(canvas, place, "\u2016gradient\u2016",
               format_number(number, arm->gradient_norm));
}

void panel_header(const struct arm_panel *panel)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct rect r = panel->place->header;
    struct rect name = r, numbers = r;

    if (r.w == 0)
        return;
    if (r.h < canvas_px(panel->view->canvas, 40)) {
        canvas_text(panel->view->canvas, r, TEXT_BOLD, ALIGN_LEFT,
                    theme_arm_colour(theme, panel->arm->model), panel->arm->model);
        if (panel->arm->stopped)
            canvas_text(panel->view->canvas, r, TEXT_SMALL, ALIGN_RIGHT, theme->bad, "stopped");
        else
            panel_badge(panel, r.x + r.w - panel_badge_width(panel->view, panel->arm), r.y, r.h,
                        r.x + r.w);
        return;
    }
    name.h = r.h * 52 / 100;
    numbers.y += name.h;
    numbers.h = r.h * 40 / 100;
    draw_name(panel, name);
    draw_numbers(panel, numbers);
}

/* A hover text where the eye is, kept within the arm's card. */
static void draw_beside_mouse(const struct arm_panel *panel, const char *text)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct view *view = panel->view;
    struct canvas *canvas = view->canvas;
    const struct rect card = panel->place->card;
    struct rect box = { view->mouse_x + canvas_px(canvas, 12), view->mouse_y,
                        canvas_text_width(canvas, TEXT_MONO_SMALL, text, -1) +
                            canvas_px(canvas, 12),
                        canvas_px(canvas, 18) };

    if (*text == '\0')
        return;
    box.y -= box.h + canvas_px(canvas, 4);
    if (box.x + box.w > card.x + card.w)
        box.x = view->mouse_x - canvas_px(canvas, 12) - box.w;
    canvas_round(canvas, rect_inset(box, -1, -1, -1, -1), canvas_px(canvas, 4), theme->edge);
    canvas_round(canvas, box, canvas_px(canvas, 3), theme->window);
    canvas_text(canvas, box, TEXT_MONO_SMALL, ALIGN_CENTRE, theme->text, text);
}

void panel_cursor(const struct arm_panel *panel)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    const struct layout_column *c = panel->place;
    const int step = view->hover_step;
    int bottom = c->gradient.y + c->gradient.h;

    if (!time_shown(&panel->axis, step)) {
        draw_beside_mouse(panel, view->hover_text[panel->column][HOVER_LOWER]);
        return;
    }
    if (c->lower.w > 0 && panel_lower_has_time(panel))
        bottom = c->lower.y + c->lower.h;
    else if (c->states.w > 0)
        bottom = c->states.y + c->states.h;
    else if (c->tokens.w > 0)
        bottom = c->tokens.y + c->tokens.h;
    canvas_fill(view->canvas,
                (struct rect){ time_centre(&panel->axis, step),
                               panel_plot(panel, c->gradient).y, canvas_px(view->canvas, 1),
                               bottom - panel_plot(panel, c->gradient).y },
                theme_fade(theme->text, 110));
    draw_beside_mouse(panel, view->hover_text[panel->column][HOVER_STATES]);
    draw_beside_mouse(panel, view->hover_text[panel->column][HOVER_LOWER]);
}
