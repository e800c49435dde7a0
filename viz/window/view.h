/*
 * view.h - all state of the window, in one context: what is shown, where the mouse is, what is
 * folded.
 *
 * Events change the state (view_event), a frame draws it together with a snapshot (view_frame).
 * Neither waits for anything. Whatever can be pressed is noted while it is drawn (a hot
 * rectangle); a click looks up what it hit in the frame that the hand saw. A hot rectangle can
 * also be dragged, turned by the wheel, typed into, and reached by Tab, so that whatever a mouse
 * can do, keys can. Keys and clicks end in the same place, a handler of act.h, so each thing
 * that can be done is written once.
 *
 * The view owns no window and no lab. Wishes leave through a callback; what only the program
 * around it can do (open another lesson, save a picture) is left as a request.
 */
#ifndef VIZ_WINDOW_VIEW_H
#define VIZ_WINDOW_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "lessons/lesson.h"
#include "lessons/live.h"
#include "lessons/run_list.h"
#include "lessons/snapshot.h"
#include "viz/window/attention_hand.h"
#include "viz/window/axes.h"
#include "viz/window/canvas.h"
#include "viz/window/layout.h"
#include "viz/window/reading.h"
#include "viz/window/rail.h"
#include "viz/window/spectrum.h"

union SDL_Event;

