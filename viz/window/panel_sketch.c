/*
 * A curve predicted over the left arm's gradient: while it is drawn the bars are covered, then
 * it stays over them as a line of dots.
 */
#include "viz/window/gradient_parts.h"

#include <math.h>

#include "viz/window/document.h"

/* How far the curves to be chosen from fall, in decades from the end to the beginning. */
static const double falls[DOCUMENT_SHAPES] = { 0, 3, 12 };

/* log10 of the curve at a step, between its points; NaN where it was not drawn. */
static double decade_at(const struct sketch *sketch, int step, int steps)
{
    const double at = steps > 1 ? (double)step / (steps - 1) * (SKETCH_POINTS - 1) : 0;
    const int before = (int)at, after = before + 1 < SKETCH_POINTS ? before + 1 : before;
    const double share = at - before;

    if (share < 1e-9)
        return sketch->decade[before];
    return sketch->decade[before] * (1 - share) + sketch->decade[after] * share;
}

/* What the bar of a step shows, held on the axis. */
static double shown_decade(double norm)
{
    return norm > 0 ? fmax(log10(norm), DECADE_LEAST) : DECADE_LEAST;
}

/* Straight lines that begin at the last bar. */
static void fill_in(struct sketch *sketch, const struct profile *profile)
{
    const double fall = falls[sketch->shape - 1];
    const double end = profile->tau >= 0 && profile->tau < profile->steps
                           ? shown_decade(profile->input.one[profile->tau])
                           : 0;
    const double last = profile->steps > 1 ? (double)profile->tau / (profile->steps - 1) : 1;

    for (int i = 0; i < SKETCH_POINTS; i++) {
        const double at = (double)i / (SKETCH_POINTS - 1);

        sketch->decade[i] = at <= last ? end - fall * (last - at) : (double)NAN;
    }
}

/* Mean distance to the bars before the output, where something was drawn. */
static double distance(const struct sketch *sketch, const struct profile *profile)
{
    double sum = 0;
    int count = 0;

    for (int t = 0; t < profile->tau; t++) {
        const double drawn = decade_at(sketch, t, profile->steps);

        if (isnan(drawn))
            continue;
        sum += fabs(drawn - shown_decade(profile->input.one[t]));
        count++;
    }
    return count > 0 ? sum / count : (double)NAN;
}

void panel_sketch_settle(struct view *view, const struct snapshot *snapshot)
{
    struct sketch *sketch = &view->sketch;
    const struct profile *profile = &snapshot->arm[0].now;
    const int prediction = sketch->prediction - 1;
    struct answer *answer;

    if (prediction < 0 || view->document == NULL || profile->steps < 2)
        return;
    if (sketch->shape > 0 && sketch->covers)
        fill_in(sketch, profile);
    if (sketch->covers)
        return;
    answer = &view_reading(view)->answer[prediction];
    if (answer->state != ANSWER_GIVEN || sketch->measured)
        return;
    answer->decades = distance(sketch, profile);
    sketch->measured = true;
    document_answer(view->document, prediction, answer);
}

/* Everything before the asked output, under the axis's lines. */
static void cover(const struct arm_panel *panel, struct rect plot)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const int asked = panel_asked_step(panel->snapshot);
    const int right = time_left(&panel->axis, asked > 0 ? asked : 0);
    const struct rect hidden = { plot.x, plot.y, right - plot.x, plot.h };

    canvas_fill(canvas, hidden, theme->panel);
    for (int decade = DECADE_LEAST + 2; decade < DECADE_MOST; decade += 4)
        canvas_fill(canvas,
                    (struct rect){ hidden.x, decade_y(plot, pow(10, decade)), hidden.w, 1 },
                    theme_fade(theme->edge, 170));
    panel_note(canvas,
               (struct rect){ hidden.x, hidden.y + hidden.h - canvas_px(canvas, 22), hidden.w,
                              canvas_px(canvas, 18) },
               TEXT_SMALL, ALIGN_CENTRE, theme->mark, "Covered: draw your guess, then Compare");
}

static void draw_dots(const struct arm_panel *panel, struct rect plot)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct canvas *canvas = panel->view->canvas;
    const struct sketch *sketch = &panel->view->sketch;
    const int steps = panel->snapshot->steps, size = canvas_px(canvas, 3);
    const int first = time_first(&panel->axis), count = time_end(&panel->axis) - first;

    for (int i = 0; i < SKETCH_POINTS; i++) {
        const double step = (double)i / (SKETCH_POINTS - 1) * (steps - 1);
        const double share = (step - first + 0.5) / count;
        const int x = plot.x + (int)(share * plot.w);

        if (isnan(sketch->decade[i]) || share < 0 || share > 1)
            continue;
        canvas_fill(canvas,
                    (struct rect){ x - size / 2,
                                   decade_y(plot, pow(10, sketch->decade[i])) - size / 2, size,
                                   size },
                    theme->mark);
    }
}

void panel_sketch(const struct arm_panel *panel)
{
    struct view *view = panel->view;
    const struct rect plot = gradient_plot(panel);

    if (view->sketch.prediction == 0 || panel->number != 0 || view->state_view ||
        panel->place->gradient.w == 0 || panel->snapshot->steps < 2)
        return;
    canvas_clip(view->canvas, &plot);
    if (view->sketch.covers)
        cover(panel, plot);
    draw_dots(panel, plot);
    canvas_clip(view->canvas, NULL);
    if (view->sketch.covers)
        view_hot(view, (struct hot){ .rect = plot,
                                     .action = ACT_SKETCH,
                                     .arm = view->sketch.prediction - 1,
                                     .value = SKETCH_HAND,
                                     .drag = true,
                                     .hint = "Draw: how high will the bars be?" });
}
