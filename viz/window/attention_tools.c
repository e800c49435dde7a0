/* The row over an attention map: which head, what a click does, what the colours mean. */
#include "viz/window/attention_parts.h"

#include <stdio.h>

#include "lessons/words.h"
#include "viz/window/widgets.h"

enum { CHIPS = 6, CHIP_GAP = 4, WIDE = 480, NAME_MAX_LENGTH = 48 };

/* Two lengths of what is said: the longer one where there is room. */
struct wording {
    const char *wide, *narrow;
    struct button button;
};

static struct wording tool(const struct arm_panel *panel, enum attention_tool which,
                           const char *label, const char *hint)
{
    return (struct wording){
        label,
        label,
        { .on = panel->view->attention.tool == which,
          .hot = { .action = ACT_TOOL, .arm = panel->number, .value = which, .hint = hint } }
    };
}

static void fill(const struct arm_panel *panel, const struct attention_view *head,
                 const char *force, struct wording chips[CHIPS])
{
    const struct view *view = panel->view;
    const bool out = attention_is_out(panel->arm, head), mean = view->attention.average;

    chips[0] = tool(panel, TOOL_LOOK, "look", "A click on a cell shows its numbers (A)");
    chips[1] = tool(panel, TOOL_FORBID, "forbid",
                    "Click or drag: this step may not look there, as if the score were minus "
                    "infinity. Shift: in all heads of the layer (A)");
    chips[2] = tool(panel, TOOL_FORCE, force,
                    "Click or drag: this weight is set there, the row's others share the rest. "
                    "Wheel or double click: the weight (A)");
    chips[2].button.hot.wheel = chips[2].button.hot.entry = true;
    chips[3] = (struct wording){ out ? "knocked out" : "knock out",
                                 out ? "is out" : "out",
                                 { .on = out,
                                   .hot = { .action = ACT_KNOCK_OUT,
                                            .arm = panel->number,
                                            .hint = "K: this head gives nothing, in the "
                                                    "sequence shown; see its loss and answer. "
                                                    "Esc takes it back" } } };
    chips[4] = (struct wording){ view->row_scaled ? "each row its own scale" : "scale 0 to 1",
                                 view->row_scaled ? "per row" : "0 to 1",
                                 { .on = view->row_scaled,
                                   .hot = { .action = ACT_ROW_SCALE,
                                            .hint = "Colours for 0..1, comparable everywhere, "
                                                    "or for each row up to its own largest "
                                                    "weight" } } };
    chips[5] = (struct wording){ mean ? "mean of 64" : "this sequence",
                                 mean ? "mean of 64" : "this one",
                                 { .on = mean,
                                   .hot = { .action = ACT_AVERAGE,
                                            .arm = panel->number,
                                            .hint = "Shift-A: the weights of this sequence, or "
                                                    "their mean over 64 fixed ones" } } };
}

/* From the first on, the longer wording, as long as all have room. */
static void choose_wording(struct view *view, struct wording chips[CHIPS], int room)
{
    for (int i = 0; i < CHIPS; i++) {
        chips[i].button.label = chips[i].narrow;
        room -= canvas_px(view->canvas, CHIP_GAP) + widget_chip_width(view, chips[i].narrow);
    }
    for (int i = 0; i < CHIPS; i++) {
        const int more =
            widget_chip_width(view, chips[i].wide) - widget_chip_width(view, chips[i].narrow);

        if (more > room)
            continue;
        chips[i].button.label = chips[i].wide;
        room -= more;
    }
}

void attention_draw_tools(const struct arm_panel *panel, struct rect row,
                          const struct attention_view *head)
{
    const struct theme *theme = canvas_theme(panel->view->canvas);
    struct view *view = panel->view;
    /* below them are the marks of the keys that the task wants to be looked at */
    const int y = row.y + canvas_px(view->canvas, 2), h = row.h - canvas_px(view->canvas, 6);
    const int gap = canvas_px(view->canvas, CHIP_GAP);
    struct wording chips[CHIPS];
    char name[NAME_MAX_LENGTH], force[NAME_MAX_LENGTH];
    int x;

    snprintf(force, sizeof force, words_in(panel->view->language, "force %.2g"),
             1 - view->attention.less);
    fill(panel, head, force, chips);
    snprintf(name, sizeof name,
             row.w > canvas_px(view->canvas, WIDE)
                 ? words_in(panel->view->language, "Layer %d head %d")
                 : "L%d h%d",
             head->layer + 1, head->head + 1);
    x = row.x + gap +
        canvas_text(view->canvas, row, TEXT_SMALL_BOLD, ALIGN_LEFT, theme->text, name);
    choose_wording(view, chips, row.x + row.w - x);
    for (int i = 0; i < CHIPS; i++)
        if (x + gap + widget_chip_width(view, chips[i].button.label) <= row.x + row.w)
            x += gap + widget_chip(view, x, y, h, &chips[i].button);
}
