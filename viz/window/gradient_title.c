/* The gradient panel's name and its switches, as many as the row has room for. */
#include <stdio.h>

#include "viz/window/gradient_parts.h"
#include "viz/window/widgets.h"

enum { CHIPS = 5 };

/* The parts of an lstm's state: one button that goes from one to the next. */
static bool part_chip(const struct arm_panel *panel, struct button *chip)
{
    const int parts = gradient_parts(panel);
    int part = panel->view->arm[panel->number].part;

    if (!panel->view->state_view || parts == 0)
        return false;
    part = part <= parts ? part : 0;
    *chip = (struct button){ .label = gradient_part_label(panel, part),
                             .on = part > 0,
                             .hot = { .action = ACT_PART,
                                      .arm = panel->number,
                                      .value = (part + 1) % (parts + 1),
                                      .hint = "Which part of the state: both, h alone, c alone "
                                              "(each with all paths)" } };
    return true;
}

/* What is known beforehand, or a button that says why nothing is. */
static void theory_chip(const struct arm_panel *panel, struct button *chip)
{
    static const char *const hints[] = {
        [THEORY_ORTHOGONAL] =
            "Theory: the recurrent matrix is a gain times orthogonal; without "
            "input each step multiplies by the gain, saturation takes more",
        [THEORY_DRIVEN] = "Theory: an orthogonal matrix, and noise that drives every unit: the "
                          "mean over many units (Schoenholz 2017)",
        [THEORY_BOUND] = "Theory: on the state no step multiplies by more than the recurrent "
                         "matrix's largest singular value",
    };
    const char *because;
    const struct theory *theory = gradient_theory(panel, &because);

    *chip =
        (struct button){ .label = "theory",
                         .on = panel->view->theory && theory != NULL,
                         .hot = { .action = theory != NULL ? ACT_THEORY : ACT_NONE,
                                  .hint = theory != NULL ? hints[theory->kind] : because } };
}

static int chips_of(const struct arm_panel *panel, struct button chips[CHIPS])
{
    const bool all = panel->snapshot->loss_at < 0, raw = panel->snapshot->raw;
    int count = 0;

    chips[count++] = (struct button){
        .label = panel->view->state_view ? "state view" : "input view",
        .on = panel->view->state_view,
        .hot = { .action = ACT_STATE_VIEW,
                 .hint = "V: gradient on the task's input (same unit in both arms), or on the "
                         "state (compare slopes only)" }
    };
    count += part_chip(panel, &chips[count]);
    chips[count++] = (struct button){
        .label = "all outputs",
        .on = all,
        .hot = { .action = ACT_LOSS_AT,
                 .value = all ? panel_asked_step(panel->snapshot) : -1,
                 .hint = "Loss at every output at once: local losses hide vanishing" }
    };
    chips[count++] = (struct button){
        .label = raw ? "raw" : "unit",
        .on = raw,
        .hot = { .action = ACT_SEED,
                 .value = !raw,
                 .hint = "The error made a unit vector, or raw, as it is: an answer that is "
                         "already good then has low bars" }
    };
    theory_chip(panel, &chips[count++]);
    return count;
}

static int width_of(struct view *view, const char *title, const struct button *chips, int count)
{
    int width = canvas_text_width(view->canvas, TEXT_SMALL_BOLD, title, -1) +
                canvas_px(view->canvas, 12);

    for (int i = 0; i < count; i++)
        width += widget_chip_width(view, chips[i].label) + canvas_px(view->canvas, 5);
    return width;
}

void gradient_title(const struct arm_panel *panel, struct rect row)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    const int gap = canvas_px(view->canvas, 5), y = row.y + canvas_px(view->canvas, 2);
    const int h = row.h - canvas_px(view->canvas, 5);
    struct button chips[CHIPS];
    const int count = chips_of(panel, chips);
    const char *title = "Gradient at each step";
    int x = row.x;

    if (width_of(view, title, chips, count) > row.w &&
        width_of(view, "Gradient", chips, 1) <= row.w)
        title = "Gradient";
    x += canvas_text(view->canvas, row, TEXT_SMALL_BOLD, ALIGN_LEFT, theme->text, title);
    x += canvas_px(view->canvas, 12);
    for (int i = 0; i < count; i++) {
        const int width = widget_chip_width(view, chips[i].label);

        if (x + width > row.x + row.w)
            return;
        x += gap + widget_chip(view, x, y, h, &chips[i]);
    }
}
