/*
 * panels.h - the parts of the window. Each turns a read-only snapshot into draw calls, and is
 * clipped to nothing if the layout has no room for it.
 */
#ifndef VIZ_WINDOW_PANELS_H
#define VIZ_WINDOW_PANELS_H

#include "viz/window/view.h"

/* What all panels of one arm need. */
struct arm_panel {
    struct view *view;
    const struct snapshot *snapshot;
    const struct snapshot_arm *arm;
    int number; /* of the arm in the snapshot */
    int column; /* 0 or 1 */
    const struct layout_column *place;
    struct time_axis axis;
};

/* Heads shown in the strip over the tokens. */
enum { STRIP_ROWS_MAX = 4 };

/* Keys of the images that panels keep; per column where two columns have the panel. */
enum {
    IMAGE_RACE = 0,      /* + plot */
    IMAGE_GRADIENT = 4,  /* + column */
    IMAGE_STATES = 6,    /* + column */
    IMAGE_ATTENTION = 8, /* + column */
    IMAGE_LEGEND = 10,   /* + column * 4 + panel */
    IMAGE_GATE = 20,     /* + column * GATES_MAX + gate */
    IMAGE_STRIP = 36,    /* + column * STRIP_ROWS_MAX + row */
    IMAGE_THUMB = 44,    /* + column * THUMBS_MAX + head */
    IMAGE_LANGUAGE = 172
};
enum { THUMBS_MAX = 64 };

/*
 * panel_common.c: the task and what it is, in the language of the view; in `text`, or the
 * snapshot's own where it does not say what it is.
 */
enum { TASK_TITLE_MAX = 160 };
const char *panel_task_title(const struct view *view, const struct snapshot *snapshot,
                             char text[TASK_TITLE_MAX]);

/* panel_header.c: who this is, and how it is doing. */
void panel_header(const struct arm_panel *panel);

/* panel_gradient.c: how much of the error reaches each step, on an absolute axis. */
void panel_gradient(const struct arm_panel *panel);

/* panel_tokens.c: attention of the asked output; input, target and answer of each step. */
void panel_strip(const struct arm_panel *panel);
void panel_tokens(const struct arm_panel *panel);

/* panel_states.c: time x unit. */
void panel_states(const struct arm_panel *panel);

/*
 * panel_lower.c: the lower part, with a tab for each of the panels below it that the arm has
 * something for. Each of them fills the rectangle that the tabs leave.
 */
void panel_lower(const struct arm_panel *panel);
bool panel_lower_has_time(const struct arm_panel *panel); /* from left to right, as all above */
void panel_attention(const struct arm_panel *panel, struct rect r);
void panel_gates(const struct arm_panel *panel, struct rect r);
void panel_prediction(const struct arm_panel *panel, struct rect r);
void panel_weights(const struct arm_panel *panel, struct rect r);

/* panel_spectrum.c: eigenvalues of square number `block` of that tensor of the arm. */
void panel_spectrum(const struct arm_panel *panel, int tensor, int block, struct rect r);

/* panel_writing.c: the other face of panel_prediction, what arms write; r is below its title. */
void panel_writing(const struct arm_panel *panel, struct rect r);

/* attention_arcs.c: who looks at whom, over the tokens, of the step under the mouse. */
void panel_arcs(const struct arm_panel *panel);

/* panel_cell.c: the numbers of one unit at one step. */
void panel_cell(const struct arm_panel *panel, struct rect r);

/*
 * panel_cell_path.c: for the gradient's panel, of an lstm whose states are looked at. The line
 * goes into its image, `option` into the stamp of that, the words over it.
 */
void gradient_cell_path_draw(const struct arm_panel *panel, struct pixels *pixels);
int gradient_cell_path_option(const struct arm_panel *panel);
void gradient_cell_path_label(const struct arm_panel *panel, struct rect plot);

/*
 * panel_hands.c: zero, hold, swap, for the state after the chosen step. They stand in the title
 * of the states, or where that has no room in the one of the cell.
 */
void panel_hands(const struct arm_panel *panel, int x, int y, int h);
int panel_hands_width(struct view *view);
bool panel_states_has_hands(const struct arm_panel *panel); /* panel_states.c */

/*
 * panel_effect.c: loss and asked answer as they were, frozen when a hand made its first change,
 * and as they are; where there is no room, or nothing frozen, the loss alone.
 */
void panel_effect(const struct arm_panel *panel, struct rect row);

/* panel_header.c: the line that crosses all panels at the hovered step. */
void panel_cursor(const struct arm_panel *panel);

/*
 * panel_health.c: how an arm is doing. The badge is drawn at (x, y), h high, and returns its
 * width, 0 where nothing is wrong or it would pass `right`; the line is the worst of all in
 * words, false if there is none or no room; the card lies over the column it belongs to.
 */
int panel_badge_width(struct view *view, const struct snapshot_arm *arm);
int panel_badge(const struct arm_panel *panel, int x, int y, int h, int right);
bool panel_health_line(struct view *view, const struct snapshot *snapshot, struct rect row);
void panel_health(struct view *view, const struct snapshot *snapshot);
int panel_worst_arm(const struct view *view, const struct snapshot *snapshot);

