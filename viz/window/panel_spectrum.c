/*
 * The eigenvalues of a recurrent matrix, or of one gate of it, and the unit circle: outside of it
 * what is in the state grows from step to step, inside it is forgotten.
 */
#include "viz/window/panels.h"

#include <math.h>
#include <stdio.h>

#include "lessons/words.h"
#include "viz/window/format.h"

/* Apart from all other pictures that may be kept under the same key. */
enum { STAMP = 1 << 24, OUTSIDE_PER_MILLE = 1 };

/* The gain that its first values were given, if that is a choice of the arm; else 0. */
static double gain_of(const struct arm_panel *panel)
{
    const struct arm_config *config = snapshot_arm_config(panel->snapshot, panel->number);

    return config->initial == WEIGHTS_ORTHOGONAL || config->initial == WEIGHTS_IDENTITY
               ? config->gain
               : 0;
}

/* A plane of complex numbers in a square of pixels. */
struct plane {
    double centre, unit; /* pixels; pixels for 1 */
};

static struct point at(const struct plane *plane, double re, double im)
{
    return (struct point){ plane->centre + re * plane->unit, plane->centre - im * plane->unit };
}

static void draw_circle(struct pixels *pixels, const struct plane *plane, double radius,
                        double width, struct dashes dashes, struct colour colour)
{
    enum { POINTS = 73 };
    struct point points[POINTS];

    for (int i = 0; i < POINTS; i++) {
        const double turn = 2 * 3.14159265358979323846 * i / (POINTS - 1);

        points[i] = at(plane, radius * cos(turn), radius * sin(turn));
    }
    raster_polyline(pixels, points, POINTS, width, dashes, colour);
}

/* So little above 1 is rounding: an orthogonal matrix lies on the circle. */
static bool is_outside(struct eigenvalue value)
{
    return eigenvalue_size(value) > 1 + OUTSIDE_PER_MILLE / 1000.0;
}

/* A dot; outside of the circle a cross in another colour. */
static void draw_value(const struct arm_panel *panel, struct pixels *pixels,
                       const struct plane *plane, struct eigenvalue value)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const struct point p = at(plane, value.re, value.im);
    const double r = canvas_line(panel->view->canvas, is_outside(value) ? 2.5 : 1.5);
    const struct dashes solid = { 0, 0 };

    if (is_outside(value)) {
        const struct point down[2] = { { p.x - r, p.y - r }, { p.x + r, p.y + r } };
        const struct point up[2] = { { p.x - r, p.y + r }, { p.x + r, p.y - r } };

        raster_polyline(pixels, down, 2, r * 0.6, solid, theme->bad);
        raster_polyline(pixels, up, 2, r * 0.6, solid, theme->bad);
    } else {
        const struct point dot[2] = { { p.x - 0.01, p.y }, { p.x + 0.01, p.y } };

        raster_polyline(pixels, dot, 2, 2 * r, solid,
                        theme_arm_colour(theme, panel->arm->model));
    }
}

static double plane_limit(const struct spectrum *spectrum, double gain)
{
    const double most = fmax(fmax(1, gain), spectrum->largest);

    return ceil(most * 1.08 * 5) / 5; /* in fifths, so that it rests */
}

static void draw_plane(const struct arm_panel *panel, const struct spectrum *spectrum,
                       struct pixels *pixels, const struct plane *plane, double gain)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    const double width = canvas_line(panel->view->canvas, 1);
    const int middle = (int)plane->centre;

    raster_clear(pixels, theme->panel);
    raster_fill(pixels, (struct rect){ 0, middle, pixels->w, 1 }, theme->grid);
    raster_fill(pixels, (struct rect){ middle, 0, 1, pixels->h }, theme->grid);
    draw_circle(pixels, plane, 1, width, (struct dashes){ 0, 0 }, theme->dim);
    if (gain > 0)
        draw_circle(pixels, plane, gain, width, (struct dashes){ 3 * width, 3 * width },
                    theme->mark);
    for (int i = 0; i < spectrum->n && spectrum->found; i++)
        draw_value(panel, pixels, plane, spectrum->value[i]);
}