/* Everything a hand can do. `arm` and `value` are what the comment says, else unused. */
enum action {
    ACT_NONE, /* something with a hint, but nothing to press */
    ACT_RUN,  /* run or pause */
    ACT_STEP,
    ACT_STEP_ARM, /* one step of the arm in column `value` alone */
    ACT_RESTART,
    ACT_NEW_SEED,
    ACT_LENGTH,       /* restart with task.length = value */
    ACT_MODEL,        /* restart, the arm's model is number `value` of view_models */
    ACT_CONTROL,      /* control `value` of controls.h, of the arm of that number */
    ACT_CONTROL_LESS, /* its value before this one */
    ACT_CONTROL_MORE, /* its next value */
    ACT_CONTROL_WORD, /* word value / controls of control value % controls */
    ACT_RAIL,         /* the controls, by the wheel; value 1: by the bar beside them */
    ACT_SAMPLE,       /* pin the sequence `value` further */
    ACT_LOSS_AT,      /* gradients from the output at step `value`; -1: all */
    ACT_STATE_VIEW,   /* input view or state view of the gradient */
    ACT_SEED,         /* gradients of the raw error (1), a unit one (0), the other (-1) */
    ACT_PART,         /* the arm's state view shows part `value` of it; 0: all of it */
    ACT_THEORY,       /* theory's line over the gradient */
    ACT_CLIP,         /* training.clip: dragged, turned or typed */
    ACT_HEALTH,       /* a card about the arm (-1: the one worst off), or none */
    ACT_ENTRY,        /* the arm's states panel shows trace entry number `value` */
    ACT_LAYER,        /* the arm shows layer `value` */
    ACT_HEAD,         /* the arm enlarges head `value`, counted through all layers */
    ACT_NUMBER,       /* the same in every arm that has so many heads */
    ACT_EDITS_CLEAR,  /* whatever a hand changed in the pinned sequence is as it was */
    ACT_KNOCK_OUT,    /* the enlarged head of the arm (-1: of both columns) out, or back */
    ACT_HEAD_OUT,     /* head `value` of the arm out, or back */
    ACT_TOOL,         /* in attention maps a click means `value`; -1: the next tool */
    ACT_CELL,         /* a cell of the arm's attention map, in column `value` */
    ACT_AVERAGE,      /* attention of this sequence, or the mean of 64 */
    ACT_UNIT,         /* a unit of the arm's states and a step chosen, or let go */
    ACT_STATE_EDIT,   /* the arm's state (-1: of both columns), act_states_value */
    ACT_ROW_SCALE,    /* attention's colours over each row's own range, or 0..1 */
    ACT_OWN_INPUT,    /* a sequence of one's own is typed */
    ACT_FACE,         /* the prediction panel shows predictions (value 0) or writing (1) */
    ACT_PROMPT,       /* what arms go on from is typed */
    ACT_TEMPERATURE,  /* of writing */
    ACT_TOP_K,        /* of writing */
    ACT_WRITE_SEED,   /* of writing */
    ACT_WRITE,        /* arms write: begin (value 0), rest (1), go on (2) */
    ACT_TENSOR,       /* the arm shows the tensor `value` further */
    ACT_BLOCK,        /* the arm shows the rows of gate `value` */
    ACT_NEXT_ARM,     /* column `arm` shows the next arm */
    ACT_TAB,          /* the lower part of the arm shows tab `value` */
    ACT_ENLARGE,      /* part `value` of the columns large, or as it was; -1: the next part */
    ACT_ZOOM,         /* the time axis: `value` notches nearer; 0: everything */
    ACT_PAN,          /* the time axis: `value` tenths of what is shown to the right */
    ACT_SCROLL,       /* the lesson's text, by the wheel */
    ACT_PAGE,         /* the lesson's text: `value` pages on */
    ACT_CHUNK,        /* page `value` of it */
    ACT_LINK,         /* what link `value` of the text says */
    ACT_CHOOSE,       /* choice `value` of prediction `arm`; -1: skip it */
    ACT_SKETCH,       /* the curve of prediction `arm`: enum sketch_act */
    ACT_OWN,          /* restart with the lesson's own settings */
    ACT_LOG,          /* losses on a log or a linear axis */
    ACT_RACE_X,       /* the next unit of what the curves are drawn over */
    ACT_SCRUB,        /* the timeline: look at the moment under the hand, or turn to another */
    ACT_LOOK,         /* look at the moment nearest to step `value`; LAB_NOW: at the present */
    ACT_MOMENT,       /* `value` moments later */
    ACT_FORK,         /* go on from the moment looked at, in the way of enum fork_way `value` */
    ACT_TEXT,         /* lesson text on or off */
    ACT_MORE,         /* the rest of the controls */
    ACT_HELP,
    ACT_LIGHT,    /* dark on white, or white on dark */
    ACT_SCALE,    /* everything larger (value 1), smaller (-1) or as it was (0) */
    ACT_SAVE,     /* a picture of the panel under the mouse; value 1: of the window */
    ACT_EXPORT,   /* the numbers of the panel under the mouse */
    ACT_SAVE_RUN, /* the run, as a folder */
    ACT_RUNS,     /* the list of runs in the current folder */
    ACT_OPEN_RUN, /* number `value` of it, or VIEW_TYPED_RUN */
    ACT_PICKER,
    ACT_LESSON, /* open entry `value` of the list of lessons */
    ACT_BACK,   /* Escape */
    ACT_QUIT,
    ACTIONS
};

/* What lies under a part of the screen. A click presses it; the flags say what else does. */
struct hot {
    struct rect rect;
    enum action action;
    int arm;
    long value;
    const char *hint; /* one line; NULL: none. Lives until the next frame is drawn */
    bool drag;        /* while the button is held every motion presses it, and the release */
    bool wheel;       /* the wheel over it turns it; arrows, while it has the focus */
    bool entry;       /* a double click, or Enter while it has the focus: something is typed */
    bool right;       /* the other button presses it, too */
    bool arrows;      /* arrows press it, all four, while it has the focus */
    bool ground;      /* only the wheel means it: a click goes through, and so does Tab */
};

/* How a hand asked for an action. */
enum press_kind {
    PRESS_KEY,     /* a key, or Enter with the focus on it */
    PRESS_CLICK,   /* a button went down on it */
    PRESS_DRAG,    /* moved with the button down */
    PRESS_RELEASE, /* after that */
    PRESS_WHEEL,   /* turned */
    PRESS_ARROW,   /* an arrow: x to the right, y down, each -1, 0 or 1 */
    PRESS_ENTRY,   /* something shall be typed: the handler calls view_type */
    PRESS_TYPED    /* it has been */
};