/* panel_clip.c: training.clip as a line in the plot of gradient norms, for a hand to move. */
void panel_clip_axis(const struct view *view, const struct snapshot *snapshot,
                     struct value_axis *axis);
void panel_clip(struct view *view, const struct snapshot *snapshot, struct rect area,
                const struct value_axis *axis);

/* Each is drawn into the part of the layout that has its name. */
void panel_race(struct view *view, const struct snapshot *snapshot);
void panel_timeline(struct view *view, const struct snapshot *snapshot);
void panel_rail(struct view *view, const struct snapshot *snapshot);
void panel_status(struct view *view, const struct snapshot *snapshot);
void panel_lesson(struct view *view);

/* panel_claims.c: the checklist, scrolled down by so many pixels. Returns its whole height. */
int panel_claims(struct view *view, struct rect r, int scroll);
int panel_claims_met(const struct view *view); /* how many are met at present */

/* panel_sketch.c: a curve drawn by hand over the left arm's gradient. */
void panel_sketch(const struct arm_panel *panel);
void panel_sketch_settle(struct view *view, const struct snapshot *snapshot);

/* panel_pointed.c: a frame around what a link pointed at. */
void panel_pointed(struct view *view);
void panel_picker(struct view *view, int w, int h);
void panel_help(struct view *view, int w, int h);
void panel_focus(struct view *view, int w);       /* what the keyboard is on, what is typed */
void panel_runs(struct view *view, int w, int h); /* panel_runs.c: what can be opened */
void panel_hint(struct view *view, int w, int h); /* what is under the mouse, in one line */

/*
 * panel_chosen.c: over a time x unit picture with colours up to `limit`, the step and the unit
 * that are chosen, its values as a line if wanted; the value there in words; and the states that
 * a hand has changed, each with a letter that takes it back.
 */
void panel_chosen(const struct arm_panel *panel, struct rect plot,
                  const struct trace_entry *entry, double limit, bool as_line);
void panel_chosen_note(const struct arm_panel *panel, struct rect plot,
                       const struct trace_entry *entry);
void panel_state_edits(const struct arm_panel *panel, struct rect plot);

/* The unit under the mouse in a picture of so many units. */
int panel_unit_at(const struct view *view, struct rect plot, int units);

/* The tab that the lower part of a column shows for that arm, never TAB_AUTO. */
enum tab panel_lower_tab(struct view *view, const struct snapshot *snapshot, int arm);

/* ---- things several panels do ------------------------------------------------------------ */

/* The step at the right end of the timeline: the last that any way of the training reached. */
long timeline_last(const struct snapshot *snapshot);

/* The last step that is scored, or the last of all. */
int panel_last_scored(const struct snapshot *snapshot);

/* The step whose output gradient and strip ask: the last scored one for "all outputs". */
int panel_asked_step(const struct snapshot *snapshot);

/* "gru", or "gru, left" where another arm has the same model. Returns label. */
enum { ARM_LABEL_MAX = 2 * CONFIG_WORD_MAX + 4 };
const char *panel_arm_label(const struct snapshot *snapshot, int arm,
                            char label[ARM_LABEL_MAX]);

/* A stamp that changes with the snapshot; mix in what else decides the picture. */
uint64_t panel_stamp(const struct arm_panel *panel, int option);

/*
 * As much of the text as has room in `width`, with an ellipsis where some is left out: at its
 * end, or at its beginning if `tail`. Returns out.
 */
enum { SHORT_MAX = 256 };
const char *panel_shorten(char out[SHORT_MAX], struct canvas *canvas, enum text_style style,
                          int width, const char *text, bool tail);

/* The row of a panel's title, at its top. */
struct rect panel_title_row(const struct view *view, struct rect panel);

/* What is below the title row, over the time axis only. */
struct rect panel_plot(const struct arm_panel *panel, struct rect rect);

/* Keep what is under the cursor in words: drawn beside the mouse, and for who asks. */
void panel_hover_text(const struct arm_panel *panel, enum hover_text which, const char *format,
                      ...) __attribute__((format(printf, 3, 4)));

/* A line of letters on a ground of its own, so that what is behind it does not disturb. */
void panel_note(struct canvas *canvas, struct rect place, enum text_style style,
                enum align align, struct colour colour, const char *text);

/* A bar of colours in the gutter beside a plot, with its limits printed. */
void panel_legend(const struct arm_panel *panel, struct rect plot, int which,
                  enum trace_range range, const char *least, const char *most);

/*
 * The next of 1, 2, 5, 10 times a power of ten: the end of a scale that rests while values move a
 * little. value > 0.
 */
double panel_round_up(double value);

/* Draw trace entry `entry` over the plot as time x unit. Returns the limit of its colours. */
double panel_heatmap(const struct arm_panel *panel, struct rect plot, int image,
                     const struct trace_entry *entry);

#endif