/* The eigenvalue nearest to the mouse, in words. */
static void tell_nearest(const struct arm_panel *panel, const struct spectrum *spectrum,
                         struct rect r, const struct plane *plane)
{
    const struct view *view = panel->view;
    const double re = (view->mouse_x - r.x - plane->centre) / plane->unit,
                 im = (r.y + plane->centre - view->mouse_y) / plane->unit;
    char a[FORMAT_MAX], b[FORMAT_MAX], c[FORMAT_MAX];
    int best = -1;
    double least = HUGE_VAL;

    if (!view_over(view, r) || !spectrum->found)
        return;
    for (int i = 0; i < spectrum->n; i++) {
        const double far = hypot(spectrum->value[i].re - re, spectrum->value[i].im - im);

        if (far < least) {
            least = far;
            best = i;
        }
    }
    if (best >= 0)
        panel_hover_text(panel, HOVER_LOWER, "%s %s %s i, size %s",
                         format_number(a, spectrum->value[best].re),
                         spectrum->value[best].im < 0 ? "\u2212" : "+",
                         format_number(b, fabs(spectrum->value[best].im)),
                         format_number(c, eigenvalue_size(spectrum->value[best])));
}

static void label_plane(const struct arm_panel *panel, const struct spectrum *spectrum,
                        struct rect r, double gain)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int line = canvas_line_height(canvas, TEXT_TINY);
    int outside = 0;
    char number[FORMAT_MAX], text[64];

    for (int i = 0; i < spectrum->n && spectrum->found; i++)
        outside += is_outside(spectrum->value[i]);
    snprintf(text, sizeof text, words_in(panel->view->language, "largest %s"),
             format_number(number, spectrum->largest));
    panel_note(canvas, (struct rect){ r.x, r.y, r.w, line }, TEXT_TINY, ALIGN_LEFT,
               outside > 0 ? theme->bad : theme->text,
               spectrum->found ? text : "do not converge");
    if (outside > 0) {
        snprintf(text, sizeof text, words_in(panel->view->language, "\u00d7 %d outside"),
                 outside);
        panel_note(canvas, (struct rect){ r.x, r.y + r.h - line, r.w, line }, TEXT_TINY,
                   ALIGN_LEFT, theme->bad, text);
    }
    if (gain > 0) {
        snprintf(text, sizeof text, words_in(panel->view->language, "gain %g"), gain);
        panel_note(canvas, (struct rect){ r.x, r.y + r.h - line, r.w, line }, TEXT_TINY,
                   ALIGN_RIGHT, theme->mark, text);
    }
}

void panel_spectrum(const struct arm_panel *panel, int tensor, int block, struct rect r)
{
    struct view *view = panel->view;
    struct spectrum *spectrum = &view->spectrum[panel->column];
    const struct snapshot_weights *weights = &panel->arm->weights;
    const size_t n = (size_t)weights->tensor[tensor].columns;
    const int key = IMAGE_GATE + panel->column * 8;
    const double gain = gain_of(panel);
    struct plane plane = { .centre = r.w / 2.0 };
    struct pixels *pixels;
    bool fresh;

    spectrum_look(spectrum,
                  (struct spectrum_of){ view->epoch, panel->number, tensor, block,
                                        panel->snapshot->serial },
                  weights->value + weights->tensor[tensor].offset + (size_t)block * n * n,
                  (int)n, view->now_ms);
    view->dirty = view->dirty || spectrum->waiting;
    plane.unit = (r.w / 2.0 - 2) / plane_limit(spectrum, gain);
    pixels = canvas_image(view->canvas, key, r.w, r.h,
                          panel_stamp(panel, (int)(STAMP + spectrum->times)), &fresh);
    if (pixels == NULL)
        return;
    if (fresh)
        draw_plane(panel, spectrum, pixels, &plane, gain);
    canvas_image_draw(view->canvas, key, r.x, r.y);
    view_hot(view, (struct hot){ .rect = r,
                                 .hint = "Eigenvalues and the unit circle: outside, what is in "
                                         "the state grows with every step" });
    label_plane(panel, spectrum, r, gain);
    tell_nearest(panel, spectrum, r, &plane);
}