struct press {
    enum press_kind kind;
    double x, y;      /* of the mouse, share of the rectangle, 0..1; a drag may leave that */
    double turned;    /* PRESS_WHEEL: notches, up or to the right above 0 */
    bool fine, right; /* with shift; by the other button */
    const char *text; /* PRESS_TYPED: what was typed, valid in the handler */
};

/* What the program around the view is asked to do. */
enum request {
    REQUEST_NONE,
    REQUEST_LESSON, /* open view->asked_lesson */
    REQUEST_PICKER, /* let the run wait, show the list */
    REQUEST_RETURN, /* from there to the run that waits */
    REQUEST_SAVE,   /* a picture of the panel that is meant, or of the window */
    REQUEST_SAVE_WINDOW,
    REQUEST_EXPORT,   /* the numbers of the panel that is meant */
    REQUEST_OPEN_RUN, /* open the run in view->asked_path */
    REQUEST_LOOK,     /* open a canvas of view->scale_steps and view->light */
    REQUEST_QUIT
};

enum { VIEW_TYPED_RUN = -1 /* of ACT_OPEN_RUN: its path is typed */ };

enum screen { SCREEN_LAB, SCREEN_PICKER };

/* What the lower part of a column shows. */
enum tab {
    TAB_AUTO, /* attention where there is some, else gates */
    TAB_ATTENTION,
    TAB_GATES, /* or, without any, the gradient on each unit */
    TAB_CELL,
    TAB_PREDICTION,
    TAB_WEIGHTS,
    TABS
};

/* What one arm shows. */
struct arm_view {
    char entry[TRACE_NAME_MAX]; /* quantity in the states panel; "": the first state */
    int layer;
    int head; /* counted through all layers */
    int unit; /* chosen by a hand, or -1 */
    int part; /* of the state, in the gradient's state view; 0: all of it */
    enum tab tab;
    int tensor; /* number of the one that is shown; -1: the first that is worth it */
    int block;  /* of its gates */
};

/* Where wishes go. Returns false when it could not take the wish. */
struct view_sink {
    bool (*wish)(void *context, const struct wish *wish);
    void *context;
};

/* An lstm in both directions has twelve, and each arm its input and logits. */
enum { ENTRIES_MAX = 14 };

enum { TYPED_MAX = 512 };

/* The entry that an arm's states panel shows. */
struct seen_states {
    int units; /* 0: it is of no layer */
    int layer;
    bool recurrent; /* the layer is */
    bool reverse;   /* of its half that begins at the end */
};

/* What events need to know of the snapshot drawn last. */
struct seen {
    bool any; /* false: nothing was drawn yet */
    struct lab_config config;
    struct task_options task; /* every default replaced by what it stands for */
    bool running;
    long step, sample;
    int steps, loss_at, last_scored;
    bool raw;
    int worst; /* the arm of the two columns that is worst off */
    int arms;
    struct claims_now claims;
    int heads[ARMS_MAX];                     /* through all layers */
    int layer[ARMS_MAX], head[ARMS_MAX];     /* of the enlarged one, in its layer */
    int edits;                               /* made by hand, in all arms */
    int tensors[ARMS_MAX], tensor[ARMS_MAX]; /* how many, and which is shown */
    bool parses;
    enum writes writes;
    int outputs;
    char text[TYPED_MAX]; /* of the pinned sequence; "" if it has no room here */
    long looking_at;      /* as in the snapshot, and so the moments */
    int moments;
    long moment[MOMENTS_MAX];
    long timeline_last;                       /* step at the timeline's right end */
    const char *entry[ARMS_MAX][ENTRIES_MAX]; /* what the states panel offers; NULL: no more */
    struct seen_states states[ARMS_MAX];      /* what it shows */
};

/*
 * What was wished lately, for the next event to build on: snapshots come later than hands. Each
 * holds until its time, on the clock of view->now_ms; then the snapshot is right again, so that
 * a wish that came to nothing is forgotten.
 */
struct wished {
    struct lab_config config;
    long sample;
    bool running;
    long looking_at;
    uint64_t config_until_ms, sample_until_ms, running_until_ms, looking_until_ms;
};

enum { MESSAGE_MAX = 256, HOVER_TEXT_MAX = 96, HINT_MAX = 128 };

/* A hot rectangle, to be found again in the next frame: by what it does. */
struct focus {
    bool on;
    struct hot hot;
    int nth;      /* of those of the frame that do the same */
    bool clicked; /* by a mouse, which hints go on to follow */
};

/* What is different in a run that is forked. */
enum fork_way { FORK_SAME, FORK_SLOWER, FORK_FASTER, FORK_CLIP /* on or off */ };

/* What the curves are drawn over. */
enum race_x { RACE_STEPS, RACE_EXAMPLES, RACE_FLOPS, RACE_SECONDS, RACE_UNITS };

/* What is being typed, and where. */
struct typing {
    bool on;
    struct hot hot;
    char text[TYPED_MAX];
    bool whole; /* all of it is selected: the first letter takes its place */
    bool skip;  /* the letter of the key that began it is still to come */
};

/* A sequence of one's own, as it was typed last. */
struct own_input {
    char text[TYPED_MAX];
    bool sent;   /* what is said to be wrong now may be about it */
    long pinned; /* the sequence of the task that was shown before it */
};

/* How arms write, for all of them. */
struct writing_view {
    bool shown;             /* in place of the predictions */
    char prompt[TYPED_MAX]; /* "": the pinned sequence */
    double temperature;
    int top_k; /* 0: all */
    long seed;
};

/* Panels that say what is under the cursor. */
enum hover_text { HOVER_GRADIENT, HOVER_GRADIENT_MORE, HOVER_STATES, HOVER_LOWER, HOVER_TEXTS };

/* The plot that has the clip line, as it was drawn last. */
struct clip_view {
    struct rect area;
    struct value_axis axis;
    int from_y, grip; /* where the hand took it, and how far from the line; pixels */
    bool moved;       /* since then */
    char hint[160];
};

struct view {
    struct canvas *canvas; /* borrowed; may be exchanged between frames */
    struct view_sink sink;
    const struct lesson_list *lessons; /* borrowed; may be NULL */
    const struct lesson *lesson;       /* borrowed; NULL: a configuration of its own */
    struct document *document;         /* owned: the lesson's text; may be NULL */

    enum screen screen;
    int picked;     /* entry of the list under the keyboard */
    bool run_waits; /* while the list is shown: Escape goes back to it */
    enum layout_part enlarged;
    int zoom_first, zoom_count; /* of the time axis; count 0: all of it */
    int chosen_step;            /* by a hand, or -1 */
    bool theory;                /* its line over the gradient */
    bool card;                  /* what is wrong with arm number card_arm */
    int card_arm;
    struct clip_view clip;
    enum race_x race_x;
    bool state_view, row_scaled, linear_loss, text, more, help, light;
    int scale_steps; /* of a tenth, on top of the screen's own scale */
    int shown[2];    /* arms in the two columns */
    struct arm_view arm[ARMS_MAX];
    int scroll, scroll_most; /* of the text, in pixels */
    bool text_asked;         /* a hand folded or opened it: `text` holds whatever the height */
    struct reading reading[READINGS]; /* by the number of the lesson */
    struct sketch sketch;
    int pointed; /* enum link_panel + 1 that a link pointed at, until pointed_until_ms; or 0 */
    int pointed_arm; /* in that arm alone, or -1 */
    uint64_t pointed_until_ms;
    struct own_input own;
    struct writing_view writing;
    struct spectrum spectrum[2]; /* of both columns */

    int mouse_x, mouse_y;                            /* pixels of the output; -1 when outside */
    double mouse_scale;                              /* output pixels for one of the window's */
    int hover_step;                                  /* time step under the cursor, or -1 */
    int hover_column;                                /* in which column the mouse is, or -1 */
    char hover_text[2][HOVER_TEXTS][HOVER_TEXT_MAX]; /* of both columns; "" without a cursor */
    const struct hot *hover; /* what is under the mouse, in `hot`; NULL: nothing */

    struct attention_hand attention;

    struct press press; /* valid in a handler */
    bool held;          /* the mouse drags held_hot */
    struct hot held_hot;
    struct focus focus;
    struct typing typing;
    struct rail rail;

    struct rect hot_clip; /* what is noted is cut to that; width 0: it is not */
    struct hot *hot;      /* owned; as many as a frame needs */
    int hots, hot_capacity;
    struct layout layout; /* of the last frame */
    struct seen seen;
    struct wished wished;
    unsigned epoch; /* grows with every lesson: serials of two labs are not mixed up */

    char branch_hint[BRANCHES_MAX][HINT_MAX]; /* of the timeline's wedges */

    char message[MESSAGE_MAX]; /* in the status line until message_until_ms */
    bool message_bad;
    uint64_t now_ms, message_until_ms; /* the caller's clock */
    bool dirty;                        /* something changed since the last frame */
    enum request request;
    int asked_lesson; /* number, of REQUEST_LESSON */
    char asked_path[LIVE_PATH_MAX];
    bool runs_shown;
    struct run_list runs; /* as it was when runs_shown began */
};

/* Begin with an empty view that draws on that canvas. sink.wish may be NULL. */
void view_init(struct view *view, struct canvas *canvas, struct view_sink sink);
void view_free(struct view *view); /* safe on a zeroed view; the canvas stays */

/* Show a lab: of a lesson (its README is read), or of none. Selections start anew. */
void view_open_lab(struct view *view, const struct lesson *lesson);
void view_open_picker(struct view *view, const struct lesson_list *lessons);

/* From the list back to the lab that was left, as it was left. */
void view_return(struct view *view);

/* Take one event in. Sets view->dirty if anything may look different. */
void view_event(struct view *view, const union SDL_Event *event);

/* Do it, as by a key. */
void view_act(struct view *view, enum action action, int arm, long value);

/* Do what the hot rectangle is for, in that way. */
void view_press(struct view *view, const struct hot *hot, const struct press *press);

/*
 * For handlers of PRESS_ENTRY: let something be typed at the hot rectangle, beginning with that
 * text, all selected. It ends in a PRESS_TYPED of the hot's action, arm and value, or in nothing.
 */
void view_type(struct view *view, const struct hot *hot, const char *text);

/* Draw one frame of w x h pixels. snapshot NULL: the lab has not shown anything yet. */
void view_frame(struct view *view, const struct snapshot *snapshot, int w, int h);

/* A line for the status line, for a few seconds. */
void view_say(struct view *view, bool bad, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * The lengths offered, shortest first, all possible for the task; returns how many (at most 4).
 */
int view_lengths(const struct view *view, int lengths[4]);

/* The models that the left arm can be changed to. */
enum { VIEW_MODELS = 3 };
extern const char *const view_models[VIEW_MODELS];

/* For panels: note that this part of the screen can be pressed. True if the mouse is on it. */
bool view_hot(struct view *view, struct hot hot);

/* The hot rectangle that has the focus, in view->hot; NULL: none. */
const struct hot *view_focused(const struct view *view);

/* What was drawn last at that place: only those that the wheel turns, if `wheel`. Or NULL. */
const struct hot *view_hot_at(const struct view *view, int x, int y, bool wheel);

/* The part of the time axis that a column shows. */
struct time_axis view_axis(const struct view *view, int column, int steps);

/* How far the lesson that is open has been read. */
struct reading *view_reading(struct view *view);

/* Pages of its text: the chunks, and the claims if there are any. */
int view_pages(const struct view *view);

/* True if the mouse is in the rectangle. */
bool view_over(const struct view *view, struct rect rect);

#endif
